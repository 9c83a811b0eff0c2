"""One round of the talks, line by line of the format: flow, changes, ends, discounts."""

from __future__ import annotations

import numpy as np
import pytest

from negsim.analysis.delay.stalling import analyse
from negsim.dynamics.build import compile_scenario, one_shot, talks
from negsim.dynamics.path import path
from negsim.errors import GameError, UnknownNameError
from negsim.scenario.load import loads
from negsim.theory.stochastic.backward_induction import backward_induction

HEAD = """
format = 1
title = "One watches, the other cannot choose"
parties.ann = {}
parties.bob = {}
options.shout.parties = ["bob"]
rules.bob_shouts = "shout"
"""
CLOCK = """
state.clock = { levels = 5, start = 0 }
changes.tick.add.clock = 1
"""


def worth(text: str, **starts: float) -> float:
    """Return what the talks are worth to Ann, who has nothing to choose, as Bob has not."""
    scenario = loads(HEAD + text)
    scenario = scenario.set({f"state.{name}.start": value for name, value in starts.items()})
    return float(analyse(compile_scenario(scenario)).value[0, 0])


# ---------------------------------------------------------------- flow and discounts


def test_round_1_has_weight_1_and_later_rounds_the_discount_to_a_power() -> None:
    text = "talks.rounds = 3\nparties.ann.discount = 0.5\npayoffs.ann.flow.value = 8"
    text = text.replace("parties.ann.discount = 0.5\n", "")
    assert worth(text) == 24
    scenario = loads(HEAD + text).set({"parties.ann.discount": 0.5})
    assert analyse(compile_scenario(scenario)).value[0, 0] == 8 + 4 + 2


def test_flow_is_paid_also_in_the_round_in_which_talks_end() -> None:
    ends = 'ends.off = { kind = "breakdown", when = "shout" }\n'
    assert worth("talks.rounds = 3\npayoffs.ann.flow.value = 8\n" + ends) == 8


def test_nothing_is_paid_after_an_end() -> None:
    text = """
        talks.rounds = 5
        ends.off = { kind = "breakdown", when = "clock == 2" }
        payoffs.ann.flow.value = 1
        payoffs.ann.failed = { at = "no_agreement", value = 1000 }
    """
    assert worth(CLOCK + text) == 2


def test_flow_is_paid_on_the_state_before_changes() -> None:
    assert worth(CLOCK + 'talks.rounds = 3\npayoffs.ann.flow = { per = "clock", value = 1 }') == 3


def test_a_payoff_is_value_times_per_while_when_holds() -> None:
    flow = "payoffs.ann.flow = { value = 3, per = 'clock + 1', when = 'clock != 1' }"
    assert worth(CLOCK + "talks.rounds = 3\n" + flow) == 3 * 1 + 3 * 3


def test_per_is_read_only_where_when_holds() -> None:
    flow = "payoffs.ann.flow = { value = 6, per = '1 / clock', when = 'clock > 0' }"
    assert worth(CLOCK + "talks.rounds = 3\n" + flow) == 6 + 3


def test_a_payoff_that_is_not_finite_is_an_error() -> None:
    with pytest.raises(GameError, match=r"payoffs\.ann\.flow\.per: not finite"):
        worth(CLOCK + "payoffs.ann.flow = { value = 6, per = '1 / clock' }")


# ---------------------------------------------------------------- changes


def state_after(text: str, **starts: float) -> dict[tuple[int, ...], float]:
    """Return the chances of the states in which round 2 is played."""
    scenario = loads(HEAD + "talks.rounds = 2\n" + text)
    scenario = scenario.set({f"state.{name}.start": value for name, value in starts.items()})
    analysis = analyse(compile_scenario(scenario))
    reached = analysis.path.reached[0, 1]
    return {
        tuple(analysis.compiled.grid[place].tolist()): float(reached[place])
        for place in np.flatnonzero(reached)
    }


def test_changes_that_fire_are_summed_and_only_then_clamped() -> None:
    text = """
        state.gauge = { levels = 3, start = 2 }
        changes.up.add.gauge = 1
        changes.down.add.gauge = -2
    """
    assert state_after(text) == {(1,): 1.0}
    assert state_after(text, gauge=0) == {(0,): 1.0}


def test_a_change_is_clamped_at_both_ends() -> None:
    text = "state.gauge = { levels = 3, start = 1 }\nchanges.jump.add.gauge = 5"
    assert state_after(text) == {(2,): 1.0}
    assert state_after(text.replace("= 5", "= -5")) == {(0,): 1.0}


def test_guards_and_chances_read_the_old_state() -> None:
    text = """
        state.first = { levels = 2, start = 0 }
        state.second = { levels = 2, start = 0 }
        state.third = { levels = 2, start = 0 }
        changes.a.add.first = 1
        changes.b = { add = { second = 1 }, when = "first == 1" }
        changes.c = { add = { third = 1 }, chance = "first / 2" }
    """
    assert state_after(text) == {(1, 0, 0): 1.0}
    assert state_after(text, first=1) == {(1, 1, 0): 0.5, (1, 1, 1): 0.5}


def test_guards_and_chances_read_this_rounds_outcome() -> None:
    text = """
        state.gauge = { levels = 4, start = 0 }
        changes.a = { add = { gauge = 1 }, when = "shout" }
        changes.b = { add = { gauge = 2 }, when = "not shout" }
        changes.c = { add = { gauge = 2 }, chance = 'shout / 4 + (bob.shout == "no")' }
    """
    assert state_after(text) == {(1,): 0.75, (3,): 0.25}


def test_changes_fire_independently() -> None:
    text = """
        state.gauge = { levels = 9, start = 4 }
        changes.up = { add = { gauge = 2 }, chance = 0.5 }
        changes.down = { add = { gauge = -1 }, chance = 0.25 }
        changes.also = { add = { gauge = 2 }, chance = 0.125 }
    """
    expected: dict[tuple[int, ...], float] = {}
    for up, down, also in np.ndindex(2, 2, 2):
        chance = 0.5 * (0.25 if down else 0.75) * (0.125 if also else 0.875)
        place = (4 + 2 * up - down + 2 * also,)
        expected[place] = expected.get(place, 0.0) + chance
    assert state_after(text) == pytest.approx(expected)


def test_a_chance_outside_0_and_1_at_a_point_is_an_error() -> None:
    text = "parameters.speed = 0.5\nstate.gauge = { levels = 2, start = 0 }\n"
    text += 'changes.up = { add = { gauge = 1 }, chance = "speed" }'
    compiled = compile_scenario(loads(HEAD + text))
    with pytest.raises(GameError, match=r"changes\.up\.chance: reaches 1\.5"):
        compiled.talks(compiled.points({"parameters.speed": [0.5, 1.5]}))


# ---------------------------------------------------------------- ends


def test_ends_are_tested_on_the_new_state() -> None:
    ends = 'ends.off = { kind = "breakdown", when = "clock == 1" }\n'
    pays = "payoffs.ann.off = { at = 'off', value = 1 }\ntalks.rounds = 4"
    assert worth(CLOCK + ends + pays) == 1
    assert worth(CLOCK + ends + pays, clock=1) == 0


def test_of_two_ends_at_once_the_first_in_the_file_counts() -> None:
    one = 'ends.one = { kind = "breakdown", when = "shout" }\n'
    two = 'ends.two = { kind = "agreement", when = "shout" }\n'
    pays = "payoffs.ann.a = { at = 'one', value = 1 }\npayoffs.ann.b = { at = 'two', value = 2 }"
    assert worth(one + two + pays) == 1
    assert worth(two + one + pays) == 2


def test_when_and_per_of_an_ends_payoffs_read_the_state_after_changes() -> None:
    text = """
        ends.off = { kind = "breakdown", when = "shout" }
        payoffs.ann.a = { at = "off", value = 10, per = "clock" }
        payoffs.ann.b = { at = "off", value = 100, when = "clock == 1" }
        payoffs.ann.c = { at = "off", value = 1000, when = "clock == 0" }
    """
    assert worth(CLOCK + text) == 110


def test_an_end_pays_in_its_round_undiscounted_relative_to_it() -> None:
    text = """
        talks.rounds = 5
        ends.off = { kind = "breakdown", when = "clock == 3" }
        payoffs.ann.off = { at = "off", value = 64 }
    """
    scenario = loads(HEAD + CLOCK + text).set({"parties.ann.discount": 0.5})
    assert analyse(compile_scenario(scenario)).value[0, 0] == 64 * 0.25


def test_an_end_that_arrives_next_round_is_discounted_once_more_by_each_party() -> None:
    text = """
        talks.rounds = 5
        ends.off = { kind = "breakdown", when = "clock == 3", arrives = "next_round" }
        payoffs.ann.off = { at = "off", value = 64 }
        payoffs.bob.off = { at = "off", value = 64 }
    """
    scenario = loads(HEAD + CLOCK + text)
    scenario = scenario.set({"parties.ann.discount": 0.5, "parties.bob.discount": 0.25})
    assert analyse(compile_scenario(scenario)).value[0].tolist() == [64 * 0.125, 1]


def test_no_agreement_comes_when_the_rounds_are_used_up_on_the_state_after_changes() -> None:
    text = "talks.rounds = 3\n"
    text += "payoffs.ann.failed = { at = 'no_agreement', value = 1, per = 'clock' }"
    assert worth(CLOCK + text) == 3
    game = talks(loads(HEAD + CLOCK + text))
    ends = path(backward_induction(game)).ends[0]
    assert ends[:, game.ends.index("no_agreement")].tolist() == [0, 0, 1]


def test_no_agreement_can_arrive_next_round() -> None:
    text = """
        talks.rounds = 3
        ends.no_agreement.arrives = "next_round"
        payoffs.ann.failed = { at = "no_agreement", value = 64 }
    """
    scenario = loads(HEAD + text).set({"parties.ann.discount": 0.5})
    assert analyse(compile_scenario(scenario)).value[0, 0] == 64 * 0.125


def test_in_the_last_round_an_end_of_its_own_goes_before_no_agreement() -> None:
    text = """
        talks.rounds = 2
        ends.off = { kind = "breakdown", when = "clock == 2" }
        payoffs.ann.off = { at = "off", value = 5 }
        payoffs.ann.failed = { at = "no_agreement", value = 7 }
    """
    assert worth(CLOCK + text) == 5
    assert worth(CLOCK.replace("clock = 1", "clock = 3") + text) == 7


def test_an_end_by_chance_pays_by_chance() -> None:
    text = """
        talks.rounds = 2
        state.gauge = { levels = 2, start = 0 }
        changes.luck = { add = { gauge = 1 }, chance = 0.25 }
        ends.off = { kind = "breakdown", when = "gauge == 1" }
        payoffs.ann.flow.value = 1
        payoffs.ann.off = { at = "off", value = 8 }
        payoffs.ann.failed = { at = "no_agreement", value = 32 }
    """
    assert worth(text) == 1 + 0.25 * 8 + 0.75 * (1 + 0.25 * 8 + 0.75 * 32)


def test_a_payoff_may_be_due_at_several_ends() -> None:
    text = "ends.off = { kind = 'breakdown', when = 'shout' }\n"
    text += "payoffs.ann.x = { at = ['off', 'no_agreement'], value = 3 }"
    assert worth(text) == 3
    assert worth(text.replace("'shout'", "'not shout'")) == 3


EXIT = """
format = 1
title = "Who may walk out"
parties.ann = {}
parties.bob = {}
options.quit.parties = ["ann"]
options.deal.parties = ["ann", "bob"]
talks.rounds = 3
state.clock = { levels = 3, start = 0 }
changes.tick.add.clock = 1
"""


def test_an_exit_is_read_on_the_new_state_as_every_end_is() -> None:
    text = EXIT + "ends.out = { kind = 'exit', by = ['ann'], when = 'quit and clock >= 1' }"
    game = talks(loads(text))
    quits = (game.solo_level[0] > 0) & ~game.in_effect[0]
    assert (game.end_chances[0, 0, 0, quits] == 1).all()
    assert game.exit_by[0, 0, 0, quits].all()


def test_an_exit_after_another_end_in_the_file_is_no_exit() -> None:
    text = EXIT + "ends.signed = { kind = 'agreement', when = 'deal' }\n"
    text += "ends.out = { kind = 'exit', by = ['ann'], when = 'quit' }"
    game = talks(loads(text))
    both = (game.solo_level[0] > 0) & game.in_effect[0]
    assert (game.agreement[0, 0, both] == 1).all()
    assert not game.exit_by[0, 0, 0, both].any()


# ---------------------------------------------------------------- numbers and shapes

LINEAR = (
    HEAD
    + CLOCK
    + """
talks.rounds = 4
parameters.speed = 0.5
ends.off = { kind = "breakdown", when = "clock == 3", arrives = "next_round" }
payoffs.ann.flow = { value = 1, per = "1 + clock" }
payoffs.ann.fast = { value = 2, per = "speed * clock" }
payoffs.ann.off = { at = "off", value = -3, per = "clock" }
costs.harm = { value = 5, when = "clock < 2" }
changes.slip = { add = { clock = -1 }, chance = "speed / 2" }
"""
)


def test_a_point_of_a_batch_is_the_scenario_with_those_numbers_set() -> None:
    scenario = loads(LINEAR)
    columns = {
        "payoffs.ann.flow": [1.0, -2.0, 0.5],
        "payoffs.ann.off": [3.0, 0.0, 7.0],
        "parameters.speed": [0.0, 0.25, 1.0],
        "parties.ann.discount": [1.0, 0.5, 0.9],
        "talks.rounds": [4.0, 1.0, 2.0],
        "state.clock.start": [0.0, 2.0, 1.0],
    }
    compiled = compile_scenario(scenario)
    batch = backward_induction(compiled.talks(compiled.points(columns)))
    for place in range(3):
        alone = scenario.set({name: values[place] for name, values in columns.items()})
        plan = backward_induction(talks(alone))
        rounds = int(columns["talks.rounds"][place])
        assert np.array_equal(plan.values[0], batch.values[place, :rounds])
        assert batch.game.start[place] == plan.game.start[0]


def test_payoffs_are_linear_in_their_values() -> None:
    compiled = compile_scenario(loads(LINEAR))
    names = [name for name in compiled.names if name.startswith("payoffs.")]
    zero, ones = (compiled.points({key: [value] for key in names}) for value in (0.0, 1.0))
    assert not compiled.talks(zero).payoffs.any()
    parts = [compiled.points({key: [0.0] for key in names} | {name: [1.0]}) for name in names]
    total = sum(compiled.talks(part).payoffs for part in parts)
    assert np.allclose(total, compiled.talks(ones).payoffs, atol=1e-12)


def test_an_unknown_column_is_named() -> None:
    compiled = compile_scenario(loads(LINEAR))
    with pytest.raises(UnknownNameError, match=r'did you mean "payoffs\.ann\.flow"'):
        compiled.points({"payoffs.ann.flo": [1.0]})


def test_a_state_outside_its_levels_is_an_error() -> None:
    with pytest.raises(GameError, match="clock = 5, expected 0 to 4"):
        compile_scenario(loads(LINEAR)).state_index({"clock": 5})


def test_chances_of_going_on_and_of_ends_add_up_to_1() -> None:
    game = talks(loads(LINEAR))
    on = game.chances.sum(axis=3)[:, :, game.transition_of]
    assert np.allclose(on + game.end_chances.sum(axis=1), 1)


def test_costs_are_in_nobodys_payoff() -> None:
    free = talks(loads(LINEAR).set({"costs.harm": 0}))
    dear = talks(loads(LINEAR).set({"costs.harm": 1e6}))
    assert np.array_equal(free.payoffs, dear.payoffs)
    assert dear.costs[0, 0, :, 0].tolist() == [1e6, 1e6, 0, 0, 0]


def test_the_one_shot_game_is_the_last_round_at_the_start() -> None:
    text = """
format = 1
title = "Flow, and the end it leads to"
parties.ann = {}
parties.bob = {}
options.deal.parties = ["ann", "bob"]
talks.rounds = 7
state.clock = { levels = 5, start = 2 }
changes.tick.add.clock = 1
ends.signed = { kind = "agreement", when = "deal" }
payoffs.ann.flow = { value = 1, per = "clock" }
payoffs.ann.deal = { at = "signed", value = 10, per = "clock" }
payoffs.bob.failed = { at = "no_agreement", value = 100, per = "clock" }
"""
    game = one_shot(loads(text))
    assert game.payoffs[0].tolist() == [[2, 2], [2, 32]]
    assert game.payoffs[1].tolist() == [[300, 300], [300, 0]]
    assert game.players == ("Ann", "Bob")
    assert game.actions == (("no", "yes"), ("no", "yes"))
