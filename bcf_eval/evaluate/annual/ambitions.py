"""Is a target for a yearly count more than trend and chance, or more than sampling chance where years are too few?"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from bcf_eval.catalogue import load
from bcf_eval.evaluate.annual.checks import check_years, name_pooling
from bcf_eval.evaluate.annual.outlook import (
    FEWEST_PEOPLE,
    AnnualOutlook,
    count_boards,
    find_thin,
    list_comparable,
    look_years_ahead,
)
from bcf_eval.evaluate.annual.pooled import Targets, Weighed, judge_targets, measure_effort, weigh_targets
from bcf_eval.evaluate.annual.question import (
    KnownCount,
    ask_annual_question,
    find_obstacle,
    measure_naive,
    read_known,
)
from bcf_eval.evaluate.annual.record import list_improvements, set_beside_record
from bcf_eval.evaluate.annual.sampling import name_method, say_naive, tell_counts, weigh_sampling
from bcf_eval.evaluate.annual.validation import describe_validation, validate_last_year
from bcf_eval.evaluate.panel import Panel
from bcf_eval.evaluate.targets.baseline import Question
from bcf_eval.evaluate.targets.fragility import Variant, find_moving
from bcf_eval.evaluate.targets.numbers import EFFORT_CHANCES
from bcf_eval.evaluate.targets.units import word_tests
from bcf_eval.evaluate.targets.untested import refuse_ambition
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Ambition, Protocol
from bcf_eval.stats.counts.pooling import MIN_TIMES
from bcf_eval.wording import write_chance, write_count

NOT_CALIBRATED = "the spread is that of the model; it has not been set against forecasts of several years"
ONE_YEAR = "one year of forecasts shows how they lie over boards, not over years"
_MONTHS = 12


@dataclass(frozen=True)
class _Asked:
    """An ambition that can be asked, what was known of its area, and the answer without numbers."""

    place: int
    ambition: Ambition
    known: KnownCount
    refused: AmbitionTest


def evaluate_annual_ambitions(panel: Panel, ambitions: list[Ambition], protocol: Protocol) -> list[AmbitionTest]:
    """Test ambitions of a yearly metric.

    Parameters
    ----------
    panel
        The metric's data, all boards: their lines are pooled.
    ambitions
        Of any areas and years; those that share target and last known year are tested in one go.
    protocol
        The choices.

    Returns
    -------
    list of AmbitionTest
        In the order given. ``n_baseline`` is the number of years of the board that the answer stands on; 1 where
        fewer than three can be compared, or too few boards are there: then sampling alone is weighed, and nothing
        is called meaningful.
    """
    tests: dict[int, AmbitionTest] = {}
    groups: dict[tuple[str, str], list[_Asked]] = {}
    questions: dict[tuple[str, str], Question] = {}
    for place, one in enumerate(ambitions):
        question, known = ask_annual_question(panel, one.period, one.baseline_end), read_known(panel, one)
        refused = refuse_ambition(
            one, find_obstacle(panel, one, question, known), method=name_method(panel.metric), baseline=known.stated
        )
        tests[place] = refused
        if not refused.reason:
            key = (one.period, one.baseline_end)
            questions[key] = question
            groups.setdefault(key, []).append(_Asked(place, one, known, refused))
    for key, asked in groups.items():
        tests |= _answer(panel, questions[key], asked, protocol)
    return word_tests([tests[place] for place in range(len(ambitions))], panel.metric)


def _answer(panel: Panel, question: Question, asked: list[_Asked], protocol: Protocol) -> dict[int, AmbitionTest]:
    """Answer targets for one year: from the lines of all boards where they tell, else from sampling alone."""
    end = str(question.end)
    years = list_comparable(panel, end)
    general, thin = _find_lack(panel, years, protocol), find_thin(panel, years)
    tests, pooled = {}, []
    for one in asked:
        column = panel.column(one.ambition.area_code)
        counted = np.isfinite(panel.numerator[panel.rows(years), column]).sum()
        lack = general
        if not lack and counted < MIN_TIMES:
            lack = f"the board has counts of {counted} of the {len(years)} years up to {end}; {MIN_TIMES} are needed"
        elif not lack and thin[column]:
            either = f", or all but fewer than {FEWEST_PEOPLE}," if panel.metric.statistic == "proportion" else ""
            lack = f"fewer than {FEWEST_PEOPLE} people{either} are counted in a year, too few for a line"
        if lack:
            tests[one.place] = weigh_sampling(
                one.refused, one.ambition, one.known, panel.metric, protocol, question=question, why=lack
            )
        else:
            pooled.append(one)
    return tests | (_pool(panel, question, years, pooled, protocol) if pooled else {})


def _find_lack(panel: Panel, years: tuple[str, ...], protocol: Protocol) -> str:
    """Say why lines cannot be pooled; ``""`` where they can."""
    if len(years) < MIN_TIMES:
        labels = {one.period: one.label for one in load.breaks(panel.metric.key) if one.effect in ("splits", "ends")}
        since = f", since in {years[0]} {labels[years[0]]}" if years and years[0] in labels else ""
        listed = " and ".join(years)
        many = f"{len(years)} years can" if len(years) != 1 else "1 year can"
        return f"{many} be compared ({listed}{since}); {MIN_TIMES} are needed"
    boards = count_boards(panel, years)
    if boards < protocol.tail_min_areas:
        return (
            f"these data hold {boards} boards with {MIN_TIMES} years; {protocol.tail_min_areas} are needed to pool them"
        )
    return ""


def _pool(
    panel: Panel, question: Question, years: tuple[str, ...], asked: list[_Asked], protocol: Protocol
) -> dict[int, AmbitionTest]:
    metric, target = panel.metric, str(question.target)
    lower_is_better = metric.better == "lower"
    outlook = look_years_ahead(panel, years, target)
    columns = np.array([panel.column(one.ambition.area_code) for one in asked], np.intp)
    planned = np.array([one.ambition.planned for one in asked])
    per_unit = np.array([one.known.per_unit for one in asked])
    earlier = list_improvements(panel, years, target)
    record = set_beside_record(earlier, panel, planned, columns, protocol)
    targets = Targets(columns, planned, np.array([one.known.stated for one in asked]), per_unit, record)
    weighed = weigh_targets(outlook, targets, metric, protocol)
    of_least = set_beside_record(earlier, panel, weighed.smallest, columns, protocol)
    unseen = np.isfinite(weighed.smallest) & (of_least.share < 1 - protocol.record_share)
    shown = outlook.take(columns)[0]
    efforts = [
        measure_effort(shown, planned * per_unit, chance=chance, lower_is_better=lower_is_better) / per_unit
        for chance in EFFORT_CHANCES
    ]
    validation = validate_last_year(panel, protocol, last=str(question.end))
    track_record = describe_validation(validation)
    moving = _find_moving(panel, question, outlook, targets, weighed, protocol)
    found = {}
    for i, one in enumerate(asked):
        naive = measure_naive(one.known, one.known.count(one.ambition.planned), metric)
        answered = replace(
            one.refused,
            baseline_start=years[0],
            n_baseline=int(outlook.n[columns[i]]),
            events_per_unit=one.known.per_unit,
            calibration_reason=ONE_YEAR if track_record else NOT_CALIBRATED,
            track_record=track_record,
            naive=say_naive(naive, protocol),
            method=name_pooling(metric, estimated=len(outlook.predictives) == 1),
            checks=check_years(
                panel,
                question,
                one.ambition,
                one.known,
                outlook=outlook,
                weighed=weighed,
                record=record,
                n_earlier=earlier.change.size,
                least_unseen=bool(unseen[i]),
                place=i,
                naive=naive,
                moving=moving[i],
            ),
        )
        if weighed.verdicts[i] == "not testable":
            found[one.place] = replace(answered, reason=_say_open(weighed, outlook, one, i, panel, protocol))
            continue
        found[one.place] = replace(
            answered,
            verdict=str(weighed.verdicts[i]),
            expected=float(weighed.expected[i]),
            lower=float(weighed.lower[i]),
            upper=float(weighed.upper[i]),
            chance=float(np.clip(weighed.chance[i], protocol.chance_floor, 1 - protocol.chance_floor)),
            fragile=bool(moving[i]),
            smallest_meaningful=float(weighed.smallest[i]),
            smallest_meaningful_days=float(one.known.count(weighed.smallest[i])),
            trends={
                "continues": float(outlook.continues[columns[i]]),
                "damped": float(outlook.damped[columns[i]]),
                "none": float(outlook.none[columns[i]]),
            },
            n_errors=float(validation["n"].iloc[0]) if track_record else np.nan,
            n_origins=float(bool(track_record)) if track_record else np.nan,
            effort_50=float(efforts[0][i]),
            effort_80=float(efforts[-1][i]),
            achievable=float(record.achievable[i]),
            achievable_of=float(record.achievable_of[i]),
        )
    return found


def _say_open(weighed: Weighed, outlook: AnnualOutlook, one: _Asked, i: int, panel: Panel, protocol: Protocol) -> str:
    """Say why lines that were fitted tell nothing of a target: boards may share more or less of a year."""
    least, most = (
        write_chance(float(limit[i]), floor=protocol.chance_floor)
        for limit in (weighed.least_chance, weighed.most_chance)
    )
    return (
        f"the answer hinges on how much all boards move together in a year, which {write_count(len(outlook.years))} "
        f"years cannot tell; if nothing changes, the chance of meeting it is anything from {least} to {most}. "
        f"{tell_counts(one.ambition, one.known, panel.metric).detail.rstrip('.')}"
    )


def _find_moving(
    panel: Panel, question: Question, outlook: AnnualOutlook, targets: Targets, weighed: Weighed, protocol: Protocol
) -> list[list[Variant]]:
    """The choices of years and limits under which a verdict is another, for each target."""
    outlooks: list[tuple[int | None, AnnualOutlook]] = [(None, outlook)]
    for most in protocol.ambition_baselines:
        years = list_comparable(panel, str(question.end), most=most // _MONTHS)
        if MIN_TIMES <= len(years) < len(outlook.years):
            outlooks.append((most, look_years_ahead(panel, years, str(question.target))))
    found: list[list[Variant]] = [[] for _ in targets.planned]
    for most_months, other in outlooks:
        for alpha in dict.fromkeys((protocol.alpha, *protocol.ambition_alphas)):
            passed = judge_targets(other, targets, panel.metric, protocol, alpha=alpha)
            limit = None if alpha == protocol.alpha else alpha
            for variants, verdict in zip(found, passed, strict=True):
                variants.append(Variant(most_months, limit, str(verdict)))
    return [find_moving(str(verdict), one) for verdict, one in zip(weighed.verdicts, found, strict=True)]
