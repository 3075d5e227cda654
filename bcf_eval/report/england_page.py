"""Did England change, and how do its boards lie together? The parts of England's page, each shown by a cell."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from bcf_eval.catalogue import load
from bcf_eval.report.at_a_glance import tabulate_glance
from bcf_eval.report.england_part import EnglandPart
from bcf_eval.report.fragments import Fragment, write_heading, write_paragraph
from bcf_eval.report.loading import AllResults, load_results
from bcf_eval.report.measures import ABSENT, ADMISSIONS, DELAYS, REABLEMENT, RESIDENTIAL, list_measures
from bcf_eval.report.method import describe_provenance, write_banners
from bcf_eval.report.prose import NOT_CAUSE
from bcf_eval.specs import ENGLAND
from bcf_eval.store import Project

_DESCRIBES = (
    "Of England, this page asks whether its own counts changed. Of the boards together it describes, and tests no "
    "average: they move together, and a mean that takes them for independent finds changes at dates when nothing began."
)
_LINK = (
    '<p><a href="areas/E92000001.html">England in full: its series, its effects, and how they were worked out</a></p>'
)


@dataclass(frozen=True)
class EnglandPage:
    """The page of England and its boards together; every part shows itself in a notebook.

    Attributes
    ----------
    results
        Of the project.
    """

    results: AllResults

    @property
    def title(self) -> Fragment:
        """What the page is about, and what a reader must know before anything else."""
        return Fragment(
            f"{write_banners(self.results.build, self.results.evaluation)}"
            + write_heading("England and its boards", level=1)
            + write_paragraph("The Better Care Fund: did England change, and how do its boards differ?", kind="lead")
            + write_paragraph(_DESCRIBES)
            + (_LINK if ENGLAND in self.results.areas else "")
        )

    @property
    def glance(self) -> Fragment:
        """England's verdicts at a glance."""
        parts = {metric.key: self._part(metric.key).results for metric in list_measures()}
        held = {key: one for key, one in parts.items() if one is not None}
        return Fragment(tabulate_glance(load.areas()[ENGLAND], list_measures(), held))

    @property
    def delays(self) -> EnglandPart:
        """Delayed transfers of care."""
        return self._part(DELAYS)

    @property
    def admissions(self) -> EnglandPart:
        """Non-elective admissions."""
        return self._part(ADMISSIONS)

    @property
    def residential(self) -> EnglandPart:
        """Permanent admissions to care homes."""
        return self._part(RESIDENTIAL)

    @property
    def reablement(self) -> EnglandPart:
        """People still at home after reablement."""
        return self._part(REABLEMENT)

    @property
    def caution(self) -> Fragment:
        """What all this is not."""
        return Fragment(write_paragraph(NOT_CAUSE, kind="note"))

    @property
    def provenance(self) -> Fragment:
        """Which protocol, build and code made the page, and under which licence the data stand."""
        return Fragment(describe_provenance(self.results.build, self.results.evaluation))

    def _part(self, key: str) -> EnglandPart:
        held = self.results.monthly.get(key) or self.results.yearly.get(key)
        known = held is not None and ENGLAND in held.areas
        absent = "These returns hold no figures of England." if held else ABSENT
        return EnglandPart(load.metric(key), held.take(ENGLAND) if held and known else None, absent)


def load_england_page(project: Project | Path | str = ".") -> EnglandPage:
    """Load what England's page shows.

    Parameters
    ----------
    project
        The project folder.

    Raises
    ------
    ProjectError
        If there are no results, or damaged ones.
    """
    return EnglandPage(load_results(project))
