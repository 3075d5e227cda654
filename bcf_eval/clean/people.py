"""How many people lived where, month by month? Every area and age band, from the mid-year estimates."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from bcf_eval.clean.areas import list_boards
from bcf_eval.clean.denominators import estimate_denominators
from bcf_eval.clean.returns.population import FIRST_AGE
from bcf_eval.specs import ENGLAND


def estimate_people(estimates: pd.DataFrame, series: pd.DataFrame | None, months: Sequence[str]) -> pd.DataFrame:
    """Estimate the people of every area and age band in the middle of each month.

    Parameters
    ----------
    estimates, series
        As :func:`bcf_eval.clean.denominators.estimate_denominators` takes them.
    months
        Written ``YYYY-MM``.

    Returns
    -------
    DataFrame
        ``area_code, band, period, people, flag``: England and the boards of each month, bands ``18+``, ``65+`` and
        ``all``; ``extended`` where a number is carried over.
    """
    wanted = pd.DataFrame(
        [(code, month) for month in months for code in (ENGLAND, *list_boards(month))], columns=["area_code", "period"]
    )
    frames = [
        estimate_denominators(estimates, series, band=band, wanted=wanted).assign(band=band) for band in FIRST_AGE
    ]
    people = pd.concat(frames, ignore_index=True).rename(columns={"denominator": "people"})
    people["flag"] = np.where(people["extended"], "extended", "")
    return people[["area_code", "band", "period", "people", "flag"]].sort_values(
        ["band", "area_code", "period"], ignore_index=True
    )
