"""Does the verdict on a target hold when the choices of the protocol are varied? If not, what it would be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from bcf_eval.results import CheckResult
from bcf_eval.specs import Protocol
from bcf_eval.wording import AMBITION_LABELS


@dataclass(frozen=True)
class Variant:
    """Another choice, and what it would make of the verdict.

    Attributes
    ----------
    most
        Months of baseline used at the most, 0 for all; ``None`` where it is the protocol's own.
    alpha
        Chance called unlikely; ``None`` where it is the protocol's own.
    verdict
        The verdict under these.
    """

    most: int | None
    alpha: float | None
    verdict: str

    @property
    def choice(self) -> str:
        """What was varied, in words."""
        length = "" if self.most is None else f"a baseline of {f'{self.most} months' if self.most else 'all months'}"
        limit = "" if self.alpha is None else f"a limit of {100 * self.alpha:g}%"
        return " and ".join(part for part in (length, limit) if part)


def find_moving(verdict: str, variants: Iterable[Variant]) -> list[Variant]:
    """Find the variants under which the verdict is another; none of a target that cannot be tested."""
    if verdict == "not testable":
        return []
    return [one for one in variants if one.verdict not in (verdict, "not testable")]


def check_fragility(moving: list[Variant], protocol: Protocol) -> CheckResult:
    """Say to what the verdict changes, and with what; or between which choices it stays.

    Parameters
    ----------
    moving
        From :func:`find_moving`. Where one choice alone moves the verdict, those of two at once go unsaid.
    protocol
        Of a metric by month.
    """
    if not moving:
        lengths = ", ".join(f"{most} months" if most else "all months" for most in protocol.ambition_baselines)
        alphas = ", ".join(f"{alpha:.1%}" for alpha in protocol.ambition_alphas)
        detail = f"The verdict is the same for baselines of {lengths} and chances called unlikely from {alphas}."
        return CheckResult("fragility", True, detail)
    return CheckResult("fragility", False, say_moving(moving))


def say_moving(moving: list[Variant]) -> str:
    """Say what a verdict would be with other choices: ``With a limit of 10% it would be "..."``."""
    single = [one for one in moving if one.most is None or one.alpha is None] or moving
    single = sorted(single, key=lambda one: one.most is None)
    said = []
    for verdict in dict.fromkeys(one.verdict for one in single):
        choices = " or ".join(dict.fromkeys(one.choice for one in single if one.verdict == verdict))
        said.append(f'With {choices} it would be "{AMBITION_LABELS[verdict]}".')
    return " ".join(said)
