"""README, docstrings, scenarios and experiments do what they say."""

from __future__ import annotations

import doctest
import importlib.util
import pkgutil
import re
import runpy
import shlex
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import analyse
from negsim.dynamics.build import compile_scenario
from negsim.dynamics.check import check_ends
from negsim.expressions import Apply, Expression
from negsim.questions.claims import check_claim, check_claims
from negsim.scenario.load import load, loads
from negsim.scenario.model import Claim, MeasureClaim
from negsim.scenario.schema import schema

ROOT = Path(negsim.__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
SCENARIOS = sorted((ROOT / "scenarios").rglob("*.toml"))
EXPERIMENTS = sorted((ROOT / "experiments").glob("*.py"))
MODULES = sorted(module.name for module in pkgutil.walk_packages(negsim.__path__, "negsim."))
SETUP = (
    "python3 -m venv .venv && .venv/bin/pip install -q -c .ci/constraints.txt . "
    "&& .venv/bin/negsim run scenarios/march_2025.toml",
    "python3 -m venv .venv && .venv/bin/pip install -q -c .ci/constraints.txt -e '.[dev]' "
    "&& .venv/bin/python -m pytest",
)


def name_of(path: Path) -> str:
    return path.stem


def fenced(language: str) -> list[str]:
    """Return the fenced blocks of a language in the README."""
    return re.findall(rf"^```{language}\n(.*?)^```$", README, re.MULTILINE | re.DOTALL)


def built() -> list[str]:
    """Return the scenario that the README builds, after each of its steps."""
    steps = [block for block in fenced("toml") if "extends =" not in block]
    return ["\n".join(steps[: count + 1]) for count in range(len(steps))]


COMMANDS = [line for block in fenced("sh") for line in block.splitlines()]
NEGSIM = [line for line in COMMANDS if line.startswith("negsim ")]


# ---------------------------------------------------------------- README


def test_the_two_set_up_commands_are_single_lines() -> None:
    assert tuple(line for line in COMMANDS if line.startswith("python3 -m venv")) == SETUP


def test_every_other_command_is_one_of_ours() -> None:
    assert [line for line in COMMANDS if line not in SETUP + tuple(NEGSIM)] == []
    assert len(NEGSIM) >= 5


@pytest.fixture
def checkout(here: Path) -> Path:
    """A folder that looks like a checkout, with the scenarios of the README, to write to."""
    (here / "scenarios").symlink_to(ROOT / "scenarios")
    (variant,) = (block for block in fenced("toml") if "extends =" in block)
    (here / "strike.toml").write_text(built()[-1], encoding="utf-8")
    (here / "solidarity.toml").write_text(variant, encoding="utf-8")
    return here


@pytest.mark.parametrize("line", [line for line in NEGSIM if not line.startswith("negsim run")])
def test_commands_of_the_readme_work(line: str, checkout: Path, command: Callable) -> None:
    answer = command(*shlex.split(line)[1:])
    assert (answer.code, answer.err) == (0, "")
    assert answer.out


@pytest.mark.slow
@pytest.mark.parametrize("line", [line for line in NEGSIM if line.startswith("negsim run")])
def test_runs_of_the_readme_work(line: str, checkout: Path, command: Callable) -> None:
    answer = command(*shlex.split(line)[1:])
    assert (answer.code, answer.err) == (0, "")
    assert (checkout / "out" / "march_2025" / "report.html").exists()


@pytest.mark.parametrize("place", range(len(fenced("python"))))
def test_python_of_the_readme_works(place: int, checkout: Path) -> None:
    block = fenced("python")[place]
    if ">>>" in block:
        test = doctest.DocTestParser().get_doctest(block, {}, "README", None, 0)
        assert doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(test).failed == 0
    else:
        (checkout / "block.py").write_text(block, encoding="utf-8")
        runpy.run_path("block.py")


@pytest.mark.parametrize("place", range(len(built())))
def test_every_step_of_the_readme_leaves_a_scenario_that_can_be_solved(place: int) -> None:
    scenario = loads(built()[place])
    compiled = compile_scenario(scenario)
    check_ends(compiled)
    assert np.isfinite(analyse(compiled).value).all()
    assert [verdict.name for verdict in check_claims(scenario) if not verdict.holds] == []


def test_the_scenario_of_the_readme_has_nothing_to_warn_of_at_the_end(
    checkout: Path, command: Callable
) -> None:
    answer = command("check", "--strict", "strike.toml", "solidarity.toml")
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.splitlines() == [
        "strike.toml: valid, 3 of 3 claims hold",
        "solidarity.toml: valid, 1 of 1 claims hold",
    ]


def test_what_the_readme_says_of_the_format_is_in_the_format() -> None:
    tables = [schema()["else"], *schema()["$defs"].values()]
    known = {key for table in tables for key in table.get("properties", {})}
    section = README[README.index("## Write your own scenario") : README.index("## In Python")]
    for word in re.findall(r"`([a-z_]+)`", section):
        assert word in known | {"no_agreement"}, word


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md", "docs/architecture.md"]
)
def test_files_that_a_page_names_are_there(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    named = re.findall(r"`((?:scenarios|experiments|tests|negsim|docs|\.ci)/[\w./-]*)[` ]", text)
    named += re.findall(r"`([A-Z]+\.(?:md|cff))`", text)
    for path in named:
        if not any(capital in path for capital in ("NAME", "FAMILY")):
            assert (ROOT / path).exists(), path


def test_the_citation_is_of_this_version() -> None:
    assert f"version: {version('negsim')}\n" in (ROOT / "CITATION.cff").read_text("utf-8")


def test_commands_and_options_that_the_readme_names_are_there(command: Callable) -> None:
    from negsim.cli.group import COMMANDS as KNOWN

    assert set(re.findall(r"`negsim (\w+)", README)) <= set(KNOWN)
    told = " ".join(command(name, "--help").out for name in KNOWN)
    for option in set(re.findall(r"--[a-z]+", README)):
        assert option in told, option


# ---------------------------------------------------------------- scenarios and their claims


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_every_scenario_is_valid_and_its_claims_hold(path: Path, command: Callable) -> None:
    answer = command("check", path, "--json")
    assert (answer.code, answer.err) == (0, "")
    claims = answer.data[0]["claims"]
    assert claims
    assert [claim["name"] for claim in claims if not claim["holds"]] == []


CLAIMS = [(path, claim.name) for path in SCENARIOS for claim in load(path).claims]


def made_wrong(claim: Claim) -> Claim:
    """Return a claim that must fail if the other holds."""
    if isinstance(claim, MeasureClaim):
        return replace(claim, equals=claim.equals + 10 * claim.tolerance)
    otherwise = Expression("otherwise", Apply("not", (claim.outcome.tree,)))
    more = 1 - claim.probability + Decimal("1e-6")
    return replace(claim, outcome=otherwise, probability=more)


@pytest.mark.parametrize(
    ("path", "name"), CLAIMS, ids=[f"{path.stem}.{name}" for path, name in CLAIMS]
)
def test_every_claim_can_fail(path: Path, name: str) -> None:
    scenario = load(path)
    claim = next(claim for claim in scenario.claims if claim.name == name)
    assert check_claim(scenario, claim).holds
    assert not check_claim(scenario, made_wrong(claim)).holds


@pytest.mark.parametrize("path", SCENARIOS, ids=name_of)
def test_every_number_with_a_range_has_a_reason(path: Path) -> None:
    for number in load(path).numbers.values():
        assert number.low is None or (number.why and number.source), number.name


# ---------------------------------------------------------------- docstrings


@pytest.mark.parametrize("name", ["negsim", *MODULES])
def test_examples_in_docstrings_work(name: str) -> None:
    module = importlib.import_module(name)
    outcome = doctest.testmod(module, optionflags=doctest.ELLIPSIS)
    assert outcome.failed == 0


def test_there_are_examples_in_docstrings() -> None:
    finder = doctest.DocTestFinder()
    tests = [
        test for name in MODULES for test in finder.find(importlib.import_module(name)) if test
    ]
    assert sum(bool(test.examples) for test in tests) > 50


# ---------------------------------------------------------------- experiments


def experiment(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(f"experiment_{path.stem}", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", EXPERIMENTS, ids=name_of)
def test_every_experiment_says_what_it_claims(path: Path) -> None:
    module = experiment(path)
    assert module.__doc__
    assert isinstance(module.CLAIM, str)
    assert module.EXPECTED
    assert all(isinstance(value, float) for value in module.EXPECTED.values())


@pytest.mark.parametrize("path", EXPERIMENTS, ids=name_of)
def test_every_experiment_finds_what_it_expects(path: Path, here: Path) -> None:
    module = experiment(path)
    found = module.main(here / "made")
    assert found == pytest.approx(module.EXPECTED, abs=0.0011)
    assert [path.name for path in here.iterdir()] == ["made"]
    assert any((here / "made").iterdir())


# ---------------------------------------------------------------- theory

HEADING = r"(?:\d\.\d|\d|[A-Z]\d?)"
CITED = re.compile(rf"\bTHEORY\s+(?:section\s+)?({HEADING}(?:(?:,| and|, and)\s+{HEADING}\b)*)")
FOLDERS = ("negsim", "scenarios", "tests", "experiments", "docs")


def cited() -> dict[str, list[str]]:
    """Return the headings of docs/theory.md that files refer to, with the files."""
    found: dict[str, list[str]] = {}
    for path in sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.*")):
        if path.suffix in (".py", ".toml", ".md") and path != ROOT / "docs" / "theory.md":
            for match in CITED.finditer(path.read_text(encoding="utf-8")):
                for name in re.findall(HEADING, match[1].replace("and", "")):
                    found.setdefault(name, []).append(path.name)
    return found


def test_every_reference_to_the_theory_has_a_heading() -> None:
    text = (ROOT / "docs" / "theory.md").read_text(encoding="utf-8")
    headings = re.findall(rf"^#+ ({HEADING}) ", text, re.MULTILINE)
    assert len(headings) == len(set(headings))
    references = cited()
    assert len(references) > 30
    assert {name: files for name, files in references.items() if name not in headings} == {}
