"""Raw files are what the manifest says they are, or the run stops; the latest vintage of a month is used."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.catalogue.manifest import RawFile, read_files
from bcf_eval.clean.build import build
from bcf_eval.clean.verify import choose_latest, verify_raw
from bcf_eval.errors import InputError, ProjectError
from bcf_eval.store import Project

ONE = "dtoc/2017-05-11/file_1.xlsx"


@pytest.fixture
def fetched(project: Project, returns: Path) -> Project:
    fetch_folder(project, returns)
    return project


def test_what_was_fetched_passes_and_nothing_is_written(fetched: Project) -> None:
    manifest = fetched.raw / "manifest.json"
    before = (manifest.read_bytes(), manifest.stat().st_mtime_ns)
    verified = verify_raw(fetched)
    assert len(verified.files) == 6
    assert verified.messages == ()
    assert (manifest.read_bytes(), manifest.stat().st_mtime_ns) == before


def test_an_edited_file_stops(fetched: Project) -> None:
    path = fetched.raw / ONE
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(
        InputError, match=r"file_1\.xlsx was edited since it was fetched .*; delete it and fetch it again"
    ):
        verify_raw(fetched)


def test_a_file_that_is_gone_stops(fetched: Project) -> None:
    (fetched.raw / ONE).unlink()
    with pytest.raises(InputError, match=r"file_1\.xlsx is in the manifest but gone; fetch it again") as caught:
        verify_raw(fetched)
    # What the message offers for a file that is not wanted any more works.
    assert str(caught.value).endswith(f"To do without it, take its entry out of {fetched.raw / 'manifest.json'}.")
    fetched.write_manifest([one for one in fetched.read_manifest() if one["path"] != ONE])
    assert len(verify_raw(fetched).files) == 5


def test_an_empty_project_says_what_to_do(project: Project) -> None:
    with pytest.raises(ProjectError, match=r"There are no returns in .*: bcf-eval fetch --from FOLDER"):
        verify_raw(project)


def test_a_file_placed_by_hand_is_taken_in_and_said(fetched: Project, make) -> None:
    make.write(fetched.raw / "dtoc" / "April.xlsx", make.dtoc("2016-04"))
    verified = verify_raw(fetched)
    assert verified.messages == (
        "dtoc/April.xlsx was placed by hand (April 2016, 2017-05-11): taken into the manifest.",
    )
    (file,) = [file for file in read_files(fetched) if file.path == "dtoc/April.xlsx"]
    assert (file.origin, file.period, file.vintage) == ("placed by hand", "2016-04", "2017-05-11")
    assert file.cited == "dtoc/2017-05-11/April.xlsx"
    assert verify_raw(fetched).messages == ()


def test_a_project_may_be_filled_by_hand_alone(project: Project, returns: Path) -> None:
    shutil.copytree(returns, project.raw)
    assert len(verify_raw(project).files) == 6


def test_a_copy_placed_by_hand_is_left_alone(fetched: Project) -> None:
    shutil.copy(fetched.raw / ONE, fetched.raw / "dtoc" / "copy.xlsx")
    assert verify_raw(fetched).messages == (f"dtoc/copy.xlsx is the same, byte for byte, as {ONE}: left alone.",)
    assert len(read_files(fetched)) == 6


def test_a_month_placed_by_hand_twice_stops(fetched: Project, make) -> None:
    make.write(fetched.raw / "dtoc" / "again.xlsx", make.dtoc("2016-02", add=50))
    with pytest.raises(
        InputError, match=rf"Duplicated period: dtoc/again\.xlsx and {ONE} both hold dtoc, February 2016"
    ):
        verify_raw(fetched)
    assert len(read_files(fetched)) == 6


@pytest.mark.parametrize("month", ["2016-02", "2016-04"])
def test_demonstration_returns_placed_by_hand_do_not_mix(fetched: Project, make, month: str) -> None:
    make.write(fetched.raw / "dtoc" / "demo.xlsx", make.dtoc(month, source="DEMONSTRATION"))
    with pytest.raises(ProjectError, match="never mix in one project"):
        verify_raw(fetched)


def test_unknown_folders_and_files_are_left_alone(fetched: Project) -> None:
    (fetched.raw / "boundaries").mkdir()
    (fetched.raw / "README.md").write_text("hello", encoding="utf-8")
    (fetched.raw / "dtoc" / "~$April.xlsx").write_bytes(b"x")
    assert verify_raw(fetched).messages == ("Left alone in data_raw, as this version does not read them: boundaries.",)


def test_the_latest_vintage_of_each_period_is_chosen() -> None:
    file = RawFile("dtoc/a/x.xls", "dtoc", "", 0, "", "", "2016-05-12", "2015-04", "", "", False)
    newer = replace(file, vintage="2016-09-08")
    newest = replace(file, vintage="2016-09-08+2")
    other = replace(file, period="2015-03")
    people = replace(file, source="population", period="2015")
    chosen = choose_latest([newest, file, people, newer, other], "dtoc")
    assert chosen.files == (other, newest)
    assert chosen.messages == ("dtoc, April 2015: vintage 2016-09-08+2 is used, not 2016-05-12, 2016-09-08.",)


PLAN = "area,metric,period,planned,baseline_period,vintage,source,baseline_end,baseline_value\n"


def write_plan(path: Path, target: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"{PLAN}Leeds,dtoc_days,2017-09,{target},2017-02,2017-03-31,ours,2017-02,\n", encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["ambitions/plan.csv", "quarterly/q1.xlsx", "ambitions/undated/plan.csv"])
def test_a_users_own_file_may_be_edited_and_removed(fetched: Project, name: str) -> None:
    path = write_plan(fetched.raw / name, "9.4")
    assert "placed by hand" in verify_raw(fetched).messages[0]
    write_plan(path, "9.5")
    assert verify_raw(fetched).messages == (f"{name} was edited: taken into the manifest anew.",)
    (entry,) = [file for file in read_files(fetched) if file.path == name]
    assert entry.bytes == path.stat().st_size
    assert verify_raw(fetched).messages == ()
    path.unlink()
    assert verify_raw(fetched).messages == (f"{name} was removed: dropped from the manifest.",)
    assert len(read_files(fetched)) == 6
    assert verify_raw(fetched).messages == ()


def test_a_plan_that_was_fetched_may_be_edited_and_removed(fetched: Project, returns: Path) -> None:
    for target in ("9.4", "9.5"):
        write_plan(returns / "ambitions" / "plan.csv", target)
        fetch_folder(fetched, returns)
    first, second = "ambitions/undated/plan.csv", "ambitions/undated+2/plan.csv"
    write_plan(fetched.raw / second, "9.6")
    assert verify_raw(fetched).messages == (f"{second} was edited: taken into the manifest anew.",)
    assert choose_latest(read_files(fetched), "ambitions").files[0].path == second
    (fetched.raw / second).unlink()
    (line,) = verify_raw(fetched).messages
    assert line == f"{second} was removed: dropped from the manifest. The edition {first} stands in for it."


def test_a_published_file_placed_by_hand_may_be_edited_and_removed(fetched: Project, make) -> None:
    path = fetched.raw / "dtoc" / "April.xlsx"
    make.write(path, make.dtoc("2016-04"))
    verify_raw(fetched)
    make.write(path, make.dtoc("2016-04", add=1))
    assert verify_raw(fetched).messages == ("dtoc/April.xlsx was edited: taken into the manifest anew.",)
    path.unlink()
    assert verify_raw(fetched).messages == ("dtoc/April.xlsx was removed: dropped from the manifest.",)
    assert len(read_files(fetched)) == 6


def test_a_bad_workbook_blocks_only_while_it_is_there(fetched: Project) -> None:
    path = fetched.raw / "ambitions" / "bad.xlsx"
    path.parent.mkdir()
    path.write_bytes(b"no workbook")
    with pytest.raises(InputError, match=r"bad\.xlsx is not a workbook"):
        build(fetched)
    path.unlink()
    report = build(fetched)
    assert "ambitions/bad.xlsx was removed: dropped from the manifest." in report.messages
    path.write_bytes(b"no workbook")
    verify_raw(fetched)
    path.unlink()
    again = build(fetched)
    assert again.unchanged
    assert again.taken == ("ambitions/bad.xlsx was removed: dropped from the manifest.",)
