"""What is said of a board beside its comparator."""

from __future__ import annotations

import pandas as pd

from bcf_eval.evaluate.controlled.answer import controlled_its

from ..conftest import FELL


def test_what_the_joint_model_takes_for_granted_is_said(observations: pd.DataFrame) -> None:
    assert "as independent and equally large" in controlled_its(observations, area=FELL, comparator="region").model


def test_one_board_of_many_zeros_is_not_judged_in_words_either(observations: pd.DataFrame) -> None:
    zero = observations.copy()
    months = zero["period"].isin([f"2015-{month}" for month in ("10", "11", "12")] + ["2016-01", "2016-02", "2016-03"])
    zero.loc[zero["area_code"].eq(FELL) & months, ["numerator", "value"]] = 0.0
    result = controlled_its(zero, area=FELL, comparator="region")
    for sentence in (result.sentences[0], result.sentences[2]):
        assert "cannot be tested: the rate is zero in 6 of 48 periods" in sentence and "interval" not in sentence
    apart = result.terms[result.terms["series"].isin([result.terms["series"].iloc[0], "difference"])]
    assert apart["estimate"].notna().all() and apart[["lower", "upper", "p_value"]].isna().all(axis=None)
