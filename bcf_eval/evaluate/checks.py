"""What should a reader know before trusting a verdict? Checks of every area and intervention."""

from __future__ import annotations

import pandas as pd

from bcf_eval.evaluate.its import ItsTables
from bcf_eval.evaluate.plan import FitPlan
from bcf_eval.specs import Protocol
from bcf_eval.tables import ITS_CHECKS

NO_CHANGE = "no clear change"

# Newey-West stands beside the results for comparison and has no say here: on this record it calls a change
# at dates when nothing began about four times as often as REML does.
SPECIFICATIONS = {
    "window_shorter": "a shorter window",
    "window_longer": "a longer window",
    "no_season": "no season",
    "no_break_steps": "no steps for changes in counting",
}


def check_its(tables: ItsTables, protocol: Protocol) -> pd.DataFrame:
    """Check every verdict.

    Parameters
    ----------
    tables
        Results of one metric.
    protocol
        The choices.

    Returns
    -------
    DataFrame
        One row a check; see :data:`bcf_eval.tables.ITS_CHECKS`.
    """
    primary = tables.effects[
        tables.effects["contrast"].eq(protocol.primary_contrast) & tables.effects["fit"].eq("verdict")
    ]
    main = primary[primary["specification"].eq("main") & primary["scope"].eq("own")]
    plans = {plan.fit: plan for plan in tables.plans}
    frames = [_check_window(part, plans[str(key)]) for key, part in main.groupby("intervention", sort=False)]
    frames += [_check_boundary(main), _check_agreement(main, primary)]
    checks = pd.concat(frames, ignore_index=True)
    return checks[ITS_CHECKS].sort_values(["area_code", "intervention"], kind="stable", ignore_index=True)


def _check_window(main: pd.DataFrame, plan: FitPlan) -> pd.DataFrame:
    """What the plan itself had to leave out: the same for every area."""
    rows = [
        {"area_code": area, "check": caveat.name, "passed": caveat.passed, "detail": caveat.detail}
        for caveat in plan.caveats
        for area in main["area_code"]
    ]
    frame = pd.DataFrame(rows, columns=["area_code", "check", "passed", "detail"])
    return frame.assign(metric=plan.metric, intervention=plan.fit)


def _check_boundary(main: pd.DataFrame) -> pd.DataFrame:
    drifting = main["reason"].str.contains("boundary")
    frame = main.loc[drifting, ["area_code", "metric", "intervention", "reason"]]
    sentence = frame["reason"].str[:1].str.upper() + frame["reason"].str[1:] + "."
    return frame.assign(check="autocorrelation at the boundary", passed=False, detail=sentence)


def _check_agreement(main: pd.DataFrame, primary: pd.DataFrame) -> pd.DataFrame:
    """Whether the other specifications tell the same story.

    Fewer months or more terms widen an interval without contradicting anything, so a verdict is not
    compared with verdicts. Where there is a change, another fit agrees when it finds one in the
    same direction, at least half as large, whose interval holds the main estimate; where there is
    none, when it finds none either.
    """
    key = ["area_code", "metric", "intervention"]
    others = primary[primary["specification"].isin(list(SPECIFICATIONS)) & primary["verdict"].ne("not testable")]
    columns = [*key, "verdict", "estimate"]
    both = others.merge(main[columns], on=key, suffixes=("", "_main"), validate="many_to_one")
    both = both[both["verdict_main"].ne("not testable")]
    changed = both["verdict_main"].ne(NO_CHANGE)
    same_size = both["estimate"] / both["estimate_main"] >= 0.5
    holds = both["lower"].le(both["estimate_main"]) & both["estimate_main"].le(both["upper"])
    agrees = (changed & same_size & holds) | (~changed & both["verdict"].eq(NO_CHANGE))
    rows = []
    for (area, metric, intervention), part in both.assign(agrees=agrees).groupby(key, sort=False):
        differs = part.loc[~part["agrees"], "specification"]
        listed = "; ".join(SPECIFICATIONS[one] for one in differs)
        alike = "find no clear change either"
        if part["verdict_main"].iloc[0] != NO_CHANGE:
            alike = "give an estimate of like size in the same direction"
        detail = f"{len(part) - len(differs)} of {len(part)} other specifications {alike}."
        if listed:
            detail += f" Those that do not: {listed}."
        rows.append((area, metric, intervention, "other specifications agree", not listed, detail))
    return pd.DataFrame(rows, columns=ITS_CHECKS)
