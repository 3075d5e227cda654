"""Which verdict does an ambition get? The closed list, passed in its order."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.targets.outlook import AreaOutlook
from bcf_eval.stats.forecasts.ambition import chance_of_meeting

Array = npt.NDArray[np.float64]
Texts = npt.NDArray[np.object_]


def judge_ambitions(
    planned: Array,
    stated: Array,
    outlook: AreaOutlook,
    *,
    alpha: float,
    lower_is_better: bool,
    beyond: npt.NDArray[np.bool_] | None = None,
) -> Texts:
    """Pass the verdicts, in the order of the closed list.

    Parameters
    ----------
    planned, stated
        Target and baseline, shape ``(S,)``.
    outlook
        Business as usual; ``NaN`` where there is none.
    alpha
        Chance from which meeting the target is called likely enough without change.
    lower_is_better
        Direction of the metric.
    beyond
        Whether boards have hardly ever improved as much, shape ``(S,)``; of none when left out.

    Returns
    -------
    ndarray of str
        Shape ``(S,)``.
    """
    sign = -1.0 if lower_is_better else 1.0
    chance = chance_of_meeting(outlook.predictive, planned, lower_is_better=lower_is_better)
    medians = sign * np.stack([outlook.predictive.median, outlook.continues])
    return np.select(
        [
            ~np.isfinite(chance) | ~np.isfinite(stated),
            # A target that repeats the baseline may differ from it by rounding.
            sign * planned <= sign * stated + 1e-9 * np.abs(stated),
            (medians >= sign * planned).any(axis=0),
            chance >= alpha,
            np.zeros(planned.shape, bool) if beyond is None else beyond,
        ],
        ["not testable", "no improvement", "rewards trend", "within variation", "beyond the record"],
        "meaningful",
    ).astype(object)
