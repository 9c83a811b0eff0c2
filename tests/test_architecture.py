"""Imports point down only, private names stay home, and light commands stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import negsim

PACKAGE = Path(negsim.__file__).parent
LAYERS = [
    "errors",
    "cells",
    "folders",
    "registry",
    "parameters",
    "lazy",
    "kernel_cache",
    "deadline",
    "arrays",
    "seals",
    "expressions",
    "scenario",
    "games",
    "solvers",
    "play",
    "analysis",
    "sweep",
    "studies",
    "report",
    "cli",
]
FILES = sorted(PACKAGE.rglob("*.py"))


def layer_of(module: str) -> str:
    return module.split(".")[1]


def imports(tree: ast.AST) -> list[tuple[str, str]]:
    """Return (module, name) of every import of the package's own modules."""
    found = []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("negsim."):
            found += [(node.module or "", alias.name) for alias in node.names]
        if isinstance(node, ast.Import):
            found += [(alias.name, "") for alias in node.names if alias.name.startswith("negsim.")]
    return found


def violations(source: str, layer: str) -> list[str]:
    """Return what a module of a layer imports from above it, or of others' private names."""
    wrong = []
    for module, name in imports(ast.parse(source)):
        if LAYERS.index(layer_of(module)) > LAYERS.index(layer):
            wrong.append(f"{layer} imports {module}")
        if name.startswith("_"):
            wrong.append(f"{layer} imports the private {name} of {module}")
    return wrong


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_imports_point_down(file: Path) -> None:
    relative = file.relative_to(PACKAGE).with_suffix("")
    if str(relative) == "__init__":
        return
    assert violations(file.read_text(encoding="utf-8"), relative.parts[0]) == []


def test_an_upward_import_is_seen() -> None:
    assert violations("from negsim.drawing.words import percent", "games")
    assert violations("from negsim.dynamics.build import _passing", "solvers")
    assert not violations("from negsim.dynamics.build import talks", "solvers")


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_functions_are_short_and_files_open_with_their_idea(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    if file.stat().st_size:
        assert ast.get_docstring(tree), "a file opens with its one idea"
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            docstring = ast.get_docstring(node, clean=False) or ""
            length = (node.end_lineno or 0) - node.lineno + 1 - docstring.count("\n")
            assert length <= 61, f"{node.name} has {length} lines"


@pytest.mark.parametrize("heavy", ["numpy", "matplotlib", "numba", "scipy", "pydantic", "rich"])
def test_help_imports_nothing_heavy(heavy: str) -> None:
    code = (
        "import sys\n"
        "from click.testing import CliRunner\n"
        "from negsim.cli.group import cli\n"
        "result = CliRunner().invoke(cli, ['--help'])\n"
        "assert result.exit_code == 0, result.output\n"
        f"sys.exit({heavy!r} in sys.modules)\n"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_csv_is_written_in_one_place_only() -> None:
    """There what a spreadsheet would run as a formula becomes text."""
    writers = [file.name for file in FILES if "csv.writer" in file.read_text(encoding="utf-8")]
    assert writers == ["cells.py"]


def test_matplotlib_is_imported_only_in_report() -> None:
    for file in FILES:
        if "import matplotlib" in file.read_text(encoding="utf-8"):
            assert file.relative_to(PACKAGE).parts[0] == "report", file
