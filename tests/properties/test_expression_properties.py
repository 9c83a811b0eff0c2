"""Expressions mean what a second, tiny evaluator says they mean, and any text is told apart."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import TypeAlias

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from negsim.errors import ExpressionError
from negsim.expressions import WORDS, Expression, parse

Meaning: TypeAlias = Callable[[Mapping[str, float]], float]
Sample: TypeAlias = tuple[str, Meaning]

NAMES = ("truce", "gain", "x1", "_y")
STANCES = ('east.truce == "yes"', 'west.truce == "if"')
NUMBERS = (0.0, 1.0, 2.0, -1.0, 0.5, 3.25)

examples = settings(deadline=None, derandomize=True, max_examples=500)


def constant(value: float) -> Meaning:
    return lambda environment: value


def variable(name: str) -> Meaning:
    return lambda environment: environment[name]


def unary(function: Callable[[float], float], sample: Meaning) -> Meaning:
    return lambda environment: float(function(sample(environment)))


def binary(function: Callable[[float, float], float], left: Meaning, right: Meaning) -> Meaning:
    return lambda environment: float(function(left(environment), right(environment)))


OPERATORS: dict[str, Callable[[float, float], float]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "and": lambda a, b: a != 0 and b != 0,
    "or": lambda a, b: a != 0 or b != 0,
}


class Author:
    """Writes one expression with its meaning, one method a level of precedence.

    ``budget`` bounds its size: once that many names and numbers are written, only single
    ones follow.
    """

    def __init__(self, draw: st.DrawFn) -> None:
        self.draw = draw
        self.budget = draw(st.integers(1, 8))

    def few(self) -> int:
        return self.draw(FEW) if self.budget > 0 else 0

    def row(self, part: Callable[[], Sample], *words: str) -> Sample:
        """Write up to three parts in a row, read from the left."""
        text, meaning = part()
        for _ in range(self.few()):
            word = self.draw(st.sampled_from(words))
            other_text, other = part()
            text, meaning = f"{text} {word} {other_text}", binary(OPERATORS[word], meaning, other)
        return text, meaning

    def implication(self) -> Sample:
        """Write an implication, which is read from the right."""
        text, meaning = self.disjunction()
        for _ in range(self.few()):
            other_text, other = self.disjunction()
            text = f"{other_text} implies {text}"
            meaning = binary(lambda a, b: a == 0 or b != 0, other, meaning)
        return text, meaning

    def disjunction(self) -> Sample:
        return self.row(self.conjunction, "or")

    def conjunction(self) -> Sample:
        return self.row(self.negation, "and")

    def negation(self) -> Sample:
        text, meaning = self.comparison()
        if self.few():
            return f"not {text}", unary(operator.not_, meaning)
        return text, meaning

    def comparison(self) -> Sample:
        text, meaning = self.total()
        if self.few():
            word = self.draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
            other_text, other = self.total()
            return f"{text} {word} {other_text}", binary(OPERATORS[word], meaning, other)
        return text, meaning

    def total(self) -> Sample:
        return self.row(self.product, "+", "-")

    def product(self) -> Sample:
        return self.row(self.signed, "*", "/")

    def signed(self) -> Sample:
        text, meaning = self.atom()
        if self.few():
            return f"-{text}", unary(operator.neg, meaning)
        return text, meaning

    def atom(self) -> Sample:
        self.budget -= 1
        kind = self.draw(st.integers(0, 3)) if self.budget > 0 else 0
        if kind < 2:
            return self.draw(LEAVES)
        return self.parentheses() if kind == 2 else self.call()

    def parentheses(self) -> Sample:
        text, meaning = self.implication()
        return f"({text})", meaning

    def call(self) -> Sample:
        word, function = self.draw(st.sampled_from([("min", min), ("max", max)]))
        parts = [self.implication() for _ in range(1 + self.few())]
        text = f"{word}({', '.join(text for text, _ in parts)})"
        return text, lambda environment: function(part(environment) for _, part in parts)


@st.composite
def samples(draw: st.DrawFn) -> Sample:
    return Author(draw).implication()


FEW = st.sampled_from([0, 0, 1, 2])
LEAVES = st.sampled_from(
    [(name, variable(name)) for name in NAMES]
    + [(f"({key})", variable(key)) for key in STANCES]
    + [(str(value), constant(value)) for value in (0, 1, 2, 0.5, 3.25)]
    + [("true", constant(1)), ("false", constant(0))]
)
SAMPLES = samples()
ENVIRONMENTS = st.fixed_dictionaries(
    {name: st.sampled_from(NUMBERS) for name in NAMES}
    | {key: st.sampled_from([0.0, 1.0]) for key in STANCES}
)


def meaning_of(meaning: Meaning, environment: Mapping[str, float]) -> float:
    """Return the second evaluator's value; a division by zero is not compared."""
    try:
        value = meaning(environment)
    except ZeroDivisionError:
        assume(False)
    return value


def parsed(text: str) -> Expression:
    assume(len(text) <= 2_000)
    return parse(text)


@examples
@given(SAMPLES, ENVIRONMENTS)
def test_two_evaluators_agree(sample: Sample, environment: dict[str, float]) -> None:
    text, meaning = sample
    assert parsed(text).evaluate(environment) == meaning_of(meaning, environment)


@examples
@given(SAMPLES, st.lists(ENVIRONMENTS, min_size=4, max_size=4))
def test_arrays_are_evaluated_element_by_element(
    sample: Sample, environments: list[dict[str, float]]
) -> None:
    """Even names vary along one axis, odd names along another; the result is the whole table."""
    expression = parsed(sample[0])
    keys = [*NAMES, *STANCES]
    shape = {key: (2, 1) if place % 2 else (1, 2) for place, key in enumerate(keys)}
    values = {key: np.array([e[key] for e in environments[:2]]) for key in keys}
    table = expression.evaluate({key: values[key].reshape(shape[key]) for key in keys})
    for i in range(2):
        for j in range(2):
            one = {key: values[key][i if place % 2 else j] for place, key in enumerate(keys)}
            expected = expression.evaluate(one)
            np.testing.assert_array_equal(np.broadcast_to(table, (2, 2))[i, j], expected)


@examples
@given(SAMPLES, st.data())
def test_blanks_between_words_do_not_matter(sample: Sample, data: st.DataObject) -> None:
    blank = data.draw(st.sampled_from(["  ", "\t", "\n", " \r\n "]))
    assert parsed(sample[0].replace(" ", blank)).tree == parsed(sample[0]).tree


WORD = st.sampled_from(
    [*NAMES, *WORDS, "east.truce", '"yes"', "'if'", *"+-*/<>().,=!;\"'\n\x00é٣", "==", "1", ".5"]
)
TEXTS = st.text(max_size=60) | st.lists(WORD, max_size=30).map(" ".join)


@examples
@given(TEXTS | st.lists(WORD, max_size=30).map("".join))
def test_any_text_is_an_expression_or_told_why_not(text: str) -> None:
    try:
        expression = parse(text)
    except ExpressionError as error:
        message = str(error)
        assert message.isprintable()
        assert len(message) < 200
    else:
        assert not expression.names() & set(WORDS)
        environment = dict.fromkeys(expression.names(), 1.0)
        environment |= {stance.key: 0.0 for stance in expression.stances()}
        assert expression.evaluate(environment).shape == ()
