"""What do the findings about the data mean? One plain sentence for each, and the whole in short."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.quality_data import QualityData, name_place
from bcf_eval.wording import write_count, write_rate

Tabulate = Callable[[pd.DataFrame], str]
_MOST_NAMED = 3
_VERDICTS = ("apart", "held", "not tested", "corrected")

ARRIVALS = (
    "Published files are kept as they came and never edited. Where a period has several editions the latest is used."
)
COVERAGE = (
    "A number may be as returned, or rest on something that is not: a population carried beyond the estimates, or a "
    "count shared out from commissioners. None of it is filled in: what is not there stays empty."
)
MISSING = (
    "A number that is not there is never replaced by a guess; a series with gaps is judged on what it has, or not "
    "at all."
)
FLAGGED = "A flag says what is not ordinary about a number. It does not say that the number is wrong."
REVISIONS = (
    "A publisher may change a figure after it was first published. A forecast made at the time would have stood on the "
    "earlier one; everything on these pages stands on the latest."
)
OUTLIERS = (
    "Each month's rate is held against what the board's own 12 months before would lead to expect, by the rules of the "
    "XmR chart: listed is what lies twice as far from their mean as the natural limits and came about in one step. A "
    "jump may be a change in care, a change in what is written down, a hospital that did not return, or a slip: ask "
    "before it is used. "
    "Months resemble the months before them, so that some jumps are to be expected. Measures returned once a year have "
    "too few years for this."
)
TOTALS = (
    "The areas, and what the return counts for no area, must add up to the number printed for England. Monthly counts "
    "must do so exactly; annual ones are rounded council by council, and may differ by one per cent. Areas left out on "
    "purpose, as they do not fit the boundaries asked for, are counted in these sums."
)
COMPARISONS = (
    "Where a publisher prints the same rate or the same population, ours is held against it. A difference without a "
    "known reason is a question to us or to the publisher."
)
CORRECTIONS = (
    "A correction changes, drops or marks a returned figure, for a stated reason and from a stated source; the file as "
    "published stays as it is."
)


@dataclass(frozen=True)
class Finding:
    """A question, its answer in a word or two, and a sentence."""

    question: str
    verdict: str
    sentence: str


def summarise(data: QualityData) -> list[Finding]:
    """Say in short whether the data are fit to stand on."""
    return [*_sum_look(data), _sum_coverage(data), _sum_totals(data), *_sum_comparisons(data), _sum_jumps(data)]


def _sum_look(data: QualityData) -> list[Finding]:
    """What `check` says in one line, so that page and command line count alike."""
    said = str(data.record.get("needs_a_look", ""))
    if not said:
        return []
    count, _, kinds = said.rstrip(")").partition(" (")
    sentence = f"{kinds[:1].upper()}{kinds[1:]}." if kinds else "No kind of check found anything."
    return [Finding("What needs a look?", f"{count[:1].upper()}{count[1:]}", sentence)]


def _sum_coverage(data: QualityData) -> Finding:
    sums = data.coverage[data.coverage["metric"].isin(_headline(data))].sum(numeric_only=True)
    total = int(sums["n_areas"] - sums["unpublished"])
    lacking = int(sums[["suppressed", "gap", "missing"]].sum())
    n_files = int(data.arrivals["n_files"].sum())
    sentence = (
        f"{write_count(n_files)} files give {write_count(total - lacking)} of {write_count(total)} numbers on the "
        "measures that boards are judged by."
    )
    resting = {
        "extended": "a population carried beyond the estimates",
        "apportioned": "commissioners' counts shared out",
    }
    told = [f"{write_count(sums[name])} rest on {words}" for name, words in resting.items() if sums[name]]
    sentence += f" Of these {' and '.join(told)}." if told else ""
    verdict = "Yes" if not lacking else f"All but {write_count(lacking)}"
    return Finding("Is every number there?", verdict, sentence)


def _sum_totals(data: QualityData) -> Finding:
    verdicts = data.totals["verdict"].value_counts()
    apart, held, untested, corrected = (int(verdicts.get(name, 0)) for name in _VERDICTS)
    tested = held + apart + corrected
    sentence = f"Of {write_count(tested)} sums of areas, {write_count(held)} are the number printed for England."
    if corrected:
        sentence += f" {write_count(corrected)} differ from it by just what corrections changed."
    if untested:
        sentence += f" {write_count(untested)} more could not be tested, because areas or England lack a number."
    if not tested:
        return Finding("Do the areas add up to England?", "Could not be tested", "No sum could be tested.")
    verdict = "Yes" if not apart else f"Not in {write_count(apart)} periods"
    return Finding("Do the areas add up to England?", verdict, sentence)


def _sum_comparisons(data: QualityData) -> list[Finding]:
    if data.comparisons is None or data.comparisons.empty:
        return []
    like = data.comparisons[data.comparisons["expected"] == "agree"]
    unknown, known = int(like["apart"].sum()), int((data.comparisons["expected"] == "known exception").sum())
    sentence = (
        f"Of {write_count(len(like))} numbers that should agree with published ones, "
        f"{write_count(unknown) if unknown else 'none'} are apart."
    )
    sentence += f" {write_count(known)} more differ for a reason that is known." if known else ""
    verdict = "Yes" if not unknown else f"All but {write_count(unknown)}"
    return [Finding("Do our numbers agree with published ones?", verdict, sentence)]


def _sum_jumps(data: QualityData) -> Finding:
    question, n = "Is anything worth a question?", len(data.jumps)
    if not n:
        return Finding(question, "Nothing found", "No monthly rate jumps far out of the months before it.")
    explained = data.jumps["known"].ne("") | data.jumps["counting"].ne("")
    known = int(explained.sum())
    largest = "; ".join(
        f"of {load.metric(str(key)).label}, {_name_largest(found)}"
        for key, found in data.jumps[~explained].groupby("metric")
    )
    sentence = "None is without a known reason."
    if largest:
        sentence = (
            f"The largest without a known reason: {largest}. Each may be a change in care or in what was written down."
        )
    many = f"{write_count(n)} sudden jump{'s' * (n != 1)}"
    many += f", {write_count(known)} of them with a known reason" if known else ""
    return Finding(question, many, sentence)


def _name_largest(jumps: pd.DataFrame) -> str:
    named = [
        f"{name_place(str(row['area_code']))} in {parse_period(str(row['period'])).label} (from "
        f"{write_rate(row['before'])} to {write_rate(row['value'])})"
        for row in jumps.head(_MOST_NAMED).to_dict("records")
    ]
    return " and ".join([", ".join(named[:-1]), named[-1]] if named[:-1] else named)


def _headline(data: QualityData) -> list[str]:
    return [key for key in data.metrics if load.metric(key).headline]
