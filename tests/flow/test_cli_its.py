"""``bcf-eval its`` as a researcher runs it: what it prints, where it writes, and how it fails."""

from __future__ import annotations

import json
from io import StringIO
from pathlib import Path

import pandas as pd
import pytest

from .running import Run, is_one_line_error

pytestmark = pytest.mark.flow


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Forty-eight months that step from 10 to 14, with a little noise that is not random."""
    months = [f"{2011 + (3 + i) // 12}-{(3 + i) % 12 + 1:02d}" for i in range(48)]
    values = [10 + 4 * (i >= 24) + 0.3 * ((i * 7) % 5) for i in range(48)]
    path = tmp_path / "series.csv"
    pd.DataFrame({"month": months, "rate": values}).to_csv(path, index=False)
    return path


def test_its_prints_a_tidy_table_and_words_apart(run: Run, table: Path) -> None:
    done = run("its", table, "--period", "month", "--value", "rate", "--at", "2013-04")
    assert done.code == 0
    frame = pd.read_csv(StringIO(done.out))
    expected = "series,term,estimate,std_error,df,lower,upper,p_value,rho,method,reason"
    assert done.out.splitlines()[0] == expected
    assert frame["term"].tolist() == ["intercept", "trend", "level_change", "slope_change"]
    assert frame["series"].unique().tolist() == ["all"]
    assert frame.set_index("term").loc["level_change", "estimate"] == pytest.approx(4, abs=0.5)
    assert done.err.startswith("Model: ")


def test_its_writes_where_it_is_told(run: Run, table: Path, tmp_path: Path) -> None:
    target = tmp_path / "out" / "terms.csv"
    done = run("its", table, "--period", "month", "--value", "rate", "--at", "2013-04", "--out", target)
    assert done.code == 0
    assert done.out == ""
    assert len(pd.read_csv(target)) == 4


def test_its_as_json(run: Run, table: Path) -> None:
    words = ("--period", "month", "--value", "rate", "--at", "2012-10", "--at", "2013-10", "--json")
    answer = json.loads(run("its", table, *words).out)
    assert [row["term"] for row in answer["terms"]][2:] == [
        "level_change_1", "slope_change_1", "level_change_2", "slope_change_2"
    ]  # fmt: skip
    assert answer["interventions"] == ["2012-10", "2013-10"]


@pytest.fixture
def counts(tmp_path: Path) -> Path:
    """Two places of forty-eight months: counts with their people, falling by a third in one of them."""
    months = [f"{2011 + (3 + i) // 12}-{(3 + i) % 12 + 1:02d}" for i in range(48)]
    rows = [
        (place, month, 300 - (i * (37 if fell else 11)) % 50 - 100 * (fell and i >= 24), 1000 + i)
        for place, fell in (("here", True), ("there", False))
        for i, month in enumerate(months)
    ]
    path = tmp_path / "counts.csv"
    pd.DataFrame(rows, columns=["place", "month", "events", "people"]).to_csv(path, index=False)
    return path


ITS = ("--period", "month", "--value", "events", "--by", "place", "--at", "2013-04")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--method", "ar2"), "fitted by AR(2) regression by REML"),
        (("--method", "arma11"), "fitted by ARMA(1,1) regression by REML"),
        (("--method", "ols", "--season", "0"), "no season"),
        (("--method", "newey-west", "--lag", "3"), "Newey-West errors, lag 3"),
        (("--method", "prais-winsten"), "iterated Prais-Winsten"),
        (("--method", "arima", "--order", "1,0,0", "--season", "0"), "ARIMA errors of order (1, 0, 0)"),
        (
            ("--method", "arima", "--order", "0,0,0", "--seasonal-order", "1,0,0"),
            "of order (0, 0, 0), seasonal order (1, 0, 0)",
        ),
        (("--method", "quasi-poisson", "--offset", "people"), "with the log of people as offset"),
        (("--method", "negative-binomial", "--lag", "2"), "robust to autocorrelation up to lag 2"),
        (("--method", "bootstrap", "--draws", "199", "--seed", "3"), "199 draws, seed 3"),
        (("--lag", "2"), "the effect begins 2 months after, at June 2013"),
        (("--delay", "2"), "the effect begins 2 months after, at June 2013"),
        (("--phase-in", "3"), "the 3 months before July 2013 are left out"),
        (("--phase-in", "3", "--phase-in-as", "ramp"), "over the 3 months before July 2013 the level changes"),
        (("--pulse", "4"), "a level that differs for 4 months and then returns"),
        (("--change", "level"), "a change of level alone at April 2013"),
        (("--break", "2012-01", "--break", "2014-06"), "a nuisance step at January 2012 and June 2014"),
        (("--control", "there"), "fitted together with there"),
        (("--control", "there", "--control-as", "difference"), "of the difference from there"),
        (("--weights", "people"), "each value counts in proportion to people"),
        (("--level", "0.9"), "(90% interval"),
    ],
)
def test_its_takes_every_option_and_says_what_it_understood(
    run: Run, counts: Path, words: tuple[str, ...], said: str
) -> None:
    done = run("its", counts, *ITS, *words)
    assert done.code == 0, done.err
    assert said in done.err
    assert done.err.startswith("Model: ")
    frame = pd.read_csv(StringIO(done.out))
    assert ("rate_ratio" in frame.columns) == ("quasi-poisson" in words or "negative-binomial" in words)
    assert frame.loc[frame["term"].str.contains("level_change|pulse"), "estimate"].notna().all()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--lag", "2", "--delay", "3"), "give one of them"),
        (("--order", "1,0,0"), "order goes with the method arima alone"),
        (("--control", "their"), "Did you mean 'there'"),
        (("--weights", "people", "--method", "ols"), "weights goes with the method reml alone"),
        (("--pulse", "2", "--phase-in", "2"), "A pulse has no phase-in"),
        (("--break", "2031-04"), "Nothing can be said of '2031-04'"),
        (("--phase-in", "40"), "phase-in of 40 periods reaches beyond the data: there are 23 periods after"),
    ],
)
def test_options_that_do_not_go_together_are_one_line(
    run: Run, counts: Path, words: tuple[str, ...], message: str
) -> None:
    done = run("its", counts, *ITS, *words)
    assert is_one_line_error(done), done.err
    assert message in done.err


def test_its_says_what_is_left_over(run: Run, table: Path) -> None:
    done = run("its", table, "--period", "month", "--value", "rate", "--at", "2013-04", "--json")
    assert "24 points before and 24 after." in done.err
    (row,) = json.loads(done.out)["diagnostics"]
    assert (row["n_before"], row["n_after"]) == (24, 24)
    assert {check["name"] for check in json.loads(done.out)["checks"]} >= {"points", "autocorrelation", "left over"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "There is no file"),
        (b"", "is empty"),
        (b"\xff\xfe\x00m\x00", "is not UTF-8 text"),
        (b'month,rate\n"2011-04,1\n', "cannot be read as CSV"),
        (b"month,rate\n2011-04,1\n2011-05,2,3\n", "cannot be read as CSV"),
        (b"month,rate\n", "has no rows"),
        (b"month,rate\n2011-04,one\n", "row 1: 'one' is not a finite number"),
    ],
)
def test_an_unreadable_table_is_one_line(run: Run, tmp_path: Path, content: bytes | None, message: str) -> None:
    path = tmp_path / "table.csv"
    if content is not None:
        path.write_bytes(content)
    done = run("its", path, "--period", "month", "--value", "rate", "--at", "2013-04", "--out", tmp_path / "out.csv")
    assert is_one_line_error(done), done.err
    assert message in done.err
    assert not (tmp_path / "out.csv").exists()


def test_an_unknown_method_is_a_usage_error(run: Run, table: Path) -> None:
    done = run("its", table, "--period", "month", "--value", "rate", "--at", "2013-04", "--method", "glm")
    assert done.code == 2
    assert "prais-winsten" in done.err
