"""The index of lines, against texts whose every key is known."""

import tomllib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.scenario.read.lines import index

TEXT = (
    r"""# a comment with [brackets] and "quotes"
top = 1

[a] # [not.this]
plain = "text # not a comment"
"quoted key" = 'single [ quoted'
 "esc\u0061ped".inner = 2   # dotted
list = [ # opens
  "one ]", # closes not
  { x = 1 },
]
inline = { deep = { deeper = [1,
  2] } }
long = """
    + '''"""
[fake]
key = 1 \\
""" # after
raw = \'\'\'
[fake2]
a' "" \'\'\'\'
empty = """"""
ends = """x"""""
ends_too = """x""""
after = 1
[ a . 'c d' ]
x.y.z = 1
[[many]]
n = 1
[[many]]
n = 2
'''
)

EXPECTED = {
    ("top",): 2,
    ("a",): 4,
    ("a", "plain"): 5,
    ("a", "quoted key"): 6,
    ("a", "escaped"): 7,
    ("a", "escaped", "inner"): 7,
    ("a", "list"): 8,
    ("a", "inline"): 12,
    ("a", "long"): 14,
    ("a", "raw"): 18,
    ("a", "empty"): 21,
    ("a", "ends"): 22,
    ("a", "ends_too"): 23,
    ("a", "after"): 24,
    ("a", "c d"): 25,
    ("a", "c d", "x"): 26,
    ("a", "c d", "x", "y"): 26,
    ("a", "c d", "x", "y", "z"): 26,
    ("many",): 27,
    ("many", "n"): 28,
}


def test_every_key_is_found_on_its_line() -> None:
    tomllib.loads(TEXT)
    assert dict(index(TEXT).places) == EXPECTED


@pytest.mark.parametrize(
    ("place", "line"),
    [
        (("a", "inline", "deep", "deeper"), 12),
        (("a", "nowhere"), 4),
        (("nowhere",), 1),
        ((), 1),
    ],
)
def test_what_has_no_line_is_found_near(place: tuple[str, ...], line: int) -> None:
    assert index(TEXT).find(place) == line


def test_very_deep_keys_are_indexed_only_so_far() -> None:
    places = index(".".join("abcdefghij") + " = 1").places
    assert max(map(len, places)) == 6


KEYS = st.text(st.sampled_from("ab .\"'\\#[]=é\t"), max_size=4)
SCALARS = st.sampled_from(["1", '"a # b"', "'[x]'", '"""\n[t]\n"""', "'''\n'\n'''", "[1, # c\n 2]"])


def quoted(key: str) -> str:
    escaped = key.replace("\\", "\\\\").replace('"', '\\"').replace("\t", "\\t")
    return f'"{escaped}"'


@settings(deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.lists(KEYS, min_size=1, max_size=3), SCALARS), max_size=8))
def test_any_keys_are_found_on_their_lines(statements: list[tuple[list[str], str]]) -> None:
    text, expected = "", {}
    for number, (key, value) in enumerate(statements):
        place = (f"k{number}", *key)
        expected[place] = text.count("\n") + 1
        text += " . ".join([place[0], *map(quoted, key)]) + f" = {value} # end\n"
    tomllib.loads(text)
    found = index(text).places
    assert {place: found[place] for place in expected} == expected
