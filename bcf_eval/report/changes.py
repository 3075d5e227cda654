"""What changed in one area? Rows of the results gathered as the changes a page tells of."""

from __future__ import annotations

import pandas as pd

from bcf_eval.errors import RequestError
from bcf_eval.report.data import Change, Effect, is_firm
from bcf_eval.results import CheckResult
from bcf_eval.specs import Intervention

# Effects by contrast, for each intervention, fit, specification and scope.
Effects = dict[tuple[str, str, str, str], dict[str, Effect]]


def read_effects(frame: pd.DataFrame) -> Effects:
    """Read the rows of one area; see :data:`bcf_eval.tables.ITS_EFFECTS`."""
    found: Effects = {}
    names = list(Effect.__dataclass_fields__)
    for row in frame.to_dict("records"):
        key = (row["intervention"], row["fit"], row["specification"], row["scope"])
        found.setdefault(key, {})[row["contrast"]] = Effect(**{name: row[name] for name in names})
    return found


def read_change(
    intervention: Intervention,
    effects: tuple[Effects, Effects],
    checks: tuple[pd.DataFrame, pd.DataFrame],
    primary: str,
) -> Change:
    """Gather one change.

    Parameters
    ----------
    effects, checks
        Those of the area, then those of England.
    primary
        The contrast the verdict is about.

    Raises
    ------
    RequestError
        If the results do not hold that contrast.
    """
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
        england_agrees=is_firm(_read_checks(checks[1], key)),
        primary=primary,
    )


def _read_checks(frame: pd.DataFrame, intervention: str) -> tuple[CheckResult, ...]:
    rows = frame[frame["intervention"] == intervention]
    columns = (rows["check"], rows["passed"], rows["detail"])
    return tuple(
        CheckResult(str(name), bool(passed), str(detail)) for name, passed, detail in zip(*columns, strict=True)
    )
