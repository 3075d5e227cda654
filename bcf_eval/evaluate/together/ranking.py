"""Where does each board's change stand among the boards', and how sure is that? Caterpillars with rank uncertainty."""

from __future__ import annotations

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.together.heterogeneity import is_estimated, select_verdicts
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.together.ranks import rank_areas
from bcf_eval.tables import RANKS


def build_ranks(effects: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Rank boards by the primary contrast, for every metric and intervention.

    Parameters
    ----------
    effects
        See :data:`bcf_eval.tables.ITS_EFFECTS`.
    protocol
        States the contrast, the coverage, and the draws and seed of the simulation.

    Returns
    -------
    DataFrame
        See :data:`bcf_eval.tables.RANKS`, in order of rank. Rank 1 changed the most in the better direction;
        boards without an estimate are not in it.
    """
    verdicts = select_verdicts(effects)
    primary = verdicts[verdicts["contrast"].eq(protocol.primary_contrast) & verdicts["area_code"].ne(ENGLAND)]
    primary = primary[is_estimated(primary)]
    frames = []
    for (metric, _), part in primary.groupby(["metric", "intervention"], sort=False):
        sign = 1 if load.metric(str(metric)).better == "lower" else -1
        found = rank_areas(
            sign * part["estimate"].to_numpy(float),
            part["std_error"].to_numpy(float),
            draws=protocol.simulation_draws,
            seed=protocol.simulation_seed,
            level=protocol.interval,
        )
        if found.n:
            places = {"rank": found.rank, "rank_lower": found.lower, "rank_upper": found.upper}
            ranked = part.assign(**{name: one.astype(np.int64) for name, one in places.items()}, n=found.n)
            frames.append(ranked.sort_values("rank")[RANKS])
    return pd.concat(frames, ignore_index=True) if frames else pd.DataFrame(columns=RANKS)
