"""What does a page show of one monthly metric? Its parts in order, each shown by a cell of the notebook."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bcf_eval.report import prose, tables
from bcf_eval.report.certainty import write_certainty
from bcf_eval.report.controlled import write_controlled
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.figure_ambition import draw_ambition
from bcf_eval.report.figure_effects import draw_context, draw_robustness
from bcf_eval.report.figure_series import draw_series
from bcf_eval.report.figure_specifications import show_curves
from bcf_eval.report.findings import find_monthly, label_picture, name_when, write_checks
from bcf_eval.report.fragments import Fragment, Picture, write_details, write_heading, write_paragraph
from bcf_eval.report.measures import describe_measure, say_apart
from bcf_eval.report.part_targets import show_first, tell_of_england, tell_target

NOTHING = Fragment("")


@dataclass(frozen=True)
class MonthlyPart:
    """What a page shows of one monthly metric; every part shows itself in a notebook, with its heading.

    Attributes
    ----------
    results
        Of the area; ``None`` where there are none.
    absent
        What is said then.
    """

    results: AreaResults | None
    absent: str = ""

    @property
    def about(self) -> Fragment:
        """What is counted, and what every reader must know of it."""
        if self.results is None:
            return Fragment(write_paragraph(self.absent))
        measure = describe_measure(self.results.metric)
        caution = "" if self.results.is_england else measure.caution
        apart = say_apart(self.results.metric, self.results.area)
        return Fragment("".join(write_paragraph(text) for text in (measure.about, caution, apart)))

    @property
    def answer(self) -> Fragment:
        """What is found, in sentences, with the verdict before each and the numbers after it."""
        return Fragment(find_monthly(self.results) if self.results else write_paragraph(self.absent))

    @property
    def series(self) -> Picture | Fragment:
        """The series with its fitted path and the path before, carried on."""
        return self._show(draw_series(self.results), "The series") if self.results else NOTHING

    @property
    def series_numbers(self) -> Fragment:
        """Every number of that picture, folded away."""
        if self.results is None:
            return NOTHING
        return Fragment(write_details("Every number of this picture", tables.tabulate_series(self.results)))

    @property
    def effects(self) -> Fragment:
        """How large the changes were."""
        if self.results is None:
            return NOTHING
        parts = [
            _head(change)
            + write_paragraph(f"{prose.tell_change(self.results, change)} {change.left_out}".strip())
            + tables.tabulate_effects(self.results, change)
            for change in self.results.changes
        ]
        none = write_paragraph("No change could be worked out.")
        return Fragment(write_heading("How large was the change?") + ("".join(parts) or none))

    @property
    def certainty(self) -> Fragment:
        """What each verdict stands on: how often as much was found when nothing began, and what is left over."""
        return Fragment(write_certainty(self.results) if self.results else "")

    @property
    def controlled(self) -> Fragment:
        """How it changed beside places like it, and which those are."""
        return Fragment(write_controlled(self.results) if self.results else "")

    @property
    def curves(self) -> Fragment:
        """Every way of working the changes out, drawn: of England alone, of others on request."""
        return Fragment(show_curves(self.results) if self.results and self.results.is_england else "")

    @property
    def context(self) -> Picture | Fragment:
        """The same change in all boards, with this area marked."""
        if self.results is None:
            return NOTHING
        lack = "This area cannot be placed among the boards: its changes cannot be tested."
        return self._show(draw_context(self.results), "Among all boards", lack)

    @property
    def ambition(self) -> Fragment:
        """The target in words."""
        if self.results is None:
            return NOTHING
        test = self.results.ambition
        none = "This area has no target in this project."
        text = tell_of_england(self.results) if self.results.is_england else none
        if test is not None:
            text = tell_target(test, self.results.metric)
        return Fragment(write_heading("Is the target more than trend and chance?") + write_paragraph(text))

    @property
    def ambition_picture(self) -> Picture | Fragment:
        """The target within the distribution of business as usual."""
        test = self.results.ambition if self.results else None
        if self.results is None or test is None:
            return NOTHING
        drawn = draw_ambition(test, self.results.metric, protocol=self.results.protocol)
        return self._show(drawn, "") if drawn else NOTHING

    @property
    def ambition_numbers(self) -> Fragment:
        """The target beside what else to expect, what it takes and what came of it; then every further target."""
        if self.results is None or self.results.ambition is None:
            return NOTHING
        return Fragment(show_first(self.results))

    @property
    def robustness(self) -> Picture | Fragment:
        """The primary contrast under each specification, drawn."""
        if self.results is None:
            return NOTHING
        lack = "There is nothing to compare: no fit stands."
        return self._show(draw_robustness(self.results), _ROBUSTNESS, lack)

    @property
    def robustness_numbers(self) -> Fragment:
        """Every number of that picture, folded away, and what was checked."""
        return Fragment(self._list_robustness())

    @property
    def robustness_alone(self) -> Fragment:
        """The same with its heading: for a metric whose picture the page leaves out."""
        if self.results is None:
            return NOTHING
        return Fragment(write_heading(_ROBUSTNESS) + self._list_robustness())

    @property
    def inference(self) -> str:
        """What a researcher needs besides, as HTML."""
        if self.results is None:
            return ""
        return "".join(tables.tabulate_inference(self.results, change) for change in self.results.changes)

    def _list_robustness(self) -> str:
        if self.results is None:
            return ""
        tabulated = [tables.tabulate_robustness(self.results, change) for change in self.results.changes]
        checked = [
            write_checks(f"What was checked of the change after {name_when(change)}", change.checks, change)
            for change in self.results.changes
        ]
        return "".join(checked) + write_details("The change by every way of working it out", "".join(tabulated))

    def _show(self, picture: Picture | None, heading: str, lack: str = "") -> Picture | Fragment:
        if picture is None or self.results is None:
            return Fragment(write_heading(heading) + write_paragraph(lack))
        shown = label_picture(picture, demonstration=bool(self.results.build.get("demonstration")))
        return replace(shown, heading=heading)


_ROBUSTNESS = "Does the answer hold when it is worked out in other ways?"


def _head(change: Change) -> str:
    return write_heading(f"After {name_when(change)}: {change.intervention.label}", level=4)
