"""How do boards lie beside one another? Their spread, their places, and who stands apart from England."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.together.funnel import build_funnel
from bcf_eval.evaluate.together.heterogeneity import build_heterogeneity
from bcf_eval.evaluate.together.ranking import build_ranks
from bcf_eval.specs import Protocol
from bcf_eval.tables import ITS_EFFECTS


@dataclass(frozen=True)
class ManyAreas:
    """Results of one metric; see :mod:`bcf_eval.tables` for the columns."""

    heterogeneity: pd.DataFrame
    funnel: pd.DataFrame
    ranks: pd.DataFrame


def describe_many_areas(panel: Panel, effects: pd.DataFrame | None, protocol: Protocol) -> ManyAreas:
    """Describe the boards of one metric together.

    Parameters
    ----------
    panel
        The metric's data.
    effects
        What :func:`bcf_eval.evaluate.its.its.evaluate_its` found of it; ``None`` for a metric that is not fitted.
    protocol
        The choices.

    Returns
    -------
    ManyAreas
    """
    found = pd.DataFrame(columns=ITS_EFFECTS) if effects is None else effects
    return ManyAreas(build_heterogeneity(found, protocol), build_funnel(panel, protocol), build_ranks(found, protocol))
