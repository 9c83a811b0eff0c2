"""Any text either is a scenario or raises the package's own error, one clear line a fault."""

import re

from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import ScenarioError
from negsim.scenario.load import loads
from negsim.scenario.moves import moves

examples = settings(deadline=None, derandomize=True, max_examples=300)

FAULT = re.compile(r"s\.toml:([0-9]+): \S.*")

VALUES = st.sampled_from(
    [
        *("0", "-1", "1", "1e400", "nan", "inf", "0.5", "true", "1979-05-27", "07:32:00"),
        *('""', '"x"', '"truce"', '"1/0"', '"speed and"', "'''\n\n'''", r'"\u202e\u0000"'),
        *("[]", "{}", "[[]]", "[0, 1]", '["north"]', '[["north", 3]]', "{ value = 1 }"),
        *("{ a = { b = { c = [] } } }", '{ value = "x", range = 3 }', '"min(truce, 2)"'),
        *("'north.truce == \"if\"'", "'south.truce == \"if\"'", '"gain / gain"', '"speed"'),
    ]
)
KEYS = st.sampled_from(
    [
        *("title", "format", "when", "value", "range", "levels", "north", "truce", "x", '"é"'),
        *("no_agreement", "state", "payoffs.north", "costs.truce", "options.truce.parties"),
        *('"<table>"', '"<number>"', "chance", "talks.order", "claims.a.expect", '""', "ends"),
    ]
)


def check(text: str) -> None:
    """Load a text; what is wrong with it is told in whole lines that lie in the text."""
    try:
        scenario = loads(text, "s.toml")
    except ScenarioError as error:
        check_faults(error, text)
    else:
        assert all(FAULT.fullmatch(warning) for warning in scenario.warnings)
        assert all(moves(scenario).values())


def check_faults(error: ScenarioError, text: str) -> None:
    assert error.faults
    for line in str(error).split("\n"):
        found = FAULT.fullmatch(line)
        assert found, line
        assert 1 <= int(found[1]) <= text.count("\n") + 1


@examples
@given(st.text())
def test_any_text(text: str) -> None:
    check(text)


@examples
@given(st.lists(st.tuples(KEYS, VALUES) | KEYS, max_size=12))
def test_any_tables(statements: list[tuple[str, str] | str]) -> None:
    check("\n".join(f"[{s}]" if isinstance(s, str) else f"{s[0]} = {s[1]}" for s in statements))


@examples
@given(data=st.data())
def test_any_edit_of_a_scenario(data: st.DataObject, base: str) -> None:
    start = data.draw(st.integers(0, len(base)))
    stop = data.draw(st.integers(start, min(start + 40, len(base))))
    check(base[:start] + data.draw(st.text(max_size=5)) + base[stop:])


@examples
@given(data=st.data())
def test_any_values_in_a_scenario(data: st.DataObject, base: str) -> None:
    """Change the values of some lines, and add keys to some tables."""
    lines = base.split("\n")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        key = lines[place].partition(" = ")[0]
        if lines[place].startswith("[") or not key or data.draw(st.booleans()):
            lines[place] += f"\n{data.draw(KEYS)} = {data.draw(VALUES)}"
        else:
            lines[place] = f"{key} = {data.draw(VALUES)}"
    check("\n".join(lines))


@examples
@given(data=st.data())
def test_any_names_in_a_scenario(data: st.DataObject, base: str) -> None:
    """Exchange one word of the scenario for another wherever it stands."""
    words = sorted(set(re.findall(r"[a-z_]{3,}", base)))
    old, new = data.draw(st.sampled_from(words)), data.draw(st.sampled_from([*words, "x", "min"]))
    check(re.sub(rf"\b{old}\b", new, base))
