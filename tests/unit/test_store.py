"""Every write is whole or not at all, and what was good before stays."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval import store
from bcf_eval.errors import InputError, ProjectError
from bcf_eval.files import copy_file
from bcf_eval.store import Project

TABLE = pd.DataFrame({"area_code": ["E06000033"], "value": [6.5]})
OTHER = pd.DataFrame({"area_code": ["E06000033"], "value": [9.9]})


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """A project whose tables were written once."""
    made = Project(tmp_path)
    made.write_tables({"observations": TABLE, "unallocated": TABLE}, {"build_id": "first"}, name="build")
    return made


def contents(folder: Path) -> dict[str, str]:
    """Checksum of every file below a folder, hidden ones too."""
    return {
        path.relative_to(folder).as_posix(): store.sha256_of(path)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def refuse_nth_replace(monkeypatch: pytest.MonkeyPatch, *, n: int, error: BaseException) -> None:
    """Let the n-th move of a file fail, as it does on Windows where the target is open in another program."""
    calls = 0
    replace = Path.replace

    def refuse(path: Path, target: Path) -> Path:
        nonlocal calls
        calls += 1
        if calls == n:
            raise error
        return replace(path, target)

    monkeypatch.setattr(Path, "replace", refuse)


def test_a_project_knows_its_folders(tmp_path: Path) -> None:
    project = store.open_project(tmp_path)
    assert (project.raw, project.clean, project.reports) == (
        tmp_path / "data_raw",
        tmp_path / "data_clean",
        tmp_path / "reports",
    )
    assert project.area_page("E06000033") == tmp_path / "reports" / "areas" / "E06000033.html"


def test_a_project_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match=r"The project folder '.*nowhere' is not there\."):
        store.open_project(tmp_path / "nowhere")


def test_a_projects_own_protocol_is_found(tmp_path: Path) -> None:
    assert Project(tmp_path).protocol is None
    (tmp_path / "protocol.yml").write_text("alpha: 0.01\n", encoding="utf-8")
    assert Project(tmp_path).protocol == tmp_path / "protocol.yml"


def test_a_projects_own_notebook_comes_before_the_packages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "site" / "bcf_eval"
    for folder in (package / "notebooks", tmp_path / "own" / "notebooks"):
        folder.mkdir(parents=True)
    (package / "notebooks" / "2_hwb_report.ipynb").touch()
    monkeypatch.setattr(store, "PACKAGE", package)
    project = Project(tmp_path / "own")
    assert project.notebook("2_hwb_report.ipynb") == package / "notebooks" / "2_hwb_report.ipynb"
    (project.root / "notebooks" / "2_hwb_report.ipynb").touch()
    assert project.notebook("2_hwb_report.ipynb") == project.root / "notebooks" / "2_hwb_report.ipynb"
    with pytest.raises(ProjectError, match=r"The notebook '9_none\.ipynb' is neither in"):
        project.notebook("9_none.ipynb")


def test_tables_and_their_record_come_back(project: Project) -> None:
    pd.testing.assert_frame_equal(project.read_table("observations"), TABLE)
    record = project.read_record("build")
    assert record["build_id"] == "first"
    checksum = store.sha256_of(project.clean / "observations.parquet")
    assert record["tables"] == {"observations": checksum, "unallocated": checksum}
    assert project.read_record("evaluation") == {}
    assert sorted(path.name for path in project.clean.iterdir()) == [
        "build.json",
        "observations.parquet",
        "unallocated.parquet",
    ]


@pytest.mark.parametrize(("table", "command"), [("observations", "clean"), ("its_effects", "evaluate")])
def test_a_missing_table_names_the_command_that_makes_it(tmp_path: Path, table: str, command: str) -> None:
    with pytest.raises(ProjectError, match=f"{table}.parquet is not there. Make it with: bcf-eval {command} --project"):
        Project(tmp_path).read_table(table)


def test_a_table_that_cannot_be_written_changes_nothing(project: Project) -> None:
    before = contents(project.root)
    unwritable = pd.DataFrame({"mixed": [object(), 1]})
    with pytest.raises(Exception, match="object"):
        project.write_tables({"observations": OTHER, "unallocated": unwritable}, {"build_id": "second"}, name="build")
    assert contents(project.root) == before


def test_a_record_that_cannot_be_written_changes_nothing(project: Project) -> None:
    before = contents(project.root)
    with pytest.raises(TypeError, match="not JSON serializable"):
        project.write_tables({"observations": OTHER}, {"build": object()}, name="build")
    assert contents(project.root) == before


@pytest.mark.parametrize("n", [1, 2, 3])
def test_a_table_that_is_open_elsewhere_changes_nothing(
    project: Project, monkeypatch: pytest.MonkeyPatch, n: int
) -> None:
    before = contents(project.root)
    refuse_nth_replace(monkeypatch, n=n, error=PermissionError(13, "Permission denied"))
    with pytest.raises(ProjectError, match=r"cannot be written \(Permission denied\); is a file of it open"):
        project.write_tables({"observations": OTHER, "unallocated": OTHER}, {"build_id": "second"}, name="build")
    assert contents(project.root) == before


def test_tables_of_a_first_write_that_fails_are_not_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    refuse_nth_replace(monkeypatch, n=2, error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        Project(tmp_path).write_tables({"observations": TABLE}, {"build_id": "first"}, name="build")
    assert contents(tmp_path) == {}


def test_the_manifest_is_kept_in_order_of_path(tmp_path: Path) -> None:
    project = Project(tmp_path)
    assert project.read_manifest() == []
    project.write_manifest([{"path": "dtoc/b.xls"}, {"path": "dtoc/a.xls"}])
    assert [one["path"] for one in project.read_manifest()] == ["dtoc/a.xls", "dtoc/b.xls"]


@pytest.mark.parametrize("content", [b"{", b"\xff\xfe", b""])
def test_a_record_that_is_not_json_is_one_clear_line(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "data_raw").mkdir()
    (tmp_path / "data_raw" / "manifest.json").write_bytes(content)
    with pytest.raises(ProjectError, match=r"manifest\.json cannot be read as JSON") as caught:
        Project(tmp_path).read_manifest()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", ["[]", "{}", "null", "3", '{"files": null}', '{"files": {}}', '{"files": ["a"]}'])
def test_a_manifest_without_a_list_of_files_says_what_helps(tmp_path: Path, content: str) -> None:
    store.write_text(tmp_path / "data_raw" / "manifest.json", content)
    with pytest.raises(ProjectError, match=r"manifest\.json holds no list of files; delete it, .* by: bcf-eval clean"):
        Project(tmp_path).read_manifest()


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (None, "is not there"),
        ("{}", "is not there"),
        ('{"demonstration": true}', "lacks what it should say"),
        ('{"build_id": "a", "demonstration": "no"}', "lacks what it should say"),
    ],
)
def test_observations_without_their_record_are_refused(project: Project, record: str | None, said: str) -> None:
    (project.clean / "build.json").unlink()
    if record is not None:
        store.write_text(project.clean / "build.json", record)
    with pytest.raises(ProjectError, match=rf"build\.json {said}.*; run: bcf-eval clean --project"):
        project.read_table("observations")


@pytest.mark.parametrize(("name", "command"), [("build", "clean"), ("evaluation", "evaluate")])
@pytest.mark.parametrize("content", ["[]", "null", "0", "{", "[" * 100_000])
def test_a_record_that_is_no_object_names_the_command_that_makes_it(
    project: Project, name: str, command: str, content: str
) -> None:
    store.write_text(project.clean / f"{name}.json", content)
    with pytest.raises(
        ProjectError, match=rf"{name}\.json .*make it again with: bcf-eval {command} --project"
    ) as caught:
        project.read_record(name)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("spoil", [lambda content: content[:-20], lambda content: b"area_code,value\n", lambda _: b""])
def test_a_table_that_is_damaged_names_the_command_that_makes_it(
    project: Project, spoil: Callable[[bytes], bytes]
) -> None:
    path = project.clean / "observations.parquet"
    path.write_bytes(spoil(path.read_bytes()))
    with pytest.raises(ProjectError, match=r"observations\.parquet cannot be read .* with: bcf-eval clean") as caught:
        project.read_table("observations")
    assert "\n" not in str(caught.value)


def test_a_place_that_cannot_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "data_clean").write_text("a file", encoding="utf-8")
    with pytest.raises(ProjectError, match="data_clean cannot be written: File exists"):
        Project(tmp_path).write_tables({"observations": TABLE}, {"build_id": "a"}, name="build")
    with pytest.raises(ProjectError, match=r"index\.html cannot be written"):
        store.write_text(tmp_path / "data_clean" / "index.html", "page")
    (tmp_path / "folder").mkdir()
    with pytest.raises(ProjectError, match="folder is a folder; expected a file to write"):
        store.write_text(tmp_path / "folder", "page")


def test_a_pipe_is_written_into_and_stays(tmp_path: Path) -> None:
    if not hasattr(os, "mkfifo"):
        pytest.skip("Windows has no named pipes")
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    store.write_text(pipe, "a,b\n")
    assert os.read(reader, 10) == b"a,b\n"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_table_that_is_made_no_more_goes(project: Project) -> None:
    project.write_tables({"observations": TABLE}, {"build_id": "second"}, name="build")
    assert (project.clean / "observations.parquet").is_file()
    assert not (project.clean / "unallocated.parquet").exists()


def test_a_text_is_written_whole_with_unix_line_ends(tmp_path: Path) -> None:
    store.write_text(tmp_path / "pages" / "index.html", "one\ntwo: £\n")
    assert (tmp_path / "pages" / "index.html").read_bytes() == "one\ntwo: £\n".encode()


def test_a_page_can_be_read_by_others(tmp_path: Path) -> None:
    if os.name == "nt":
        pytest.skip("Windows has no such permissions")
    store.write_text(tmp_path / "index.html", "page")
    assert (tmp_path / "index.html").stat().st_mode & 0o044 == 0o044


def test_a_text_that_cannot_be_written_leaves_the_old_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store.write_text(tmp_path / "index.html", "old")
    before = contents(tmp_path)
    with pytest.raises(UnicodeEncodeError):
        store.write_text(tmp_path / "index.html", "half of it \ud800")
    assert contents(tmp_path) == before
    refuse_nth_replace(monkeypatch, n=1, error=PermissionError(13, "Permission denied"))
    with pytest.raises(ProjectError, match=r"index\.html cannot be written: Permission denied\."):
        store.write_text(tmp_path / "index.html", "new")
    assert contents(tmp_path) == before


def test_a_copy_has_the_same_bytes_or_is_not_made(tmp_path: Path) -> None:
    (tmp_path / "April_11.xls").write_bytes(b"\xd0\xcf\x11\xe0" * 1000)
    copy_file(tmp_path / "April_11.xls", tmp_path / "raw" / "dtoc" / "April_11.xls")
    assert store.sha256_of(tmp_path / "raw" / "dtoc" / "April_11.xls") == store.sha256_of(tmp_path / "April_11.xls")
    before = contents(tmp_path)
    with pytest.raises(InputError, match=r"May_11\.xls cannot be read: No such file"):
        copy_file(tmp_path / "May_11.xls", tmp_path / "raw" / "dtoc" / "April_11.xls")
    assert contents(tmp_path) == before


def test_a_checksum_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "abc").write_bytes(b"abc")
    # The example of FIPS 180-4.
    assert store.sha256_of(tmp_path / "abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert hashlib.sha256(b"abc").hexdigest() == store.sha256_of(tmp_path / "abc")
