"""A kernel made for other kernels has no way in from Python, so nothing in Python may call it."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

import negsim

INNER = ("inner_kernel", "inlined_kernel")
ROOT = Path(negsim.__file__).parent.parent
FILES = sorted(
    path for top in ("negsim", "tests", "experiments") for path in (ROOT / top).rglob("*.py")
)

CALLED = """
from negsim.arrays import inlined_kernel, inner_kernel

@inlined_kernel
def add(left, right):
    return left + right

@inner_kernel
def double(value):
    return add(value, value)
"""


@cache
def parsed(path: Path) -> ast.Module:
    return ast.parse(path.read_text(encoding="utf-8"))


def is_kernel(node: ast.stmt, *names: str) -> bool:
    return isinstance(node, ast.FunctionDef) and any(
        isinstance(mark, ast.Name) and mark.id in names for mark in node.decorator_list
    )


def inner_kernels(module: str, tree: ast.Module) -> set[str]:
    """Return the full names of the kernels of a module that only kernels may call."""
    return {f"{module}.{node.name}" for node in tree.body if is_kernel(node, *INNER)}


def known_names(module: str, tree: ast.Module) -> dict[str, str]:
    """Return the full name of each name that a module imports or defines."""
    names = {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }
    return names | {
        node.name: f"{module}.{node.name}"
        for node in tree.body
        if isinstance(node, ast.FunctionDef)
    }


def used_by_python(module: str, tree: ast.Module) -> Iterator[str]:
    """Yield the full names that a module uses outside its kernels."""
    names = known_names(module, tree)
    for statement in tree.body:
        if is_kernel(statement, "kernel", *INNER):
            continue
        for node in ast.walk(statement):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                yield names.get(node.id, "")
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
                yield f"{names.get(node.value.id, '')}.{node.attr}"


def module_of(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


@cache
def all_inner_kernels() -> frozenset[str]:
    return frozenset().union(*(inner_kernels(module_of(path), parsed(path)) for path in FILES))


@pytest.mark.parametrize("path", FILES, ids=module_of)
def test_no_inner_kernel_is_called_from_python(path: Path) -> None:
    assert set(used_by_python(module_of(path), parsed(path))).isdisjoint(all_inner_kernels())


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("add(1, 2)", True),
        ("share = [add]", True),
        ("def plain():\n    return double(1)", True),
        ("from negsim import sums\nsums.add(1, 2)", True),
        ("subtract(1, 2)", False),
    ],
)
def test_a_call_from_python_is_found(line: str, found: bool) -> None:
    tree = ast.parse(CALLED + line)
    inner = inner_kernels("negsim.sums", tree)
    assert inner == {"negsim.sums.add", "negsim.sums.double"}
    assert inner.isdisjoint(used_by_python("negsim.sums", tree)) != found
