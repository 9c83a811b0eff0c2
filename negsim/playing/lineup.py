"""Who plays what: a text for a party becomes a strategy that suits it.

A text names a rule list that the scenario file holds for the party, else a class in a Python file
(``mine.py:ClassName``), else a strategy of the library.
"""

from __future__ import annotations

from negsim.dynamics.build import Compiled
from negsim.errors import NegsimError, UnknownNameError, UsageError, did_you_mean
from negsim.playing.registry import parse, strategies
from negsim.playing.rule_list import WrittenStrategy
from negsim.playing.strategy import Strategy
from negsim.playing.user_code import ENDING, load_strategy
from negsim.scenario.model import Party, Role


def choose(compiled: Compiled, party: str, text: str | Strategy) -> Strategy:
    """Return the strategy that a text names for a party; a strategy is only checked.

    Raises
    ------
    UnknownNameError
        If there is no such party, strategy or parameter; the message suggests the nearest.
    UsageError
        If the strategy does not suit the party's role, or is written for another party; the
        message lists those that suit.
    ScenarioError
        If a rule list asks for a move that the party does not have.
    """
    player = compiled.scenario.party(party)
    rule = text if isinstance(text, Strategy) else _named(compiled, player, text)
    check_role(rule, player)
    return rule


def _named(compiled: Compiled, party: Party, text: str) -> Strategy:
    written = {each.name: each for each in compiled.scenario.strategies if each.party == party.name}
    if text.strip() in written:
        return WrittenStrategy(written[text.strip()], compiled)
    if ENDING in text:
        return load_strategy(text)
    name = text.partition(":")[0].strip()
    if name not in strategies:
        raise _unknown(compiled, party, name, list(written))
    return parse(text)


def _unknown(compiled: Compiled, party: Party, name: str, own: list[str]) -> NegsimError:
    """Return what is wrong with a name that is not one of the library's."""
    if name in own:
        return UsageError(f'strategy "{name}" is a rule list of the file and has no parameters')
    for each in compiled.scenario.strategies:
        if each.name == name:
            return UsageError(
                f'strategy "{name}" is written for {each.party} in the file, not for {party.name}'
            )
    known = ", ".join(sorted({*suitable(party.role), *own}))
    near = did_you_mean(name, [*strategies, *own])
    return UnknownNameError(f'unknown strategy "{name}"{near} (known: {known})')


def check_role(rule: Strategy, party: Party) -> None:
    """Check that a strategy suits the role of a party.

    Raises
    ------
    UsageError
        If it does not; the message lists those that suit.
    """
    if party.role not in rule.roles:
        suits = " or ".join(rule.roles)
        raise UsageError(
            f'strategy "{rule.name}" suits a {suits}, and {party.name} is a {party.role}; '
            f"those that suit a {party.role}: {', '.join(suitable(party.role))}"
        )


def suitable(role: Role) -> tuple[str, ...]:
    """Return the names of the library's strategies that suit a role.

    >>> suitable("mediator")[:3]
    ('aid_conditional', 'bayes_trigger', 'bayes_trigger_sophisticated')
    """
    return tuple(name for name, kind in strategies.items() if role in kind.roles)
