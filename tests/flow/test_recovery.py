"""The whole pipeline on the demonstration returns, whose truth is known: does it find what was put there?"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from bcf_eval.evaluate.build import evaluate
from bcf_eval.store import Project

pytestmark = pytest.mark.flow


@pytest.fixture(scope="module")
def evaluated(demo_project: Project) -> Project:
    evaluate(demo_project)
    return demo_project


def find_effects(evaluated: Project, metric: str, truth: str) -> pd.DataFrame:
    """The primary contrast of every board, beside its truth."""
    found = evaluated.read_table("its_effects")
    found = found[
        found["metric"].eq(metric)
        & found["fit"].eq("verdict")
        & found["specification"].eq("main")
        & found["scope"].eq("own")
        & found["contrast"].eq("average_12")
        & found["area_code"].ne("E92000001")
    ]
    true = pd.read_csv(evaluated.truth / f"{truth}.csv")
    both = found.merge(true, on=["area_code", "intervention"], suffixes=("", "_true"), validate="one_to_one")
    assert len(both) == 302
    return both


@pytest.fixture(scope="module")
def effects(evaluated: Project) -> pd.DataFrame:
    """Of delayed transfers."""
    return find_effects(evaluated, "dtoc_days", "effects")


def test_effects_follow_the_truth(effects: pd.DataFrame) -> None:
    changed = effects[effects["effect_average_12"].abs() > 0]
    assert len(changed) >= 30
    # 0.8: with series this noisy, the estimates of a board's change spread by about half its size.
    assert np.corrcoef(changed["estimate"], changed["effect_average_12"])[0, 1] > 0.8
    clear = changed[changed["verdict"].isin(["fell", "rose"])]
    assert len(clear) >= 10
    assert (np.sign(clear["estimate"]) == np.sign(clear["effect_average_12"])).mean() >= 0.95


def test_intervals_cover_the_truth_where_nothing_happened(effects: pd.DataFrame) -> None:
    """Boards share a national swing, so coverage is of one draw of it: 88 to 99 in 100, not 93.5 to 97."""
    judged = effects[effects["verdict"].ne("not testable") & effects["effect_average_12"].eq(0)]
    covered = (judged["lower"] <= 0) & (judged["upper"] >= 0)
    assert len(judged) > 200
    assert 0.88 <= covered.mean() <= 0.99


def test_chances_follow_the_true_chances(evaluated: Project) -> None:
    tests = evaluated.read_table("ambition_tests")
    tests = tests[tests["ambition"].eq("dtoc_2017")]
    truth = pd.read_csv(evaluated.truth / "ambitions.csv")
    both = tests.merge(truth, on="area_code", suffixes=("", "_true"), validate="one_to_one")
    assert len(both) == 151
    np.testing.assert_allclose(both["target"], both["target_true"], rtol=1e-3)
    # The rank of boards by chance is what a board's verdict rests on; the level shares one national swing.
    assert both["chance"].corr(both["true_chance"], method="spearman") > 0.7
    np.testing.assert_array_less(both["true_chance"][both["verdict"].eq("meaningful")], 0.25)


def test_effects_on_admissions_follow_what_apportionment_leaves(evaluated: Project) -> None:
    effects = find_effects(evaluated, "nea", "effects_nea")
    changed = effects[effects["level_change"].ne(0)]
    assert len(changed) == 10 + 8 + 14 + 6
    assert (np.sign(changed["estimate"]) == np.sign(changed["effect_apportioned_12"])).all()
    assert np.corrcoef(changed["estimate"], changed["effect_apportioned_12"])[0, 1] > 0.95
    # What a board has in common with its neighbours is found to be less than what truly happened there.
    spread = changed[changed["effect_apportioned_12"].abs() < 0.9 * changed["effect_average_12"].abs()]
    assert len(spread) >= 4
    assert (spread["estimate"].abs() / spread["effect_average_12"].abs()).mean() < 0.95
    others = effects[effects["effect_apportioned_12"].abs() < 0.5]
    covered = (others["lower"] <= 0) & (others["upper"] >= 0)
    # One swing moves all boards, and mergers of commissioners move a few.
    assert len(others) > 200
    assert 0.8 <= covered.mean() <= 0.99
