"""What does a page show of one yearly metric? Its years beside England, drawn and as a table, and its targets."""

from __future__ import annotations

from dataclasses import dataclass

from bcf_eval.report import prose_annual, tables_annual
from bcf_eval.report.data import AnnualResults
from bcf_eval.report.figure_annual import draw_years
from bcf_eval.report.findings import find_annual, label_picture
from bcf_eval.report.fragments import Fragment, Picture, write_heading, write_paragraph
from bcf_eval.report.measures import describe_measure, say_apart
from bcf_eval.report.part_targets import show_yearly
from bcf_eval.specs import Metric

NOTHING = Fragment("")
# The financial year in which the fund began.
FUND = "2015/16"


@dataclass(frozen=True)
class AnnualPart:
    """What a page shows of one yearly metric; every part shows itself in a notebook.

    Attributes
    ----------
    metric
        Which.
    results
        Of the area; ``None`` where there are none.
    absent
        What is said then.
    """

    metric: Metric
    results: AnnualResults | None
    absent: str = ""

    @property
    def about(self) -> Fragment:
        """What is counted, and why no change after the fund began is tested."""
        measure = describe_measure(self.metric)
        said = [self.absent]
        if self.results is not None:
            said = [measure.about, say_apart(self.metric, self.results.area)]
            said += [prose_annual.say_span(self.results, fund=FUND)]
        return Fragment(write_heading(measure.name) + "".join(map(write_paragraph, said)))

    @property
    def answer(self) -> Fragment:
        """What is found, in sentences, with the verdict before each and the numbers after it."""
        return Fragment(find_annual(self.results) if self.results else write_paragraph(self.absent))

    @property
    def picture(self) -> Picture | Fragment:
        """The years with their intervals, beside England's line."""
        drawn = draw_years(self.results) if self.results else None
        if drawn is None or self.results is None:
            return NOTHING
        return label_picture(drawn, demonstration=bool(self.results.build.get("demonstration")))

    @property
    def table(self) -> Fragment:
        """Counts beside rates for every year, the gap in people, and the change on the year before."""
        return Fragment(tables_annual.tabulate_years(self.results)) if self.results else NOTHING

    @property
    def targets(self) -> Fragment:
        """The targets that the board set itself, each in words, what it would take, and what came of it."""
        if self.results is None:
            return NOTHING
        return Fragment(show_yearly(self.results))

    @property
    def inference(self) -> str:
        """What a researcher needs besides, as HTML."""
        return tables_annual.tabulate_year_tests(self.results) if self.results else ""
