"""Was an ambition achieved, and is that more than trend and chance? Every ambition whose outturn is known."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import find_recounted, keep_comparable
from bcf_eval.evaluate.outturns.regression_to_mean import expect_return, find_unusual
from bcf_eval.evaluate.outturns.shares import measure_shares
from bcf_eval.evaluate.outturns.words import describe_outturn
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question, ask_question, choose_baseline
from bcf_eval.evaluate.targets.outlook import AreaOutlook, look_ahead, observed_rate
from bcf_eval.periods import parse_period
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.forecasts.scores import score_crps, split_levels
from bcf_eval.stats.together.multiple import find_q_values
from bcf_eval.tables import OUTTURNS

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

METHOD = (
    "the outturn against business as usual as forecast from the baseline; share achieved with Fieller's interval; "
    "Benjamini-Hochberg over the boards of the same ambition"
)
# Equal parts of the distribution by which it is scored: finer ones change the score by less than a hundredth.
_LEVELS = 50
NO_FIGURE = "there is no figure for the target period"
BELOW_ZERO = "the figure for the target period is below zero, which no count can be"


@dataclass(frozen=True)
class Judged:
    """Outturns of one question against business as usual; arrays of shape ``(S,)``.

    Attributes
    ----------
    met
        Whether the outturn is at least as good as the target.
    better, worse
        Probability that business as usual is at least as good, and at least as bad, as the outturn.
    verdicts
        From :data:`bcf_eval.results.OUTTURN_VERDICTS`.
    """

    met: npt.NDArray[np.bool_]
    better: Array
    worse: Array
    verdicts: Texts


def evaluate_outturns(panel: Panel, tests: list[AmbitionTest], protocol: Protocol) -> pd.DataFrame:
    """Set every ambition of a metric by month beside what came about.

    Parameters
    ----------
    panel
        The metric's data.
    tests
        Of this metric; those whose target period is not in the data yet give no row.
    protocol
        The choices.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.OUTTURNS`.
    """
    frames = []
    known = [one for one in tests if _can_be_asked(panel, one)]
    for period, end, stated in dict.fromkeys((one.period, one.baseline_end, one.baseline_period) for one in known):
        asked = [one for one in known if (one.period, one.baseline_end, one.baseline_period) == (period, end, stated)]
        frames.append(_judge_question(panel, asked, ask_question(panel, period, end), stated, protocol))
    if not frames:
        return pd.DataFrame(columns=OUTTURNS)
    found = pd.concat(frames, ignore_index=True)
    boards = found["area_code"].ne(ENGLAND) & found["verdict"].ne("not testable")
    two_sided = (2 * found["p_value"]).clip(upper=1.0).where(boards)
    # Plans of one period are one family, whenever each was made.
    q_value = two_sided.groupby([found["ambition"], found["period"]]).transform(lambda p: find_q_values(p.to_numpy()))
    return found.assign(q_value=q_value)[OUTTURNS]


def _can_be_asked(panel: Panel, test: AmbitionTest) -> bool:
    """Whether the data hold the area, the last known month and, after it, the whole target period."""
    if test.area_code not in panel.areas or test.baseline_end not in panel.periods:
        return False
    months = parse_period(test.period).months
    return set(months) <= set(panel.periods) and min(months) > test.baseline_end


def judge_outturns(
    outlook: AreaOutlook, target: Array, outturn: Array, *, alpha: float, lower_is_better: bool
) -> Judged:
    """Pass the verdicts on outturns, in the order of the closed list.

    Parameters
    ----------
    outlook
        Business as usual; ``NaN`` where there is none.
    target, outturn
        Shape ``(S,)``.
    alpha
        Probability below which business as usual is said not to bring such an outturn, each way.
    lower_is_better
        Direction of the metric.
    """
    below = outlook.predictive.probability_below(outturn)
    better, worse = (below, 1 - below) if lower_is_better else (1 - below, below)
    met = judge_met(target, outturn, lower_is_better=lower_is_better)
    verdicts = name_verdicts(met, better, worse, alpha=alpha)
    return Judged(met, better, worse, np.where(np.isfinite(target), verdicts, "not testable").astype(object))


def judge_met(target: Array, outturn: Array, *, lower_is_better: bool) -> npt.NDArray[np.bool_]:
    """Whether outturns are at least as good as targets; a target that repeats a figure may differ by rounding."""
    sign = -1.0 if lower_is_better else 1.0
    return np.asarray(sign * outturn >= sign * target - 1e-9 * np.abs(target))


def name_verdicts(met: npt.NDArray[np.bool_], better: Array, worse: Array, *, alpha: float) -> Texts:
    """Name the verdicts on outturns by whether they met, and how often business as usual is as good, and as bad."""
    beyond, behind = better < alpha, worse < alpha
    return np.select(
        [~np.isfinite(better), met & beyond, met, beyond, behind],
        [
            "not testable",
            "met, beyond trend",
            "met, as trend and chance would",
            "missed, but better than trend",
            "missed, and worse than trend",
        ],
        "missed",
    ).astype(object)


def _judge_question(
    panel: Panel, tests: list[AmbitionTest], question: Question, stated_period: str, protocol: Protocol
) -> pd.DataFrame:
    lower_is_better = panel.metric.better == "lower"
    columns = np.array([panel.column(one.area_code) for one in tests], np.intp)
    target, stated = (np.array([getattr(one, name) for one in tests]) for name in ("target", "baseline"))
    known = keep_comparable(panel, str(question.end))
    outturn = observed_rate(panel, question.months, columns)
    reasons = np.array([_find_obstacle(panel, one, question) for one in tests], object)
    reasons[(reasons == "") & ~np.isfinite(outturn)] = NO_FIGURE
    reasons[(reasons == "") & (outturn < 0)] = BELOW_ZERO
    baseline = choose_baseline(known, question, protocol)
    outlook = look_ahead(known, question, baseline, columns, protocol).hidden_where([bool(one) for one in reasons])
    judged = judge_outturns(outlook, target, outturn, alpha=protocol.alpha, lower_is_better=lower_is_better)
    months = [one for one in parse_period(stated_period).months if one in panel.periods]
    shares = measure_shares(
        known,
        baseline,
        columns,
        target=target,
        stated=stated,
        outturn=outturn,
        stated_months=months or [str(question.end)],
        target_months=question.months,
        protocol=protocol,
    )
    sign = -1.0 if lower_is_better else 1.0
    tail = (1 - protocol.interval) / 2
    payment = stated + protocol.payment_share * (target - stated)
    paid = outlook.predictive.probability_below(payment)
    moves = sign * (outturn - outlook.predictive.median) >= 0
    frame = pd.DataFrame(
        {
            "ambition": [one.ambition for one in tests],
            "area_code": [one.area_code for one in tests],
            "area_name": [one.area_name for one in tests],
            "metric": panel.metric.key,
            "period": str(question.target),
            "arm": list(_name_arms(tests)),
            "target": target,
            "baseline_period": stated_period,
            "baseline": stated,
            "outturn": outturn,
            "expected": outlook.predictive.median,
            "lower": outlook.predictive.quantile(tail),
            "upper": outlook.predictive.quantile(1 - tail),
            "chance": [one.chance for one in tests],
            "calibration": [one.calibration for one in tests],
            "met": np.where(np.isfinite(outturn) & np.isfinite(target), judged.met, False),
            "p_value": np.where(moves, judged.better, judged.worse),
            "q_value": np.nan,
            "verdict": judged.verdicts,
            "reason": np.where(judged.verdicts == "not testable", reasons, ""),
            "share_achieved": shares.share,
            "share_lower": shares.lower,
            "share_upper": shares.upper,
            "share_reason": shares.reasons,
            "chance_of_payment": np.where(sign * (target - stated) > 0, paid if lower_is_better else 1 - paid, np.nan),
            "regression_to_mean": _expect_return(panel, question, stated_period, columns, protocol),
            "baseline_unusual": _find_unusual(panel, stated_period, columns, protocol),
            "people_gap": (outturn - target) * _count_per_unit(panel, question, columns),
            "crps": _score(outlook, outturn),
            "vintage": [one.vintage for one in tests],
            "source": [one.source for one in tests],
            "method": METHOD,
        }
    )
    return frame.assign(sentence=[describe_outturn(row, panel.metric) for row in frame.to_dict("records")])


def _expect_return(
    panel: Panel, question: Question, stated_period: str, columns: npt.NDArray[np.intp], protocol: Protocol
) -> Array:
    """What regression to the mean alone takes off a baseline of one month; ``NaN`` for a longer one."""
    if parse_period(stated_period).kind != "month" or stated_period not in panel.periods:
        return np.full(columns.size, np.nan)
    return expect_return(panel, question, stated_period, columns, protocol)


def _find_unusual(panel: Panel, stated_period: str, columns: npt.NDArray[np.intp], protocol: Protocol) -> Texts:
    """Whether a baseline of one month was out of the ordinary; of a longer one it is not asked."""
    if parse_period(stated_period).kind != "month":
        return np.full(columns.size, "", object)
    return find_unusual(panel, stated_period, columns, protocol)


def _score(outlook: AreaOutlook, outturn: Array) -> Array:
    levels = split_levels(_LEVELS)
    quantiles = np.stack([outlook.predictive.quantile(float(one)) for one in levels], axis=1)
    return score_crps(quantiles, levels, outturn)


def _find_obstacle(panel: Panel, test: AmbitionTest, question: Question) -> str:
    """Why the outturn cannot be set against business as usual; ``""`` where it can."""
    if test.verdict == "not testable":
        return test.reason
    return find_recounted(panel, test.area_code, str(question.end), question.months[-1])


def _name_arms(tests: list[AmbitionTest]) -> Iterable[str]:
    """Which part of a national rule set each target: its number, or the board's own baseline."""
    rules = {one.key: one for one in load.ambition_rules()}
    for test in tests:
        rule = rules.get(test.ambition)
        if rule is None or rule.kind != "threshold_or_own":
            yield ""
        else:
            yield "national number" if np.isclose(test.target, rule.threshold, rtol=1e-9) else "own baseline"


def _count_per_unit(panel: Panel, question: Question, columns: npt.NDArray[np.intp]) -> Array:
    """Counts over the target period that one unit of its rate stands for, shape ``(S,)``."""
    per_unit = panel.events_per_unit[np.ix_(panel.rows(tuple(question.months)), columns)]
    return np.asarray(per_unit.sum(0) if panel.metric.per_day else per_unit.mean(0))
