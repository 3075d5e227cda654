"""What should a reader know before trusting a verdict? Checks of every area and intervention."""

from __future__ import annotations

import pandas as pd

from bcf_eval.evaluate.its.agreement import find_agreement, say_agreement
from bcf_eval.evaluate.its.its import ItsTables
from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.evaluate.its.specifications import reduce_specifications
from bcf_eval.specs import Protocol
from bcf_eval.tables import ITS_CHECKS

# Newey-West stands beside the results for comparison and has no say here: on this record it calls a change
# at dates when nothing began about four times as often as REML does.
SPECIFICATIONS = {
    "window_shorter": "a shorter window",
    "window_longer": "a longer window",
    "no_season": "no season",
    "no_break_steps": "no steps for changes in counting",
}


def check_its(tables: ItsTables, protocol: Protocol, *, specifications: pd.DataFrame | None = None) -> pd.DataFrame:
    """Check every verdict.

    Parameters
    ----------
    tables
        Results of one metric.
    protocol
        The choices.
    specifications
        The other ways of working the same out, where they were; see :data:`bcf_eval.tables.ITS_SPECIFICATIONS`. Else
        the few that stand among the effects have a say.

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
    others = _compare_effects(main, primary)
    if specifications is not None and not specifications.empty:
        others = reduce_specifications(specifications)
    frames += [_check_boundary(main), _check_agreement(main, others)]
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


def _check_agreement(main: pd.DataFrame, others: pd.DataFrame) -> pd.DataFrame:
    """Whether the other ways of working it out tell the same story, counted where they can be read."""
    key = ["area_code", "metric", "intervention"]
    told = others.loc[others["agrees"].notna(), [*key, "label", "agrees"]]
    known = told.merge(main[[*key, "verdict"]], on=key, validate="many_to_one")
    known = known[known["verdict"].ne("not testable")]
    rows = []
    for (area, metric, intervention), part in known.groupby(key, sort=False):
        differs = part.loc[~part["agrees"].astype(bool), "label"].tolist()
        detail = say_agreement(len(part) - len(differs), len(part), str(part["verdict"].iloc[0]), differs)
        rows.append((area, metric, intervention, "other specifications agree", not differs, detail))
    return pd.DataFrame(rows, columns=ITS_CHECKS)


def _compare_effects(main: pd.DataFrame, primary: pd.DataFrame) -> pd.DataFrame:
    """The few other fits that stand among the effects, compared with the main one."""
    key = ["area_code", "metric", "intervention"]
    others = primary[primary["specification"].isin(list(SPECIFICATIONS)) & primary["verdict"].ne("not testable")]
    columns = [*key, "verdict", "estimate", "lower", "upper"]
    renamed = main[columns].rename(columns={name: f"{name}_main" for name in columns[len(key) :]})
    both = others.merge(renamed, on=key, validate="many_to_one").assign(trusted=True)
    return both.assign(agrees=find_agreement(both), label=both["specification"].map(SPECIFICATIONS))
