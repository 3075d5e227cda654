"""What does the page of one area show? Its parts in order, each ready to be shown by a cell of the notebook."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

from bcf_eval.periods import parse_period
from bcf_eval.report import data_notes, prose, tables
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.figure_ambition import draw_ambition
from bcf_eval.report.figure_effects import draw_context, draw_robustness
from bcf_eval.report.figure_series import draw_series
from bcf_eval.report.fragments import Fragment, Picture, write_details, write_list, write_paragraph
from bcf_eval.report.loading import load_results
from bcf_eval.report.method import describe_method, describe_provenance, write_banners
from bcf_eval.results import CheckResult
from bcf_eval.store import Project
from bcf_eval.wording import AMBITION_LABELS, ITS_LABELS


@dataclass(frozen=True)
class AreaPage:
    """The page of one area; every part shows itself in a notebook.

    Attributes
    ----------
    results
        What the page is about.
    """

    results: AreaResults

    @property
    def title(self) -> Fragment:
        """What the page is about, and what a reader must know before anything else."""
        first, last = (parse_period(str(self.results.observations["period"].iloc[i])).label for i in (0, -1))
        label = self.results.metric.label
        about = f"{label[:1].upper()}{label[1:]} and the Better Care Fund, {first} to {last}"
        return Fragment(
            f"{write_banners(self.results.build, self.results.evaluation)}<h1>{escape(self.results.area.name)}</h1>\n"
            f"{write_paragraph(about, kind='lead')}"
        )

    @property
    def answer(self) -> Fragment:
        """The answer in three sentences, with the verdict before each and the numbers after it."""
        results = self.results
        parts = [
            _write_finding(
                f"After {_when(change)}",
                _name_change(results, change),
                prose.answer_change(results, change),
                prose.number_change(results, change),
            )
            for change in results.changes
        ]
        if results.ambition is not None:
            test = results.ambition
            sentence = prose.answer_ambition(test, results.metric, protocol=results.protocol)
            question = f"The target for {parse_period(test.period).label}"
            numbers = prose.number_ambition(test, results.metric, protocol=results.protocol)
            parts.append(_write_finding(question, AMBITION_LABELS[test.verdict], sentence, numbers))
        elif results.is_england:
            parts.append(_write_finding("The 2017 target", "Not set for England", prose.NO_AMBITION, ""))
        return Fragment(
            f'<ol class="findings">\n{"".join(parts)}</ol>\n{write_paragraph(prose.NOT_CAUSE, kind="note")}'
        )

    @property
    def series(self) -> Picture:
        """The series with its fitted path and the path before, carried on."""
        return self._label(draw_series(self.results))

    @property
    def series_numbers(self) -> Fragment:
        """Every number of that picture, folded away."""
        return Fragment(write_details("Every number of this picture", tables.tabulate_series(self.results)))

    @property
    def effects(self) -> Fragment:
        """How large the changes were."""
        parts = [
            _write_heading(change)
            + write_paragraph(prose.tell_change(self.results, change))
            + tables.tabulate_effects(self.results, change)
            for change in self.results.changes
        ]
        return Fragment("".join(parts))

    @property
    def context(self) -> Picture | Fragment:
        """The same change in all boards, with this area marked."""
        drawn = draw_context(self.results)
        lack = "This area cannot be placed among the boards: its changes cannot be tested."
        return self._label(drawn) if drawn else Fragment(write_paragraph(lack))

    @property
    def ambition(self) -> Fragment:
        """The target in words."""
        test = self.results.ambition
        text = prose.NO_AMBITION if self.results.is_england else "This area has no target in the catalogue."
        return Fragment(write_paragraph(prose.tell_ambition(test, self.results.metric) if test else text))

    @property
    def ambition_picture(self) -> Picture | Fragment:
        """The target within the distribution of business as usual."""
        test = self.results.ambition
        drawn = draw_ambition(test, self.results.metric, protocol=self.results.protocol) if test else None
        return self._label(drawn) if drawn else Fragment("")

    @property
    def ambition_numbers(self) -> Fragment:
        """The target beside what else to expect, and what was checked."""
        test = self.results.ambition
        if test is None:
            return Fragment("")
        return Fragment(
            tables.tabulate_outlooks(test, self.results.metric, protocol=self.results.protocol)
            + write_paragraph(prose.tell_naive(test))
            + _write_checks("What was checked about the target", tuple(test.checks))
        )

    @property
    def robustness(self) -> Picture | Fragment:
        """The primary contrast under each specification, drawn."""
        drawn = draw_robustness(self.results)
        return self._label(drawn) if drawn else Fragment(write_paragraph("There is nothing to compare: no fit stands."))

    @property
    def robustness_numbers(self) -> Fragment:
        """The same as tables, with what was checked."""
        parts = [
            _write_heading(change)
            + tables.tabulate_robustness(self.results, change)
            + _write_checks("What was checked", change.checks)
            for change in self.results.changes
        ]
        return Fragment("".join(parts))

    @property
    def data_notes(self) -> Fragment:
        """Which returns the page stands on, and what is not ordinary about them."""
        sources = data_notes.tabulate_sources(self.results.build.get("inputs", ()))
        missing = write_paragraph("Which returns were read is not recorded in this project.")
        return Fragment(
            (sources or missing) + data_notes.tabulate_flags(self.results) + data_notes.tabulate_breaks(self.results)
        )

    @property
    def method(self) -> Fragment:
        """How it was worked out, in words, and what a researcher needs besides."""
        inference = "".join(tables.tabulate_inference(change) for change in self.results.changes)
        return Fragment(describe_method(self.results) + write_details("Numbers for researchers", inference))

    @property
    def provenance(self) -> Fragment:
        """Which protocol, build and code made the page, and under which licence the data stand."""
        return Fragment(describe_provenance(self.results.build, self.results.evaluation))

    def _label(self, picture: Picture) -> Picture:
        """Say of a picture that it is a demonstration, where it is one: pictures are copied without their page."""
        if not self.results.build.get("demonstration"):
            return picture
        told = "Demonstration, synthetic numbers."
        return replace(picture, alternative=f"{told} {picture.alternative}", caption=f"{told} {picture.caption}")


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
    return AreaPage(load_results(project).take(area))


def _write_finding(question: str, verdict: str, sentence: str, numbers: str) -> str:
    return (
        f'<li><p class="verdict">{escape(question)}: <strong>{escape(verdict)}</strong></p>\n'
        f"{write_paragraph(sentence, kind='sentence')}{write_paragraph(numbers, kind='beside')}</li>\n"
    )


def _name_change(results: AreaResults, change: Change) -> str:
    """Name a verdict; England's is at most a change, for nothing stands beside it."""
    verdict = change.main.verdict
    label = ITS_LABELS[verdict]
    if results.is_england and verdict in ("fell", "rose"):
        label = f"Changed ({verdict})"
    return label if change.agrees or verdict == "not testable" else f"{label}, but not all other specifications agree"


def _write_heading(change: Change) -> str:
    return f"<h3>{escape(f'After {_when(change)}: {change.intervention.label}')}</h3>\n"


def _write_checks(title: str, checks: tuple[CheckResult, ...]) -> str:
    if not checks:
        return ""
    items = [f"{'Held' if check.passed else 'Take note'}: {check.detail}" for check in checks]
    return f"{write_paragraph(title + ':')}{write_list(items)}"


def _when(change: Change) -> str:
    return parse_period(change.intervention.start).label
