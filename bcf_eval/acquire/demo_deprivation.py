"""What do demonstration summaries of deprivation look like? Invented scores of every authority, as published."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy.stats import rankdata

from bcf_eval.acquire.demo_sheets import SOURCE, open_new
from bcf_eval.catalogue import load

_FILES = {
    2015: "File_11_ID_2015_Upper-tier_Local_Authority_Summaries.xlsx",
    2019: "File_11_-_IoD2019_Local_Authority_District_Summaries__upper-tier__.xlsx",
}
_BOUNDARIES = {2015: 2013, 2019: 2019}  # the year of the authorities that each index is told for
_MIDDLE, _SPREAD, _MOVED = 21.0, 0.35, 1.0


def write_deprivation(folder: Path, rng: np.random.Generator) -> None:
    """Write the summaries of two indices: a score that stays much the same from one to the next.

    Parameters
    ----------
    folder
        Where.
    rng
        Seeded.
    """
    areas = sorted(code for code, area in load.areas().items() if area.kind != "country")
    scores = _MIDDLE * np.exp(_SPREAD * rng.standard_normal(len(areas)))
    for year, file in _FILES.items():
        drawn = np.round(np.abs(scores + _MOVED * rng.standard_normal(len(areas))) + 2, 3)
        there = np.array([load.areas()[code].exists(f"{year}-04") for code in areas])
        codes = [code for code, exists in zip(areas, there, strict=True) if exists]
        _write_workbook(folder / file, year, codes, drawn[there])


def _write_workbook(path: Path, year: int, codes: list[str], scores: npt.NDArray[np.float64]) -> None:
    boundaries = _BOUNDARIES[year]
    # The later file has a space after most headings.
    end = " " if year > 2015 else ""
    headings = [
        f"Upper Tier Local Authority District code ({boundaries})",
        f"Upper Tier Local Authority District name ({boundaries})",
        f"IMD - Average score{end}",
        f"IMD - Rank of average score{end}",
    ]
    ranks = rankdata(-scores, method="min")
    with open_new(path) as book:
        book.add_worksheet("Notes").write_string(0, 0, SOURCE)
        sheet = book.add_worksheet("IMD")
        sheet.set_column(0, 3, 24)
        sheet.write_row(0, 0, headings)
        for row, (code, score, rank) in enumerate(zip(codes, scores, ranks, strict=True), start=1):
            sheet.write_row(row, 0, [code, load.areas()[code].name, float(score), float(rank)])
