"""How is the state of the data said on a terminal? What arrived, what there are numbers of, and what needs a look."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.corrections import say_applied
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND
from bcf_eval.wording import write_change, write_count, write_rate

Tables = Mapping[str, pd.DataFrame]

_MOST = 10
_STATES = {
    "extended": "with people carried beyond the estimates",
    "apportioned": "apportioned from commissioners",
    "suppressed": "hidden by the publisher",
    "gap": "not returned",
    "unpublished": "of periods published for no area",
    "missing": "missing",
}


def write_lines(tables: Tables, problems: tuple[str, ...], build: Mapping[str, Any]) -> tuple[str, ...]:
    """Write everything that is printed.

    Parameters
    ----------
    tables
        Of :mod:`bcf_eval.evaluate.quality.quality`, and of the build where it has them: ``revisions``, ``corrections``,
        ``refused``.
    problems
        From :func:`write_problems`.
    build
        The record of the build.
    """
    lines = ["DEMONSTRATION: these are synthetic numbers, not returns."] if build.get("demonstration") else []
    lines += ["What arrived", *_write_arrivals(tables["quality_arrivals"])]
    lines += ["What there are numbers of", *_write_coverage(tables["quality_coverage"])]
    lines += ["What was done to them", *_write_done(tables)]
    lines.append(f"What needs a look: {describe_problems(tables)}")
    lines += [f"  {problem}" for problem in problems[:_MOST]]
    if len(problems) > _MOST:
        lines.append(f"  and {write_count(len(problems) - _MOST)} more, on the page.")
    return tuple(lines)


def write_problems(tables: Tables) -> tuple[str, ...]:
    """Say what needs a person's look, one line each, the gravest kind first."""
    return (
        *_find_gaps(tables["quality_coverage"]),
        *_find_apart(tables["quality_totals"]),
        *_find_unlike(tables.get("quality_comparisons")),
        *_find_jumps(tables["quality_jumps"]),
    )


def describe_problems(tables: Tables) -> str:
    """Say how many things need a look, of which kinds, and how many sudden jumps are not among them."""
    kinds = {
        "measures with months that were not returned": _find_gaps(tables["quality_coverage"]),
        "sums that are not England's": _find_apart(tables["quality_totals"]),
        "numbers unlike published ones": _find_unlike(tables.get("quality_comparisons")),
        "sudden jumps without a known reason": _find_jumps(tables["quality_jumps"]),
    }
    counts = {words: sum(1 for _ in found) for words, found in kinds.items()}
    said = ", ".join(f"{write_count(n)} {words}" for words, n in counts.items() if n)
    n_known = len(tables["quality_jumps"]) - counts["sudden jumps without a known reason"]
    known = f"; {write_count(n_known)} more jumps have a known reason" if n_known else ""
    if not said:
        return f"nothing found{f' ({write_count(n_known)} sudden jumps have a known reason)' if n_known else ''}"
    return f"{write_count(sum(counts.values()))} ({said}{known})"


def _write_arrivals(arrivals: pd.DataFrame) -> Iterator[str]:
    for row in arrivals.to_dict("records"):
        about = f", {row['periods']}" if row["periods"] else ""
        files = _count(row["n_files"], "file")
        dates = [_write_date(one) for one in dict.fromkeys([row["first_vintage"], row["last_vintage"]]) if one]
        dated = f", editions of {' to '.join(dates)}" if dates else ""
        earlier = f", {write_count(row['n_earlier'])} earlier kept beside" if row["n_earlier"] else ""
        yield f"  {row['label']} ({row['publisher']}): {files}{about}{dated}{earlier}."


def _write_coverage(coverage: pd.DataFrame) -> Iterator[str]:
    held = set(coverage["metric"])
    for key in (one for one in load.metrics() if one in held):
        rows = coverage[coverage["metric"] == key]
        sums = rows[["n_areas", *_STATES]].sum()
        lacking = int(sums[["suppressed", "gap", "unpublished", "missing"]].sum())
        beside = [f"{write_count(sums[state])} {words}" for state, words in _STATES.items() if sums[state]]
        ends = " to ".join(dict.fromkeys(parse_period(str(rows["period"].agg(end))).label for end in ("min", "max")))
        have = f"{write_count(sums['n_areas'] - lacking)} of {write_count(sums['n_areas'])} numbers"
        yield f"  {key}, {ends}: {have}{'; ' + ', '.join(beside) if beside else ''}."


def _write_done(tables: Tables) -> Iterator[str]:
    corrections, refused = tables.get("corrections"), tables.get("refused")
    if corrections is None:
        yield "  Corrections: this build did not record any."
    else:
        yield f"  {say_applied(corrections)}"
    yield from _write_corrected(tables["quality_totals"])
    yield f"  {_say_revisions(tables.get('revisions'))}"
    if refused is not None and len(refused):
        for reason, found in refused.groupby("reason", sort=False):
            names = " and ".join(dict.fromkeys(found["name"]))
            yield f"  Left out on purpose, and counted in the sums that are held against England: {names}: {reason}."


def _write_corrected(totals: pd.DataFrame) -> Iterator[str]:
    found = totals[totals["verdict"] == "corrected"].to_dict("records")
    for row in found[:_MOST]:
        yield (
            f"  {row['metric']}, {_name(row['period'])}: the areas differ from England by "
            f"{write_change(row['difference'])}, which is what corrections changed."
        )
    if len(found) > _MOST:
        yield f"  and {write_count(len(found) - _MOST)} more sums differ by what corrections changed."


def _say_revisions(revisions: pd.DataFrame | None) -> str:
    if revisions is None:
        return "Revisions: this build did not compare editions."
    moved = revisions[revisions["change"] != 0]
    if moved.empty:
        return "Revisions: no number differs between two editions of one period."
    places = moved[["area_code", "organisation"]].drop_duplicates()
    periods = moved[["return", "period"]].drop_duplicates()
    said = (
        f"Revisions: {_count(len(moved), 'number')} of {_count(len(places), 'place')} in "
        f"{_count(len(periods), 'period')}"
    )
    nation = moved[moved["area_code"] == ENGLAND].dropna(subset="relative")
    if nation.empty:
        return f"{said}; England's did not change."
    largest = nation.sort_values("relative", key=abs, ascending=False, kind="stable").to_dict("records")[0]
    return (
        f"{said}; England's largest: {largest['metric']}, {_name(largest['period'])}, by "
        f"{write_change(largest['change'], digits=0)} ({_write_relative(largest['relative'])})."
    )


def _find_gaps(coverage: pd.DataFrame) -> Iterator[str]:
    for key, rows in coverage[coverage["gap"] > 0].groupby("metric", sort=False):
        yield f"{key}: not returned for {', '.join(_name(period) for period in rows['period'])}."


def _find_apart(totals: pd.DataFrame) -> Iterator[str]:
    for row in totals[totals["verdict"] == "apart"].to_dict("records"):
        yield (
            f"{row['metric']}, {_name(row['period'])}: the areas and what belongs to none sum to "
            f"{write_rate(row['england'] + row['difference'])}, England is {write_rate(row['england'])}."
        )


def _find_unlike(comparisons: pd.DataFrame | None) -> Iterator[str]:
    if comparisons is None:
        return
    for row in comparisons[comparisons["apart"] & comparisons["expected"].eq("agree")].to_dict("records"):
        yield (
            f"{row['what']}, {_area(row['area_code'])}, {_name(row['period'])}: ours {write_rate(row['ours'])}, "
            f"published {write_rate(row['published'])} ({_write_relative(row['difference'])})."
        )


def _find_jumps(jumps: pd.DataFrame) -> Iterator[str]:
    for row in jumps[jumps["counting"].eq("") & jumps["known"].eq("")].to_dict("records"):
        yield (
            f"{row['metric']}, {_area(row['area_code'])}, {_name(row['period'])}: from {write_rate(row['before'])} to "
            f"{write_rate(row['value'])}; usual before: {write_rate(max(row['lower'], 0.0))} to "
            f"{write_rate(row['upper'])}. Care, or recording?"
        )


def _area(code: str) -> str:
    return load.areas()[code].name if code in load.areas() else code


def _name(period: str) -> str:
    return parse_period(str(period)).label


def _write_date(vintage: str) -> str:
    day = date.fromisoformat(vintage)
    return f"{day.day} {day:%B %Y}"


def _write_relative(share: float) -> str:
    """A relative difference to a tenth of a per cent: many are smaller than one."""
    return f"{write_change(100 * share)}%"


def _count(n: int, what: str) -> str:
    return f"{write_count(n)} {what}{'s' * (n != 1)}"
