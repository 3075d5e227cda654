"""What is worth a question? Sudden jumps, and sums that should be the number printed for England, as tables."""

from __future__ import annotations

from collections.abc import Hashable, Mapping

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.periods import parse_period
from bcf_eval.report.fragments import Cell, Row, write_details, write_table
from bcf_eval.report.labels import FLAGS
from bcf_eval.report.quality_data import QualityData, name_metric, name_periods, name_place
from bcf_eval.wording import write_change, write_count, write_rate

_MOST_JUMPS = 25
_VERDICTS = {
    "held": "Add up",
    "apart": "Do not",
    "corrected": "Differ by what corrections changed",
    "not tested": "Not tested",
}

_Record = Mapping[Hashable, object]


def tabulate_jumps(data: QualityData) -> str:
    """Lay out the jumps of each metric, largest first, the rest folded away; empty when there are none."""
    headings = [
        Cell("Area"),
        Cell("Month"),
        Cell("Value", "the month before", number=True),
        Cell("Usual range", "from the 12 months before", number=True),
        Cell("What it looks like"),
    ]
    written = ""
    for key, found in data.jumps.groupby("metric", sort=False):
        rows = [_write_jump(row) for row in found.to_dict("records")]
        first, rest = rows[:_MOST_JUMPS], rows[_MOST_JUMPS:]
        many = f"the largest of {write_count(len(rows))}" if rest else write_count(len(rows))
        n_known = int((found["known"].ne("") | found["counting"].ne("")).sum())
        known = f" ({write_count(n_known)} of all with a known reason)" if n_known else ""
        caption = (
            f"{name_metric(str(key))}: {many} sudden jump{'s' * (len(rows) != 1)}{known}, in {_say_unit(str(key))}"
        )
        written += write_table(caption, headings, first)
        written += write_details("The others", write_table("Smaller jumps", headings, rest)) if rest else ""
    return written


def tabulate_totals(data: QualityData) -> str:
    """Lay out how the sums of the areas compare with England."""
    rows = []
    shown = [name for name in _VERDICTS if name != "corrected" or data.totals["verdict"].eq(name).any()]
    for key, found in data.totals.groupby("metric", sort=False):
        verdicts = found["verdict"].value_counts()
        tested = found[found["verdict"] != "not tested"]
        relative = (tested["difference"] / tested["england"]).abs()
        largest = f"{100 * relative.max():.2g}%" if len(tested) and relative.max() > 1e-9 else "none"
        cells = (
            Cell(name_periods(found["period"].min(), found["period"].max())),
            *(Cell(write_count(verdicts.get(name, 0)), number=True) for name in shown),
            Cell(largest if len(tested) else "not tested", number=True),
        )
        rows.append(Row(Cell(name_metric(str(key))), cells))
    headings = [
        Cell("Measure"),
        Cell("Periods"),
        *(Cell(_VERDICTS[name], number=True) for name in shown),
        Cell("Largest difference", number=True),
    ]
    table = write_table("The sum of the areas against the number printed for England", headings, rows) if rows else ""
    verdicts = data.totals["verdict"]
    return (
        table
        + _list_apart(data.totals[verdicts == "apart"], "Periods that do not add up")
        + _list_apart(data.totals[verdicts == "corrected"], "Periods that differ by just what corrections changed")
    )


def _write_jump(row: _Record) -> Row:
    value, before, lower, upper, size = (
        float(str(row[name])) for name in ("value", "before", "lower", "upper", "size")
    )
    cells = (
        Cell(parse_period(str(row["period"])).label),
        Cell(write_rate(value), write_rate(before), number=True),
        Cell(f"{write_rate(max(lower, 0.0))} to {write_rate(upper)}", number=True),
        Cell(_say_jump(row, size), f"{write_rate(abs(size), digits=0)} standard deviations from the mean before"),
    )
    return Row(Cell(name_place(str(row["area_code"]))), cells)


def _say_jump(row: _Record, size: float) -> str:
    way = "Rose" if size > 0 else "Fell"
    lasting = int(str(row["lasting"]))
    if row["to_the_end"]:
        stay = "and has stayed outside that range to the end"
    elif lasting <= 1:
        stay = "for one month, and was back the next"
    else:
        stay = f"and was back after {write_count(lasting)} months"
    counting = f"; that month {row['counting']}" if row["counting"] else ""
    known = [_name_flag(word) for word in str(row["known"]).split(";") if word]
    return f"{way} {stay}{counting}{'; known: ' + ', '.join(known) if known else ''}"


def _name_flag(flag: str) -> str:
    name = FLAGS[flag].short if flag in FLAGS else flag.replace("_", " ")
    return f"{name[:1].lower()}{name[1:]}"


def _say_unit(key: str) -> str:
    metric = load.metrics().get(key)
    return metric.unit if metric else key


def _list_apart(apart: pd.DataFrame, caption: str) -> str:
    headings = [
        Cell("Measure"),
        Cell("Period"),
        Cell("Sum of the areas", number=True),
        Cell("Of no area", number=True),
        Cell("England", number=True),
        Cell("Difference", number=True),
    ]
    rows = [
        Row(
            Cell(name_metric(str(row["metric"]))),
            (
                Cell(parse_period(str(row["period"])).label),
                *(Cell(write_rate(float(row[name])), number=True) for name in ("areas", "others", "england")),
                Cell(write_change(float(row["difference"])), number=True),
            ),
        )
        for row in apart.to_dict("records")
    ]
    return write_table(caption, headings, rows) if rows else ""
