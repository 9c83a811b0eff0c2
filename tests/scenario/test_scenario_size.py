"""Scenarios that are too large are refused at once, with the count and what to drop."""

import time

import numpy as np
import pytest

from negsim.analysis.delay.stalling import analyse
from negsim.dynamics.build import compile_scenario
from negsim.errors import ScenarioError
from negsim.scenario.check.estimate import sizes
from negsim.scenario.load import loads

HEAD = 'format = 1\ntitle = "Many"\n[parties.russia]\n[parties.usa]\n'


def options(count: int, party: str = "russia") -> str:
    return "".join(
        f'[options.{party}_{number}]\nparties = ["{party}"]\n' for number in range(count)
    )


def fault_of(text: str) -> str:
    with pytest.raises(ScenarioError) as caught:
        loads(text, "s.toml")
    return str(caught.value)


def test_sixty_options_are_refused_at_once() -> None:
    began = time.perf_counter()
    message = fault_of(HEAD + options(60))
    assert time.perf_counter() - began < 2
    assert message == (
        "s.toml:123: options.russia_59: 60 options give Russia 2^60 combinations of stances; "
        "expected at most 65,536; drop russia_59 or let fewer parties control options"
    )


def test_conditions_count_and_are_the_first_to_drop() -> None:
    text = HEAD + options(20) + '[options.russia_3.conditions.russia]\nwhen = "russia_1"\n'
    assert fault_of(text) == (
        "s.toml:11: options.russia_3: 20 options give Russia 2^19 * 3^1 combinations of stances; "
        "expected at most 65,536; drop russia_3 or let fewer parties control options"
    )


def test_sixteen_options_of_one_party_are_few_enough() -> None:
    assert len(loads(HEAD + options(16)).options) == 16


def test_profiles_are_counted_after_rules() -> None:
    text = HEAD + options(11) + options(11, "usa")
    assert fault_of(text) == (
        "s.toml:47: options.usa_10: 4,194,304 profiles; expected at most 2,000,000; drop usa_10"
    )
    assert loads(text + '[rules]\nfew = "usa_0 and usa_1"\n')


def test_states_count_too() -> None:
    text = HEAD + options(3) + "[state]\n"
    text += "".join(f"s{number} = {{ levels = 200, start = 0 }}\n" for number in range(3))
    assert fault_of(text) == (
        "s.toml:12: state.s0: 8 profiles times 8,000,000 states of the talks; expected at most "
        "2,000,000; drop russia_2 or give s0 fewer levels than 200"
    )


def test_more_states_than_can_be_written_out() -> None:
    text = HEAD + options(3) + "[state]\n"
    text += "".join(f"s{number} = {{ levels = 200, start = 0 }}\n" for number in range(40))
    assert "8 profiles times more than 10^15 states" in fault_of(text)


def together(parties: int, more: str = "") -> str:
    """Return a scenario in which all parties must agree to one option, and all move at once."""
    names = [f"p{number}" for number in range(parties)]
    text = 'format = 1\ntitle = "All together"\n' + "".join(f"[parties.{n}]\n" for n in names)
    listed = ", ".join(f'"{name}"' for name in names)
    return f"{text}[options.deal]\nparties = [{listed}]\n{more}[payoffs.p0]\nx = {{ value = 1 }}\n"


def walk(levels: int, rounds: int) -> str:
    """Return two state variables and a number of rounds."""
    state = "".join(f"{name} = {{ levels = {levels}, start = 0 }}\n" for name in ("a", "b"))
    return f"[talks]\nrounds = {rounds}\n[state]\n{state}"


def test_rounds_count_against_memory_with_what_fewer_of_them_would_take() -> None:
    """Values, plan and labels of 10,000 rounds in 40,000 states are some tens of gigabytes."""
    began = time.perf_counter()
    message = fault_of(together(2, walk(200, 10_000)))
    assert time.perf_counter() - began < 2
    assert message.startswith("s.toml:8: talks.rounds: one solution of the talks would take about ")
    assert "GB; expected at most 4 GB; with 1,000 rounds it would be about " in message
    assert loads(together(2, walk(20, 1_000)))


def test_joint_deviations_of_many_parties_count_against_time() -> None:
    message = fault_of(together(19))
    assert message.startswith("s.toml:22: options.deal: one solution of the talks would take about")
    assert "hours; expected at most 1 hour; with no deal it would be about 1 second" in message
    assert loads(together(12))


@pytest.mark.parametrize(("levels", "rounds"), [(100, 20), (20, 400)])
def test_the_estimate_of_memory_is_that_of_the_arrays_within_a_factor(
    levels: int, rounds: int
) -> None:
    """The plan and its analysis alone, which is what grows with rounds and states."""
    scenario = loads(together(2, walk(levels, rounds)))
    told = sizes(scenario, {party.name: 2 for party in scenario.parties}).estimate().bytes
    found = analyse(compile_scenario(scenario))
    held = [*vars(found.plan).values(), *found.everywhere.prospects]
    held += [found.everywhere.delay, found.everywhere.labels]
    held_bytes = sum(array.nbytes for array in held if isinstance(array, np.ndarray))
    assert held_bytes <= told <= 4 * held_bytes
