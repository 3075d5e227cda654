"""What was read is used again while file and code are the same, and never otherwise."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from bcf_eval.kept import Reading, read_kept, write_kept

FIRST = Reading(pd.DataFrame({"area_code": ["E06000033", "E92000001"], "numerator": [278.0, float("nan")]}), ("said",))
EMPTY = Reading(FIRST.rows.iloc[:0], ("nothing there",))
SECOND = Reading(pd.DataFrame({"area_code": ["E06000001"], "numerator": [3.0]}))


def test_rows_and_lines_come_back_by_file(tmp_path: Path) -> None:
    path = tmp_path / "read" / "dtoc.parquet"
    write_kept(path, {"a": FIRST, "b": EMPTY, "c": SECOND}, version="1")
    found = read_kept(path, version="1")
    assert list(found) == ["a", "b", "c"]
    for key, reading in {"a": FIRST, "b": EMPTY, "c": SECOND}.items():
        pd.testing.assert_frame_equal(found[key].rows, reading.rows)
        assert found[key].messages == reading.messages
        assert found[key].rows.attrs == {}


def test_other_code_reads_anew(tmp_path: Path) -> None:
    path = tmp_path / "dtoc.parquet"
    write_kept(path, {"a": FIRST}, version="1")
    assert read_kept(path, version="2") == {}


def test_what_is_damaged_or_absent_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "dtoc.parquet"
    assert read_kept(path, version="1") == {}
    write_kept(path, {"a": FIRST}, version="1")
    path.write_bytes(path.read_bytes()[:200])
    assert read_kept(path, version="1") == {}
    pd.DataFrame({"other": [1]}).to_parquet(path)
    assert read_kept(path, version="1") == {}


def test_no_rows_of_another_file_are_taken(tmp_path: Path) -> None:
    path = tmp_path / "dtoc.parquet"
    write_kept(path, {"a": FIRST, "c": SECOND}, version="1")
    whole = pd.read_parquet(path)
    whole.iloc[1:].to_parquet(path)
    assert read_kept(path, version="1") == {}
