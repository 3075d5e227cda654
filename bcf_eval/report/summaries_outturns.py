"""What came of the targets of all boards? Met and missed, beside what chance alone would bring, by arm of a rule."""

from __future__ import annotations

from bcf_eval.periods import parse_period
from bcf_eval.report.loading import ProjectResults
from bcf_eval.report.loading_annual import ProjectYears
from bcf_eval.report.summaries import Finding
from bcf_eval.report.targets import PLAN
from bcf_eval.wording_outturns import say_expected, say_score

_ALL = "all"


def summarise_outturns(results: ProjectResults | ProjectYears) -> list[Finding]:
    """Sum up the outturns of each target: all boards, then the arms of the rule, then how good the chances were."""
    found = []
    totals = results.beside.all_rows("outturn_totals")
    for (key, period), rows in totals.groupby(["ambition", "period"], sort=False):
        every, arms = (rows[rows["arm"].eq(_ALL) == wanted].to_dict("records") for wanted in (True, False))
        if not every:
            continue
        of = "the boards' own plans" if key == PLAN else "the target"
        told = [str(one["sentence"]) for one in arms] if len(arms) > 1 else []
        told += [say_expected(every[0]), say_score(every[0])]
        found.append(
            Finding(
                f"What came of {of} for {parse_period(str(period)).label}",
                str(every[0]["sentence"]),
                " ".join(part for part in told if part),
            )
        )
    return found
