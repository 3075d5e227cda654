"""A demonstration lands as returns do, comes again unchanged, gives way to another seed, and never joins real ones."""

from __future__ import annotations

import csv
import shutil
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
import xlsxwriter

from bcf_eval.acquire import demo, demo_world
from bcf_eval.acquire.demo import DemoReport, write_demo
from bcf_eval.acquire.demo_world import draw_world
from bcf_eval.catalogue import load
from bcf_eval.catalogue.manifest import read_files, write_files
from bcf_eval.catalogue.sources import source_keys
from bcf_eval.errors import ProjectError, RequestError
from bcf_eval.store import Project, sha256_of


def fingerprint(project: Project, *folders: Path) -> dict[str, str]:
    return {
        path.relative_to(project.root).as_posix(): sha256_of(path)
        for folder in folders or (project.root,)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def read_truth(project: Project, name: str) -> list[dict[str, str]]:
    with (project.truth / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Project, DemoReport]:
    project = Project(tmp_path_factory.mktemp("demo") / "made" / "by it")
    return project, write_demo(project, seed=5)


@pytest.fixture
def project(written: tuple[Project, DemoReport], tmp_path: Path) -> Project:
    shutil.copytree(written[0].root, tmp_path / "copy")
    return Project(tmp_path / "copy")


@pytest.fixture
def short(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    """A project for a demonstration of few months, which is quick to make more than once."""
    monkeypatch.setattr(demo_world, "FIRST", "2015-02")
    monkeypatch.setattr(demo_world, "LAST", "2017-10")
    return Project(tmp_path / "short")


def test_a_place_that_cannot_be_made_is_said(short: Project) -> None:
    short.root.mkdir()
    short.raw.write_text("a file", encoding="utf-8")
    with pytest.raises(ProjectError, match="data_raw cannot be written: File exists"):
        write_demo(short, seed=1)


def test_a_seed_below_nought_is_refused(short: Project) -> None:
    with pytest.raises(RequestError, match="The seed is -1; expected a whole number from 0"):
        write_demo(short, seed=-1)
    assert not short.root.exists()


def place_workbook(path: Path, title: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        book.set_properties({"created": datetime(2000, 1, 1)})
        sheet = book.add_worksheet("LA - by responsible org")
        for row, cells in enumerate([("Title:", title), ("Period:", "April 2019"), ("Revised:", "12th March 2020")]):
            sheet.write_row(row + 1, 1, cells)


def test_everything_lands_with_its_period_vintage_and_label(written: tuple[Project, DemoReport]) -> None:
    project, report = written
    # 96 + 84 months, 5 + 1 population files, 4 + 2 lookups, 1 of outcomes, 2 of deprivation, 5 boards x 4 quarters, 1
    # of plans.
    assert (report.n_boards, report.n_files, report.copied, report.seed) == (151, 216, 216, 5)
    files = read_files(project)
    periods = {key: sorted(file.period for file in files if file.source == key) for key in source_keys()}
    assert (len(periods["dtoc"]), periods["dtoc"][0], periods["dtoc"][-1]) == (96, "2011-04", "2019-03")
    assert (len(periods["mar"]), periods["mar"][0], periods["mar"][-1]) == (84, "2012-04", "2019-03")
    assert periods["population"] == ["", *map(str, range(2015, 2020))]
    assert periods["lookups"] == [
        *(f"commissioners {year}" for year in (2015, 2017, 2018, 2019)),
        *(f"upper_tiers {year}" for year in (2018, 2019)),
    ]
    assert periods["deprivation"] == ["index 2015", "index 2019"]
    assert periods["ascof"] == ["2014/15 to 2018/19"]
    assert (len(periods["quarterly"]), len(periods["ambitions"])) == (20, 1)
    assert all(file.demonstration and "DEMONSTRATION" in file.publisher for file in files)
    assert {file.origin for file in files} == {"bcf-eval demo"}
    assert {(file.source, file.vintage) for file in files if file.period == "2014-10"} == {
        ("dtoc", "2015-11-12"),
        ("mar", "2015-11-12"),
    }
    assert all((project.raw / file.path).is_file() for file in files)


def test_a_second_run_changes_nothing(short: Project) -> None:
    write_demo(short, seed=5)
    before = fingerprint(short)
    assert write_demo(short, seed=5).copied == 0
    assert fingerprint(short) == before


def test_another_seed_replaces_and_the_first_comes_back(short: Project) -> None:
    project, n_files = short, write_demo(short, seed=5).n_files
    folders = [*(project.raw / key for key in source_keys()), project.truth]
    before = fingerprint(project, *folders)
    write_demo(project, seed=6)
    other = fingerprint(project, *folders)
    assert set(other) == set(before)
    # Which district lies in which county is no matter of chance.
    facts = {name for name in before if "LTLA" in name}
    assert len(facts) == 2
    drawn = [{one[name] for name in set(one) - facts} for one in (before, other)]
    assert not drawn[0] & drawn[1]
    assert {name: other[name] for name in facts} == {name: before[name] for name in facts}
    assert len(read_files(project)) == n_files
    write_demo(project, seed=5)
    assert fingerprint(project, *folders) == before


def test_an_earlier_demonstration_of_fewer_returns_is_completed(short: Project) -> None:
    write_demo(short, seed=5)
    folders = [short.raw / key for key in source_keys()]
    whole = fingerprint(short, *folders)
    later = [file for file in read_files(short) if file.source not in ("dtoc", "population")]
    for file in later:
        (short.raw / file.path).unlink()
    write_files(short, [file for file in read_files(short) if file not in later])
    assert write_demo(short, seed=5).copied == len(later) == 33 + 6 + 1 + 2 + 20 + 1
    assert fingerprint(short, *folders) == whole


def test_a_folder_with_real_returns_is_refused_and_left_alone(tmp_path: Path) -> None:
    project = Project(tmp_path)
    place_workbook(project.raw / "dtoc" / "Apr_19.xlsx", "Delayed Transfer of Care")
    before = fingerprint(project)
    with pytest.raises(ProjectError, match=r"^.*no demonstration \(1, such as dtoc/Apr_19.xlsx\).*$") as caught:
        write_demo(project)
    assert "\n" not in str(caught.value)
    assert fingerprint(project) == before


def test_a_real_return_placed_by_hand_in_a_demonstration_is_refused(project: Project) -> None:
    place_workbook(project.raw / "dtoc" / "2020-03-12" / "Apr_19.xlsx", "Delayed Transfer of Care")
    before = fingerprint(project)
    with pytest.raises(ProjectError, match=r"such as dtoc/2020-03-12/Apr_19\.xlsx"):
        write_demo(project, seed=6)
    assert fingerprint(project) == before


def test_a_file_nobody_can_read_is_taken_for_a_real_one(tmp_path: Path) -> None:
    project = Project(tmp_path)
    place_workbook(project.raw / "dtoc" / "mine.xlsx", "DEMONSTRATION")
    demo._refuse_real(project)
    (project.raw / "dtoc" / "mine.xlsx").write_bytes(b"PK\x03\x04 cut short")
    with pytest.raises(ProjectError, match=r"mine\.xlsx"):
        write_demo(project)


def test_a_file_in_the_place_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "demo").write_text("mine")
    with pytest.raises(ProjectError, match="is a file; expected a folder"):
        write_demo(Project(tmp_path / "demo"))


def test_an_interrupted_run_leaves_no_return(tmp_path: Path) -> None:
    def stop(_label: str, done: int, _of: int) -> None:
        if done == 3:
            raise KeyboardInterrupt

    project = Project(tmp_path / "demo")
    with pytest.raises(KeyboardInterrupt):
        write_demo(project, progress=stop)
    assert not project.raw.exists()
    assert not project.truth.exists()


def test_the_truth_lists_every_board_and_says_what_it_is(written: tuple[Project, DemoReport]) -> None:
    project, _ = written
    everyone = {*load.boards(), "E92000001"}
    effects, ambitions, model = (read_truth(project, name) for name in ("effects", "ambitions", "model"))
    assert [(row["area_code"], row["intervention"]) for row in effects] == [
        (code, key) for key in demo_world.INTERVENTIONS for code in (*load.boards(), "E92000001")
    ]
    none = [row for row in effects if float(row["level_change"]) == 0]
    assert len(none) == 2 * 152 - 2 - 18 - 20
    assert all(float(row["effect_average_12"]) == 0 for row in none)
    assert {row["area_code"] for row in ambitions} == set(load.boards())
    assert {row["area_code"] for row in model} == everyone
    for row in ambitions:
        assert float(row["target"]) == min(9.4, float(row["baseline_value"]))
        assert 0 <= float(row["true_chance"]) <= 1
        assert (float(row["outcome"]) <= float(row["target"])) == (row["met"] == "yes")
    councils = {*everyone, "E06000053"}
    assert {row["area_code"] for row in read_truth(project, "effects_nea")} == councils
    assert {row["area_code"] for row in read_truth(project, "model_nea")} == councils
    annual = read_truth(project, "annual")
    assert {row["metric"] for row in annual} == {"residential", "reablement", "reablement_offered"}
    assert len(annual) == 3 * 5 * len(councils)
    assert len(read_truth(project, "annual_model")) == 3 * len(councils)
    readme = (project.truth / "README.md").read_text(encoding="utf-8")
    assert "DEMONSTRATION" in readme
    assert all(f"`{path.name}`" in readme for path in project.truth.glob("*.csv"))
    assert "seed 5" in readme


@pytest.mark.parametrize("seed", [demo.SEED, 5])
def test_england_is_of_the_usual_size(seed: int) -> None:
    world = draw_world(seed)
    england = world.parts.organisations.sum(axis=(1, 2))
    assert 90_000 < england.min() < england.max() < 220_000
    values = world.simulation.values
    assert 4 < np.quantile(values, 0.05) < 6.5
    assert 8 < np.median(values) < 13
    assert np.quantile(values, 0.95) < 25
    admissions = np.array([one.activity[:, 7].sum() for one in world.returns])
    assert 400_000 < admissions.min() < admissions.max() < 620_000
    assert 440_000 < admissions.mean() < 540_000
    # Both arms of the 2017 rule are there: boards below 9.4 and boards above it.
    assert 30 < (values[world.months.index("2017-02")] < 9.4).sum() < 121
