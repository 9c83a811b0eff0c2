"""Measure the house: how long it is, what it repeats, what is handed on as a dict.

Run it with ``python tests/measures.py``; it prints one figure a line. Tests hold some of them.
"""

from __future__ import annotations

import ast
import io
import statistics
import sys
import tokenize
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "negsim"
Function = ast.FunctionDef | ast.AsyncFunctionDef
BOUNDARY = {"Any", "object"}
MOST_PARAMETERS = 8
KERNELS = {"kernel", "inner_kernel", "inlined_kernel", "compiled"}
LAYOUT = {tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.COMMENT}


@dataclass(frozen=True)
class Module:
    """A file of the package, read and parsed."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """Return the path within the package."""
        return str(self.path.relative_to(PACKAGE))


def modules() -> list[Module]:
    """Return every module of the package."""
    texts = [(path, path.read_text(encoding="utf-8")) for path in sorted(PACKAGE.rglob("*.py"))]
    return [Module(path, text, ast.parse(text)) for path, text in texts]


def functions(module: Module) -> Iterator[Function]:
    """Yield every function and method."""
    for node in ast.walk(module.tree):
        if isinstance(node, Function):
            yield node


def tokens(module: Module) -> int:
    """Return the number of tokens that are neither layout nor comments, docstrings counted once."""
    found = tokenize.generate_tokens(io.StringIO(module.text).readline)
    return sum(token.type not in LAYOUT for token in found)


def length(function: Function) -> int:
    """Return the lines of a function without its docstring."""
    told = ast.get_docstring(function, clean=False) or ""
    return (function.end_lineno or 0) - function.lineno + 1 - (told.count("\n") + bool(told))


def dict_models(module: Module) -> list[str]:
    """Return the annotations that are dicts from text to anything."""
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Subscript) and isinstance(node.value, ast.Name | ast.Attribute):
            name = node.value.id if isinstance(node.value, ast.Name) else node.value.attr
            parts = node.slice.elts if isinstance(node.slice, ast.Tuple) else []
            if name in ("dict", "Mapping", "MutableMapping") and len(parts) == 2:
                key, value = (ast.unparse(part) for part in parts)
                if key == "str" and value in BOUNDARY:
                    found.append(f"{module.name}:{node.lineno}")
    return found


def look_ups(module: Module) -> list[str]:
    """Return the look-ups by a text that is written there, stores left out."""
    return [
        f"{module.name}:{node.lineno}"
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Subscript)
        and isinstance(node.ctx, ast.Load)
        and isinstance(node.slice, ast.Constant)
        and isinstance(node.slice.value, str)
        and not in_annotation(node)
    ]


def in_annotation(node: ast.Subscript) -> bool:
    """Tell whether a subscript is ``Literal["a"]`` or the like."""
    return isinstance(node.value, ast.Name) and node.value.id in ("Literal", "TypeVar", "Annotated")


def long_signatures(module: Module) -> list[str]:
    """Return the functions with more than eight parameters that are no kernels or commands."""
    found = []
    for function in functions(module):
        own = function.args
        names = [each.arg for each in (*own.posonlyargs, *own.args, *own.kwonlyargs)]
        count = len([name for name in names if name not in ("self", "cls")])
        marks = {ast.unparse(each).split("(")[0].split(".")[-1] for each in function.decorator_list}
        if count > MOST_PARAMETERS and not marks & (KERNELS | {"command"}):
            found.append(f"{module.name}:{function.lineno} {function.name}")
    return found


def class_names(every: list[Module]) -> list[str]:
    """Return the names of classes that are defined more than once."""
    names = Counter(
        node.name
        for each in every
        for node in ast.walk(each.tree)
        if isinstance(node, ast.ClassDef)
    )
    return sorted(name for name, count in names.items() if count > 1)


def main() -> None:
    """Print the measures; with ``-v`` also where each is."""
    every = modules()
    lengths = [length(function) for each in every for function in functions(each)]
    lists = {
        "dicts as models": [place for each in every for place in dict_models(each)],
        "look-ups by a text": [place for each in every for place in look_ups(each)],
        "class names defined twice": class_names(every),
        "signatures of more than 8": [place for each in every for place in long_signatures(each)],
    }
    lines = sum(each.text.count("\n") for each in every)
    rows = [
        ("files", len(every)),
        ("lines", lines),
        ("tokens", sum(tokens(each) for each in every)),
        ("functions", len(lengths)),
        ("median lines of a function", statistics.median(lengths)),
        ("longest function", max(lengths)),
        *((name, len(found)) for name, found in lists.items()),
    ]
    for name, value in rows:
        sys.stdout.write(f"{name:32}{value:>10,}\n")
    if "-v" in sys.argv:
        for name, found in lists.items():
            sys.stdout.write("\n".join([f"\n{name}", *found, ""]))


if __name__ == "__main__":
    main()
