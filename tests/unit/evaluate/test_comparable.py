"""A series is never joined across a change in how its area is counted, and incomplete months are not used."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from bcf_eval import observations
from bcf_eval.catalogue import load
from bcf_eval.evaluate.comparable import check_comparable, find_incomplete, find_untold, keep_comparable, keep_longest
from bcf_eval.evaluate.its.its import ItsTables, evaluate_its
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.targets.ambitions import evaluate_ambitions
from bcf_eval.periods import month_range
from bcf_eval.specs import ENGLAND, Ambition

MONTHS = month_range("2013-04", "2019-03")
MERGED_2015, MERGED_2018, INCOMPLETE, WHOLE = "E08000037", "E06000039", "E10000013", "E06000033"
AREAS = (MERGED_2015, MERGED_2018, INCOMPLETE, WHOLE, ENGLAND)


@pytest.fixture(scope="module")
def panel() -> Panel:
    rng = np.random.default_rng(2015)
    rows = []
    for code in AREAS:
        for month, noise in zip(MONTHS, rng.normal(0, 20, len(MONTHS)), strict=True):
            flag = "" if code == ENGLAND else "apportioned"
            if (code, month >= "2015-04") == (MERGED_2015, True) or (code, month >= "2018-04") == (MERGED_2018, True):
                flag += ";merged_commissioners"
            if code in (INCOMPLETE, ENGLAND) and "2016-12" <= month <= "2017-06":
                flag += ";incomplete"
            size, rate = 4 if code == ENGLAND else 1, (1800 + noise) / 2
            rows.append((code, "nea", month, 2 * size * rate, size * 200_000.0, rate, flag.strip(";"), "mar/x/y"))
    frame = pd.DataFrame(rows, columns=observations.COLUMNS)
    return build_panel(observations.validate(frame), load.metric("nea"))


@pytest.fixture(scope="module")
def tables(panel: Panel) -> ItsTables:
    return evaluate_its(panel, load.protocol())


def known(panel: Panel, code: str) -> list[str]:
    return [month for month, value in zip(panel.periods, panel.value[:, panel.column(code)], strict=True) if value > 0]


def test_incomplete_months_are_no_values_of_a_board_but_of_england(panel: Panel) -> None:
    assert set(MONTHS) - set(known(panel, INCOMPLETE)) == set(month_range("2016-12", "2017-06"))
    assert known(panel, ENGLAND) == MONTHS


def test_england_is_fitted_without_boards_that_lack_a_provider(panel: Panel, tables: ItsTables) -> None:
    rest = [panel.column(code) for code in (MERGED_2015, MERGED_2018, WHOLE)]
    rate = 1e5 * panel.numerator[:, rest].sum(axis=1) / panel.denominator[:, rest].sum(axis=1)
    england = tables.paths[tables.paths["area_code"].eq(ENGLAND)]
    assert england["period"].tolist() == MONTHS
    np.testing.assert_allclose(england["observed"], rate)
    # The count that an effect is for is still that of all its people.
    effects = tables.effects.query("area_code == @ENGLAND and fit == 'verdict' and specification == 'main'")
    found = effects[effects["intervention"].eq("bcf_2015")].set_index("contrast")["estimate"]
    assert found["cumulative"] == pytest.approx(24 * 8 * found["at_12"], abs=24 * 8 * abs(found["slope"]))


def test_the_rest_of_england_are_boards_whose_figures_are_whole(panel: Panel) -> None:
    whole, lacking = panel.column(WHOLE), panel.column(INCOMPLETE)
    others = [panel.column(code) for code in (MERGED_2015, MERGED_2018)]
    row = panel.periods.index("2018-01")
    local = panel.local_change()
    for place, rest in ((whole, others), (lacking, [*others, whole])):
        away = 1e5 * panel.numerator[row, rest].sum() / panel.denominator[row, rest].sum()
        assert local[row, place] == pytest.approx(panel.value[row, place] - away)
    # A provider that is missing elsewhere costs no month.
    assert np.isfinite(local[:, whole]).all()
    assert np.isnan(local[panel.periods.index("2017-01"), lacking])


def test_a_window_keeps_the_side_on_which_it_asks(panel: Panel) -> None:
    assert panel.recounted == {MERGED_2015: ("2015-04",), MERGED_2018: ("2018-04",)}
    assert known(keep_comparable(panel, "2017-04"), MERGED_2018) == month_range("2013-04", "2018-03")
    assert known(keep_comparable(panel, "2018-06"), MERGED_2018) == month_range("2018-04", "2019-03")
    assert known(keep_comparable(panel, "2017-04"), MERGED_2015) == month_range("2015-04", "2019-03")
    assert known(keep_comparable(panel, "2017-04"), WHOLE) == MONTHS


def test_the_whole_record_keeps_the_longest_stretch(panel: Panel) -> None:
    kept = keep_longest(panel, panel.periods)
    assert known(kept, MERGED_2018) == month_range("2013-04", "2018-03")
    assert known(kept, MERGED_2015) == month_range("2015-04", "2019-03")


def test_a_change_in_the_month_something_began_cannot_be_told_from_it(panel: Panel, tables: ItsTables) -> None:
    assert list(find_untold(panel, "2015-04")) == [MERGED_2015]
    effects = tables.effects[tables.effects["contrast"].eq("average_12") & tables.effects["specification"].eq("main")]
    own = effects[effects["fit"].eq("verdict") & effects["scope"].eq("own")].set_index(["intervention", "area_code"])
    lost = own.loc["bcf_2015", :].loc[MERGED_2015]
    assert lost["verdict"] == "not testable"
    assert lost["reason"].startswith("from April 2015, the same month, its commissioners merged")
    assert own.loc[("ibcf_2017", MERGED_2015), "n_before"] == 24
    cut = own.loc[("ibcf_2017", MERGED_2018)]
    assert (cut["n_before"], cut["n_after"], cut["verdict"] != "not testable") == (24, 12, True)


def test_no_effect_is_stated_of_months_that_cannot_be_compared(tables: ItsTables) -> None:
    rows = tables.effects.query("area_code == @MERGED_2018 and intervention == 'ibcf_2017' and fit == 'verdict'")
    main = rows[rows["specification"].eq("main") & rows["scope"].eq("own")].set_index("contrast")["extrapolated"]
    assert (main["at_12"], main["at_24"]) == (False, True)


def test_what_was_left_out_is_said(panel: Panel, tables: ItsTables) -> None:
    checks = check_comparable(panel, tables.plans).set_index(["area_code", "intervention"])["detail"]
    assert checks[INCOMPLETE, "ibcf_2017"] == (
        "Figures of a provider seem to be missing in December 2016 to June 2017; the fit does not use them."
    )
    assert checks[MERGED_2018, "ibcf_2017"].startswith("In April 2018 its commissioners merged")
    assert checks[ENGLAND, "ibcf_2017"] == (
        "Figures of a provider seem to be missing in December 2016 to June 2017; the fit is of the 3 boards whose "
        "figures are whole, 75% of England's people."
    )
    assert set(checks.index.get_level_values("area_code")) == {MERGED_2015, MERGED_2018, INCOMPLETE, ENGLAND}


@pytest.mark.parametrize(
    ("code", "end", "target", "said"),
    [
        (MERGED_2018, "2018-03", "2018/19", "between the baseline and the target, in April 2018, its commissioners"),
        (INCOMPLETE, "2017-03", "2017/18", "figures of a provider seem to be missing in the baseline, 2016/17"),
        (WHOLE, "2018-03", "2018/19", ""),
    ],
)
def test_an_ambition_is_not_tested_across_a_change(panel: Panel, code: str, end: str, target: str, said: str) -> None:
    baseline = "2016/17" if end < "2018" else "2017/18"
    ambition = Ambition("plan", code, "nea", target, 10_000.0, baseline, end, "a test")
    test = evaluate_ambitions(panel, [ambition], load.protocol())[0]
    assert test.reason.startswith(said)
    assert (test.verdict == "not testable") is bool(said)


@pytest.mark.parametrize(
    ("baseline", "said"),
    [
        ("2017-09", "between the baseline and the target, in April 2018, its commissioners merged"),
        (
            "2018-08",
            "in April 2018 its commissioners merged, which by itself moves what is shared out to it, and only 5",
        ),
    ],
)
def test_a_merger_shortly_before_is_named(panel: Panel, baseline: str, said: str) -> None:
    ambition = Ambition("plan", MERGED_2018, "nea", "2018-09", 800.0, baseline, "2018-08", "a test")
    assert evaluate_ambitions(panel, [ambition], load.protocol())[0].reason.startswith(said)


def test_the_true_reason_is_given(panel: Panel) -> None:
    """Each area lacks something else: its last month, most of its months, or any variation."""
    place = panel.column(WHOLE)
    ambition = Ambition("plan", WHOLE, "nea", "2018-09", 800.0, "2017-09", "2018-08", "a test")
    last, many = panel.periods.index("2018-08"), panel.rows(tuple(one for one in panel.periods if one <= "2017-05"))

    def ask(rows: object, value: float) -> str:
        values = panel.value.copy()
        values[rows, place] = value
        return evaluate_ambitions(replace(panel, value=values), [ambition], load.protocol())[0].reason

    assert ask(last, np.nan) == "there is no figure for August 2018, the last month of the baseline"
    assert ask(many, np.nan).startswith("too few months: 15 of the ")
    assert ask(panel.rows(("2017-09",)), np.nan) == "the stated baseline has no value"


def test_implausible_months_are_not_used_either(panel: Panel) -> None:
    frame = pd.DataFrame(
        [
            (code, "nea", month, 900.0, 200_000.0, 450.0, flag, "mar/x/y")
            for code, bad in ((INCOMPLETE, "implausible"), (WHOLE, ""), (ENGLAND, "implausible"))
            for month in MONTHS
            for flag in [bad if month == "2016-10" else ""]
        ],
        columns=observations.COLUMNS,
    )
    found = build_panel(observations.validate(frame), load.metric("nea"))
    assert set(MONTHS) - set(known(found, INCOMPLETE)) == {"2016-10"}
    assert found.find_whole().sum() == 1
    assert find_incomplete(found, INCOMPLETE, "2016/17") == (
        "figures seem to be counted twice or in error in the baseline, 2016/17"
    )
    checks = check_comparable(found, evaluate_its(found, load.protocol()).plans)
    told = checks.set_index(["area_code", "intervention"])[["check", "detail"]]
    assert told.loc[(INCOMPLETE, "bcf_2015")].tolist() == [
        "implausible months left out",
        "Figures seem to be counted twice or in error in October 2016; the fit does not use them.",
    ]
    assert told.loc[(ENGLAND, "bcf_2015"), "detail"].startswith(
        "Figures seem to be counted twice or in error in October 2016; the fit is of the 1 boards"
    )
