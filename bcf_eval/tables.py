"""Which columns have the tables of results on disk, and what is one row of each?"""

from __future__ import annotations

# One row a term of a fitted model. `fit` is "full" (all months, all interventions) or the key of
# the intervention whose before/after window it is; `scope` is "own" (the area's own series) or
# "local" (its difference from the rest of England).
ITS_TERMS = [
    "area_code", "metric", "fit", "scope", "term", "estimate", "std_error", "df", "lower", "upper",
    "p_value", "p_cal", "p_cal_reason", "rho", "rho_at_boundary", "n_before", "n_after", "method", "reason",
]  # fmt: skip

# One row a period of the full fit. `counterfactual` has no intervention at all; `lower` and
# `upper` are its 95% band.
ITS_PATHS = ["area_code", "metric", "period", "observed", "fitted", "counterfactual", "lower", "upper"]

# One row an effect. `contrast`: level, slope, average_12, at_1, at_12, at_24, cumulative.
# `specification`: main, newey_west, window_shorter, window_longer, no_season, no_break_steps.
# `p_cal` is the share of fits at dates before the fund, when nothing began, that come out at least as far from zero;
# `p_cal_low` and `p_cal_high` are the lowest and highest such share over the fake dates; `q_value` is by
# Benjamini and Hochberg over the boards, of `p_cal` where there is one, else of `p_value`.
# `relative*` are shares of the counterfactual (Fieller), never below -1; an interval so wide that it says nothing is
# not stated. `unit` says what `estimate` counts.
ITS_EFFECTS = [
    "area_code", "metric", "intervention", "fit", "specification", "scope", "contrast", "estimate",
    "std_error", "df", "lower", "upper", "p_value", "p_cal", "p_cal_low", "p_cal_high", "p_cal_reason", "q_value",
    "relative", "relative_lower", "relative_upper",
    "unit", "n_before", "n_after", "rho", "extrapolated", "verdict", "reason", "method",
]  # fmt: skip

# One row a check of a fit or a test.
ITS_CHECKS = ["area_code", "metric", "intervention", "check", "passed", "detail"]

# One row a specification of a verdict: another way of working the same answer out. `family` is what was varied
# (main, window, season, estimator, response, ends, breaks, phase-in, comparator, combined); `estimate` is the primary
# contrast in the metric's unit (of a log response: brought back to it). `lower`, `upper` and `p_value` of fits by REML
# are calibrated where the verdict's are. `agrees` is whether it tells the same story as the main result; missing
# where one of the two cannot be read.
ITS_SPECIFICATIONS = [
    "area_code", "metric", "intervention", "specification", "family", "label", "estimate", "std_error", "df", "lower",
    "upper", "p_value", "relative", "n", "agrees", "reason",
]  # fmt: skip

# One row an area, fake date and contrast: the verdict's fit at a date before the fund, when nothing began.
ITS_PLACEBO = ["area_code", "metric", "scope", "fake_date", "contrast", "estimate", "z", "p_value"]

# One row a metric, intervention, scope and direction (`fell`, `rose`): how many boards, and how many would be found
# if nothing had happened: by the limit alone (`n_expected`), and at fake dates (`fake_low` to `fake_high`).
ITS_COUNTS = [
    "metric", "intervention", "scope", "direction", "n_tested", "n_found", "n_found_q", "n_expected", "fake_low",
    "fake_high", "n_fake_dates", "sentence",
]  # fmt: skip

# One row an area and intervention: what is left over when the verdict's model has been fitted.
ITS_DIAGNOSTICS = [
    "area_code", "metric", "intervention", "n", "rho", "rho_lower", "rho_upper", "ljung_box", "ljung_box_lags",
    "ljung_box_df", "ljung_box_p_value", "acf_1", "acf_2", "acf_12", "influential_period", "influence", "passed",
    "sentence",
]  # fmt: skip

# One row a month of such a fit: what was not foretold by the model and the month before, in standard deviations.
ITS_RESIDUALS = ["area_code", "metric", "intervention", "period", "innovation"]

# One row an area, intervention, comparator, form and contrast: did the area change otherwise than boards like it?
# `comparator` is what it is compared with: `region`, `neighbours` or a `list`; `form` is `joint` (one model of both) or
# `difference` (the series of their difference); `contrast` is the primary one, or `trend_before`: how much faster a
# month the area rose than its comparator before; `p_cal*` are as in ITS_EFFECTS, by the
# same pairs. Every board had the fund, and so had the comparator.
CONTROLLED = [
    "area_code", "metric", "intervention", "comparator", "form", "contrast", "estimate", "std_error", "df", "lower",
    "upper", "p_value", "p_cal", "p_cal_low", "p_cal_high", "p_cal_reason", "n_comparator", "reason",
]  # fmt: skip

# One row an area, intervention and statistical neighbour, nearest first; `place` 0 is the area itself. Shares of age
# are of 1, `size` is the logarithm of the people, `level` and `trend` are of the metric in the months before.
NEIGHBOURS = [
    "area_code", "metric", "intervention", "place", "neighbour", "distance", "aged_65", "aged_18_to_64", "size",
    "deprivation", "level", "trend",
]  # fmt: skip

# One row a metric, intervention and contrast: how much boards differ. It describes; it tests no average.
HETEROGENEITY = [
    "metric", "intervention", "contrast", "n", "mean", "tau", "i_squared", "prediction_lower", "prediction_upper",
    "england", "england_std_error", "sentence",
]  # fmt: skip

# One row an area, metric and period: is the area further from England than chance, and boards' own spread, explain?
FUNNEL = [
    "area_code", "metric", "period", "numerator", "denominator", "value", "england", "lower_95", "upper_95",
    "lower_998", "upper_998", "dispersion", "tau", "z", "z_adjusted", "verdict", "method", "reason",
]  # fmt: skip

# One row an area, metric, intervention and contrast: where it stands among the boards, and how sure that is.
RANKS = [
    "area_code", "metric", "intervention", "contrast", "estimate", "lower", "upper", "rank", "rank_lower",
    "rank_upper", "n",
]  # fmt: skip

# One row an area and period of a control chart; limits change where the counting did. `special` is what is unusual
# about the point, `point` what kind that makes it; `residual*` is the chart without season and without what the
# period before foretold.
SPC_POINTS = [
    "area_code", "metric", "period", "value", "mean", "lower", "upper", "special", "point",
    "residual", "residual_mean", "residual_lower", "residual_upper", "residual_special", "residual_point",
]  # fmt: skip

# One row an area. `false_outside` and `false_signal`: how often a stable process as autocorrelated shows a point
# outside, or any signal. `variation` is of the last point, by the residuals where those decide. It describes.
SPC_VERDICTS = [
    "area_code", "metric", "n", "rho", "false_outside", "false_signal", "residuals_decide", "variation", "assurance",
    "sentence",
]  # fmt: skip

# One row an ambition whose outturn is known. `chance` was given before, `p_value` is of the outturn: how often
# business as usual would bring one at least as good (of one worse than expected: at least as bad). `arm` is which
# part of a national rule set it. `share_achieved` is of the improvement asked for, with Fieller's interval;
# `crps` is the score of the whole forecast in the metric's unit (of a sure one its error);
# `chance_of_payment` is how often business as usual would give the share that payment was tied to.
OUTTURNS = [
    "ambition", "area_code", "area_name", "metric", "period", "arm", "target", "baseline_period", "baseline",
    "outturn", "expected", "lower", "upper", "chance", "calibration", "met", "p_value", "q_value", "verdict", "reason",
    "share_achieved", "share_lower", "share_upper", "share_reason", "chance_of_payment", "regression_to_mean",
    "baseline_unusual", "people_gap", "crps", "vintage", "source", "method", "sentence",
]  # fmt: skip

# One row an ambition's key and arm (`all` too): what chance alone explains of all outturns, and England's own. Of
# `n_weighed` boards `n_better` and `n_worse` came to more than trend and chance explain; `expected_each_way` is how
# many chance alone would bring on either side.
OUTTURN_TOTALS = [
    "ambition", "metric", "period", "arm", "n_tested", "n_met", "n_missed", "chance_misses", "chance_misses_lower",
    "chance_misses_upper", "n_meaningful", "expected_meaningful_met", "n_meaningful_met", "brier", "brier_naive",
    "crps", "england_planned", "england_expected", "england_lower", "england_upper", "england_outturn",
    "england_p_value", "n_weighed", "n_better", "n_worse", "expected_each_way", "sentence",
]  # fmt: skip

# One row a kind of forecast, tail and group of boards: how often the tail was met in the past. `kind` is the length
# and lead of the target period; `group` is all, a third by size, or a class of trend.
TRACK_RECORD = [
    "metric", "kind", "end", "tail", "group", "frequency", "lowest", "highest", "n_errors", "n_origins",
    "n_periods", "sentence",
]  # fmt: skip

# One row an area and financial year of a metric that counts people. `lower` and `upper` are the interval of
# `value`. `change` is on the year before and `difference` is from England, each with its interval, in the
# metric's unit. `people_gap`: how many people more (less, when negative) there are than at England's value.
# `reason` says why there is no change to be judged, or, beside a verdict, what to be careful of. `dispersion`
# belongs to the metric: how many times as much boards vary from year to year (variance) as sampling alone explains.
ANNUAL = [
    "area_code", "metric", "period", "numerator", "denominator", "value", "lower", "upper",
    "change", "change_lower", "change_upper", "change_p_value", "change_verdict",
    "england", "difference", "difference_lower", "difference_upper", "people_gap", "reason", "method", "dispersion",
]  # fmt: skip

# `chance` is what the verdict stands on; `chance_calibrated` is the same where it comes from the record of past
# forecasts (`n_errors` of them from `n_origins` dates), else missing; `chance_gaussian` is for comparison.
# `effort_50` and `effort_80` are the improvement over business as usual that gives an even and a four in five
# chance of meeting the target; `achievable` is the share of `achievable_of` like boards and earlier periods that
# improved as much; `detectable_*` is what a fit of 24 months before and after would find.
# One row an ambition. `ambition` is the key of a national rule, or "plan" for a board's own plan, of
# which `vintage` is the date; `source` says who set it.
AMBITION_TESTS = [
    "ambition", "area_code", "area_name", "metric", "period", "target", "baseline_start", "baseline_end",
    "n_baseline", "baseline_period", "baseline", "expected", "lower", "upper", "log_sd", "floor", "chance",
    "calibration", "calibration_reason", "chance_calibrated", "track_record", "verdict", "reason", "fragile",
    "smallest_meaningful", "smallest_meaningful_days", "events_per_unit",
    "trend_continues", "trend_damped", "trend_none", "naive_p_value", "naive_verdict", "method", "checks",
    "vintage", "source", "chance_gaussian", "n_errors", "n_origins", "effort_50", "effort_80", "achievable",
    "achievable_of", "detectable_power", "detectable_change",
]  # fmt: skip

# What `test-ambition --json` prints, in this order.
AMBITION_KEYS = (
    "area_code", "area_name", "metric", "period", "target", "baseline_start", "baseline_end", "n_baseline",
    "baseline", "expected", "lower", "upper", "chance", "calibration", "verdict", "reason",
    "smallest_meaningful", "smallest_meaningful_days", "trends", "naive", "method", "checks",
    "calibration_reason", "track_record", "chance_calibrated", "chance_gaussian", "n_errors", "n_origins",
    "effort_50", "effort_80", "achievable", "achievable_of", "detectable_power", "detectable_change",
)  # fmt: skip

# The tables that `evaluate` makes, by their names on disk.
RESULTS: dict[str, list[str]] = {
    "its_terms": ITS_TERMS,
    "its_paths": ITS_PATHS,
    "its_effects": ITS_EFFECTS,
    "its_specifications": ITS_SPECIFICATIONS,
    "its_placebo": ITS_PLACEBO,
    "its_counts": ITS_COUNTS,
    "its_diagnostics": ITS_DIAGNOSTICS,
    "its_residuals": ITS_RESIDUALS,
    "its_checks": ITS_CHECKS,
    "its_controlled": CONTROLLED,
    "its_neighbours": NEIGHBOURS,
    "heterogeneity": HETEROGENEITY,
    "funnel": FUNNEL,
    "ranks": RANKS,
    "spc_points": SPC_POINTS,
    "spc_verdicts": SPC_VERDICTS,
    "annual": ANNUAL,
    "ambition_tests": AMBITION_TESTS,
    "outturns": OUTTURNS,
    "outturn_totals": OUTTURN_TOTALS,
    "track_record": TRACK_RECORD,
}
