"""What does one need in a notebook? The data, one board of them, and pictures, a line each."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError, RequestError
from bcf_eval.periods import parse_period
from bcf_eval.report.figure_ambition import draw_ambition
from bcf_eval.report.figure_own import draw_own
from bcf_eval.report.fragments import Picture
from bcf_eval.report.on_request import request_residuals, request_specifications
from bcf_eval.results import AmbitionTest, ItsResult
from bcf_eval.store import open_project


def load_observations(project: Path | str = ".") -> pd.DataFrame:
    """Load the tidy table of a project.

    Parameters
    ----------
    project
        The folder that holds ``data_clean``.

    Returns
    -------
    DataFrame
        ``area_code, metric, period, numerator, denominator, value, flag, source``; see
        :mod:`bcf_eval.observations`.
    """
    return open_project(project).read_table("observations")


def load_results(table: str, project: Path | str = ".") -> pd.DataFrame:
    """Load a table of results of a project.

    Parameters
    ----------
    table
        ``its_terms``, ``its_paths``, ``its_effects``, ``its_checks``, ``annual`` or ``ambition_tests``;
        columns in :mod:`bcf_eval.tables`.
    project
        The folder that holds ``data_clean``.
    """
    here = open_project(project)
    found = here.read_table(table)
    made_from, stands = here.read_record("evaluation").get("build_id"), here.read_record("build").get("build_id")
    if made_from != stands:
        raise ProjectError(
            f"The results in {here.clean} were made from another build of the data; "
            f"make them anew with: bcf-eval evaluate --project {here.root}"
        )
    return found


def select_area(
    observations: pd.DataFrame, area: str, *, metric: str = "dtoc_days", frequency: str | None = None
) -> pd.DataFrame:
    """Take one metric of one board.

    Parameters
    ----------
    observations
        From :func:`load_observations`.
    area
        Name or ONS code; ``England`` too.
    metric
        Key of the metric.
    frequency
        Kind of period: ``month``, ``financial_quarter`` (admissions have both) or ``financial_year``; that in which
        the metric is returned when left out.

    Returns
    -------
    DataFrame
        Its rows in order of period.

    Raises
    ------
    RequestError
        If there is no such area or metric, or none of that frequency; the message offers the nearest.
    """
    found = load.find_area(area, among=observations["area_code"].unique())
    chosen = load.metric(metric)
    kind = frequency or chosen.frequency
    rows = observations[observations["area_code"].eq(found.code) & observations["metric"].eq(chosen.key)]
    rows = rows[[parse_period(period).kind == kind for period in rows["period"]]]
    if rows.empty:
        raise RequestError(f"The data hold no '{chosen.key}' of {found.name} by {kind.replace('_', ' ')}.")
    return rows.sort_values("period", ignore_index=True)


def draw(result: ItsResult | AmbitionTest, *, series: str | None = None) -> Picture:
    """Draw a result.

    Parameters
    ----------
    result
        From :func:`~bcf_eval.fit_its` or :func:`~bcf_eval.test_ambition`.
    series
        Which series of a fit; the first when left out.

    Returns
    -------
    Picture
        Shows itself in a notebook, with a text alternative.

    Raises
    ------
    RequestError
        If there is nothing to draw.
    """
    if isinstance(result, ItsResult):
        return draw_own(result, series=series)
    if not isinstance(result, AmbitionTest):
        raise RequestError(f"A {type(result).__name__} cannot be drawn; expected a result of fit_its or test_ambition.")
    picture = draw_ambition(result, load.metric(result.metric))
    if picture is None:
        raise RequestError(f"The target cannot be tested, so there is nothing to draw: {result.reason}.")
    return picture


def draw_specifications(
    project: Path | str, area: str, *, metric: str = "dtoc_days", intervention: str | None = None
) -> Picture:
    """Draw the specification curve of one verdict: its change by every way of working it out.

    Parameters
    ----------
    project
        The folder that holds ``data_clean``.
    area
        Name or ONS code; ``England`` too.
    metric
        Key of a monthly metric.
    intervention
        Its key, such as ``bcf_2015``; the last one when left out.

    Returns
    -------
    Picture
        Shows itself in a notebook, with a text alternative.

    Raises
    ------
    RequestError
        If there is no such area, metric or intervention, or nothing to draw.
    """
    return request_specifications(project, area, metric=metric, intervention=intervention).picture


def draw_residuals(
    project: Path | str, area: str, *, metric: str = "dtoc_days", intervention: str | None = None
) -> Picture:
    """Draw what the model behind one verdict leaves over, by month, and how months resemble each other.

    Parameters, returns and errors as of :func:`draw_specifications`.
    """
    return request_residuals(project, area, metric=metric, intervention=intervention).picture
