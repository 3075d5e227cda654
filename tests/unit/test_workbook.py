"""Any published file is opened, or refused in one line that says why."""

from __future__ import annotations

import struct
import zipfile
from datetime import date, datetime
from pathlib import Path

import pytest

from bcf_eval.errors import InputError, RequestError
from bcf_eval.workbook import fold, list_texts, open_workbook, parse_date, read_metadata

FREE, END, FAT = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD


def make_ole(streams: dict[str, bytes]) -> bytes:
    """The container of the old formats: one sector that lists the others, one directory, then the streams."""
    chain, body, entries = [FAT, END], b"", [("Root Entry", 5, END, 0)]
    for name, content in streams.items():
        n_sectors = -(-max(len(content), 4096) // 512)
        entries.append((name, 2, len(chain), n_sectors * 512))
        chain += [len(chain) + place + 1 for place in range(n_sectors - 1)] + [END]
        body += content.ljust(n_sectors * 512, b"\0")
    directory = b""
    for place, (name, kind, start, size) in enumerate(entries):
        right = place + 1 if kind == 2 and place + 1 < len(entries) else FREE
        child = 1 if kind == 5 else FREE
        label = name.encode("utf-16-le") + b"\0\0"
        directory += label.ljust(64, b"\0")
        directory += struct.pack("<HBB3I16xI16xIQ", len(label), kind, 1, FREE, right, child, 0, start, size)
    head = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(16) + struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    head += struct.pack("<9I", 0, 1, 1, 0, 4096, END, 0, END, 0) + struct.pack("<109I", 0, *[FREE] * 108)
    return head + struct.pack("<128I", *chain, *[FREE] * (128 - len(chain))) + directory.ljust(512, b"\0") + body


def test_a_workbook_gives_rows_from_its_first_cell(make, tmp_path: Path) -> None:
    path = make.write(tmp_path / "a.xlsx", {"First": [[], ["", "x", 1.5, "-"]], "Second": [["y"]]})
    book = open_workbook(path)
    assert (book.name, book.sheet_names) == ("a.xlsx", ("First", "Second"))
    assert book.read("First") == [["", "", "", ""], ["", "x", 1.5, "-"]]


def test_the_bytes_say_the_format_not_the_name(make, tmp_path: Path) -> None:
    path = make.write(tmp_path / "a.xlsx", {"First": [["x"]]})
    assert open_workbook(path.rename(tmp_path / "a.xls")).read("First") == [["x"]]


def test_comma_separated_values_are_one_sheet(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text('code,name\n1,"Bristol, City of"\n2\n', encoding="utf-8-sig")
    book = open_workbook(tmp_path / "a.csv")
    assert book.sheet_names == ("csv",)
    assert book.read("csv") == [["code", "name"], ["1", "Bristol, City of"], ["2", ""]]


@pytest.mark.parametrize("content", [b"name\nC\xf4te\n", b'name\n"open'])
def test_an_unreadable_csv_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.csv").write_bytes(content)
    with pytest.raises(InputError, match=r"a\.csv cannot be read as comma-separated values in UTF-8"):
        open_workbook(tmp_path / "a.csv")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_truncated_new_workbook_is_refused(make, tmp_path: Path, share: float) -> None:
    path = make.write(tmp_path / "a.xlsx", make.dtoc())
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(InputError, match=r"a\.xlsx is truncated: its end is missing .*; fetch it again"):
        open_workbook(path)


@pytest.mark.parametrize("kept", [100, 600, 1600, 3000, 5000, 6400])
def test_a_truncated_old_workbook_is_refused(tmp_path: Path, kept: int) -> None:
    (tmp_path / "a.xls").write_bytes(make_ole({"Workbook": bytes(5000)})[:kept])
    with pytest.raises(InputError, match=r"a\.xls is truncated"):
        open_workbook(tmp_path / "a.xls")


def test_a_whole_old_container_is_not_called_truncated(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(make_ole({"Workbook": bytes(5000)}))
    assert open_workbook(tmp_path / "a.xls").sheet_names == ()


def test_a_workbook_under_a_password_is_refused(tmp_path: Path) -> None:
    begin = struct.pack("<HHHHHHII", 0x809, 16, 0x600, 5, 0, 0, 0, 0)
    (tmp_path / "old.xls").write_bytes(make_ole({"Workbook": begin + struct.pack("<HH", 0x2F, 6) + bytes(6)}))
    (tmp_path / "new.xlsx").write_bytes(make_ole({"EncryptedPackage": b"x" * 5000, "EncryptionInfo": b"y"}))
    with zipfile.ZipFile(tmp_path / "open.ods", "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("META-INF/manifest.xml", "<manifest:encryption-data/>" * 50)
    for name in ("old.xls", "new.xlsx", "open.ods"):
        with pytest.raises(InputError, match=rf"{name} is protected by a password"):
            open_workbook(tmp_path / name)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is not a workbook: it is empty"),
        (
            b"<html>404 not found</html>",
            r"is not a workbook: it begins with b'<html>404 no'; expected xls, xlsx or ods",
        ),
    ],
)
def test_what_is_no_workbook_is_refused(tmp_path: Path, content: bytes, said: str) -> None:
    (tmp_path / "a.xls").write_bytes(content)
    with pytest.raises(InputError, match=said):
        open_workbook(tmp_path / "a.xls")


def test_a_zip_that_holds_no_workbook_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w") as file:
        file.writestr("readme.txt", "hello")
    with pytest.raises(InputError, match=r"a\.xlsx cannot be read as a workbook: it is damaged"):
        open_workbook(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Social Care", " social  care"),
        ("MYE2 - All", "MYE2-All"),
        ("90", 90.0),
        ("TOTAL", "Total"),
        ("a\u00a0b", "A B"),
    ],
)
def test_spellings_that_differ_in_case_or_spaces_are_one(one: object, other: object) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("30th March 2017", date(2017, 3, 30)),
        ("22nd November 2012", date(2012, 11, 22)),
        ("6 October 2016.", date(2016, 10, 6)),
        (" 24th  June 2020 ", date(2020, 6, 24)),
        ("2017-03-30", date(2017, 3, 30)),
    ],
)
def test_dates_are_read_as_publishers_write_them(text: str, meant: date) -> None:
    assert parse_date(text) == meant


@pytest.mark.parametrize("text", ["", "March 2017", "31st February 2017", "30/03/2017", "soon"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(RequestError, match=r"is not a date; expected one such as '30th March 2017'"):
        parse_date(text)


BLOCK = [
    ["", ""],
    ["", "Title:", "Delayed  Transfers", "", ""],
    ["", "Period:", "October 2016", "", ""],
    ["", "Published:", "8th December 2016", "", ""],
    ["", "Revised:", "11th May 2017", "", ""],
    ["", "Contact:", "someone", "", ""],
]


def test_the_block_above_a_table_is_read() -> None:
    found = read_metadata(BLOCK, where="a file")
    assert (found.title, found.period, found.source) == ("Delayed Transfers", "October 2016", "")
    assert (found.published, found.revised, found.vintage) == ("8th December 2016", "11th May 2017", date(2017, 5, 11))


@pytest.mark.parametrize("blank", ["", "-"])
def test_published_counts_where_revised_is_blank(blank: str) -> None:
    rows = [*BLOCK[:4], ["", "Revised:", blank], BLOCK[5]]
    assert read_metadata(rows, where="a file").vintage == date(2016, 12, 8)
    assert read_metadata([["", "Revised:", blank]], where="a file").vintage is None


def test_a_cell_that_is_a_date_counts_as_one() -> None:
    assert read_metadata([["Revised", datetime(2017, 5, 11)]], where="a file").vintage == date(2017, 5, 11)


def test_a_revised_row_that_is_no_date_is_refused() -> None:
    with pytest.raises(InputError, match="a file: 'next week' is not a date"):
        read_metadata([["", "Revised:", "next week"]], where="a file")


def test_texts_are_listed_row_by_row() -> None:
    assert list_texts([["a", 1.0, ""], ["b", "c"]]) == ["a", "b", "c"]


def test_a_date_of_another_age_is_refused() -> None:
    with pytest.raises(RequestError, match="'6 October 0216' is not a date"):
        parse_date("6 October 0216")
