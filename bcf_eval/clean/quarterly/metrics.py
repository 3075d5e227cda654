"""How did the board judge its progress on each metric? The supporting metrics of a quarterly return."""

from __future__ import annotations

import math

from bcf_eval.catalogue import quarterly
from bcf_eval.clean.quarterly.cover import Cover
from bcf_eval.clean.quarterly.grid import Grid, Place, say_missing
from bcf_eval.clean.quarterly.tables import Found
from bcf_eval.clean.quarterly.values import join_flags, read_answer, read_stated, read_text


def read_metrics(grid: Grid, cover: Cover) -> Found:
    """Read each metric's block: its title, then the questions below it, each with its answer to the right."""
    found = Found()
    titles = quarterly.labels("metrics", "block")
    blocks: dict[str, dict[str, Place]] = {}
    current: dict[str, Place] = {}
    for place in grid.places(quarterly.labels("metrics", "block", "question")):
        if any(place.item == title.item for title in titles):
            if place.item in blocks:
                found.say(f"row {place.row + 1}: the block of '{place.item}' stands there a second time; left out")
                current = {}
            else:
                current = blocks[place.item] = {"title": place}
        else:
            current.setdefault(place.item, place)
    found.say(say_missing(titles, list(blocks)))
    for metric, places in blocks.items():
        _add_metric(found, grid, metric, places)
    return found


def _add_metric(found: Found, grid: Grid, metric: str, places: dict[str, Place]) -> None:
    texts = {item: read_text(grid.beside(place)[0]).text for item, place in places.items()}
    place = places.get("progress")
    if place is None:
        found.say(f"'{metric}': {say_missing(quarterly.labels('metrics', 'question')[1:2], [])}")
        progress = read_answer("", "progress", places["title"])
    else:
        cell, at = grid.beside(place)
        progress = read_answer(cell, "progress", at)
    found.say(progress.problem)
    stated = read_stated(texts.get("commentary", ""))
    found.add(
        "supporting_metrics",
        metric,
        # A board that had defined no experience of its own says here which one it uses now.
        texts.get("replacement") or texts["title"],
        progress.text,
        texts.get("commentary", ""),
        stated.performance,
        stated.target,
        "%" if math.isfinite(stated.performance) else "",
        join_flags(progress.flag, stated.flag),
    )
