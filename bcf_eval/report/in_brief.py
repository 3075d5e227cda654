"""What does a reader in a hurry need? Whether England changed, how many boards did, and what became of targets."""

from __future__ import annotations

import math
from typing import Any

import pandas as pd

from bcf_eval.periods import parse_period
from bcf_eval.report.agreement import AT_FAKE_DATES
from bcf_eval.report.loading import AllResults, ProjectResults
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.summaries import list_judged, select_verdicts
from bcf_eval.report.targets import PLAN
from bcf_eval.specs import ENGLAND
from bcf_eval.wording import ITS_LABELS

_MOVED = ("fell", "rose")


def tell_in_brief(results: AllResults) -> list[str]:
    """Tell in a sentence or two each what the whole comes to; nothing of what is not known."""
    monthly = list(results.monthly.values())
    told = [
        ("Did England change?", " ".join(map(_tell_england, monthly))),
        ("How many boards changed?", " ".join(map(_tell_boards, monthly))),
        ("What became of the targets?", " ".join(map(_tell_targets, monthly))),
    ]
    return [f"{question} {said.strip()}" for question, said in told if said.strip()]


def _tell_england(results: ProjectResults) -> str:
    said = []
    for one in list_judged(results):
        rows = select_verdicts(results, one)
        for row in rows[rows["area_code"].eq(ENGLAND)].to_dict("records"):
            verdict = str(row["verdict"])
            counted = AT_FAKE_DATES.search(str(row["p_cal_reason"])) if verdict in _MOVED else None
            doubts = [] if row["agrees"] or verdict not in _MOVED else ["not all other ways of working it out agree"]
            if counted and int(counted[1]):
                doubts.append(f"as far from no change at {counted[1]} of {counted[2]} dates when nothing began")
            but = f" (but {' and '.join(doubts)})" if doubts else ""
            said.append(f"after {parse_period(one.start).label} {ITS_LABELS[verdict].lower()}{but}")
    return _open(results, ", ".join(said))


def _tell_boards(results: ProjectResults) -> str:
    said = []
    for one in list_judged(results):
        rows = select_verdicts(results, one)
        boards = rows.loc[rows["area_code"].ne(ENGLAND), "verdict"]
        fell, rose = (int(boards.eq(verdict).sum()) for verdict in _MOVED)
        counts = results.beside.all_rows("its_counts")
        own = counts[counts["intervention"].eq(one.key) & counts["scope"].eq("own")]
        left = f", {_say_left(own)}" if fell + rose and len(own) else ""
        said.append(f"after {parse_period(one.start).label}, {fell} of {len(boards)} fell and {rose} rose{left}")
    return _open(results, "; ".join(said))


def _say_left(own: pd.DataFrame) -> str:
    left = int(own["n_found_q"].sum())
    return f"of which {left or 'none'} {'stand' if left > 1 else 'stands'} out when all are looked at at once"


def _tell_targets(results: ProjectResults) -> str:
    totals = results.beside.all_rows("outturn_totals")
    rows = totals[totals["arm"].eq("all") & totals["ambition"].ne(PLAN)]
    return _open(results, "; ".join(_tell_total(row) for row in rows.to_dict("records")))


def _tell_total(row: dict[Any, Any]) -> str:
    n = int(row["n_met"] + row["n_missed"])
    said = f"for {parse_period(str(row['period'])).label}, {row['n_met']} of {n} boards met theirs"
    # Chances are known of those tested alone.
    if row["n_tested"] != n or not math.isfinite(row["chance_misses"]):
        return said
    fewest, most = n - row["chance_misses_upper"], n - row["chance_misses_lower"]
    return (
        f"{said}, where about {n - row['chance_misses']:.0f} would have with nothing changed ({fewest:.0f} to "
        f"{most:.0f} nine times in ten)"
    )


def _open(results: ProjectResults, said: str) -> str:
    return f"{describe_measure(results.metric).name}: {said}." if said else ""
