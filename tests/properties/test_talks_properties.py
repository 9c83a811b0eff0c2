"""Solved talks are those of a plain solver in fractions, on the scenarios shipped and random ones.

Numbers of the random scenarios are multiples of a quarter, so that payoffs are exact in binary and
ties are ties in both solvers.
"""

from __future__ import annotations

import dataclasses
from collections import Counter
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import negsim
from negsim.analysis.delay.stalling import LABELS, Stalling, analyse
from negsim.dynamics.build import compile_scenario
from negsim.errors import GameError
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario
from tests.oracles.plain_talks import BrokenRuleError, PlainTalks, UndecidedError, Worth

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
MIXED = ("chicken", "battle_of_the_sexes", "matching_pennies", "guarantors")
"""Games whose one round is played in mixed moves, or in one of several equilibria."""

TEXTBOOK = [
    file
    for file in sorted((SCENARIOS / "textbook").glob("*.toml"))
    if load(file).rounds and file.stem != "deadline"
]
"""Talks with a last round; the deadline is part pure, part mixed, and has its own closed form."""

NEVER = ("delay_untested", "not_decided")
"""Labels that talks in turn with channels, solved exactly, never have."""

FEW = settings(max_examples=16, deadline=None, derandomize=True)
sources = st.randoms(use_true_random=True)

# ---------------------------------------------------------------- random scenarios, as text


@dataclasses.dataclass
class Draft:
    """A scenario being written: the source of chance, what there is so far, and its lines."""

    random: Random
    parties: list[str]
    options: dict[str, list[str]] = dataclasses.field(default_factory=dict)
    conditional: list[str] = dataclasses.field(default_factory=list)
    lines: list[str] = dataclasses.field(default_factory=list)

    def heads(self) -> bool:
        return self.random.random() < 0.5

    def some(self, names: Sequence[str], least: int) -> list[str]:
        return sorted(self.random.sample(names, self.random.randint(least, len(names))))

    def quarters(self) -> str:
        return str(self.random.randint(-8, 8) / 4)

    def formula(self) -> str:
        """Return a truth over options, stances, state and a parameter."""
        atoms = [*self.options, "gauge > 1", "gauge == 0", "clock >= 1", "late > 0.25"]
        atoms += [f'{party}.deal == "if"' for party in self.conditional]
        atoms += [f'{self.options["deal"][0]}.deal == "yes"']
        shapes = [
            "{0}",
            "not {0}",
            "{0} and {1}",
            "{0} or not {1}",
            "{0} implies {1}",
            "{0} != {1}",
        ]
        first, second = self.random.sample(atoms, 2)
        return self.random.choice(shapes).format(f"({first})", f"({second})")


def scenario_text(random: Random, order: str) -> str:
    """Return a random scenario: who moves ``in turn``, ``at once`` or in ``groups``."""
    draft = Draft(random, ["ann", "bob", "cat"][: random.randint(2, 3)])
    draft.lines += ["format = 1", 'title = "random"']
    for party in draft.parties:
        role = random.choice(["party", "mediator"]) if party == "cat" else "party"
        discount = random.choice(["1", "0.5", "0.75"])
        draft.lines.append(f'parties.{party} = {{ role = "{role}", discount = {discount} }}')
    write_options(draft)
    write_talks(draft, order)
    write_changes(draft)
    ends = write_ends(draft)
    write_payoffs(draft, ends)
    return "\n".join(draft.lines)


def write_options(draft: Draft) -> None:
    draft.options["deal"] = draft.some(draft.parties, 2)
    aid, halt = draft.random.sample(draft.parties, 2)
    draft.options["aid"] = [aid]
    if draft.heads():
        draft.options["halt"] = [halt]
    third = draft.random.choice(["", "truce", "quit"])
    if third:
        draft.options[third] = draft.some(draft.parties, 2) if third == "truce" else ["ann"]
    for name, members in draft.options.items():
        draft.lines.append(f"options.{name}.parties = {members}")
    draft.conditional = draft.some(draft.options["deal"], 0)[:2]
    for party in draft.conditional:
        wish = draft.random.choice(["aid", "aid and gauge > 0", "gauge == 1", "not aid"])
        draft.lines.append(f'options.deal.conditions.{party}.when = "{wish}"')
    rules = [f"deal implies {third}", f"not (deal and {third})"] if third else []
    rules = [rule for rule in rules if set(draft.options["deal"]) & set(draft.options[third])]
    if draft.options["aid"][0] in draft.options["deal"]:
        rules += ["not deal or not aid"]
    if rules and draft.heads():
        draft.lines.append(f'rules.fits = "{draft.random.choice(rules)}"')


def write_talks(draft: Draft, order: str) -> None:
    parties = draft.some(draft.parties, len(draft.parties))
    draft.random.shuffle(parties)
    groups = str([[party] for party in parties])
    if order != "in turn":
        groups = str([parties[:1], parties[1:]]) if order == "groups" else '"simultaneous"'
    draft.lines.append(f"talks.rounds = {draft.random.randint(1, 3)}")
    draft.lines.append(f"talks.order = {groups}")
    levels = draft.random.randint(2, 4)
    start = draft.random.randrange(levels)
    draft.lines.append(f"state.gauge = {{ levels = {levels}, start = {start} }}")
    draft.lines.append("state.clock = { levels = 3, start = 0 }")
    draft.lines.append("parameters.late = 0.5")


def write_changes(draft: Draft) -> None:
    chances = ["1", "0.25", '"late"', '"late * (1 - deal / 2)"', '"min(1, gauge / 4 + aid / 4)"']
    for number in range(draft.random.randint(1, 3)):
        variable = draft.random.choice(["gauge", "gauge", "clock"])
        step = draft.random.choice([-2, -1, 1, 2])
        chance = draft.random.choice(chances)
        when = f"when = '{draft.formula()}', " if draft.heads() else ""
        draft.lines.append(
            f"changes.c{number} = {{ {when}add = {{ {variable} = {step} }}, chance = {chance} }}"
        )


def write_ends(draft: Draft) -> list[str]:
    signed = draft.random.choice(["deal", "deal and gauge > 0", "deal or clock == 2"])
    ends = {"signed": f"kind = 'agreement', when = '{signed}'"}
    if draft.heads():
        broken = draft.random.choice(["gauge == 0", "clock == 2 and not deal", "aid and not deal"])
        ends["broken"] = f"kind = 'breakdown', when = '{broken}'"
    if "quit" in draft.options:
        left = draft.random.choice(["quit", "quit and gauge > 0"])
        ends["left"] = f"kind = 'exit', by = ['ann'], when = '{left}'"
    names = list(ends)
    draft.random.shuffle(names)
    for name in names:
        arrives = ", arrives = 'next_round'" if draft.heads() else ""
        draft.lines.append(f"ends.{name} = {{ {ends[name]}{arrives} }}")
    if draft.heads():
        draft.lines.append("ends.no_agreement.arrives = 'next_round'")
    return [*names, "no_agreement"]


def write_payoffs(draft: Draft, ends: list[str]) -> None:
    amounts = ["1 + gauge", "late * gauge - deal", "max(gauge, 2 * aid)", "(1 + clock) / 2"]
    for party in draft.parties:
        draft.lines.append(f"payoffs.{party}.end = {{ at = {ends}, value = {draft.quarters()} }}")
        for number in range(draft.random.randint(2, 4)):
            at = f"at = {draft.some(ends, 1)}, " if draft.random.random() < 0.3 else ""
            when = f"when = '{draft.formula()}', "
            per = f"per = '{draft.random.choice(amounts)}', " if draft.heads() else ""
            draft.lines.append(
                f"payoffs.{party}.p{number} = {{ {at}{when}{per}value = {draft.quarters()} }}"
            )
    by_round = any(line.startswith("payoffs.ann.p0 = { when") for line in draft.lines)
    also = ', "payoffs.ann.p0" = 0' if by_round else ""
    draft.lines.append(f'channels.time.off = {{ "parameters.late" = 0{also} }}')


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
                assert worths(rounded) == pytest.approx(
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
    if file.stem in MIXED:
        assert decided == rounds == 0
    else:
        assert decided == plain.rounds * len(plain.states)
        assert rounds == plain.rounds
        same_prospects(analysis, plain)
        same_labels(analysis, plain, frozen_of(scenario))


def test_four_weeks_of_march_2025_are_solved_as_plainly() -> None:
    scenario = load(SCENARIOS / "march_2025.toml")
    scenario = scenario.set({"talks.rounds": 4, "state.patience.start": 2})
    plain = PlainTalks(scenario)
    analysis = analyse(compile_scenario(scenario))
    expected = plain.solve(4, plain.start).values
    assert analysis.value[0] == pytest.approx([float(value) for value in expected], rel=1e-12)
    assert same_path(analysis, plain) == 2
    found = analysis.start.prospects
    for place, worth in enumerate(plain.worth(4, plain.start).values()):
        parts = [array[0, 0, place, 0] for array in (found.settle, found.talk, found.leave)]
        assert parts == pytest.approx(
            [-np.inf if value is None else float(value) for value in worths(worth)], rel=1e-12
        )


# ---------------------------------------------------------------- random scenarios


def compare_random(text: str, check: Callable[[Stalling, PlainTalks], None]) -> None:
    """Compare the two solvers on a text; a rule that some profile breaks stops them both."""
    scenario = loads(text)
    try:
        plain = PlainTalks(scenario)
        for state in plain.states:
            plain.events_in(state)
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
    @given(sources)
    def compared(random: Random) -> None:
        compare_random(scenario_text(random, "in turn"), check)

    compared()
    assert met["values"] >= 0.9 * met["states"]
    assert met["prospects"] >= 0.9 * met["states"]
    assert all(met[label] > 0 for label in LABELS if label not in NEVER)


@pytest.mark.parametrize("order", ["at once", "groups"])
def test_moves_at_once_are_solved_as_plainly(order: str) -> None:
    met: Counter[str] = Counter()

    def check(analysis: Stalling, plain: PlainTalks) -> None:
        met["states"] += plain.rounds * len(plain.states)
        met["values"] += same_values(analysis, plain)
        met["rounds"] += same_path(analysis, plain)
        worst = PlainTalks(plain.scenario, "mediator_worst")
        met["worst"] += same_values(analyse(analysis.compiled, selection="mediator_worst"), worst)

    @settings(FEW, max_examples=8)
    @given(sources)
    def compared(random: Random) -> None:
        compare_random(scenario_text(random, order), check)

    compared()
    assert min(met["values"], met["worst"]) >= 0.8 * met["states"]
    assert met["rounds"] > 0
