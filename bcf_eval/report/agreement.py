"""Do the other ways of working it out tell the same story? How many do, counted in words that anyone can read."""

from __future__ import annotations

import re

from bcf_eval.report.data import AGREEMENT, COMPARISON, Change, Effect
from bcf_eval.report.labels import write_number
from bcf_eval.results import CheckResult

# What the check of the results says: how many of how many agree, and of what they speak.
_COUNTED = re.compile(r"(\d+) of (?:the )?(\d+) other (?:specifications?|ways? of working it out) ([^.]*)\.")
_MOVED = ("fell", "rose")
# What stands for a calibrated p-value where there is none: of a single series, as of England.
AT_FAKE_DATES = re.compile(r"at least as far from no change at (\d+) of (\d+) dates")
_ALIKE = "an estimate of like size in the same direction"


def say_agreement(change: Change) -> str:
    """Say in one sentence how many of the other ways agree; as the check says it where that counts none."""
    counted = _COUNTED.match(change.agreement)
    if counted is None:
        return f"{change.agreement.split('. ')[0].rstrip('.')}." if change.agreement else ""
    return _say(counted, lost=_count_lost(change))


def say_fake_dates(effect: Effect) -> str:
    """Say of a change found at how many dates without one as much was found; nothing where at none, or not known."""
    counted = AT_FAKE_DATES.search(effect.p_cal_reason)
    if counted is None or not int(counted[1]) or effect.verdict not in _MOVED:
        return ""
    return f"as far from no change at {counted[1]} of {counted[2]} dates when nothing began"


def say_check(check: CheckResult, change: Change | None = None) -> str:
    """Say what was checked; of the other ways in the same words as the answer does."""
    counted = _COUNTED.match(check.detail) if check.name == AGREEMENT else None
    lost = 0 if change is None else _count_lost(change)
    return check.detail if counted is None else f"{_say(counted, lost=lost)}{check.detail[counted.end() :]}"


def say_finding(change: Change) -> str:
    """Say within a sentence how many other ways find a change where the verdict's own finds none."""
    found, n = sum(one.verdict in _MOVED for one in change.others.values()), len(change.others)
    if change.agreeing:
        found = sum(not told for told in change.agreeing.values())
    if not found:
        return f"some of the {write_number(n)} other ways find one"
    if found == n:
        return {1: "the one other way finds one", 2: "both other ways find one"}.get(
            n, f"all {write_number(n)} other ways find one"
        )
    return f"{write_number(found)} of the {write_number(n)} other ways {'finds' if found == 1 else 'find'} one"


def _count_lost(change: Change) -> int:
    """How many other ways are shown that cannot be judged, and so are not counted."""
    shown = [key for key in change.specifications if key != "main" and key not in COMPARISON]
    return len(shown) - len(change.others)


def _say(counted: re.Match[str], *, lost: int) -> str:
    agree, n, alike = int(counted[1]), int(counted[2]), counted[3]
    if "no clear change" in alike:
        return _say_none(agree, n, lost=lost)
    gives = "gives" if agree <= 1 or n == 1 else "give"
    return f"{_count(agree, n)} of working it out{_limit(lost)} {gives} {_ALIKE}."


def _say_none(agree: int, n: int, *, lost: int) -> str:
    """Where the verdict is that there is no clear change, those that find one are what is to be known."""
    if agree == n:
        return f"{_count(n, n)} of working it out{_limit(lost)} {'finds' if n == 1 else 'find'} no clear change either."
    found = n - agree
    does = "does" if found == 1 else "do"
    return f"{_count(found, n)} of working it out{_limit(lost)} {does} find a change."


def _limit(lost: int) -> str:
    return " that could be judged" if lost else ""


def _count(part: int, n: int) -> str:
    if n == 1:
        return "The one other way" if part else "Not even the one other way"
    if part == 0:
        return "Neither of the two other ways" if n == 2 else f"None of the {write_number(n)} other ways"
    if part == n:
        return "Both other ways" if n == 2 else f"All {write_number(n)} other ways"
    number = write_number(part)
    return f"{number[:1].upper()}{number[1:]} of the {write_number(n)} other ways"
