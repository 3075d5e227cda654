"""What did the protocol choose, in words? The contrast that counts, how wide an interval is, and what was varied."""

from __future__ import annotations

import math

from bcf_eval.catalogue import load
from bcf_eval.report.data import Change
from bcf_eval.report.labels import CONTRASTS, Label
from bcf_eval.specs import Metric, Protocol

_COUNTS = "the one that counts: fixed in the protocol, the same for every board"
_SAID = {
    "level": "the change in the first month",
    "slope": "the change in slope",
    "average_12": "the average change over the first 12 months",
    "cumulative": "the change over all the months followed, together",
}


def write_percent(share: float) -> str:
    """A share that was chosen, in per cent, as finely as it was stated: ``97.5%``."""
    return f"{100 * share:.6g}%"


def name_interval(protocol: Protocol | None = None) -> str:
    """Name the intervals of a protocol, the one that ships when left out: ``95% interval``."""
    return f"{write_percent((protocol or load.protocol()).interval)} interval"


def shows_verdict(protocol: Protocol) -> bool:
    """Whether an interval holds zero just where the verdict is that there is no clear change."""
    return math.isclose(protocol.interval, 1 - protocol.alpha)


def name_contrast(key: str, primary: str = "") -> Label:
    """Name a contrast; of the primary one, say that it is the one that counts."""
    known = CONTRASTS.get(key)
    if known is None:
        known = Label(f"At {_months(key)}", f"in month {_horizon(key)}")
    if key != primary:
        return known
    return Label(known.short, f"{known.meaning}; {_COUNTS}" if known.meaning else _COUNTS)


def say_contrast(key: str) -> str:
    """Say a contrast within a sentence: ``the average change over the first 12 months``."""
    return _SAID.get(key) or f"the change in month {_horizon(key)}"


def name_unit(key: str, metric: Metric) -> str:
    """The unit of a contrast."""
    named = {"slope": f"{metric.period_unit}, change per month", "cumulative": metric.count_unit}
    return named.get(key, metric.period_unit)


def list_contrasts(change: Change) -> list[str]:
    """List the contrasts that are shown, in the order of a table.

    That in month 1 is the jump itself and is shown only where the protocol made it the primary one.
    """
    horizons = [key for key in change.own if key.startswith("at_") and (key != "at_1" or change.primary == key)]
    ordered = ["level", "average_12", *sorted(horizons, key=lambda key: int(_horizon(key))), "slope", "cumulative"]
    return [key for key in ordered if key in change.own]


def say_window(protocol: Protocol) -> str:
    """Say which months a verdict stands on: ``the 24 months before and after each start``."""
    before, after = protocol.verdict_before, protocol.verdict_after
    return f"the {before} months before and {'' if before == after else f'the {after} '}after each start"


def say_fragile(protocol: Protocol | None = None) -> str:
    """Say what a fragile verdict on a target moves with: what the protocol varied."""
    chosen = protocol or load.protocol()
    varied = []
    if set(chosen.ambition_baselines) != {chosen.ambition_max_points}:
        varied.append("the length of the baseline")
    if set(chosen.ambition_alphas) != {chosen.alpha}:
        varied.append("the chance that is called unlikely")
    return " or ".join(varied) or "the choices of the protocol"


def _horizon(key: str) -> str:
    return key.rpartition("_")[2]


def _months(key: str) -> str:
    return "1 month" if _horizon(key) == "1" else f"{_horizon(key)} months"
