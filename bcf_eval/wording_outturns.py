"""What came of all targets together, and how does one board stand among them? Counts beside what chance would bring."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from bcf_eval.specs import Metric
from bcf_eval.wording import write_chance, write_rate

# Fewer boards than these have no range and no England beside them, and their chances tell nothing of how good they are.
FEW = 20
_ALL = "all"
_ARMS = {"own baseline": "their own baseline", "national number": "the national number"}
# What allowance for the number of boards leaves standing: at most one in twenty of such findings would be chance.
_STANDS = 0.05
_SIDES = {
    "met, beyond trend": "better",
    "missed, but better than trend": "better",
    "missed, and worse than trend": "worse",
}


def describe_total(row: Mapping[Any, Any], metric: Metric) -> str:
    """Say how many targets were met and missed, what chance alone explains of that, and what England came to.

    Parameters
    ----------
    row
        Of :data:`bcf_eval.tables.OUTTURN_TOTALS`.
    metric
        What the targets are about.
    """
    n, arm = int(row["n_tested"]), row["arm"]
    whose = "" if arm == _ALL else f" whose target was {_ARMS.get(arm, arm)}"
    if n == 0:
        return f"Of the boards{whose}, none could be tested."
    if n == 1:
        met = "met" if row["n_met"] else "missed"
        odds = write_chance(row["chance_misses"])
        return (
            f"The one board{whose} that could be tested {met} the target; with business as usual the chance of a miss "
            f"was {odds}."
        )
    said = (
        f"Of {n} boards{whose}, {row['n_met']} met the target and {row['n_missed']} missed it. With business as usual "
        f"{_count_misses(row['chance_misses'], few=n < FEW)} to be expected"
    )
    if n < FEW:
        return f"{said}.{_say_beyond(row)}"
    lower, upper = row["chance_misses_lower"], row["chance_misses_upper"]
    if math.isfinite(lower):
        inside = lower <= row["n_missed"] <= upper
        said += f", and {lower:.0f} to {upper:.0f} nine times in ten, since boards move together: chance alone "
        said += "cannot be ruled out as the explanation" if inside else "does not explain the number"
    return f"{said}.{_say_beyond(row)}{_describe_england(row, metric)}"


def say_among(outturn: Mapping[Any, Any], total: Mapping[Any, Any] | None, *, alpha: float) -> str:
    """Say of an outturn beyond trend and chance how many boards had one, whether it stands, and if England had one.

    Parameters
    ----------
    outturn
        Of :data:`bcf_eval.tables.OUTTURNS`.
    total
        Of :data:`bcf_eval.tables.OUTTURN_TOTALS`, for all boards of the same target; ``None`` where there is none.
    alpha
        Chance below which an outturn is called beyond trend, each way.

    Returns
    -------
    str
        ``""`` of an outturn that trend and chance can explain.
    """
    side = _SIDES.get(str(outturn["verdict"]), "")
    if not side or total is None or not total["n_weighed"] > 1:
        return ""
    n, beyond = int(total["n_weighed"]), int(total[f"n_{side}"])
    said = (
        f"{beyond} of {n} boards came to {side} than trend and chance explain, this one among them; about "
        f"{total['expected_each_way']:.0f} would by chance alone."
    )
    q_value = float(outturn["q_value"])
    if math.isfinite(q_value):
        stands = "stands" if q_value < _STANDS else "does not stand"
        said += (
            f" It {stands} after allowance for how many boards were looked at: of findings as strong as this one, up "
            f"to {_percent(q_value)} may be chance (q-value {q_value:.2f})."
        )
    if _side_of_england(total, alpha=alpha) == side:
        said += (
            f" England as a whole also came to {side} than its own trend and chance explain "
            f"({write_rate(total['england_outturn'])} against {write_rate(total['england_expected'])}), so that part "
            "of it may be what happened everywhere."
        )
    return said


def say_among_briefly(outturn: Mapping[Any, Any], total: Mapping[Any, Any] | None) -> str:
    """Say the same in a sentence, for a line beneath a verdict: how many boards, and whether it stands."""
    side = _SIDES.get(str(outturn["verdict"]), "")
    if not side or total is None or not total["n_weighed"] > 1:
        return ""
    q_value = float(outturn["q_value"])
    stands = "it stands" if q_value < _STANDS else "it does not stand"
    allowed = f"; {stands} after allowance for how many were looked at" if math.isfinite(q_value) else ""
    return (
        f"Of {int(total['n_weighed'])} boards {int(total[f'n_{side}'])} came to {side} than trend and chance "
        f"explain{allowed}."
    )


def say_expected(row: Mapping[Any, Any]) -> str:
    """Say how many of the targets called meaningful were met, beside how many would be with nothing changed.

    Parameters
    ----------
    row
        Of :data:`bcf_eval.tables.OUTTURN_TOTALS`.
    """
    n, met, usual = int(row["n_meaningful"]), int(row["n_meaningful_met"]), float(row["expected_meaningful_met"])
    if n == 0:
        return "No target that could be tested was called more than trend and chance."
    if n == 1:
        odds = write_chance(usual)
        return (
            f"The one target called more than trend and chance was {'met' if met else 'missed'}; with nothing changed "
            f"the chance of meeting it was {odds}."
        )
    were = f"{met} {'was' if met == 1 else 'were'}"
    return (
        f"Of {n} targets called more than trend and chance, {_count_few(usual)} to be expected to be met with nothing "
        f"changed; {were}."
    )


def say_score(row: Mapping[Any, Any]) -> str:
    """Say how the chances did beside those of the customary test; ``""`` where they cannot be scored.

    Parameters
    ----------
    row
        Of :data:`bcf_eval.tables.OUTTURN_TOTALS`.
    """
    ours, naive = row["brier"], row["brier_naive"]
    if row["n_tested"] < FEW or not (math.isfinite(ours) and math.isfinite(naive)):
        return ""
    did = "did better than" if ours < naive else "did worse than" if ours > naive else "did as well as"
    plainly = " Here the customary test was the better guide." if ours > naive else ""
    return (
        f"Set against what came, the chances {did} those of the customary test (Brier score {ours:.2f} against "
        f"{naive:.2f}; 0 is perfect, and 0.25 is what always saying an even chance gets).{plainly}"
    )


def _say_beyond(row: Mapping[Any, Any]) -> str:
    """How many boards came to more than trend and chance explain, each way, beside how many chance alone brings."""
    if row["arm"] != _ALL or not row["n_weighed"] > 1:
        return ""
    usual = row["expected_each_way"]
    about = f"about {usual:.0f}" if usual >= 1 else "fewer than one"
    return (
        f" {row['n_better']} came to better than trend and chance explain and {row['n_worse']} to worse, where {about} "
        "each way would by chance alone; boards move together, so it can be many more on one side."
    )


def _describe_england(row: Mapping[Any, Any], metric: Metric) -> str:
    if row["arm"] != _ALL or not (math.isfinite(row["england_outturn"]) and math.isfinite(row["england_expected"])):
        return ""
    usual, lower, upper, planned = (
        write_rate(row[f"england_{one}"]) for one in ("expected", "lower", "upper", "planned")
    )
    better = (row["england_outturn"] <= row["england_expected"]) == (metric.better == "lower")
    odds = write_chance(row["england_p_value"] if better else 1 - row["england_p_value"])
    known = math.isfinite(row["england_planned"])
    together = f" Had every board met its target, England would have come to {planned}." if known else ""
    return (
        f" England came to {write_rate(row['england_outturn'])} {metric.unit}; its own business as usual led to "
        f"{usual} (95% interval {lower} to {upper}), and the chance of a figure at least so "
        f"{'good' if better else 'bad'} was {odds}.{together}"
    )


def _side_of_england(total: Mapping[Any, Any], *, alpha: float) -> str:
    """On which side England's own outturn lies beyond its forecast; ``""`` where on neither, or not known."""
    p_value = total["england_p_value"]
    return "better" if p_value < alpha else "worse" if p_value > 1 - alpha else ""


def _count_misses(expected: float, *, few: bool) -> str:
    if not few:
        return f"{expected:.0f} misses were"
    if round(expected, 1) == 1:
        return "about one miss was"
    return f"{_number(expected)} misses were"


def _count_few(expected: float) -> str:
    return "about one was" if round(expected, 1) == 1 else f"{_number(expected)} were"


def _number(expected: float) -> str:
    return "fewer than 0.1" if expected < 0.05 else f"{expected:.1f}"


def _percent(share: float) -> str:
    return f"{max(share, 0.01):.0%}"
