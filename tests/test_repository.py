"""What is committed is ours, small, and says nothing of the machine it was made on."""

from __future__ import annotations

import hashlib
import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MOST_BYTES = 1500 * 1024

# Written so that none of these patterns finds itself here.
OWN_FOLDER = re.compile(
    r"(?:file://|(?<![\w.:/~-]))/(?:home|Users|root|work|workspace)/\w|\b[A-Za-z]:\\+(?:Users|work)\\+\w"
)
REGISTRY = re.compile(
    r"https?://[^\s\"'<>]*(?:pypi\.|pythonhosted|/simple\b|artifactory|nexus|devpi|npmjs|anaconda\.)"
    r"|(?:^|\s)-{2}(?:extra-)?(?:index-url|trusted-host)\b|\b(?:PIP|UV)_(?:EXTRA_)?INDEX(?:_URL)?\b",
    re.MULTILINE,
)


@pytest.fixture(scope="module")
def files() -> list[Path]:
    """Every file that is tracked, or would be by the next ``git add``."""
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    try:
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    except (FileNotFoundError, subprocess.CalledProcessError):
        pytest.skip("this is not a git repository, or git is not here")
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def matches(files: list[Path], pattern: re.Pattern[str]) -> list[str]:
    """Where a pattern stands in the text files among these."""
    found = []
    for path in files:
        content = path.read_bytes()
        if b"\0" not in content:
            text = content.decode("utf-8", errors="replace")
            found += [f"{path.relative_to(ROOT)}: {match.group().strip()}" for match in pattern.finditer(text)]
    return found


def sha1_of(path: Path) -> bytes:
    """Checksum of a file's bytes."""
    return hashlib.sha1(path.read_bytes()).digest()


def test_the_repository_was_listed(files: list[Path]) -> None:
    names = {path.relative_to(ROOT).as_posix() for path in files}
    assert {"pyproject.toml", "LICENSE", "bcf_eval/store.py", "data_raw/README.md"} <= names
    assert not {name for name in names if name.startswith(("data_raw/", "data_clean/", "reports/", "demo/"))} - {
        "data_raw/README.md",
        "data_clean/README.md",
        "reports/README.md",
    }


def test_no_file_names_a_folder_of_somebodys_machine(files: list[Path]) -> None:
    assert matches(files, OWN_FOLDER) == []


def test_no_file_names_a_package_registry(files: list[Path]) -> None:
    assert matches(files, REGISTRY) == []


@pytest.mark.parametrize(
    "text", ["see /ho" + "me/ann/data", '"/wo' + 'rk/main"', r"C:\Us" + r"ers\ann", "file:///ho" + "me/ann/x"]
)
def test_a_folder_of_a_machine_would_be_found(text: str) -> None:
    assert OWN_FOLDER.search(text)


@pytest.mark.parametrize(
    "text", ["https://py" + "pi.org/simple", "pip install -" + "-index-url x", "PIP_IN" + "DEX_URL=x"]
)
def test_a_registry_would_be_found(text: str) -> None:
    assert REGISTRY.search(text)


def test_no_file_is_large(files: list[Path]) -> None:
    large = {str(path.relative_to(ROOT)): path.stat().st_size for path in files if path.stat().st_size > MOST_BYTES}
    assert large == {}


@pytest.mark.real
def test_no_file_is_a_publishers(files: list[Path], shared: Path) -> None:
    theirs = [path for path in shared.rglob("*") if path.is_file()]
    assert len(theirs) > 100
    sizes = {path.stat().st_size for path in theirs} - {0}
    suspects = {path: sha1_of(path) for path in files if path.stat().st_size in sizes}
    published = {sha1_of(path) for path in theirs}
    assert [str(path.relative_to(ROOT)) for path, digest in suspects.items() if digest in published] == []
