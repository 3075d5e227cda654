"""Which areas lie further from a target than chance explains, and than areas' own spread explains? Funnel limits.

References
----------
Spiegelhalter 2005, Statistics in Medicine 24:1185.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.special import gammainc, gammaincc, ndtri

from bcf_eval.stats.counts.counts import Interval

Array = npt.NDArray[np.float64]
_Beyond = Callable[[Array], npt.NDArray[np.bool_]]

_HALVINGS = 80
# Chances below this are not told from zero.
_LEAST_TAIL = 1e-250
# With fewer areas their spread is not estimated.
LEAST_AREAS = 10


@dataclass(frozen=True)
class Dispersion:
    """How widely scores of areas lie beside what chance alone would bring.

    Attributes
    ----------
    phi
        Mean square of the scores, once those at the ends are brought in; 1 is chance alone.
    tau
        Standard deviation between areas that is added to the error of each, in its unit; 0 where chance is enough.
        Both ``NaN`` for few areas.
    """

    phi: float
    tau: float


def limit_proportion(target: npt.ArrayLike, people: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """Find the shares whose own Wilson interval just reaches a target.

    Parameters
    ----------
    target
        Share of 1.
    people
        Denominator of each area.
    level
        Coverage.

    Returns
    -------
    Interval
        target ± z √{target (1 - target) / people}, within 0 and 1: the score test that Wilson's interval inverts, so
        that an area lies outside when its own interval leaves the target out.
    """
    share, n = np.asarray(target, float), np.asarray(people, float)
    half = ndtri(0.5 + level / 2) * _share_error(share, n)
    return Interval(np.maximum(share - half, 0.0), np.minimum(share + half, 1.0))


def score_proportion(count: npt.ArrayLike, people: npt.ArrayLike, target: npt.ArrayLike) -> Array:
    """How many standard errors a share lies from a target; beyond 1.96 it is outside the 95% limits."""
    x, n, share = (np.asarray(one, float) for one in (count, people, target))
    with np.errstate(divide="ignore", invalid="ignore"):
        found = (x / n - share) / _share_error(share, n)
    return np.where(np.isfinite(found), found, np.nan)


def limit_count(expected: npt.ArrayLike, *, level: float = 0.95) -> Interval:
    """Find the counts whose own exact Poisson interval just reaches what is expected; not whole numbers.

    Parameters
    ----------
    expected
        Count at the target.
    level
        Coverage.
    """
    mean = np.asarray(expected, float)
    tail = (1 - level) / 2
    known = np.isfinite(mean) & (mean > 0)
    e = np.where(known, mean, 1.0)
    # With x the count, the chance of at most x is gammaincc(x + 1, e), and of at least x gammainc(x, e).
    reach = 10 * np.sqrt(e) + 30
    upper = _solve(lambda x: gammainc(x, e) > tail, e, e + reach)
    lower = _solve(lambda x: gammaincc(x + 1, e) < tail, np.zeros_like(e), e)
    lower = np.where(gammaincc(1.0, e) >= tail, 0.0, lower)
    return Interval(np.where(known, lower, np.nan), np.where(known, upper, np.nan))


def score_count(count: npt.ArrayLike, expected: npt.ArrayLike) -> Array:
    """The normal score with the exact Poisson chance of a count as far out; beyond 1.96 it is outside the 95% limits.

    Far out, where the chance is too small to be held, the signed root of the deviance stands for it.
    """
    x, mean = np.broadcast_arrays(np.asarray(count, float), np.asarray(expected, float))
    known = np.isfinite(x) & (x >= 0) & (mean > 0)
    k, e = np.where(known, x, 1.0), np.where(known, mean, 1.0)
    above = k > e
    # The same two functions as in limit_count, so that a count is outside when its score says so, whole or not.
    tail = np.where(above, gammainc(k, e), gammaincc(k + 1, e))
    deviance = 2 * (np.where(k > 0, k * np.log(np.where(k > 0, k, 1.0) / e), 0.0) - (k - e))
    held = tail > _LEAST_TAIL
    size = np.where(held, np.maximum(-ndtri(np.where(held, tail, 0.5)), 0.0), np.sqrt(np.maximum(deviance, 0.0)))
    return np.where(known, np.where(above, size, -size), np.nan)


def estimate_overdispersion(scores: npt.ArrayLike, std_errors: npt.ArrayLike, *, winsor: float = 0.10) -> Dispersion:
    """Estimate how much areas differ beyond chance, without letting the few at the ends decide.

    Parameters
    ----------
    scores
        z of each area, shape ``(S,)``; ``NaN`` where there is none.
    std_errors
        Of each area's value at the target, shape ``(S,)``.
    winsor
        Share of scores at each end that are brought in to the next.

    Returns
    -------
    Dispersion
        The additive model: tau is by moments, and 0 where the scores lie no wider than chance would have them.
    """
    z, error = np.asarray(scores, float), np.asarray(std_errors, float)
    known = np.isfinite(z) & np.isfinite(error) & (error > 0)
    z, weight = z[known], 1 / error[known] ** 2
    n = z.size
    if n < LEAST_AREAS:
        return Dispersion(float("nan"), float("nan"))
    brought = np.clip(z, *np.quantile(z, [winsor, 1 - winsor]))
    phi = float(np.mean(brought**2))
    more = n * phi - (n - 1)
    tau2 = more / (weight.sum() - (weight**2).sum() / weight.sum()) if more > 0 else 0.0
    return Dispersion(phi, float(np.sqrt(tau2)))


def adjust_scores(scores: npt.ArrayLike, std_errors: npt.ArrayLike, tau: npt.ArrayLike) -> Array:
    """Scores once the spread between areas is added to the error of each; the same where there is none."""
    error = np.asarray(std_errors, float)
    between = np.asarray(tau, float)
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.asarray(scores, float) * error / np.sqrt(error**2 + between**2))


def _share_error(share: Array, people: Array) -> Array:
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.asarray(np.sqrt(np.where(people > 0, share * (1 - share) / people, np.nan)))


def _solve(beyond: _Beyond, low: Array, high: Array) -> Array:
    """Halve between a place where something holds and, further up, one where it does not."""
    for _ in range(_HALVINGS):
        middle = (low + high) / 2
        holds = beyond(middle)
        low, high = np.where(holds, middle, low), np.where(holds, high, middle)
    return np.asarray((low + high) / 2)
