"""What the check finds: totals, comparisons and arrivals made by hand, and the whole of a small project."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from bcf_eval.errors import ProjectError
from bcf_eval.evaluate.quality.arrivals import tabulate_arrivals
from bcf_eval.evaluate.quality.quality import TABLES, check_quality
from bcf_eval.evaluate.quality.totals import mark_comparisons, tabulate_totals
from bcf_eval.periods import month_range
from bcf_eval.store import Project

Observe = Callable[..., pd.DataFrame]
Put = Callable[..., pd.DataFrame]
ENGLAND, SOUTHEND, LEEDS = "E92000001", "E06000033", "E08000035"
MONTHS = month_range("2014-04", "2016-03")


def unallocated(number: float) -> pd.DataFrame:
    return pd.DataFrame({"period": MONTHS[:3], "metric": "dtoc_days", "numerator": number})


def test_areas_and_others_must_sum_to_england(observe: Observe, put: Put) -> None:
    england = put(observe(ENGLAND, "dtoc_days", MONTHS[:3], 23.0), MONTHS[1], numerator=23.00001)
    leeds = put(observe(LEEDS, "dtoc_days", MONTHS[:3]), MONTHS[2], numerator=np.nan, value=np.nan, flag="suppressed")
    rows = pd.concat([england, leeds, observe(SOUTHEND, "dtoc_days", MONTHS[:3])])
    found = tabulate_totals(rows, unallocated(3.0))
    assert found["verdict"].tolist() == ["held", "apart", "not tested"]
    assert found["n_missing"].tolist() == [0, 0, 1]
    assert found.loc[0, ["areas", "others", "england", "difference"]].tolist() == [20.0, 3.0, 23.0, 0.0]
    assert found["difference"].iloc[1] == pytest.approx(-0.00001)


def test_a_period_without_areas_or_england_is_not_tested(observe: Observe) -> None:
    rows = pd.concat([observe(ENGLAND, "nea", MONTHS[:1]), observe(LEEDS, "nea", MONTHS[1:2])])
    assert tabulate_totals(rows, unallocated(0.0))["verdict"].tolist() == ["not tested"] * 2


def test_annual_counts_may_differ_by_their_rounding_and_scores_are_not_summed(observe: Observe, put: Put) -> None:
    rows = pd.concat(
        [
            observe(ENGLAND, "residential", ["2014/15", "2015/16"], 1000.0),
            put(observe(LEEDS, "residential", ["2014/15", "2015/16"], 995.0), "2015/16", numerator=980.0),
            observe(LEEDS, "quality_of_life", ["2014/15"]),
        ]
    )
    found = tabulate_totals(rows, unallocated(0.0))
    assert found[["metric", "verdict"]].to_numpy().tolist() == [["residential", "held"], ["residential", "apart"]]


def compare(what: str, difference: float, expected: str = "agree") -> dict[str, Any]:
    numbers = {"ours": 100 * (1 + difference), "published": 100.0, "difference": difference}
    about = {"area_code": LEEDS, "metric": "dtoc_ascof", "period": "2017/18"}
    return {"what": what, **about, **numbers, "expected": expected, "note": ""}


def test_how_far_apart_is_apart_depends_on_what_is_compared() -> None:
    given = pd.DataFrame(
        [
            compare("dtoc_ascof vs dtoc_days", -0.019),
            compare("dtoc_ascof vs dtoc_days", 0.021),
            compare("65+ denominators", 0.006),
            compare("18+ denominators", 0.004),
            compare("value vs numerator/denominator", 0.001),
            compare("18+ denominators", np.nan),
        ]
    )
    assert mark_comparisons(given)["apart"].tolist() == [False, True, True, False, True, True]


def test_arrivals_tell_periods_and_editions_by_return() -> None:
    inputs = [
        {"path": f"dtoc/x/{month}.xls", "vintage": vintage, "period": month}
        for month, vintage in (
            ("2014-05", "2015-01-02"),
            ("2014-04", "2014-06-07+2"),
            *((one, "2016-01-01") for one in MONTHS[2:6]),
        )
    ]
    inputs += [
        {"path": f"lookups/undated/{period}.csv", "vintage": "undated", "period": period}
        for period in ("commissioners 2015", "commissioners 2017", "upper_tiers 2018")
    ]
    inputs += [{"path": "ascof/undated/a.csv", "vintage": "undated", "period": "2014/15 to 2018/19"}]
    earlier = {"path": "dtoc/old/2014-04.xls", "return": "dtoc"}
    manifest = [earlier, *({**one, "return": one["path"].split("/")[0]} for one in inputs)]
    found = tabulate_arrivals(inputs, manifest).set_index("return")
    assert found["n_files"].to_dict() == {"dtoc": 6, "lookups": 3, "ascof": 1}
    assert found["periods"].to_dict() == {
        "dtoc": "April 2014 to September 2014",
        "lookups": "commissioners 2015, 2017; upper tiers 2018",
        "ascof": "2014/15 to 2018/19",
    }
    assert found.loc["dtoc", ["first_vintage", "last_vintage", "n_earlier"]].tolist() == ["2014-06-07", "2016-01-01", 1]
    assert found.loc["lookups", "first_vintage"] == ""


@pytest.fixture
def checked(observe: Observe, tmp_path: Path) -> Project:
    """A project with England and two boards: Leeds jumps, one month does not add up, one rate is unlike."""
    counts = [10.0, 11.0] * 12
    counts[14] = 40.0
    leeds, southend = observe(LEEDS, "dtoc_days", MONTHS, counts), observe(SOUTHEND, "dtoc_days", MONTHS, 5.0)
    totals = (leeds["numerator"] + southend["numerator"]).to_numpy().copy()
    totals[3] += 1
    england = observe(ENGLAND, "dtoc_days", MONTHS, totals.tolist())
    tables = {
        "observations": pd.concat([england, leeds, southend], ignore_index=True),
        "unallocated": unallocated(0.0),
        "comparisons": pd.DataFrame(
            [compare("dtoc_ascof vs dtoc_days", 0.05), compare("dtoc_ascof vs dtoc_days", 0.05, "other quantity")]
        ),
    }
    project = Project(tmp_path)
    inputs = [{"path": "dtoc/x/a.xls", "sha256": "0", "vintage": "2016-05-01", "period": "2014-04"}]
    project.write_tables(tables, {"build_id": "b1", "demonstration": True, "inputs": inputs}, name="build")
    return project


def test_the_check_says_what_needs_a_look_and_stores_what_it_found(checked: Project) -> None:
    report = check_quality(checked)
    # England goes where Leeds goes: its jump is the fourth.
    assert report.n_problems == 4
    assert report.lines[0].startswith("DEMONSTRATION")
    text = "\n".join(report.lines)
    assert "dtoc_days, April 2014 to March 2016: 48 of 48 numbers." in text
    assert "dtoc_days, July 2014: the areas and what belongs to none sum to 16.0, England is 17.0." in text
    assert "dtoc_ascof vs dtoc_days, Leeds, 2017/18: ours 105.0, published 100.0 (+5.0%)." in text
    assert "dtoc_days, Leeds, June 2015: from 11.0 to 40.0; usual before: 7.8 to 13.2. Care, or recording?" in text
    assert "Corrections: this build did not record any." in text
    assert all((checked.clean / f"{name}.parquet").is_file() for name in TABLES)
    record = json.loads((checked.clean / "quality.json").read_text(encoding="utf-8"))
    assert (record["build_id"], record["n_problems"]) == ("b1", 4)


def test_the_check_tells_of_revisions_and_corrections(checked: Project) -> None:
    named = {"return": "dtoc", "period": "2014-04", "vintage_old": "a", "vintage_new": "b", "metric": "dtoc_days"}
    rows = [
        {
            **named,
            "area_code": ENGLAND,
            "organisation": "",
            "old": 1000.0,
            "new": 990.0,
            "change": -10.0,
            "relative": -0.01,
        },
        {
            **named,
            "area_code": LEEDS,
            "organisation": "",
            "old": 30.0,
            "new": 20.0,
            "change": -10.0,
            "relative": -1 / 3,
        },
    ]
    build = checked.read_record("build")
    empty = pd.DataFrame({"reason": pd.Series(dtype="str")})
    tables = {name: checked.read_table(name) for name in ("observations", "unallocated")}
    checked.write_tables(tables | {"revisions": pd.DataFrame(rows), "corrections": empty}, build, name="build")
    text = "\n".join(check_quality(checked).lines)
    assert (
        "Revisions: 2 numbers of 2 places in 1 period; England's largest: dtoc_days, April 2014, by \N{MINUS SIGN}10 "
        "(\N{MINUS SIGN}1.0%)." in text
    )
    assert "Corrections applied: none." in text


def test_without_observations_there_is_nothing_to_check(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="clean"):
        check_quality(Project(tmp_path))


@pytest.mark.parametrize("inputs", [3, ["a.xls"], [{"path": "dtoc/a.xls"}]])
def test_a_record_that_does_not_list_its_files_is_refused(checked: Project, inputs: object) -> None:
    record = checked.read_record("build")
    (checked.clean / "build.json").write_text(json.dumps(record | {"inputs": inputs}), encoding="utf-8")
    with pytest.raises(ProjectError, match="does not list the files that were used"):
        check_quality(checked)


def test_observations_that_lack_a_column_are_refused(checked: Project) -> None:
    path = checked.clean / "observations.parquet"
    pd.read_parquet(path).drop(columns="value").to_parquet(path)
    with pytest.raises(ProjectError, match=r"lacks the column 'value'; make it again with: bcf-eval clean"):
        check_quality(checked)


def test_areas_left_out_on_purpose_are_counted_in_the_sums(observe: Observe, put: Put) -> None:
    rows = pd.concat([observe(ENGLAND, "dtoc_days", MONTHS[:3], 23.0), observe(LEEDS, "dtoc_days", MONTHS[:3])])
    lost = observe(SOUTHEND, "dtoc_days", MONTHS[:3])[["area_code", "metric", "period", "numerator"]]
    assert tabulate_totals(rows, unallocated(3.0))["verdict"].tolist() == ["apart"] * 3
    unknown = put(lost, MONTHS[2], numerator=np.nan)
    found = tabulate_totals(rows, unallocated(3.0), left_out=unknown)
    assert found["verdict"].tolist() == ["held", "held", "not tested"]
    assert found["left_out"].tolist() == [10.0, 10.0, 0.0]


def correct(**others: Any) -> pd.DataFrame:
    plain = {"metric": "dtoc_days", "period": MONTHS[1], "number": "numerator", "action": "override"}
    return pd.DataFrame([{**plain, "area_code": LEEDS, "organisation": "", "before": 10.0, "after": 8.0, **others}])


@pytest.mark.parametrize(
    ("others", "verdict"),
    [
        ({}, "corrected"),
        ({"after": 7.0}, "apart"),
        ({"action": "flag"}, "apart"),
        ({"number": "value"}, "apart"),
        ({"area_code": ENGLAND, "before": 21.0, "after": 23.0}, "corrected"),
        ({"area_code": "", "organisation": "99F"}, "corrected"),
    ],
)
def test_a_difference_that_corrections_made_is_explained(
    observe: Observe, put: Put, others: dict[str, Any], verdict: str
) -> None:
    england, leeds = observe(ENGLAND, "dtoc_days", MONTHS[:3], 23.0), observe(LEEDS, "dtoc_days", MONTHS[:3], 20.0)
    rows = pd.concat([england, put(leeds, MONTHS[1], numerator=18.0)])
    found = tabulate_totals(rows, unallocated(3.0), corrections=correct(**others))
    assert found["verdict"].tolist() == ["held", verdict, "held"]


def test_the_check_tells_what_was_left_out_and_what_corrections_moved(checked: Project) -> None:
    build = checked.read_record("build")
    tables = {name: checked.read_table(name) for name in ("observations", "unallocated")}
    refused = pd.DataFrame(
        [{"area_code": "E10000009", "name": "Dorset", "from_period": "2019-04", "kind": "partial", "reason": "it lost"}]
    )
    moved = correct(period="2014-07", before=11.0, after=10.0).assign(shipped=False)
    checked.write_tables(tables | {"refused": refused, "corrections": moved}, build, name="build")
    report = check_quality(checked)
    text = "\n".join(report.lines)
    assert "Left out on purpose, and counted in the sums that are held against England: Dorset: it lost." in text
    assert "Corrections applied: 1 of your own, none that ship." in text
    assert "dtoc_days, July 2014: the areas differ from England by \N{MINUS SIGN}1" in text
    assert "July 2014: the areas and what belongs" not in text
    assert report.needs_a_look == f"{report.n_problems} (2 sudden jumps without a known reason)"
    assert f"What needs a look: {report.needs_a_look}" in text
