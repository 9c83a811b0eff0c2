"""Belief reckoned ahead: by hand, and against every history written out."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.stalling import Stalling, analyse, stalling
from negsim.analysis.measures.registry import evaluate
from negsim.analysis.signals.belief import update_beliefs
from negsim.analysis.signals.expected_belief import Cast, cast_of, expected_belief, type_plans
from negsim.analysis.signals.transcript import TREMBLE, types_of
from negsim.dynamics.build import compile_scenario
from negsim.errors import GameError, UnknownNameError, UsageError
from negsim.scenario.load import load

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
TRUCE = SCENARIOS / "textbook" / "truce_as_signal.toml"


@pytest.fixture(scope="module")
def truce() -> Stalling:
    """Return the truce as a signal with its own prior, and with one of a half."""
    compiled = compile_scenario(load(TRUCE))
    return analyse(compiled, compiled.points({"types.party.sincere.prior": [0.25, 0.5]}))


def test_a_signature_at_the_end_tells_the_sincere_by_hand(truce: Stalling) -> None:
    """Both types do the same in round 1; in round 2 only the sincere sign."""
    does, trembles = 1 - TREMBLE + TREMBLE / 4, TREMBLE / 4
    names = ["belief.party.sincere.1", "belief.party.sincere.2"]
    first, second = evaluate(truce, names).values()
    assert first == pytest.approx([0.25, 0.5])
    told = [p * does / (p * does + (1 - p) * trembles) for p in (0.25, 0.5)]
    assert second == pytest.approx(told)


@pytest.mark.parametrize("kind", ["staller", "fearful", "slow"])
def test_it_is_the_mean_over_every_history(kind: str) -> None:
    scenario = load(SCENARIOS / "march_2025_types.toml")
    analysis = stalling(scenario)
    types, prior = types_of(scenario, "russia")
    plans = type_plans(analysis, "russia")
    cast = cast_of(analysis.compiled, [plans[each] for each in types], prior, "russia", 0)
    place = types.index(kind)
    found = histories(cast, place, 0, int(cast.plans[0].game.start[0]), [], 3)
    assert sum(chance for chance, _ in found) == pytest.approx(1)
    mean = sum(chance * update_beliefs(prior, seen).beliefs[-1, place] for chance, seen in found)
    assert expected_belief(analysis, "russia", kind, 3) == pytest.approx([mean])


def histories(
    cast: Cast, kind: int, played: int, state: int, seen: list[list[float]], rounds: int
) -> list[tuple[float, list[list[float]]]]:
    """Return every history with its chance and the likelihoods of what the party did."""
    if played == rounds:
        return [(1.0, seen)]
    game, sizes = cast.plans[kind].game, cast.board
    found = []
    for profile in range(sizes.num_profiles):
        at = list(zip(sizes.node_of[:, profile], sizes.move_of[:, profile], strict=True))
        true = [act[played, state, *here] for act, here in zip(cast.acts[kind], at, strict=True)]
        likely = float(np.prod(true))
        if likely == 0:
            continue
        own = [acts[cast.player][played, state, *at[cast.player]] for acts in cast.acts]
        told = [(1 - TREMBLE) * chance + TREMBLE / sizes.moves[cast.player] for chance in own]
        transition = game.transition_of[game.event_of[state, profile]]
        goes = game.chances[0, state, transition]
        found.append((likely * (1 - goes.sum()), [*seen, told]))
        for slot in np.flatnonzero(goes).tolist():
            onward = int(game.successors[state, transition, slot])
            rest = histories(cast, kind, played + 1, onward, [*seen, told], rounds)
            found += [(likely * goes[slot] * chance, all_of) for chance, all_of in rest]
    return found


def test_talks_without_a_last_round_can_be_followed() -> None:
    text = TRUCE.read_text(encoding="utf-8")
    endless = text.replace(
        'rounds = { value = 2, why = "A truce first, then the full agreement", source = "theory" }',
        "ending = { chance = 0.1 }",
    ).replace('label = "Party"', 'label = "Party"\ndiscount = 0.9')
    assert endless != text
    analysis = stalling(negsim.loads(endless))
    early, late = evaluate(analysis, ["belief.party.base.1", "belief.party.base.90"]).values()
    assert 0 <= early[0] <= 1
    assert 0 <= late[0] <= 1


def test_a_type_without_a_chance_is_an_error(truce: Stalling) -> None:
    compiled = truce.compiled
    sure = analyse(compiled, compiled.points({"types.party.sincere.prior": [1.0]}))
    with pytest.raises(GameError, match='type "base" of party has no chance'):
        expected_belief(sure, "party", "base", 1)


def test_what_is_no_type_and_round_is_told(truce: Stalling) -> None:
    with pytest.raises(UnknownNameError, match=re.escape('round "party.sincere.3"')):
        evaluate(truce, ["belief.party.sincere.3"])
    with pytest.raises(UsageError, match=re.escape('as in "belief.party.sincere.1"')):
        evaluate(truce, ["belief"])
