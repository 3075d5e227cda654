"""Yearly counts of nobody, of everybody, and for no people: answers without numbers, and never a warning."""

from __future__ import annotations

import pandas as pd
import pytest

from bcf_eval.catalogue import load
from bcf_eval.evaluate.annual.annual import evaluate_annual
from bcf_eval.evaluate.annual.validation import VALIDATION, validate_last_year
from bcf_eval.evaluate.panel import Panel, build_panel
from bcf_eval.evaluate.together.many_areas import describe_many_areas
from bcf_eval.observations import validate
from bcf_eval.specs import ENGLAND

from ..makers import SCILLY, simulate_years

PROTOCOL = load.protocol()
BOARDS = [one for one in load.boards() if one != SCILLY][:60]
FOUR = ["2014/15", "2015/16", "2016/17", "2017/18"]


def count(metric: str, share: float) -> Panel:
    """Counts that are the same share of people everywhere."""
    rows = simulate_years(metric, FOUR, BOARDS, seed=3, people=2_000)
    rows["numerator"] = share * rows["denominator"]
    rows["value"] = share * load.metric(metric).multiplier
    return build_panel(validate(rows), load.metric(metric))


@pytest.mark.parametrize(("metric", "share"), [("residential", 0.0), ("reablement", 0.0), ("reablement", 1.0)])
def test_nobody_or_everybody_leaves_no_year_to_try(metric: str, share: float) -> None:
    panel = count(metric, share)
    found = validate_last_year(panel, PROTOCOL)
    assert found.empty and list(found) == VALIDATION
    assert evaluate_annual(panel, PROTOCOL)["lower"].notna().any()
    funnel = describe_many_areas(panel, None, PROTOCOL).funnel
    assert not funnel.empty and funnel["z"].fillna(0.0).eq(0).all()


@pytest.mark.parametrize("metric", ["residential", "reablement"])
def test_a_board_without_people_has_no_interval(metric: str) -> None:
    rows = simulate_years(metric, FOUR, BOARDS, seed=3, people=2_000)
    rows.loc[rows["area_code"].eq(BOARDS[0]), "denominator"] = 0.0
    found = evaluate_annual(build_panel(pd.DataFrame(rows), load.metric(metric)), PROTOCOL).set_index("area_code")
    assert found.loc[BOARDS[0], ["lower", "upper", "change_p_value"]].isna().all(axis=None)
    assert found.loc[BOARDS[1], "lower"].notna().all()


@pytest.mark.parametrize("metric", ["residential", "reablement"])
def test_no_people_in_the_whole_country_are_set_beside_nothing(metric: str) -> None:
    rows = simulate_years(metric, FOUR, BOARDS, seed=3, people=2_000)
    rows[["numerator", "denominator"]] = 0.0
    found = evaluate_annual(build_panel(pd.DataFrame(rows), load.metric(metric)), PROTOCOL)
    assert found[["lower", "difference_lower"]].isna().all(axis=None) and ENGLAND in set(found["area_code"])
