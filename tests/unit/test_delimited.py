"""A large table of text is read whole, in its encoding, or refused in one line."""

from __future__ import annotations

import gzip
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.delimited import read_delimited
from bcf_eval.errors import InputError

TEXT = "Return.Year, Value ,Name\n2014-15,:,Caf\u00e9\n2015-16,,NA\n"


def test_every_cell_is_text(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(TEXT, encoding="utf-8")
    frame = read_delimited(path)
    assert list(frame.columns) == ["Return.Year", "Value", "Name"]
    assert frame.to_numpy().tolist() == [["2014-15", ":", "Caf\u00e9"], ["2015-16", "", "NA"]]


def test_a_compressed_one_in_another_encoding(tmp_path: Path) -> None:
    path = tmp_path / "a.csv.gz"
    path.write_bytes(gzip.compress(TEXT.encode("latin-1")))
    frame = read_delimited(path, encoding="latin-1", columns=["Value", "Name"], n_rows=1)
    assert frame.to_numpy().tolist() == [[":", "Caf\u00e9"]]


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("a.csv", b"", "is empty; expected a heading"),
        ("a.csv", "a\nCaf\u00e9\n".encode("latin-1"), "is not text in utf-8-sig"),
        ("a.csv", b"a,b\n1,2,3,4\n5,6,7\n", "cannot be read as comma-separated values"),
        ("a.csv.gz", gzip.compress(TEXT.encode() * 500)[:-30], "is truncated or damaged"),
        ("a.csv", b"a,b\n1,2\n3", "is cut short: its last line has 1 of 2 cells and begins '3'"),
        ("a.csv.gz", b"plain text", "is truncated or damaged"),
    ],
)
def test_what_cannot_be_read_is_said_in_one_line(tmp_path: Path, name: str, content: bytes, said: str) -> None:
    (tmp_path / name).write_bytes(content)
    with pytest.raises(InputError) as error:
        read_delimited(tmp_path / name)
    assert said in str(error.value)
    assert "\n" not in str(error.value)


def test_an_interrupt_while_reading_is_no_fault_of_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def read(*_: object, **__: object) -> None:
        raise pd.errors.ParserError("Error tokenizing data. C error: Calling read(nbytes) on source failed.")

    monkeypatch.setattr("bcf_eval.delimited.pd.read_csv", read)
    (tmp_path / "a.csv").write_text(TEXT, encoding="utf-8")
    with pytest.raises(KeyboardInterrupt):
        read_delimited(tmp_path / "a.csv")


def test_an_absent_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"a\.csv cannot be read: No such file"):
        read_delimited(tmp_path / "a.csv")


def test_the_mark_of_a_spreadsheet_program_is_no_part_of_the_heading(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfa,b\n1,2\n")
    assert list(read_delimited(tmp_path / "a.csv", encoding="latin-1").columns) == ["a", "b"]


def test_a_cell_may_hold_a_line_break_and_lines_may_follow_the_last(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes(b'a,b,c\r\n1,2,"two\r\nlines"\r\n\r\n')
    assert read_delimited(tmp_path / "a.csv")["c"].tolist() == ["two\r\nlines"]
