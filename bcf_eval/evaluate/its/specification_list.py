"""In which other ways could a verdict's number be worked out? The list, stated before any number is seen."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

from bcf_eval.specs import Protocol

Response = Literal["rate", "log"]
Series = Literal["own", "local", "region"]

# Standard errors of these are known to be too small where months resemble each other; their estimates are shown.
CUSTOMARY_METHODS = ("ols", "newey-west", "prais-winsten")
# Fitted to England alone: a search of their own for every series takes too long for every board.
ENGLAND_ONLY = ("ar2", "arma11")
# Beside a verdict stand these; the others are for the curve.
NAMED = (
    "window_shorter", "window_longer", "no_season", "no_break_steps", "log_response", "prais_winsten",
    "without_first_months", "without_last_months", "phase_in",
)  # fmt: skip
_PHASE_IN = 3
_END_MONTHS = 3


@dataclass(frozen=True)
class Specification:
    """One way of working the effect out.

    Attributes
    ----------
    name, family, label
        Its key; what is varied (``main``, ``window``, ``season``, ``estimator``, ``response``, ``ends``, ``breaks``,
        ``phase-in``, ``comparator``, or ``combined``); and in words.
    before, after
        Months of the window.
    season_pairs
        Fourier pairs.
    method
        Key of the estimator.
    response
        The rate, or its logarithm.
    series
        The area's own; less the rest of England; or less the rest of its region.
    breaks
        Whether changes in counting get steps.
    left_out_first, left_out_last, phase_in
        Months left out at the start and the end of the window, and from the intervention on.
    """

    name: str
    family: str
    label: str
    before: int
    after: int
    season_pairs: int
    method: str = "reml"
    response: Response = "rate"
    series: Series = "own"
    breaks: bool = True
    left_out_first: int = 0
    left_out_last: int = 0
    phase_in: int = 0


def list_ways(protocol: Protocol, *, england: bool = False) -> list[Specification]:
    """List the specifications: one thing varied at a time, then the choices crossed.

    Parameters
    ----------
    protocol
        States the verdict's own, and by how many months windows are moved.
    england
        Whether to add those that are fitted to England alone.
    """
    before, after, by = protocol.verdict_before, protocol.verdict_after, protocol.robustness_window_shift
    pairs = protocol.season_pairs
    main = Specification("main", "main", "as the verdict", before, after, pairs)
    one_by_one = [
        main,
        replace(main, name="ols", family="estimator", label="ordinary least squares", method="ols"),
        replace(main, name="newey_west", family="estimator", label="Newey-West errors", method="newey-west"),
        replace(main, name="prais_winsten", family="estimator", label="Prais-Winsten errors", method="prais-winsten"),
        replace(main, name="log_response", family="response", label="the logarithm of the rate", response="log"),
        replace(main, name="no_break_steps", family="breaks", label="no steps for changes in counting", breaks=False),
        replace(
            main, name="without_first_months", family="ends", left_out_first=_END_MONTHS,
            label=f"without the first {_END_MONTHS} months",
        ),
        replace(
            main, name="without_last_months", family="ends", left_out_last=_END_MONTHS,
            label=f"without the last {_END_MONTHS} months",
        ),
        replace(
            main, name="without_both_ends", family="ends", left_out_first=_END_MONTHS, left_out_last=_END_MONTHS,
            label=f"without {_END_MONTHS} months at either end",
        ),
        replace(
            main, name="phase_in", family="phase-in", phase_in=_PHASE_IN,
            label=f"without the first {_PHASE_IN} months after it began",
        ),
        replace(main, name="local", family="comparator", label="beside the rest of England", series="local"),
        replace(main, name="region", family="comparator", label="beside the rest of the region", series="region"),
    ]  # fmt: skip
    ways = one_by_one + _cross(main, by)
    if england:
        words = {"ar2": "AR(2) errors", "arma11": "ARMA(1,1) errors"}
        ways += [replace(main, name=one, family="estimator", label=words[one], method=one) for one in ENGLAND_ONLY]
    return ways


def _cross(main: Specification, by: int) -> list[Specification]:
    """Windows, seasons and responses crossed; estimators and breaks in a longer window too."""
    lengths = {
        "window_shorter": (-by, "a shorter window"),
        "window_rather_shorter": (-by // 2, "a rather shorter window"),
        "": (0, ""),
        "window_rather_longer": (by // 2, "a rather longer window"),
        "window_longer": (by, "a longer window"),
    }
    seasons = {
        pairs: ("no_season" if pairs == 0 else f"season_{pairs}", _name_season(pairs))
        for pairs in dict.fromkeys((0, 1, 2, 3, main.season_pairs))
    }
    found = []
    for window, (shift, window_label) in lengths.items():
        moved = replace(main, before=main.before + shift, after=main.after + shift)
        if shift == 0 and window:
            continue
        for pairs, (season, season_label) in seasons.items():
            same = pairs == main.season_pairs
            parts = [one for one in (window, "" if same else season) if one]
            labels = [one for one in (window_label, "" if same else season_label) if one]
            family = {0: "", 1: "window" if window else "season"}.get(len(parts), "combined")
            if parts:
                found.append(
                    replace(moved, name="_".join(parts), family=family, label=", ".join(labels), season_pairs=pairs)
                )
        if window in ("window_shorter", "window_longer"):
            found.append(_combine(moved, f"{window}_log", f"{window_label}, the logarithm of the rate", response="log"))
            found.append(
                _combine(moved, f"{window}_local", f"{window_label}, beside the rest of England", series="local")
            )
    plain = replace(main, season_pairs=0)
    longer = replace(main, before=main.before + by, after=main.after + by)
    found += [
        _combine(plain, "no_season_log", "no season, the logarithm of the rate", response="log"),
        _combine(plain, "no_season_local", "no season, beside the rest of England", series="local"),
        _combine(plain, "no_season_ols", "no season, ordinary least squares", method="ols"),
        _combine(longer, "window_longer_ols", "a longer window, ordinary least squares", method="ols"),
        _combine(longer, "window_longer_newey_west", "a longer window, Newey-West errors", method="newey-west"),
        _combine(
            longer, "window_longer_prais_winsten", "a longer window, Prais-Winsten errors", method="prais-winsten"
        ),
        _combine(longer, "window_longer_no_break_steps", "a longer window, no steps", breaks=False),
        _combine(main, "log_phase_in", "the logarithm, without the first months after it began", response="log",
                 phase_in=_PHASE_IN),
    ]  # fmt: skip
    return found


def _combine(base: Specification, name: str, label: str, **changes: object) -> Specification:
    return replace(base, name=name, family="combined", label=label, **changes)  # type: ignore[arg-type]


def _name_season(pairs: int) -> str:
    if pairs == 0:
        return "no season"
    return f"{pairs} pair{'s' if pairs > 1 else ''} of season"
