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

examples = settings(deadline=None, derandomize=True, max_examples=300)


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


def row(draw: st.DrawFn, part: Callable[[], Sample], *words: str) -> Sample:
    """Return up to three parts in a row, read from the left."""
    text, meaning = part()
    for _ in range(draw(FEW)):
        word = draw(st.sampled_from(words))
        other_text, other = part()
        text, meaning = f"{text} {word} {other_text}", binary(OPERATORS[word], meaning, other)
    return text, meaning


@st.composite
def samples(draw: st.DrawFn, depth: int = 2) -> Sample:
    """Return an expression with its meaning, one function a level of precedence."""

    def implication() -> Sample:
        """Return an implication, which is read from the right."""
        text, meaning = disjunction()
        for _ in range(draw(FEW)):
            other_text, other = disjunction()
            text = f"{other_text} implies {text}"
            meaning = binary(lambda a, b: a == 0 or b != 0, other, meaning)
        return text, meaning

    def disjunction() -> Sample:
        return row(draw, conjunction, "or")

    def conjunction() -> Sample:
        return row(draw, negation, "and")

    def negation() -> Sample:
        text, meaning = comparison()
        if draw(st.booleans()):
            return f"not {text}", unary(operator.not_, meaning)
        return text, meaning

    def comparison() -> Sample:
        text, meaning = total()
        if draw(st.booleans()):
            word = draw(st.sampled_from(["==", "!=", "<", "<=", ">", ">="]))
            other_text, other = total()
            return f"{text} {word} {other_text}", binary(OPERATORS[word], meaning, other)
        return text, meaning

    def total() -> Sample:
        return row(draw, lambda: row(draw, signed, "*", "/"), "+", "-")

    def signed() -> Sample:
        text, meaning = atom()
        if draw(FEW):
            return f"-{text}", unary(operator.neg, meaning)
        return text, meaning

    def atom() -> Sample:
        kind = draw(st.integers(0, 3)) if depth else 0
        if kind < 2:
            return draw(LEAVES)
        if kind == 2:
            text, meaning = draw(samples(depth - 1))
            return f"({text})", meaning
        return call(draw, [draw(samples(depth - 1)) for _ in range(1 + draw(FEW))])

    return implication()


def call(draw: st.DrawFn, arguments: list[Sample]) -> Sample:
    word, function = draw(st.sampled_from([("min", min), ("max", max)]))
    text = f"{word}({', '.join(text for text, _ in arguments)})"
    return text, lambda environment: function(part(environment) for _, part in arguments)


FEW = st.sampled_from([0, 0, 0, 0, 1, 2])
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
