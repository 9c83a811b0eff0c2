"""The expression language: values checked by hand, and every message about what is not in it."""

import numpy as np
import pytest

from negsim.errors import ExpressionError
from negsim.expressions import Stance, literal, named, parse

VALUES = (
    ("1 + 2 * 3", 7),
    ("(1 + 2) * 3", 9),
    ("7 - 2 - 1", 4),
    ("8 / 4 / 2", 1),
    ("-2 * -3", 6),
    ("--2", 2),
    ("1 - -1", 2),
    (".5 + 0.25", 0.75),
    ("two + three == 5", 1),
    ("two != three", 1),
    ("two < 2", 0),
    ("two <= 2", 1),
    ("three > two", 1),
    ("three >= 4", 0),
    ("on and off", 0),
    ("on or off", 1),
    ("not off", 1),
    ("not not on", 1),
    ("not not not on", 0),
    ("not on == off", 1),
    ("off implies on", 1),
    ("on implies off", 0),
    ("off implies off implies off", 1),
    ("(off implies off) implies off", 0),
    ("off or on and off", 0),
    ("(off or on) and on", 1),
    ("on and not off or off", 1),
    ("two and three", 1),
    ("two * on", 2),
    ("1 - 0.5 * on", 0.5),
    ("min(two, three, 1)", 1),
    ("max(two)", 2),
    ("max(min(two, three), 1 + 2)", 3),
    ("true", 1),
    ("false or true", 1),
    ('east.deal == "yes"', 1),
    ("east.deal != 'yes'", 0),
    ('not east.deal == "if"', 1),
    ("\ttwo\n+ three ", 5),
    ("1 / 0", np.inf),
)
ENVIRONMENT = {
    "two": 2,
    "three": 3.0,
    "on": True,
    "off": False,
    'east.deal == "yes"': True,
    'east.deal == "if"': 0,
}

WRONG = (
    ("", "empty, expected an expression"),
    ("  ", "empty, expected an expression"),
    ("a b", 'unexpected "b" (column 3)'),
    ("a +", "expected a name or a number, found the end (column 4)"),
    ("(a", 'expected ")", found the end (column 3)'),
    ("a)", 'unexpected ")" (column 2)'),
    ("()", 'expected a name or a number, found ")" (column 2)'),
    ("a < b < c", 'comparisons cannot be chained; write "a < b and b < c" (column 7)'),
    ("2 * not a", 'unexpected "not" (column 5)'),
    ("and", 'unexpected "and" (column 1)'),
    ("sin(a)", '"sin" cannot be called; only min and max can (column 1)'),
    ("min", 'unexpected "min" (column 1)'),
    ("min()", 'expected a name or a number, found ")" (column 5)'),
    ("a = b", '"=" is not part of the language (column 3)'),
    ("a ** b", 'expected a name or a number, found "*" (column 4)'),
    ("a; b", '";" is not part of the language (column 2)'),
    ("a\x00", "U+0000 is not part of the language (column 2)"),
    ("a + \u0663", "U+0663 (arabic-indic digit three) is not part of the language (column 5)"),
    ("a\u00a0+ b", "U+00A0 (no-break space) is not part of the language (column 2)"),
    ("tr\u0430in", "U+0430 (cyrillic small letter a) is not part of the language (column 3)"),
    ("1e5", 'unexpected "e5" (column 2)'),
    ("1.2.3", 'unexpected ".3" (column 4)'),
    ("1.", 'unexpected "." (column 2)'),
    ('"a"', 'expected a name or a number, found "a" (column 1)'),
    ('a "x\ny"', r'unexpected "x\ny" (column 3)'),
    ('a "open', '""" is not part of the language (column 3)'),
    ("a.b", 'a dot asks what a party said; expected a.OPTION == "if" (column 1)'),
    ("a.b == 1", 'a dot asks what a party said; expected a.OPTION == "if" (column 1)'),
    ("a.b.c", 'a dot asks what a party said; expected a.OPTION == "if" (column 1)'),
    ("a.", 'a dot asks what a party said; expected a.OPTION == "if" (column 1)'),
    ('a.b == "May be"', '"May be" is not a stance; expected no, yes or if (column 8)'),
    ('a.b == "x\ny"', r'"x\ny" is not a stance; expected no, yes or if (column 8)'),
    ("__import__('os')", '"__import__" cannot be called; only min and max can (column 1)'),
    ("9" * 41, "a number of more than 40 digits (column 1)"),
    ("a" * 2001, "2001 characters, expected at most 2000"),
    ("b" * 50 + "()", f'"{"b" * 40}..." cannot be called; only min and max can (column 1)'),
    ("(" * 41 + "a" + ")" * 41, "nested deeper than 40 (column 41)"),
    ("+".join(["a"] * 162), "more than 160 terms in a row (column 324)"),
    (
        "(" * 6 + "1" + ("*1" * 158 + ")") * 6,
        "more than 200 operations inside one another",
    ),
)


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_values(text: str, value: float) -> None:
    assert parse(text).evaluate(ENVIRONMENT) == value


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_what_is_not_in_the_language(text: str, message: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        parse(text)
    assert str(caught.value) == message


def test_limits_are_within_reach() -> None:
    assert parse("(" * 39 + "a" + ")" * 39).evaluate({"a": 3}) == 3
    assert parse("+".join(["a"] * 161)).evaluate({"a": 1}) == 161
    assert parse("-" * 1999 + "a").evaluate({"a": 1}) == -1
    assert parse("not " * 400 + "a").evaluate({"a": 1}) == 1


def test_names_and_stances() -> None:
    expression = parse('min(gain, 2) + east.deal == "if" or not truce and west.deal != "no"')
    assert expression.names() == {"gain", "truce"}
    assert expression.stances() == {Stance("east", "deal", "if"), Stance("west", "deal", "no")}
    assert Stance("east", "deal", "if").key == 'east.deal == "if"'
    assert str(expression) == expression.text


def test_named_and_literal() -> None:
    assert named("changes.x.chance").names() == {"changes.x.chance"}
    assert named("changes.x.chance").evaluate({"changes.x.chance": [0.5, 1]}).tolist() == [0.5, 1]
    assert literal(1).evaluate({}) == 1
    assert literal(1).names() == frozenset()


def test_arrays_of_truth_values_are_numbers() -> None:
    on = np.array([True, False])
    assert parse("a - b").evaluate({"a": on, "b": ~on}).tolist() == [1, -1]
    assert parse("-a").evaluate({"a": on}).tolist() == [-1, 0]
    assert parse("a + b").evaluate({"a": on, "b": on}).tolist() == [2, 0]


def test_a_name_without_a_value_is_the_callers_mistake() -> None:
    with pytest.raises(KeyError, match="gain"):
        parse("gain + 1").evaluate({})
