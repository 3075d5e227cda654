"""Raw files become the tables of a project, whole or not at all."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bcf_eval import observations
from bcf_eval.acquire.fetch import fetch_folder
from bcf_eval.clean import build as module
from bcf_eval.clean.build import build
from bcf_eval.errors import InputError, ProjectError, RequestError
from bcf_eval.store import Project, write_json


@pytest.fixture
def fetched(project: Project, returns: Path) -> Project:
    fetch_folder(project, returns)
    return project


def add_month(project: Project, make, month: str, **how: object) -> None:
    make.write(project.raw / "dtoc" / f"{month}.xlsx", make.dtoc(month, **how))


def test_a_build_makes_observations(fetched: Project) -> None:
    report = build(fetched)
    frame = fetched.read_table("observations")
    assert list(frame.columns) == observations.COLUMNS
    assert len(frame) == report.rows["observations"] == 152 * 4 * 3
    assert (report.first_period, report.last_period, report.n_files) == ("2016-01", "2016-03", 6)
    assert not report.demonstration
    one = frame.set_index(observations.KEY).loc[("E06000001", "dtoc_days", "2016-02")]
    # 11 + 5 + 1 days; 73 ages of 10 people in mid-2015 and of 11 in mid-2016, 230 of 366 days on.
    people = 73 * (10 + 230 / 366)
    assert one["numerator"] == 17
    assert one["denominator"] == pytest.approx(people)
    assert one["value"] == pytest.approx(17 / people / 29 * 100_000)
    assert (one["flag"], one["source"]) == ("", "dtoc/2017-05-11/file_1.xlsx")


def test_england_is_a_row_like_the_others(fetched: Project) -> None:
    build(fetched)
    frame = observations.matrix(fetched.read_table("observations"), "dtoc_days", column="numerator")
    others = fetched.read_table("unallocated").query("metric == 'dtoc_days'").groupby("period")["numerator"].sum()
    boards = frame.drop(columns="E92000001").sum(axis=1)
    assert (frame["E92000001"] == boards + others).all()
    people = observations.matrix(fetched.read_table("observations"), "dtoc_days", column="denominator")
    # The hand-made country is its 151 boards and the Isles of Scilly.
    assert people["E92000001"].to_numpy() == pytest.approx(people["E06000001"].to_numpy() * 152)


def test_those_that_are_no_authority_are_kept_apart(fetched: Project) -> None:
    report = build(fetched)
    frame = fetched.read_table("unallocated")
    assert list(frame.columns) == ["period", "code", "label", "metric", "numerator", "source"]
    assert len(frame) == report.rows["unallocated"] == 3 * 4 * 3
    days = frame[frame["metric"] == "dtoc_days"].groupby("label")["numerator"].sum().to_dict()
    assert days == {"Resident in Wales": 0, "Resident in Scotland": 15, "Resident outside Great Britain": 3}


def test_the_record_says_what_it_was_made_from(fetched: Project) -> None:
    report = build(fetched)
    record = json.loads((fetched.clean / "build.json").read_text(encoding="utf-8"))
    assert record["build_id"] == report.build_id
    assert record["rows"] == {
        "observations": 152 * 4 * 3,
        "refused": 0,
        "left_out": 0,
        "boundary_breaks": 0,
        "unallocated": 36,
        "people": 152 * 3 * 3,
        "corrections": 0,
        "revisions": 0,
        "ambitions": 0,
    }
    assert (record["first_period"], record["last_period"], record["demonstration"]) == ("2016-01", "2016-03", False)
    assert [one["path"] for one in record["inputs"]] == [entry["path"] for entry in fetched.read_manifest()]
    assert set(record["inputs"][0]) == {"path", "sha256", "vintage", "period"}
    assert record["messages"] == list(report.messages)
    said = "1 rows about regions, districts or other countries were left out."
    assert any(line.startswith("population/") and said in line for line in record["messages"])


def test_the_same_inputs_make_the_same_build(fetched: Project, make) -> None:
    first = build(fetched)
    table = (fetched.clean / "observations.parquet").read_bytes()
    assert build(fetched) == first
    assert (fetched.clean / "observations.parquet").read_bytes() == table
    add_month(fetched, make, "2016-04")
    assert build(fetched).build_id != first.build_id


def test_the_catalogue_is_part_of_the_build(fetched: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = build(fetched)
    (tmp_path / "other.csv").write_text("a\n", encoding="utf-8")
    monkeypatch.setattr(module.load, "FOLDER", tmp_path)
    assert build(fetched).build_id != first.build_id


def test_the_later_vintage_is_used(fetched: Project, make) -> None:
    add_month(fetched, make, "2016-02", revised="8th June 2017", add=100)
    report = build(fetched)
    frame = fetched.read_table("observations").set_index(observations.KEY)
    assert frame.loc[("E06000001", "dtoc_days", "2016-02"), "numerator"] == 116
    assert "dtoc, February 2016: vintage 2017-06-08 is used, not 2017-05-11." in report.messages


@pytest.mark.parametrize(
    "damage",
    [{"messages": 5}, {"inputs": None}, {"rows": {}}, {"tables": {}}, {"first_period": None}, {"demonstration": "no"}],
)
def test_a_record_that_was_damaged_is_made_again(fetched: Project, damage: dict[str, object]) -> None:
    build(fetched)
    whole = fetched.read_record("build")
    write_json(fetched.clean / "build.json", whole | damage)
    assert not build(fetched).unchanged
    assert fetched.read_record("build") == whole
    assert build(fetched).unchanged


def test_boundaries_that_are_not_offered_are_told_before_anything_is_read(project: Project) -> None:
    with pytest.raises(RequestError, match="no boundaries of 2020; expected one of 2018, 2019, 2023"):
        build(project, geography=2020)


def test_an_earlier_edition_that_comes_later_is_compared_too(fetched: Project, make) -> None:
    first = build(fetched)
    add_month(fetched, make, "2016-02", revised="8th March 2016", add=100)
    again = build(fetched)
    assert again.build_id != first.build_id
    assert "dtoc, February 2016: vintage 2017-05-11 is used, not 2016-03-08." in again.messages
    assert set(fetched.read_table("revisions")["vintage_old"]) == {"2016-03-08"}


def test_a_missing_month_stops_unless_gaps_are_allowed(project: Project, returns: Path) -> None:
    (returns / "dtoc" / "file_1.xlsx").unlink()
    fetch_folder(project, returns)
    with pytest.raises(
        InputError, match=r"Months are missing between others in 'dtoc': February 2016; .* --allow-gaps"
    ):
        build(project)
    assert list(project.clean.glob("*.*")) == []
    report = build(project, allow_gaps=True)
    assert "Gaps let through: February 2016." in report.messages
    frame = project.read_table("observations")
    gap = frame[frame["period"] == "2016-02"]
    assert len(gap) == 152 * 4
    assert gap["numerator"].isna().all()
    assert gap["value"].isna().all()
    assert gap["denominator"].notna().all()
    assert set(gap["flag"]) == {"gap"}
    assert set(gap["source"]) == {"dtoc/not returned"}


def test_dashes_and_extensions_are_flagged(fetched: Project, make) -> None:
    sheets = make.dtoc("2016-04")
    for rows in sheets.values():
        last = rows[11]
        rows[9][5:] = [a - b for a, b in zip(rows[9][5:], last[5:], strict=True)]
        last[5:] = [*["-"] * (len(last) - 6), 0]
    make.write(fetched.raw / "dtoc" / "april.xlsx", sheets)
    build(fetched)
    flags = fetched.read_table("observations").set_index(observations.KEY)["flag"]
    assert flags["E06000001", "dtoc_days_nhs", "2016-04"] == "dash"
    assert flags["E06000001", "dtoc_days", "2016-04"] == ""


def test_a_failure_leaves_what_was_good(fetched: Project, make) -> None:
    build(fetched)
    before = {path.name: path.read_bytes() for path in fetched.clean.glob("*.*")}
    sheets = make.dtoc("2016-04")
    sheets["LA - by reason"][9][5] += 1
    sheets["LA - by reason"][9][-1] += 1
    make.write(fetched.raw / "dtoc" / "april.xlsx", sheets)
    with pytest.raises(InputError, match=r"april\.xlsx, sheet 'LA - by reason', column .* the England row prints"):
        build(fetched)
    assert {path.name: path.read_bytes() for path in fetched.clean.glob("*.*")} == before


@pytest.mark.parametrize(
    ("key", "error", "said"),
    [
        ("dtoc", ProjectError, "There are none of the returns 'dtoc', 'mar', 'ascof' in"),
        ("population", InputError, "There are no 'population' estimates among the raw files"),
    ],
)
def test_both_returns_are_needed(
    project: Project, returns: Path, tmp_path: Path, key: str, error: type[Exception], said: str
) -> None:
    (returns / key).rename(tmp_path / "away")
    fetch_folder(project, returns)
    with pytest.raises(error, match=said):
        build(project)
    assert list(project.clean.glob("*.*")) == []


def test_demonstration_returns_make_a_demonstration(project: Project, returns: Path, make) -> None:
    for number, month in enumerate(("2016-01", "2016-02", "2016-03")):
        make.write(returns / "dtoc" / f"file_{number}.xlsx", make.dtoc(month, source="DEMONSTRATION"))
    for year in (2015, 2016):
        sheets = make.estimates(year)
        sheets["MYE2 - All"][1] = ["DEMONSTRATION"]
        make.write(returns / "population" / f"estimates_{year}.xlsx", sheets)
    (returns / "population" / "MYEB3_series.csv").unlink()
    fetch_folder(project, returns)
    assert build(project).demonstration
    assert project.read_record("build")["demonstration"] is True


def test_a_wrong_sheet_is_named_with_its_vintage(fetched: Project, make) -> None:
    sheets = make.dtoc("2016-02", revised="8th June 2017")
    sheets["LA - by reason"][11][5] = "about 12"
    make.write(fetched.raw / "dtoc" / "2017-06-08" / "file_1.xlsx", sheets)
    with pytest.raises(InputError, match=r"^dtoc/2017-06-08/file_1\.xlsx, sheet 'LA - by reason', row 12 \(Hartlepool"):
        build(fetched)


def test_a_missing_mid_year_is_said(project: Project, returns: Path) -> None:
    (returns / "population" / "estimates_2015.xlsx").unlink()
    fetch_folder(project, returns)
    assert any("the first estimates are of mid-2016; the months before" in one for one in build(project).messages)
    assert project.read_table("observations")["flag"].eq("extended").mean() > 0.9


def test_progress_is_told(fetched: Project) -> None:
    told: list[tuple[str, int, int]] = []
    build(fetched, progress=lambda what, done, total: told.append((what, done, total)))
    assert [done for _, done, _ in told] == list(range(7))
    assert {total for *_, total in told} == {6}
    assert told[-1][0] == "assembling"


def test_later_months_are_on_the_boundaries_of_their_time(project: Project, tmp_path: Path, make) -> None:
    given = tmp_path / "given"
    for month in ("2019-03", "2019-04"):
        make.write(given / "dtoc" / f"{month}.xlsx", make.dtoc(month))
    for year, boundary in ((2017, "2017-06"), (2018, "2019-04"), (2019, "2020-04")):
        make.write(given / "population" / f"{year}.xlsx", make.estimates(year, boundary=boundary))
    fetch_folder(project, given)
    build(project)
    frame = project.read_table("observations").query("metric == 'dtoc_days'").set_index(["area_code", "period"])
    merged = {"E06000028", "E06000029", "E10000009"}
    before, after = (set(frame.xs(month, level="period").index) for month in ("2019-03", "2019-04"))
    assert (before - after, after - before) == (merged, {"E06000058", "E06000059"})
    # Three areas of equal size in 2017 share what their two successors have; these have their own.
    days = 258 / 365  # from 30 June 2018 to 15 March 2019
    assert frame.loc[("E06000028", "2019-03"), "denominator"] == pytest.approx(73 * (13 + days) * 2 / 3)
    assert frame.loc[("E06000028", "2019-03"), "flag"] == "extended"
    assert frame.loc[("E06000058", "2019-04"), "denominator"] == pytest.approx(73 * (13 + 289 / 365))
    assert frame.loc[("E06000058", "2019-04"), "flag"] == ""
    assert frame.loc[("E10000002", "2019-04"), "flag"] == ""
