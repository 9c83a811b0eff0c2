"""The signalling game in a scenario: a party of a private type speaks in round 1, another replies.

The party (the *sender*) is of one of two types, with the priors of the file, the rest of the chance
being the type ``base``. A *message* is a move of the sender in round 1, a *reply* a move of the
*receiver*: the first mediator, or else the first other party, that speaks after the sender. A
pair of them is worth what round 1 then pays, and after it the talks as they are solved once the
type is known: what a type does later is what makes the reply matter. Whoever else speaks in round 1
does what it does in the solved talks of the likelier type.

Messages that amount to the same, whatever the type and the reply, are one message; so are replies.
A message that at best is worse for both types than another at worst is never sent and left out; so
is a reply that is worse than another after every message and with either type.

If more than three messages are left, those that *offer the same* are one too: the same options are
in effect whatever the reply, and for no type and reply a payoff differs by more than ``ALIKE`` of
the stake, the widest range that the player's payoffs in round 1 have with one type. The first of
them in the file's order stands for all, and the name of the message lists them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, TIE_TOLERANCE, BoolArray, FloatArray, IntArray
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import GameError
from negsim.scenario.model import Scenario
from negsim.scenario.moves import movers
from negsim.theory.registry import solve
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.signalling.perfect_bayesian import (
    PASSES,
    SignallingComponent,
    SignallingSolution,
)
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

MOST = 3
"""Most messages, and most replies."""

ALIKE = 0.05
"""Share of the stake up to which messages that put the same options in effect are one."""


@dataclass(frozen=True, slots=True)
class Saying:
    """A message or a reply: the moves that it is, by place, and those of them that its name lists.

    It is worth what the first of ``named`` is worth.
    """

    moves: tuple[int, ...]
    named: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Scene:
    """A scenario's round 1 between a sender of two types and a receiver, the talks solved by type.

    ``types`` and ``prior`` list the two types; the points of ``plan`` are the types.
    """

    compiled: Compiled
    plan: Plan
    sender: int
    receiver: int
    types: tuple[str, str]
    prior: tuple[float, float]

    @property
    def game(self) -> StochasticGame:
        """Return the talks, one point a type."""
        return self.plan.game

    @property
    def likelier(self) -> int:
        """Return the place of the likelier type, the first of two alike."""
        return 0 if self.prior[0] >= self.prior[1] else 1


def signal_game(scenario: Scenario, sender: str, receiver: str = "") -> SignallingGame:
    """Return the signalling game of a scenario's round 1.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    GameError
        If the sender has not exactly two types with a chance, the receiver does not speak after
        it, the talks have no last round, somebody else mixes, or more than three messages or
        replies are left.
    """
    scene = scene_of(scenario, sender, receiver)
    worth, messages, replies = reduced(scene)
    return SignallingGame(
        np.array(scene.prior),
        worth[:, 0],
        worth[:, 1],
        scene.types,
        move_names(scene, scene.sender, messages),
        move_names(scene, scene.receiver, replies),
        (scenario.parties[scene.sender].label, scenario.parties[scene.receiver].label),
    )


def reduced(scene: Scene) -> tuple[FloatArray, list[Saying], list[Saying]]:
    """Return what pairs of messages and replies are worth, and which moves they are.

    Raises
    ------
    GameError
        If more than three messages or replies are left.
    """
    worth, events = worth_of_pairs(scene)
    messages = merged(worth, axis=2)
    messages = some(messages, worth_sending(worth[:, 0, firsts(messages)]))
    if len(messages) > MOST:
        messages = offering_the_same(scene, worth, events, messages)
    worth = worth[:, :, firsts(messages)]
    replies = merged(worth, axis=3)
    replies = some(replies, worth_giving(worth[:, 1][:, :, firsts(replies)]))
    for what, kept in (("messages", messages), ("replies", replies)):
        if len(kept) > MOST:
            raise GameError(f"round 1 has {len(kept)} {what}, expected at most {MOST}")
    return worth[:, :, :, firsts(replies)], messages, replies


def firsts(sayings: Sequence[Saying]) -> list[int]:
    """Return the move that each message or reply is worth."""
    return [each.named[0] for each in sayings]


def some(sayings: Sequence[Saying], kept: BoolArray) -> list[Saying]:
    """Return the messages or replies that are kept."""
    return [each for each, stays in zip(sayings, kept.tolist(), strict=True) if stays]


def message_chances(scenario: Scenario, sender: str) -> FloatArray:
    """Return the chance of each of a sender's moves by type in the outcomes that pass D1.

    Shape (2, moves); moves that are one message share its chance evenly.

    Raises
    ------
    GameError
        As :func:`signal_game`, or unless the types speak alike in all outcomes that pass D1.
    """
    scene = scene_of(scenario, sender)
    kept = passing(signal_game(scenario, sender))
    strategies = [outcome.strategy for each in kept for outcome in each.outcomes]
    if not strategies or np.ptp(strategies, axis=0).max() > CHANCE_TOLERANCE:
        raise GameError(
            "outcomes of the signalling game that pass D1: expected types that speak in one way, "
            f"found {'several' if strategies else 'none'}"
        )
    _, messages, _ = reduced(scene)
    found = np.zeros((2, scene.game.num_moves[scene.sender]))
    for place, message in enumerate(messages):
        own = strategies[0][:, [place]]
        found[:, list(message.moves)] = own / len(message.moves)
    return found


def scene_of(scenario: Scenario, sender: str, receiver: str = "") -> Scene:
    """Return round 1 of a scenario with the talks solved for both types; errors as signal_game."""
    types, prior = two_types(scenario, sender)
    names = [party.name for party in scenario.parties]
    later = speaking_after(scenario, sender)
    other = receiver or next(iter(later), "")
    if other:
        scenario.party(other)
    if other not in later:
        who = f'"{other}" does not speak' if other else "nobody speaks"
        raise GameError(f'{who} after "{sender}" in round 1; expected an order in which a reply is')
    compiled = compile_scenario(scenario)
    rows = [compile_scenario(scenario.as_types({sender: name})).points()[0] for name in types]
    game = compiled.talks(np.array(rows))
    if game.endless:
        raise GameError("talks without a last round have no signalling game here; expected rounds")
    plan = solve_talks(game)
    return Scene(compiled, plan, names.index(sender), names.index(other), types, prior)


def two_types(scenario: Scenario, sender: str) -> tuple[tuple[str, str], tuple[float, float]]:
    """Return the two types of a party that have a chance, and their priors, ``base`` last."""
    party = scenario.party(sender).name
    chances = {
        each.name: scenario.value(each.prior) for each in scenario.types if each.party == party
    }
    chances["base"] = 1.0 - sum(chances.values())
    found = {name: chance for name, chance in chances.items() if chance > TIE_TOLERANCE}
    if len(found) != 2:
        raise GameError(
            f'"{party}" has {len(found)} types with a chance ({", ".join(found)}), expected two'
        )
    (first, one), (second, two) = found.items()
    return (first, second), (one, two)


def speaking_after(scenario: Scenario, sender: str) -> tuple[str, ...]:
    """Return who has a choice after a party in a round, mediators first."""
    able = movers(scenario)
    place = {name: k for k, group in enumerate(scenario.talks.order) for name in group}
    last = len(scenario.talks.order)
    later = [
        party
        for party in scenario.parties
        if party.name in able and place.get(party.name, last) > place.get(sender, last)
    ]
    ranked = sorted(later, key=lambda party: party.role != "mediator")
    return tuple(party.name for party in ranked)


def worth_of_pairs(scene: Scene) -> tuple[FloatArray, IntArray]:
    """Return what message and reply are worth by type, and the events of round 1.

    Shapes (types, sender and receiver, M, R) and (M, R).
    """
    moves = scene.game.num_moves
    pairs = np.ndindex(moves[scene.sender], moves[scene.receiver])
    events = np.array([event_of_pair(scene, *pair) for pair in pairs], dtype=np.int64)
    worth = np.array([worth_of_events(scene, kind)[:, events] for kind in range(2)])
    shape = moves[scene.sender], moves[scene.receiver]
    pair_worth = worth[:, [scene.sender, scene.receiver]].reshape(2, 2, *shape)
    return pair_worth, events.reshape(shape)


def worth_of_events(scene: Scene, kind: int) -> FloatArray:
    """Return what each event of round 1 is worth if the type is known after it, (n, O)."""
    game = scene.game
    state, index = int(game.start[kind]), int(game.first_index[kind])
    if index == 0:
        return np.asarray(game.last_payoffs[kind][:, state], dtype=float)
    later = scene.plan.values[kind, index - 1]
    ahead = (game.chances[kind, state] * later[:, game.successors[state]]).sum(axis=2)
    ahead = game.discount[kind][:, None] * ahead
    return np.asarray(game.payoffs[kind][:, state] + ahead[:, game.transition_of], dtype=float)


def event_of_pair(scene: Scene, message: int, reply: int) -> int:
    """Return the event of round 1 if the two say this and others follow the likelier type's plan.

    Raises
    ------
    GameError
        If somebody else mixes.
    """
    game, kind = scene.game, scene.likelier
    state, index = int(game.start[kind]), int(game.first_index[kind])
    order = scene.plan.layout
    fixed = {scene.sender: message, scene.receiver: reply}
    profile = 0
    for place, group in enumerate(game.order):
        shape = [game.num_moves[player] for player in group]
        planned = int(scene.plan.choice[kind, index, state, order.offset[place] + profile])
        if planned < 0 and set(group) - set(fixed):
            raise GameError("somebody else mixes in round 1; expected others to play pure moves")
        moves = [int(move) for move in np.unravel_index(max(planned, 0), shape)]
        for member, player in enumerate(group):
            moves[member] = fixed.get(player, moves[member])
        profile = profile * int(np.prod(shape)) + int(np.ravel_multi_index(moves, shape))
    return int(order.event_of[state, profile])


def merged(worth: FloatArray, axis: int) -> list[Saying]:
    """Return the moves along an axis as messages or replies, one for all that are worth the same.

    ``worth`` has shape (types, sender and receiver, M, R); the same is up to rounding.
    """
    rows = np.moveaxis(worth, axis, 0).reshape(worth.shape[axis], -1)
    width = TIE_TOLERANCE * max(float(np.abs(rows).max()), 1.0)
    groups: list[list[int]] = []
    for place, row in enumerate(rows):
        own = next((g for g in groups if np.abs(row - rows[g[0]]).max() <= width), None)
        if own is None:
            groups.append([place])
        else:
            own.append(place)
    return [Saying(tuple(group), (group[0],)) for group in groups]


def offering_the_same(
    scene: Scene, worth: FloatArray, events: IntArray, messages: Sequence[Saying]
) -> list[Saying]:
    """Return the messages with those that offer the same as an earlier one joined to it.

    ``worth`` and ``events`` as from :func:`worth_of_pairs`.
    """
    game = scene.game
    effect = np.concatenate([game.in_effect[:, events], game.solo_level[:, events]])
    stake = np.ptp(worth.reshape(2, 2, -1), axis=2).max(axis=0)[None, :, None]
    found: list[Saying] = []
    for message in messages:
        own = message.named[0]
        for place, earlier in enumerate(found):
            other = earlier.named[0]
            near = np.abs(worth[:, :, own] - worth[:, :, other]) <= ALIKE * stake
            if near.all() and np.array_equal(effect[:, own], effect[:, other]):
                found[place] = Saying(earlier.moves + message.moves, earlier.named + message.named)
                break
        else:
            found.append(message)
    return found


def worth_sending(worth: FloatArray) -> BoolArray:
    """Return which messages are not, at best, worse for both types than another at worst.

    ``worth`` has shape (types, messages, replies), as in :func:`worth_giving`.
    """
    best, worst = worth.max(axis=2), worth.min(axis=2)
    worse = np.all(best[:, :, None] < worst[:, None, :], axis=0)
    return ~np.asarray(worse.any(axis=1), dtype=bool)


def worth_giving(worth: FloatArray) -> BoolArray:
    """Return which replies are not worse than another after every message, with either type."""
    replies = worth.reshape(-1, worth.shape[2]).T
    worse = np.all(replies[:, None] < replies[None, :], axis=2)
    return ~np.asarray(worse.any(axis=1), dtype=bool)


def move_names(scene: Scene, player: int, sayings: Sequence[Saying]) -> tuple[str, ...]:
    """Return messages or replies in words, options of which all say the same left out.

    Moves that are one message are listed: by their stances if they differ on one option only.
    """
    scenario = scene.compiled.scenario
    moves = scene.compiled.moves[scenario.parties[player].name]
    labels = {option.name: option.label for option in scenario.options}
    chosen = [[moves[place].stances for place in each.named] for each in sayings]
    telling = [
        name
        for name in (chosen[0][0] if chosen else {})
        if len({stances[name] for own in chosen for stances in own}) > 1
    ]
    names = [worded(own, {name: labels[name] for name in telling}) for own in chosen]
    return tuple(name or "the same whatever is said" for name in names)


def worded(moves: Sequence[Mapping[str, str]], labels: Mapping[str, str]) -> str:
    """Return moves that are one message in words.

    >>> worded([{"a": "yes", "b": "no"}, {"a": "yes", "b": "if"}], {"a": "Truce", "b": "Aid"})
    'Truce: yes, Aid: no or if'
    """
    said = {name: list(dict.fromkeys(own[name] for own in moves)) for name in labels}
    if sum(len(words) > 1 for words in said.values()) > 1:
        return "; or ".join(worded([own], labels) for own in moves)
    return ", ".join(f"{labels[name]}: {' or '.join(words)}" for name, words in said.items())


@dataclass(frozen=True, slots=True)
class Signalling:
    """What a signalling game comes to: all outcomes that pass D1, if they are connected.

    ``kind`` is separating, pooling or semi-separating, None where outcomes of several kinds pass.
    ``imitation`` is the chance that the second type sends the message that the first sends most
    often, ``indulgence`` the chance of the reply to it that the first type likes best; NaN where
    the outcomes differ in it.
    """

    kind: str | None
    imitation: float
    indulgence: float


def signal_of(game: SignallingGame) -> Signalling | None:
    """Return what the game comes to, None unless one connected set passes D1 (Cho, Kreps 1987).

    A continuum of outcomes is told by what all of them share: chances that its extreme outcomes
    share are those of their mixtures too.

    >>> sender = [[[0.3, -0.7], [0.5, -0.5]], [[0.0, -1.0], [0.5, -0.5]]]
    >>> receiver = [[[1, 0], [1, 0]], [[-1, 0], [-1, 0]]]
    >>> found = signal_of(SignallingGame([0.25, 0.75], sender, receiver))
    >>> found.kind, round(found.imitation, 6), round(found.indulgence, 6)
    ('semi-separating', 0.333333, 0.5)
    """
    kept = passing(game)
    if len(kept) != 1:
        return None
    kinds = kept[0].kinds
    sent = [int(outcome.strategy[0].argmax()) for outcome in kept[0].outcomes]
    if len(set(sent)) > 1:
        return Signalling(kinds[0] if len(kinds) == 1 else None, np.nan, np.nan)
    message, liked = sent[0], int(game.sender[0, sent[0]].argmax())
    return Signalling(
        kinds[0] if len(kinds) == 1 else None,
        shared([outcome.strategy[1, message] for outcome in kept[0].outcomes]),
        shared([outcome.replies[message, liked] for outcome in kept[0].outcomes]),
    )


def shared(chances: Sequence[float]) -> float:
    """Return the chance that all share up to rounding, NaN where they differ.

    >>> shared([0.5, 0.5]), shared([0.5, 0.6])
    (0.5, nan)
    """
    return float(chances[0]) if np.ptp(chances) <= CHANCE_TOLERANCE else np.nan


def passing(game: SignallingGame) -> tuple[SignallingComponent, ...]:
    """Return the connected sets of perfect Bayesian outcomes that pass D1."""
    solution: SignallingSolution = solve(game, "perfect_bayesian")
    return tuple(each for each in solution.components if each.d1 == PASSES)
