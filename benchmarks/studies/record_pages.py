"""What is said of the record? The page docs/track-record.md, its pictures, and what fell short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from studies.chances import CALIBRATED, Chances
from studies.forecasters import ETS, OWN, Forecasters
from studies.writing import draw_lines, write_table

from bcf_eval.stats.forecasts.scores import measure_reliability, score_brier

# Limits of shares at fake dates and of tails, as the methods ask.
PLACEBO = {"level": (0.03, 0.08), "slope": (0.02, 0.12)}
TAIL, GROUP = (0.03, 0.08), (0.02, 0.10)
_EDGES = np.array([0, 0.05, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 1.0])


@dataclass(frozen=True)
class RecordFindings:
    """What the record says.

    Attributes
    ----------
    demonstration
        Whether the record is a synthetic one.
    placebo
        Shares of one half beyond the limits of the other; see ``test_placebo_by_halves``.
    forecasts
        Errors of rival methods.
    tails
        See :data:`bcf_eval.tables.TRACK_RECORD`, with ``lower`` and ``upper``, a 90% interval that counts each date
        as one observation.
    chances
        Chances said, and what came.
    """

    demonstration: bool
    placebo: pd.DataFrame
    forecasts: Forecasters
    tails: pd.DataFrame
    chances: Chances

    def list_short(self) -> Iterator[str]:
        """Say where the record falls short of what is asked."""
        for row in self.placebo.to_dict("records"):
            low, high = PLACEBO.get(row["contrast"], (0.0, 1.0))
            if row["halves"] == "dates" and not low <= row["share"] <= high:
                yield (
                    f"Fake dates, {row['contrast']}, {row['tested']} half: {row['share']:.1%} beyond the limit of the "
                    f"other half; asked {low:.0%} to {high:.0%}."
                )
        table = self.forecasts.compare().set_index(["target", "method"])
        for target in table.index.unique("target"):
            own, ets = table.loc[(target, OWN)], table.loc[(target, ETS)]
            ours, theirs = own["mean_absolute_error"], ets["mean_absolute_error"]
            if ours > theirs:
                yield f"Forecasts, {target}: {ours:.3f} against {theirs:.3f} of {ETS}."
        for row in self.tails.to_dict("records"):
            yield from _judge_tail(row)
        brier = {str(name): float(score_brier(one["chance"], one["met"])) for name, one in self.by_method()}
        better = [f"{value:.3f} of {name}" for name, value in brier.items() if value < brier[CALIBRATED]]
        if better:
            yield f"Brier score of the calibrated chances: {brier[CALIBRATED]:.3f} against {' and '.join(better)}."

    def by_method(self) -> Iterator[tuple[object, pd.DataFrame]]:
        """Chances of each method."""
        return iter(self.chances.targets.groupby("method", sort=False))


def _judge_tail(row: dict[str, object]) -> Iterator[str]:
    name, share = f"Tails, {row['kind']} by {row['end']}, {row['tail']}, {row['group']}", float(str(row["frequency"]))
    if not np.isfinite(share):
        return
    low, high = TAIL if row["group"] == "all" else GROUP
    if not low <= share <= high:
        yield f"{name}: {share:.1%}; asked {low:.0%} to {high:.0%}."
    if row["group"] == "all" and not float(str(row["lower"])) <= 0.05 <= float(str(row["upper"])):
        yield f"{name}: the 90% interval {row['lower']:.1%} to {row['upper']:.1%} leaves 5% out."


def write_record(findings: RecordFindings, folder: Path) -> None:
    """Write the page and its picture.

    Parameters
    ----------
    findings
        Of all studies.
    folder
        ``track-record.md`` and ``images/`` go here.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _draw_reliability(findings, folder)
    says = (_open, _say_placebo, _say_forecasts, _say_tails, _say_scores, _say_short)
    parts = [say(findings) for say in says]
    (folder / "track-record.md").write_text("\n\n".join(parts) + "\n", encoding="utf-8", newline="\n")


def _open(findings: RecordFindings) -> str:
    record = "a SYNTHETIC record, because no returns were at hand: these figures show how the page is made and no more"
    if not findings.demonstration:
        record = "the published record of delayed transfers of care, April 2011 to March 2019"
    return (
        "# Track record\n\n"
        f"How did the tool's tests and chances do on {record}?\n"
        "Tails come from dates other than those they are judged at, later ones included, since there are so few; what\n"
        "could have been known at the time is used for the scores. Limits come from other dates or other boards.\n"
        "The record holds few independent years, and boards move together, so that every figure is uncertain by more\n"
        "than its digits say; ranges over dates stand beside. The page is written by `make track-record`; simulated\n"
        "worlds are in [calibration.md](calibration.md). These are not official statistics."
    )


def _say_placebo(findings: RecordFindings) -> str:
    table = findings.placebo[findings.placebo["contrast"].isin(["level", "slope", "average_12"])]
    table = table.rename(columns={"limit": "limit for abs(z)", "lowest": "lowest date", "highest": "highest date"})
    percent = dict.fromkeys(["share", "lowest date", "highest date"], ".1%")
    return (
        "## Fake dates: limits of one half of the record, tested on the other\n\n"
        "Before the fund nothing began; a board that is beyond the limit there is a false alarm. The limit is set on\n"
        "one half, at 5%, and counted on the other. Asked: 3% to 8% for the level, 2% to 12% for the slope.\n\n"
        f"{write_table(table, formats={'limit for abs(z)': '.2f', **percent})}\n\n"
        "Halves by date share months, since every window is the same 48 months with another date in it, and still do\n"
        "not agree: a limit is a property of the years it comes from. This is why the lowest and highest share by\n"
        "date stand beside every p_cal."
    )


def _say_forecasts(findings: RecordFindings) -> str:
    table = findings.forecasts.compare().rename(
        columns={
            "mean_absolute_error": "mean absolute error (log)",
            "difference": "the tool's less this one's",
            "standard_error": "its standard error",
        }
    )
    formats = {"mean absolute error (log)": ".3f", "the tool's less this one's": "+.3f", "its standard error": ".3f"}
    return (
        "## Forecasts: business as usual beside other methods\n\n"
        "Every board at every date, from the same months with the same season taken out. A negative difference is in\n"
        "the tool's favour; its standard error counts each date as one observation and allows for dates whose targets\n"
        "overlap.\n\n"
        f"{write_table(table, formats=formats)}"
    )


def _say_tails(findings: RecordFindings) -> str:
    columns = [
        "kind",
        "end",
        "tail",
        "group",
        "frequency",
        "lower",
        "upper",
        "lowest",
        "highest",
        "n_origins",
        "n_periods",
    ]
    table = findings.tails[columns].rename(
        columns={
            "end": "known by",
            "lower": "90% from",
            "upper": "to",
            "lowest": "lowest date",
            "highest": "highest date",
            "n_origins": "dates",
            "n_periods": "apart",
        }
    )
    formats = dict.fromkeys(["frequency", "90% from", "to", "lowest date", "highest date"], ".1%")
    return (
        "## Tails: what was said to come 5 times in 100\n\n"
        "The last columns: dates of forecasts, and how many of them look over stretches of time that do not overlap.\n"
        "Asked: 3% to 8% over all boards with 5% within the interval; 2% to 10% in each group. Boards of a class of\n"
        "trend that fails are judged by tails of their own class.\n\n"
        f"{write_table(table, formats=formats)}"
    )


def _say_scores(findings: RecordFindings) -> str:
    targets, scores = findings.chances.targets, findings.chances.scores
    rows = []
    for method, part in findings.by_method():
        crps = scores.loc[scores["method"].eq(method), "crps"]
        rows.append((method, float(score_brier(part["chance"], part["met"])), crps.mean() if len(crps) else np.nan))
    table = pd.DataFrame(rows, columns=["method", "Brier", "CRPS (log)"])
    base = float(targets["met"].mean())
    return (
        "## Scores of the chances\n\n"
        "A month, seven months ahead, by what had been seen at the time alone; targets at the mean of the last twelve\n"
        "months and 10%, 20%, 30% and 50% below it.\n"
        f"Lower is better; always saying how often targets are met ({base:.0%}) scores {base * (1 - base):.3f}.\n\n"
        f"{write_table(table, formats={'Brier': '.3f', 'CRPS (log)': '.3f'})}\n\n"
        f"![Reliability: how often targets were met beside the chance that was said. {_describe_reliability(findings)}]"
        "(images/reliability.svg)"
    )


def _reliability(findings: RecordFindings) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    found = {}
    for method, part in findings.by_method():
        one = measure_reliability(part["chance"], part["met"], edges=_EDGES)
        found[str(method)] = (one.given, np.where(one.n >= 100, one.came, np.nan))
    return found


def _describe_reliability(findings: RecordFindings) -> str:
    given, came = _reliability(findings)[CALIBRATED]
    known = np.isfinite(came)
    said = "; ".join(f"{a:.0%} said, {b:.0%} came" for a, b in zip(given[known], came[known], strict=True))
    return f"Calibrated chances: {said}."


def _draw_reliability(findings: RecordFindings, folder: Path) -> None:
    middle = (_EDGES[1:] + _EDGES[:-1]) / 2
    lines = {name: came.tolist() for name, (_, came) in _reliability(findings).items()}
    draw_lines(
        {"as said": middle.tolist(), **lines},
        (100 * middle).tolist(),
        x_label="Chance that was said (%)",
        y_label="Targets that were met (%)",
        band=None,
        path=folder / "images" / "reliability.svg",
    )


def _say_short(findings: RecordFindings) -> str:
    short = list(findings.list_short())
    if not short:
        return "## Where it falls short\n\nNowhere, of what is asked above."
    return "## Where it falls short\n\n" + "\n".join(f"- {one}" for one in short)
