"""Which share of the improvement asked for of a yearly count came about? Fieller, by sampling of both years."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.outturns.shares import NO_IMPROVEMENT, NOT_KNOWN, TOO_SMALL, Shares
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import Protocol
from bcf_eval.stats.forecasts.fieller import ratio_interval

Array = npt.NDArray[np.float64]

UNBOUNDED = "its interval has no end: the improvement asked for cannot be told from chance in the counts"


def measure_annual_shares(
    panel: Panel,
    columns: npt.NDArray[np.intp],
    *,
    target: Array,
    stated: Array,
    outturn: Array,
    stated_period: list[str],
    target_period: str,
    protocol: Protocol,
) -> Shares:
    """Set what came about beside what was asked for.

    Parameters
    ----------
    panel
        Of a metric that counts people.
    columns
        Which areas, shape ``(S,)``.
    target, stated, outturn
        Planned value (known without error), value of the stated baseline, and what came, shape ``(S,)``.
    stated_period
        The year each baseline is of; of one that is not in the data the sampling is not known, and there is no
        interval.
    target_period
        The year of the outturn.
    protocol
        States from how many standard deviations of the baseline an improvement has a share.
    """
    sign = -1.0 if panel.metric.better == "lower" else 1.0
    asked, came = sign * (target - stated), sign * (outturn - stated)
    variance = sampling_variance(panel)
    after = variance[panel.periods.index(target_period), columns]
    before = np.array(
        [
            variance[panel.periods.index(period), column] if period in panel.periods else np.nan
            for period, column in zip(stated_period, columns, strict=True)
        ]
    )
    found = ratio_interval(
        came,
        asked,
        top_variance=after + before,
        bottom_variance=before,
        covariance=before,
        df=np.inf,
        level=protocol.interval,
    )
    nothing = asked <= 1e-9 * np.abs(stated)
    small = asked < protocol.share_min_sd * np.sqrt(before)
    lost = [~np.isfinite(asked) | ~np.isfinite(came), nothing, ~np.isfinite(before), small]
    reasons = np.select(lost, ["not known", NO_IMPROVEMENT, NOT_KNOWN, TOO_SMALL], "").astype(object)
    defined = reasons == ""
    reasons[defined & ~np.isfinite(found.lower)] = UNBOUNDED
    share, lower, upper = (np.where(defined, one, np.nan) for one in (found.ratio, found.lower, found.upper))
    return Shares(share, lower, upper, reasons)


def sampling_variance(panel: Panel) -> Array:
    """Sampling variance of every value in the metric's unit squared, periods by areas: binomial or Poisson."""
    people = np.where(panel.denominator > 0, panel.denominator, np.nan)
    # Half an event put in, so that a count of nought is not sure.
    if panel.metric.statistic == "proportion":
        share = (panel.numerator + 0.5) / (people + 1)
        variance = share * (1 - share) / people
    else:
        variance = (panel.numerator + 0.5) / people**2
    return np.asarray(panel.metric.multiplier**2 * variance)
