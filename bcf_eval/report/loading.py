"""Which results does a project hold? Read once for all its pages, and again only when a table has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError, RequestError
from bcf_eval.report.beside import BESIDE, Beside, read_beside, select_beside
from bcf_eval.report.changes import read_change, read_effects
from bcf_eval.report.data import AGREEMENT, COMPARISON, RECORDING, AreaResults
from bcf_eval.report.loading_annual import ProjectYears
from bcf_eval.report.reading import (
    MOVES,
    RECORDS,
    TABLES,
    damaged,
    find_project,
    read_moves,
    read_records,
    read_tables,
    select_metric,
    split_unknown,
)
from bcf_eval.report.reasons import CORRECTIONS, SHARES, read_reasons, select_reasons
from bcf_eval.report.ways import bring_ways
from bcf_eval.results import AmbitionTest, CheckResult
from bcf_eval.specs import ENGLAND, Area, Break, Metric, Protocol
from bcf_eval.store import Project


@dataclass(frozen=True)
class ProjectResults:
    """The results of a project by one monthly metric, laid out by area.

    Attributes
    ----------
    areas
        ONS codes of England and of the boards that there are results for, England first.
    span
        First and last period of the observations.
    primary
        Primary contrast of every area, from the fit the verdict stands on: ``area_code,
        intervention, scope, estimate, lower, upper, verdict, reason, p_cal_reason, agrees`` (whether the other
        specifications of the area's own series come to the same verdict), ``jumps`` (whether it jumps itself).
    ambitions
        Tests by ONS code: that of a national rule first, then a board's own plans by period and date.
    n_others
        How many other specifications have a say in whether a verdict holds, at the most.
    beside
        What else was found of the metric.
    """

    metric: Metric
    protocol: Protocol
    areas: tuple[str, ...]
    span: tuple[str, str]
    primary: pd.DataFrame
    ambitions: Mapping[str, tuple[AmbitionTest, ...]]
    n_others: int
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]
    _by_area: Mapping[str, Mapping[str, pd.DataFrame]]
    _moves: Mapping[str, tuple[Break, ...]] = field(default_factory=dict)
    _reasons: Mapping[str, Mapping[str, tuple[str, ...]]] = field(default_factory=dict)
    beside: Beside = field(default_factory=Beside)

    def take(self, area_code: str) -> AreaResults:
        """Take the results of one of the areas."""
        effects = read_effects(self._rows("its_effects", area_code))
        england = effects if area_code == ENGLAND else read_effects(self._rows("its_effects", ENGLAND))
        checks, others = (self._rows("its_checks", code) for code in (area_code, ENGLAND))
        changes = [
            read_change(one, (effects, england), (checks, others), self.protocol.primary_contrast)
            for one in load.interventions(self.metric.key)
            if (one.key, "verdict", "main", "own") in effects
        ]
        own = self.primary["scope"].eq("own")
        return AreaResults(
            area=load.areas()[area_code],
            metric=self.metric,
            protocol=self.protocol,
            observations=self._rows("observations", area_code),
            path=self._rows("its_paths", area_code),
            changes=bring_ways(changes, self.beside.area_rows("its_specifications", area_code)),
            ambitions=self.ambitions.get(area_code, ()),
            boards=self.primary.loc[own, ["area_code", "intervention", "estimate", "verdict"]],
            build=self.build,
            evaluation=self.evaluation,
            moves=self._moves.get(area_code, ()),
            reasons=self._reasons.get(area_code, {}),
            beside=self.beside,
        )

    def _rows(self, table: str, area_code: str) -> pd.DataFrame:
        found = self._by_area[table]
        return found.get(area_code, found[""])


@dataclass(frozen=True)
class AllResults:
    """The results of a project by every metric that boards are judged by and that it holds.

    Attributes
    ----------
    monthly, yearly
        By key of the metric.
    areas
        ONS codes of England and of the boards that any of them has results for, England first.
    skipped
        ONS codes in the data that the catalogue does not know.
    """

    monthly: Mapping[str, ProjectResults]
    yearly: Mapping[str, ProjectYears]
    areas: tuple[str, ...]
    skipped: tuple[str, ...]
    protocol: Protocol
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]

    def find_area(self, given: str) -> Area:
        """Find an area that there are results for by its ONS code or any known spelling of its name.

        Raises
        ------
        RequestError
            If there is none; the message offers the nearest names.
        """
        code = "".join(given.split()).upper()
        if code in self.skipped:
            raise RequestError(f"{code} is not one of the boards this version reports on.")
        apart = [one for one in load.areas().values() if one.kind == "not_a_board"]
        for one in apart:
            if given.strip().casefold() in (one.code.casefold(), one.name.casefold()):
                raise RequestError(f"{one.name} ({one.code}) has no Health and Wellbeing Board, and so no page.")
        return load.find_area(given, among=self.areas)


def load_results(project: Project | Path | str) -> AllResults:
    """Read the results of a project; read again only when a table has changed.

    Parameters
    ----------
    project
        The project, or its folder; its ``notebooks`` folder will do, where JupyterLab stands.

    Raises
    ------
    ProjectError
        If a table is not there, or the results were made from other observations.
    """
    here = find_project(project)
    paths = [here.clean / f"{name}.parquet" for name in (*TABLES, *BESIDE, MOVES, CORRECTIONS, SHARES)]
    paths += [here.clean / f"{name}.json" for name in RECORDS]
    paths += [here.protocol] if here.protocol else []
    found = [(path.name, path.stat()) for path in paths if path.is_file()]
    return _load(here, tuple((name, one.st_mtime_ns, one.st_size) for name, one in found))


@lru_cache(maxsize=4)
def _load(project: Project, stamp: tuple[tuple[str, int, int], ...]) -> AllResults:
    records, tables = read_records(project), read_tables(project)
    build, evaluation = (MappingProxyType(records[name]) for name in RECORDS)
    protocol = load.protocol(project.protocol)
    _refuse_mixture(project, build, evaluation, protocol)
    areas, skipped = split_unknown(tables["observations"]["area_code"])
    tables = {name: frame[frame["area_code"].isin(areas)] for name, frame in tables.items()}
    moves, reasons, extra = read_moves(project), read_reasons(project), read_beside(project)
    monthly: dict[str, ProjectResults] = {}
    yearly: dict[str, ProjectYears] = {}
    for key in dict.fromkeys(tables["observations"]["metric"]):
        metric = load.metric(str(key))
        rows = select_metric(project, tables, metric)
        codes, _ = split_unknown(rows["observations"]["area_code"])
        # England may have months that no board has, as admissions do.
        of_boards = rows["observations"]["area_code"].ne(ENGLAND)
        periods = rows["observations"].loc[of_boards if of_boards.any() else ~of_boards, "period"]
        shared: dict[str, Any] = {
            "metric": metric,
            "protocol": protocol,
            "areas": tuple(codes),
            "span": (str(periods.min()), str(periods.max())),
            "ambitions": MappingProxyType(_read_ambitions(project, rows["ambition_tests"])),
            "build": build,
            "evaluation": evaluation,
            "_by_area": MappingProxyType({name: _split(frame) for name, frame in rows.items()}),
            "_moves": MappingProxyType(_read_moves(moves, metric)),
            "_reasons": MappingProxyType(select_reasons(reasons, metric.key)),
            "beside": select_beside(extra, metric.key),
        }
        if metric.frequency == "month":
            monthly[metric.key] = ProjectResults(**shared, **_read_fits(project, rows, protocol))
        else:
            yearly[metric.key] = ProjectYears(**shared, years=rows["annual"])
    return AllResults(
        monthly=MappingProxyType(monthly),
        yearly=MappingProxyType(yearly),
        areas=tuple(areas),
        skipped=tuple(skipped),
        protocol=protocol,
        build=build,
        evaluation=evaluation,
    )


def read_ambition(row: Mapping[Any, Any]) -> AmbitionTest:
    """Read a test back from its row of the table."""
    plain = {str(key): value for key, value in row.items()}
    trends = {name: plain.pop(f"trend_{name}") for name in ("continues", "damped", "none")}
    naive = {name: plain.pop(f"naive_{name}") for name in ("p_value", "verdict")}
    checks = [CheckResult(**check) for check in json.loads(plain.pop("checks"))]
    return AmbitionTest(**plain, trends=trends, naive=naive, checks=checks)


def _read_ambitions(project: Project, frame: pd.DataFrame) -> dict[str, tuple[AmbitionTest, ...]]:
    try:
        tests = [read_ambition(row) for row in frame.to_dict("records")]
    except (ValueError, TypeError, KeyError):
        raise damaged(project, "ambition_tests.parquet", "holds a test that cannot be read") from None
    rules = {rule.key for rule in load.ambition_rules()}
    ordered = sorted(tests, key=lambda one: (one.ambition not in rules, one.period, one.vintage))
    return {
        code: tuple(one for one in ordered if one.area_code == code)
        for code in dict.fromkeys(one.area_code for one in ordered)
    }


def _read_moves(frame: pd.DataFrame, metric: Metric) -> dict[str, tuple[Break, ...]]:
    found: dict[str, tuple[Break, ...]] = {}
    for row in frame.to_dict("records"):
        one = Break(metric.key, row["period"], "boundary", row["effect"], row["label"])
        found[row["area_code"]] = (*found.get(row["area_code"], ()), one)
    return found


def _read_fits(project: Project, rows: Mapping[str, pd.DataFrame], protocol: Protocol) -> dict[str, Any]:
    """Read what the verdicts stand on: the primary contrasts, and how many specifications have a say."""
    effects = rows["its_effects"]
    verdicts = effects[effects["fit"].eq("verdict")]
    main = verdicts[verdicts["specification"].eq("main")]
    primary = main[main["contrast"].eq(protocol.primary_contrast)]
    if primary.empty:
        held = ", ".join(dict.fromkeys(main["contrast"].astype(str))) or "none at all"
        what = f"holds no contrast '{protocol.primary_contrast}', the protocol's primary_contrast, but {held}"
        raise damaged(project, "its_effects.parquet", what)
    columns = ["area_code", "intervention", "scope", "estimate", "lower", "upper", "verdict", "reason", "p_cal_reason"]
    return {
        "primary": _mark_doubts(primary[columns], rows["its_checks"]),
        "n_others": _count_others(rows["its_checks"]) or len(set(verdicts["specification"]) - {"main", *COMPARISON}),
    }


def _count_others(checks: pd.DataFrame) -> int:
    """How many other specifications have a say, where the checks count them."""
    details = checks.loc[checks["check"].eq(AGREEMENT), "detail"]
    counted = details.str.extract(r"of (\d+) other specification", expand=False).dropna()
    return int(counted.astype(int).max()) if len(counted) else 0


def _refuse_mixture(
    project: Project, build: Mapping[str, Any], evaluation: Mapping[str, Any], protocol: Protocol
) -> None:
    again = f"make them again with: bcf-eval evaluate --project {project.root}"
    if build and build.get("build_id") != evaluation.get("build_id"):
        raise ProjectError(
            f"The results in {project.clean} stand on build '{evaluation.get('build_id', '')}', but the observations "
            f"are build '{build.get('build_id')}'; {again}"
        )
    made_under = str(evaluation.get("protocol_sha256", ""))
    if evaluation and made_under != protocol.sha256:
        raise ProjectError(
            f"The results in {project.clean} were made under protocol {made_under[:12]}, "
            f"but the protocol is now {protocol.sha256[:12]}; {again}"
        )


def _mark_doubts(primary: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    key = ["area_code", "intervention"]
    failed = checks[~checks["passed"].astype(bool)]
    found = {}
    for name in (AGREEMENT, RECORDING):
        rows = failed.loc[failed["check"].eq(name), key].drop_duplicates().assign(failed=True)
        marked = primary[key].merge(rows, on=key, how="left", validate="many_to_one")
        found[name] = marked["failed"].notna().to_numpy()
    return primary.assign(agrees=~found[AGREEMENT], jumps=found[RECORDING])


def _split(frame: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    ordered = frame.sort_values("period", kind="stable") if "period" in frame else frame
    parts = {str(code): part for code, part in ordered.groupby("area_code", sort=False)}
    return MappingProxyType({"": ordered.iloc[:0]} | parts)
