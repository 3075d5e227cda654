"""What do the yearly results of a project hold? Laid out by area, for the metrics that are returned each year."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.report.beside import Beside
from bcf_eval.report.data import AnnualResults, Year
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Break, Metric, Protocol


@dataclass(frozen=True)
class ProjectYears:
    """The results of a project by one yearly metric.

    Attributes
    ----------
    areas
        ONS codes of England and of the boards that there are results for, England first.
    span
        First and last year of the observations.
    years
        What is said of each area and year: :data:`bcf_eval.tables.ANNUAL`.
    ambitions
        Tests by ONS code, that of a national rule first.
    beside
        What else was found of the metric.
    """

    metric: Metric
    protocol: Protocol
    areas: tuple[str, ...]
    span: tuple[str, str]
    years: pd.DataFrame
    ambitions: Mapping[str, tuple[AmbitionTest, ...]]
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]
    _by_area: Mapping[str, Mapping[str, pd.DataFrame]]
    _moves: Mapping[str, tuple[Break, ...]] = field(default_factory=dict)
    _reasons: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)

    def take(self, area_code: str) -> AnnualResults:
        """Take the results of one of the areas."""
        return AnnualResults(
            area=load.areas()[area_code],
            metric=self.metric,
            protocol=self.protocol,
            observations=self._rows("observations", area_code),
            years=read_years(self._rows("annual", area_code)),
            ambitions=self.ambitions.get(area_code, ()),
            build=self.build,
            evaluation=self.evaluation,
            moves=self._moves.get(area_code, ()),
            reasons=self._reasons.get(area_code, {}),
            beside=self.beside,
        )

    def _rows(self, table: str, area_code: str) -> pd.DataFrame:
        found = self._by_area[table]
        return found.get(area_code, found[""])


def read_years(frame: pd.DataFrame) -> tuple[Year, ...]:
    """Read the rows of one area, in order of year."""
    names = list(Year.__dataclass_fields__)
    return tuple(Year(**{name: row[name] for name in names}) for row in frame.to_dict("records"))
