"""The house keeps its shape: who may import whom, how large a file may be, what stands where."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "bcf_eval"

# A noun imports only nouns above it. `store` could, but has need of three alone.
NOUNS = [
    "errors",
    "files",
    "delimited",
    "periods",
    "specs",
    "workbook",
    "observations",
    "tables",
    "results",
    "wording",
    "wording_annual",
    "wording_outturns",
    "wording_targets",
    "store",
    "kept",
]
MAY_IMPORT: dict[str, set[str]] = {
    **{noun: set(NOUNS[:place]) for place, noun in enumerate(NOUNS)},
    "delimited": {"errors", "files"},
    "store": {"errors", "files", "tables"},
    "kept": {"errors", "files"},
    "catalogue": set(NOUNS),
    "acquire": {*NOUNS, "catalogue"},
    "clean": {*NOUNS, "catalogue"},
    "stats": {"errors"},
    "evaluate": {*NOUNS, "catalogue", "stats"},
    "report": {*NOUNS, "catalogue"},
    # What a researcher calls in JupyterLab; it stands above the verbs, as the command line does.
    "notebook": {*NOUNS, "catalogue", "evaluate", "report"},
    # What the command line does when a command is called: one module each, and nobody else imports them.
    "commands": {*NOUNS, "catalogue", "acquire", "clean", "evaluate", "report"},
}
NUMBERS_ONLY = {"numpy", "scipy", "statsmodels", "bcf_eval"}
RENDERERS = {"papermill", "nbconvert", "nbclient"}
HEAVY = {"statsmodels", "matplotlib", "papermill", "pandas"}

FILES = {path.relative_to(PACKAGE).as_posix(): path for path in sorted(PACKAGE.rglob("*.py"))}
TREES = {name: ast.parse(path.read_text(encoding="utf-8"), filename=name) for name, path in FILES.items()}


def part_of(name: str) -> str:
    """The noun or folder that a file, or a dotted module within the package, belongs to."""
    return name.removesuffix(".py").replace("/", ".").split(".")[0]


def imported(tree: ast.AST, *, skip: Callable[[ast.AST], bool] = lambda node: False) -> Iterator[str]:
    """Every module that is imported within a tree, dotted; a name taken from a module counts as one."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            module = "." * node.level + (node.module or "")
            yield from (f"{module}.{alias.name}" for alias in node.names)
        elif not skip(node):
            yield from imported(node, skip=skip)


def ours(modules: Iterable[str]) -> set[str]:
    """The parts of our own package among imported modules; ``""`` is the package as a whole."""
    return {part_of(one[len("bcf_eval.") :]) for one in modules if one.split(".")[0] == "bcf_eval"} | {
        one for one in modules if one.startswith(".")
    }


def is_function(node: ast.AST) -> bool:
    """Whether what stands in it runs only when it is called."""
    return isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)


def is_late(node: ast.AST) -> bool:
    """Whether what stands in it does not run at import: a function, or a block for the type checker alone."""
    return is_function(node) or (
        isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING"
    )


IMPORTS = {name: list(imported(tree)) for name, tree in TREES.items()}
# These two may import anything of ours, the heavy parts only when they are called for.
LAZY = {"cli.py", "__init__.py"}


def test_the_package_was_found() -> None:
    assert {part_of(name) for name in FILES} - {"cli", "__init__"} == set(MAY_IMPORT)


def test_imports_go_one_way() -> None:
    wrong = [
        f"{name} imports {part}"
        for name in TREES
        if name not in LAZY
        for part in sorted(ours(IMPORTS[name]) - MAY_IMPORT.get(part_of(name), set()))
        if "/" not in name or part != part_of(name)
    ]
    assert wrong == []


def test_the_command_line_and_the_public_names_import_verbs_when_called() -> None:
    verbs = {"acquire", "clean", "stats", "evaluate", "report", "commands"}
    at_import = {name: ours([*imported(TREES[name], skip=is_late)]) for name in LAZY}
    assert {name: parts & verbs for name, parts in at_import.items() if parts & verbs} == {}


def test_no_import_inside_a_function() -> None:
    inside = {name for name, tree in TREES.items() if IMPORTS[name] != [*imported(tree, skip=is_function)]}
    assert inside <= LAZY


def test_no_import_by_string() -> None:
    harmless = ("importlib.metadata", "importlib.resources")
    by_string = {
        name
        for name, tree in TREES.items()
        if any(one.split(".")[0] == "importlib" and not one.startswith(harmless) for one in IMPORTS[name])
        or any(isinstance(node, ast.Name) and node.id == "__import__" for node in ast.walk(tree))
    }
    assert by_string <= {"__init__.py"}


def test_stats_are_numbers_only() -> None:
    wrong = {
        f"{name} imports {top}"
        for name in TREES
        if part_of(name) == "stats"
        for top in {module.split(".")[0] for module in IMPORTS[name]}
        if top not in NUMBERS_ONLY | sys.stdlib_module_names
    }
    assert wrong == set()


def test_heavy_libraries_stay_where_they_belong() -> None:
    for name, modules in IMPORTS.items():
        tops = {module.split(".")[0] for module in modules}
        may_render = name == "report/kernel.py" or (part_of(name) == "report" and Path(name).stem.startswith("render"))
        assert may_render or not tops & RENDERERS, f"{name} imports {tops & RENDERERS}"
        assert not any(f"{module}.".startswith("statsmodels.api.") for module in modules), name


def test_importing_the_package_is_light() -> None:
    code = f"import sys, bcf_eval; print(*sorted(set(sys.modules) & {HEAVY!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True, cwd=ROOT)
    assert done.stdout.split() == []


def test_no_file_is_long() -> None:
    paths = [path for folder in ("bcf_eval", "tests", "benchmarks") for path in (ROOT / folder).rglob("*.py")]
    lengths = {path.relative_to(ROOT).as_posix(): len(path.read_text(encoding="utf-8").splitlines()) for path in paths}
    assert {name: lines for name, lines in lengths.items() if lines > 300} == {}


def test_everything_public_says_what_it_is() -> None:
    silent = [f"{name}: the module" for name, tree in TREES.items() if not ast.get_docstring(tree)]
    for name, tree in TREES.items():
        classes = [node for node in tree.body if isinstance(node, ast.ClassDef) and not node.name.startswith("_")]
        scopes: list[ast.Module | ast.ClassDef] = [tree, *classes]
        nodes = [one for scope in scopes for one in scope.body if isinstance(one, ast.FunctionDef | ast.ClassDef)]
        silent += [f"{name}: {one.name}" for one in nodes if one.name[0] != "_" and not ast.get_docstring(one)]
    assert silent == []


def test_only_the_command_line_prints() -> None:
    printing = {
        name
        for name, tree in TREES.items()
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "print"
    }
    assert printing == set()


def test_nothing_is_left_to_do() -> None:
    marks = ("TODO", "FIXME", "XXX", "NotImplementedError")
    assert [(name, mark) for name, path in FILES.items() for mark in marks if mark in path.read_text("utf-8")] == []


def test_only_the_store_knows_folders() -> None:
    folders = ("data_raw", "data_clean")
    knowing = [
        f"{name}: {node.value!r}"
        for name, tree in TREES.items()
        if name != "store.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value in folders
    ]
    assert knowing == []
