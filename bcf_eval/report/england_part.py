"""What does England's page show of one metric? England itself, how many boards changed, and how they lie together."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import pandas as pd

from bcf_eval.report.data import AnnualResults, AreaResults, Change
from bcf_eval.report.differences import NO_AVERAGE, tell_spread
from bcf_eval.report.figure_caterpillar import draw_caterpillar
from bcf_eval.report.figure_funnel import draw_funnel
from bcf_eval.report.findings import find_annual, find_monthly, label_picture, name_when
from bcf_eval.report.fragments import (
    Fragment,
    Picture,
    write_details,
    write_heading,
    write_list,
    write_paragraph,
)
from bcf_eval.report.funnel import say_outside, select_latest, tabulate_outside
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.places import say_ranks, tabulate_places
from bcf_eval.specs import Metric

NOTHING = Fragment("")

_OWN, _LOCAL = "Each board's own figures", "Each board beside the rest of England"


@dataclass(frozen=True)
class EnglandPart:
    """What the page shows of one metric; every part shows itself in a notebook, with its heading.

    Attributes
    ----------
    metric
        Which.
    results
        England's; ``None`` where there are none.
    absent
        What is said then.
    """

    metric: Metric
    results: AreaResults | AnnualResults | None
    absent: str = ""

    @property
    def about(self) -> Fragment:
        """What is counted."""
        measure = describe_measure(self.metric)
        return Fragment(write_paragraph(self.absent if self.results is None else measure.about))

    @property
    def answer(self) -> Fragment:
        """Whether England itself changed, by its own counts."""
        if self.results is None:
            return NOTHING
        yearly = isinstance(self.results, AnnualResults)
        found = find_annual(self.results) if isinstance(self.results, AnnualResults) else find_monthly(self.results)
        heading = "England in the last year" if yearly else "Did England change?"
        return Fragment(write_heading(heading) + found + write_paragraph(_FEW_YEARS if yearly else "", kind="note"))

    @property
    def counts(self) -> Fragment:
        """How many boards changed, beside how many do at dates when nothing began."""
        parts = [text for change in self._changes() if (text := self._count(change))]
        return Fragment(write_heading("How many boards changed?") + "".join(parts) if parts else "")

    @property
    def spread(self) -> Fragment:
        """How much boards differ in how they changed."""
        rows = self._rows("heterogeneity")
        if self.results is None or rows.empty:
            return NOTHING
        told = [
            _head(change)
            + tell_spread(
                rows[rows["intervention"].eq(change.intervention.key)], change, self.metric, self.results.protocol
            )
            for change in self._changes()
        ]
        heading = write_heading("How much do boards differ in how they changed?")
        return Fragment(heading + write_paragraph(NO_AVERAGE) + "".join(told))

    @property
    def places(self) -> Fragment:
        """Every board's change side by side, and how well their order is known."""
        parts = [self._place(change) for change in self._changes()]
        shown = "".join(parts)
        return Fragment(write_heading("Which boards changed most, and how sure is that?") + shown if shown else "")

    @property
    def funnel(self) -> Picture | Fragment:
        """The boards of the latest year within the limits of chance."""
        rows = select_latest(self._rows("funnel"))
        drawn = draw_funnel(rows, self.metric)
        if drawn is None:
            return NOTHING
        return replace(self._label(drawn), heading=f"Which boards lie apart from England in {rows['period'].iloc[0]}?")

    @property
    def outside(self) -> Fragment:
        """The boards outside those limits, by name."""
        rows = select_latest(self._rows("funnel"))
        if rows.empty:
            return NOTHING
        return Fragment(write_paragraph(say_outside(rows, self.metric)) + tabulate_outside(rows, self.metric))

    def _rows(self, table: str) -> pd.DataFrame:
        return self.results.beside.all_rows(table) if self.results else pd.DataFrame(columns=["verdict", "period"])

    def _changes(self) -> tuple[Change, ...]:
        return self.results.changes if isinstance(self.results, AreaResults) else ()

    def _count(self, change: Change) -> str:
        rows = self._rows("its_counts")
        rows = rows[rows["intervention"].eq(change.intervention.key)]
        parts = []
        for scope, name in (("own", _OWN), ("local", _LOCAL)):
            said = rows.loc[rows["scope"].eq(scope), "sentence"].tolist()
            parts.append(
                write_paragraph(f"{name} (all that were fitted, also those too uncertain to read):") + write_list(said)
                if said
                else ""
            )
        told = "".join(parts)
        return _head(change) + told if told else ""

    def _place(self, change: Change) -> str:
        rows = self._rows("ranks")
        if self.results is None or rows.empty:
            return ""
        protocol, key = self.results.protocol, change.intervention.key
        rows = rows[rows["intervention"].eq(key) & rows["contrast"].eq(protocol.primary_contrast)]
        own = change.england.get(change.primary)
        england = math.nan if own is None else own.estimate
        drawn = draw_caterpillar(rows, england, self.metric, change.intervention, protocol)
        if drawn is None:
            return ""
        table = write_details(
            "Every board by name, with its change and the places that would fit",
            tabulate_places(rows, self.metric, protocol),
        )
        return _head(change) + write_paragraph(say_ranks(rows)) + self._label(drawn)._repr_html_() + table

    def _label(self, picture: Picture) -> Picture:
        demonstration = bool(self.results and self.results.build.get("demonstration"))
        return label_picture(picture, demonstration=demonstration)


_FEW_YEARS = (
    "Whether England changed after the fund began is not tested by this measure: a figure a year leaves too few points "
    "before and after."
)


def _head(change: Change) -> str:
    return write_heading(f"After {name_when(change)}: {change.intervention.label}", level=4)
