"""Was a target for a yearly count achieved, and is that more than trend and chance? Every one whose year is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.annual.outlook import look_years_ahead, name_kind
from bcf_eval.evaluate.annual.sampling import DISTRIBUTIONS
from bcf_eval.evaluate.annual.shares import measure_annual_shares
from bcf_eval.evaluate.outturns.outturns import judge_met, name_verdicts
from bcf_eval.evaluate.outturns.words import ALONE, describe_outturn
from bcf_eval.evaluate.panel import Panel
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.counts.counts import NextCount
from bcf_eval.stats.counts.pooled_predictive import CountPredictive
from bcf_eval.stats.counts.pooling import MIN_TIMES
from bcf_eval.stats.forecasts.scores import score_crps, split_levels
from bcf_eval.stats.together.multiple import find_q_values
from bcf_eval.tables import OUTTURNS

Array = npt.NDArray[np.float64]

POOLED = "the outturn against the board's line, drawn towards those of all boards, as it was known at the baseline"
SAMPLING = f"the outturn against {ALONE} ({{distribution}}): no trend, boards not pooled"
SHARE = "share achieved with Fieller's interval, sampling of both years counted"
NO_FIGURE = "there is no figure for the target year"
NO_COUNTS = "the counts of the target year are not known"
OPEN = "the answer hinges on how much all boards move together in a year, which so few years cannot tell"
RARE = "sampling alone would rarely bring it, but too few years can be compared to tell whether the trend would"
# Points at which the distribution is worked out to be scored, and equal parts of it.
_POINTS, _LEVELS, _ENDS = 61, 50, 0.0005


@dataclass(frozen=True)
class _Weighed:
    """Outturns against business as usual, arrays of shape ``(S,)``; ``NaN`` where there is none."""

    expected: Array
    lower: Array
    upper: Array
    better: Array
    worse: Array
    paid: Array
    crps: Array
    verdicts: npt.NDArray[np.object_]
    reasons: npt.NDArray[np.object_]


@dataclass(frozen=True)
class _Came:
    """Targets of one question and what came of them, in the metric's unit and as people; arrays of shape ``(S,)``."""

    columns: npt.NDArray[np.intp]
    target: Array
    stated: Array
    outturn: Array
    count: Array
    people: Array
    per_unit: Array
    met: npt.NDArray[np.bool_]


def evaluate_annual_outturns(panel: Panel, tests: list[AmbitionTest], protocol: Protocol) -> pd.DataFrame:
    """Set every ambition of a yearly metric beside what came about.

    Parameters
    ----------
    panel
        The metric's data.
    tests
        Of this metric; those whose year is not in the data yet give no row.
    protocol
        The choices.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.OUTTURNS`. Where trend could be weighed, the outturn stands beside the pooled lines
        and has a verdict if all shared shocks agree; elsewhere beside sampling alone, which can explain an
        outturn but never shows that the trend does not.
    """
    keys = dict.fromkeys((one.period, one.baseline_end) for one in tests if one.period in panel.periods)
    groups = [[one for one in tests if (one.period, one.baseline_end) == key] for key in keys]
    frames = [_judge(panel, asked, protocol) for asked in groups]
    if not frames:
        return pd.DataFrame(columns=OUTTURNS)
    found = pd.concat(frames, ignore_index=True)
    boards = found["area_code"].ne(ENGLAND) & found["verdict"].ne("not testable")
    two_sided = (2 * found["p_value"]).clip(upper=1.0).where(boards)
    q_value = two_sided.groupby([found["ambition"], found["period"]]).transform(lambda p: find_q_values(p.to_numpy()))
    found = found.assign(q_value=q_value)
    return found.assign(sentence=[describe_outturn(row, panel.metric) for row in found.to_dict("records")])[OUTTURNS]


def _judge(panel: Panel, tests: list[AmbitionTest], protocol: Protocol) -> pd.DataFrame:
    came = _read(panel, tests)
    pooled = np.array([one.n_baseline >= MIN_TIMES for one in tests])
    sampled = np.array([one.n_baseline == 1 for one in tests])
    weighed = _weigh_sampling(panel, tests, came, protocol)
    if pooled.any():
        of_lines = _weigh_pooled(panel, tests[int(pooled.argmax())], came, protocol)
        weighed = _Weighed(
            *(np.where(pooled, getattr(of_lines, name), getattr(weighed, name)) for name in _Weighed.__annotations__)
        )
    # An obstacle to the target's own test stands in the way here too: a change in counting, of boundaries.
    refused = np.array(["" if one.n_baseline else one.reason for one in tests], object)
    unknown = np.where(np.isfinite(came.outturn), np.where(np.isfinite(came.count), "", NO_COUNTS), NO_FIGURE)
    lost = np.where(refused != "", refused, unknown)
    none = lost != ""
    verdicts = np.where(none, "not testable", weighed.verdicts)
    reasons = np.where(none, lost, weighed.reasons)
    shares = measure_annual_shares(
        panel,
        came.columns,
        target=came.target,
        stated=came.stated,
        outturn=came.outturn,
        stated_period=[one.baseline_period for one in tests],
        target_period=tests[0].period,
        protocol=protocol,
    )
    sign = -1.0 if panel.metric.better == "lower" else 1.0
    numbers = {
        name: np.where(none, np.nan, getattr(weighed, name)) for name in ("expected", "lower", "upper", "paid", "crps")
    }
    p_value = np.where(sign * (came.outturn - weighed.expected) >= 0, weighed.better, weighed.worse)
    asks = sign * (came.target - came.stated) > 0
    sampling = SAMPLING.format(distribution=DISTRIBUTIONS.get(panel.metric.statistic, "no model"))
    return pd.DataFrame(
        {
            "ambition": [one.ambition for one in tests],
            "area_code": [one.area_code for one in tests],
            "area_name": [one.area_name for one in tests],
            "metric": panel.metric.key,
            "period": tests[0].period,
            "arm": "",
            "target": came.target,
            "baseline_period": [one.baseline_period for one in tests],
            "baseline": came.stated,
            "outturn": came.outturn,
            "expected": numbers["expected"],
            "lower": numbers["lower"],
            "upper": numbers["upper"],
            "chance": [one.chance for one in tests],
            "calibration": [one.calibration for one in tests],
            "met": came.met,
            "p_value": np.where(verdicts == "not testable", np.nan, p_value),
            "q_value": np.nan,
            "verdict": verdicts,
            "reason": np.where(verdicts == "not testable", reasons, ""),
            "share_achieved": shares.share,
            "share_lower": shares.lower,
            "share_upper": shares.upper,
            "share_reason": shares.reasons,
            "chance_of_payment": np.where(asks, numbers["paid"], np.nan),
            "regression_to_mean": np.nan,
            "baseline_unusual": "",
            "people_gap": (came.outturn - came.target) * came.per_unit,
            "crps": numbers["crps"],
            "vintage": [one.vintage for one in tests],
            "source": [one.source for one in tests],
            "method": [f"{POOLED if at else sampling if alone else 'none'}; {SHARE}"
                       for at, alone in zip(pooled, sampled, strict=True)],
            "sentence": "",
        }
    )  # fmt: skip


def _read(panel: Panel, tests: list[AmbitionTest]) -> _Came:
    row = panel.periods.index(tests[0].period)
    codes = [one.area_code for one in tests]
    there = np.array([code in panel.areas for code in codes])
    columns = np.array([panel.column(code) if code in panel.areas else 0 for code in codes], np.intp)
    outturn, count, people, per_unit = (
        np.where(there, values[row, columns], np.nan)
        for values in (panel.value, panel.numerator, panel.denominator, panel.events_per_unit)
    )
    target, stated = (np.array([getattr(one, name) for one in tests], float) for name in ("target", "baseline"))
    met = judge_met(target, outturn, lower_is_better=panel.metric.better == "lower")
    return _Came(columns, target, stated, outturn, count, people, per_unit, met)


def _weigh_pooled(panel: Panel, test: AmbitionTest, came: _Came, protocol: Protocol) -> _Weighed:
    """Set outturns beside the lines of the years that the targets were weighed by."""
    years = tuple(one for one in panel.periods if test.baseline_start <= one <= test.baseline_end)
    outlook = look_years_ahead(panel, years, test.period)
    kind, lower_is_better = name_kind(panel.metric), panel.metric.better == "lower"
    # The count is judged for the people there were, not for those of the year before.
    of_year = [
        CountPredictive(one.mean[came.columns], one.sd[came.columns], came.people, kind) for one in outlook.predictives
    ]
    shown, tail = of_year[0], (1 - protocol.interval) / 2
    better = np.array([one.chance(came.count, lower_is_better=lower_is_better) for one in of_year])
    worse = np.array([one.chance(came.count, lower_is_better=not lower_is_better) for one in of_year])
    passed = np.array(
        [name_verdicts(came.met, *pair, alpha=protocol.alpha) for pair in zip(better, worse, strict=True)]
    )
    agree = (passed == passed[0]).all(axis=0)
    payment = (came.stated + protocol.payment_share * (came.target - came.stated)) * came.per_unit
    return _Weighed(
        expected=shown.median / came.per_unit,
        lower=shown.quantile(tail) / came.per_unit,
        upper=shown.quantile(1 - tail) / came.per_unit,
        better=better[0],
        worse=worse[0],
        paid=shown.chance(payment, lower_is_better=lower_is_better),
        crps=_score(shown, came),
        verdicts=np.where(agree, passed[0], "not testable"),
        reasons=np.where(agree, "", OPEN).astype(object),
    )


def _weigh_sampling(panel: Panel, tests: list[AmbitionTest], came: _Came, protocol: Protocol) -> _Weighed:
    """Set outturns beside what chance in the counts alone brings; one it rarely brings has no verdict."""
    lower_is_better, proportion = panel.metric.better == "lower", panel.metric.statistic == "proportion"
    numbers = np.full((6, len(tests)), np.nan)
    for i, (one, column) in enumerate(zip(tests, came.columns, strict=True)):
        if one.n_baseline != 1 or not np.isfinite(came.count[i]):
            continue
        row = panel.periods.index(one.baseline_end)
        known = NextCount(float(panel.numerator[row, column]), float(panel.denominator[row, column]), proportion)
        # The distribution is that of as many people as in the baseline year: the outturn is brought to them.
        per_unit = float(panel.events_per_unit[row, column])
        count = came.outturn[i] * per_unit
        low, high = known.interval(level=protocol.interval)
        payment = (came.stated[i] + protocol.payment_share * (came.target[i] - came.stated[i])) * per_unit
        numbers[:, i] = (
            known.count / per_unit,
            low / per_unit,
            high / per_unit,
            known.chance(count, lower_is_better=lower_is_better),
            known.chance(count, lower_is_better=not lower_is_better),
            known.chance(payment, lower_is_better=lower_is_better),
        )
    expected, lower, upper, better, worse, paid = numbers
    verdicts = name_verdicts(came.met, better, worse, alpha=protocol.alpha)
    rare = (better < protocol.alpha) | (worse < protocol.alpha)
    return _Weighed(
        expected=expected,
        lower=lower,
        upper=upper,
        better=better,
        worse=worse,
        paid=paid,
        crps=np.full(len(tests), np.nan),
        verdicts=np.where(rare, "not testable", verdicts),
        reasons=np.where(rare, RARE, "").astype(object),
    )


def _score(predictive: CountPredictive, came: _Came) -> Array:
    """The score of the whole distribution of the count, in the metric's unit."""
    low, high = predictive.quantile(_ENDS) - 1, predictive.quantile(1 - _ENDS)
    points = low + (high - low) * np.linspace(0, 1, _POINTS)[:, None]
    below = np.array([predictive.at_most(one) for one in points])
    levels = split_levels(_LEVELS)
    quantiles = np.array([np.interp(levels, below[:, i], points[:, i]) for i in range(came.count.size)])
    known = np.isfinite(below).all(axis=0)
    return np.where(known, score_crps(quantiles.reshape(-1, _LEVELS), levels, came.count) / came.per_unit, np.nan)
