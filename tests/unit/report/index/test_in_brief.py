"""The lines for a reader in a hurry say what the tables say, and nothing that is not known."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from bcf_eval.report.beside import Beside
from bcf_eval.report.in_brief import tell_in_brief
from bcf_eval.report.loading import AllResults, ProjectResults


def gather(one: ProjectResults) -> AllResults:
    return AllResults({one.metric.key: one}, {}, one.areas, (), one.protocol, one.build, one.evaluation)


def total(**others: object) -> pd.DataFrame:
    row = {"ambition": "dtoc_2017", "metric": "dtoc_days", "period": "2017-09", "arm": "all", "n_tested": 10}
    row |= {"n_met": 4, "n_missed": 6, "chance_misses": 8.0, "chance_misses_lower": 5.0, "chance_misses_upper": 9.0}
    return pd.DataFrame([row | others])


def test_targets_stand_beside_what_was_to_be_expected(monthly: ProjectResults) -> None:
    told = tell_in_brief(gather(replace(monthly, beside=Beside({"outturn_totals": total()}))))
    assert told[-1] == (
        "What became of the targets? Delayed transfers of care: for September 2017, 4 of 10 boards met theirs, where "
        "about 2 would have with nothing changed (1 to 5 nine times in ten)."
    )


def test_where_not_every_chance_is_known_nothing_is_expected(monthly: ProjectResults) -> None:
    told = tell_in_brief(gather(replace(monthly, beside=Beside({"outturn_totals": total(n_tested=9)}))))
    assert told[-1].endswith("4 of 10 boards met theirs.")


def test_england_and_the_boards_are_told_for_each_start(monthly: ProjectResults) -> None:
    england, boards = tell_in_brief(gather(replace(monthly, beside=Beside({}))))
    assert england.startswith("Did England change? Delayed transfers of care: after April 20")
    assert " fell and " in boards and "targets" not in boards
