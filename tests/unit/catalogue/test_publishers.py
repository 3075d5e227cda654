"""Every return has a page or the word that it has none, and a row that contradicts itself is refused."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from fnmatch import fnmatch

import pytest

from bcf_eval.catalogue import load, publishers
from bcf_eval.catalogue.publishers import publisher_pages
from bcf_eval.catalogue.sources import find_source, source_keys
from bcf_eval.errors import CatalogueError

# Names under which the publishers gave their files, by the return they belong to.
NAMES = {
    "dtoc": ["LA-Type-B-March-2018-a8wRN.xls", "dh_133750.xls"],
    "mar": ["MAR_Comm-Web-file-Dec-19-9tun8.xls", "MAR_Comm-Web-file-Jan14_54864-Nov-15-refresh.xls"],
    "ascof": ["meas-from-asc-of-1617-open-data-csv.csv"],
    "population": ["ukmidyearestimates2017finalversion.xls", "ukmidyearestimates20182019ladcodes.xls"],
}


def test_every_return_has_a_page_or_the_word_that_there_is_none() -> None:
    assert {page.source for page in publisher_pages()} == set(source_keys())
    for page in publisher_pages():
        assert page.label, page
        assert page.note.endswith("."), page
        assert page.checked == "not checked" or date.fromisoformat(page.checked), page
        # Only landing pages: a file's own address changes with every edition.
        assert not re.search(r"\.(xlsx?|csv|zip|ods)$|/uploads/", page.landing_page), page


def test_the_names_that_publishers_use_are_looked_for_and_known() -> None:
    for key, names in NAMES.items():
        patterns = [one for page in publisher_pages() if page.source == key for one in page.file_patterns]
        for name in names:
            assert any(fnmatch(name, one) for one in patterns), name
            assert find_source(key, name), name


@pytest.fixture
def table(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, str]]:
    """The first row of the table, alone and to be spoilt."""
    row = dict(load.rows("publishers")[0])
    monkeypatch.setattr(publishers.load, "rows", lambda name: (row,))
    publisher_pages.cache_clear()
    yield row
    publisher_pages.cache_clear()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (
            {"follow": "links"},
            r"line 2: follow is 'links' and status 'closed series.*expected one of files, pages, noth",
        ),
        ({"status": "fine"}, r"status 'fine'; expected .* gone, unconfirmed, not published"),
        (
            {"landing_page": "http://www.england.nhs.uk/x"},
            r"'http://www\.england\.nhs\.uk/x' is not on https at one of",
        ),
        ({"hosts": "www.ons.gov.uk"}, r"is not on https at one of its hosts \(www\.ons\.gov\.uk\)"),
        ({"file_pattern": ""}, "a page that is followed needs its address and file_pattern"),
        ({"landing_page": ""}, "a page that is followed needs its address and file_pattern"),
        ({"page_pattern": ""}, "page_pattern is for a page whose follow is 'pages', and needed there"),
        ({"follow": "files"}, "page_pattern is for a page whose follow is 'pages', and needed there"),
    ],
)
def test_a_row_that_contradicts_itself_is_refused(table: dict[str, str], change: dict[str, str], said: str) -> None:
    assert publisher_pages()
    publisher_pages.cache_clear()
    table.update(change)
    with pytest.raises(CatalogueError, match=said):
        publisher_pages()
