"""How much did boards' changes differ? A description: boards move together, so that their mean is never tested."""

from __future__ import annotations

import math

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its.informative import UNINFORMATIVE
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.together.heterogeneity import Heterogeneity, estimate_heterogeneity
from bcf_eval.tables import HETEROGENEITY
from bcf_eval.wording import write_change, write_rate

CONTRASTS = {
    "average_12": "average change over the first 12 months",
    "level": "change of level",
    "slope": "change of slope",
}


def build_heterogeneity(effects: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Describe how boards' own changes lie around their mean, for every metric and intervention.

    Parameters
    ----------
    effects
        See :data:`bcf_eval.tables.ITS_EFFECTS`.
    protocol
        States the coverage of the prediction interval.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.HETEROGENEITY`. The mean has no standard error; England's own stands beside it.
    """
    verdicts = select_verdicts(effects)
    rows = []
    for (metric, intervention), part in verdicts.groupby(["metric", "intervention"], sort=False):
        for contrast, words in CONTRASTS.items():
            of_contrast = part[part["contrast"].eq(contrast)]
            nation = of_contrast[of_contrast["area_code"].eq(ENGLAND)]
            england, error = (
                float(nation[name].iloc[0]) if len(nation) else math.nan for name in ("estimate", "std_error")
            )
            boards = of_contrast[of_contrast["area_code"].ne(ENGLAND) & is_estimated(of_contrast)]
            found = estimate_heterogeneity(
                boards["estimate"],
                boards["std_error"],
                level=protocol.interval,
                least_std_error=error if math.isfinite(error) else 0.0,
            )
            unit = str(of_contrast["unit"].iloc[0]) if len(of_contrast) else ""
            started = next(one.label for one in load.interventions(str(metric)) if one.key == intervention)
            sentence = _describe(found, words, started, unit, england, error, protocol)
            rows.append(
                (
                    metric, intervention, contrast, found.n, found.mean, found.tau, found.i_squared,
                    found.prediction_lower, found.prediction_upper, england, error, sentence,
                )
            )  # fmt: skip
    return pd.DataFrame(rows, columns=HETEROGENEITY)


def select_verdicts(effects: pd.DataFrame) -> pd.DataFrame:
    """The effects of areas' own series that verdicts stand on."""
    return effects[effects["fit"].eq("verdict") & effects["specification"].eq("main") & effects["scope"].eq("own")]


def is_estimated(effects: pd.DataFrame) -> pd.Series:
    """Whether an effect has an estimate with an error, also one too uncertain to be judged by itself."""
    known = effects["estimate"].notna() & effects["std_error"].gt(0) & ~effects["extrapolated"].astype(bool)
    return known & (effects["reason"].eq("") | effects["reason"].isin(UNINFORMATIVE))


def _describe(
    found: Heterogeneity, words: str, started: str, unit: str, england: float, error: float, protocol: Protocol
) -> str:
    if not math.isfinite(found.tau):
        return f"Too few boards have an estimate to say how much they differ: {found.n}."
    # A slope is small beside a level: as many digits as its own spread asks for.
    scale = max(abs(found.mean), found.tau, found.prediction_upper - found.mean)
    digits = 1 if scale >= 10 else 2 if scale >= 1 else 3
    spread = (
        f"true changes differ between boards with a standard deviation of about {write_rate(found.tau, digits=digits)}"
        if found.tau > 0
        else "the errors of the estimates are enough to explain how they differ"
    )
    lower, upper = (write_change(one, digits=digits) for one in (found.prediction_lower, found.prediction_upper))
    first = (
        f"The {words} from {started} has a mean of {write_change(found.mean, digits=digits)} ({unit}) over "
        f"{found.n} boards; {spread}, and {100 * found.i_squared:.0f}% of the spread of the estimates is more than "
        f"error. {100 * protocol.interval:.0f} in 100 such boards are expected between {lower} and {upper}."
    )
    if not math.isfinite(error):
        return f"{first} This describes boards: as they move together, their mean is not tested."
    return (
        f"{first} This describes boards and tests nothing: as they move together, their mean is known no better than "
        f"the same change in England as a whole, {write_change(england, digits=digits)} with a standard error of "
        f"{write_rate(error, digits=digits)}."
    )
