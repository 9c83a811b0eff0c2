"""Solved talks are those of a plain solver in fractions, on the scenarios shipped and on random ones.

Numbers of the random scenarios are multiples of a quarter, so that payoffs are exact in binary and
ties are ties in both solvers.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import negsim
from negsim.analysis.stalling import LABELS, Stalling, analyse
from negsim.errors import GameError
from negsim.games.build import compile_scenario
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario
from tests.plain_talks import BrokenRuleError, PlainTalks, UndecidedError, Worth

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
TEXTBOOK = sorted((SCENARIOS / "textbook").glob("*.toml"))
FEW = settings(
    max_examples=40,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

# ---------------------------------------------------------------- random scenarios, as text

quarters = st.integers(-8, 8).map(lambda number: str(number / 4))
discounts = st.sampled_from(["1", "0.5", "0.75"])


def subsets(names: Sequence[str], least: int) -> st.SearchStrategy[list[str]]:
    return st.lists(st.sampled_from(names), min_size=least, max_size=len(names), unique=True).map(
        sorted
    )


@dataclasses.dataclass
class Draft:
    """A scenario being written: what its expressions may mention, and its lines so far."""

    parties: list[str]
    options: dict[str, list[str]]
    conditional: list[str]
    lines: list[str]

    def atoms(self) -> list[str]:
        stances = [f'{party}.deal == "if"' for party in self.conditional]
        stances += [f'{party}.deal == "yes"' for party in self.options["deal"][:1]]
        return [*self.options, *stances, "gauge > 1", "gauge == 0", "clock >= 1", "late"]


def formula(draw: st.DrawFn, draft: Draft) -> str:
    """Return a truth over options, stances, state and a parameter."""
    atoms = st.sampled_from(draft.atoms())
    first, second = draw(atoms), draw(atoms)
    shapes = ["{0}", "not {0}", "{0} and {1}", "{0} or not {1}", "{0} implies {1}", "{0} != {1}"]
    return draw(st.sampled_from(shapes)).format(f"({first})", f"({second})")


@st.composite
def scenario_texts(draw: st.DrawFn, order: str = "in turn") -> str:
    """Return a random scenario: who moves ``in turn``, ``at once`` or in ``groups``."""
    parties = ["ann", "bob", "cat"][: draw(st.integers(2, 3))]
    draft = Draft(parties, {}, [], ["format = 1", 'title = "random"'])
    for party in parties:
        role = draw(st.sampled_from(["party", "mediator"])) if party == "cat" else "party"
        draft.lines.append(f'parties.{party} = {{ role = "{role}", discount = {draw(discounts)} }}')
    write_options(draw, draft)
    write_talks(draw, draft, order)
    write_changes(draw, draft)
    ends = write_ends(draw, draft)
    write_payoffs(draw, draft, ends)
    return "\n".join(draft.lines)


def write_options(draw: st.DrawFn, draft: Draft) -> None:
    parties = draft.parties
    draft.options["deal"] = draw(subsets(parties, 2))
    draft.options["aid"] = [draw(st.sampled_from(parties))]
    third = draw(st.sampled_from(["", "truce", "quit"]))
    if third:
        both = third == "truce"
        draft.options[third] = draw(subsets(parties, 2)) if both else [parties[0]]
    for name, members in draft.options.items():
        draft.lines.append(f"options.{name}.parties = {members}")
    draft.conditional = draw(subsets(draft.options["deal"], 0))[:2]
    for party in draft.conditional:
        wish = draw(st.sampled_from(["aid", "aid and gauge > 0", "gauge == 1", "not aid"]))
        draft.lines.append(f'options.deal.conditions.{party}.when = "{wish}"')
    rules = [f"deal implies {third}", f"not (deal and {third})"] if third else []
    rules = [rule for rule in rules if set(draft.options["deal"]) & set(draft.options[third])]
    if draft.options["aid"][0] in draft.options["deal"]:
        rules += ["not deal or not aid"]
    if rules and draw(st.booleans()):
        draft.lines.append(f'rules.fits = "{draw(st.sampled_from(rules))}"')


def write_talks(draw: st.DrawFn, draft: Draft, order: str) -> None:
    parties = draw(st.permutations(draft.parties))
    groups = str([[party] for party in parties])
    if order != "in turn":
        groups = str([parties[:1], parties[1:]]) if order == "groups" else '"simultaneous"'
    draft.lines.append(f"talks.rounds = {draw(st.integers(1, 3))}")
    draft.lines.append(f"talks.order = {groups}")
    levels = draw(st.integers(2, 4))
    start = draw(st.integers(0, levels - 1))
    draft.lines.append(f"state.gauge = {{ levels = {levels}, start = {start} }}")
    draft.lines.append("state.clock = { levels = 3, start = 0 }")
    draft.lines.append("parameters.late = 0.5")


def write_changes(draw: st.DrawFn, draft: Draft) -> None:
    chances = ["1", "0.25", '"late"', '"late * (1 - deal / 2)"', '"min(1, gauge / 4 + aid / 4)"']
    for number in range(draw(st.integers(1, 3))):
        variable = draw(st.sampled_from(["gauge", "gauge", "clock"]))
        step = draw(st.sampled_from([-2, -1, 1, 2]))
        chance = draw(st.sampled_from(chances))
        when = f"when = '{formula(draw, draft)}', " if draw(st.booleans()) else ""
        draft.lines.append(
            f"changes.c{number} = {{ {when}add = {{ {variable} = {step} }}, chance = {chance} }}"
        )


def write_ends(draw: st.DrawFn, draft: Draft) -> list[str]:
    signed = draw(st.sampled_from(["deal", "deal and gauge > 0", "deal or clock == 2"]))
    ends = {"signed": f"kind = 'agreement', when = '{signed}'"}
    if draw(st.booleans()):
        broken = draw(st.sampled_from(["gauge == 0", "clock == 2 and not deal", "aid and not deal"]))
        ends["broken"] = f"kind = 'breakdown', when = '{broken}'"
    if "quit" in draft.options:
        ends["left"] = f"kind = 'exit', by = ['{draft.parties[0]}'], when = 'quit'"
    names = list(draw(st.permutations(list(ends))))
    for name in names:
        arrives = ", arrives = 'next_round'" if draw(st.booleans()) else ""
        draft.lines.append(f"ends.{name} = {{ {ends[name]}{arrives} }}")
    if draw(st.booleans()):
        draft.lines.append("ends.no_agreement.arrives = 'next_round'")
    return [*names, "no_agreement"]


def write_payoffs(draw: st.DrawFn, draft: Draft, ends: list[str]) -> None:
    amounts = ["1 + gauge", "late * gauge - deal", "max(gauge, 2 * aid)", "(1 + clock) / 2"]
    for party in draft.parties:
        draft.lines.append(f"payoffs.{party}.end = {{ at = {ends}, value = {draw(quarters)} }}")
        for number in range(draw(st.integers(1, 3))):
            at = f"at = {draw(subsets(ends, 1))}, " if draw(st.booleans()) else ""
            when = f"when = '{formula(draw, draft)}', " if draw(st.booleans()) else ""
            per = f"per = '{draw(st.sampled_from(amounts))}', " if draw(st.booleans()) else ""
            draft.lines.append(
                f"payoffs.{party}.p{number} = {{ {at}{when}{per}value = {draw(quarters)} }}"
            )
    draft.lines.append('channels.time.off = { "parameters.late" = 0.25 }')


# ---------------------------------------------------------------- the comparisons


def same_values(analysis: Stalling, plain: PlainTalks) -> int:
    """Compare all values that the rules of selection decide and return their number."""
    decided = 0
    for to_go in range(1, plain.rounds + 1):
        for number, state in enumerate(plain.states):
            try:
                expected = plain.solve(to_go, state).values
            except UndecidedError:
                continue
            found = analysis.plan.values[0, to_go - 1, :, number]
            assert found == pytest.approx([float(value) for value in expected], rel=1e-9, abs=1e-9)
            decided += 1
    return decided


def same_path(analysis: Stalling, plain: PlainTalks) -> int:
    """Compare outcomes, ends and states of every decided round and return their number."""
    rounds = plain.path()
    path, compiled = analysis.path, analysis.compiled
    for time, expected in enumerate(rounds):
        if expected.outcomes:
            assert outcomes(analysis, time) == approximately(expected.outcomes)
        found = dict(zip(analysis.plan.game.ends, path.ends[0, time], strict=True))
        assert found == approximately({name: expected.ends.get(name, 0) for name in found})
        if time + 1 < plain.rounds:
            standing = {
                tuple(compiled.grid[place]): path.reached[0, time + 1, place]
                for place in np.flatnonzero(path.reached[0, time + 1])
            }
            assert standing == approximately(expected.onward)
    return len(rounds)


def outcomes(analysis: Stalling, time: int) -> dict[tuple[bool, ...], float]:
    """Return the chance of each set of options in effect in a round of the path."""
    options = len(analysis.compiled.scenario.options)
    found: Counter[tuple[bool, ...]] = Counter()
    for event, chance in enumerate(analysis.path.events[0, time]):
        if chance > 0:
            found[tuple(analysis.compiled.events.table[:options, event].tolist())] += chance
    return dict(found)


def approximately(chances: dict[object, Fraction] | object) -> object:
    assert isinstance(chances, dict)
    return pytest.approx({key: float(value) for key, value in chances.items()}, abs=1e-9)


def same_prospects(analysis: Stalling, plain: PlainTalks) -> int:
    """Compare what settling, talking and leaving are worth in every decided round and state."""
    decided = 0
    found = analysis.everywhere.prospects
    for to_go in range(1, plain.rounds + 1):
        for number, state in enumerate(plain.states):
            try:
                expected = plain.worth(to_go, state)
            except UndecidedError:
                continue
            for place, party in enumerate(plain.parties):
                where = (0, to_go - 1, place, number)
                rounded = Worth(found.settle[where], found.talk[where], found.leave[where])
                assert dataclasses.astuple(rounded) == pytest.approx(
                    [-np.inf if v is None else float(v) for v in worths(expected[party])], abs=1e-9
                )
            decided += 1
    return decided


def worths(worth: Worth) -> list[Fraction | None]:
    return [worth.settle, worth.talk, worth.leave]


def same_labels(analysis: Stalling, plain: PlainTalks, frozen: PlainTalks | None) -> Counter[str]:
    """Compare the labels of every decided round and state and return how often each was met."""
    met: Counter[str] = Counter()
    for to_go in range(1, plain.rounds + 1):
        for number, state in enumerate(plain.states):
            try:
                expected = plain.label(to_go, state, frozen)
            except UndecidedError:
                continue
            codes = analysis.everywhere.labels[0, to_go - 1, :, number]
            assert [LABELS[code] for code in codes] == list(expected.values())
            met.update(expected.values())
    return met


def frozen_of(scenario: Scenario) -> PlainTalks | None:
    """Return the plain solver of the game with all channels switched off."""
    off = {name: value for channel in scenario.channels for name, value in channel.off.items()}
    return PlainTalks(scenario.set(off)) if off else None


# ---------------------------------------------------------------- the scenarios shipped


@pytest.mark.parametrize("file", TEXTBOOK, ids=lambda file: file.stem)
def test_textbook_scenarios_are_solved_as_plainly(file: Path) -> None:
    scenario = load(file)
    plain = PlainTalks(scenario)
    analysis = analyse(compile_scenario(scenario))
    decided = same_values(analysis, plain)
    rounds = same_path(analysis, plain)
    if file.stem == "chicken":
        assert decided == rounds == 0
    else:
        assert decided == plain.rounds * len(plain.states)
        assert rounds == plain.rounds
        same_prospects(analysis, plain)
        same_labels(analysis, plain, frozen_of(scenario))


def test_three_weeks_of_march_2025_are_solved_as_plainly() -> None:
    scenario = load(SCENARIOS / "march_2025.toml")
    scenario = scenario.set({"talks.rounds": 3, "state.patience.start": 2})
    plain = PlainTalks(scenario)
    analysis = analyse(compile_scenario(scenario))
    expected = plain.solve(3, plain.start).values
    assert analysis.value[0] == pytest.approx([float(value) for value in expected], rel=1e-12)
    assert same_path(analysis, plain) == 3
    labels = plain.label(3, plain.start, frozen_of(scenario))
    codes = analysis.start.labels[0, 0, :, 0]
    assert [LABELS[code] for code in codes] == list(labels.values())


# ---------------------------------------------------------------- random scenarios


def compare_random(text: str, check: Callable[[Stalling, PlainTalks], None]) -> None:
    """Compare the two solvers on a text; a rule that some profile breaks stops them both."""
    scenario = loads(text)
    try:
        plain = PlainTalks(scenario)
    except BrokenRuleError:
        with pytest.raises(GameError, match="broken by the outcome"):
            compile_scenario(scenario).talks()
        return
    check(analyse(compile_scenario(scenario)), plain)


def test_moves_in_turn_are_solved_as_plainly() -> None:
    met: Counter[str] = Counter()

    def check(analysis: Stalling, plain: PlainTalks) -> None:
        met["states"] += plain.rounds * len(plain.states)
        met["values"] += same_values(analysis, plain)
        met["rounds"] += same_path(analysis, plain)
        met["prospects"] += same_prospects(analysis, plain)
        met.update(same_labels(analysis, plain, frozen_of(plain.scenario)))
        gain = analysis.everywhere.prospects.gain
        assert (gain <= 1e-9 * np.maximum(1.0, np.abs(analysis.plan.values))).all()

    @FEW
    @given(scenario_texts())
    def compared(text: str) -> None:
        compare_random(text, check)

    compared()
    print(met)
    assert met["values"] >= 0.9 * met["states"]
    assert met["prospects"] >= 0.8 * met["states"]
    assert all(met[label] > 0 for label in LABELS if label != "delay_untested")


@pytest.mark.parametrize("order", ["at once", "groups"])
@pytest.mark.parametrize("selection", ["mediator_best", "mediator_worst"])
def test_moves_at_once_are_solved_as_plainly(order: str, selection: str) -> None:
    met: Counter[str] = Counter()

    def check(analysis: Stalling, plain: PlainTalks) -> None:
        other = PlainTalks(plain.scenario, selection)
        again = analyse(analysis.compiled, selection=selection)
        met["states"] += other.rounds * len(other.states)
        met["values"] += same_values(again, other)
        met["rounds"] += same_path(again, other)

    @FEW
    @given(scenario_texts(order))
    def compared(text: str) -> None:
        compare_random(text, check)

    compared()
    print(met)
    assert met["values"] >= 0.4 * met["states"]
    assert met["rounds"] > 0
