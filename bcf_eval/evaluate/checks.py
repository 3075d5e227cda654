"""What should a reader know before trusting a verdict? Checks of every area and intervention."""

from __future__ import annotations

import pandas as pd

from bcf_eval.evaluate.its import ItsTables
from bcf_eval.evaluate.plan import FitPlan
from bcf_eval.results import ITS_CHECKS
from bcf_eval.specs import Protocol

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
        One row a check; see :data:`bcf_eval.results.ITS_CHECKS`.
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
    """Whether the other specifications come to the same verdict."""
    key = ["area_code", "metric", "intervention"]
    others = primary[primary["specification"].isin(list(SPECIFICATIONS)) & primary["verdict"].ne("not testable")]
    both = others.merge(main[[*key, "verdict"]], on=key, suffixes=("", "_main"), validate="many_to_one")
    both = both[both["verdict_main"].ne("not testable")]
    rows = []
    for (area, metric, intervention), part in both.groupby(key, sort=False):
        differs = part.loc[part["verdict"].ne(part["verdict_main"]), "specification"]
        agree = len(part) - len(differs)
        listed = "; ".join(SPECIFICATIONS[one] for one in differs)
        detail = f"{agree} of {len(part)} other ways of fitting come to the same verdict."
        if listed:
            detail += f" Those that do not: {listed}."
        rows.append((area, metric, intervention, "other specifications agree", not listed, detail))
    return pd.DataFrame(rows, columns=ITS_CHECKS)
