"""What does the Adult Social Care Outcomes Framework say? Its measures by council and year, in tidy rows."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.catalogue.describe import read_year
from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.catalogue.measures import find_columns, find_metrics, list_measured
from bcf_eval.clean.areas import list_boards, name_areas
from bcf_eval.clean.marks import parse_column
from bcf_eval.delimited import read_delimited
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading
from bcf_eval.periods import parse_period
from bcf_eval.specs import ENGLAND

SOURCE = "ascof"
# Names of councils hold accents in this encoding; nothing that is read does.
ENCODING = "latin-1"
COLUMNS = ["area_code", "metric", "period", "numerator", "denominator", "value", "flag", "source"]
KEY = ["area_code", "metric", "period"]

_LEVELS, _OTHER_LEVELS = {"council", "england"}, {"region", "council type"}
_FIELDS = {"numerator": "numerator", "denominator": "denominator", "outcome": "value"}


def read_ascof(path: Path, file: RawFile) -> Reading:
    """Read the measures of England and every council.

    Parameters
    ----------
    path
        Where the file of comma-separated values lies, compressed or not.
    file
        What the manifest knows of it.

    Returns
    -------
    Reading
        ``area_code, metric, period, numerator, denominator, value, flag, source``: one row for each area, metric and
        financial year, also where a council has no number; ``value`` as published. Missing numbers carry a flag:
        ``suppressed`` or ``not_available`` where the value is missing, ``counts_suppressed`` or
        ``counts_not_available`` where the value is published without its counts.

    Raises
    ------
    InputError
        One line that names file, line and what is wrong there.
    """
    where = file.path
    headings = read_delimited(path, name=where, encoding=ENCODING, n_rows=0).columns
    columns = find_columns([*headings], source=SOURCE, where=where)
    whole = read_delimited(path, name=where, encoding=ENCODING, columns=[*columns.values()])
    cells, messages = _choose(whole.rename(columns={heading: field for field, heading in columns.items()}), file)
    rows = _pivot(cells, where=where)
    _refuse_impossible(rows, where=where)
    rows, missing = _complete(rows, file)
    rows = rows.assign(flag=_name_flags(rows), source=file.cited)
    return Reading(rows[COLUMNS].sort_values(KEY, ignore_index=True), (*messages, *missing, *_say_gone(rows, file)))


def _choose(whole: pd.DataFrame, file: RawFile) -> tuple[pd.DataFrame, tuple[str, ...]]:
    """Keep the totals of known measures of England and the councils; say what was left out."""
    if whole.empty:
        raise InputError(f"{file.path} has a heading but no rows.")
    years = _read_years(whole["year"].unique(), file)
    totals = whole[whole["part"].isin([text for text in whole["part"].unique() if text.strip().casefold() == "total"])]
    totals = totals.assign(code=totals["code"].str.strip(), period=totals["year"].map(years))
    pairs = totals[["code", "period"]].drop_duplicates()
    metrics = find_metrics(zip(pairs["code"], pairs["period"], strict=True))
    pairs = pairs.assign(metric=[metrics.get(pair, "") for pair in zip(pairs["code"], pairs["period"], strict=True)])
    named = totals.reset_index(names="line").merge(pairs, on=["code", "period"], how="left", validate="many_to_one")
    named = named.set_index("line")
    known = named[named["metric"] != ""]
    level = _fold(known["level"])
    odd = sorted(set(level) - _LEVELS - _OTHER_LEVELS)
    if odd:
        raise InputError(
            f"{file.path}, line {_line(known[level == odd[0]])}: the level is '{odd[0]}'; expected Council, England, "
            "Region or Council type."
        )
    local = known[level.isin(_LEVELS)]
    kind = _fold(local["type"])
    if local.empty or "outcome" not in set(kind):
        raise InputError(
            f"{file.path}: there is no row of a known measure for England or a council with the type 'Outcome'; "
            "expected codes as in catalogue/ascof_measures.csv."
        )
    chosen = local.assign(field=kind.map(_FIELDS))[kind.isin(_FIELDS)]
    _check_areas(chosen, where=file.path)
    left_out = {
        f"about {named.loc[named['metric'] == '', 'code'].nunique()} measures that are not in "
        "catalogue/ascof_measures.csv": len(totals) - len(known),
        "about parts of the people (ages, sexes)": len(whole) - len(totals),
        "about regions and types of council": len(known) - len(local),
        f"of other types ({', '.join(sorted(set(kind) - set(_FIELDS)))})": len(local) - len(chosen),
    }
    said = [f"{count:,} {what}" for what, count in left_out.items() if count]
    return chosen, ((f"{file.cited}: rows left out: {'; '.join(said)}.",) if said else ())


def _read_years(texts: Iterable[str], file: RawFile) -> dict[str, str]:
    years = {text: read_year(text, where=file.path) for text in texts}
    first, last = min(years.values()), max(years.values())
    stated = first if first == last else f"{first} to {last}"
    if stated != file.period:
        raise InputError(f"{file.path}: its rows are about {stated}, but the manifest says {file.period}.")
    return years


def _check_areas(chosen: pd.DataFrame, *, where: str) -> None:
    """Check the ONS codes: the file's own council codes differ from those of other returns."""
    code, england = chosen["area_code"].str.strip(), _fold(chosen["level"]) == "england"
    known = {area for area in name_areas() if area != ENGLAND}
    wrong = chosen[~np.where(england, code == ENGLAND, code.isin(known))]
    if not wrong.empty:
        raise InputError(
            f"{where}, line {_line(wrong)}: the ONS code of a row of level '{wrong['level'].iloc[0]}' is "
            f"'{wrong['area_code'].iloc[0]}', which is no known area of that level. If it is new, add it to "
            "catalogue/area_changes.csv."
        )


def _pivot(cells: pd.DataFrame, *, where: str) -> pd.DataFrame:
    """Lay the numbers of each area, metric and year side by side, with the flags of those that are marks."""
    cells = cells.assign(area_code=cells["area_code"].str.strip())
    twice = cells.duplicated([*KEY, "field"])
    if twice.any():
        second = cells[twice].iloc[0]
        both = cells[(cells[[*KEY, "field"]] == second[[*KEY, "field"]]).all(axis=1)]
        raise InputError(
            f"{where}, lines {_line(both)} and {_line(both.iloc[1:])}: the {second['field']} of '{second['metric']}' "
            f"for {name_areas()[second['area_code']]} ({second['area_code']}) in {second['period']} stands twice; "
            "expected once."
        )
    parsed = parse_column(cells["number"], source=SOURCE, where=where)
    wide = cells.assign(number=parsed["number"], mark=parsed["flag"]).pivot(
        index=KEY, columns="field", values=["number", "mark"]
    )
    rows = pd.DataFrame(index=wide.index)
    for field in _FIELDS.values():
        given = ("number", field) in wide
        rows[field] = wide["number", field].astype(float) if given else np.nan
        rows[f"{field}_mark"] = wide["mark", field].fillna("").astype(str) if given else ""
    return rows.reset_index()


def _refuse_impossible(rows: pd.DataFrame, *, where: str) -> None:
    """Stop when more than all of some people did something."""
    shares = {key: one.multiplier for key, one in load.metrics().items() if one.statistic == "proportion"}
    most = rows["metric"].map(shares)
    for _, row in rows[(rows["value"] > most) | (most.notna() & (rows["numerator"] > rows["denominator"]))].iterrows():
        raise InputError(
            f"{where}: '{row['metric']}' of {name_areas()[row['area_code']]} ({row['area_code']}) in {row['period']} "
            f"is {row['value']:,.10g} ({row['numerator']:,.10g} of {row['denominator']:,.10g}); expected at most "
            f"{shares[row['metric']]:g}, and no more than there were."
        )


def _complete(rows: pd.DataFrame, file: RawFile) -> tuple[pd.DataFrame, list[str]]:
    """Add a row without a number where a council is missing, and say so."""
    apart = [code for code, area in load.areas().items() if area.kind == "not_a_board"]
    wanted: list[tuple[str, str, str]] = []
    for (metric, period), _ in rows.groupby(["metric", "period"]):
        april = str(parse_period(str(period)).months[0])
        wanted += [(code, str(metric), str(period)) for code in (ENGLAND, *list_boards(april), *apart)]
    expected = pd.DataFrame(wanted, columns=KEY)
    whole = rows.merge(expected, on=KEY, how="outer", validate="one_to_one", indicator=True)
    messages = []
    for (metric, period), lacking in whole[whole["_merge"] == "right_only"].groupby(["metric", "period"]):
        names = [f"{name_areas()[code]} ({code})" for code in lacking["area_code"]]
        more = f" and {len(names) - 5} more" if names[5:] else ""
        messages.append(f"{file.cited}: '{metric}' has no rows for {', '.join(names[:5])}{more} in {period}.")
    for (metric, period), extra in whole[whole["_merge"] == "left_only"].groupby(["metric", "period"]):
        names = [f"{name_areas()[code]} ({code})" for code in extra["area_code"]]
        messages.append(f"{file.cited}: '{metric}' has rows for {', '.join(names[:5])}, not expected in {period}.")
    marks = {f"{field}_mark": "" for field in _FIELDS.values()}
    return whole.drop(columns="_merge").fillna(marks), messages


def _name_flags(rows: pd.DataFrame) -> pd.Series:
    """Say why a value, or the counts of a value, are missing."""
    value = rows["value_mark"].where(rows["value_mark"] != "", "not_available")
    counts = rows["numerator_mark"].where(rows["numerator_mark"] != "", rows["denominator_mark"])
    counts = "counts_" + counts.where(counts != "", "not_available")
    no_counts = rows["numerator"].isna() | rows["denominator"].isna()
    return pd.Series(np.where(rows["value"].isna(), value, np.where(no_counts, counts, "")), rows.index, dtype=str)


def _say_gone(rows: pd.DataFrame, file: RawFile) -> list[str]:
    """Say which metrics are not there for a whole year: surveys of carers are made every other year."""
    years = sorted(set(rows["period"]))
    there = set(zip(rows["metric"], rows["period"], strict=True))
    gone = {metric: [year for year in years if (metric, year) not in there] for metric in list_measured()}
    return [f"{file.cited}: there is no '{metric}' for {', '.join(lack)}." for metric, lack in gone.items() if lack]


def _fold(texts: pd.Series) -> pd.Series:
    return texts.map({text: text.strip().casefold() for text in texts.unique()})


def _line(rows: pd.DataFrame) -> int:
    """Count the line of the file on which the first row stands: the heading is line 1."""
    return int(rows.index[0]) + 2
