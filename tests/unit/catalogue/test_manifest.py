"""The record of raw files comes back as it was written, and knows what may not stand together."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from bcf_eval.catalogue.manifest import RawFile, find_rival, name_period, read_files, refuse_mixing, write_files
from bcf_eval.errors import ProjectError
from bcf_eval.store import Project

FILE = RawFile(
    "dtoc/2017-05-11/Oct_16.xls", "dtoc", "ab", 10, "NHS England", "OGL", "2017-05-11", "2016-10", "now", "here", False
)


def test_what_is_written_comes_back(project: Project) -> None:
    later = replace(FILE, path="dtoc/2017-05-11/Nov_16.xls", period="2016-11", sha256="cd")
    write_files(project, [FILE, later])
    assert read_files(project) == (later, FILE)
    assert project.read_manifest()[0]["return"] == "dtoc"


def test_a_manifest_of_another_shape_is_refused(project: Project) -> None:
    project.raw.mkdir()
    (project.raw / "manifest.json").write_text(json.dumps({"files": [{"path": "a.xls"}]}), encoding="utf-8")
    with pytest.raises(ProjectError, match=r"the entry of 'a\.xls' lacks something"):
        read_files(project)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"period": None}, "says period is None; expected str"),
        ({"bytes": "10"}, "says bytes is '10'; expected int"),
        ({"demonstration": 0}, "says demonstration is 0; expected bool"),
        ({"period": ""}, "says period is ''; expected one such as"),
        ({"period": "2016"}, "says period is '2016'; expected one such as"),
        ({"period": "2016-13"}, "says period is '2016-13'; expected one such as"),
        ({"vintage": "May 2017"}, "says vintage is 'May 2017'; expected one such as"),
        ({"vintage": "2017-05-11+x"}, "says vintage is '2017-05-11+x'; expected one such as"),
        ({"return": "boundaries"}, "is of an unknown return 'boundaries'"),
        ({"path": "/dtoc/a.xls"}, "has no path below 'dtoc/'"),
        ({"path": "dtoc/../../a.xls"}, "has no path below 'dtoc/'"),
        ({"path": "dtoc\\a.xls"}, "has no path below 'dtoc/'"),
        ({"path": "dtoc/c:/a.xls"}, "has no path below 'dtoc/'"),
        ({"path": "population/a.xls"}, "has no path below 'dtoc/'"),
        ({}, "stands twice"),
        ({"path": "dtoc/2017-05-11/October.xls"}, "claims the same period and vintage as that of 'dtoc/2017"),
    ],
)
def test_a_damaged_entry_says_what_is_wrong_and_what_helps(
    project: Project, changed: dict[str, object], said: str
) -> None:
    write_files(project, [FILE])
    (good,) = project.read_manifest()
    (project.raw / "manifest.json").write_text(json.dumps({"files": [good, {**good, **changed}]}), encoding="utf-8")
    with pytest.raises(ProjectError) as caught:
        read_files(project)
    assert said in str(caught.value)
    assert str(caught.value).endswith("are taken in again by: bcf-eval clean.")
    assert "\n" not in str(caught.value)


def test_vintages_are_ordered_by_date_then_count() -> None:
    vintages = ["undated", "undated+2", "2016-01-01", "2017-05-11", "2017-05-11+2", "2017-05-11+10"]
    editions = [replace(FILE, vintage=vintage).edition for vintage in vintages]
    assert editions == sorted(editions)
    assert replace(FILE, vintage="2017-05-11+2").stated_date == "2017-05-11"


def test_a_file_is_cited_by_return_vintage_and_name() -> None:
    assert replace(FILE, path="dtoc/by hand/Oct_16.xls").cited == "dtoc/2017-05-11/Oct_16.xls"


def test_a_rival_has_the_same_period_and_date_and_other_bytes() -> None:
    other = replace(FILE, path="dtoc/x/October.xls", sha256="cd")
    assert find_rival(other, [FILE]) == FILE
    assert find_rival(replace(other, sha256="ab"), [FILE]) is None
    assert find_rival(replace(other, period="2016-11"), [FILE]) is None
    assert find_rival(replace(other, vintage="2017-06-08"), [FILE]) is None


@pytest.mark.parametrize(("period", "said"), [("2016-10", "October 2016"), ("2016", "mid-2016"), ("", "all years")])
def test_periods_are_named(period: str, said: str) -> None:
    assert name_period(period) == said


def test_demonstration_and_real_returns_never_mix(project: Project) -> None:
    invented = replace(FILE, path="dtoc/x/Demo.xls", demonstration=True)
    refuse_mixing(project, [FILE, FILE])
    refuse_mixing(project, [invented])
    with pytest.raises(
        ProjectError, match=r"Demonstration returns \(1, such as Demo\.xls\) and real ones \(1, such as"
    ):
        refuse_mixing(project, [FILE, invented])
