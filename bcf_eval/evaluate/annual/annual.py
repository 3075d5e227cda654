"""What do the yearly counts say? Every area and year with its interval, its change and its distance from England.

Sampling variation alone: no trend, boards not pooled.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import ENGLAND, Metric, Protocol
from bcf_eval.stats.counts.counts import Interval, count_interval, wilson_interval
from bcf_eval.stats.counts.two_counts import Difference, compare_proportions, compare_rates, estimate_dispersion
from bcf_eval.tables import ANNUAL

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]

METHODS = {
    "proportion": "Wilson interval of the year; differences by Miettinen and Nurminen's score test",
    "rate": "Byar's interval of the year, exact below 10 people; differences by the score test of two Poisson rates",
}
NO_EARLIER_YEAR = "there is no year before it in these data"
# Of a whole country sampling is next to nothing, and there is no other country to tell what else is ordinary.
OF_ENGLAND = "England's own yearly figures are not tested: sampling alone says next to nothing of a whole country"


@dataclass(frozen=True)
class _Changes:
    """On the year before, shape ``(T, S)``; ``reasons`` say why there is none, or what to be careful of.

    ``dispersion`` is how many times as much boards vary as sampling alone explains.
    """

    difference: Difference
    verdicts: Texts
    reasons: Texts
    dispersion: float


def evaluate_annual(panel: Panel, protocol: Protocol) -> pd.DataFrame:
    """Set every year of every area beside the year before and beside England.

    Parameters
    ----------
    panel
        Of a metric that counts people in a year.
    protocol
        States the coverage of intervals, and from which p-value a change is called one.

    Returns
    -------
    DataFrame
        One row an area and year; see :data:`bcf_eval.tables.ANNUAL`.
    """
    metric, level = panel.metric, protocol.interval
    interval = sampling_interval(panel.numerator, panel.denominator, metric, level=level)
    changes = _changes(panel, protocol)
    away = _differences_from_england(panel, level=level)
    england = _england(panel)
    of_england = np.array([code == ENGLAND for code in panel.areas])
    gap = panel.numerator - panel.denominator * england / metric.multiplier
    columns = {
        "area_code": np.tile(np.asarray(panel.areas, object), len(panel.periods)),
        "metric": metric.key,
        "period": np.repeat(np.asarray(panel.periods, object), len(panel.areas)),
        "numerator": panel.numerator,
        "denominator": panel.denominator,
        "value": panel.value,
        "lower": interval.lower,
        "upper": interval.upper,
        "change": changes.difference.estimate,
        "change_lower": changes.difference.lower,
        "change_upper": changes.difference.upper,
        "change_p_value": changes.difference.p_value,
        "change_verdict": changes.verdicts,
        "england": england,
        "difference": np.where(of_england, np.nan, panel.value - england),
        "difference_lower": away.lower,
        "difference_upper": away.upper,
        "people_gap": np.where(of_england, np.nan, gap),
        "reason": changes.reasons,
        "method": METHODS[metric.statistic],
        "dispersion": changes.dispersion,
    }
    frame = pd.DataFrame({name: one.ravel() if isinstance(one, np.ndarray) else one for name, one in columns.items()})
    return frame[ANNUAL].sort_values(["area_code", "period"], ignore_index=True)


def sampling_interval(numerator: Array, denominator: Array, metric: Metric, *, level: float) -> Interval:
    """The interval of a yearly value that sampling alone gives, in the metric's unit.

    Wilson's for a proportion; of a rate Byar's, exact below 10 people.
    """
    if metric.statistic == "proportion":
        found = wilson_interval(numerator, denominator, level=level)
        return Interval(metric.multiplier * found.lower, metric.multiplier * found.upper)
    found = count_interval(numerator, level=level)
    per = metric.multiplier / np.where(denominator > 0, denominator, np.nan)
    return Interval(per * found.lower, per * found.upper)


def _changes(panel: Panel, protocol: Protocol) -> _Changes:
    before = (_year_before(panel.numerator), _year_before(panel.denominator))
    found = _compare(panel.numerator, panel.denominator, *before, panel.metric, level=protocol.interval)
    reasons, cautions = _reasons(panel, found), _cautions(panel)
    lost = reasons != ""
    # Where the counts are hidden and the values are not, the change is shown all the same, untested.
    shown = np.where(np.isfinite(found.estimate), found.estimate, panel.value - _year_before(panel.value))
    shown[_splits(panel)] = np.nan
    clear = found.p_value < protocol.alpha
    verdicts = np.select(
        [lost, clear & (found.estimate < 0), clear & (found.estimate > 0)],
        ["not testable", "fell", "rose"],
        "no clear change",
    ).astype(object)
    tested = (np.where(lost, np.nan, one) for one in (found.lower, found.upper, found.p_value))
    boards = np.array([code != ENGLAND for code in panel.areas])
    dispersion = estimate_dispersion(np.where(lost, np.nan, found.p_value)[:, boards])
    return _Changes(Difference(shown, *tested), verdicts, np.where(lost, reasons, cautions), dispersion)


def _splits(panel: Panel) -> list[bool]:
    """Whether each year is on the other side of a break from the year before, length ``T``."""
    splits = {one.period for one in load.breaks(panel.metric.key) if one.effect in ("splits", "ends")}
    return [period in splits for period in panel.periods]


def _reasons(panel: Panel, found: Difference) -> Texts:
    """Why a change cannot be judged; ``""`` where it can, shape ``(T, S)``."""
    reasons = np.full(panel.value.shape, "", object)
    known = np.isfinite(panel.numerator) & np.isfinite(panel.denominator)
    splits = {one.period: one.label for one in load.breaks(panel.metric.key) if one.effect in ("splits", "ends")}
    for i, period in enumerate(panel.periods):
        before = panel.periods[i - 1] if i else ""
        reasons[i] = np.where(known[i], "", f"the counts of {period} are not known: suppressed, or not returned")
        if not before:
            reasons[i] = np.where(known[i], NO_EARLIER_YEAR, reasons[i])
            continue
        missing = f"the counts of {before} are not known: suppressed, or not returned"
        reasons[i] = np.where(known[i] & ~known[i - 1], missing, reasons[i])
        if period in splits:
            reasons[i] = np.where(known[i], f"not comparable with {before}: in {period} {splits[period]}", reasons[i])
    reasons[(reasons == "") & ~np.isfinite(found.p_value)] = "there were no people to count"
    nation = np.array([code == ENGLAND for code in panel.areas])
    reasons[(reasons == "") & nation] = OF_ENGLAND
    return reasons


def _cautions(panel: Panel) -> Texts:
    """What may have shifted the level without anything changing, shape ``(T, 1)``."""
    steps = {one.period: one.label for one in load.breaks(panel.metric.key) if one.effect == "steps"}
    told = [[f"in {one} {steps[one]}"] if one in steps else [] for one in panel.periods]
    for i in range(1, len(panel.periods)):
        coarse = [panel.periods[row] for row in (i - 1, i) if panel.to_five[row]]
        told[i] += [f"the counts of {' and of '.join(coarse)} are published to the nearest five"] if coarse else []
    said = [f"take the change with care: {' and '.join(parts)}" if parts else "" for parts in told]
    return np.array(said, object)[:, None]


def _england(panel: Panel) -> Array:
    """England's value beside every area's, shape ``(T, S)``."""
    found = panel.value[:, [panel.column(ENGLAND)]] if ENGLAND in panel.areas else np.nan
    return np.broadcast_to(found, panel.value.shape).copy()


def _differences_from_england(panel: Panel, *, level: float) -> Difference:
    """Each area less England; its sampling error is that against the rest, for England holds the area itself."""
    if ENGLAND not in panel.areas:
        return Difference(*[np.full(panel.value.shape, np.nan)] * 4)
    england = panel.column(ENGLAND)
    counted, people = panel.numerator[:, [england]], panel.denominator[:, [england]]
    rest = (counted - panel.numerator, people - panel.denominator)
    found = _compare(panel.numerator, panel.denominator, *rest, panel.metric, level=level)
    share = 1 - panel.denominator / np.where(people > 0, people, np.nan)
    return Difference(share * found.estimate, share * found.lower, share * found.upper, found.p_value)


def _compare(
    numerator: Array, denominator: Array, other: Array, other_denominator: Array, metric: Metric, *, level: float
) -> Difference:
    compare = compare_proportions if metric.statistic == "proportion" else compare_rates
    found = compare(numerator, denominator, other, other_denominator, level=level)
    unit = metric.multiplier
    return Difference(unit * found.estimate, unit * found.lower, unit * found.upper, found.p_value)


def _year_before(values: Array) -> Array:
    return np.vstack([np.full((1, values.shape[1]), np.nan), values[:-1]])
