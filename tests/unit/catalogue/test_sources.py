"""A file is known by its folder and its name."""

from __future__ import annotations

import pytest

from bcf_eval.catalogue.sources import find_source, source_keys, sources


def test_the_returns_of_this_version() -> None:
    assert source_keys() == ("dtoc", "population", "mar", "ascof", "lookups", "deprivation", "quarterly", "ambitions")
    for source in sources():
        # Plans are the boards' own, not official statistics.
        assert source.licence == "Open Government Licence v3.0" or source.key == "ambitions"
        assert source.publisher


@pytest.mark.parametrize(
    ("key", "name", "vintage"),
    [
        ("dtoc", "Oct_16.xls", "revised"),
        ("dtoc", "OCT 2019.XLSX", "revised"),
        ("population", "any.xls", "date_published"),
        ("population", "MYEB3_components.csv", "none"),
    ],
)
def test_a_file_is_found_by_its_folder_and_ending(key: str, name: str, vintage: str) -> None:
    source = find_source(key, name)
    assert source
    assert source.vintage == vintage


@pytest.mark.parametrize(
    ("key", "name"),
    [
        ("dtoc", "~$Oct_16.xls"),
        ("dtoc", ".Oct_16.xls"),
        ("dtoc", "notes.txt"),
        ("mar", "a.csv"),
        ("boundaries", "a.xls"),
        ("population", "x.csv"),
    ],
)
def test_other_files_are_nothing_of_ours(key: str, name: str) -> None:
    assert find_source(key, name) is None
