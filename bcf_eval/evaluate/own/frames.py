"""Which rows are the answer of a fit of a researcher's own series? Terms and paths, one frame each."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval.evaluate.its.fitting import BOUNDARY, DRIFT_WARNING, UNTOLD_AT_BOUNDARY, withhold
from bcf_eval.evaluate.own.fit import OwnFit, find_differenced
from bcf_eval.evaluate.own.series_table import SeriesTable
from bcf_eval.stats.regression.linear import LinearFit
from bcf_eval.stats.regression.patterns import Pattern

TERMS = ["series", "term", "estimate", "std_error", "df", "lower", "upper", "p_value", "rho", "method", "reason"]
PATHS = ["series", "period", "observed", "fitted", "counterfactual", "lower", "upper"]
# Of counts: the terms brought back from the log scale.
RATIOS = ["rate_ratio", "rate_ratio_lower", "rate_ratio_upper"]
RATIO_OF = ("estimate", "lower", "upper")

_NUMBERS = TERMS[2:9]
_UNVARIED = "the series does not vary about the model"
_DIFFERENCED = "differencing removes it"
_UNKNOWN = "its standard error cannot be worked out"
_ENDLESS = "its interval has no end"


def list_terms(own: OwnFit, columns: npt.NDArray[np.intp], cautions: tuple[str, ...], *, counts: bool) -> pd.DataFrame:
    """List the terms, one row a series and term; one row alone for a series that could not be fitted.

    Parameters
    ----------
    own
        The fit of some series.
    columns
        Where they stand in the table.
    cautions
        What to be careful of in all of them.
    counts
        Whether the terms are shown as ratios.
    """
    found, n = own.terms, len(own.names)
    numbers = {name: getattr(found, name).ravel() for name in _NUMBERS if name != "rho"}
    frame = pd.DataFrame(
        {
            "place": np.repeat(columns, n),
            "term": np.tile(np.asarray(own.names, object), columns.size),
            **numbers,
            "rho": np.repeat(own.fit.rho, n),
        }
    )
    ratios = {ratio: _leave_log(numbers[name]) for ratio, name in zip(RATIOS, RATIO_OF, strict=True)}
    frame = frame.assign(**ratios)
    endless = _find_endless(frame, counts=counts)
    frame = withhold(frame, endless)
    frame = frame.assign(**{name: frame[name].mask(endless) for name in RATIOS[1:]})
    drifting = np.repeat(own.fit.rho_at_boundary, n)
    plain = frame["term"].str.removeprefix("difference_").str.removeprefix("control_")
    sloping = drifting & plain.str.startswith(UNTOLD_AT_BOUNDARY).to_numpy()
    frame = withhold(frame, sloping)
    cautious = pd.Series(np.repeat(_list_cautions(own.fit, cautions), n))
    removed = np.repeat(find_differenced(own.fit), n) & frame["estimate"].isna().to_numpy()
    unknown = frame["estimate"].notna() & frame["std_error"].isna()
    drift = np.asarray(
        np.select(
            [removed, sloping, endless, unknown, drifting],
            [*(f"not testable: {one}" for one in (_DIFFERENCED, BOUNDARY, _ENDLESS, _UNKNOWN)), DRIFT_WARNING],
            default="",
        )
    )
    both = [f"{one}; {other}" for one, other in zip(drift, cautious, strict=True)]
    frame["reason"] = [one.removeprefix("; ").removesuffix("; ") for one in both]
    refused = find_refused(own.fit)
    kept = frame[~np.repeat(refused != "", n)]
    lost = [refuse(columns[refused == reason], reason) for reason in dict.fromkeys(refused[refused != ""])]
    return pd.concat([kept, *lost])


def list_paths(series: SeriesTable, own: OwnFit, pattern: Pattern) -> pd.DataFrame:
    """List the paths, one row a series and fitted period, of the series that could be fitted."""
    periods = np.array([str(series.periods[i]) for i in pattern.rows], object)
    frame = pd.DataFrame(
        {
            "place": np.repeat(pattern.columns, periods.size),
            "period": np.tile(periods, pattern.columns.size),
            **{name: _drop_endless(getattr(own, name)).ravel() for name in PATHS[2:]},
        }
    )
    return frame[~np.repeat(find_refused(own.fit) != "", periods.size)]


def find_refused(fit: LinearFit) -> npt.NDArray[np.object_]:
    """Why each series has no answer, ``""`` where it has one, shape ``(S,)``.

    A series that lies on the model to the last digit has none: errors of nothing allow no inference.
    """
    known = np.isfinite(fit.coefficients)
    level = np.abs(np.where(known, fit.coefficients, 0.0)).max(axis=1)
    lost = ~known.any(axis=1) | ~(fit.sigma > 1e-12 * level)
    notes = fit.notes or ("",) * lost.size
    return np.array([(note or _UNVARIED) if gone else "" for gone, note in zip(lost, notes, strict=True)], object)


def _find_endless(frame: pd.DataFrame, *, counts: bool) -> npt.NDArray[np.bool_]:
    """Which terms have an interval that reaches as far as numbers go."""
    known = frame["p_value"].notna().to_numpy()
    endless = ~np.isfinite(frame[["lower", "upper"]].to_numpy()).all(axis=1)
    if counts:
        lower, upper = (frame[name].to_numpy() for name in RATIOS[1:])
        endless |= ~((lower > 0) & np.isfinite(upper))
    return np.asarray(known & endless)


def _leave_log(number: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    with np.errstate(over="ignore"):
        return _drop_endless(np.exp(number))


def _drop_endless(path: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(np.isfinite(path), path, np.nan)


def refuse(columns: npt.NDArray[np.intp], reason: str) -> pd.DataFrame:
    """One row for each series that cannot be fitted."""
    numbers = pd.DataFrame(np.nan, index=range(columns.size), columns=_NUMBERS)
    return numbers.assign(place=columns, term="", reason=f"not testable: {reason}")


def stack(frames: list[pd.DataFrame], series: SeriesTable) -> pd.DataFrame:
    """Stack frames by the order in which the series first appear, with their names."""
    filled = [frame for frame in frames if not frame.empty]
    stacked = pd.concat(filled or frames, ignore_index=True).sort_values("place", kind="stable", ignore_index=True)
    return stacked.assign(series=[series.names[i] for i in stacked["place"]])


def _list_cautions(fit: LinearFit, cautions: tuple[str, ...]) -> npt.NDArray[np.object_]:
    # Which terms differencing removes stands in their own rows.
    notes = np.array(fit.notes or ("",) * fit.sigma.size, object)
    notes[find_differenced(fit)] = ""
    return np.array(["; ".join(filter(None, (note, *cautions))) for note in notes], object)
