"""Measures of the outcomes framework become one row for each area, metric and year, whatever the year calls them."""

from __future__ import annotations

import csv
import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bcf_eval.catalogue.manifest import RawFile
from bcf_eval.clean.areas import list_boards
from bcf_eval.clean.returns.ascof import read_ascof
from bcf_eval.errors import InputError
from bcf_eval.kept import Reading

ENGLAND, HARTLEPOOL, SCILLY = "E92000001", "E06000001", "E06000053"
HEADINGS = [
    "Return Year",
    "Geographical Code",
    "Geographical Description",
    "Geographical Level",
    "ONS Area Code",
    "ASCOF Measure Code",
    "Disaggregation Level",
    "Measure Type",
    "Measure Value",
]
DOTTED = [heading.replace(" ", ".") for heading in HEADINGS]
Row = list[str]
Read = Callable[..., Reading]


def line(
    number: str,
    kind: str = "Outcome",
    *,
    code: str = "2A2",
    area: str = HARTLEPOOL,
    year: str = "2016-17",
    level: str = "Council",
    part: str = "Total",
) -> Row:
    return [year, "111", "A name", level, area, code, part, kind, number]


def three(numerator: str, denominator: str, value: str, **about: str) -> list[Row]:
    kinds = (("Numerator", numerator), ("Denominator", denominator), ("Outcome", value))
    return [line(number, kind, **about) for kind, number in kinds]


def file(period: str) -> RawFile:
    return RawFile("ascof/undated/a.csv", "ascof", "", 0, "", "", "undated", period, "", "", False)


@pytest.fixture
def read(tmp_path: Path) -> Read:
    def inner(rows: list[Row], *, period: str = "2016/17", headings: list[str] = DOTTED) -> Reading:
        path = tmp_path / "a.csv"
        with path.open("w", encoding="latin-1", newline="") as opened:
            csv.writer(opened).writerows([headings, *rows])
        return read_ascof(path, file(period))

    return inner


def of(reading: Reading, area: str = HARTLEPOOL) -> pd.DataFrame:
    return reading.rows[reading.rows["area_code"] == area].set_index(["metric", "period"])


def whole() -> list[Row]:
    """Every council of a year with 10 of 1,000."""
    areas = [*list_boards("2016-04"), SCILLY]
    rows = [one for code in areas for one in three("10", "1000", "1000", area=code)]
    return rows + three("1520", "152000", "1000", area=ENGLAND, level="England")


def test_one_row_holds_both_counts_and_the_value_as_published(read: Read) -> None:
    found = read(three("181", "17135", "1056.4"))
    row = of(found).loc[("residential", "2016/17")]
    assert row[["numerator", "denominator", "value", "flag"]].tolist() == [181, 17135, 1056.4, ""]
    assert row["source"] == "ascof/undated/a.csv"
    assert found.rows.columns.tolist() == [
        *("area_code", "metric", "period", "numerator", "denominator", "value", "flag", "source")
    ]


def test_codes_of_every_year_are_one_metric(read: Read) -> None:
    codes = [("2A(2)_1415", "2014-15"), ("2A(2)", "2015-16"), ("2A2", "2016-17"), ("2A2", "2018-19")]
    rows = [row for code, year in codes for row in three("10", "1000", "1000", code=code, year=year)]
    found = of(read(rows, period="2014/15 to 2018/19"))
    assert found.index.tolist() == [("residential", year) for year in ("2014/15", "2015/16", "2016/17", "2018/19")]
    assert (found["value"] == 1000).all()


@pytest.mark.parametrize(
    ("code", "year", "metric"),
    [
        ("2B(1)", "2015-16", "reablement"),
        ("2B1", "2017-18", "reablement"),
        ("2B(2)", "2014-15", "reablement_offered"),
        ("2B2", "2018-19", "reablement_offered"),
        ("2C(1)", "2014-15", "dtoc_ascof"),
        ("2C1", "2016-17", "dtoc_ascof"),
        ("2C(2)", "2014-15", "dtoc_ascof_social_care"),
        ("2C2", "2016-17", "dtoc_ascof_social_care"),
        ("1A", "2014-15", "quality_of_life"),
        ("1D", "2018-19", "carer_quality_of_life"),
        ("1H", "2017-18", "mental_health_housing"),
        ("1I1", "2014-15", "social_contact"),
        ("1I2", "2016-17", "carer_social_contact"),
        ("3D1", "2018-19", "information"),
        ("3D2", "2018-19", "carer_information"),
    ],
)
def test_measures_by_their_published_code(read: Read, code: str, year: str, metric: str) -> None:
    period = year.replace("-", "/")
    assert of(read(three("1", "2", "50", code=code, year=year), period=period)).index.tolist() == [(metric, period)]


def test_a_code_of_another_year_is_no_measure_of_ours(read: Read) -> None:
    rows = three("1", "2", "50", code="2A(2)_1415") + three("3", "4", "75")
    assert of(read(rows))["value"].tolist() == [75]


def test_case_and_spaces_of_words_do_not_count(read: Read) -> None:
    rows = [line("7", "OUTCOME ", part="total"), line("1", "numerator"), line(" 10 ", "Denominator", level="COUNCIL")]
    rows += [line("9", "Margin of Error"), line("9", "Margin Of Error")]
    row = of(read(rows)).loc[("residential", "2016/17")]
    assert row[["numerator", "denominator", "value"]].tolist() == [1, 10, 7]


@pytest.mark.parametrize("headings", [HEADINGS, [heading.upper() for heading in DOTTED]])
def test_headings_with_spaces_or_dots(read: Read, headings: list[str]) -> None:
    assert of(read(three("1", "2", "50"), headings=headings))["value"].tolist() == [50]


def test_what_is_left_out_is_counted(read: Read) -> None:
    rows = whole() + three("1", "2", "50", area="E12000001", level="Region")
    rows += [line("1", area="", level="Council type"), line("2", area="0", level="Council Type")]
    rows += [line("1", code="2A2F", part="Female"), line("1", code="1J"), line("1", code="4A"), line("1", "Base")]
    found = read(rows)
    assert found.messages[0] == (
        "ascof/undated/a.csv: rows left out: 2 about 2 measures that are not in catalogue/ascof_measures.csv; "
        "1 about parts of the people (ages, sexes); 5 about regions and types of council; 1 of other types (base)."
    )
    assert len(found.rows) == 153


def test_a_metric_that_is_gone_for_a_year_is_said(read: Read) -> None:
    rows = [*three("1", "2", "50"), *three("1", "2", "0.5", code="1D", year="2018-19")]
    messages = read(rows, period="2016/17 to 2018/19").messages
    assert "ascof/undated/a.csv: there is no 'carer_quality_of_life' for 2016/17." in messages
    assert "ascof/undated/a.csv: there is no 'residential' for 2018/19." in messages
    assert "ascof/undated/a.csv: there is no 'reablement' for 2016/17, 2018/19." in messages


def test_a_whole_return_has_nothing_missing(read: Read) -> None:
    found = read(whole())
    assert not [message for message in found.messages if "no rows" in message]
    assert found.rows["area_code"].nunique() == len(found.rows) == 153
    assert set(found.rows["flag"]) == {""}


def test_a_missing_council_is_a_row_without_a_number_and_said(read: Read) -> None:
    found = read([row for row in whole() if row[4] != "E10000006"])
    row = of(found, "E10000006").loc[("residential", "2016/17")]
    assert row[["numerator", "denominator", "value"]].isna().all()
    assert (row["flag"], row["source"]) == ("not_available", "ascof/undated/a.csv")
    assert "ascof/undated/a.csv: 'residential' has no rows for Cumbria (E10000006) in 2016/17." in found.messages


def test_missing_numbers_say_why(read: Read) -> None:
    cells = {
        "residential": ("9", "129100", ""),
        "reablement": ("", " ", ""),
        "information": (":", ":", ":"),
        "quality_of_life": ("12", "c", "1.5"),
        "mental_health_housing": ("", "", "59.7"),
        "social_contact": ("[c]", "[x]", "[x]"),
    }
    codes = dict(zip(cells, ("2A2", "2B1", "3D1", "1A", "1H", "1I1"), strict=True))
    rows = [row for metric, three_cells in cells.items() for row in three(*three_cells, code=codes[metric])]
    found = of(read(rows)).droplevel("period")
    assert found["flag"].to_dict() == {
        "residential": "not_available",
        "reablement": "not_available",
        "information": "suppressed",
        "quality_of_life": "counts_suppressed",
        "mental_health_housing": "counts_not_available",
        "social_contact": "not_available",
    }
    assert found.loc["residential", "denominator"] == 129100
    assert found["value"].dropna().to_dict() == {"quality_of_life": 1.5, "mental_health_housing": 59.7}


def test_counts_that_are_not_there_at_all(read: Read) -> None:
    row = of(read([line("58.6", code="1H")])).loc[("mental_health_housing", "2016/17")]
    assert (row["value"], row["flag"]) == (58.6, "counts_not_available")


@pytest.mark.parametrize("mark", ["n/a", "~", "-5", "1,234", "nan", "inf", "-"])
def test_a_mark_that_the_catalogue_does_not_know_stops(read: Read, mark: str) -> None:
    with pytest.raises(InputError) as error:
        read([*three("1", "2", "50"), line(mark, code="1A")])
    assert f"ascof/undated/a.csv, line 5: the cell holds '{mark}'" in str(error.value)
    assert "add it to catalogue/marks.csv for 'ascof'" in str(error.value)


def test_the_same_number_twice_stops(read: Read) -> None:
    with pytest.raises(InputError) as error:
        read([*three("1", "2", "50"), line("50")])
    assert str(error.value) == (
        "ascof/undated/a.csv, lines 4 and 5: the value of 'residential' for Hartlepool (E06000001) in 2016/17 stands "
        "twice; expected once."
    )


@pytest.mark.parametrize(
    ("code", "level"), [("E06999999", "Council"), ("", "Council"), (ENGLAND, "Council"), (HARTLEPOOL, "England")]
)
def test_an_area_that_is_not_known_stops(read: Read, code: str, level: str) -> None:
    with pytest.raises(InputError) as error:
        read([*three("1", "2", "50"), line("50", area=code, level=level)])
    assert f"line 5: the ONS code of a row of level '{level}' is '{code}', which is no known area" in str(error.value)


def test_an_unknown_level_stops(read: Read) -> None:
    with pytest.raises(InputError, match="line 2: the level is 'parish'; expected Council, England, Region or"):
        read([line("1", level="Parish")])


def test_a_renamed_heading_says_which_row_to_add(read: Read) -> None:
    with pytest.raises(InputError) as error:
        read(three("1", "2", "50"), headings=["Reporting.Year", *DOTTED[1:]])
    assert "a.csv has no column 'Return Year'; its columns are Reporting.Year, Geographical.Code" in str(error.value)
    assert "add the row 'measures,LAYOUT,csv,year,text,HEADING,1,' to catalogue/layouts/ascof.csv" in str(error.value)


def test_a_heading_twice_stops(read: Read) -> None:
    with pytest.raises(InputError, match=r"a\.csv has 2 columns 'Return Year': Return\.Year, Return Year"):
        read([[*row, "x"] for row in three("1", "2", "50")], headings=[*DOTTED, "Return Year"])


def test_other_years_than_the_manifest_states_stop(read: Read) -> None:
    with pytest.raises(InputError, match="its rows are about 2016/17, but the manifest says 2017/18"):
        read(three("1", "2", "50"), period="2017/18")


def test_a_year_that_is_none_stops(read: Read) -> None:
    with pytest.raises(InputError, match="'2016/18' is not a financial year"):
        read(three("1", "2", "50", year="2016-18"))


@pytest.mark.parametrize("kind", ["Numerator", "Result"])
def test_a_return_without_values_stops(read: Read, kind: str) -> None:
    with pytest.raises(InputError, match="no row of a known measure for England or a council with the type 'Outcome'"):
        read([line("1", kind)])


def test_a_heading_alone_stops(read: Read) -> None:
    with pytest.raises(InputError, match="has a heading but no rows"):
        read([])


def test_a_compressed_return_and_a_truncated_one(tmp_path: Path) -> None:
    text = "\n".join(",".join(row) for row in [DOTTED, *whole()])
    content = gzip.compress(text.encode("latin-1"))
    path = tmp_path / "a.csv.gz"
    path.write_bytes(content)
    assert len(read_ascof(path, file("2016/17")).rows) == 153
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(InputError, match=r"a\.csv is truncated or damaged: it cannot be decompressed"):
        read_ascof(path, file("2016/17"))


def test_another_encoding_is_refused_not_misread(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("\n".join(",".join(row) for row in [DOTTED, *three("1", "2", "50")]), encoding="utf-16")
    with pytest.raises(InputError) as error:
        read_ascof(path, file("2016/17"))
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(("counts", "said"), [(("9", "10", "190"), "is 190"), (("11", "10", "90"), "11 of 10")])
def test_more_than_all_is_refused(read: Read, counts: tuple[str, str, str], said: str) -> None:
    with pytest.raises(InputError, match=said) as error:
        read(three(*counts, code="2B1"))
    assert "'reablement' of Hartlepool (E06000001) in 2016/17" in str(error.value)
