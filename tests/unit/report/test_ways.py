"""The ways that stand beside a verdict are those that its sentence counts."""

from __future__ import annotations

import math
from collections.abc import Callable

from bcf_eval.report.agreement import say_finding
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.report.tables import tabulate_robustness
from bcf_eval.report.ways import NAMED, bring_ways

from .ways import way_rows


def test_ways_are_those_of_the_check(make_change: Callable[..., Change]) -> None:
    rows = way_rows({"window_shorter": True, "log_response": False, "phase_in": None, "no_season_log": True})
    (change,) = bring_ways((make_change(),), rows)
    assert list(change.others) == ["window_shorter", "log_response"]
    assert change.agreeing == {"window_shorter": True, "log_response": False}
    # What is shown for comparison stays; a way that is for the curve alone does not come in.
    assert set(change.specifications) == {"main", "newey_west", "full", "window_shorter", "log_response", "phase_in"}
    assert change.specifications["main"] is change.main
    assert change.specifications["phase_in"].verdict == "not testable"
    assert change.specifications["log_response"].n_before + change.specifications["log_response"].n_after == 45


def test_verdicts_of_ways_are_what_their_intervals_say(make_change: Callable[..., Change]) -> None:
    rows = way_rows({"window_shorter": True, "window_longer": True, "no_season": True, "phase_in": True})
    rows.loc[rows["specification"].eq("window_longer"), ["lower", "upper"]] = 0.5, 2.0
    rows.loc[rows["specification"].eq("no_season"), ["lower", "upper"]] = -0.5, 2.0
    rows.loc[rows["specification"].eq("phase_in"), "reason"] = "too uncertain"
    (change,) = bring_ways((make_change(),), rows)
    found = {key: change.specifications[key].verdict for key in NAMED if key in change.specifications}
    expected = ("fell", "rose", "no clear change", "not testable")
    assert found == dict(zip(("window_shorter", "window_longer", "no_season", "phase_in"), expected, strict=True))


def test_without_ways_a_change_stays_as_it_is(make_change: Callable[..., Change]) -> None:
    change = make_change()
    assert bring_ways((change,), way_rows({}))[0] is change
    other = way_rows({"window_shorter": True}, intervention="bcf_2015")
    assert bring_ways((change,), other)[0] is change


def test_the_table_says_which_tell_the_same_story(
    make_change: Callable[..., Change], make_results: Callable[..., AreaResults]
) -> None:
    rows = way_rows({"window_shorter": True, "log_response": False, "phase_in": None})
    (change,) = bring_ways((make_change(),), rows)
    html = tabulate_robustness(make_results(changes=(change,)), change)
    assert "Same story?" in html
    for name, said in (("A shorter window", "Yes"), ("A logarithmic", "No"), ("With time to", "Cannot be judged")):
        row = next(one for one in html.split("<tr") if name in one)
        assert f"<td>{said}</td>" in row


def test_those_that_find_a_change_are_those_that_differ(make_change: Callable[..., Change]) -> None:
    """A customary method is judged by its estimate, and not by an interval that is too narrow."""
    rows = way_rows({"window_shorter": True, "log_response": False, "prais_winsten": True})
    (change,) = bring_ways((make_change(own="no clear change"),), rows)
    assert say_finding(change) == "one of the three other ways finds one"


def test_where_no_verdict_stands_no_way_is_judged(make_change: Callable[..., Change]) -> None:
    (change,) = bring_ways((make_change(own="not testable"),), way_rows({"prais_winsten": None, "phase_in": None}))
    assert {change.specifications[key].verdict for key in ("prais_winsten", "phase_in")} == {"not testable"}
    assert math.isfinite(change.specifications["prais_winsten"].lower)
