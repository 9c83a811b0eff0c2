"""Scenarios that are too large are refused at once, with the count and what to drop."""

import time

import pytest

from negsim.errors import ScenarioError
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
