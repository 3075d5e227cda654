"""What is found over all boards? Verdicts counted, each count beside the number that chance alone would bring."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.chosen import name_unit
from bcf_eval.report.counts import say_counts, say_standing, tabulate_counts
from bcf_eval.report.data import meets
from bcf_eval.report.labels import write_number
from bcf_eval.report.loading import ProjectResults
from bcf_eval.report.loading_annual import ProjectYears, read_years
from bcf_eval.report.measures import ADMISSIONS, SHARED_ERRORS
from bcf_eval.report.prose import caution_nation
from bcf_eval.report.prose_annual import name_points, say_dispersion, write_value
from bcf_eval.report.targets import split_targets
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import ENGLAND, Intervention, Metric
from bcf_eval.wording import ITS_LABELS, write_change, write_count

_TARGETS = {
    "not testable": "cannot be tested",
    "no improvement": "ask for no improvement on the baseline",
    "rewards trend": "are close to what was under way",
    "within variation": "ask for what ordinary variation can bring",
    "beyond the record": "ask for more than boards have been seen to do",
    "meaningful": "ask for more than trend and chance",
}

_OF_ONE = {"ask": "asks", "are": "is"}
MOST = "most of these are ordinary variation"
NO_ALLOWANCE = "No allowance is made for the many boards."


@dataclass(frozen=True)
class Finding:
    """One of the findings about all boards: a question, the answer, how far it carries, and a table as HTML if any."""

    question: str
    sentence: str
    caution: str
    table: str = ""


def summarise_monthly(results: ProjectResults) -> list[Finding]:
    """Sum up a monthly metric: each intervention, then the targets."""
    found = [summarise_changes(results, one) for one in list_judged(results)]
    return found + summarise_ambitions(results)


def list_judged(results: ProjectResults) -> tuple[Intervention, ...]:
    """List the interventions that there are verdicts on, by date."""
    known = set(results.primary["intervention"])
    return tuple(one for one in load.interventions(results.metric.key) if one.key in known)


def select_verdicts(results: ProjectResults, intervention: Intervention, *, scope: str = "own") -> pd.DataFrame:
    """Select the primary contrast of every area after one intervention."""
    primary = results.primary
    return primary[primary["intervention"].eq(intervention.key) & primary["scope"].eq(scope)]


def summarise_changes(results: ProjectResults, intervention: Intervention) -> Finding:
    """Count the verdicts on one intervention over all boards, with the number that chance alone would bring."""
    rows, beside = (select_verdicts(results, intervention, scope=scope) for scope in ("own", "local"))
    boards = rows[rows["area_code"] != ENGLAND]
    local = beside.loc[beside["area_code"] != ENGLAND, "verdict"].value_counts()
    counts = boards["verdict"].value_counts()
    n, tested = int(counts.sum()), int(counts.drop("not testable", errors="ignore").sum())
    month = parse_period(intervention.start).label
    fell, rose, none, lost = (int(counts.get(key, 0)) for key in ITS_LABELS)
    sentence = (
        f"Of {n} boards, {fell} are counted as lower than the path before leads to expect, {rose} as higher"
        f"{_say_rest(none, lost)}. Against the rest of England "
        f"{local.get('fell', 0)} were lower and {local.get('rose', 0)} higher."
    )
    firm = int(boards.loc[boards["verdict"].isin(["fell", "rose"]), "agrees"].sum())
    if fell + rose:
        sentence += (
            f" In {_count_firm(firm, fell + rose)} counted as lower or higher, all other ways of working it out "
            f"that can be judged (at most {write_number(results.n_others)}) agree."
        )
    jumping = int(boards.loc[boards["verdict"].isin(["fell", "rose"]), "jumps"].sum())
    if jumping:
        sentence += (
            f" In {jumping} of these {fell + rose} the record itself jumps within a month, and a change in what is "
            "recorded cannot be told from a change in care."
        )
    england = rows[rows["area_code"] == ENGLAND].to_dict("records")
    nation, unit = "", name_unit(results.protocol.primary_contrast, results.metric)
    if england:
        was = "was" if england[0]["agrees"] and not england[0]["jumps"] else "may have been"
        moved = {"fell": f"{was} lower:", "rose": f"{was} higher:"}
        told = moved.get(england[0]["verdict"], "showed no clear change:")
        nation = f" England as a whole {told} {write_change(england[0]['estimate'])} {unit}."
        if england[0]["verdict"] == "not testable":
            nation = f" England as a whole cannot be tested: {england[0]['reason']}."
        nation += caution_nation(str(england[0]["verdict"]), str(england[0]["p_cal_reason"]))
    counted, alpha = results.beside.all_rows("its_counts"), results.protocol.alpha
    told = say_counts(counted, intervention, alpha=alpha)
    caution = (
        f"By chance alone about {write_count(results.protocol.alpha * tested)} of {tested} boards would be counted as "
        "lower or higher, even if nothing had changed anywhere; because boards move together, it can be many more, and "
        f"most of them in one direction. {_say_calibration(boards)}"
    )
    standing = say_standing(counted, intervention, alpha=alpha)
    caution = f"{told or caution}{standing}{_say_shared(results.metric)}{nation}"
    table = tabulate_counts(counted, intervention)
    return Finding(f"After {month}: {intervention.label}", sentence, caution, table)


def _count_firm(firm: int, n: int) -> str:
    return f"all {n}" if firm == n > 1 else f"{firm or 'none'} of the {n}"


def _say_rest(none: int, lost: int) -> str:
    """Say how many showed no clear change, and how many cannot be tested where any cannot."""
    return (
        f", {none} showed no clear change and {lost} cannot be tested"
        if lost
        else f" and {none} showed no clear change"
    )


def _say_calibration(boards: pd.DataFrame) -> str:
    """Say whether the number was, or can be, measured at dates when nothing began."""
    reason = str(next(iter(boards["p_cal_reason"]), ""))
    if not reason:
        return "Their intervals allow for what the same test finds at dates when nothing began."
    _, _, never = reason.partition(": ")
    if never:
        return f"How many cannot be measured at dates when nothing began: {never}."
    return "How many has not yet been measured at dates when nothing began."


def _say_shared(metric: Metric) -> str:
    return f" {SHARED_ERRORS}" if metric.key == ADMISSIONS else ""


def summarise_ambitions(results: ProjectResults | ProjectYears) -> list[Finding]:
    """Count the verdicts on the targets, those of a national rule apart from those that boards set themselves."""
    tests = [test for of_area in results.ambitions.values() for test in of_area]
    of_rules, own = split_targets(tests)
    found = [
        _summarise_tests([one for one in of_rules if one.period == period], results.metric, period=period)
        for period in dict.fromkeys(one.period for one in of_rules)
    ]
    return found + ([_summarise_tests(own, results.metric)] if own else [])


def _summarise_tests(tests: Sequence[AmbitionTest], metric: Metric, *, period: str = "") -> Finding:
    counts = Counter(test.verdict for test in tests)
    listed = [f"{counts[key]} {_agree(words, counts[key])}" for key, words in _TARGETS.items() if counts[key]]
    said = " and ".join([", ".join(listed[:-1]), listed[-1]] if listed[:-1] else listed)
    meaningful = [test.chance for test in tests if test.verdict == "meaningful"]
    caution = "No target is called more than trend and chance."
    if meaningful:
        met = sum(meaningful)
        many = f"about {write_count(met)}" if met >= 1 else "fewer than one"
        caution = (
            f"If nothing changed, {many} of the {len(meaningful)} targets called more than trend and chance would be "
            f"met all the same, on average; boards move together, so it may be none or several. {_say_chances(tests)}"
        )
    question = f"The target for {parse_period(period).label}" if period else "The boards' own plans"
    opening = f"Of {write_count(len(tests))} targets, {said}"
    if len(tests) == 1:
        opening = f"The one target {said.removeprefix('1 ')}"
    sentence = f"{opening}.{_split_trend(tests, metric)}"
    return Finding(question, sentence, caution)


def _agree(words: str, count: int) -> str:
    """Bring the verb that words begin with to the number of those it is said of."""
    verb, _, rest = words.partition(" ")
    return f"{_OF_ONE.get(verb, verb)} {rest}" if count == 1 else words


def _say_chances(tests: Sequence[AmbitionTest]) -> str:
    """Say whether the chances of the targets called meaningful were checked against past forecasts."""
    found = {test.calibration == "calibrated" for test in tests if test.verdict == "meaningful"}
    if found == {True}:
        return "These chances are calibrated on how such forecasts did at earlier dates."
    some = "Some of these" if True in found else "These"
    return f"{some} chances are uncalibrated: they have not been checked against how such forecasts did in the past."


def _split_trend(tests: Sequence[AmbitionTest], metric: Metric) -> str:
    """Say which of business as usual and the trend meets the targets that one of them meets."""
    met = [
        (meets(test.expected, test, metric), meets(test.trends["continues"], test, metric))
        for test in tests
        if test.verdict == "rewards trend"
    ]
    if not met:
        return ""
    counts = Counter(met)
    usual, trend, both = counts[True, False], counts[False, True], counts[True, True]
    told = [(both, "either way"), (usual, "only if things stayed as they were"), (trend, "only if the trend went on")]
    listed = [f"{n} {how}" for n, how in told if n]
    first, *others = listed
    many, _, how = first.partition(" ")
    return f" Of the {len(met)} close to what was under way, {', '.join([f'{many} would be met {how}', *others])}."


def summarise_yearly(results: ProjectYears) -> list[Finding]:
    """Count where boards lie beside England in the last year, and beside their own year before."""
    year = results.span[1]
    rows = results.years[results.years["period"].eq(year)]
    boards = rows[rows["area_code"].ne(ENGLAND)]
    alpha = results.protocol.alpha
    places = Counter(one.place for one in read_years(boards))
    placed = sum(n for place, n in places.items() if place)
    counts = boards["change_verdict"].value_counts()
    fell, rose, none, lost = (int(counts.get(key, 0)) for key in ITS_LABELS)
    england = read_years(rows[rows["area_code"].eq(ENGLAND)])
    nation = f" ({write_value(england[0].value, results.metric)})" if england else ""
    moved = ""
    if england:
        points = name_points(results.metric)
        moved = f" England as a whole: {write_change(england[0].change)} {points} on the year before."
    ordinary = " ".join(part for part in (say_dispersion(boards["dispersion"].max(), so=MOST), NO_ALLOWANCE) if part)
    unknown = f" Of {places['']} there is no figure to compare." if places[""] else ""
    return [
        Finding(
            f"In {year}, beside England",
            f"Of {placed} boards, {places['higher']} lie above England{nation} by more than sampling alone would "
            f"bring, {places['lower']} below, and {places['no clear difference']} not clearly either.{unknown}",
            f"By sampling alone about {write_count(alpha * placed)} of {placed} would be counted as above or below, "
            f"even if boards did not differ. {NO_ALLOWANCE}",
        ),
        Finding(
            f"{year} beside the year before",
            f"Of {len(boards)} boards, {fell} were lower than the year before by more than sampling alone would bring, "
            f"{rose} higher{_say_rest(none, lost)}.",
            f"By sampling alone about {write_count(alpha * (fell + rose + none))} of {fell + rose + none} would be "
            f"counted as lower or higher. {ordinary}{moved}",
        ),
        *summarise_ambitions(results),
    ]
