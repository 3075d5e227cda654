"""Are our numbers the published ones? Rates, denominators and values held against what the publishers print."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.clean.annual import agrees_as_printed, find_halves, work_out
from bcf_eval.specs import ENGLAND

COLUMNS = ["what", "area_code", "metric", "period", "ours", "published", "difference", "expected", "note"]
DELAYS, DELAYS_OUR_PEOPLE = "dtoc_ascof vs dtoc_days", "dtoc_ascof vs dtoc_days, our people"
VALUES = "value vs numerator/denominator"
# Population that the publisher divides by, and where it is printed.
DENOMINATORS = {"65+ denominators": ("residential", "65+"), "18+ denominators": ("dtoc_ascof", "18+")}
# How far apart, relatively, two numbers may be that are expected to agree; values must agree as printed.
TOLERANCES = {DELAYS: 0.02, DELAYS_OUR_PEOPLE: 0.02, "65+ denominators": 0.005, "18+ denominators": 0.005, VALUES: 0.0}

_DAILY, _ANNUAL = "dtoc_days", "dtoc_ascof"
# A known exception explains a difference only while that is as large as when it was found.
_AS_KNOWN = 0.01


def compare_published(observed: pd.DataFrame, people: pd.DataFrame, returned: pd.DataFrame) -> pd.DataFrame:
    """Hold our numbers against the published ones.

    Parameters
    ----------
    observed
        Observations by month, on the boundaries of the returns: ``dtoc_days`` is used.
    people
        ``area_code, year, band, people``: the mid-year estimates.
    returned
        Annual measures as :func:`bcf_eval.clean.returns.ascof.read_ascof` gives them, value as published.

    Returns
    -------
    DataFrame
        ``what, area_code, metric, period, ours, published``; ``difference``, ours less published as a share of
        published; ``expected``: ``agree``, ``other quantity`` (shown, never tested) or ``known exception`` (with its
        reason in ``note``). What is compared:

        - delayed days of the twelve months for each day of the year and each 100,000 adults, with the published
          ``dtoc_ascof``: once with its own denominator, so that only the counts can differ, once with our people;
        - its denominators with the mid-year estimates of the year in which it begins;
        - published values with those worked out from the published counts, to as many decimals as are printed.
    """
    frames = [
        _compare_delays(observed, returned),
        *(_compare_people(what, people, returned) for what in DENOMINATORS),
        _compare_values(returned),
    ]
    made = [frame for frame in frames if not frame.empty]
    if not made:
        return pd.DataFrame(columns=COLUMNS).astype({"ours": float, "published": float, "difference": float})
    whole = pd.concat(made, ignore_index=True)
    whole["difference"] = _relate(whole["ours"], whole["published"])
    return _mark_known(whole)[COLUMNS]


def list_disagreements(comparisons: pd.DataFrame) -> pd.DataFrame:
    """List the numbers that were expected to agree and do not.

    Parameters
    ----------
    comparisons
        As :func:`compare_published` gives them.

    Returns
    -------
    DataFrame
        Its rows that are further apart than :data:`TOLERANCES` allow.
    """
    allowed = comparisons["what"].map(TOLERANCES)
    apart = ~(comparisons["difference"].abs() <= allowed)
    return comparisons[apart & (comparisons["expected"] == "agree")].reset_index(drop=True)


def _compare_delays(observed: pd.DataFrame, returned: pd.DataFrame) -> pd.DataFrame:
    published = returned[(returned["metric"] == _ANNUAL) & returned[["value", "denominator"]].notna().all(axis=1)]
    ours = _average_year(observed[observed["metric"] == _DAILY])
    both = published[["area_code", "metric", "period", "denominator", "value"]].merge(
        ours, on=["area_code", "period"], validate="one_to_one"
    )
    redefined = [one.period for one in load.breaks(_ANNUAL) if (one.kind, one.effect) == ("definition", "splits")]
    split = max(redefined, default="")
    expected = np.where(both["period"] >= split, "agree", "other quantity")
    on = np.where(both["area_code"] == ENGLAND, "; ours counts people who live outside England too", "")
    before = np.where(both["period"] >= split, "", "; published are patients at a monthly snapshot")
    common = both.rename(columns={"value": "published"}).assign(expected=expected)
    per_published = common.assign(
        what=DELAYS,
        ours=load.metric(_ANNUAL).multiplier * both["per_day"] / both["denominator"],
        note=pd.Series("with the published denominator", both.index).str.cat(on).str.cat(before),
    )
    per_ours = common.assign(
        what=DELAYS_OUR_PEOPLE,
        ours=both["rate"],
        note=pd.Series("with our adults, month by month", both.index).str.cat(on).str.cat(before),
    )
    return pd.concat([per_published, per_ours], ignore_index=True)


def _average_year(daily: pd.DataFrame) -> pd.DataFrame:
    """Average the delayed days of each area over the days of each whole financial year."""
    years = {month: _financial_year(month) for month in daily["period"].unique()}
    days = observations.days_in(daily["period"])
    rows = daily.assign(year=daily["period"].map(years), days=days, person_days=daily["denominator"] * days)
    sums = rows.groupby(["area_code", "year"], as_index=False).agg(
        delayed=("numerator", "sum"),
        days=("days", "sum"),
        person_days=("person_days", "sum"),
        months=("value", "count"),
    )
    whole = sums[sums["months"] == 12]
    return pd.DataFrame(
        {
            "area_code": whole["area_code"],
            "period": whole["year"],
            "per_day": whole["delayed"] / whole["days"],
            "rate": load.metric(_DAILY).multiplier * whole["delayed"] / whole["person_days"],
        }
    )


def _financial_year(month: str) -> str:
    year, number = int(month[:4]), int(month[5:])
    first = year - (number < 4)
    return f"{first}/{(first + 1) % 100:02d}"


def _compare_people(what: str, people: pd.DataFrame, returned: pd.DataFrame) -> pd.DataFrame:
    """Hold the denominators of a year against the estimates of its first June."""
    metric, band = DENOMINATORS[what]
    published = returned[(returned["metric"] == metric) & returned["denominator"].notna()]
    published = published[["area_code", "metric", "period", "denominator"]].assign(
        year=published["period"].str[:4].astype(int)
    )
    estimates = people.loc[people["band"] == band, ["area_code", "year", "people"]].astype({"year": int})
    both = published.merge(estimates, on=["area_code", "year"], how="outer", validate="one_to_one", indicator=True)
    alike = both[both["_merge"] == "both"].assign(note="")
    whole = pd.concat([alike, _compare_redrawn(both)], ignore_index=True)
    return whole.rename(columns={"people": "ours", "denominator": "published"}).assign(what=what, expected="agree")


def _compare_redrawn(both: pd.DataFrame) -> pd.DataFrame:
    """Hold areas without an estimate together against the estimates of areas that nothing is published for.

    The estimates of a year may be on the boundaries of the next: what was redrawn has the same people as a whole.
    """
    published, estimates = both[both["_merge"] == "left_only"], both[both["_merge"] == "right_only"]
    # A year without estimates, or without figures, has nothing to be held together.
    years = set(both.loc[both["_merge"] == "both", "year"]) & set(published["year"]) & set(estimates["year"])
    of_year = published[published["year"].isin(years)]
    old, new = (frame.groupby("year")["area_code"].agg(list).to_dict() for frame in (published, estimates))
    said = {
        year: f"{' and '.join(old[year])} together: the estimates are on the later boundaries of "
        f"{' and '.join(new[year])}"
        for year in years
    }
    return of_year.assign(
        people=of_year["year"].map(estimates.groupby("year")["people"].sum()),
        denominator=of_year.groupby("year")["denominator"].transform("sum"),
        note=of_year["year"].map(said).astype(str),
    )


def _compare_values(returned: pd.DataFrame) -> pd.DataFrame:
    """Hold published values against their counts; what rounding of the counts explains is known."""
    ours = work_out(returned)
    known = returned["value"].notna().to_numpy() & ~np.isnan(ours)
    halves = find_halves(returned)
    agrees = agrees_as_printed(returned, ours)
    decimals = -np.log10(2 * halves["value"].to_numpy(float)).round().astype(int)
    rounded = np.array([round(float(value), int(n)) for value, n in zip(ours, decimals, strict=True)])
    explained = ~agrees & _within_rounding(returned, halves)
    frame = returned[["area_code", "metric", "period"]].assign(
        what=VALUES,
        ours=np.where(agrees, returned["value"], rounded),
        published=returned["value"],
        expected=np.where(explained, "known exception", "agree"),
        note=np.where(explained, "the counts are published rounded, more coarsely than the value", ""),
    )
    return frame[known]


def _within_rounding(rows: pd.DataFrame, halves: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Whether counts that would be rounded to the published ones can have the published value."""
    lowest = rows.assign(
        numerator=(rows["numerator"] - halves["numerator"]).clip(lower=0),
        denominator=rows["denominator"] + halves["denominator"],
    )
    highest = rows.assign(
        numerator=rows["numerator"] + halves["numerator"], denominator=rows["denominator"] - halves["denominator"]
    )
    from_, to = work_out(lowest) - halves["value"], work_out(highest) + halves["value"]
    return np.asarray((rows["value"] >= from_ - 1e-9) & (rows["value"] <= to + 1e-9))


def _relate(ours: pd.Series, published: pd.Series) -> npt.NDArray[np.float64]:
    """Ours less published, as a share of published; infinite where only the published is 0."""
    with np.errstate(divide="ignore", invalid="ignore"):
        share = (ours - published) / published
    return np.asarray(np.where(ours == published, 0.0, share))


def _mark_known(comparisons: pd.DataFrame) -> pd.DataFrame:
    """Name the exceptions of the catalogue, where the difference is still what it was."""
    known = pd.DataFrame(load.rows("known_differences")).astype({"ratio": float}).rename(columns={"note": "reason"})
    both = comparisons.merge(known, on=["what", "area_code", "period"], how="left", validate="many_to_one")
    is_known = ((both["published"] / both["ours"] / both["ratio"] - 1).abs() <= _AS_KNOWN).to_numpy(bool)
    return both.assign(
        expected=both["expected"].mask(is_known, "known exception"),
        note=both["note"].mask(is_known, both["note"].str.cat(both["reason"].fillna(""), sep="; ").str.lstrip("; ")),
    )
