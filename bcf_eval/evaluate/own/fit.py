"""How are the series of a table fitted that share their periods? Any method, one answer: terms and paths."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from bcf_eval.evaluate.its.fitting import choose_estimator
from bcf_eval.evaluate.own.choices import Choices
from bcf_eval.evaluate.own.series_table import SeriesTable
from bcf_eval.stats.regression.arima import fit_arima
from bcf_eval.stats.regression.bootstrap import bootstrap_reml
from bcf_eval.stats.regression.controlled import fit_controlled, fit_difference
from bcf_eval.stats.regression.design import Design
from bcf_eval.stats.regression.glm import fit_negative_binomial, fit_quasi_poisson
from bcf_eval.stats.regression.linear import Estimates, LinearFit, contrast
from bcf_eval.stats.regression.patterns import Pattern
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]

_COUNTS = {"quasi-poisson": fit_quasi_poisson, "negative-binomial": fit_negative_binomial}


@dataclass(frozen=True)
class OwnFit:
    """What was fitted to a group of series.

    Attributes
    ----------
    fit
        The coefficients, on the scale of the model.
    names
        Of the terms, length ``m``.
    terms
        Their estimates, shape ``(S, m)``.
    observed, fitted, counterfactual, lower, upper
        On the scale of the values, shape ``(S, T)``.
    """

    fit: LinearFit
    names: tuple[str, ...]
    terms: Estimates
    observed: Array
    fitted: Array
    counterfactual: Array
    lower: Array
    upper: Array


@dataclass(frozen=True)
class _Wanted:
    """Contrasts: the terms that are shown, and the paths with and without what began, rows of weights."""

    names: tuple[str, ...]
    terms: Array
    fitted: Array
    counterfactual: Array


def fit_group(series: SeriesTable, pattern: Pattern, design: Design, choices: Choices) -> OwnFit:
    """Fit the series that are observed in the same periods.

    Parameters
    ----------
    series
        The table.
    pattern
        Which periods, which series.
    design
        What is fitted to each.
    choices
        How.
    """
    where = np.ix_(pattern.rows, pattern.columns)
    y = series.values[where]
    control = None
    if choices.control is not None:
        control = series.values[pattern.rows, series.names.index(choices.control)]
    if control is not None:
        fit = (fit_controlled if choices.control_as == "joint" else fit_difference)(y, control, design)
    elif choices.counts:
        offset = None if series.offsets is None else np.log(series.offsets[where])
        fit = _COUNTS[choices.method](y, design.matrix, offset=offset, hac_lag=choices.hac_lag)
    elif choices.method == "arima":
        cycle = series.periods[0].cycle
        fit = fit_arima(y, design.matrix, order=choices.order, seasonal_order=choices.seasonal_order, cycle=cycle)
    elif choices.method == "bootstrap":
        fit = fit_reml(y, design.matrix, time=design.time)
    elif series.weights is not None:
        fit = fit_reml(y, design.matrix, time=design.time, weights=series.weights[where])
    else:
        fit = choose_estimator(choices.method, lag=choices.hac_lag or 0)(y, design)
    if control is not None and choices.control_as == "difference":
        y = y - control[:, None]
    own = _answer(fit, y, design, choices)
    if choices.method == "bootstrap":
        return _bootstrap(own, y, design, choices)
    if not choices.counts:
        return own
    scale = np.ones(1) if series.offsets is None else series.offsets[where].T
    fitted, counterfactual, lower, upper = (
        _leave_log(path, scale) for path in (own.fitted, own.counterfactual, own.lower, own.upper)
    )
    return replace(own, fitted=fitted, counterfactual=counterfactual, lower=lower, upper=upper)


def _bootstrap(own: OwnFit, y: Array, design: Design, choices: Choices) -> OwnFit:
    """Put the bootstrap's intervals in place of those of the fit, of terms and of the path without what began."""
    wanted = _list_contrasts(design, choices)
    asked = np.vstack([wanted.terms, wanted.counterfactual])
    found = bootstrap_reml(
        y, design.matrix, weights=asked, time=design.time, draws=choices.draws, seed=choices.seed, level=choices.level
    )
    # There is no distribution with degrees of freedom: the refits are the distribution.
    known = Estimates(
        found.estimate, found.std_error, np.full_like(found.estimate, np.nan), found.lower, found.upper, found.p_value
    )
    terms, path = _split(known, len(wanted.names))
    lost = choices.draws - found.n_ok[:, : len(wanted.names)].min(1)
    said = "refits had no standard error and were not used"
    notes = tuple(f"{n} of {choices.draws} {said}" if 0 < n < choices.draws else "" for n in lost)
    return replace(own, fit=replace(own.fit, notes=notes), terms=terms, lower=path.lower, upper=path.upper)


def _leave_log(path: Array, scale: Array) -> Array:
    with np.errstate(over="ignore"):
        return np.asarray(np.exp(path) * scale)


def _answer(fit: LinearFit, observed: Array, design: Design, choices: Choices) -> OwnFit:
    wanted = _list_contrasts(design, choices)
    found = contrast(fit, np.vstack([wanted.terms, wanted.counterfactual]), level=choices.level)
    terms, path = _split(found, len(wanted.names))
    own = OwnFit(
        fit=fit,
        names=wanted.names,
        terms=terms,
        observed=observed.T,
        fitted=fit.coefficients @ wanted.fitted.T,
        counterfactual=path.estimate,
        lower=path.lower,
        upper=path.upper,
    )
    return _anchor(own, wanted, choices.level) if find_differenced(fit).any() else own


def find_differenced(fit: LinearFit) -> npt.NDArray[np.bool_]:
    """Which series were fitted without terms that differencing removes, shape ``(S,)``."""
    known = np.isfinite(fit.coefficients)
    return np.asarray(known.any(1) & ~known.all(1))


def _anchor(own: OwnFit, wanted: _Wanted, level: float) -> OwnFit:
    """Place the paths of differenced series, which have no level of their own, at the mean of what was observed.

    Their band is that of the effect alone.
    """
    which = find_differenced(own.fit)[:, None]
    plain = np.nan_to_num(own.fit.coefficients) @ wanted.fitted.T
    plain = plain + (own.observed - plain).mean(1, keepdims=True)
    effect = contrast(own.fit, wanted.fitted - wanted.counterfactual, level=level)
    return replace(
        own,
        fitted=np.where(which, plain, own.fitted),
        counterfactual=np.where(which, plain - effect.estimate, own.counterfactual),
        lower=np.where(which, plain - effect.upper, own.lower),
        upper=np.where(which, plain - effect.lower, own.upper),
    )


def _list_contrasts(design: Design, choices: Choices) -> _Wanted:
    shown = [i for i, name in enumerate(design.names) if not name.startswith("season_")]
    names = _name_terms([design.names[i] for i in shown], len(design.interventions))
    units, plain, without = np.eye(len(design.names))[shown], design.matrix, design.without_interventions()
    if choices.control is None:
        return _Wanted(tuple(names), units, plain, without)
    differences = [f"difference_{name}" for name in names]
    if choices.control_as == "difference":
        return _Wanted(tuple(differences), units, plain, without)
    # The first half of the coefficients are the control's, the second the differences of the series from it. Without
    # what began the series would have changed as the control did.
    none = np.zeros_like(units)
    terms = np.block([[units, units], [units, none], [none, units]])
    labels = (*names, *(f"control_{name}" for name in names), *differences)
    return _Wanted(labels, terms, np.hstack([plain, plain]), np.hstack([plain, without]))


def _name_terms(names: list[str], n_interventions: int) -> list[str]:
    """With one intervention its terms carry no number."""
    if n_interventions > 1:
        return names
    return [name.removesuffix("_1") if name.startswith(("level_", "slope_", "pulse_")) else name for name in names]


def _split(found: Estimates, at: int) -> tuple[Estimates, Estimates]:
    def part(columns: slice) -> Estimates:
        return replace(found, **{name: getattr(found, name)[:, columns] for name in Estimates.__annotations__})

    return part(slice(None, at)), part(slice(at, None))
