"""A column of text becomes numbers and flags; what is neither stops."""

from __future__ import annotations

import pandas as pd
import pytest

from bcf_eval.clean.marks import parse_column
from bcf_eval.errors import InputError


def test_numbers_marks_and_blanks() -> None:
    cells = pd.Series(["12", " 3.5 ", "", " ", ":", "c", "*", "[x]", "9999999", "0"], index=range(5, 15))
    found = parse_column(cells, source="ascof", where="a.csv")
    assert found["number"].dropna().to_dict() == {5: 12.0, 6: 3.5, 14: 0.0}
    assert found["flag"].tolist() == ["", "", "", "", *["suppressed"] * 3, "not_available", "suppressed", ""]


def test_a_mark_may_stand_for_a_number() -> None:
    found = parse_column(pd.Series(["-", "4"]), source="dtoc", where="a.csv")
    assert found.to_dict("list") == {"number": [0.0, 4.0], "flag": ["dash", ""]}


@pytest.mark.parametrize("cell", ["-", "1e5", "NaN", "-1", "1,000", "x", "\N{ARABIC-INDIC DIGIT ONE}"])
def test_anything_else_names_its_line(cell: str) -> None:
    with pytest.raises(InputError) as error:
        parse_column(pd.Series(["1", cell], index=[10, 20]), source="ascof", where="a.csv")
    assert f"a.csv, line 22: the cell holds '{cell}'; expected a number of 0 or more" in str(error.value)
