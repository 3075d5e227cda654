"""What does chance alone explain of all the outturns of an ambition? Misses, England's own figure, and scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.comparable import keep_comparable
from bcf_eval.evaluate.outturns.shared_shock import measure_shared
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question, ask_question, choose_baseline
from bcf_eval.evaluate.targets.outlook import look_ahead, observed_rate
from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.ambition import chance_of_meeting
from bcf_eval.stats.forecasts.joint import simulate_count
from bcf_eval.stats.forecasts.scores import score_brier
from bcf_eval.tables import OUTTURN_TOTALS
from bcf_eval.wording_outturns import describe_total

Array = npt.NDArray[np.float64]

ALL = "all"
_BETTER = ("met, beyond trend", "missed, but better than trend")
_WORSE = ("missed, and worse than trend",)


@dataclass(frozen=True)
class _England:
    """England's own business as usual beside what all boards planned together."""

    planned: float
    expected: float
    lower: float
    upper: float
    outturn: float
    p_value: float


_NO_ENGLAND = _England(*[np.nan] * 6)


@dataclass(frozen=True)
class _Group:
    """Outturns of one arm, with the customary test's chances, those of a miss, and which were called meaningful."""

    part: pd.DataFrame
    naive: Array
    missed: Array
    meaningful: npt.NDArray[np.bool_]


def total_outturns(panel: Panel, tests: list[AmbitionTest], outturns: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Sum up the outturns of each ambition, and of each arm of a national rule; of a yearly metric without England's.

    Parameters
    ----------
    panel
        The metric's data.
    tests
        The tests that were made before the outcome.
    outturns
        From :func:`bcf_eval.evaluate.outturns.outturns.evaluate_outturns`, of the same tests.
    protocol
        The choices.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.OUTTURN_TOTALS`.
    """
    boards = outturns[outturns["area_code"].ne(ENGLAND)]
    rows: list[dict[str, Any]] = []
    for (key, period), part in boards.groupby(["ambition", "period"], sort=False):
        asked = [one for one in tests if one.ambition == key and one.period == period]
        beside = {(one.area_code, one.vintage): one for one in asked}
        answers = [beside[at] for at in zip(part["area_code"], part["vintage"], strict=True)]
        naive = np.array([one.naive["p_value"] for one in answers])
        meaningful = np.array([one.verdict == "meaningful" for one in answers])
        shared, nation, missed = np.nan, _NO_ENGLAND, 1 - part["chance"].to_numpy(float)
        # A plan may have been made at any time: then what each board was told at its own stands for all.
        if len({(one.baseline_end, one.baseline_period) for one in answers}) == 1 and panel.metric.frequency == "month":
            question = ask_question(panel, str(period), answers[0].baseline_end)
            shared, nation = _look_at_england(panel, question, part, protocol)
            missed = 1 - _give_chances(panel, question, part, protocol)
        arms = [ALL, *sorted({one for one in part["arm"] if one})]
        for arm in arms:
            chosen = np.ones(len(part), bool) if arm == ALL else part["arm"].eq(arm).to_numpy()
            england = nation if arm == ALL else _NO_ENGLAND
            group = _Group(part[chosen], naive[chosen], missed[chosen], meaningful[chosen])
            rows.append(_total(group, shared, england, protocol) | {"arm": arm})
    found = pd.DataFrame(rows, columns=OUTTURN_TOTALS)
    return found.assign(sentence=[describe_total(row, panel.metric) for row in found.to_dict("records")])


def _total(group: _Group, shared: float, england: _England, protocol: Protocol) -> dict[str, Any]:
    part, missed = group.part, group.missed
    tested = part["verdict"].ne("not testable").to_numpy() & part["chance"].notna().to_numpy()
    met, chance = part["met"].to_numpy(bool), part["chance"].to_numpy(float)
    count = simulate_count(
        missed[tested], shared=shared, draws=protocol.simulation_draws, seed=protocol.simulation_seed
    )
    meaningful = tested & group.meaningful
    n_weighed = int(part["verdict"].ne("not testable").sum())
    return {
        "ambition": part["ambition"].iloc[0],
        "metric": part["metric"].iloc[0],
        "period": part["period"].iloc[0],
        "n_tested": int(tested.sum()),
        "n_met": int((met & tested).sum()),
        "n_missed": int((~met & tested).sum()),
        "chance_misses": count.expected,
        "chance_misses_lower": count.lower,
        "chance_misses_upper": count.upper,
        "n_meaningful": int(meaningful.sum()),
        "expected_meaningful_met": float(chance[meaningful].sum()),
        "n_meaningful_met": int((met & meaningful).sum()),
        "brier": float(score_brier(chance[tested], met[tested])),
        "brier_naive": float(score_brier(group.naive[tested], met[tested])),
        "crps": float(part["crps"].mean()),
        "england_planned": england.planned,
        "england_expected": england.expected,
        "england_lower": england.lower,
        "england_upper": england.upper,
        "england_outturn": england.outturn,
        "england_p_value": england.p_value,
        "n_weighed": n_weighed,
        "n_better": int(part["verdict"].isin(_BETTER).sum()),
        "n_worse": int(part["verdict"].isin(_WORSE).sum()),
        "expected_each_way": protocol.alpha * n_weighed,
    }


def _give_chances(panel: Panel, question: Question, part: pd.DataFrame, protocol: Protocol) -> Array:
    """Chance of each board to meet its target, as it was before a baseline of one month had come out.

    The month that became the baseline cannot both choose the target and foretell how it will be met: a board whose
    month was high by chance would seem to have further to go than it has.
    """
    stated = parse_period(str(part["baseline_period"].iloc[0]))
    end = stated.shift(-1) if stated.kind == "month" else question.end
    if str(end) not in panel.periods:
        return part["chance"].to_numpy(float)
    known, asked = keep_comparable(panel, str(end)), Question(question.target, end)
    boards = np.array([panel.column(code) for code in part["area_code"]], np.intp)
    baseline = choose_baseline(known, asked, protocol)
    if baseline.reason:
        return part["chance"].to_numpy(float)
    predictive = look_ahead(known, asked, baseline, boards, protocol).predictive
    lower_is_better = panel.metric.better == "lower"
    return chance_of_meeting(predictive, part["target"].to_numpy(float), lower_is_better=lower_is_better)


def _look_at_england(
    panel: Panel, question: Question, part: pd.DataFrame, protocol: Protocol
) -> tuple[float, _England]:
    """What boards share, and England's own forecast: boards' chances are never multiplied."""
    known = keep_comparable(panel, str(question.end))
    baseline = choose_baseline(known, question, protocol)
    if baseline.reason or ENGLAND not in panel.areas:
        return float("nan"), _NO_ENGLAND
    column = np.array([panel.column(ENGLAND)])
    boards = np.array([panel.column(code) for code in part["area_code"]], np.intp)
    nation, own = (look_ahead(known, question, baseline, one, protocol).predictive for one in (column, boards))
    outturn = observed_rate(panel, question.months, column)
    tail = (1 - protocol.interval) / 2
    below = nation.probability_below(outturn)
    better = below if panel.metric.better == "lower" else 1 - below
    england = _England(
        _plan_together(panel, question, part),
        float(nation.median[0]),
        float(nation.quantile(tail)[0]),
        float(nation.quantile(1 - tail)[0]),
        float(outturn[0]),
        float(better[0]),
    )
    return measure_shared(nation, own), england


def _plan_together(panel: Panel, question: Question, part: pd.DataFrame) -> float:
    """The rate that all boards planned together, people weighing them; ``NaN`` unless every board planned."""
    latest = part.sort_values("vintage", kind="stable").drop_duplicates("area_code", keep="last")
    columns = [panel.column(code) for code in latest["area_code"]]
    people = panel.denominator[panel.periods.index(str(question.end)), columns]
    boards = [i for i, code in enumerate(panel.areas) if code != ENGLAND]
    if set(columns) != set(boards) or not np.isfinite(people).all():
        return float("nan")
    return float(np.average(latest["target"], weights=people))
