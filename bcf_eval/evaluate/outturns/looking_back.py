"""What came of a target that somebody asks about? The outturn of one test, by month or by year."""

from __future__ import annotations

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.evaluate.annual.outturns import evaluate_annual_outturns
from bcf_eval.evaluate.outturns.outturns import evaluate_outturns
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Protocol


def look_back(observations: pd.DataFrame, test: AmbitionTest, *, protocol: Protocol | None = None) -> pd.DataFrame:
    """Set a target that was tested beside what came about.

    Parameters
    ----------
    observations
        All boards; see :mod:`bcf_eval.observations`.
    test
        From :func:`bcf_eval.evaluate.targets.questions.test_ambition`, of the same data.
    protocol
        The choices; the one that ships when left out.

    Returns
    -------
    DataFrame
        One row; see :data:`bcf_eval.tables.OUTTURNS`. None where the target period is not in the data yet. ``q_value``
        is that of the question alone: no other board was asked about.
    """
    metric, chosen = load.metric(test.metric), protocol or load.protocol()
    panel = build_panel(observations, metric)
    if metric.frequency == "month":
        return evaluate_outturns(panel, [test], chosen)
    return evaluate_annual_outturns(panel, [test], chosen)
