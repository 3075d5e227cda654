"""Which pictures are made when someone asks? Those of one area that its page leaves out, and a page for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from bcf_eval.catalogue import load
from bcf_eval.errors import RequestError, nearest
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.figure_residuals import draw_residuals
from bcf_eval.report.figure_specifications import draw_curve
from bcf_eval.report.findings import label_picture, name_when
from bcf_eval.report.fragments import Picture, write_paragraph
from bcf_eval.report.loading import load_results
from bcf_eval.report.plain_pages import write_plain_page
from bcf_eval.report.residuals import read_residuals
from bcf_eval.report.specifications import find_change, read_curve, say_curve, tabulate_curve
from bcf_eval.store import Project, write_text

KINDS = (".html", ".svg")


@dataclass(frozen=True)
class Requested:
    """A picture that was asked for.

    Attributes
    ----------
    sentence
        What it says, in words.
    numbers
        Its table as finished HTML; empty where the words hold every number.
    """

    title: str
    sentence: str
    picture: Picture
    numbers: str
    results: AreaResults

    def write(self, path: Path) -> None:
        """Write the picture as ``.svg``, or as an ``.html`` page with its words and numbers.

        Raises
        ------
        RequestError
            If the file is to be of another kind.
        """
        check_kind(path)
        if path.suffix.lower() == ".svg":
            write_text(path, self.picture.svg)
            return
        body = write_paragraph(self.sentence) + self.picture._repr_html_() + self.numbers
        write_text(path, write_plain_page(self.title, body, self.results.build, self.results.evaluation))


def check_kind(path: Path) -> None:
    """Refuse a file that is neither a page nor a picture.

    Raises
    ------
    RequestError
        The message names both.
    """
    if path.suffix.lower() not in KINDS:
        raise RequestError(f"'{path}' is neither a page nor a picture; expected a name that ends in .html or .svg.")


def request_specifications(
    project: Project | Path | str, area: str, *, metric: str = "dtoc_days", intervention: str | None = None
) -> Requested:
    """Draw every way of working out how one area changed.

    Parameters
    ----------
    project
        The project, or its folder.
    area
        ONS code, or any known spelling of the name; ``England`` too.
    metric
        Key of a monthly metric.
    intervention
        Its key; the last one when left out.

    Raises
    ------
    RequestError
        If there is no such area, metric or intervention, or nothing was worked out in other ways.
    """
    results, change = _find(project, area, metric, intervention)
    curve, picture = read_curve(results, change), draw_curve(results, change)
    if curve is None or picture is None:
        raise _none(results, change, "in other ways")
    demonstration = bool(results.build.get("demonstration"))
    return Requested(
        title=f"{results.area.name}: {len(curve.ways)} ways of working out the change after {name_when(change)}",
        sentence=say_curve(curve),
        picture=label_picture(picture, demonstration=demonstration),
        numbers=tabulate_curve(curve),
        results=results,
    )


def request_residuals(
    project: Project | Path | str, area: str, *, metric: str = "dtoc_days", intervention: str | None = None
) -> Requested:
    """Draw what the verdict's model of one area leaves over; parameters as of :func:`request_specifications`.

    Raises
    ------
    RequestError
        If there is no such area, metric or intervention, or no model was fitted.
    """
    results, change = _find(project, area, metric, intervention)
    found, picture = read_residuals(results, change), draw_residuals(results, change)
    if found is None or picture is None:
        raise _none(results, change, "by a model that could be fitted")
    picture = replace(picture, heading="")
    title = f"{results.area.name}: what the model leaves over around {name_when(change)}"
    return Requested(title, found.sentence, picture, "", results)


Request = Callable[..., Requested]


def _find(
    project: Project | Path | str, area: str, metric: str, intervention: str | None
) -> tuple[AreaResults, Change]:
    every = load_results(project)
    code = every.find_area(area).code
    key = load.metric(metric).key
    if key not in every.monthly:
        raise RequestError(f"The results hold no monthly metric '{key}'.{nearest(key, list(every.monthly))}")
    if code not in every.monthly[key].areas:
        raise RequestError(f"The results hold no '{key}' of {load.areas()[code].name}.")
    results = every.monthly[key].take(code)
    return results, find_change(results, intervention)


def _none(results: AreaResults, change: Change, how: str) -> RequestError:
    what = f"'{results.metric.key}' of {results.area.name} after {name_when(change)}"
    return RequestError(f"{what} was not worked out {how}, so there is nothing to draw.")
