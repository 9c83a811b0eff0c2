"""Hostile and absurd input is refused with a clear line, quickly and in little memory."""

from __future__ import annotations

import os
import resource
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from negsim.dynamics.build import compile_scenario
from negsim.dynamics.check import check_ends, idle_parts
from negsim.errors import ExpressionError, ScenarioError
from negsim.expressions import parse
from negsim.scenario.load import load, loads

HEAD = 'format = 1\ntitle = "x"\nparties.a = {}\nparties.b = {}\noptions.o.parties = ["a", "b"]\n'
SECONDS = 6.0
MEBIBYTES = 400


def repeated(line: Callable[[int], str], count: int) -> str:
    return "".join(line(number) + "\n" for number in range(count))


@pytest.fixture(autouse=True)
def little_memory() -> Iterator[None]:
    """Let a test take some memory beyond what the process holds, and fail it if it takes more."""
    taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (taken + MEBIBYTES * 2**20, before[1]))
    yield
    resource.setrlimit(resource.RLIMIT_AS, before)


def told(work: Callable[[], object]) -> str:
    """Return the fault that the work raises, in clear lines and soon."""
    began = time.process_time()
    with pytest.raises((ScenarioError, ExpressionError)) as caught:
        work()
    assert time.process_time() - began < SECONDS
    message = str(caught.value)
    assert len(message) < 200_000
    assert all(line.isprintable() for line in message.split("\n"))
    return message


INLINE = "{" + ".".join("a" * 90) + " = "
LONG = ["not o1", "not o2", "not o3"] * 45
TEXTS = {
    # --- nesting
    "lists": ("x = " + "[" * 100_000, "nested too deeply"),
    "tables": ("x = " + "{a = " * 100_000, "nested too deeply"),
    "closed lists": (f"{HEAD}drop = {'[' * 250}{']' * 250}", "nested deeper than 32"),
    "dotted tables": (f"{HEAD}x = {INLINE * 40}1{'}' * 40}", "nested deeper than 32"),
    "dotted key": ("a." * 100_000 + "a = 1", "a key of more than 100 parts"),
    "spaced key": ("a . " * 100_000 + "a = 1", "a key of more than 100 parts"),
    # --- expressions
    "megabyte": (f"{HEAD}rules.r = '{'o or ' * 150_000}o'", "750001 characters, expected at most"),
    "brackets": (f"{HEAD}rules.r = '{'(' * 1_500}o'", "nested deeper than 40"),
    "minus": (f"{HEAD}payoffs.a.x = {{ value = 1, per = '{'-' * 1_900}' }}", "found the end"),
    "implies": (f"{HEAD}rules.r = '{'o implies ' * 150}o'", "nested deeper than 40"),
    "attribute": (f"{HEAD}rules.r = 'o.__class__'", "a dot asks what a party said"),
    "subscript": (f"{HEAD}rules.r = 'o[0]'", '"[" is not part of the language'),
    "call": (f"{HEAD}rules.r = 'open(1)'", '"open" cannot be called'),
    "import": (f"{HEAD}rules.r = '__import__(o)'", '"__import__" cannot be called'),
    "lambda": (f"{HEAD}rules.r = 'lambda: o'", '":" is not part of the language'),
    "power": (f"{HEAD}rules.r = '9 ** 9 ** 9'", "expected a name or a number"),
    "digits": (f"{HEAD}rules.r = '{'9' * 500} > o'", "a number of more than 40 digits"),
    # --- combinations
    "outcomes": (
        HEAD + repeated(lambda k: f"options.o{k}.parties = ['a']", 60),
        "61 options give A 2^61 combinations of stances",
    ),
    "joint outcomes": (
        HEAD.replace(
            "parties.b", "".join(f"parties.p{k} = {{}}\n" for k in range(60)) + "parties.b"
        )
        + repeated(lambda k: f"options.o{k}.parties = ['p{k}']", 60),
        "more than 10^15 profiles",
    ),
    "parties of many options": (
        'format = 1\ntitle = "x"\n'
        + repeated(lambda k: f"parties.p{k} = {{}}", 100)
        + repeated(lambda k: f"options.o{k}.parties = {[f'p{j}' for j in range(100)]}", 16),
        "more than 10^15 profiles",
    ),
    "states": (
        HEAD + repeated(lambda k: f"state.s{k} = {{ levels = 200, start = 0 }}", 40),
        "4 profiles times more than 10^15 states",
    ),
    "changes": (
        HEAD
        + "state.s = { levels = 200, start = 0 }\n"
        + repeated(lambda k: f"changes.c{k} = {{ add = {{ s = 1 }}, chance = 0.5 }}", 18),
        "18 changes that happen or not give 200 states 52,428,800 ways to move",
    ),
    "rules": (
        'format = 1\ntitle = "x"\nparties.a = {}\n'
        + repeated(lambda k: f"options.o{k}.parties = ['a']", 16)
        + repeated(lambda k: f"rules.r{k} = '{' or '.join(LONG)}'", 200),
        "characters of rules over 65,536 combinations of stances",
    ),
    "levels": (
        f"{HEAD}options.l = {{ parties = 'a', levels = {[f'l{k}' for k in range(6_000)]} }}",
        "options.l.levels: 6,000 entries; expected at most 5,000",
    ),
    # --- amounts
    "parties": (
        HEAD + repeated(lambda k: f"parties.p{k} = {{}}", 30_000),
        "parties: 30,002 entries; expected at most 100",
    ),
    "options": (HEAD + repeated(lambda k: f"[options.q{k}]", 30_000), "expected at most 200"),
    "numbers": (
        HEAD + repeated(lambda k: f"parameters.p{k} = 1", 30_000),
        "parameters: 30,000 entries; expected at most 5,000",
    ),
    "all sections": (
        HEAD
        + "".join(
            repeated(lambda k, name=name: f"{name}.p{k} = {{ value = 1, why = 'x' }}", 4_000)
            for name in ("parameters", "costs", "payoffs.a", "payoffs.b", "costs.b")
        ),
        "more than 50,000 entries",
    ),
    "patterns": (
        "extends = 'negsim:march_2025.toml'\ndrop = [" + "'*.*', " * 30_000 + "]",
        "drop: 30,000 entries; expected at most 5,000",
    ),
    "stars": (
        f"extends = 'negsim:march_2025.toml'\ndrop = ['{'*a' * 10_000}.b']",
        "matches nothing in the file extended",
    ),
    "faults": (
        HEAD + repeated(lambda k: f"payoffs.a.p{k} = {{ value = 1, when = 'zz{k}' }}", 4_000),
        "more than 500 faults; the rest is not told",
    ),
    "near names": (
        HEAD
        + repeated(lambda k: f"parameters.number_{k} = {{ value = 1, why = 'x' }}", 180)
        + repeated(lambda k: f"payoffs.a.p{k} = {{ value = 1, when = 'numbr_{k}' }}", 4_000),
        "more than 500 faults",
    ),
    "unknown keys": (
        HEAD + repeated(lambda k: f"options.o.k{k} = 1", 4_900),
        "more than 500 faults; the rest is not told",
    ),
    # --- numbers
    "huge integer": (f"{HEAD}parameters.p = 1{'0' * 500_000}", "a number of too many digits"),
    "long integer": (f"{HEAD}parameters.p = 1{'0' * 4_000}", "got an enormous whole number"),
    "hexadecimal": (f"{HEAD}parameters.p = 0x{'f' * 500_000}", "got an enormous whole number"),
    "huge exponent": (
        f"{HEAD}parameters.p = 1e999999999",
        "between -1e15 and 1e15, got 1e+999999999",
    ),
    "huger exponent": (f"{HEAD}parameters.p = 1e{'9' * 100_000}", "a number of too many digits"),
    "tiny": (f"{HEAD}parameters.p = 1e-999999999", "at most 40 digits"),
    "long fraction": (f"{HEAD}parameters.p = 0.{'1' * 500_000}", "at most 40 digits"),
    "nan": (f"{HEAD}parameters.p = nan", "expected a finite number, got nan"),
    "infinity": (f"{HEAD}parameters.p = {{ value = 0, range = [-inf, inf] }}", "got -inf"),
    "huge rounds": (f"{HEAD}talks.rounds = 99999999", "from 1 to 10,000"),
    "huge expires": (
        f"{HEAD}options.q = {{ parties = 'a', stays = true, expires = 99999999 }}",
        "from 1 to 198",
    ),
    # --- letters
    "look-alike key": (
        f"{HEAD}options.tr\u0430in.parties = 'a'",
        "here stands U+0430 (cyrillic small letter a)",
    ),
    "look-alike quoted key": (
        f"{HEAD}options.'tr\u0430in'.parties = 'a'",
        "options.tr<U+0430>in: U+0430 (cyrillic small letter a) is not allowed in a name",
    ),
    "look-alike in a reference": (
        f"{HEAD}options.q.parties = '\u0430'",
        'unknown party "<U+0430>"; expected one of: a, b',
    ),
    "look-alike in an expression": (
        f"{HEAD}rules.r = 'not \u03bf'",
        "U+03BF (greek small letter omicron) is not part of the language (column 5)",
    ),
    "full-width": (
        f"{HEAD}options.'\uff41'.parties = 'a'",
        "U+FF41 (fullwidth latin small letter a) is not allowed",
    ),
    "joiner": (f"{HEAD}options.'a\u200d'.parties = 'a'", "U+200D (zero width joiner) is not"),
    "control character in a name": (
        f'{HEAD}options."a\\u0007".parties = "a"',
        "U+0007 is not allowed in a name",
    ),
    "control character in a text": (
        f'{HEAD}options.o.label = "\\u001b[31m"',
        "expected text without control characters, got U+001B",
    ),
    "reversed text": (
        f'{HEAD}options.o.label = "\\u202Eeert"',
        "expected text without control characters, got U+202E",
    ),
    "line separator": (f'{HEAD}options.o.label = "a\\u2028b"', "got U+2028"),
    "control character as it is": ("a = 1\n\x07 = 2", "here stands U+0007"),
    "half a character": ("a = '\ud800'", "character 6 is half a character"),
    # --- keys
    "duplicate key": ("a = 1\na = 2", "a key or table that is there already (at the end)"),
    "duplicate table": ("[a]\n[b]\n[a]", "a key or table that is there already (column 3)"),
    "table over a value": ("a = 1\n[a.b]", "a key or table that is there already"),
    "long name": (f"{HEAD}options.{'a' * 500_000}.parties = 'a'", "a name of 500,000 characters"),
    "nonsense": ('"' * 500_000, "not valid TOML"),
    "signs": ("=" * 500_000, "not valid TOML: invalid statement (column 1)"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_hostile_text_is_refused(name: str) -> None:
    text, expected = TEXTS[name]
    assert expected in told(lambda: loads(text, "s.toml"))


WAIT = "{ when = 'round > 1', play = {} }, "
SUM = "+".join(["s0", "s1", "s2", "o"] * 39)
HEAVY = {
    "rules": 'format = 1\ntitle = "x"\nparties.a = {}\n'
    + repeated(lambda k: f"options.o{k}.parties = ['a']", 12)
    + repeated(lambda k: f"rules.r{k} = '{' or '.join(LONG)}'", 30)
    + f"rules.z = 'o0 and {' and '.join(f'not o{k}' for k in range(1, 12))}'\n",
    "payoffs": HEAD
    + repeated(lambda k: f"state.s{k} = {{ levels = 8, start = 0 }}", 4)
    + repeated(
        lambda k: f"payoffs.a.p{k} = {{ value = 1, per = '{SUM}' }}",
        600,
    ),
    "numbers": HEAD + repeated(lambda k: f"payoffs.a.p{k} = {{ value = 1, when = 'o' }}", 4_900),
    "text": f'{HEAD}summary = "{"a" * 900_000}"',
    "comments": HEAD + "#\n" * 400_000,
    "strategy": f"{HEAD}strategies.a.s.rules = [{WAIT * 4_000}{{ play = {{}} }}]",
}


@pytest.mark.parametrize("name", HEAVY)
def test_a_heavy_file_that_is_a_scenario_loads_in_bounds(name: str) -> None:
    began = time.process_time()
    loads(HEAVY[name])
    assert time.process_time() - began < SECONDS


def test_the_largest_talks_that_load_compile_in_bounds() -> None:
    text = HEAD + "state.s = { levels = 100, start = 0 }\ntalks.rounds = 10_000\n"
    text += repeated(lambda k: f"changes.c{k} = {{ add = {{ s = {k + 1} }}, chance = 0.5 }}", 12)
    compiled = compile_scenario(loads(text))
    check_ends(compiled)
    assert idle_parts(compiled) == ()


# ---------------------------------------------------------------- files


def test_a_file_of_200_megabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    with path.open("wb") as file:
        file.truncate(200 * 2**20)
    assert told(lambda: load(path)).endswith("larger than 1 MiB; expected a scenario file")


@pytest.mark.parametrize("path", ["/dev/zero", "/dev/stdin", "/dev/full", os.devnull])
def test_a_device_is_not_read(path: str) -> None:
    if Path(path).exists() and not Path(path).is_file():
        assert told(lambda: load(path)).endswith("is not a regular file; expected a scenario file")


def test_a_pipe_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    os.mkfifo(path)
    assert told(lambda: load(path)).endswith("is not a regular file; expected a scenario file")
    (tmp_path / "v.toml").write_text('extends = "s.toml"')
    assert "extends: no such file" in told(lambda: load(tmp_path / "v.toml"))


def test_a_folder_is_not_read(tmp_path: Path) -> None:
    assert "is a folder; expected a scenario file" in told(lambda: load(tmp_path))


def test_a_file_without_leave_to_read_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "s.toml"
    path.write_text(HEAD)

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    assert "cannot be read: Permission denied" in told(lambda: load(path))


BYTES = {
    "latin": b"format = 1\ntitle = 'Gen\xe8ve'\n",
    "wide": "format = 1\n".encode("utf-16"),
    "cut off": "format = 1\ntitle = 'é".encode()[:-1],
    "image": b"\x89PNG\r\n\x1a\n\0\0\0",
}


@pytest.mark.parametrize("name", BYTES)
def test_bytes_that_are_not_utf_8(name: str, tmp_path: Path) -> None:
    path = tmp_path / "s.toml"
    path.write_bytes(BYTES[name])
    assert "not UTF-8 text (byte " in told(lambda: load(path))


# ---------------------------------------------------------------- files that extend others


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "outside.toml").write_text(HEAD)
    inner = tmp_path / "inner"
    inner.mkdir()
    (inner / "link.toml").symlink_to(tmp_path / "outside.toml")
    (inner / "loop.toml").symlink_to(inner / "loop.toml")
    (inner / "up").symlink_to(tmp_path)
    return inner


LEAVES = "leaves the folder of the file that is loaded; expected a path inside it"
LEAVES_LIBRARY = "leaves the folder of negsim's scenarios; expected a path inside it"
ABROAD = {
    "../outside.toml": LEAVES,
    "/etc/passwd": LEAVES,
    "link.toml": LEAVES,
    "up/outside.toml": LEAVES,
    "x/../../outside.toml": LEAVES,
    "negsim:../pyproject.toml": LEAVES_LIBRARY,
    "negsim:/etc/passwd": LEAVES_LIBRARY,
    "loop.toml": "expected",
    "none.toml": "no such file",
    "up": LEAVES,
    ".": "no such file",
    "v.toml": "extends itself",
    "./././v.toml": "extends itself",
    "a\\u0000b": "expected the path of a scenario file",
    "x" * 5_000: "",
    "file:///etc/passwd": "no such file",
    "https://example.org/s.toml": "no such file",
    "negsim:none.toml": "no such file",
    "": "expected the path of a scenario file",
}


@pytest.mark.parametrize("written", ABROAD, ids=lambda written: written[:30])
def test_no_path_leaves_the_folder(written: str, folder: Path) -> None:
    (folder / "v.toml").write_text(f'extends = "{written}"\n')
    message = told(lambda: load(folder / "v.toml"))
    assert ABROAD[written] in message
    assert message.startswith(f"{folder}/v.toml:1: extends: ")


def test_files_that_extend_one_another(folder: Path) -> None:
    for here, there in (("a", "b"), ("b", "c"), ("c", "a")):
        (folder / f"{here}.toml").write_text(f'extends = "{there}.toml"\n')
    message = told(lambda: load(folder / "a.toml"))
    assert message.startswith(f"{folder}/c.toml:1: extends: extends itself, by way of other files")


NESTED = {
    "a.toml": 'extends = "sub/b.toml"\ntitle = "top"\n',
    "sub/b.toml": 'extends = "deep/c.toml"\n[parties.b]\n',
    "sub/deep/c.toml": 'extends = "../d.toml"\n[parties.c]\n',
    "sub/d.toml": HEAD,
}


def nested(folder: Path, **changed: str) -> Path:
    """Write files that extend one another across folders, some with another text; the topmost."""
    for name, text in (NESTED | changed).items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text)
    return folder / "a.toml"


def test_paths_are_those_of_the_file_they_stand_in(folder: Path) -> None:
    scenario = load(nested(folder))
    assert scenario.title == "top"
    assert {party.name for party in scenario.parties} >= {"b", "c"}


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        (
            "sub/deep/c.toml",
            'extends = "d.toml"\n',
            "1: extends: no such file; expected a scenario",
        ),
        ("sub/deep/c.toml", '\nextends = "../../../outside.toml"\n', f"2: extends: {LEAVES}"),
        ("sub/deep/c.toml", 'extends = "../../a.toml"\n', "1: extends: extends itself, by way of"),
        ("sub/deep/c.toml", 'extends = "negsim:../x.toml"\n', f"1: extends: {LEAVES_LIBRARY}"),
        (
            "sub/deep/c.toml",
            'extends = "../d.toml"\n\ndrop = ["x"]',
            '3: drop: "x" matches',
        ),
        ("sub/d.toml", f"{HEAD}rules.r = 'oo'\n", '6: rules.r: unknown name "oo"'),
    ],
)
def test_a_fault_at_depth_is_told_where_it_stands(
    name: str, text: str, message: str, folder: Path
) -> None:
    top = nested(folder, **{name: text})
    assert told(lambda: load(top)).startswith(f"{folder / name}:{message}")


@pytest.mark.parametrize(
    "name", ["textbook/leverage_ladder", "march_2025_types", "textbook/stall_or_press"]
)
def test_a_shipped_file_can_be_extended_whether_or_not_it_extends_another(
    name: str, folder: Path
) -> None:
    (folder / "v.toml").write_text(f'extends = "negsim:{name}.toml"\ntitle = "v"\n')
    (folder / "w.toml").write_text('extends = "v.toml"\nsummary = "w"\n')
    assert (load(folder / "w.toml").title, load(folder / "w.toml").summary) == ("v", "w")


def test_a_chain_that_is_too_long(folder: Path) -> None:
    for number in range(30):
        (folder / f"v{number}.toml").write_text(f'extends = "v{number + 1}.toml"\n')
    (folder / "v30.toml").write_text(HEAD)
    assert "a chain of more than 8 files; expected fewer" in told(lambda: load(folder / "v0.toml"))
    assert load(folder / "v23.toml").title == "x"


def test_a_chain_of_files_that_together_hold_too_much(folder: Path) -> None:
    for number in range(3):
        more = repeated(
            lambda k, n=number: f"parameters.p{n}_{k} = {{ value = 1, why = 'x' }}", 2_000
        )
        (folder / f"v{number}.toml").write_text(f'extends = "v{number + 1}.toml"\n{more}')
    (folder / "v3.toml").write_text(HEAD)
    assert "parameters: 6,000 entries" in told(lambda: load(folder / "v0.toml"))


@pytest.mark.parametrize(
    ("base", "place", "message"),
    [
        (HEAD + "rules.r = 'oo'\n", "6: rules.r", 'unknown name "oo"'),
        ("a = \n", "1: ", "not valid TOML: invalid value"),
        ("", "1: ", "is empty"),
        (HEAD + "x" * 2**20, " ", "larger than 1 MiB"),
        (HEAD + f"drop = {'[' * 40}{']' * 40}", "6: drop", "nested deeper"),
    ],
)
def test_a_variant_whose_base_is_broken(base: str, place: str, message: str, folder: Path) -> None:
    (folder / "base.toml").write_text(base)
    (folder / "v.toml").write_text('extends = "base.toml"\ntitle = "y"\n')
    found = told(lambda: load(folder / "v.toml"))
    assert found.startswith(f"{folder}/base.toml:{place}")
    assert message in found


def test_two_deep_files_on_top_of_one_another(folder: Path) -> None:
    deep = f"x = {INLINE * 20}1{'}' * 20}\n"
    (folder / "base.toml").write_text(HEAD + deep)
    (folder / "v.toml").write_text(f'extends = "base.toml"\n{deep}')
    assert "nested deeper than 32" in told(lambda: load(folder / "v.toml"))


# ---------------------------------------------------------------- expressions on their own


@pytest.mark.parametrize(
    "text",
    [
        *("(" * 2_000, "-" * 2_000, "not " * 500, "a" + ".a" * 900, "min(" * 400, "1" * 2_000),
        *("a or " * 399 + "a b", "a == a == a", "().__class__", "a.__init__()", "a := 1"),
        *("'" * 2_000, '"' * 1_999, "a if b else c", "[a for a in b]", "f'{a}'", "a;b", "a\\\nb"),
        *("__import__('os').system('true')", "eval(a)", "min.__call__(a)", "max()", "min(a,)"),
    ],
)
def test_an_expression_outside_the_language(text: str) -> None:
    assert "\n" not in told(lambda: parse(text))


@pytest.mark.parametrize(
    ("drop", "message"),
    [
        ("3", "drop: expected a list of dotted names in quotes, got 3"),
        ('"payoffs.a"', 'drop: expected a list of dotted names in quotes, got "payoffs.a"'),
        ("[3]", "drop: expected dotted names in quotes, got 3 in the list"),
        ('["payoffs.b.*"]', 'drop: "payoffs.b.*" matches nothing in the file extended'),
        ('["format.x", "format.x"]', 'drop: "format.x" matches nothing in the file extended'),
    ],
)
def test_what_a_variant_drops_is_checked(drop: str, message: str, folder: Path) -> None:
    (folder / "base.toml").write_text(HEAD)
    (folder / "v.toml").write_text(f'extends = "base.toml"\ndrop = {drop}\n')
    assert told(lambda: load(folder / "v.toml")).startswith(f"{folder}/v.toml:2: {message}")


def test_a_file_that_extends_nothing_drops_nothing(folder: Path) -> None:
    assert told(lambda: loads(f'drop = ["x"]\n{HEAD}', "s.toml")) == (
        "s.toml:1: drop: needs extends: a file to drop from"
    )
    (folder / "v.toml").write_text('extends = "base.toml"\ndrop = []\n')
    (folder / "base.toml").write_text(HEAD)
    assert load(folder / "v.toml").title == "x"


@pytest.mark.parametrize("number", ["1" * 5000, "-0.5e" + "9" * 20, "1_" * 4500 + "0"])
@pytest.mark.parametrize(
    "above", ["", f"# {'1' * 5000}\n", f'summary = """\n{"2" * 5000}"""\n', f"s = '{'3' * 5000}'\n"]
)
def test_a_number_too_long_to_be_read_is_told_at_its_line(number: str, above: str) -> None:
    line = (above + HEAD).count("\n") + 2
    found = told(
        lambda: loads(f"{above}{HEAD}\nparameters.p = {number} # {'4' * 5000}\n", "s.toml")
    )
    assert (
        found == f"s.toml:{line}: not valid here: a number of too many digits; expected at most 40"
    )
