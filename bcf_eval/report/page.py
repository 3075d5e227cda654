"""What does the page of one area show? Its parts in order, each ready to be shown by a cell of the notebook."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report import data_notes
from bcf_eval.report.at_a_glance import tabulate_glance
from bcf_eval.report.data import AnnualResults, AreaResults
from bcf_eval.report.fragments import Fragment, write_details, write_heading, write_paragraph
from bcf_eval.report.labels import name_within
from bcf_eval.report.loading import load_results
from bcf_eval.report.measures import (
    ABSENT,
    ADMISSIONS,
    DELAYS,
    REABLEMENT,
    RESIDENTIAL,
    describe_measure,
    list_measures,
)
from bcf_eval.report.method import describe_method, describe_provenance, write_banners
from bcf_eval.report.part_annual import AnnualPart
from bcf_eval.report.part_monthly import MonthlyPart
from bcf_eval.report.part_standing import write_standing
from bcf_eval.report.prose import NOT_CAUSE
from bcf_eval.report.prose_annual import SAMPLING
from bcf_eval.specs import ENGLAND, Area, Metric, Protocol
from bcf_eval.store import Project


@dataclass(frozen=True)
class AreaPage:
    """The page of one area; every part shows itself in a notebook.

    Attributes
    ----------
    area
        What the page is about.
    monthly, yearly
        Its results by key of the metric, of those metrics that there are results of.
    protocol
        The choices the results were made under.
    build, evaluation
        The records of what made them.
    elsewhere
        Keys of the metrics that other areas of the project have.
    """

    area: Area
    monthly: Mapping[str, AreaResults]
    yearly: Mapping[str, AnnualResults]
    protocol: Protocol
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]
    elsewhere: frozenset[str] = field(default_factory=frozenset)

    @property
    def title(self) -> Fragment:
        """What the page is about, and what a reader must know before anything else."""
        spans = [
            f"{describe_measure(one.metric).name.lower()}, {_span(one)}"
            for one in (self._find(metric) for metric in list_measures())
            if one is not None
        ]
        about = f"{'; '.join(spans)}."
        return Fragment(
            f"{write_banners(self.build, self.evaluation)}{write_heading(self.area.name, level=1)}"
            + write_paragraph("The Better Care Fund: what changed, and what its targets asked for", kind="lead")
            + write_paragraph(f"{about[:1].upper()}{about[1:]}", kind="note")
        )

    @property
    def answer(self) -> Fragment:
        """The verdicts at a glance; then what is found by each metric, each verdict with its sentence and numbers."""
        measures = list_measures()
        parts = [tabulate_glance(self.area, measures, {**self.monthly, **self.yearly})]
        for metric in measures:
            answer = self._part(metric).answer.html
            shared = metric.key == ADMISSIONS and metric.key in self.monthly and self.area.code != ENGLAND
            parts.append(write_heading(describe_measure(metric).name) + answer)
            parts.append(write_paragraph(_SHARED_OUT if shared else "", kind="note"))
        parts.append(write_paragraph(SAMPLING if self.yearly else "", kind="note"))
        return Fragment("".join(parts) + write_paragraph(NOT_CAUSE, kind="note"))

    @property
    def delays(self) -> MonthlyPart:
        """Delayed transfers of care."""
        return self._monthly(DELAYS)

    @property
    def admissions(self) -> MonthlyPart:
        """Non-elective admissions."""
        return self._monthly(ADMISSIONS)

    @property
    def residential(self) -> AnnualPart:
        """Permanent admissions to care homes."""
        return self._yearly(RESIDENTIAL)

    @property
    def reablement(self) -> AnnualPart:
        """People still at home after reablement."""
        return self._yearly(REABLEMENT)

    @property
    def standing(self) -> Fragment:
        """Where the area stands beside England and among the boards, and which of its months were unusual."""
        return Fragment(write_standing(self.area, self._held()))

    @property
    def data_notes(self) -> Fragment:
        """Which returns the page stands on, and what is not ordinary about them."""
        sources = data_notes.tabulate_sources(self.build.get("inputs", ()))
        missing = write_paragraph("Which returns were read is not recorded in this project.")
        notes = [
            write_heading(describe_measure(one.metric).name)
            + data_notes.tabulate_flags(one)
            + data_notes.tabulate_breaks(one)
            for one in self._held()
        ]
        return Fragment((sources or missing) + "".join(notes))

    @property
    def method(self) -> Fragment:
        """How it was worked out, in words, and what a researcher needs besides."""
        inference = "".join(self._part(metric).inference for metric in list_measures())
        told = describe_method(self.area, self.protocol, [one.metric for one in self._held()])
        return Fragment(told + (write_details("Numbers for researchers", inference) if inference else ""))

    @property
    def provenance(self) -> Fragment:
        """Which protocol, build and code made the page, and under which licence the data stand."""
        return Fragment(describe_provenance(self.build, self.evaluation))

    def _find(self, metric: Metric) -> AreaResults | AnnualResults | None:
        return self.monthly.get(metric.key) or self.yearly.get(metric.key)

    def _held(self) -> Iterator[AreaResults | AnnualResults]:
        return (one for one in map(self._find, list_measures()) if one is not None)

    def _part(self, metric: Metric) -> MonthlyPart | AnnualPart:
        return self._monthly(metric.key) if metric.frequency == "month" else self._yearly(metric.key)

    def _monthly(self, key: str) -> MonthlyPart:
        return MonthlyPart(self.monthly.get(key), self._say_absent(key))

    def _yearly(self, key: str) -> AnnualPart:
        return AnnualPart(load.metric(key), self.yearly.get(key), self._say_absent(key))

    def _say_absent(self, key: str) -> str:
        return f"These returns hold no figures of {name_within(self.area.name)}." if key in self.elsewhere else ABSENT


_SHARED_OUT = (
    "These figures are estimates: admissions are returned by the bodies that commission care, and are shared out to "
    "boards by where each one's small areas lie."
)


def load_page(project: Project | Path | str = ".", area: str = "E06000033") -> AreaPage:
    """Load what the page of an area shows.

    Parameters
    ----------
    project
        The project folder.
    area
        ONS code, or any known spelling of the name.

    Raises
    ------
    RequestError
        If there is no such area in the results; the message offers the nearest.
    """
    results = load_results(project)
    found = results.find_area(area)
    return AreaPage(
        area=found,
        monthly={key: one.take(found.code) for key, one in results.monthly.items() if found.code in one.areas},
        yearly={key: one.take(found.code) for key, one in results.yearly.items() if found.code in one.areas},
        protocol=results.protocol,
        build=results.build,
        evaluation=results.evaluation,
        elsewhere=frozenset([*results.monthly, *results.yearly]),
    )


def _span(results: AreaResults | AnnualResults) -> str:
    first, last = (parse_period(str(results.observations["period"].iloc[i])).label for i in (0, -1))
    return f"{first} to {last}"
