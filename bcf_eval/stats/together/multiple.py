"""Which of many p-values stand out, however many were looked at? Benjamini and Hochberg's q-values."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]


def find_q_values(p_values: npt.ArrayLike) -> Array:
    """Turn p-values into q-values: the share of false finds among those that are as small, at the most.

    Parameters
    ----------
    p_values
        Of one family, shape ``(..., n)``: the last axis is the family. ``NaN`` where nothing was tested; it counts
        for nothing.

    Returns
    -------
    ndarray
        Of the same shape; ``NaN`` where there was none.

    References
    ----------
    Benjamini & Hochberg 1995, JRSS B 57:289.
    """
    p = np.asarray(p_values, float)
    order = np.argsort(p, axis=-1, kind="stable")  # NaN last
    ranked = np.take_along_axis(p, order, axis=-1)
    tested = np.isfinite(ranked)
    n = tested.sum(axis=-1, keepdims=True)
    scaled = np.where(tested, ranked * n / np.arange(1, p.shape[-1] + 1), np.inf)
    lowest_above = np.minimum.accumulate(scaled[..., ::-1], axis=-1)[..., ::-1]
    q = np.empty_like(p)
    np.put_along_axis(q, order, np.where(tested, np.minimum(lowest_above, 1.0), np.nan), axis=-1)
    return q
