"""How may an ambition be asked of a metric? By month against a forecast, by year against chance in the counts."""

from __future__ import annotations

from bcf_eval.evaluate.annual.ambitions import evaluate_annual_ambitions
from bcf_eval.evaluate.annual.question import ask_annual_question
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.ambitions import evaluate_ambitions
from bcf_eval.evaluate.targets.baseline import Question, ask_question
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Ambition, Protocol


def ask(panel: Panel, target: str, baseline_end: str | None) -> Question:
    """Read a target period and the last one that was known, in the periods of the metric.

    Raises
    ------
    RequestError
        If they make no sense together, or the data cannot answer; see :func:`.ask_question` and
        :func:`.ask_annual_question`.
    """
    return (ask_question if panel.metric.frequency == "month" else ask_annual_question)(panel, target, baseline_end)


def answer(panel: Panel, ambitions: list[Ambition], protocol: Protocol) -> list[AmbitionTest]:
    """Test ambitions of a metric in the way it allows."""
    test = evaluate_ambitions if panel.metric.frequency == "month" else evaluate_annual_ambitions
    return test(panel, ambitions, protocol)
