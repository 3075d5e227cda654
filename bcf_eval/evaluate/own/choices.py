"""What was asked of a researcher's own series, and does it go together? Every choice checked before any fit."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from bcf_eval.errors import RequestError, nearest
from bcf_eval.evaluate.its.fitting import METHODS
from bcf_eval.stats.regression.impact import Change, Impact, PhaseIn

Order = tuple[int, int, int]
ControlAs = Literal["joint", "difference"]

COUNT_METHODS = ("quasi-poisson", "negative-binomial")
DRAWS = 999
SEED = 2015
NO_SEASONAL_ORDER: Order = (0, 0, 0)
# With fewer draws the ends of a 95% interval are those of a handful of them; with more a laptop waits for minutes.
_DRAWS_LEAST, _DRAWS_MOST = 199, 100_000
_ORDER_MOST = (12, 2, 12)
_SEASONAL_MOST = (2, 1, 2)


@dataclass(frozen=True)
class Choices:
    """How a table is to be fitted.

    Attributes
    ----------
    method
        One of :data:`~bcf_eval.evaluate.its.fitting.METHODS`.
    impact
        How an effect comes in.
    season
        Fourier pairs; ``None``: as is usual for the kind of period.
    hac_lag
        Lag of the covariance, of the methods that have one; ``None``: none.
    order, seasonal_order
        Of ARIMA; ``None``: chosen by the data.
    control, control_as
        The series that every other is compared with, and how.
    offset, weights
        Columns of the table.
    draws, seed
        Of the bootstrap.
    level
        Coverage of the intervals.
    """

    method: str
    impact: Impact
    season: int | None
    hac_lag: int | None
    order: Order | None
    seasonal_order: Order
    control: str | None
    control_as: ControlAs
    offset: str | None
    weights: str | None
    draws: int
    seed: int
    level: float

    @property
    def counts(self) -> bool:
        """Whether the values are counts, fitted on the log scale."""
        return self.method in COUNT_METHODS

    @property
    def needs_every_period(self) -> bool:
        """Whether a gap in time cannot be fitted across."""
        return self.method in ("newey-west", "prais-winsten", "arima") or (self.counts and bool(self.hac_lag))


def check_choices(
    *,
    method: str,
    change: Change,
    delay: int | None,
    lag: int | None,
    phase_in: int,
    phase_in_as: PhaseIn,
    pulse: int,
    season: int | None,
    order: str | Sequence[int] | None,
    seasonal_order: str | Sequence[int] | None,
    by: str | None,
    offset: str | None,
    weights: str | None,
    control: str | None,
    control_as: ControlAs | None,
    draws: int | None,
    seed: int | None,
    level: float,
) -> Choices:
    """Check the choices of :func:`~bcf_eval.evaluate.own.own_series.fit_its`, which says what each is.

    Raises
    ------
    RequestError
        If one is none there is, or does not go with another.
    """
    if not isinstance(method, str) or method not in METHODS:
        known = ", ".join(METHODS)
        raise RequestError(f"There is no method '{method}'.{nearest(str(method), METHODS)} Known: {known}.")
    if lag is not None and not _is_count(lag):
        raise RequestError(f"The lag is {lag!r}; expected a whole number, 0 or more.")
    if not isinstance(level, float) or not 0.5 < level < 1:
        raise RequestError(f"The level is {level!r}; expected a share between 0.5 and 1, such as 0.95.")
    _keep_to("order", order, method, ("arima",))
    _keep_to("seasonal_order", seasonal_order, method, ("arima",))
    _keep_to("weights", weights, method, ("reml",))
    _keep_to("control", control, method, ("reml",))
    _keep_to("draws", draws, method, ("bootstrap",))
    _keep_to("seed", seed, method, ("bootstrap",))
    if phase_in_as == "ramp" and not phase_in:
        raise RequestError("A ramp (phase_in_as) needs to know how long it is: give phase_in, a number of periods.")
    hac = method == "newey-west" or method in COUNT_METHODS
    return Choices(
        method=method,
        impact=Impact(change, _read_delay(delay, None if hac else lag), phase_in, phase_in_as, pulse),
        season=season,
        hac_lag=1 if method == "newey-west" and lag is None else lag if hac else None,
        order=_read_order(order, "order", _ORDER_MOST),
        seasonal_order=_read_order(seasonal_order, "seasonal_order", _SEASONAL_MOST) or NO_SEASONAL_ORDER,
        control=control,
        control_as=_check_control(control, control_as, by, weights),
        offset=offset,
        weights=weights,
        draws=_check_draws(draws, level) if method == "bootstrap" else DRAWS,
        seed=_check_seed(seed),
        level=level,
    )


def _keep_to(name: str, value: object, method: str, methods: tuple[str, ...]) -> None:
    if value is not None and method not in methods:
        raise RequestError(f"{name} goes with the method {' or '.join(methods)} alone; the method is '{method}'.")


def _read_delay(delay: int | None, lag: int | None) -> int:
    # Of a method without a lagged covariance, a lag can only be that of the effect.
    if delay is not None and lag is not None and delay != lag:
        raise RequestError(
            f"The effect is said to begin {delay} periods later (delay) and {lag} (lag): give one of them."
        )
    return delay if delay is not None else lag or 0


def _read_order(order: str | Sequence[int] | None, name: str, highest: Order) -> Order | None:
    if order is None:
        return None
    parts = order.split(",") if isinstance(order, str) else list(order)
    expected = f"expected three whole numbers such as 2,1,0, at most {','.join(map(str, highest))}"
    try:
        found = [int(part) if isinstance(part, str) else part for part in parts]
    except ValueError:
        found = []
    if len(found) != 3 or not all(_is_count(one) and one <= most for one, most in zip(found, highest, strict=True)):
        raise RequestError(f"The {name.replace('_', ' ')} is {order!r}; {expected}.")
    return found[0], found[1], found[2]


def _check_control(control: str | None, control_as: ControlAs | None, by: str | None, weights: str | None) -> ControlAs:
    if control_as is not None and control_as not in get_args(ControlAs):
        raise RequestError(f"control_as is '{control_as}'; expected {' or '.join(get_args(ControlAs))}.")
    if control is None:
        if control_as is not None:
            raise RequestError("control_as says how to compare with a control: name the series with control.")
        return "joint"
    if by is None:
        raise RequestError(
            f"The control '{control}' is one series of several: name the column that tells them apart (by)."
        )
    if weights is not None:
        raise RequestError("A control and weights cannot be asked for together.")
    return control_as or "joint"


def _check_draws(draws: int | None, level: float) -> int:
    found = DRAWS if draws is None else draws
    if not _is_count(found) or not _DRAWS_LEAST <= found <= _DRAWS_MOST:
        raise RequestError(f"draws is {draws!r}; expected a whole number from {_DRAWS_LEAST} to {_DRAWS_MOST}.")
    # The end of the interval is one of the draws: beyond the last of them nothing is known.
    least = math.ceil((1 - 1e-9) / (1 - level)) - 1
    if found < least:
        most = "; a lower level is needed" if least > _DRAWS_MOST else ""
        raise RequestError(
            f"{found} draws are too few for {level * 100:.8g}% intervals; expected at least {least:,} draws{most}."
        )
    return found


def _check_seed(seed: int | None) -> int:
    if seed is None:
        return SEED
    if not _is_count(seed):
        raise RequestError(f"The seed is {seed!r}; expected a whole number, 0 or more.")
    return seed


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0
