"""Does the answer hold? The picture of the specifications in words, and how to read it."""

from __future__ import annotations

import math

from bcf_eval.periods import parse_period
from bcf_eval.report.chosen import name_interval, name_unit, say_contrast, shows_verdict
from bcf_eval.report.data import COMPARISON, AreaResults, Change
from bcf_eval.report.labels import list_compared, name_specification, name_within, write_number
from bcf_eval.report.limits import is_drawn, limit_specifications
from bcf_eval.wording import write_change, write_interval


def describe_robustness(results: AreaResults) -> str:
    """Put the picture of the specifications into words."""
    primary = results.protocol.primary_contrast
    said = [
        f"Dots with {name_interval(results.protocol)}s: {say_contrast(primary)} in {name_within(results.area.name)}, "
        f"in {name_unit(primary, results.metric)}, by each way of working it out."
    ]
    for change in results.changes:
        when = parse_period(change.intervention.start).label
        told = [*_describe_verdict(change), *_describe_others(change), *_describe_compared(change)]
        said.append(f"After {when}: {'; '.join(told) or 'no estimates'}.")
    return " ".join([*said, *_list_cut(results), "The table below gives each number."])


def caption_robustness(results: AreaResults) -> str:
    """Say how to read the picture of the specifications."""
    n = max((_count_circles(change) for change in results.changes), default=0)
    said = [
        *_say_diamonds(results),
        f"Circles: the other ways of working it out, at most {write_number(n)}; some use fewer or more months, so they "
        "do not all look at the same ones.",
    ]
    compared = list(dict.fromkeys(key for one in results.changes for key in list_compared(one)))
    if compared:
        said.append(f"Squares: for comparison only, {' and '.join(_name(key) for key in compared)}.")
    if "newey_west" in compared:
        said.append(f"The intervals of {_name('newey_west')} are too narrow here.")
    judged = any(map(is_judged, results.changes)) and shows_verdict(results.protocol)
    if any("prais_winsten" in change.specifications and change.agreeing for change in results.changes):
        said.append(f"Of {_name('prais_winsten')} the estimate alone has a say.")
    crossing = "; a bar that crosses the line at zero shows no clear change" if judged else ""
    said.append(f"The bars are {name_interval(results.protocol)}s{crossing}.")
    if any(map(is_judged, results.changes)):
        said.append("The more the circles scatter, the more loosely the verdict is to be held.")
    return " ".join([*said, *_list_cut(results)])


def is_judged(change: Change) -> bool:
    """Whether a verdict stands on what is drawn."""
    return change.main.verdict != "not testable"


def _say_diamonds(results: AreaResults) -> list[str]:
    judged = [change for change in results.changes if is_judged(change)]
    said = ["Diamond: the fit the verdict stands on."] if judged else []
    if not judged:
        return ["No verdict stands on these; they are shown for the record. Diamond: the fit that was to be judged."]
    lost = [parse_period(one.intervention.start).label for one in results.changes if not is_judged(one)]
    if lost:
        said.append(
            f"After {' and '.join(lost)} no verdict stands on these; they are shown for the record, their diamond grey."
        )
    return said


def _count_circles(change: Change) -> int:
    keys = set(change.specifications) - {"main", *COMPARISON}
    return sum(math.isfinite(change.specifications[key].estimate) for key in keys)


def _describe_verdict(change: Change) -> list[str]:
    main = change.main
    if not math.isfinite(main.estimate):
        return []
    interval = write_interval(main.lower, main.upper)
    own = "the verdict's own fit" if is_judged(change) else "without a verdict, for the record, the fit to be judged"
    return [f"{own} gives {write_change(main.estimate)} ({interval})"]


def _describe_others(change: Change) -> list[str]:
    others = [one for one in change.others.values() if math.isfinite(one.estimate)]
    if not others:
        return []
    if len(others) == 1:
        interval = write_interval(others[0].lower, others[0].upper)
        return [f"the one other way that can be judged gives {write_change(others[0].estimate)} ({interval})"]
    bounded = [one for one in others if is_drawn(one)]
    without_zero = sum(one.lower > 0 or one.upper < 0 for one in bounded)
    low, high = (write_change(which(one.estimate for one in others)) for which in (min, max))
    return [
        f"the {write_number(len(others))} other ways of working it out lie between {low} and {high}, and zero lies "
        f"outside {without_zero} of their {len(bounded)} intervals"
    ]


def _describe_compared(change: Change) -> list[str]:
    found = [(key, change.specifications[key]) for key in list_compared(change)]
    told = [
        f"{_name(key)} {write_change(one.estimate)} ({write_interval(one.lower, one.upper)})"
        for key, one in found
        if math.isfinite(one.estimate)
    ]
    return [f"for comparison only, {' and '.join(told)}"] if told else []


def _list_cut(results: AreaResults) -> list[str]:
    """Say which intervals the picture does not hold."""
    limits = limit_specifications(results.changes)
    cut = [
        f"of {_name(key)} after {parse_period(change.intervention.start).label} reaches beyond the picture, from "
        f"{write_change(one.lower)} to {write_change(one.upper)}"
        for change in results.changes
        for key, one in change.specifications.items()
        if limits.cuts(one)
    ]
    return [f"Arrow heads: the interval {'; that '.join(cut)}."] if cut else []


def _name(key: str) -> str:
    short = name_specification(key).short
    return short if short.startswith(("Newey", "Prais")) else f"{short[:1].lower()}{short[1:]}"
