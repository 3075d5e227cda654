"""Does a protocol make sense? Read its lines, and hold every choice against the values it may have."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from pathlib import Path
from typing import Any

import yaml

from bcf_eval.errors import CatalogueError, nearest

Choices = Mapping[str, Any]

# A window of months longer than fifty years is a slip of the pen.
_MOST = 600


class _Loader(yaml.SafeLoader):
    """Reads YAML, where a choice may stand only once."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Hashable, Any]:
        seen: set[str] = set()
        for key, _ in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value in seen:
                raise yaml.YAMLError(f"'{key.value}' stands twice, again in line {key.start_mark.line + 1}")
            seen.add(str(key.value))
        return super().construct_mapping(node, deep=deep)


def read_lf(path: Path) -> bytes:
    """Read a protocol's bytes, its line ends folded: a checkout on Windows may end them differently.

    Raises
    ------
    CatalogueError
        If it is a folder, or cannot be read.
    """
    if path.is_dir():
        raise CatalogueError(f"{path} is a folder; expected a file with lines such as 'alpha: 0.05'.")
    try:
        return path.read_bytes().replace(b"\r\n", b"\n")
    except OSError as error:
        raise CatalogueError(f"{path} cannot be read: {error.strerror}.") from None


def _shorten(error: Exception) -> str:
    """Say on one line what a reader of YAML found; it names our bytes, not the file."""
    return " ".join(str(error).replace('in "<byte string>", ', "at ").split()).rstrip(".")


def parse_yaml(content: bytes, path: Path) -> Any:
    """Read YAML in which nothing stands twice.

    Raises
    ------
    CatalogueError
        If it is none.
    """
    try:
        return yaml.load(content, Loader=_Loader)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise CatalogueError(f"{path} cannot be read as YAML: {_shorten(error)}.") from None


def parse_choices(content: bytes, path: Path, shipped: Choices) -> dict[str, Any]:
    """Read what a project's own protocol changes.

    Parameters
    ----------
    content
        The file's bytes.
    path
        Where it lies, for messages.
    shipped
        The choices of the protocol that ships, which say what there is to be chosen.

    Raises
    ------
    CatalogueError
        If it is no YAML, states something twice, states what is no choice, or not a value for it.
    """
    changed = parse_yaml(content, path)
    changed = {} if changed is None else changed
    if not isinstance(changed, dict):
        raise CatalogueError(f"{path} states {changed!r}; expected lines such as 'alpha: 0.05'.")
    for key, value in changed.items():
        if key not in shipped:
            raise CatalogueError(f"{path}: '{key}' is not a choice of the protocol.{nearest(str(key), shipped)}")
        if not _is_like(value, shipped[key]):
            raise CatalogueError(f"{path}: '{key}' is {value!r}; expected something like {shipped[key]!r}.")
    return changed


def refuse_senseless(choices: Choices, path: Path) -> None:
    """Refuse a protocol with a value that no evaluation could stand on.

    Parameters
    ----------
    choices
        All of them, those that ship included.
    path
        Where the file lies, for the message.

    Raises
    ------
    CatalogueError
        Naming the first such choice, its value and what was expected.
    """
    for name, (holds, expected) in _list_rules(choices).items():
        value = choices[name]
        several = isinstance(value, list)
        if not all(holds(one) for one in (value if several else [value])):
            raise CatalogueError(f"{path}: '{name}' is {value!r}; expected {'each to be ' * several}{expected}.")
        if several and len(set(value)) < len(value):
            raise CatalogueError(f"{path}: '{name}' is {value!r}; expected each value once.")


def _is_like(value: object, pattern: object) -> bool:
    if isinstance(pattern, list):
        return isinstance(value, list) and bool(value) and all(_is_like(one, pattern[0]) for one in value)
    if isinstance(pattern, float):
        return isinstance(value, int | float) and not isinstance(value, bool)
    return type(value) is type(pattern)


Rule = tuple[Callable[[Any], bool], str]


def _between(low: float, high: float) -> Rule:
    return lambda value: low < value < high, f"a number above {low:g} and below {high:g}"


def _whole(low: int, high: int = _MOST) -> Rule:
    return lambda value: low <= value <= high, f"a whole number from {low} to {high}"


def _list_rules(choices: Choices) -> dict[str, Rule]:
    contrasts = ["level", "slope", "average_12", *(f"at_{horizon}" for horizon in choices["horizons"])]
    least = choices["ambition_min_points"]
    window, last = choices["verdict_before"] + choices["verdict_after"], choices["placebo_last"]
    return {
        "alpha": _between(0, 0.5),
        "interval": _between(0.5, 1),
        "verdict_before": _whole(8),
        "verdict_after": _whole(8),
        "horizons": _whole(1),
        "primary_contrast": (lambda value: value in contrasts, f"one of {', '.join(contrasts)}"),
        "season_pairs": _whole(0, 6),
        "min_points_each_side": _whole(3),
        "min_points_step": _whole(3),
        "max_zero_share": (lambda value: 0 <= value < 1, "a number from 0 and below 1"),
        "boundary_rho": _between(0.5, 1),
        "min_degrees_of_freedom": (lambda value: 1 <= value <= 30, "a number from 1 (any will do) to 30"),
        "max_half_width": _between(0, 1000),
        "max_relative_width": _between(0, 1000),
        "robustness_window_shift": (
            lambda value: 0 <= value < choices["verdict_before"],
            f"a whole number from 0 and below verdict_before ({choices['verdict_before']})",
        ),
        "newey_west_lag": _whole(0, 12),
        "ambition_min_points": _whole(8),
        "ambition_max_points": (
            lambda value: least <= value <= _MOST,
            f"a whole number from ambition_min_points ({least}) to {_MOST}",
        ),
        "ambition_floor_events_per_day": _between(0, 100),
        "ambition_damping_per_month": _between(0, 1),
        "ambition_alphas": _between(0, 0.5),
        "ambition_baselines": (
            lambda value: value == 0 or 18 <= value <= _MOST,
            f"0, or a whole number from 18 to {_MOST}",
        ),
        "chance_floor": _between(0, 0.5),
        "placebo_last": (
            lambda value: 8 <= value <= window,
            f"a whole number from 8 to the months of verdict_before and verdict_after ({window})",
        ),
        "placebo_first": (lambda value: 8 <= value <= last, f"a whole number from 8 to placebo_last ({last})"),
        "diagnostic_lags": _whole(1, 48),
        "tail_first_origin": _whole(18),
        "tail_origin_step": _whole(1, 12),
        "tail_min_origins": _whole(1),
        "tail_min_areas": _whole(1),
        "tail_size_groups": _whole(1, 10),
        "record_share": _between(0.5, 1),
        "detectable_power": _between(0, 1),
        "payment_share": _between(0, 1),
        "share_min_sd": _between(0, 10),
        "simulation_draws": _whole(100, 1_000_000),
        "simulation_seed": _whole(0, 2**32 - 1),
        "funnel_winsor": _between(0, 0.5),
        "neighbours": _whole(3, 100),
    }
