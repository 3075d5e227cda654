"""How far do boards move together? The part of their uncertainty that England's own is."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.special import ndtr

from bcf_eval.stats.forecasts.ambition import Predictive

Array = npt.NDArray[np.float64]


def measure_shared(england: Predictive, boards: Predictive) -> float:
    """Find which part of the variance of boards' errors one shock makes that is as large as England's.

    What England does beyond its forecast, all boards do on average: on the log scale a board's error is England's and
    one of its own. England's forecast is wide (its tails are not calibrated), so that this errs towards more that is
    shared, and ranges of counts towards the wide side.

    Parameters
    ----------
    england
        Business as usual of England alone, shape ``(1,)``.
    boards
        Of the boards, shape ``(S,)``.

    Returns
    -------
    float
        Of the middling board, between 0 and 1; ``NaN`` where either has no forecast.
    """
    national, own = _measure_spread(england), _measure_spread(boards)
    own = own[np.isfinite(own) & (own > 0)]
    if own.size == 0 or not np.isfinite(national).all():
        return float("nan")
    return float(np.clip(np.median(national[0] ** 2 / own**2), 0.0, 1.0))


def _measure_spread(predictive: Predictive) -> Array:
    """Half the middle 68% on the log scale, one standard deviation of a Gaussian, shape ``(S,)``."""
    low, high = (np.log(predictive.quantile(float(ndtr(side))) + predictive.floor) for side in (-1.0, 1.0))
    return np.asarray((high - low) / 2)
