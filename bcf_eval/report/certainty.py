"""What does the verdict on a change stand on? How often as much was found when nothing began, in words."""

from __future__ import annotations

import math
from statistics import NormalDist

import pandas as pd

from bcf_eval.periods import parse_period
from bcf_eval.report.agreement import AT_FAKE_DATES
from bcf_eval.report.chosen import name_contrast, name_interval, name_unit
from bcf_eval.report.data import AreaResults, Change, Effect
from bcf_eval.report.findings import name_when
from bcf_eval.report.fragments import Cell, Row, write_details, write_heading, write_paragraph, write_table
from bcf_eval.specs import ENGLAND
from bcf_eval.wording import ITS_LABELS, write_change, write_count, write_interval

_MOVED = ("fell", "rose")
_SIDES = (
    "What all boards share shows in the row of England; what is this area's own shows in the row beside the rest of "
    "England."
)
_LEFT_OVER = "What the model leaves over."


def write_certainty(results: AreaResults) -> str:
    """Write what each verdict stands on; nothing where it was not worked out."""
    parts = [_write_change(results, change) for change in results.changes]
    if not any(parts):
        return ""
    return write_heading("How sure is this?") + "".join(parts) + _tabulate_fake_dates(results)


def say_rarity(results: AreaResults, change: Change) -> str:
    """Say how often as clear a change was found at dates when nothing began; nothing where there is no verdict."""
    main = change.main
    if main.verdict == "not testable":
        return ""
    if results.is_england:
        return _say_nation(results, change)
    if not math.isfinite(main.p_cal):
        _, _, never = main.p_cal_reason.partition(": ")
        why = f": {never}" if never else ""
        return f"This cannot be set beside the same test at dates when nothing began{why}." if main.p_cal_reason else ""
    return (
        f"At dates before the fund, when nothing began, {say_share(main.p_cal)} boards showed a change as clear as "
        f"this; {_say_range(main)}."
    )


def say_many(results: AreaResults, change: Change) -> str:
    """Say what is left of a change when allowance is made for how many boards were looked at."""
    main = change.main
    if results.is_england or main.verdict not in _MOVED or not math.isfinite(main.q_value):
        return ""
    return (
        "Many boards were looked at: if every board with a change at least as clear were called changed, up to "
        f"{say_share(main.q_value)} of them would be so by chance alone."
    )


def say_share(share: float) -> str:
    """A share of 1 as a number in 100: ``4.2 in 100``, ``36 in 100``."""
    if share < 0.005:
        return "fewer than 1 in 100"
    return "more than 99 in 100" if share > 0.995 else f"{_number(share)} in 100"


def _number(share: float) -> str:
    return f"{100 * share:.{1 if share < 0.0995 else 0}f}".removesuffix(".0")


def _say_range(effect: Effect) -> str:
    low, high = _number(effect.p_cal_low), _number(effect.p_cal_high)
    return f"between {low} and {high} by date" if low != high else f"{low} at every date"


def _say_nation(results: AreaResults, change: Change) -> str:
    """Say at how many dates England's own fit came out as far; a single series has no calibrated p-value."""
    fakes = _list_fakes(results, change.primary)
    if fakes.empty:
        return ""
    z = _find_deviate(change.main)
    far = fakes[fakes["z"].abs() >= abs(z)]
    alike = int((far["z"] * z > 0).sum())
    many = "all" if alike == len(far) else alike or "none"
    them = f", at {many} of them in the same direction" if len(far) else ""
    return (
        f"At {len(far) or 'none'} of {len(fakes)} dates before the fund, when nothing began, the same fit of England "
        f"came out at least as far from no change{them}."
    )


def _write_change(results: AreaResults, change: Change) -> str:
    key = change.intervention.key
    counts = results.beside.all_rows("its_counts")
    own = counts[counts["intervention"].eq(key) & counts["scope"].eq("own")]
    rarity = say_rarity(results, change)
    if not rarity and own.empty:
        return ""
    told = [_say_failed(results, change), rarity, say_many(results, change), _say_left_over(results, change)]
    return (
        write_heading(f"After {name_when(change)}: {change.intervention.label}", level=4)
        + "".join(write_paragraph(one) for one in told)
        + _tabulate_sides(results, change)
        + write_paragraph(_say_boards(results, own))
    )


def _say_boards(results: AreaResults, own: pd.DataFrame) -> str:
    """Say how many boards fell and rose, and how many would if nothing had changed."""
    if own.empty:
        return ""
    if int(own["n_fake_dates"].max()):
        counted = " ".join(str(one) for one in own["sentence"])
        return f"Over all boards (all that were fitted, also those too uncertain to read): {counted}"
    found = {str(row["direction"]): int(row["n_found"]) for row in own.to_dict("records")}
    tested = int(own["n_tested"].max())
    expected = write_count(results.protocol.alpha * tested)
    return (
        f"Over all boards: of {tested}, {found.get('fell', 0)} fell and {found.get('rose', 0)} rose; about {expected} "
        "in all would by chance alone, were boards independent, and they are not."
    )


def _say_failed(results: AreaResults, change: Change) -> str:
    """Say first that the model misses something, where it does: its interval is then too narrow."""
    found = _find_diagnostics(results, change)
    if found.empty or bool(found["passed"].iloc[0]):
        return ""
    return "But the model misses something here: what it leaves over is no mere noise, so hold the verdict loosely."


def _say_left_over(results: AreaResults, change: Change) -> str:
    found = _find_diagnostics(results, change)
    return "" if found.empty else str(found["sentence"].iloc[0])


def _find_diagnostics(results: AreaResults, change: Change) -> pd.DataFrame:
    """The diagnostics of the fit that a verdict stands on; empty where none does."""
    rows = results.beside.area_rows("its_diagnostics", results.area.code)
    return rows[rows["intervention"].eq(change.intervention.key) & (change.main.verdict != "not testable")]


def _tabulate_sides(results: AreaResults, change: Change) -> str:
    """Lay out the change of the area, of the area beside the rest of England, and of England."""
    if results.is_england:
        return ""
    name, primary = results.area.name, change.primary
    sides = [
        (Cell(name), change.own, True),
        (Cell("England"), change.england, False),
        (Cell(f"{name}, beside the rest of England"), change.local, False),
    ]
    rows = [
        Row(heading, _list_cells(effects[primary]), marked) for heading, effects, marked in sides if primary in effects
    ]
    headings = [
        Cell("Of what"),
        Cell("Change", name_interval(results.protocol), number=True),
        Cell("Verdict"),
        Cell("As clear at dates when nothing began"),
    ]
    unit = name_unit(primary, results.metric)
    caption = f"{name_contrast(primary).short} after {name_when(change)}, in {unit}"
    # Said once a metric.
    note = write_paragraph(_SIDES, kind="note") if change is results.changes[0] else ""
    return write_table(caption, headings, rows) + note


def _list_cells(effect: Effect) -> tuple[Cell, ...]:
    change = Cell("none", number=True)
    if math.isfinite(effect.estimate):
        change = Cell(write_change(effect.estimate), write_interval(effect.lower, effect.upper), number=True)
    verdict = Cell(ITS_LABELS[effect.verdict])
    counted = AT_FAKE_DATES.search(effect.p_cal_reason)
    if effect.verdict == "not testable":
        return change, verdict, Cell("no verdict to compare")
    if math.isfinite(effect.p_cal):
        return change, verdict, Cell(f"{say_share(effect.p_cal)} boards", _say_range(effect))
    return change, verdict, Cell(f"{counted[1]} of {counted[2]} dates" if counted else "cannot be compared")


def _list_fakes(results: AreaResults, contrast: str) -> pd.DataFrame:
    rows = results.beside.area_rows("its_placebo", ENGLAND)
    kept = rows[rows["scope"].eq("own") & rows["contrast"].eq(contrast) & rows["z"].notna()]
    return kept.sort_values("fake_date", ignore_index=True)


def _tabulate_fake_dates(results: AreaResults) -> str:
    """List what the same fit of England finds at each date when nothing began, and at the real ones."""
    fakes = _list_fakes(results, results.protocol.primary_contrast)
    if not results.is_england or fakes.empty:
        return ""
    rows = [
        _write_date(f"{parse_period(str(one['fake_date'])).label}: nothing began", one["estimate"], one["z"])
        for one in fakes.to_dict("records")
    ]
    rows += [
        _write_date(f"{name_when(change)}: {change.intervention.label}", one.estimate, _find_deviate(one), real=True)
        for change, one in ((change, change.main) for change in results.changes)
    ]
    unit = name_unit(results.protocol.primary_contrast, results.metric)
    headings = [Cell("Start"), Cell("Change found", number=True), Cell("Distance from no change", number=True)]
    caption = f"The same fit of England at {len(fakes)} dates before the fund and at the real starts, in {unit}"
    note = (
        "The distance is the change over its own uncertainty (z); beyond 2 either way would be rare if the model were "
        "right. Neighbouring dates share most of their months, so that these are not separate pieces of evidence."
    )
    return write_details(
        "What the same fit of England finds at dates when nothing began",
        write_table(caption, headings, rows) + write_paragraph(note, kind="note"),
    )


def _write_date(start: str, estimate: float, z: float, *, real: bool = False) -> Row:
    distance = f"{z:+.1f}".replace("-", "\N{MINUS SIGN}") if math.isfinite(z) else "none"
    return Row(Cell(start), (Cell(write_change(estimate), number=True), Cell(distance, number=True)), real)


def _find_deviate(effect: Effect) -> float:
    """The standard normal deviate of the same tail as a two-sided p-value."""
    if not (math.isfinite(effect.p_value) and math.isfinite(effect.estimate)):
        return math.nan
    tail = min(max(effect.p_value / 2, 1e-300), 0.5)
    return math.copysign(NormalDist().inv_cdf(tail), effect.estimate)
