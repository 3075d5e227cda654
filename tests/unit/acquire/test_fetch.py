"""Files come in once, each under its vintage; whatever fails leaves everything as it was."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from bcf_eval.acquire import fetch
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.catalogue.manifest import read_files
from bcf_eval.clean.verify import verify_raw
from bcf_eval.errors import InputError, ProjectError
from bcf_eval.store import Project, sha256_of


def snapshot(project: Project) -> dict[str, bytes]:
    return {
        path.relative_to(project.root).as_posix(): path.read_bytes()
        for path in sorted(project.root.rglob("*"))
        if path.is_file()
    }


def test_files_land_under_their_vintage_with_a_record(project: Project, returns: Path) -> None:
    report = fetch_folder(project, returns)
    counts = [(one.key, one.found, one.copied) for one in report.returns if one.found]
    assert counts == [("dtoc", 3, 3), ("population", 3, 3)]
    assert (report.found, report.copied, report.messages) == (6, 6, ())
    files = {file.path: file for file in read_files(project)}
    assert sorted(files) == [
        "dtoc/2017-05-11/file_0.xlsx",
        "dtoc/2017-05-11/file_1.xlsx",
        "dtoc/2017-05-11/file_2.xlsx",
        "population/2016-06-22/estimates_2015.xlsx",
        "population/2017-06-22/estimates_2016.xlsx",
        "population/undated/MYEB3_series.csv",
    ]
    one = files["dtoc/2017-05-11/file_1.xlsx"]
    assert (one.period, one.publisher, one.origin) == ("2016-02", "NHS England", str(returns))
    assert one.sha256 == sha256_of(project.raw / one.path) == sha256_of(returns / "dtoc" / "file_1.xlsx")
    assert one.retrieved.endswith("+00:00")


def test_running_twice_changes_nothing(project: Project, returns: Path) -> None:
    fetch_folder(project, returns)
    before = snapshot(project)
    report = fetch_folder(project, returns)
    assert (report.found, report.copied) == (6, 0)
    assert snapshot(project) == before


def test_a_new_date_is_a_new_vintage_beside_the_old(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    make.write(returns / "dtoc" / "file_1.xlsx", make.dtoc("2016-02", revised="8th June 2017", add=100))
    report = fetch_folder(project, returns)
    assert report.copied == 1
    assert report.messages == (
        "dtoc, February 2016 (file_1.xlsx): new vintage 2017-06-08 beside 2017-05-11; both are kept, "
        "the new one is used.",
    )
    assert (project.raw / "dtoc/2017-05-11/file_1.xlsx").is_file()
    assert (project.raw / "dtoc/2017-06-08/file_1.xlsx").is_file()


def test_an_older_vintage_is_kept_and_not_used(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    make.write(returns / "dtoc" / "older.xlsx", make.dtoc("2016-02", revised="8th June 2016"))
    assert "both are kept, 2017-05-11 is the later and is used" in fetch_folder(project, returns).messages[0]


def test_other_bytes_under_the_same_date_are_counted(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    for count in (2, 3):
        make.write(returns / "dtoc" / "file_1.xlsx", make.dtoc("2016-02", add=100 * count))
        (message,) = fetch_folder(project, returns).messages
        assert "the publisher changed the file without a new date (2017-05-11)" in message
        assert f"the new one as 2017-05-11+{count} is used" in message
        assert (project.raw / f"dtoc/2017-05-11+{count}/file_1.xlsx").is_file()
    assert [file.vintage for file in read_files(project) if file.period == "2016-02"] == [
        "2017-05-11+2",
        "2017-05-11+3",
        "2017-05-11",
    ]


def test_two_files_that_claim_one_month_are_refused(project: Project, returns: Path, make) -> None:
    make.write(returns / "dtoc" / "february.xlsx", make.dtoc("2016-02", add=100))
    with pytest.raises(
        InputError, match=r"Duplicated period: .*file_1\.xlsx and .*february\.xlsx both hold dtoc, February 2016"
    ) as caught:
        fetch_folder(project, returns)
    for name in ("file_1.xlsx", "february.xlsx"):
        assert str(returns / "dtoc" / name) in str(caught.value)
    assert snapshot(project) == {}


def test_a_file_that_claims_a_month_fetched_before_is_refused(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    before = snapshot(project)
    make.write(returns / "dtoc" / "february.xlsx", make.dtoc("2016-02", add=100))
    with pytest.raises(InputError, match="Duplicated period"):
        fetch_folder(project, returns)
    assert snapshot(project) == before


def test_a_name_used_again_for_another_month_keeps_both(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    make.write(returns / "dtoc" / "file_1.xlsx", make.dtoc("2016-04"))
    fetch_folder(project, returns)
    assert {file.period for file in read_files(project) if file.name == "file_1.xlsx"} == {"2016-02", "2016-04"}


def test_the_same_bytes_under_two_names_are_copied_once(project: Project, returns: Path) -> None:
    shutil.copy(returns / "dtoc" / "file_1.xlsx", returns / "dtoc" / "file_9.xlsx")
    report = fetch_folder(project, returns)
    assert report.messages == ("file_9.xlsx is the same, byte for byte, as file_1.xlsx: copied once.",)
    assert len(read_files(project)) == 6


def test_a_file_that_is_gone_is_put_back(project: Project, returns: Path) -> None:
    fetch_folder(project, returns)
    before = snapshot(project)
    (project.raw / "dtoc/2017-05-11/file_1.xlsx").unlink()
    report = fetch_folder(project, returns)
    assert report.copied == 1
    assert "is put back" in report.messages[0]
    assert snapshot(project) == before


def test_what_is_not_known_is_left_alone_and_said(project: Project, returns: Path) -> None:
    (returns / "boundaries").mkdir()
    (returns / "README.txt").write_text("hello", encoding="utf-8")
    (returns / "dtoc" / "notes.docx").write_bytes(b"x")
    assert fetch_folder(project, returns).messages == (
        "Left alone, as this version does not read them: README.txt, boundaries, dtoc/notes.docx.",
    )


@pytest.mark.parametrize(
    ("made", "said"),
    [
        ([], "is empty"),
        (["boundaries/a.xls"], "holds no return that this version reads"),
        (["dtoc/a.txt"], "holds no return"),
    ],
)
def test_a_folder_without_returns_is_refused(project: Project, tmp_path: Path, made: list[str], said: str) -> None:
    folder = tmp_path / "given"
    folder.mkdir()
    for name in made:
        (folder / name).parent.mkdir()
        (folder / name).write_bytes(b"x")
    with pytest.raises(InputError, match=f"{said}.*; expected a folder for each return: dtoc, population"):
        fetch_folder(project, folder)
    assert snapshot(project) == {}


def test_a_folder_that_is_not_there_is_refused(project: Project, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"nowhere' is not there; expected a folder for each return"):
        fetch_folder(project, tmp_path / "nowhere")


def test_a_file_that_cannot_be_read_stops_before_any_copy(project: Project, returns: Path) -> None:
    path = returns / "dtoc" / "file_2.xlsx"
    path.write_bytes(path.read_bytes()[:2000])
    with pytest.raises(InputError, match=r"file_2\.xlsx is truncated"):
        fetch_folder(project, returns)
    assert snapshot(project) == {}


def test_a_failure_while_copying_leaves_nothing_behind(
    project: Project, returns: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (returns / "dtoc" / "file_2.xlsx").rename(returns / "kept.xlsx")
    fetch_folder(project, returns)
    before = snapshot(project)
    (returns / "kept.xlsx").rename(returns / "dtoc" / "file_2.xlsx")

    def fail(*_: object) -> None:
        raise OSError("the disk is full")

    monkeypatch.setattr(fetch, "write_files", fail)
    with pytest.raises(OSError, match="the disk is full"):
        fetch_folder(project, returns)
    assert snapshot(project) == before


def test_demonstration_returns_do_not_join_real_ones(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    before = snapshot(project)
    make.write(returns / "dtoc" / "demo.xlsx", make.dtoc("2016-04", source="DEMONSTRATION"))
    with pytest.raises(ProjectError, match=r"Demonstration returns \(1, such as demo\.xlsx\) and real ones \(6"):
        fetch_folder(project, returns)
    assert snapshot(project) == before


def test_a_demonstration_of_a_month_that_is_there_is_refused_as_what_it_is(
    project: Project, returns: Path, make
) -> None:
    fetch_folder(project, returns)
    make.write(returns / "dtoc" / "demo.xlsx", make.dtoc("2016-02", source="DEMONSTRATION"))
    with pytest.raises(ProjectError, match="never mix in one project"):
        fetch_folder(project, returns)


def test_a_wrong_file_that_was_removed_gives_way_to_the_right_one(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    (returns / "dtoc" / "file_1.xlsx").unlink()
    (project.raw / "dtoc/2017-05-11/file_1.xlsx").unlink()
    make.write(returns / "dtoc" / "february.xlsx", make.dtoc("2016-02", add=100))
    report = fetch_folder(project, returns)
    assert report.messages == ("dtoc/2017-05-11/file_1.xlsx was removed and is replaced by february.xlsx.",)
    assert [one.path for one in read_files(project) if one.period == "2016-02"] == ["dtoc/2017-05-11/february.xlsx"]


def test_a_file_that_is_gone_but_given_again_still_has_its_month(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    (project.raw / "dtoc/2017-05-11/file_1.xlsx").unlink()
    make.write(returns / "dtoc" / "february.xlsx", make.dtoc("2016-02", add=100))
    with pytest.raises(InputError, match="Duplicated period"):
        fetch_folder(project, returns)


def test_a_lost_manifest_does_not_lose_the_editions(project: Project, returns: Path, make) -> None:
    fetch_folder(project, returns)
    make.write(returns / "dtoc" / "file_1.xlsx", make.dtoc("2016-02", add=100))
    fetch_folder(project, returns)
    before = {(one.path, one.vintage, one.sha256) for one in read_files(project)}
    (project.raw / "manifest.json").unlink()
    with pytest.raises(InputError, match=r"is there with other bytes .*; take it in with 'bcf-eval clean', or move"):
        fetch_folder(project, returns)
    verify_raw(project)
    assert {(one.path, one.vintage, one.sha256) for one in read_files(project)} == before
    assert fetch_folder(project, returns).copied == 0


@pytest.mark.parametrize("name", ["open", "scandir"])
def test_what_may_not_be_read_is_said_and_never_left_out(
    project: Project, returns: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    owner = Path if name == "open" else os
    original = getattr(owner, name)

    def refuse(path: Path, *rest: str) -> object:
        if "dtoc" in str(path):
            raise PermissionError(13, "Permission denied", str(path))
        return original(path, *rest)

    monkeypatch.setattr(owner, name, refuse)
    with pytest.raises(InputError, match=r"dtoc.* cannot be read: Permission denied\.") as caught:
        fetch_folder(project, returns)
    assert "\n" not in str(caught.value)
    assert not project.raw.exists()


def test_a_link_to_nothing_is_said(project: Project, returns: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows makes links for administrators only")
    (returns / "dtoc" / "file_7.xlsx").symlink_to(returns / "nowhere.xlsx")
    with pytest.raises(InputError, match=r"file_7\.xlsx cannot be read: No such file"):
        fetch_folder(project, returns)


def test_an_unrecorded_file_in_the_way_is_not_overwritten(project: Project, returns: Path) -> None:
    target = project.raw / "dtoc/2017-05-11/file_1.xlsx"
    target.parent.mkdir(parents=True)
    target.write_bytes(b"mine")
    with pytest.raises(InputError, match="is there with other bytes"):
        fetch_folder(project, returns)
    assert snapshot(project) == {"data_raw/dtoc/2017-05-11/file_1.xlsx": b"mine"}


def test_a_changed_plan_is_no_change_of_a_publisher(project: Project, returns: Path) -> None:
    plan = returns / "ambitions" / "plan.csv"
    plan.parent.mkdir()
    placed = project.raw / "ambitions" / "plan.csv"
    placed.parent.mkdir(parents=True)
    for path, text in ((placed, "one"), (plan, "two")):
        path.write_text(text, encoding="utf-8")
    verify_raw(project)
    said = fetch_folder(project, returns).messages
    expected = "it has changed; the earlier one is kept, ambitions/undated+2/plan.csv is used."
    assert said == (f"ambitions, plan.csv: {expected}",)
    # The one that was placed by hand is undated, too.
    assert [file.vintage for file in read_files(project) if file.source == "ambitions"] == ["undated", "undated+2"]
    placed.write_text("three", encoding="utf-8")
    assert verify_raw(project).messages == ("ambitions/plan.csv was edited: taken into the manifest anew.",)
    (project.raw / "ambitions" / "plan.csv").unlink()
    verify_raw(project)
    plan.write_text("four", encoding="utf-8")
    # The latest is used, though the name of the first is free again.
    assert "ambitions/undated+3/plan.csv is used." in fetch_folder(project, returns).messages[0]
