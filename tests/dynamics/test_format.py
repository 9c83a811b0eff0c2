"""The rest of the format, compiled: levels, staying options, uncertain ends, reservations."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from negsim.analysis.delay.stalling import LABELS, stalling
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import GameError, SolverError
from negsim.scenario.load import loads

HEAD = """
format = 1
title = "A test"
parties.a.discount = 0.9
parties.b.discount = 0.9
"""


def compiled(text: str) -> Compiled:
    return compile_scenario(loads(HEAD + text))


def follow(game: Compiled, rounds: Sequence[Sequence[str]]) -> list[list[int]]:
    """Return the levels of the options round by round under moves named by their labels."""
    talks = game.talks()
    state, found = int(talks.start[0]), []
    for said in rounds:
        labels = [[move.label for move in own] for own in game.moves.values()]
        places = [own.index(label) for own, label in zip(labels, said, strict=True)]
        profile = np.ravel_multi_index(places, [len(own) for own in labels])
        event = game.events.of[state, profile]
        found.append(game.events.table[: len(game.scenario.options), event].tolist())
        transition = game.transition_of[event]
        chances = talks.chances[0, state, transition]
        state = int(talks.successors[state, transition, int(chances.argmax())])
    return found


LEVELS = """
talks.rounds = 2
[options.truce]
parties = ["a", "b"]
levels = ["energy", "wide", "full"]
conditions.a.when = "stop == 2"
[options.stop]
parties = ["b"]
levels = ["some", "much"]
[payoffs.a.wide]
when = "truce >= wide"
value = 1
per = "truce"
why = "x"
[payoffs.b.said]
when = 'a.truce == "full" and stop == some'
value = 1
why = "x"
"""


def test_a_joint_option_is_in_effect_at_the_lowest_level_accepted() -> None:
    game = compiled(LEVELS)
    moves = [move.label for move in game.moves["a"]]
    assert moves == ["no", "energy", "wide", "full", "if"]
    said = [("full", "energy / no"), ("wide", "full / some"), ("full", "no / no")]
    assert follow(game, said) == [[1, 0], [2, 1], [0, 0]]


def test_an_if_consents_to_the_highest_level_while_its_condition_holds() -> None:
    game = compiled(LEVELS)
    said = [("if", "full / some"), ("if", "full / much"), ("if", "wide / much")]
    assert follow(game, said) == [[0, 1], [3, 2], [2, 2]]


def test_levels_are_numbers_in_expressions_and_words_in_outcomes() -> None:
    game = compiled(LEVELS)
    talks = game.talks()
    table = game.events.table
    assert np.array_equal(talks.payoffs[0, 0, 0], np.where(table[0] >= 2, table[0], 0))
    full = int(np.flatnonzero((table[0] == 3) & (table[1] == 2))[0])
    assert game.outcome_text(full) == "Truce: full + Stop: much"


def test_each_level_of_a_joint_option_can_be_completed() -> None:
    game = compiled(LEVELS)
    talks = game.talks()
    levels = game.events.table[0]
    assert np.array_equal(talks.in_effect, np.array([levels >= 1, levels >= 2, levels >= 3]))
    assert talks.coalitions.tolist() == [[True, True]] * 3


def staying(keys: str) -> Compiled:
    return compiled(
        f"""
        talks.rounds = 9
        options.truce = {{ parties = ["a", "b"], stays = true, {keys} }}
        payoffs.a.calm = {{ when = "truce", value = 1, why = "x" }}
        """
    )


def in_effect(keys: str, said: str) -> list[int]:
    """Return whether the truce is in effect; ``said`` has a pair of y and n for each round."""
    words = {"y": "yes", "n": "no"}
    rounds = [tuple(words[letter] for letter in pair) for pair in said.split()]
    return [levels[0] for levels in follow(staying(keys), rounds)]


def test_any_party_may_leave_unless_the_file_says_who() -> None:
    assert in_effect('leave = "any"', "yy yy yn yn yy") == [1, 1, 0, 0, 1]
    assert in_effect('leave = "all"', "yn yy yn ny nn yn") == [0, 1, 1, 1, 0, 0]
    assert in_effect('leave = ["b"]', "yy ny ny yn") == [1, 1, 1, 0]


def test_an_option_lapses_after_its_rounds_and_can_be_agreed_again() -> None:
    assert in_effect('expires = 3, leave = "all"', "yy yy yy ny yy nn") == [1, 1, 1, 0, 1, 0]
    assert in_effect('expires = 2, leave = "all"', "yy yy yy yy yn yn") == [1, 1, 1, 1, 0, 0]


def test_notice_keeps_an_option_in_effect_for_its_rounds() -> None:
    assert in_effect("undo_after = 2", "yy yn yy yy nn") == [1, 1, 1, 1, 1]
    assert in_effect("undo_after = 2", "yy yn yn nn nn") == [1, 1, 1, 0, 0]
    assert in_effect("undo_after = 1, expires = 4", "yy yn nn yy yy yy yy ny") == [
        *(1, 1, 0, 1, 1, 1, 1, 0)
    ]


def test_an_irreversible_option_stays() -> None:
    assert in_effect("irreversible = true", "yn yy nn nn") == [0, 1, 1, 1]
    assert in_effect("irreversible = true, expires = 2", "yy nn nn") == [1, 1, 0]


def test_the_rounds_left_are_a_public_state_variable() -> None:
    game = staying("expires = 4")
    assert [v.name for v in game.scenario.state] == ["truce_in_force"]
    assert game.scenario.state[0].levels == 4
    assert in_effect("expires = 4", "ny") == [0]
    later = compile_scenario(game.scenario.set({"state.truce_in_force.start": 2}))
    assert follow(later, [("yes", "yes")] * 2 + [("no", "yes")]) == [[1], [1], [0]]


ALONE = """
format = 1
title = "A test"
parties.a.discount = 0.9
options.stop.parties = ["a"]
payoffs.a.flow = { when = "not stop", value = 1, why = "x" }
payoffs.a.over = { at = "no_agreement", value = -3, why = "x" }
"""


@pytest.mark.parametrize("chance", [0.0001, 0.25, 1.0])
def test_an_uncertain_end_cuts_the_talks_short(chance: float) -> None:
    text = f"{ALONE}talks.rounds = 4\ntalks.ending.chance = {chance}\n"
    plan = stalling(loads(text)).plan
    going = 0.9 * (1 - chance)
    expected = sum(going**t * (1 - 3 * (chance if t < 3 else 1.0)) for t in range(4))
    assert plan.values[0, 3, 0, 0] == pytest.approx(expected, abs=1e-12)


def test_the_path_ends_by_the_ending_chance() -> None:
    found = stalling(loads(f"{ALONE}talks.rounds = 3\ntalks.ending.chance = 0.25\n"))
    assert found.path.ends[0, :, 0] == pytest.approx([0.25, 0.1875, 0.5625])


def test_backward_induction_refuses_talks_without_a_last_round() -> None:
    from negsim.dynamics.build import talks
    from negsim.theory.registry import solve

    endless = talks(loads(f"{ALONE}talks.ending.chance = 0.25\n"))
    assert endless.endless
    with pytest.raises(SolverError, match="these talks have none; solvers that can"):
        solve(endless, "backward_induction")


RESERVED = """
talks.rounds = 3
options.deal.parties = ["a", "b"]
ends.signed = { kind = "agreement", when = "deal" }
state.ground = { levels = 3, start = 1 }
payoffs.a.flow = { value = 2, per = "ground", why = "x" }
payoffs.a.deal = { at = "signed", value = 7, why = "x" }
payoffs.b.deal = { at = "signed", value = 1, why = "x" }
"""


@pytest.mark.parametrize(
    ("reservation", "expected"),
    [
        ("{ value = 4.5 }", 4.5),
        ('"status_quo"', 2 * (1 + 0.9 + 0.81)),
        ("{ state = { ground = 2 } }", 4 * (1 + 0.9 + 0.81)),
    ],
)
def test_leaving_is_worth_the_reservation(reservation: str, expected: float) -> None:
    text = f"{HEAD}{RESERVED}parties.a.reservation = {reservation}\n"
    found = stalling(loads(text)).at_start
    assert found.leave[0, 0, 0, 0] == pytest.approx(expected, abs=1e-12)
    assert found.leave[0, 0, 1, 0] == 0.0


def test_a_status_quo_needs_a_move_that_refuses_everything() -> None:
    text = f'{HEAD}{RESERVED}parties.a.reservation = "status_quo"\nrules.always = "deal"\n'
    with pytest.raises(GameError, match="needs a move of a that refuses everything"):
        _ = stalling(loads(text)).plan


TWO_SIDES = """
talks.rounds = 3
options.deal.parties = ["a", "b"]
ends.signed = { kind = "agreement", when = "deal" }
payoffs.a.flow = { when = "not deal", value = 1, why = "x" }
payoffs.b.flow = { when = "not deal", value = 1, why = "x" }
payoffs.a.deal = { at = "signed", value = 0.5, why = "x" }
payoffs.b.deal = { at = "signed", value = 0.5, why = "x" }
"""


def labels(text: str) -> list[str]:
    return [LABELS[code] for code in stalling(loads(HEAD + TWO_SIDES + text)).start_labels[0]]


def test_a_channel_of_one_party_is_off_in_that_partys_frozen_game_only() -> None:
    own = '[channels.flow.{0}]\noff = {{ "payoffs.{0}.flow" = 0 }}\n'
    plain = "parties.a.reservation.value = 0\nparties.b.reservation.value = 0\n"
    assert labels(plain) == ["impasse"] * 2
    each = {
        "a": stalling(loads(HEAD + TWO_SIDES + plain + own.format("a"))),
        "both": stalling(loads(HEAD + TWO_SIDES + plain + own.format("a") + own.format("b"))),
    }
    assert np.isnan(each["a"].start.frozen_delay[0, 0, 1, 0])
    assert not np.isnan(each["a"].start.frozen_delay[0, 0, 0, 0])
    frozen = each["both"].start.frozen_delay[0, 0, :, 0]
    assert frozen[0] == frozen[1]


def test_types_change_the_numbers_of_their_party() -> None:
    text = f"""{HEAD}{TWO_SIDES}
    [types.a.hawk]
    prior = 0.25
    set = {{ "payoffs.a.flow" = 3, "parties.a.discount" = 0.5 }}
    """
    scenario = loads(text)
    hawk = scenario.as_types({"a": "hawk"})
    assert (hawk.value("payoffs.a.flow"), hawk.value("parties.a.discount")) == (3.0, 0.5)
    assert scenario.as_types({"a": "base"}) == scenario
    assert scenario.value(scenario.types[0].prior) == 0.25
