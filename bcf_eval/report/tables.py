"""Which numbers stand behind the answer? The tables of a page, each readable row by row."""

from __future__ import annotations

import math
from collections.abc import Iterable

from bcf_eval.periods import parse_period
from bcf_eval.report.chosen import list_contrasts, name_contrast, name_interval, name_unit
from bcf_eval.report.data import COMPARISON, AreaResults, Change, Effect
from bcf_eval.report.fragments import Cell, Row, write_paragraph, write_table
from bcf_eval.report.labels import (
    list_specifications,
    name_specification,
    write_modelled,
    write_smallest,
)
from bcf_eval.report.measures import describe_measure
from bcf_eval.report.targets import explain_baseline, explain_target
from bcf_eval.results import AmbitionTest
from bcf_eval.specs import Metric, Protocol
from bcf_eval.wording import (
    ITS_LABELS,
    write_change,
    write_count,
    write_interval,
    write_p_value,
    write_rate,
    write_relative,
    write_share,
)

_SMALLEST = "Smallest meaningful target"


def tabulate_effects(results: AreaResults, change: Change) -> str:
    """Lay out how large a change was: the area, England, and the area against the rest of England."""
    name, month = results.area.name, parse_period(change.intervention.start).label
    interval = name_interval(results.protocol)
    headings = [
        Cell("Measure"),
        Cell(name, interval, number=True),
        Cell("Change as a share of what was expected", f"{name}, {interval}", number=True),
    ]
    sides = [change.own]
    if not results.is_england:
        headings += [
            Cell("England", interval, number=True),
            Cell(f"{name} against the rest of England", interval, number=True),
        ]
        sides += [change.england, change.local]
    rows = []
    for contrast in list_contrasts(change):
        label = name_contrast(contrast, change.primary)
        own, *others = (_effect_cell(side.get(contrast)) for side in sides)
        relative = _relative_cell(change.own[contrast])
        marked = contrast == change.primary
        rows.append(Row(Cell(label.short, label.meaning), (own, relative, *others), marked))
    metric = results.metric
    caption = (
        f"Change after {month} in {metric.period_unit}, against the path before; the last row in {metric.count_unit}"
    )
    return (
        write_table(caption, headings, rows, kind="effects")
        + _write_lacks(change.own.values())
        + _write_unbounded(change.own.values())
    )


def tabulate_robustness(results: AreaResults, change: Change) -> str:
    """Lay out the primary contrast under each specification."""
    headings = [
        Cell("Way of working it out"),
        Cell("Months used", number=True),
        Cell("Change", name_interval(results.protocol), number=True),
        Cell("Same story?" if change.agreeing else "Verdict"),
    ]
    rows = []
    for key in list_specifications(change):
        one, label = change.specifications[key], name_specification(key)
        months = Cell(write_count(one.n_before + one.n_after), number=True)
        verdict = _judge_way(change, key)
        rows.append(Row(Cell(label.short, label.meaning), (months, _effect_cell(one), verdict), key == "main"))
    month = parse_period(change.intervention.start).label
    unit = name_unit(change.primary, results.metric)
    caption = f"{name_contrast(change.primary).short} after {month}, worked out in other ways too, in {unit}"
    return write_table(caption, headings, rows, kind="robustness")


def _judge_way(change: Change, key: str) -> Cell:
    """The verdict of a way; where it was compared with the verdict's own, whether it tells the same story."""
    one = change.specifications[key]
    if key in COMPARISON:
        return Cell("Not judged: for comparison only")
    if key == "main" or not change.agreeing:
        return Cell(ITS_LABELS[one.verdict])
    if key not in change.agreeing:
        return Cell("Cannot be judged")
    return Cell("Yes" if change.agreeing[key] else "No")


def tabulate_inference(results: AreaResults, change: Change) -> str:
    """Lay out what a researcher needs to judge the intervals."""
    headings = [
        Cell("Measure"),
        Cell("Standard error", number=True),
        Cell("Degrees of freedom", number=True),
        Cell("Calibrated p-value", "by dates when nothing began", number=True),
        Cell("p-value", "of the model alone", number=True),
        Cell("What the p-value means", "of the model alone"),
    ]
    rows = [
        Row(
            Cell(name_contrast(key).short),
            (
                Cell(_write_error(one), number=True),
                Cell(_write_plain(one.df, 1), number=True),
                Cell(_write_p(one.p_cal), number=True),
                Cell(_write_p(one.p_value), number=True),
                Cell(write_p_value(one.p_value)),
            ),
            key == change.primary,
        )
        for key, one in ((key, change.own[key]) for key in list_contrasts(change))
    ]
    main = change.main
    name, month = describe_measure(results.metric).name, parse_period(change.intervention.start).label
    caption = (
        f"{name}, after {month}: {main.method or 'no model could be fitted'}; {main.n_before} months before, "
        f"{main.n_after} after; autocorrelation {_write_plain(main.rho, 2)}"
    )
    return write_table(caption, headings, rows)


def tabulate_outlooks(test: AmbitionTest, metric: Metric, *, protocol: Protocol | None = None) -> str:
    """Lay out the target beside what business as usual and the trend lead to."""
    month = parse_period(test.baseline_period).label
    figures = [
        ("Target", test.target, explain_target(test)),
        (f"Stated baseline, {month}", test.baseline, explain_baseline(test)),
        ("Business as usual", test.expected, f"{name_interval(protocol)} {write_interval(test.lower, test.upper)}"),
        (_SMALLEST, test.smallest_meaningful, "neither trend nor chance would meet it"),
        (
            "If the trend went on",
            test.trends["continues"],
            "the fitted trend carried on (a straight line on the log scale)",
        ),
        ("If the trend faded", test.trends["damped"], "the fitted trend, fading from the last value"),
        (
            "If there were no trend",
            test.trends["none"],
            "returning to the board's average since the last change in counting",
        ),
    ]
    rows = [
        Row(Cell(name, note), _rate_and_count(name, value, test, metric), name == "Target")
        for name, value, note in figures
    ]
    month = parse_period(test.period).label
    headings = [
        Cell("Figure"),
        Cell(f"{metric.unit[:1].upper()}{metric.unit[1:]}", number=True),
        Cell(f"{metric.count_unit[:1].upper()}{metric.count_unit[1:]} in {month}", number=True),
    ]
    return write_table(f"The target for {month} beside what to expect if nothing changes", headings, rows)


def tabulate_series(results: AreaResults) -> str:
    """Lay out every month of the picture of the series."""
    path = results.path.set_index("period")[["fitted", "counterfactual", "lower", "upper"]]
    joined = results.observations.merge(path, left_on="period", right_index=True, how="left", validate="one_to_one")
    count = f"{results.metric.count_unit[:1].upper()}{results.metric.count_unit[1:]}"
    texts = (count, "Observed rate", "Fitted path", "The path before, carried on")
    headings = [Cell("Month"), *(Cell(text, number=True) for text in texts)]
    rows = [
        Row(
            Cell(parse_period(str(row["period"])).label),
            (
                Cell(write_count(row["numerator"]), number=True),
                Cell(write_rate(row["value"]), number=True),
                Cell(_or_none(row["fitted"]), number=True),
                _pair(write_rate(row["counterfactual"]), row["lower"], row["upper"]),
            ),
        )
        for row in joined.to_dict("records")
    ]
    return write_table(f"Every month of the picture, in {results.metric.period_unit}", headings, rows)


def _effect_cell(effect: Effect | None) -> Cell:
    if effect is None or not math.isfinite(effect.estimate):
        return Cell("cannot be tested", number=True)
    if effect.extrapolated:
        return Cell("not stated", "beyond the months followed", number=True)
    if effect.contrast == "cumulative":
        return _pair(_signed_count(effect.estimate), effect.lower, effect.upper, counted=True)
    # A slope is small: it needs a digit more.
    digits = 2 if effect.contrast == "slope" else 1
    return _pair(write_change(effect.estimate, digits=digits), effect.lower, effect.upper, digits=digits)


def _pair(main: str, lower: float, upper: float, *, counted: bool = False, digits: int = 1) -> Cell:
    if main == "not known":
        return Cell("none", number=True)
    if not (math.isfinite(lower) and math.isfinite(upper)):
        return Cell(main, "no interval", number=True)
    beside = (
        f"{write_modelled(lower)} to {write_modelled(upper)}"
        if counted
        else write_interval(lower, upper, digits=digits)
    )
    return Cell(main, beside, number=True)


def _write_lacks(effects: Iterable[Effect]) -> str:
    """Say once why numbers or intervals are missing."""
    lacks = dict.fromkeys(reason for effect in effects if (reason := effect.reason))
    return write_paragraph(f"No verdict, or no interval, because {'; '.join(lacks)}.", kind="note") if lacks else ""


def _write_unbounded(effects: Iterable[Effect]) -> str:
    """Say once why a change has no share although it has an interval."""
    shared = [one for one in effects if one.contrast != "slope" and not one.extrapolated and math.isfinite(one.lower)]
    lost = any(math.isfinite(one.estimate) and not _has_share(one) for one in shared)
    text = "A share is stated only where what was expected is clearly above zero." if lost else ""
    return write_paragraph(text, kind="note")


def _has_share(effect: Effect) -> bool:
    # Where the interval of a ratio is unbounded, the ratio may be of any size and either sign.
    figures = (effect.relative, effect.relative_lower, effect.relative_upper, effect.lower, effect.upper)
    return effect.contrast != "slope" and not effect.extrapolated and all(map(math.isfinite, figures))


def _relative_cell(effect: Effect) -> Cell:
    if not _has_share(effect):
        return Cell("not stated", number=True)
    beside = f"{write_share(effect.relative_lower)} to {write_share(effect.relative_upper)}"
    return Cell(write_relative(effect.relative), beside, number=True)


def _rate_and_count(name: str, value: float, test: AmbitionTest, metric: Metric) -> tuple[Cell, Cell]:
    rate, count = write_rate(value), write_modelled(value * test.events_per_unit)
    if name == _SMALLEST:
        if metric.better == "lower" and value <= 0:
            return Cell("none above zero", number=True), Cell("none", number=True)
        rate = write_smallest(value, better=metric.better)
        count = write_modelled(test.smallest_meaningful_days, better=metric.better)
    return Cell(rate, number=True), Cell(count, number=True)


def _signed_count(value: float) -> str:
    return f"+{write_modelled(value)}" if round(value) > 0 else write_modelled(value)


def _write_error(effect: Effect) -> str:
    if effect.contrast == "cumulative" and math.isfinite(effect.std_error):
        return write_modelled(effect.std_error)
    return _write_plain(effect.std_error, 2)


def _write_plain(value: float, digits: int) -> str:
    return write_rate(value, digits=digits) if math.isfinite(value) else "none"


def _write_p(value: float) -> str:
    return "none" if not math.isfinite(value) else "under 0.001" if value < 0.001 else f"{value:.3f}"


def _or_none(value: float) -> str:
    return write_rate(value) if math.isfinite(value) else "none"
