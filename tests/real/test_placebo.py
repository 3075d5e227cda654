"""What the fits find at dates when nothing began, on the real record of delays, and what verdicts make of it."""

from __future__ import annotations

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.its import placebo
from bcf_eval.evaluate.its.specifications import list_specifications
from bcf_eval.evaluate.panel import build_panel
from bcf_eval.store import Project

pytestmark = pytest.mark.real


def test_the_record_of_fake_dates_is_the_one_measured_before(project: Project) -> None:
    """METHODS section 0: nominal 5% finds 5.5-6.8% of levels and 13-15% of slopes, 6-17 and 9-29 boards of 148 a date.

    A point, and one board, either way: those figures are of 148 boards, these of all that can be fitted.
    """
    placebos = project.read_table("its_placebo").query("metric == 'dtoc_days' and scope == 'own'")
    boards = placebos[placebos["area_code"].ne("E92000001")]
    assert boards["fake_date"].nunique() == 25
    for contrast_name, share, fewest, most in (("level", (0.055, 0.068), 6, 17), ("slope", (0.13, 0.15), 9, 29)):
        rows = boards[boards["contrast"].eq(contrast_name)]
        found = rows["p_value"].lt(0.05)
        assert share[0] - 0.01 <= found.mean() <= share[1] + 0.01
        by_date = found.groupby(rows["fake_date"]).sum()
        assert abs(by_date.min() - fewest) <= 1
        assert abs(by_date.max() - most) <= 1


def test_limits_from_half_the_record_hold_on_the_other(delayed: pd.DataFrame) -> None:
    """METHODS section 7, record (i): level 3-8%, slope 2-12%, by halves of the dates and of the boards."""
    panel = build_panel(delayed, load.metric("dtoc_days")).use_whole_boards().level_months()
    for scope in ("own", "local"):
        record = placebo.measure_placebo(panel, load.protocol(), scope=scope)
        halves = placebo.test_placebo_by_halves(record).set_index("contrast")["share"]
        assert halves["level"].between(0.03, 0.08).all()
        assert halves["slope"].between(0.02, 0.12).all()
        assert len(halves["level"]) == 4


def test_verdicts_on_delays_stand_on_the_record(project: Project) -> None:
    effects = project.read_table("its_effects").query("metric == 'dtoc_days' and fit == 'verdict'")
    judged = effects[effects["p_cal"].notna()]
    outside = judged["lower"].gt(0) | judged["upper"].lt(0)
    assert (outside == judged["p_cal"].lt(0.05)).all()
    main = judged.query("contrast == 'average_12' and specification == 'main'")
    assert (main["verdict"].isin(["fell", "rose"]) == main["p_cal"].lt(0.05))[main["reason"].eq("")].all()
    # The average of the first year finds 9.4% at dates when nothing began: fewer boards are called changed than were.
    nominal, calibrated = main["p_value"].lt(0.05).sum(), main["p_cal"].lt(0.05).sum()
    assert calibrated < 0.8 * nominal
    told = main[main["q_value"].notna()]
    assert (told["q_value"] >= told["p_cal"] - 1e-12).all()
    england = effects.query("area_code == 'E92000001' and specification == 'main' and contrast == 'average_12'")
    assert england["p_cal"].isna().all()
    assert england["p_cal_reason"].str.contains("of 25 dates when nothing began").all()


def test_counts_say_how_many_at_dates_when_nothing_began(project: Project) -> None:
    counts = project.read_table("its_counts").set_index(["metric", "intervention", "scope", "direction"]).sort_index()
    fell = counts.loc[("dtoc_days", "bcf_2015", "own", "fell")]
    assert fell["n_tested"] > 140
    assert fell["n_fake_dates"] == 25
    assert "at 25 overlapping dates before, when nothing began, between" in fell["sentence"]
    # They move together: at some date far more boards than the few that chance alone explains, all one way.
    assert counts.loc[("dtoc_days", "bcf_2015", "own", "rose"), "fake_high"] > 3 * fell["n_expected"]
    admissions = counts.loc["nea"]
    assert admissions["fake_high"].isna().all()
    assert admissions["sentence"].str.contains("no record of dates when nothing began").all()


def test_every_verdict_was_worked_out_in_about_forty_ways(project: Project) -> None:
    table = project.read_table("its_specifications")
    assert set(table["metric"]) == {"dtoc_days", "nea"}
    ways = table.groupby(["metric", "intervention", "area_code"]).size()
    assert ways.between(26, 45).all()
    curve = list_specifications(table, "E92000001", "dtoc_days", "bcf_2015")
    assert len(curve) > 35
    assert {"ar2", "arma11"} <= set(curve["specification"])
    lengths = table.groupby(["metric", "intervention", "specification"]).size()
    assert lengths.isin([1, 151, 152]).all()
