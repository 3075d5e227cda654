"""The three lists of dependencies agree: pyproject.toml, environment.yml and requirements.lock."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
LOCK = (ROOT / "requirements.lock").read_text(encoding="utf-8")
ENVIRONMENT: dict[str, Any] = yaml.safe_load((ROOT / "environment.yml").read_text(encoding="utf-8"))
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))


def stated() -> dict[str, str]:
    """Every dependency of pyproject.toml, those of development too, with its bounds."""
    project = PYPROJECT["project"]
    texts = [*project["dependencies"], *project["optional-dependencies"]["dev"]]
    return {canonicalize_name(one.name): str(one.specifier) for one in map(Requirement, texts)}


def locked() -> list[tuple[Requirement, list[str]]]:
    """Every entry of the lock with its hashes."""
    entries = []
    for block in re.split(r"\n(?=[a-z0-9])", re.sub(r"^\s*#.*\n?", "", LOCK, flags=re.MULTILINE), flags=re.IGNORECASE):
        first, *rest = block.split(" \\\n")
        entries.append((Requirement(first.strip()), [one.strip() for one in rest]))
    return entries


def test_conda_lists_what_pyproject_lists() -> None:
    conda = dict(one.split(" ", 1) if " " in one else (one, "") for one in ENVIRONMENT["dependencies"])
    assert conda.pop("python") == PYPROJECT["project"]["requires-python"]
    assert conda.pop("pip") == ""
    assert conda == stated()


def test_conda_uses_conda_forge_alone_and_pip_for_nothing() -> None:
    assert ENVIRONMENT["channels"] == ["conda-forge", "nodefaults"]
    assert all(isinstance(one, str) for one in ENVIRONMENT["dependencies"])
    assert ENVIRONMENT["name"] == PYPROJECT["project"]["name"]


def test_the_lock_holds_every_dependency_within_its_bounds() -> None:
    versions: dict[str, list[str]] = {}
    for entry, _ in locked():
        versions.setdefault(canonicalize_name(entry.name), []).append(str(entry.specifier).removeprefix("=="))
    for name, bounds in stated().items():
        assert name in versions, f"{name} of pyproject.toml is not in requirements.lock: run 'make lock'"
        for version in versions[name]:
            assert Requirement(f"{name}{bounds}").specifier.contains(version), f"{name} {version} is not {bounds}"


def test_the_lock_brings_what_builds_the_project() -> None:
    pinned = {canonicalize_name(entry.name) for entry, _ in locked()}
    for text in PYPROJECT["build-system"]["requires"]:
        assert canonicalize_name(Requirement(text).name) in pinned
        assert text in PYPROJECT["project"]["optional-dependencies"]["dev"]
    # hatchling asks for it when it installs a project as editable; pip does not look without build isolation.
    assert "editables" in pinned


def test_every_entry_of_the_lock_is_pinned_and_hashed() -> None:
    entries = locked()
    assert len(entries) == len(re.findall(r"(?m)^[A-Za-z0-9]", LOCK)) > 100
    for entry, hashes in entries:
        assert re.fullmatch(r"==[\w.+!]+", str(entry.specifier)), f"{entry} is not pinned"
        assert hashes, f"{entry} has no hash"
        assert all(re.fullmatch(r"--hash=sha256:[0-9a-f]{64}", one) for one in hashes), f"{entry} has another hash"


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK
    assert not re.findall(r"(?m)^\s*(?:-i\b|-f\b|--(?!hash=)\S+|.* @ .*)", LOCK)
    # The first lines quote the command, which may have named an index.
    assert not re.search(r"index|find-links|trusted-host", LOCK)


@pytest.mark.parametrize(
    ("platform", "wanted", "unwanted"),
    [
        ({"sys_platform": "win32", "os_name": "nt"}, {"colorama", "pywinpty"}, {"appnope", "ptyprocess"}),
        ({"sys_platform": "darwin", "os_name": "posix"}, {"appnope", "ptyprocess"}, {"colorama", "pywinpty"}),
        ({"sys_platform": "linux", "os_name": "posix"}, {"ptyprocess"}, {"appnope", "colorama", "pywinpty"}),
    ],
)
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13", "3.14"])
def test_the_lock_serves_every_platform(
    platform: dict[str, str], wanted: set[str], unwanted: set[str], python: str
) -> None:
    here = {**platform, "python_version": python, "python_full_version": f"{python}.7"}
    names = [entry.name for entry, _ in locked() if entry.marker is None or entry.marker.evaluate(here)]
    assert len(names) == len(set(names))
    assert wanted <= set(names)
    assert not unwanted & set(names)
    assert set(stated()) <= {canonicalize_name(name) for name in names}
