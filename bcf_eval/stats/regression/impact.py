"""How does an effect come in? At once or bit by bit, after a delay, for good or for a while: the columns of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np
import numpy.typing as npt

from bcf_eval.errors import RequestError

Array = npt.NDArray[np.float64]
Times = npt.NDArray[np.int64]

Change = Literal["both", "level", "slope"]
PhaseIn = Literal["exclude", "ramp"]


@dataclass(frozen=True)
class Impact:
    """The impact model: what is fitted for an intervention that began at T.

    Attributes
    ----------
    change
        ``both``: a change of level and of slope; or one of them alone.
    delay
        Periods after T at which the effect begins.
    phase_in
        Periods from there over which it comes in; from the one after them on it is whole, and its slope runs.
    phase_in_as
        ``exclude``: those periods are left out of the fit; ``ramp``: the level rises across them in even steps.
    pulse
        Periods the effect lasts, as a level that comes and goes, without a slope; 0 when it lasts for good.

    References
    ----------
    Schaffer, Dobbins & Pearson 2021, BMC Med Res Methodol 21:58.
    """

    change: Change = "both"
    delay: int = 0
    phase_in: int = 0
    phase_in_as: PhaseIn = "exclude"
    pulse: int = 0

    def __post_init__(self) -> None:
        for name, value in (("change", Change), ("phase_in_as", PhaseIn)):
            if getattr(self, name) not in get_args(value):
                known = ", ".join(get_args(value))
                raise RequestError(f"'{getattr(self, name)}' is none of {known}, which {name} may be.")
        for name in ("delay", "phase_in", "pulse"):
            number = getattr(self, name)
            if isinstance(number, bool) or not isinstance(number, int) or number < 0:
                raise RequestError(f"{name} is {number!r}; expected a whole number of periods, 0 or more.")
        if self.pulse and self.phase_in:
            raise RequestError("A pulse has no phase-in: give one of pulse and phase_in.")
        if self.pulse and self.change != "both":
            raise RequestError(f"A pulse has a level alone: change '{self.change}' cannot be asked for with it.")
        if self.change == "slope" and self.phase_in and self.phase_in_as == "ramp":
            raise RequestError("A change of slope alone has no level to ramp up: leave the phase-in out (exclude).")

    def begin(self, at: int) -> int:
        """When the effect of an intervention begins."""
        return at + self.delay

    def complete(self, at: int) -> int:
        """When it is whole: at once, but for a phase-in."""
        return self.begin(at) + self.phase_in

    def leaves_out(self, time: npt.ArrayLike, at: int) -> npt.NDArray[np.bool_]:
        """Which periods are no part of the fit, shape ``(T,)``."""
        t = np.asarray(time, np.int64)
        if self.phase_in_as != "exclude":
            return np.zeros(t.shape, bool)
        return (t >= self.begin(at)) & (t < self.complete(at))

    def name_terms(self, number: int) -> list[str]:
        """Name the columns of the intervention of that number, from 1."""
        if self.pulse:
            return [f"pulse_{number}"]
        names = {"both": ["level_change", "slope_change"], "level": ["level_change"], "slope": ["slope_change"]}
        return [f"{name}_{number}" for name in names[self.change]]

    def build_columns(self, time: npt.ArrayLike, at: int) -> list[Array]:
        """Build the columns of an intervention, as :meth:`name_terms` names them, each of shape ``(T,)``."""
        t = np.asarray(time, np.int64)
        begin, complete = self.begin(at), self.complete(at)
        if self.pulse:
            return [((t >= begin) & (t < begin + self.pulse)).astype(float)]
        # With a phase-in of N the shares are 1/(N + 1) … N/(N + 1), then 1; with none, a step.
        level = np.clip((t - begin + 1) / (self.phase_in + 1), 0.0, 1.0)
        if self.phase_in_as == "exclude":
            level = (t >= complete).astype(float)
        slope = np.clip(t - complete, 0, None).astype(float)
        return {"both": [level, slope], "level": [level], "slope": [slope]}[self.change]
