"""Did a metric change after an intervention, board by board? Terms, paths and effects, all boards at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from bcf_eval.evaluate.its.board_counts import count_boards
from bcf_eval.evaluate.its.effects import tabulate_effects, tabulate_paths, tabulate_terms
from bcf_eval.evaluate.its.informative import UNINFORMATIVE, choose_p_value
from bcf_eval.evaluate.its.placebo import SCOPES, measure_placebo, tabulate_placebo
from bcf_eval.evaluate.its.placebo_record import PlaceboRecord
from bcf_eval.evaluate.its.plan import FitPlan
from bcf_eval.evaluate.its.settings import list_settings
from bcf_eval.evaluate.panel import Panel
from bcf_eval.specs import ENGLAND, Protocol
from bcf_eval.stats.together.multiple import find_q_values
from bcf_eval.tables import ITS_EFFECTS, ITS_PATHS, ITS_TERMS


@dataclass(frozen=True)
class ItsTables:
    """Results of one metric; see :mod:`bcf_eval.tables` for the columns."""

    terms: pd.DataFrame
    paths: pd.DataFrame
    effects: pd.DataFrame
    placebo: pd.DataFrame
    counts: pd.DataFrame
    plans: tuple[FitPlan, ...]
    records: tuple[PlaceboRecord, ...]


def evaluate_its(panel: Panel, protocol: Protocol) -> ItsTables:
    """Fit every model of one metric to every area.

    Parameters
    ----------
    panel
        The metric's data.
    protocol
        The choices.

    Returns
    -------
    ItsTables
    """
    panel = panel.use_whole_boards().level_months()
    records = {scope: measure_placebo(panel, protocol, scope=scope) for scope in SCOPES}
    settings = list(list_settings(panel, records, protocol))
    terms, paths, effects = [], [], []
    for setting in settings:
        for group in setting.groups():
            if setting.specification == "main":
                terms.append(tabulate_terms(setting, group))
            if setting.plan.fit == "full":
                paths.append(tabulate_paths(setting, group))
            effects += [tabulate_effects(setting, group, j) for j in setting.judged]
    terms, effects = [_without_england_local(one) for one in terms], [_without_england_local(one) for one in effects]
    judged = _add_q_values(_stack(effects, ITS_EFFECTS), protocol)
    return ItsTables(
        _stack(terms, ITS_TERMS),
        _stack(paths, ITS_PATHS),
        judged,
        tabulate_placebo(panel, list(records.values())),
        count_boards(judged, records, protocol),
        tuple(one.plan for one in settings if one.specification == "main" and one.scope == "own"),
        tuple(records.values()),
    )


def _add_q_values(effects: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Benjamini and Hochberg's over the boards, by intervention and scope, of what verdicts stand on."""
    family = (
        effects["contrast"].eq(protocol.primary_contrast)
        & effects["fit"].eq("verdict")
        & effects["specification"].eq("main")
        & effects["area_code"].ne(ENGLAND)
        # What is too uncertain to be read as an answer was tested all the same, and counts among the many.
        & (effects["verdict"].ne("not testable") | effects["reason"].isin(UNINFORMATIVE))
    )
    if not family.any():
        return effects
    chosen = effects[family].assign(p=choose_p_value(effects[family]))
    found = chosen.groupby(["intervention", "scope"], sort=False)["p"].transform(find_q_values)
    q_value = pd.Series(np.nan, index=effects.index)
    q_value[found.index] = found.where(chosen["verdict"].ne("not testable"))
    return effects.assign(q_value=q_value)


def _without_england_local(frame: pd.DataFrame) -> pd.DataFrame:
    # England has no rest of England to be compared with.
    return frame[frame["area_code"].ne(ENGLAND) | frame["scope"].ne("local")]


def _stack(frames: list[pd.DataFrame], columns: list[str]) -> pd.DataFrame:
    kept = [frame[columns] for frame in frames if not frame.empty]
    return pd.concat(kept, ignore_index=True) if kept else pd.DataFrame(columns=columns)
