"""Private names stay home, functions are short, and light commands stay light."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import negsim

PACKAGE = Path(negsim.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))


def private_imports(source: str) -> list[str]:
    """Return the private names of other modules that a module imports.

    Which rooms may import which is import-linter's to say: `.ci/run` calls it.
    """
    return [
        f"{node.module}.{alias.name}"
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("negsim.")
        for alias in node.names
        if alias.name.startswith("_")
    ]


@pytest.mark.parametrize("file", FILES, ids=lambda file: str(file.relative_to(PACKAGE)))
def test_private_names_stay_home(file: Path) -> None:
    assert private_imports(file.read_text(encoding="utf-8")) == []


def test_a_private_import_is_seen() -> None:
    assert private_imports("from negsim.dynamics.build import _passing")
    assert not private_imports("from negsim.dynamics.build import talks")


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


def test_matplotlib_is_imported_by_name_only_in_the_drawing_room() -> None:
    for file in FILES:
        if "import matplotlib" in file.read_text(encoding="utf-8"):
            assert file.relative_to(PACKAGE).parts[0] == "drawing", file
