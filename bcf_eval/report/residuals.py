"""What is left over when the models have been fitted? Residuals of one verdict, and of all boards, in words."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.findings import name_when
from bcf_eval.report.fragments import Cell, Row, write_table
from bcf_eval.report.labels import name_within
from bcf_eval.report.loading import ProjectResults
from bcf_eval.report.measures import describe_measure
from bcf_eval.specs import ENGLAND, Intervention
from bcf_eval.wording import write_change, write_count, write_rate, write_times

NOISE, RESEMBLE = "Looks like noise", "Months still hang together"


@dataclass(frozen=True)
class Residuals:
    """What one model leaves over.

    Attributes
    ----------
    periods, values
        By month, in standard deviations: what neither the model nor the month before foretold.
    autocorrelation
        Of months 1, 2, ... apart.
    band
        Beyond which, either way, one autocorrelation in twenty would lie by chance.
    sentence
        What that amounts to.
    """

    periods: tuple[str, ...]
    values: tuple[float, ...]
    autocorrelation: tuple[float, ...]
    band: float
    sentence: str


def read_residuals(results: AreaResults, change: Change) -> Residuals | None:
    """Read what the verdict's model of one change leaves over; ``None`` where there is nothing."""
    key, code = change.intervention.key, results.area.code
    rows = results.beside.area_rows("its_residuals", code)
    rows = rows[rows["intervention"].eq(key) & rows["innovation"].notna()].sort_values("period")
    told = results.beside.area_rows("its_diagnostics", code)
    told = told[told["intervention"].eq(key)]
    if rows.empty or told.empty:
        return None
    values = tuple(float(one) for one in rows["innovation"])
    lags = int(told["ljung_box_lags"].iloc[0])
    places = [parse_period(str(one)).start for one in rows["period"]]
    return Residuals(
        periods=tuple(str(one) for one in rows["period"]),
        values=values,
        autocorrelation=tuple(_correlate(values, places, lag) for lag in range(1, lags + 1)),
        band=2 / math.sqrt(len(values)),
        sentence=str(told["sentence"].iloc[0]),
    )


def describe_residuals(results: AreaResults, change: Change, found: Residuals) -> str:
    """Put the picture into words."""
    place = max(range(len(found.values)), key=lambda i: abs(found.values[i]))
    beyond = sum(abs(one) > 2 for one in found.values)
    outside = [lag for lag, one in enumerate(found.autocorrelation, start=1) if abs(one) > found.band]
    months = " and ".join(str(lag) for lag in outside)
    return (
        f"What the model of {describe_measure(results.metric).name.lower()} in {name_within(results.area.name)} around "
        f"{name_when(change)} leaves over in {len(found.values)} months: {beyond or 'none'} "
        f"{'lies' if beyond == 1 else 'lie'} more than 2 standard deviations out, the furthest "
        f"{write_change(found.values[place])} in {parse_period(found.periods[place]).label}. Of "
        f"{len(found.autocorrelation)} autocorrelations, "
        + (
            f"those {months} months apart lie outside"
            if len(outside) > 1
            else f"that {months} {'month' if months == '1' else 'months'} apart lies outside"
            if outside
            else "none lies outside"
        )
        + f" the band of chance (up to {found.band:.2f} either way). {found.sentence}"
    )


def say_all_boards(results: ProjectResults, intervention: Intervention) -> str:
    """Say of how many boards months still hang together, and of how many by chance alone."""
    rows = select_diagnostics(results, intervention)
    boards = rows[rows["area_code"].ne(ENGLAND)]
    failed, n = int((~boards["passed"].astype(bool)).sum()), len(boards)
    expected = results.protocol.alpha * n
    more = "more than" if failed > expected + 2 * math.sqrt(expected) else "about as many as"
    more = "fewer than" if failed < expected - 2 * math.sqrt(expected) else more
    return (
        f"Of {n} boards whose model could be fitted, months still hang together in {failed or 'none'}; by chance "
        f"alone about {write_count(expected)} would, were every model right: {more} chance brings."
    )


def select_diagnostics(results: ProjectResults, intervention: Intervention) -> pd.DataFrame:
    """Select the rows of one intervention, England first and then boards by name; areas of the catalogue alone."""
    rows = results.beside.all_rows("its_diagnostics")
    rows = rows[rows["intervention"].eq(intervention.key) & rows["area_code"].isin(results.areas)]
    names = {code: load.areas()[code].name for code in rows["area_code"]}
    order = sorted(rows.index, key=lambda i: (rows.at[i, "area_code"] != ENGLAND, names[rows.at[i, "area_code"]]))
    return rows.loc[order].reset_index(drop=True)


def tabulate_residuals(results: ProjectResults, intervention: Intervention) -> str:
    """Lay out what is left over of every area."""
    headings = [
        Cell("Area"),
        Cell("Autocorrelation", "95% interval", number=True),
        Cell("What is left over", "how often a right model leaves as much"),
        Cell("Month that weighs most", "the change without it"),
    ]
    rows = [
        Row(
            Cell(load.areas()[row["area_code"]].name),
            (
                Cell(_plain(row["rho"]), _write_range(row["rho_lower"], row["rho_upper"]), number=True),
                Cell(NOISE if row["passed"] else RESEMBLE, write_times(row["ljung_box_p_value"])),
                _write_influence(row["influential_period"], row["influence"]),
            ),
            row["area_code"] == ENGLAND,
        )
        for row in select_diagnostics(results, intervention).to_dict("records")
    ]
    when = parse_period(intervention.start).label
    name = describe_measure(results.metric).name
    caption = f"{name} around {when}: what the verdict's model leaves over; changes in {results.metric.period_unit}"
    return write_table(caption, headings, rows)


def _correlate(values: tuple[float, ...], places: list[int], lag: int) -> float:
    """Autocorrelation over the pairs that are a lag apart in the calendar, as the test has it: about zero."""
    at = dict(zip(places, values, strict=True))
    pairs = [(one, at[place + lag]) for place, one in at.items() if place + lag in at]
    total = sum(one * one for one in values)
    return sum(one * other for one, other in pairs) / total if total > 0 else 0.0


def _plain(value: float) -> str:
    return f"{value:.2f}".replace("-", "\N{MINUS SIGN}") if math.isfinite(value) else "not known"


def _write_range(lower: float, upper: float) -> str:
    return f"{_plain(lower)} to {_plain(upper)}" if math.isfinite(lower) and math.isfinite(upper) else "no interval"


def _write_influence(period: object, influence: float) -> Cell:
    if not period or not math.isfinite(influence):
        return Cell("not known")
    size = write_rate(abs(influence))
    return Cell(parse_period(str(period)).label, f"{size} {'higher' if influence > 0 else 'lower'}")
