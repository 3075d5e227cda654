"""Tables can be read row by row: a caption, headings with a scope, no merged cells, the numbers of the results."""

# ruff: noqa: RUF001 - the pages write a true minus

from __future__ import annotations

import math
import re
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser

from bcf_eval.report import data_notes, tables
from bcf_eval.report.data import AreaResults, Change
from bcf_eval.results import AmbitionTest

Make = Callable[..., AreaResults]
MakeChange = Callable[..., Change]


class Reader(HTMLParser):
    """Reads one table as rows of text."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.rows: list[list[str]] = []
        self.scopes: list[str | None] = []
        self.marked: list[int] = []
        self.attributes: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.attributes |= set(given)
        if tag == "tr":
            self.rows.append([])
            self.marked += [len(self.rows) - 1] if given.get("class") == "marked" else []
        if tag in ("th", "td"):
            self.rows[-1].append("")
        if tag == "th":
            self.scopes.append(given.get("scope"))

    def handle_data(self, data: str) -> None:
        if self.rows and self.rows[-1] and data.strip():
            self.rows[-1][-1] = f"{self.rows[-1][-1]} {data.strip()}".strip()


def check_form(html: str) -> Reader:
    read = Reader(html)
    assert html.count("<caption>") == html.count("<table") == 1
    assert len({len(row) for row in read.rows}) == 1
    assert set(read.scopes) == {"col", "row"}
    assert not read.attributes & {"rowspan", "colspan"}
    return read


def test_effects_stand_beside_england_and_the_rest_of_it(make_results: Make) -> None:
    results = make_results()
    read = check_form(tables.tabulate_effects(results, results.changes[1]))
    head, *body = read.rows
    assert [len(head), len(body)] == [5, 6]
    assert "Southend-on-Sea against the rest of England 95% interval" in head
    assert body[1][0].startswith("Average of the first 12 months")
    assert body[1][1:] == ["−2.3 −3.3 to −1.3", "−25% −50% to 10%", "−0.8 −1.8 to 0.2", "−1.5 −2.5 to −0.5"]
    assert body[-1][1] == "−2,890 −3,890 to −1,890"
    assert body[-2][1:3] == ["−0.01 −0.11 to 0.09", "not stated"]
    assert read.marked == [2]


def test_england_has_no_column_beside_it(make_results: Make) -> None:
    results = make_results("E92000001")
    read = check_form(tables.tabulate_effects(results, results.changes[0]))
    assert len(read.rows[0]) == 3 and not any("rest of" in cell for cell in read.rows[0])


def test_where_there_is_no_number_there_is_a_reason(make_results: Make, make_change: MakeChange) -> None:
    reason = "the series drifts so much that its slope cannot be told from drift"
    lost = make_change(own="not testable", reason=reason, half=math.nan)
    html = tables.tabulate_effects(make_results(changes=(lost,)), lost)
    assert f"No verdict, or no interval, because {reason}." in html
    body = check_form(html).rows[1:]
    assert body[1][1:3] == ["−2.3 no interval", "not stated"]
    none = make_change(own="not testable", reason=reason, average=math.nan)
    assert check_form(tables.tabulate_effects(make_results(changes=(none,)), none)).rows[2][1] == "cannot be tested"


def test_a_share_without_both_bounds_is_not_stated(make_results: Make, make_change: MakeChange) -> None:
    for lost in ({"relative_lower": math.nan}, {"relative_upper": math.inf}, {"relative_lower": -math.inf}):
        change = make_change(relative=3.24, **lost)
        html = tables.tabulate_effects(make_results(changes=(change,)), change)
        assert {row[2] for row in check_form(html).rows[1:]} == {"not stated"}
        assert "324" not in html and "only where what was expected is clearly above zero" in html
    whole = tables.tabulate_effects(make_results(), make_results().changes[1])
    assert "clearly above zero" not in whole
    assert "Change as a share of what was expected Southend-on-Sea, 95% interval" in check_form(whole).rows[0]


def test_what_lies_beyond_the_months_followed_is_not_stated(make_results: Make, make_change: MakeChange) -> None:
    change = make_change()
    change = replace(change, own={**change.own, "at_24": replace(change.own["at_24"], extrapolated=True)})
    body = check_form(tables.tabulate_effects(make_results(changes=(change,)), change)).rows[1:]
    assert body[3][1:3] == ["not stated beyond the months followed", "not stated"]
    assert body[2][1].startswith("−2.7")


def test_every_way_of_fitting_has_a_row(make_results: Make) -> None:
    results = make_results()
    read = check_form(tables.tabulate_robustness(results, results.changes[1]))
    assert [row[2:] for row in read.rows[1:]] == [
        ["−2.3 −3.3 to −1.3", "Fell"],
        ["−2.8 −3.8 to −1.8", "Not judged: for comparison only"],
        ["−1.6 −2.6 to −0.6", "Fell"],
        ["−2.0 −3.0 to −1.0", "Fell"],
        ["−2.1 −3.1 to −1.1", "Not judged: for comparison only"],
    ]
    assert read.marked == [1]


def test_a_p_value_carries_its_meaning(make_results: Make) -> None:
    read = check_form(tables.tabulate_inference(make_results(), make_results().changes[0]))
    for row in read.rows[1:]:
        # The calibrated one is not known here.
        assert row[3:5] == ["none", "0.012"]
        assert row[5].startswith("a change at least this large") and "1.2 times in 100 if nothing had changed" in row[5]


def test_the_target_stands_beside_what_to_expect(make_test: Callable[..., AmbitionTest], make_results: Make) -> None:
    read = check_form(tables.tabulate_outlooks(make_test(), make_results().metric))
    rates = [(row[1], row[2]) for row in read.rows[1:]]
    assert rates[0] == ("9.4", "3,470")
    none = check_form(tables.tabulate_outlooks(make_test(smallest_meaningful=0.0), make_results().metric))
    assert none.rows[4][1:] == ["none above zero", "none"]
    assert [rate for rate, _ in rates] == ["9.4", "11.4", "9.8", "3.0", "10.3", "12.4", "8.2"]


def test_every_month_of_the_picture_is_there(make_results: Make) -> None:
    read = check_form(tables.tabulate_series(make_results()))
    assert len(read.rows) == 97
    assert read.rows[1] == ["April 2011", "100", "12.0", "10.0", "12.0 7.0 to 17.0"]


def test_a_table_counts_in_the_unit_of_its_metric(make_results: Make, make_test: Callable[..., AmbitionTest]) -> None:
    delays, admissions = make_results(), make_results(metric="nea", scale=100.0)
    pairs = [(one, tables.tabulate_effects(one, one.changes[0])) for one in (delays, admissions)]
    pairs += [(one, tables.tabulate_series(one)) for one in (delays, admissions)]
    pairs += [(one, tables.tabulate_robustness(one, one.changes[0])) for one in (delays, admissions)]
    for results, html in pairs:
        assert ("delayed days" in html.casefold()) == (results is delays)
        assert ("admissions per 100,000 people a month" in html) == (results is admissions)
    # A target for a year is in admissions in that year, not a month.
    target = make_test(ambition="nea_2015", metric="nea", period="2015/16", baseline_period="2014/15", target=10_812.4)
    html = tables.tabulate_outlooks(target, admissions.metric)
    assert "3.5% fewer than in 2014/15" in html and "a month" not in html.replace("a single month", "")
    assert "single month" not in html and "10,812<" in html


def test_sources_are_named_with_their_dates(make_results: Make) -> None:
    read = check_form(data_notes.tabulate_sources(make_results().build["inputs"]))
    assert read.rows[1] == [
        "Monthly Delayed Transfers of Care, local authorities",
        "NHS England",
        "2",
        "27 April 2012 to 11 May 2017",
    ]
    assert read.rows[2][2:] == ["1", "undated"]
    assert data_notes.tabulate_sources([]) == ""


def test_flags_are_counted_and_explained(make_results: Make) -> None:
    read = check_form(data_notes.tabulate_flags(make_results()))
    assert {row[0]: row[1] for row in read.rows[1:]} == {"Population extended": "4", "Printed as a dash": "1"}
    assert all(len(row[2]) > 30 for row in read.rows[1:])


def test_breaks_say_what_they_mean(make_results: Make) -> None:
    read = check_form(data_notes.tabulate_breaks(make_results()))
    assert [row[0] for row in read.rows[1:]] == ["April 2015", "October 2015", "April 2017", "November 2018"]
    assert [row[2] for row in read.rows[1:]] == [
        "No step: it cannot be told from the Better Care Fund.",
        "A step is fitted, and both paths take it.",
        "No consequence for these figures.",
        "No step: too few months after it.",
    ]


def test_minus_signs_are_true_ones(make_results: Make) -> None:
    results = make_results()
    html = "".join(tables.tabulate_effects(results, change) for change in results.changes)
    assert re.findall(r"(?<=[>\s])-\d", html) == []
