"""Where does an area stand? Beside England in the latest year, among the boards by its change, and month by month."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.data import AnnualResults, AreaResults
from bcf_eval.report.figure_spc import draw_charts
from bcf_eval.report.findings import label_picture
from bcf_eval.report.fragments import write_details, write_heading, write_paragraph
from bcf_eval.report.funnel import UNTESTED, is_beyond_spread, say_place, select_latest
from bcf_eval.report.labels import name_within
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.places import say_rank
from bcf_eval.specs import Area

Results = AreaResults | AnnualResults

_DESCRIBES = (
    "This part describes, and no sentence of the answer stands on it. Of places, number 1 improved the most. Boards "
    "differ from England for many reasons, the people who live there and the way cases are recorded among them."
)
_MONTHS = "This part describes, and no sentence of the answer stands on it."
_LINK = '<p><a href="../england.html">England and all its boards together</a></p>\n'
_CHARTS = (
    "A control chart asks whether a month was unusual beside the other months of the same series. It assumes that "
    "months are independent of one another; where they are not, stable series look unusual all the time."
)


def write_standing(area: Area, held: Iterable[Results]) -> str:
    """Write where an area stands, each metric in a sentence or two; nothing where nothing is known.

    Parameters
    ----------
    area
        Whose page it is.
    held
        Its results, in the order of a page.
    """
    results = list(held)
    said = "".join(map(_write_standing, results))
    charts = "".join(write_charts(one) for one in results if isinstance(one, AreaResults))
    if not said and not charts:
        return ""
    heading = f"Where {name_within(area.name)} stands" if said else "Month by month"
    note = write_paragraph(_DESCRIBES if said else _MONTHS, kind="note")
    folded = write_details("Control charts: which months were unusual?", write_paragraph(_CHARTS) + charts)
    return f"{write_heading(heading, level=2)}{note}{said}{folded if charts else ''}{_LINK}"


def _write_standing(results: Results) -> str:
    told = [say_beside(results), *say_places(results)]
    written = "".join(map(write_paragraph, told))
    return write_heading(describe_measure(results.metric).name) + written if written else ""


def say_beside(results: Results) -> str:
    """Say where an area lies beside England in the latest year; nothing where that is not known."""
    latest = select_latest(results.beside.all_rows("funnel"))
    rows = latest[latest["area_code"].eq(results.area.code)].to_dict("records")
    if not rows:
        return ""
    alike = _count_alike(latest, str(rows[0]["verdict"]))
    return f"{say_place(_plain(rows[0]), results.metric, n=_count_judged(latest))} {alike}".strip()


def say_places(results: Results) -> list[str]:
    """Say where an area's changes stand among the boards', a sentence an intervention."""
    starts = {one.key: one.start for one in load.interventions(results.metric.key)}
    return [
        f"By its change after {parse_period(starts[str(row['intervention'])]).label} {say_rank(_plain(row))}."
        for row in results.beside.area_rows("ranks", results.area.code).to_dict("records")
    ]


def write_charts(results: AreaResults) -> str:
    """Write the control chart of a series in words and as a picture; nothing where there is none."""
    code, metric = results.area.code, results.metric
    verdicts = results.beside.area_rows("spc_verdicts", code).to_dict("records")
    points = results.beside.area_rows("spc_points", code)
    if not verdicts:
        return ""
    drawn = draw_charts(points, results.area, metric, decides=bool(verdicts[0]["residuals_decide"]))
    told = write_heading(describe_measure(metric).name) + write_paragraph(str(verdicts[0]["sentence"]))
    if drawn is None:
        return told
    picture = label_picture(drawn, demonstration=bool(results.build.get("demonstration")))
    return told + picture._repr_html_()


def _count_alike(latest: pd.DataFrame, verdict: str) -> str:
    """Say how many boards lie out as far, that no one takes the board for the only one."""
    judged = _count_judged(latest)
    outside = int(latest["verdict"].str.contains("than").sum())
    beyond = int(latest["verdict"].map(is_beyond_spread).sum())
    if is_beyond_spread(verdict):
        return f"That is so of {beyond} of {judged} boards."
    return f"In all {outside} of {judged} boards lie further out than chance explains." if "than" in verdict else ""


def _count_judged(latest: pd.DataFrame) -> int:
    return int(latest["verdict"].ne(UNTESTED).sum())


def _plain(row: dict[Any, Any]) -> dict[str, Any]:
    return {str(key): value for key, value in row.items()}
