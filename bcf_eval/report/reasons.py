"""Why does a figure carry the flag of a correction? The reasons of the build, by area, metric and flag."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from bcf_eval.store import Project

CORRECTIONS, SHARES = "corrections", "shares"
# By area, metric and flag.
Reasons = Mapping[tuple[str, str, str], tuple[str, ...]]
_COLUMNS = {
    CORRECTIONS: {"area_code", "organisation", "metric", "period", "action", "flag", "reason"},
    SHARES: {"area_code", "organisation", "from", "to"},
}
# Where a number is changed, the flag says what was done.
_DONE = {"override": "corrected", "scale": "scaled", "drop": "dropped"}


def read_reasons(project: Project) -> Reasons:
    """Read why numbers were flagged or changed; empty where a project does not say.

    What was corrected of a commissioner speaks of every area that has a share of it in that month.
    """
    corrections = _read(project, CORRECTIONS)
    if corrections.empty:
        return {}
    done = corrections["action"].map(_DONE)
    rows = corrections.assign(flag=done.where(corrections["flag"].eq("") & done.notna(), corrections["flag"]))
    direct = rows[rows["area_code"].ne("")]
    nation = rows[rows["area_code"].eq("") & rows["organisation"].str.startswith("E92")]
    nation = nation.assign(area_code=nation["organisation"])
    found = [direct, nation, _share_out(rows[rows["area_code"].eq("")], _read(project, SHARES))]
    reasons: dict[tuple[str, str, str], tuple[str, ...]] = {}
    for row in pd.concat(found, ignore_index=True).to_dict("records"):
        key = (str(row["area_code"]), str(row["metric"]), str(row["flag"]))
        reasons[key] = tuple(dict.fromkeys((*reasons.get(key, ()), str(row["reason"]))))
    return reasons


def select_reasons(reasons: Reasons, metric: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Select the reasons of one metric, by area and flag."""
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for (area, key, flag), told in reasons.items():
        if key == metric:
            found.setdefault(area, {})[flag] = told
    return found


def _share_out(rows: pd.DataFrame, shares: pd.DataFrame) -> pd.DataFrame:
    if rows.empty or shares.empty:
        return rows.iloc[:0]
    lying = shares[["area_code", "organisation", "from", "to"]].drop_duplicates()
    joined = rows.drop(columns="area_code").merge(lying, on="organisation", how="inner", validate="many_to_many")
    return joined[joined["period"].between(joined["from"], joined["to"])]


def _read(project: Project, name: str) -> pd.DataFrame:
    empty = pd.DataFrame(columns=sorted(_COLUMNS[name]), dtype=str)
    if not (project.clean / f"{name}.parquet").is_file():
        return empty
    frame = project.read_table(name)
    return frame if _COLUMNS[name] <= set(frame.columns) else empty
