"""What is said of the simulations? The page docs/calibration.md, its pictures, and the bounds that have to hold."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from studies import ambitions, coverage
from studies.writing import draw_lines, write_table

DEFAULT = "REML, Kenward-Roger"
# Standard errors of a simulated share that are allowed beyond a bound before it counts as broken.
_SLACK = 2.0


@dataclass(frozen=True)
class Findings:
    """What the studies found; see each of them for its columns."""

    coverage: pd.DataFrame
    wrong: pd.DataFrame
    power: pd.DataFrame
    targets: Mapping[str, list[ambitions.Country]]

    @property
    def bound(self) -> pd.DataFrame:
        """The coverage of the default where it has to be kept."""
        rows = self.coverage
        near = (rows["n"].ge(24) & rows["rho"].le(0.6)) | (rows["n"].ge(48) & rows["rho"].le(0.8))
        return rows[rows["method"].eq(DEFAULT) & near]

    def tabulate_targets(self) -> pd.DataFrame:
        """One row a world: shares over all countries, and the standard error of the first."""
        rows = []
        for label, countries in self.targets.items():
            values = np.array([[one.met, one.met_naive, one.testable, one.found] for one in countries])
            error = values[:, 0].std(ddof=1) / np.sqrt(len(values))
            rows.append((label, len(countries), *values.mean(axis=0), error))
        return pd.DataFrame(rows, columns=["world", "countries", "met", "met_naive", "testable", "found", "error"])

    def list_broken(self) -> list[str]:
        """Say which bounds were broken by more than chance in the simulation; nothing when none was."""
        said = []
        for row in self.bound.to_dict("records"):
            slack = _SLACK * np.sqrt(0.05 * 0.95 / row["draws"])
            if not coverage.LOWEST - slack <= row["coverage"] <= coverage.HIGHEST + slack:
                said.append(
                    f"Coverage of the {row['contrast']} is {row['coverage']:.1%} at n = {row['n']}, "
                    f"rho = {row['rho']}, {row['pairs']} pairs; expected {coverage.LOWEST:.1%} to "
                    f"{coverage.HIGHEST:.1%}."
                )
        for row in self.tabulate_targets().to_dict("records"):
            slack = _SLACK * row["error"]
            if not ambitions.LOWEST - slack <= row["met"] <= ambitions.HIGHEST + slack:
                said.append(
                    f"Targets were met {row['met']:.1%} of the time by nothing ({row['world']}); "
                    f"expected {ambitions.LOWEST:.1%} to {ambitions.HIGHEST:.1%}."
                )
            if row["testable"] < ambitions.TESTABLE:
                said.append(f"{row['testable']:.1%} of boards were testable ({row['world']}); expected 95%.")
            if row["found"] < ambitions.FOUND:
                said.append(f"{row['found']:.1%} of real improvements were found ({row['world']}); expected 55%.")
        return said


def write_pages(findings: Findings, folder: Path, *, size: Any, seed: int) -> None:
    """Write the page and its pictures.

    Parameters
    ----------
    findings
        Of all studies.
    folder
        ``calibration.md`` and ``images/`` go here.
    size
        How much was simulated, for the page to say.
    seed
        Likewise.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _draw_coverage(findings, folder)
    parts = [
        _open(size, seed),
        _say_coverage(findings),
        _say_wrong(findings),
        _say_targets(findings),
        _say_power(findings),
    ]
    (folder / "calibration.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


def _open(size: Any, seed: int) -> str:
    return (
        "# Calibration\n\n"
        "Are the intervals and chances as good as they say? Here they are put to worlds whose truth is known, because\n"
        "they were simulated. The page is written by `make calibration`, which ends with an error when a bound is\n"
        f"broken: {size.draws:,} series in each world of the first two tables, seed {seed}. How they did on the real\n"
        "record is another question: see [track-record.md](track-record.md)."
    )


def _say_coverage(findings: Findings) -> str:
    own = findings.coverage[findings.coverage["method"].eq(DEFAULT)]
    wide = own.pivot(index=["n", "pairs", "rho"], columns="contrast", values="coverage").reset_index()
    table = wide[["n", "pairs", "rho", *coverage.CONTRASTS]].rename(
        columns={"n": "months", "pairs": "season pairs", "rho": "ρ"}
    )
    bound = findings.bound["coverage"]
    kept = bound.between(coverage.LOWEST, coverage.HIGHEST).mean()
    shown = write_table(table, formats=dict.fromkeys(coverage.CONTRASTS, ".1%"))
    others = findings.coverage[findings.coverage["contrast"].eq("first 12 months")]
    beside = others.groupby(["method", "n"], sort=False)["coverage"].agg(["min", "max"]).reset_index()
    beside = beside.rename(columns={"n": "months", "min": "lowest", "max": "highest"})
    return (
        "## How often does the 95% interval of a change hold the truth?\n\n"
        "Series of 24, 48 and 96 months with AR(1) errors, an intervention in the middle, fitted with level, trend,\n"
        "step, ramp and, where they have one, a season of two Fourier pairs. Wanted is 93.5% to 97% where there are\n"
        "24 months or more and ρ ≤ 0.6, or 48 or more and ρ ≤ 0.8.\n"
        f"Of the {len(bound)} figures that are so bound {kept:.0%} lie within; the lowest is {bound.min():.1%}, the\n"
        f"highest {bound.max():.1%}. One counts as broken when it lies outside by more than two standard errors.\n\n"
        f"{shown}\n\n"
        "Beside it the customary methods, for the average of the first 12 months, over all ρ and seasons:\n\n"
        f"{write_table(beside, formats={'lowest': '.1%', 'highest': '.1%'})}\n\n"
        "![Coverage of the 95% interval of the first 12 months by autocorrelation, 48 months with season. "
        f"{_describe_lines(findings)}](images/coverage.svg)"
    )


def _pick_lines(findings: Findings) -> pd.DataFrame:
    rows = findings.coverage
    rows = rows[rows["n"].eq(48) & rows["pairs"].eq(2) & rows["contrast"].eq("first 12 months")]
    return rows.pivot(index="rho", columns="method", values="coverage")[list(coverage.METHODS)]


def _describe_lines(findings: Findings) -> str:
    lines = _pick_lines(findings)
    return " ".join(
        f"{name}: {one.iloc[0]:.0%} at ρ = 0, {one.iloc[-1]:.0%} at ρ = 0.8." for name, one in lines.items()
    )


def _draw_coverage(findings: Findings, folder: Path) -> None:
    lines = _pick_lines(findings)
    draw_lines(
        {str(name): one.tolist() for name, one in lines.items()},
        [float(rho) for rho in lines.index],
        x_label="Autocorrelation of the errors, ρ",
        y_label="Intervals that hold the truth (%)",
        band=(coverage.LOWEST, coverage.HIGHEST),
        path=folder / "images" / "coverage.svg",
    )


def _say_wrong(findings: Findings) -> str:
    table = findings.wrong.drop(columns="draws").rename(columns={"n": "months", "noticed": "residuals give it away"})
    formats = dict.fromkeys([*coverage.CONTRASTS, "residuals give it away"], ".1%")
    return (
        "## Where does it fail?\n\n"
        "Errors of other kinds, fitted with the default and with AR(2) and ARMA(1,1) errors. The last column is how\n"
        "often the Ljung–Box test of the default's residuals finds something at 5%: in the first world, where nothing\n"
        "is wrong, that is its false-alarm rate; elsewhere it is how often a user would be warned.\n\n"
        f"{write_table(table, formats=formats)}\n\n"
        "Read it so: where autocorrelation dies out more slowly than an AR(1)'s, intervals of the default are too\n"
        "narrow, most of all those of the slope, and in series as short as these the residuals seldom show it. The\n"
        "wider models put it right where they are right themselves and the series is long enough, and not elsewhere.\n"
        "This is why a verdict on a board rests on fake dates of the real record where there are any, and not on the\n"
        "model's own p-value."
    )


def _say_targets(findings: Findings) -> str:
    table = findings.tabulate_targets()
    table = table.rename(
        columns={
            "met": "met by nothing",
            "error": "± (s.e.)",
            "met_naive": "naive test's targets met",
            "testable": "boards testable",
            "found": "real improvement found",
        }
    )
    columns = ["world", "countries", "met by nothing", "± (s.e.)", "naive test's targets met", "boards testable"]
    percent = [*columns[2:], "real improvement found"]
    return (
        "## How often are the tool's own least meaningful targets met when nothing changes?\n\n"
        "Countries of 150 boards with season, forecast from 71 months for a month seven months ahead. Every board is\n"
        "set the smallest target that the tool calls meaningful, and then nothing changes: 3.5% to 6.5% of them\n"
        "should be met. Beside it, how often a target is met that the customary test (one year's months, taken as\n"
        "independent) first calls statistically significant. Last, boards that really improve by two standard\n"
        "deviations of their forecast: at least 55% should be found to have met it beyond trend.\n\n"
        f"{write_table(table[[*columns, 'real improvement found']], formats=dict.fromkeys(percent, '.1%'))}\n\n"
        "With a shock that all boards share, the average over countries stays near 5%, and single countries do not:\n"
        "in a year in which the whole country does well by chance, many boards meet such targets together. None of\n"
        "these countries drifts as England did, whose figures rose for three years and fell for two: for that see the\n"
        "track record."
    )


def _say_power(findings: Findings) -> str:
    table = findings.power.rename(
        columns={"rho": "ρ", "change": "change (SD of the errors)", "stated": "power stated", "found": "power found"}
    )
    return (
        "## How often would a real change be found?\n\n"
        "The test of 24 months before and 24 after, two-sided at 5%, for the average of the first 12 months. The\n"
        "power that is stated takes ρ as known.\n\n"
        f"{write_table(table, formats={'power stated': '.0%', 'power found': '.0%'})}"
    )
