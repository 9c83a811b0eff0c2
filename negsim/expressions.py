"""The closed expression language of scenario files: parsed to a tree, evaluated over arrays.

Names stand for options in effect, state variables and parameters; ``party.option == "if"`` asks
what a party said. Truth is 1, falsehood 0. Nothing can be called but ``min`` and ``max``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from typing import Any, TypeAlias

import numpy as np

from negsim.arrays import FloatArray
from negsim.errors import ExpressionError, named_character

MAX_LENGTH = 2_000
MAX_DEPTH = 40
MAX_LEVELS = 200
MAX_DIGITS = 40
WORDS = ("and", "or", "not", "implies", "min", "max", "true", "false")

Environment: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Literal:
    """A number written in the expression."""

    value: float


@dataclass(frozen=True, slots=True)
class Name:
    """An option in effect, a state variable, a parameter, or the dotted name of a number."""

    name: str


@dataclass(frozen=True, slots=True)
class Stance:
    """Whether a party's stance on an option is the one named."""

    party: str
    option: str
    stance: str

    @property
    def key(self) -> str:
        """Return the name under which an environment holds this truth value."""
        return f'{self.party}.{self.option} == "{self.stance}"'


@dataclass(frozen=True, slots=True)
class Apply:
    """An operation on one or more trees."""

    operation: str
    arguments: tuple[Node, ...]


Node: TypeAlias = Literal | Name | Stance | Apply


@dataclass(frozen=True, slots=True)
class Expression:
    """A parsed expression and the text it was parsed from."""

    text: str
    tree: Node

    def names(self) -> frozenset[str]:
        """Return the names that the expression mentions."""
        return frozenset(node.name for node in _walk(self.tree) if isinstance(node, Name))

    def stances(self) -> frozenset[Stance]:
        """Return the stances that the expression asks about."""
        return frozenset(node for node in _walk(self.tree) if isinstance(node, Stance))

    def evaluate(self, environment: Environment) -> FloatArray:
        """Return the value for arrays that broadcast together, one for each name and stance key.

        >>> parse("a and not b").evaluate({"a": np.array([1, 1]), "b": np.array([0, 1])})
        array([1., 0.])
        """
        with np.errstate(all="ignore"):
            return np.asarray(_evaluate(self.tree, environment), dtype=float)

    def replaced(self, trees: Mapping[str, Node]) -> Expression:
        """Return the expression with some names replaced by trees; the text stays as it was.

        >>> parse("a + b").replaced({"b": Literal(2.0)}).evaluate({"a": 1})
        array(3.)
        """
        return Expression(self.text, _replaced(self.tree, trees))

    def __str__(self) -> str:
        return self.text


def _replaced(tree: Node, trees: Mapping[str, Node]) -> Node:
    if isinstance(tree, Name):
        return trees.get(tree.name, tree)
    if isinstance(tree, Apply):
        return Apply(tree.operation, tuple(_replaced(part, trees) for part in tree.arguments))
    return tree


def parse(text: str) -> Expression:
    """Parse an expression.

    Raises
    ------
    ExpressionError
        If the text is not in the language, is longer than 2,000 characters, nests deeper than
        40 parentheses, or makes a tree of more than 200 levels; the message says where.

    >>> parse("2 * min(leverage, 3)").evaluate({"leverage": 5})
    array(6.)
    >>> parse("open('x')")
    Traceback (most recent call last):
    ...
    negsim.errors.ExpressionError: "open" cannot be called; only min and max can (column 1)
    """
    if len(text) > MAX_LENGTH:
        raise ExpressionError(f"{len(text)} characters, expected at most {MAX_LENGTH}")
    tree = _Parser(text).parse()
    if _levels(tree) > MAX_LEVELS:
        raise ExpressionError(f"more than {MAX_LEVELS} operations inside one another")
    return Expression(text, tree)


def named(name: str) -> Expression:
    """Return the expression that is the one named number."""
    return Expression(name, Name(name))


def literal(value: float) -> Expression:
    """Return the expression that is a fixed number."""
    return Expression(f"{value:g}", Literal(value))


def _walk(tree: Node) -> Iterator[Node]:
    waiting = [tree]
    while waiting:
        node = waiting.pop()
        yield node
        if isinstance(node, Apply):
            waiting.extend(node.arguments)


def _levels(tree: Node) -> int:
    """Return the depth of a tree, counted level by level so that no tree is too deep for it."""
    level: list[Node] = [tree]
    depth = 0
    while level:
        depth += 1
        level = [part for node in level if isinstance(node, Apply) for part in node.arguments]
    return depth


def _truth(value: Any) -> Any:
    return np.not_equal(value, 0)


_OPERATIONS: dict[str, Callable[..., Any]] = {
    "and": lambda a, b: 1.0 * (_truth(a) & _truth(b)),
    "or": lambda a, b: 1.0 * (_truth(a) | _truth(b)),
    "implies": lambda a, b: 1.0 * (~_truth(a) | _truth(b)),
    "not": lambda a: 1.0 * ~_truth(a),
    "==": lambda a, b: 1.0 * np.equal(a, b),
    "!=": lambda a, b: 1.0 * np.not_equal(a, b),
    "<": lambda a, b: 1.0 * np.less(a, b),
    "<=": lambda a, b: 1.0 * np.less_equal(a, b),
    ">": lambda a, b: 1.0 * np.greater(a, b),
    ">=": lambda a, b: 1.0 * np.greater_equal(a, b),
    "+": np.add,
    "-": np.subtract,
    "*": np.multiply,
    "/": np.true_divide,
    "negative": np.negative,
    "min": lambda *values: reduce(np.minimum, values),
    "max": lambda *values: reduce(np.maximum, values),
}


def _evaluate(tree: Node, environment: Environment) -> Any:
    match tree:
        case Literal(value):
            return value
        case Name(name):
            return np.asarray(environment[name], dtype=float)
        case Stance():
            return np.asarray(environment[tree.key], dtype=float)
        case Apply(operation, arguments):
            return _OPERATIONS[operation](*(_evaluate(part, environment) for part in arguments))


_TOKEN = re.compile(
    r"""\s*(?:(?P<number>\d+(?:\.\d+)?|\.\d+)
    |(?P<name>[A-Za-z_][A-Za-z0-9_]*)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<sign>==|!=|<=|>=|[-+*/<>().,])
    |(?P<end>$)
    |(?P<bad>.))""",
    re.VERBOSE | re.DOTALL | re.ASCII,
)

_SAID = re.compile(r"[a-z][a-z0-9_]*", re.ASCII)
_COMPARISONS = ("==", "!=", "<=", ">=", "<", ">")


@dataclass(frozen=True, slots=True)
class _Word:
    kind: str
    text: str
    column: int

    def __str__(self) -> str:
        """Return the token in quotes, on one line and not too long."""
        text = self.text[1:-1] if self.kind == "text" else self.text
        shown = text if text.isascii() and text.isprintable() else ascii(text)[1:-1]
        return f'"{shown[:MAX_DIGITS]}..."' if len(shown) > MAX_DIGITS else f'"{shown}"'


def _tokens(text: str) -> list[_Word]:
    found = []
    position = 0
    while True:
        match = _TOKEN.match(text, position)
        assert match is not None
        assert match.lastgroup is not None
        kind = match.lastgroup
        token = _Word(kind, match.group(kind), match.start(kind) + 1)
        if kind == "bad":
            what = named_character(token.text)
            raise ExpressionError(f"{what} is not part of the language (column {token.column})")
        if kind == "number" and len(token.text) > MAX_DIGITS:
            raise ExpressionError(
                f"a number of more than {MAX_DIGITS} digits (column {token.column})"
            )
        found.append(token)
        if kind == "end":
            return found
        position = match.end()


class _Parser:
    """A recursive descent over the tokens, one method a level of precedence."""

    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.position = 0
        self.depth = 0

    def parse(self) -> Node:
        if self.next.kind == "end":
            raise ExpressionError("empty, expected an expression")
        tree = self.implication()
        if self.next.kind != "end":
            raise self.fault(f"unexpected {self.next}")
        return tree

    @property
    def next(self) -> _Word:
        return self.tokens[self.position]

    def take(self, *texts: str) -> str | None:
        token = self.next
        if token.kind in ("name", "sign") and token.text in texts:
            self.position += 1
            return token.text
        return None

    def expect(self, text: str) -> None:
        if not self.take(text):
            found = str(self.next) if self.next.kind != "end" else "the end"
            raise self.fault(f'expected "{text}", found {found}')

    def fault(self, message: str, column: int | None = None) -> ExpressionError:
        return ExpressionError(f"{message} (column {column or self.next.column})")

    def implication(self) -> Node:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            raise self.fault(f"nested deeper than {MAX_DEPTH}")
        left = self.disjunction()
        if self.take("implies"):
            left = Apply("implies", (left, self.implication()))
        self.depth -= 1
        return left

    def chain(self, part: Callable[[], Node], *operations: str) -> Node:
        left = part()
        count = 0
        while operation := self.take(*operations):
            left = Apply(operation, (left, part()))
            count += 1
            if count > 4 * MAX_DEPTH:
                raise self.fault(f"more than {4 * MAX_DEPTH} terms in a row")
        return left

    def disjunction(self) -> Node:
        return self.chain(self.conjunction, "or")

    def conjunction(self) -> Node:
        return self.chain(self.negation, "and")

    def negation(self) -> Node:
        signs = 0
        while self.take("not"):
            signs += 1
        tree = self.comparison()
        for _ in range(min(signs, 2 - signs % 2)):
            tree = Apply("not", (tree,))
        return tree

    def comparison(self) -> Node:
        left = self.chain(self.product, "+", "-")
        operation = self.take(*_COMPARISONS)
        if operation is None:
            return left
        tree = Apply(operation, (left, self.chain(self.product, "+", "-")))
        column = self.next.column
        if self.take(*_COMPARISONS):
            message = 'comparisons cannot be chained; write "a < b and b < c"'
            raise self.fault(message, column)
        return tree

    def product(self) -> Node:
        return self.chain(self.signed, "*", "/")

    def signed(self) -> Node:
        negative = False
        while self.take("-"):
            negative = not negative
        tree = self.atom()
        return Apply("negative", (tree,)) if negative else tree

    def atom(self) -> Node:
        token = self.next
        self.position += 1
        if token.kind == "number":
            return Literal(float(token.text))
        if token.kind == "name":
            return self.word(token)
        if token.text == "(":
            tree = self.implication()
            self.expect(")")
            return tree
        found = str(token) if token.kind != "end" else "the end"
        raise self.fault(f"expected a name or a number, found {found}", token.column)

    def word(self, token: _Word) -> Node:
        if self.take("("):
            return self.call(token)
        if token.text in ("true", "false"):
            return Literal(float(token.text == "true"))
        if token.text in WORDS:
            raise self.fault(f'unexpected "{token.text}"', token.column)
        if self.take("."):
            return self.stance(token)
        return Name(token.text)

    def call(self, token: _Word) -> Node:
        if token.text not in ("min", "max"):
            raise self.fault(f"{token} cannot be called; only min and max can", token.column)
        arguments = [self.implication()]
        while self.take(","):
            arguments.append(self.implication())
        self.expect(")")
        return Apply(token.text, tuple(arguments))

    def stance(self, party: _Word) -> Node:
        option = self.next
        if option.kind == "name":
            self.position += 1
        operation = self.take("==", "!=")
        word = self.next
        if option.kind != "name" or operation is None or word.kind != "text":
            expected = f'{party.text[:MAX_DIGITS]}.OPTION == "if"'
            raise self.fault(f"a dot asks what a party said; expected {expected}", party.column)
        self.position += 1
        said = word.text[1:-1]
        if not _SAID.fullmatch(said):
            raise self.fault(f"{word} is not a stance; expected no, yes or if", word.column)
        tree = Stance(party.text, option.text, said)
        return tree if operation == "==" else Apply("not", (tree,))
