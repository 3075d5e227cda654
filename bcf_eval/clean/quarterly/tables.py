"""Which tables do the quarterly returns give, and what are their columns?

Every table begins with ``area_code`` (ONS code of the board) and ``period`` (the financial quarter the
return was made for, ``2016/17-Q1``) and ends with ``source`` (the workbook). A return repeats what the
board said before: ``about_period`` is the quarter, or the year, that an answer or a figure is about, so
the rows with ``about_period`` equal to ``period`` are what was said for the first time.

``flag`` holds words joined by ``;``: ``blank`` (nothing stands there), ``unlisted`` (an answer that the
template does not offer, kept as written), ``mark`` (the board wrote n/a or the like), ``not_a_number``
(left out, see the problems), ``percent_typed`` (a share written as 94, not as 94%), ``from_commentary``
(a figure read from a sentence), ``approximate`` (the sentence says about, or circa).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import pandas as pd

KEYS = ("area_code", "period")

# condition: 1, 2, 3i, 3ii, 4i ... 8, as the template numbers them. expected_date: YYYY-MM-DD or ''.
CONDITIONS = (*KEYS, "about_period", "condition", "answer", "expected_date", "explanation", "flag", "source")
# flow: income, expenditure. series: plan, forecast, actual, pooled_fund. edition: previous (what the
# template repeats), amended (what this return says). about_period: a quarter, or 2016/17 for the year.
FINANCE = (*KEYS, "flow", "edition", "series", "about_period", "value", "unit", "flag", "source")
# metric: nea, dtoc_days, local, patient_experience, residential, reablement. description: what the board
# calls it. performance and target: only where the commentary states both, in unit.
SUPPORTING_METRICS = (
    *KEYS,
    "metric",
    "description",
    "progress",
    "commentary",
    "performance",
    "target",
    "unit",
    "flag",
    "source",
)
# kind: statement (answer: strongly agree ... strongly disagree), success, challenge (category, comment).
YEAR_END = (*KEYS, "kind", "item", "answer", "category", "comment", "flag", "source")
# measure: nhs_number_on_correspondence, nhs_number_retrieves_information, shared, open_api_status,
# open_api_go_live (answer: a date YYYY-MM-DD, or Live), digital_record_pilot (about the whole area, no
# setting). from_setting is filled for shared alone: what goes from one setting to another.
DATA_SHARING = (*KEYS, "measure", "from_setting", "setting", "answer", "flag", "source")
# item: in_place, rate, new, stopped, continuing_healthcare, population. about_period: the quarter, or the
# calendar year of the population.
PERSONAL_BUDGETS = (*KEYS, "item", "about_period", "value", "unit", "flag", "source")
# setting: acute, non_acute.
INTEGRATED_TEAMS = (*KEYS, "setting", "answer", "flag", "source")
# What else is asked. question: s75_pooled, s75_pooled_now, s75_expected_date, income_difference,
# expenditure_difference, financial_commentary, narrative.
OTHER_ANSWERS = (*KEYS, "question", "answer", "flag", "source")
# One row a bad workbook (sheet is empty) or a bad sheet.
PROBLEMS = ("file", "sheet", "reason")

COLUMNS: dict[str, tuple[str, ...]] = {
    "conditions": CONDITIONS,
    "finance": FINANCE,
    "supporting_metrics": SUPPORTING_METRICS,
    "year_end": YEAR_END,
    "data_sharing": DATA_SHARING,
    "personal_budgets": PERSONAL_BUDGETS,
    "integrated_teams": INTEGRATED_TEAMS,
    "other_answers": OTHER_ANSWERS,
}
NUMBERS = frozenset({"value", "performance", "target"})

Cells = tuple[object, ...]


@dataclass(frozen=True)
class Found:
    """What one sheet says.

    Attributes
    ----------
    rows
        Table and cells, in the order of its columns without the keys and the source.
    problems
        One line for each thing that is not as expected.
    """

    rows: list[tuple[str, Cells]] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def add(self, table: str, *cells: object) -> None:
        """Keep one row of a table."""
        self.rows.append((table, cells))

    def say(self, problem: str) -> None:
        """Keep one line, unless it is empty."""
        if problem:
            self.problems.append(problem)


def build_frame(columns: Sequence[str], rows: Iterable[Cells]) -> pd.DataFrame:
    """Make a table of rows: numbers where the column holds numbers, text elsewhere, even without a row."""
    frame = pd.DataFrame(list(rows), columns=list(columns))
    return frame.astype({column: "float64" if column in NUMBERS else "str" for column in columns})
