"""What is left over when a researcher's own series has been fitted? Points, autocorrelation, the period it hangs on."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.own.choices import Choices
from bcf_eval.evaluate.own.fit import OwnFit
from bcf_eval.evaluate.own.frames import find_refused
from bcf_eval.evaluate.own.series_table import SeriesTable
from bcf_eval.stats.regression.design import Design
from bcf_eval.stats.regression.diagnostics import residual_diagnostics
from bcf_eval.stats.regression.patterns import Pattern
from bcf_eval.stats.regression.profile_interval import profile_rho_interval
from bcf_eval.stats.regression.reml import fit_reml

Array = npt.NDArray[np.float64]

LEFTOVER = [
    "series", "n", "n_before", "n_after", "n_zero", "n_fraction", "rho", "rho_lower", "rho_upper", "rho_fit",
    "ljung_box", "ljung_box_lags", "ljung_box_df", "ljung_box_p_value", "influential_period", "influence", "effect",
    "lower", "upper",
]  # fmt: skip
# Methods whose errors are AR(1): what is left of them is what this looks at.
AR1_METHODS = ("reml", "bootstrap", "prais-winsten")
# Each series takes a matrix of its periods by its periods.
MOST_SERIES = 1000
_BEYOND_MEASURE = 1e6


def look_at_rest(series: SeriesTable, own: OwnFit, pattern: Pattern, design: Design, choices: Choices) -> pd.DataFrame:
    """Look at what a fit leaves over, by the AR(1) REML fit of the same terms; of counts, to their log rate.

    Parameters
    ----------
    series, choices
        The table and what was asked of it.
    own, pattern, design
        The fit of some of its series.

    Returns
    -------
    DataFrame
        One row a fitted series, with its ``place`` in the table.
        ``rho_fit`` is the autocorrelation of the fit itself, ``effect`` is the first that is fitted, ``influence``
        what leaving out ``influential_period`` would add to it. Of very many series the numbers are ``NaN``.
    """
    fitted = find_refused(own.fit) == ""
    observed = own.observed[fitted].T
    columns = pattern.columns[fitted]
    sides = [design.count_sides(position) for position in range(len(design.interventions))]
    before, after = min(sides, key=min)
    frame = pd.DataFrame({"place": columns, "n": pattern.rows.size, "n_before": before, "n_after": after})
    frame["rho_fit"] = own.fit.rho[fitted]
    frame["n_zero"] = (observed == 0).sum(0)
    frame["n_fraction"] = (observed != np.round(observed)).sum(0)
    if len(series.names) > MOST_SERIES or not fitted.any():
        return frame.reindex(columns=["place", *LEFTOVER[1:]])
    y = _take_logs(observed, series, pattern.rows, columns) if choices.counts else observed
    if series.weights is None:
        found = _look(y, design.matrix, design)
    else:
        # Each series has weights of its own, and so a design of its own.
        root = np.sqrt(series.weights[np.ix_(pattern.rows, columns)])
        each = [_look(y[:, [i]] * root[:, [i]], design.matrix * root[:, [i]], design) for i in range(columns.size)]
        found = pd.concat(each, ignore_index=True)
    where = [str(series.periods[pattern.rows[i]]) if i >= 0 else "" for i in found.pop("influential")]
    effect = own.names.index(_name_effect(design, choices))
    return frame.assign(
        **{str(name): column for name, column in found.items()},
        influential_period=where,
        effect=own.terms.estimate[fitted, effect],
        lower=own.terms.lower[fitted, effect],
        upper=own.terms.upper[fitted, effect],
    )


def _look(y: Array, x: Array, design: Design) -> pd.DataFrame:
    fit = fit_reml(y, x, time=design.time)
    weights = design.unit(design.impact.name_terms(1)[0])
    found = residual_diagnostics(fit, y, x, weights=weights, time=design.time)
    # A period without which the effect cannot be told, such as a pulse's only one: there is nothing to compare.
    alone = ~(np.abs(found.influence) < _BEYOND_MEASURE * fit.sigma)
    rho = profile_rho_interval(y, x, time=design.time)
    return pd.DataFrame(
        {
            "rho": fit.rho,
            "rho_lower": rho.lower,
            "rho_upper": rho.upper,
            "ljung_box": found.ljung_box,
            "ljung_box_lags": found.ljung_box_lags,
            "ljung_box_df": found.ljung_box_df,
            "ljung_box_p_value": found.ljung_box_p_value,
            "influential": np.where(alone, -1, found.influential),
            "influence": np.where(alone, np.nan, found.influence),
        }
    )


def _take_logs(counts: Array, series: SeriesTable, rows: npt.NDArray[np.intp], columns: npt.NDArray[np.intp]) -> Array:
    scale = np.ones(1) if series.offsets is None else series.offsets[np.ix_(rows, columns)]
    # Half an event keeps the log of nought finite.
    return np.asarray(np.log((counts + 0.5) / scale))


def _name_effect(design: Design, choices: Choices) -> str:
    """The first effect that is fitted, as it is named among the terms."""
    first = design.impact.name_terms(1)[0]
    label = first if len(design.interventions) > 1 else first.removesuffix("_1")
    return f"difference_{label}" if choices.control else label
