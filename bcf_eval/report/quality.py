"""Are the data fit to stand on? The parts of the page on data quality, each ready to be shown by a cell."""

from __future__ import annotations

from dataclasses import dataclass, replace
from html import escape
from pathlib import Path

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.report import quality_changes, quality_findings, quality_tables, quality_words
from bcf_eval.report.figure_coverage import draw_coverage
from bcf_eval.report.fragments import Fragment, Picture, write_details, write_paragraph
from bcf_eval.report.method import write_banners, write_provenance
from bcf_eval.report.quality_data import QualityData, load_quality, name_metric, name_periods
from bcf_eval.store import Project

_NOT_RECORDED = "This build does not record it; run bcf-eval clean again."


@dataclass(frozen=True)
class QualityPage:
    """The page on the data; every part shows itself in a notebook.

    Attributes
    ----------
    data
        What the check found.
    """

    data: QualityData

    @property
    def title(self) -> Fragment:
        """What the page is about, and what a reader must know before anything else."""
        coverage = self.data.coverage
        spans = [
            name_periods(rows["period"].min(), rows["period"].max())
            for _, rows in coverage[coverage["metric"].isin(self.data.metrics[:1])].groupby("metric")
        ]
        about = f"What arrived, what is missing, and what is worth a question{f': {spans[0]}' if spans else ''}"
        return Fragment(f"{write_banners(self.data.build, {})}<h1>The data</h1>\n{write_paragraph(about, kind='lead')}")

    @property
    def summary(self) -> Fragment:
        """The answer in a few sentences."""
        items = "".join(
            f'<li><p class="verdict">{escape(one.question)} <strong>{escape(one.verdict)}</strong></p>\n'
            f"{write_paragraph(one.sentence, kind='sentence')}</li>\n"
            for one in quality_words.summarise(self.data)
        )
        return Fragment(f'<ol class="findings">\n{items}</ol>\n')

    @property
    def arrivals(self) -> Fragment:
        """Which files the build stands on."""
        table = quality_tables.tabulate_arrivals(self.data)
        return _tell(quality_words.ARRIVALS, table, "Which files were read is not recorded in this project.")

    @property
    def coverage(self) -> Fragment:
        """How many numbers there are, and in what state."""
        return Fragment(write_paragraph(quality_words.COVERAGE) + quality_tables.tabulate_coverage(self.data))

    @property
    def coverage_pictures(self) -> Fragment:
        """Of which areas and periods there is a number, a picture a metric; those of lesser measures folded away."""
        parts = []
        for key in self.data.metrics:
            metric = load.metric(key)
            states = self.data.states[self.data.states["metric"] == key]
            drawn = self._label(draw_coverage(states, metric))
            shown = f"{drawn._repr_html_()}{quality_tables.tabulate_periods(self.data, key)}"
            heading = f"<h3>{escape(name_metric(key))}</h3>\n"
            parts.append(heading + shown if metric.headline else write_details(name_metric(key), shown))
        return Fragment("".join(parts))

    @property
    def missing(self) -> Fragment:
        """Which numbers are not there."""
        table = quality_tables.tabulate_lacking(self.data)
        return _tell(quality_words.MISSING, table, "Nothing found: every area has a number in every period.")

    @property
    def flags(self) -> Fragment:
        """Which numbers are not quite ordinary, and why."""
        return _tell(quality_words.FLAGGED, quality_tables.tabulate_flags(self.data), "No number carries a flag.")

    @property
    def revisions(self) -> Fragment:
        """What publishers changed between two editions of the same period."""
        return self._tell_if_there(
            self.data.revisions,
            quality_words.REVISIONS,
            quality_changes.tabulate_revisions,
            "Nothing found: no period is there in two editions whose numbers differ.",
        )

    @property
    def outliers(self) -> Fragment:
        """Which numbers jumped out of what came before them."""
        return _tell(quality_words.OUTLIERS, quality_findings.tabulate_jumps(self.data), "Nothing found.")

    @property
    def totals(self) -> Fragment:
        """Whether the areas sum to England."""
        return Fragment(write_paragraph(quality_words.TOTALS) + quality_findings.tabulate_totals(self.data))

    @property
    def comparisons(self) -> Fragment:
        """Whether our numbers agree with published ones."""
        return self._tell_if_there(
            self.data.comparisons,
            quality_words.COMPARISONS,
            quality_changes.tabulate_comparisons,
            "There is nothing to compare with: no return that publishes rates is in this project.",
        )

    @property
    def corrections(self) -> Fragment:
        """Which corrections were applied, and which areas were left out."""
        told = self._tell_if_there(
            self.data.corrections,
            quality_words.CORRECTIONS,
            quality_changes.tabulate_corrections,
            "None was applied.",
        )
        refused = self.data.refused
        return Fragment(told.html + ("" if refused is None else quality_changes.tabulate_refused(refused)))

    @property
    def provenance(self) -> Fragment:
        """Which build and code made the page, and under which licence the data stand."""
        known = {"Build": self.data.build.get("build_id", ""), "Code": self.data.record.get("code", "")}
        return Fragment(write_provenance(self.data.build, {name: str(value) for name, value in known.items()}))

    def _tell_if_there(
        self, frame: pd.DataFrame | None, meaning: str, tabulate: quality_words.Tabulate, nothing: str
    ) -> Fragment:
        if frame is None:
            return Fragment(write_paragraph(meaning) + write_paragraph(_NOT_RECORDED))
        return _tell(meaning, tabulate(frame), nothing)

    def _label(self, picture: Picture) -> Picture:
        """Say of a picture that it is a demonstration, where it is one: pictures are copied without their page."""
        if not self.data.build.get("demonstration"):
            return picture
        told = "Demonstration, synthetic numbers."
        return replace(picture, alternative=f"{told} {picture.alternative}", caption=f"{told} {picture.caption}")


def load_quality_page(project: Project | Path | str = ".") -> QualityPage:
    """Load what the page on the data shows.

    Parameters
    ----------
    project
        The project folder.

    Raises
    ------
    ProjectError
        If the data have not been looked through; the message says which command does it.
    """
    return QualityPage(load_quality(project))


def _tell(meaning: str, table: str, nothing: str) -> Fragment:
    return Fragment(write_paragraph(meaning) + (table or write_paragraph(nothing)))
