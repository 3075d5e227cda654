"""Did a series change otherwise than its comparator? A joint model of the two, and the series of their difference.

Both forms estimate the same contrasts: treated less control, term by term. With one design for both series and
the same ρ their estimates are equal; they differ in how the errors are taken.

* The joint model takes the errors of the two series as independent, with one ρ and one variance. As both series
  have the same design, the variance of a difference is about right even where the two variances differ, for what
  enters is their mean. Its degrees of freedom are not: they are those of twice as many periods of one variance, too
  many where one series varies much more than the other (the more so the more it does: then it alone tells of the
  error), and the interval is too narrow. A shock that moves both alike is counted twice.
* The difference cancels what moves both alike, and has an autocorrelation of its own.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import numpy.typing as npt

from bcf_eval.errors import RequestError
from bcf_eval.stats.regression.design import Design
from bcf_eval.stats.regression.linear import LinearFit, SmallSample
from bcf_eval.stats.regression.reml import BOUNDARY_RHO, fit_reml

Array = npt.NDArray[np.float64]

DIFFERENCE = "difference_"
METHOD = "joint AR(1) regression of the series and its comparator by REML, first-order Kenward-Roger, Satterthwaite t"
METHOD_OF_DIFFERENCE = (
    "AR(1) regression of the difference from the comparator by REML, first-order Kenward-Roger, Satterthwaite t"
)

# So far apart in time that the correlation ρ^|t - u| is zero in a double for every ρ that is looked at: the series
# stand side by side, and what fits one series with gaps fits the two without a word about blocks.
_APART = 1 << 40
_FLAT = 1e-12


def name_controlled_terms(design: Design) -> tuple[str, ...]:
    """Name the coefficients of the joint model: those of the control, then the differences of the treated series.

    Parameters
    ----------
    design
        Of one series, ``k`` columns.

    Returns
    -------
    tuple of str
        Length ``2k``: ``design.names``, then ``difference_<name>`` of each. Season and breaks differ too: two
        places need not have the same winter.
    """
    return (*design.names, *(DIFFERENCE + name for name in design.names))


def fit_controlled(
    treated: npt.ArrayLike, control: npt.ArrayLike, design: Design, *, boundary: float = BOUNDARY_RHO
) -> LinearFit:
    """Fit each series jointly with its comparator: common terms and their interactions with being treated.

    Rows of the two series are stacked. Errors are AR(1) within a series and independent between the two, with
    one ρ and one variance.

    Parameters
    ----------
    treated
        Series as columns, shape ``(T, S)``; no missing values.
    control
        Shape ``(T,)``, one comparator for all, or ``(T, S)``, one for each.
    design
        Of one series, any number of interventions; its gaps in time are those of both series.
    boundary
        |ρ̂| from which a fit is flagged: its trend cannot be told from drift.

    Returns
    -------
    LinearFit
        ``2k`` coefficients, named by :func:`name_controlled_terms`. A pair of which one series has no variation
        about the design has ``NaN`` everywhere.

    Raises
    ------
    RequestError
        If treated and control have not one row a period of the design, and as many columns.

    References
    ----------
    Kenward & Roger 1997, Biometrics 53:983. Linden 2015, Stata Journal 15:480. Lopez Bernal, Cummins & Gasparrini
    2018, International Journal of Epidemiology 47:2082.
    """
    y, other = _align(treated, control, design)
    x = design.matrix
    stacked = np.block([[x, x], [x, np.zeros_like(x)]])
    time = np.concatenate([design.time, design.time + _APART])
    fit = fit_reml(np.vstack([y, other]), stacked, time=time, boundary=boundary)
    return _blank(replace(fit, method=METHOD), _is_flat(y, x) | _is_flat(other, x))


def fit_difference(
    treated: npt.ArrayLike, control: npt.ArrayLike, design: Design, *, boundary: float = BOUNDARY_RHO
) -> LinearFit:
    """Fit the difference of each series from its comparator.

    Parameters
    ----------
    treated, control, design, boundary
        As for :func:`fit_controlled`.

    Returns
    -------
    LinearFit
        ``k`` coefficients, named as in ``design``: each is a difference.

    Raises
    ------
    RequestError
        As for :func:`fit_controlled`.
    """
    y, other = _align(treated, control, design)
    fit = fit_reml(y - other, design.matrix, time=design.time, boundary=boundary)
    # Two series that differ by rounding alone differ by nothing: the fit's own test of no variation sees no scale.
    scale = np.abs(y).max(0) + np.abs(other).max(0)
    return _blank(replace(fit, method=METHOD_OF_DIFFERENCE), _is_flat(y - other, design.matrix, scale=scale))


def _align(treated: npt.ArrayLike, control: npt.ArrayLike, design: Design) -> tuple[Array, Array]:
    y, other = np.asarray(treated, float), np.asarray(control, float)
    wide = other[:, None] if other.ndim == 1 else other
    rows = design.matrix.shape[0]
    if y.ndim != 2 or y.shape[0] != rows or wide.shape not in {(rows, 1), y.shape}:
        raise RequestError(
            f"A controlled fit needs series and comparator over the {rows} periods of its design; "
            f"they have the shapes {y.shape} and {other.shape}."
        )
    return y, np.broadcast_to(wide, y.shape)


def _is_flat(y: Array, x: Array, *, scale: Array | None = None) -> npt.NDArray[np.bool_]:
    """Which series the design describes without any error, shape ``(S,)``."""
    q = np.linalg.qr(x)[0]
    residual = y - q @ (q.T @ y)
    size = np.abs(y).max(0) if scale is None else scale
    return np.asarray(np.sqrt((residual**2).mean(0)) <= _FLAT * np.maximum(size, 1e-300))


def _blank(fit: LinearFit, which: npt.NDArray[np.bool_]) -> LinearFit:
    """The fit with ``NaN`` for some series."""
    if not which.any():
        return fit
    cube = which[:, None, None]
    small = fit.small_sample
    if small is not None:
        small = SmallSample(
            np.where(cube, np.nan, small.unadjusted),
            np.where(cube, np.nan, small.slope_variance),
            np.where(cube, np.nan, small.slope_rho),
            np.where(cube, np.nan, small.covariance),
        )
    return replace(
        fit,
        coefficients=np.where(which[:, None], np.nan, fit.coefficients),
        covariance=np.where(cube, np.nan, fit.covariance),
        sigma=np.where(which, np.nan, fit.sigma),
        rho=np.where(which, np.nan, fit.rho),
        rho_at_boundary=fit.rho_at_boundary & ~which,
        small_sample=small,
    )
