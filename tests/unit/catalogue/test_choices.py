"""A protocol of a project's own is taken only when every choice of it makes sense."""

from __future__ import annotations

from pathlib import Path

import pytest

from bcf_eval.catalogue import load
from bcf_eval.errors import CatalogueError
from bcf_eval.store import Project


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("alpha: 0", "'alpha' is 0; expected a number above 0 and below 0.5."),
        ("alpha: 5", "'alpha' is 5; expected a number above 0 and below 0.5."),
        ("alpha: .nan", "'alpha' is nan; expected"),
        ("chance_floor: 0.5", "'chance_floor' is 0.5; expected"),
        ("interval: 95", "'interval' is 95; expected a number above 0.5 and below 1."),
        ("interval: .inf", "'interval' is inf; expected"),
        ("verdict_before: 7", "'verdict_before' is 7; expected a whole number from 8 to 600."),
        ("verdict_after: -24", "'verdict_after' is -24; expected"),
        ("verdict_after: 24.5", "'verdict_after' is 24.5; expected something like 24."),
        ("robustness_window_shift: -1", "'robustness_window_shift' is -1; expected"),
        ("robustness_window_shift: 24", "from 0 and below verdict_before (24)."),
        ("verdict_before: 12", "'robustness_window_shift' is 12; expected a whole number from 0 and below verdict_"),
        ("horizons: [12, 0]", "'horizons' is [12, 0]; expected each to be a whole number from 1 to 600."),
        ("horizons: [12, 12]", "'horizons' is [12, 12]; expected each value once."),
        ("season_pairs: 7", "'season_pairs' is 7; expected a whole number from 0 to 6."),
        ("placebo_first: 40", "'placebo_first' is 40; expected a whole number from 8 to placebo_last (36)."),
        ("placebo_last: 10", "'placebo_first' is 12; expected a whole number from 8 to placebo_last (10)."),
        (
            "placebo_last: 49",
            "'placebo_last' is 49; expected a whole number from 8 to the months of verdict_before and "
            "verdict_after (48).",
        ),
        ("effort_chances: [0.6, 0.9]", "'effort_chances' is not a choice of the protocol."),
        ("min_points_each_side: 2", "'min_points_each_side' is 2; expected"),
        ("min_points_step: 0", "'min_points_step' is 0; expected"),
        ("max_zero_share: 1", "'max_zero_share' is 1; expected a number from 0 and below 1."),
        ("boundary_rho: 1", "'boundary_rho' is 1; expected"),
        ("newey_west_lag: 13", "'newey_west_lag' is 13; expected a whole number from 0 to 12."),
        ("ambition_min_points: 1", "'ambition_min_points' is 1; expected"),
        (
            "ambition_max_points: 17",
            "'ambition_max_points' is 17; expected a whole number from ambition_min_points (18)",
        ),
        ("ambition_floor_events_per_day: 0", "'ambition_floor_events_per_day' is 0; expected"),
        ("ambition_damping_per_month: 1", "'ambition_damping_per_month' is 1; expected"),
        ("ambition_alphas: [0.05, 0.5]", "'ambition_alphas' is [0.05, 0.5]; expected each to be a number above 0"),
        ("ambition_baselines: [0, 17]", "'ambition_baselines' is [0, 17]; expected each to be 0, or a whole number"),
        (
            "primary_contrast: mean",
            "'primary_contrast' is 'mean'; expected one of level, slope, average_12, at_1, at_12",
        ),
        ("primary_contrast: at_6", "'primary_contrast' is 'at_6'; expected one of"),
        ("alpha: 0.01\nalpha: 0.02", "cannot be read as YAML: 'alpha' stands twice, again in line 2."),
        ("alpha: 2001-99-99", "cannot be read as YAML:"),
        ("[]", "states []; expected lines such as"),
        ("false", "states False; expected lines such as"),
    ],
)
def test_a_choice_that_makes_no_sense_is_one_line(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(f"{text}\n", encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load.protocol(path)
    assert said in str(caught.value)
    assert str(caught.value).startswith(str(path))
    assert "\n" not in str(caught.value)


def test_choices_that_make_sense_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text(
        "horizons: [6]\nprimary_contrast: at_6\nrobustness_window_shift: 0\nambition_baselines: [0, 18]\n",
        encoding="utf-8",
    )
    assert load.protocol(path).primary_contrast == "at_6"
    path.write_text("# nothing is changed\n", encoding="utf-8")
    assert load.protocol(path) == load.protocol()


def test_a_folder_in_the_protocols_place_is_said(tmp_path: Path) -> None:
    (tmp_path / "protocol.yml").mkdir()
    with pytest.raises(CatalogueError, match=r"protocol\.yml is a folder; expected a file"):
        load.protocol(Project(tmp_path).protocol)


def test_what_is_no_yaml_is_said_without_the_words_of_its_reader(tmp_path: Path) -> None:
    path = tmp_path / "protocol.yml"
    path.write_text("alpha: [0.05\n", encoding="utf-8")
    with pytest.raises(CatalogueError, match=r"cannot be read as YAML: .*line 2") as caught:
        load.protocol(path)
    assert "byte string" not in str(caught.value)
