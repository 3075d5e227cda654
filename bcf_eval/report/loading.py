"""Which results does a project hold? Read once for all its pages, and again only when a table has changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pandas as pd

from bcf_eval.catalogue import load
from bcf_eval.errors import ProjectError, RequestError
from bcf_eval.report.data import AGREEMENT, COMPARISON, AreaResults, Change, Effect, agrees
from bcf_eval.report.reading import RECORDS, TABLES, damaged, read_records, read_tables, split_unknown
from bcf_eval.results import AmbitionTest, CheckResult
from bcf_eval.specs import ENGLAND, Area, Intervention, Metric, Protocol
from bcf_eval.store import Project, open_project

METRIC = "dtoc_days"


@dataclass(frozen=True)
class ProjectResults:
    """The results of a project, laid out by area.

    Attributes
    ----------
    areas
        ONS codes of England and of the boards that there are results for, England first.
    span
        First and last period of the observations.
    primary
        Primary contrast of every area, from the fit the verdict stands on: ``area_code,
        intervention, scope, estimate, lower, upper, verdict, reason, agrees`` (whether the other
        specifications of the area's own series come to the same verdict).
    ambitions
        Tests by ONS code.
    n_others
        How many other specifications have a say in whether a verdict holds, at the most.
    skipped
        ONS codes in the data that are neither England nor a board of the catalogue.
    """

    metric: Metric
    protocol: Protocol
    areas: tuple[str, ...]
    span: tuple[str, str]
    primary: pd.DataFrame
    ambitions: Mapping[str, AmbitionTest]
    n_others: int
    build: Mapping[str, Any]
    evaluation: Mapping[str, Any]
    _by_area: Mapping[str, Mapping[str, pd.DataFrame]]
    skipped: tuple[str, ...] = ()

    def find_area(self, given: str) -> Area:
        """Find an area that there are results for by its ONS code or any known spelling of its name.

        Raises
        ------
        RequestError
            If there is none; the message offers the nearest names.
        """
        code = "".join(given.split()).upper()
        if code in self.skipped:
            raise RequestError(f"{code} is not one of the boards this version reports on, which are those of 2019.")
        return load.find_area(given, among=self.areas)

    def take(self, area_code: str) -> AreaResults:
        """Take the results of one area.

        Raises
        ------
        RequestError
            If there are none.
        """
        area = self.find_area(area_code)
        effects = _read_effects(self._rows("its_effects", area.code))
        england = effects if area.code == ENGLAND else _read_effects(self._rows("its_effects", ENGLAND))
        checks, others = (self._rows("its_checks", code) for code in (area.code, ENGLAND))
        changes = [
            _read_change(one, (effects, england), (checks, others), self.protocol.primary_contrast)
            for one in load.interventions(self.metric.key)
            if (one.key, "verdict", "main", "own") in effects
        ]
        own = self.primary["scope"].eq("own")
        return AreaResults(
            area=area,
            metric=self.metric,
            protocol=self.protocol,
            observations=self._rows("observations", area.code),
            path=self._rows("its_paths", area.code),
            changes=tuple(changes),
            ambition=self.ambitions.get(area.code),
            boards=self.primary.loc[own, ["area_code", "intervention", "estimate", "verdict"]],
            build=self.build,
            evaluation=self.evaluation,
        )

    def _rows(self, table: str, area_code: str) -> pd.DataFrame:
        found = self._by_area[table]
        return found.get(area_code, found[""])


def load_results(project: Project | Path | str) -> ProjectResults:
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
    here = project if isinstance(project, Project) else open_project(project)
    outer = Project(here.root.resolve().parent)
    here = outer if outer.clean.is_dir() and not here.clean.is_dir() else here
    paths = [here.clean / f"{name}.parquet" for name in TABLES] + [here.clean / f"{name}.json" for name in RECORDS]
    paths += [here.protocol] if here.protocol else []
    found = [path.stat() for path in paths if path.is_file()]
    return _load(here, tuple((one.st_mtime_ns, one.st_size) for one in found))


@lru_cache(maxsize=4)
def _load(project: Project, stamp: tuple[tuple[int, int], ...]) -> ProjectResults:
    records, tables = read_records(project), read_tables(project, METRIC)
    build, evaluation = (records[name] for name in RECORDS)
    protocol = load.protocol(project.protocol)
    _refuse_mixture(project, build, evaluation, protocol)
    codes, skipped = split_unknown(tables["observations"]["area_code"])
    tables = {name: frame[frame["area_code"].isin(codes)] for name, frame in tables.items()}
    effects = tables["its_effects"]
    primary = _select_primary(project, effects, protocol)
    return ProjectResults(
        metric=load.metric(METRIC),
        protocol=protocol,
        areas=tuple(codes),
        span=(str(tables["observations"]["period"].min()), str(tables["observations"]["period"].max())),
        primary=_mark_agreement(primary, tables["its_checks"]),
        ambitions=MappingProxyType(_read_ambitions(project, tables["ambition_tests"])),
        n_others=len(set(effects.loc[effects["fit"].eq("verdict"), "specification"]) - {"main", *COMPARISON}),
        build=MappingProxyType(build),
        evaluation=MappingProxyType(evaluation),
        _by_area=MappingProxyType({name: _split(frame) for name, frame in tables.items()}),
        skipped=tuple(skipped),
    )


def read_ambition(row: Mapping[Any, Any]) -> AmbitionTest:
    """Read a test back from its row of the table."""
    plain = {str(key): value for key, value in row.items()}
    trends = {name: plain.pop(f"trend_{name}") for name in ("continues", "damped", "none")}
    naive = {name: plain.pop(f"naive_{name}") for name in ("p_value", "verdict")}
    checks = [CheckResult(**check) for check in json.loads(plain.pop("checks"))]
    del plain["chance_calibrated"]
    return AmbitionTest(**plain, trends=trends, naive=naive, checks=checks)


def _read_ambitions(project: Project, frame: pd.DataFrame) -> dict[str, AmbitionTest]:
    try:
        return {str(row["area_code"]): read_ambition(row) for row in frame.to_dict("records")}
    except (ValueError, TypeError, KeyError):
        raise damaged(project, "ambition_tests.parquet", "holds a test that cannot be read") from None


def _select_primary(project: Project, effects: pd.DataFrame, protocol: Protocol) -> pd.DataFrame:
    """Select the primary contrast, from the fits that the verdicts stand on."""
    main = effects[effects["fit"].eq("verdict") & effects["specification"].eq("main")]
    primary = main[main["contrast"].eq(protocol.primary_contrast)]
    if primary.empty:
        held = ", ".join(dict.fromkeys(main["contrast"].astype(str))) or "none at all"
        what = f"holds no contrast '{protocol.primary_contrast}', the protocol's primary_contrast, but {held}"
        raise damaged(project, "its_effects.parquet", what)
    columns = ["area_code", "intervention", "scope", "estimate", "lower", "upper", "verdict", "reason"]
    return primary[columns]


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


def _mark_agreement(primary: pd.DataFrame, checks: pd.DataFrame) -> pd.DataFrame:
    key = ["area_code", "intervention"]
    failed = checks.loc[checks["check"].eq(AGREEMENT) & ~checks["passed"].astype(bool), key].drop_duplicates()
    marked = primary.merge(failed.assign(agrees=False), on=key, how="left", validate="many_to_one")
    return marked.assign(agrees=marked["agrees"].isna())


def _split(frame: pd.DataFrame) -> Mapping[str, pd.DataFrame]:
    ordered = frame.sort_values("period", kind="stable") if "flag" in frame or "fitted" in frame else frame
    parts = {str(code): part for code, part in ordered.groupby("area_code", sort=False)}
    return MappingProxyType({"": ordered.iloc[:0]} | parts)


_Effects = dict[tuple[str, str, str, str], dict[str, Effect]]


def _read_effects(frame: pd.DataFrame) -> _Effects:
    found: _Effects = {}
    names = list(Effect.__dataclass_fields__)
    for row in frame.to_dict("records"):
        key = (row["intervention"], row["fit"], row["specification"], row["scope"])
        found.setdefault(key, {})[row["contrast"]] = Effect(**{name: row[name] for name in names})
    return found


def _read_change(
    intervention: Intervention,
    effects: tuple[_Effects, _Effects],
    checks: tuple[pd.DataFrame, pd.DataFrame],
    primary: str,
) -> Change:
    """Gather one change; effects and checks are those of the area and of England."""
    key, (area, england) = intervention.key, effects
    own = area[key, "verdict", "main", "own"]
    if primary not in own:
        raise RequestError(f"The results hold no contrast '{primary}' for {key}; expected one of {', '.join(own)}.")
    beside = {
        specification: found[primary]
        for (which, fit, specification, scope), found in area.items()
        if (which, fit, scope) == (key, "verdict", "own") and primary in found
    }
    full = area.get((key, "full", "main", "own"), {})
    return Change(
        intervention=intervention,
        own=own,
        england=england.get((key, "verdict", "main", "own"), {}),
        local=area.get((key, "verdict", "main", "local"), {}),
        specifications=beside | ({"full": full[primary]} if primary in full else {}),
        checks=_read_checks(checks[0], key),
        england_agrees=agrees(_read_checks(checks[1], key)),
        primary=primary,
    )


def _read_checks(frame: pd.DataFrame, intervention: str) -> tuple[CheckResult, ...]:
    rows = frame[frame["intervention"] == intervention]
    columns = (rows["check"], rows["passed"], rows["detail"])
    return tuple(
        CheckResult(str(name), bool(passed), str(detail)) for name, passed, detail in zip(*columns, strict=True)
    )
