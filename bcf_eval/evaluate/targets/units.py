"""Is a target in the unit of its metric? A target far from its baseline is questioned before it is judged."""

from __future__ import annotations

from dataclasses import replace

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.results import UNIT, AmbitionTest, CheckResult
from bcf_eval.specs import Metric
from bcf_eval.wording import write_rate
from bcf_eval.wording_annual import describe_target

# Between them lies what a board may plan for a year or two; a quarter's figure is about 0.25 of a year's.
_LEAST, _MOST = 0.4, 2.5


def word_tests(tests: list[AmbitionTest], metric: Metric) -> list[AmbitionTest]:
    """Question the unit of each target first, then put the answer into words.

    Parameters
    ----------
    tests
        Of one metric, with their verdicts, which stay as they are.
    metric
        What they are about.
    """
    asked = [replace(one, checks=[*_check_unit(one, metric), *one.checks]) for one in tests]
    return [replace(one, sentence=describe_target(one, metric)) for one in asked]


def _check_unit(test: AmbitionTest, metric: Metric) -> list[CheckResult]:
    # A national rule states its number in the unit of the metric; it may well ask much of some boards.
    ruled = test.ambition in {rule.key for rule in load.ambition_rules()}
    if ruled or not test.baseline > 0 or not test.target >= 0 or not _is_doubtful(test, metric):
        return []
    unit = metric.unit
    if metric.frequency == "month" and not metric.per_day:
        unit += f" over the whole of {parse_period(test.period).label}"
    numbers = [write_rate(one, digits=2 if one < 10 else 1) for one in (test.target, test.baseline)]
    detail = f"Is this in the right unit? The target is {numbers[0]}, the baseline {numbers[1]}; targets are in {unit}."
    return [CheckResult(UNIT, False, detail)]


def _is_doubtful(test: AmbitionTest, metric: Metric) -> bool:
    share = metric.statistic == "proportion" and metric.multiplier > 1
    if share and 0 < test.target <= 1 < test.baseline:
        return True
    return not _LEAST <= test.target / test.baseline <= _MOST
