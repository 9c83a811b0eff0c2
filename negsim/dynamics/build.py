"""From scenario to games: parties become players here and nowhere else.

A scenario is compiled once (profiles, events, state moves); a *point*, one value for each named
number, then fills in the payoffs and chances. Payoffs are linear in their values: each term is a
feature over states and events, and a batch of points is one matrix product.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeAlias

import numpy as np

from negsim.arrays import CHANCE_TOLERANCE, ROUNDING, BoolArray, FloatArray, IntArray, frozen
from negsim.dynamics.events import Events, begins, ended, events, state_grid
from negsim.dynamics.transitions import (
    Successors,
    drop_ended,
    merge_chances,
    rounds_left,
    settle_ends,
    successors,
)
from negsim.errors import GameError
from negsim.expressions import Expression
from negsim.scenario.model import ENDLESS, NO_AGREEMENT, Reservation, Scenario, Term
from negsim.scenario.moves import Move, moves
from negsim.theory.normal_form.game import NormalFormGame, levelled
from negsim.theory.stochastic.game import StochasticGame, turns


@dataclass(frozen=True, eq=False)
class Compiled:
    """A scenario's structure: everything about its games that does not depend on the numbers.

    ``parts`` cuts each round into so many, all by the same flow of time; see
    :mod:`negsim.questions.delay.round_length`.
    """

    scenario: Scenario
    parts: int = field(default=1, kw_only=True)

    @cached_property
    def moves(self) -> dict[str, tuple[Move, ...]]:
        """Return each party's moves."""
        return moves(self.scenario)

    @cached_property
    def grid(self) -> IntArray:
        """Return every state, shape (S, number of variables)."""
        return state_grid(self.scenario)

    @cached_property
    def events(self) -> Events:
        """Return what each profile amounts to."""
        return events(self.scenario, self.moves)

    @cached_property
    def names(self) -> tuple[str, ...]:
        """Return the dotted names of the numbers, in the order of a point's columns."""
        return tuple(self.scenario.numbers)

    @cached_property
    def environment(self) -> dict[str, FloatArray]:
        """Return options and stances (1, 1, O) and state variables (1, S, 1)."""
        found = self.events.environment()
        for column, variable in enumerate(self.scenario.state):
            found[variable.name] = self.grid[:, column].astype(float).reshape(1, -1, 1)
        return found

    @cached_property
    def transition_of(self) -> IntArray:
        """Return each event's transition, shape (O,): events alike in all that moves the state."""
        parts = [part for change in self.scenario.changes for part in (change.when, change.chance)]
        parts += [end.when for end in self.scenario.ends]
        asked = frozenset(name for part in parts for name in part.names())
        asked |= frozenset(stance.key for part in parts for stance in part.stances())
        for option in self.scenario.options:
            asked |= {begins(option.name), ended(option.name)} if option.stay else frozenset()
        rows = [row for name, row in self._event_rows() if name in asked]
        table = np.array(rows).reshape(len(rows), self.events.table.shape[1])
        if not rows:
            return np.zeros(table.shape[1], dtype=np.int64)
        return np.unique(table, axis=1, return_inverse=True)[1].reshape(-1).astype(np.int64)

    def _event_rows(self) -> list[tuple[str, IntArray]]:
        return list(zip(self.events.names, self.events.table, strict=True))

    @cached_property
    def refusal(self) -> IntArray:
        """Return the event in which everybody says no to everything, shape (S,).

        Raises
        ------
        GameError
            If rules leave some party no such move.
        """
        places = []
        for party, own in self.moves.items():
            noes = [k for k, move in enumerate(own) if set(move.stances.values()) <= {"no"}]
            if not noes:
                raise GameError(
                    f"the status quo needs a move of {party} that refuses everything, and the "
                    "rules leave none; expected a reservation with a value"
                )
            places.append(noes[0])
        profile = np.ravel_multi_index(places, [len(own) for own in self.moves.values()])
        return self.events.of[:, int(profile)]

    @cached_property
    def representative(self) -> IntArray:
        """Return one event of each transition, shape (C,)."""
        return np.unique(self.transition_of, return_index=True)[1].astype(np.int64)

    @cached_property
    def successors(self) -> Successors:
        """Return where each state and transition can lead."""
        fires = []
        for change in self.scenario.changes:
            if self.mentions_parameters(change.when):
                fires.append(np.ones((len(self.grid), len(self.representative)), dtype=bool))
            else:
                fires.append(self.by_transition(change.when, self.environment)[0] != 0)
        size = (len(fires), len(self.grid), len(self.representative))
        can_fire = np.array(fires, dtype=bool).reshape(size)
        return successors(self.scenario, self.grid, can_fire, self.staying())

    def staying(self) -> dict[str, IntArray]:
        """Return the next value of what counts how long each option stays, shape (S, C)."""
        rows = dict(self._event_rows())
        found = {}
        for column, variable in enumerate(self.scenario.state):
            if variable.stays:
                stay = self.scenario.option(variable.stays).stay
                assert stay is not None
                begun = rows[begins(variable.stays)][None, self.representative] != 0
                over = rows[ended(variable.stays)][None, self.representative] != 0
                found[variable.name] = rounds_left(stay, self.grid[:, [column]], begun, over)
        return found

    def mentions_parameters(self, expression: Expression) -> bool:
        """Tell whether an expression depends on the numbers of a point."""
        return bool(expression.names() - set(self.environment))

    def by_transition(
        self, expression: Expression, environment: Mapping[str, FloatArray]
    ) -> FloatArray:
        """Return an expression's values on the representative events, shape (B or 1, S, C)."""
        values = expression.evaluate(environment)
        size = (values.shape[0] if values.ndim == 3 else 1, len(self.grid), self.num_events)
        return np.broadcast_to(values, size)[:, :, self.representative]

    @cached_property
    def features(self) -> dict[str, FloatArray]:
        """Return the feature, shape (S, O), of every term whose expressions name no parameter."""
        terms = self.scenario.payoffs + self.scenario.costs
        return {
            term.number: feature(term, self.environment, (len(self.grid), self.num_events))[0]
            for term in terms
            if not (self.mentions_parameters(term.when) or self.mentions_parameters(term.per))
        }

    @property
    def num_events(self) -> int:
        """Return the number of events."""
        return int(self.events.table.shape[1])

    def points(
        self, columns: Mapping[str, Sequence[float] | FloatArray] | None = None
    ) -> FloatArray:
        """Return points (B, N) at the scenario's numbers, with some columns replaced.

        Raises
        ------
        UnknownNameError
            If a column is not the name of a number.
        """
        columns = {} if columns is None else columns
        arrays = {name: np.atleast_1d(np.asarray(value, float)) for name, value in columns.items()}
        size = max((len(array) for array in arrays.values()), default=1)
        base = np.array([float(number.value) for number in self.scenario.numbers.values()])
        points = np.tile(base, (size, 1))
        for name, array in arrays.items():
            self.scenario.number(name)
            points[:, self.names.index(name)] = array
        return points

    def column(self, points: FloatArray, name: str) -> FloatArray:
        """Return one named number's values, shape (B,)."""
        return points[:, self.names.index(name)]

    def environment_at(self, points: FloatArray) -> dict[str, FloatArray]:
        """Return the environment with parameters and numeric chances, shape (B, 1, 1)."""
        found = dict(self.environment)
        for name in self.names:
            if name.startswith(("parameters.", "changes.")):
                short = name.removeprefix("parameters.")
                found[short] = self.column(points, name).reshape(-1, 1, 1)
        return found

    def end_at(self, points: FloatArray | None = None) -> IntArray:
        """Return the end that a new state and an event bring, or -1, shape (B, S, O)."""
        points = self.points() if points is None else points
        return _Filling(self, points, self.environment_at(points)).end_at()

    def talks(self, points: FloatArray | None = None) -> StochasticGame:
        """Return the stochastic games at some points (default: one game at the scenario's numbers).

        Raises
        ------
        GameError
            If a chance leaves [0, 1] or a payoff is not finite at a point.
        """
        points = self.points() if points is None else points
        return _Filling(self, points, self.environment_at(points)).game()

    def last_payoffs(self, points: FloatArray) -> FloatArray:
        """Return what a last round pays, (B, n, S, O): ``last_payoffs`` of :meth:`talks`.

        Errors as :meth:`talks`.
        """
        filling = _Filling(self, points, self.environment_at(points))
        players = len(self.scenario.parties)
        sides = filling.sides()[:players]
        return filling.payoffs(filling.chances(), filling.end_at(), sides)[1]

    def term_payoffs(
        self, points: FloatArray, player: int, terms: Sequence[Term]
    ) -> tuple[FloatArray, FloatArray]:
        """Return what each of a player's terms pays in a round and in a last one, (B, K, S, O).

        Together they are the player's rows of ``payoffs`` and ``last_payoffs`` in :meth:`talks`.
        """
        filling = _Filling(self, points, self.environment_at(points))
        sides = [([term], player) for term in terms]
        return filling.payoffs(filling.chances(), filling.end_at(), sides)[:2]

    def starts(self, points: FloatArray) -> IntArray:
        """Return the number of the start state at each point, shape (B,)."""
        return _Filling(self, points, {}).start()

    def reservations(self, points: FloatArray) -> FloatArray:
        """Return what each party has if a last round at the start stops without it, shape (B, n).

        NaN for a party without a reservation and for one that has an exit, to which none applies.
        """
        parties = self.scenario.parties
        if all(party.reservation is None for party in parties):
            return np.full((len(points), len(parties)), np.nan)
        filling = _Filling(self, points, self.environment_at(points))
        start = self.starts(points)
        found = filling.reservation()[np.arange(len(points)), :, start].sum(axis=-1)
        return np.where(self.exits, np.nan, found)

    @cached_property
    def exits(self) -> BoolArray:
        """Return which parties can end the talks by an exit, (n,)."""
        ends = self.scenario.ends
        names = [party.name for party in self.scenario.parties]
        return np.array([any(name in end.by for end in ends) for name in names])

    def outcome_text(self, event: int) -> str:
        """Return the options in effect in an event, in the scenario's words."""
        labels = [
            option.label if not option.levels else f"{option.label}: {option.levels[level - 1]}"
            for option, level in zip(
                self.scenario.options, self.events.table[:, event].tolist(), strict=False
            )
            if level
        ]
        return " + ".join(labels) if labels else "Nothing in effect"

    def outcome_texts(self) -> tuple[str, ...]:
        """Return each outcome once, in the scenario's words, in the order of the events."""
        return tuple(dict.fromkeys(self.outcome_text(event) for event in range(self.num_events)))

    def event_text(self, event: int) -> str:
        """Return an event in words: the options in effect and the asked-for stances taken."""
        parties = {party.name: party.label for party in self.scenario.parties}
        options = {option.name: option.label for option in self.scenario.options}
        keys = self.events.names[len(self.scenario.options) :]
        taken = self.events.table[len(self.scenario.options) :, event]
        said = []
        for key, on in zip(keys, taken, strict=True):
            who, _, asked = key.partition(".")
            if on and asked:
                option, _, stance = asked.partition(" == ")
                said.append(f"{parties[who]} says {stance.strip(chr(34))} to {options[option]}")
        return self.outcome_text(event) + (f" ({', '.join(said)})" if said else "")

    def state_text(self, state: int) -> str:
        """Return a state in words such as ``leverage 3, patience 4``."""
        pairs = zip(self.scenario.state, self.grid[state], strict=True)
        return ", ".join(f"{variable.name} {value}" for variable, value in pairs)

    def state_index(self, values: Mapping[str, int]) -> int:
        """Return the number of a state, other variables at their start.

        Raises
        ------
        GameError
            If a value is outside its variable's levels.
        """
        index = 0
        for variable in self.scenario.state:
            start = self.scenario.value(f"state.{variable.name}.start")
            value = int(values.get(variable.name, start))
            if not 0 <= value < variable.levels:
                raise GameError(
                    f"state {variable.name} = {value}, expected 0 to {variable.levels - 1}"
                )
            index = index * variable.levels + value
        return index


Side: TypeAlias = tuple[Sequence[Term], int | None]
"""Terms that are paid to one player, or bring a cost (None), which nobody discounts."""


@dataclass(frozen=True)
class _Filling:
    """One batch of points being turned into arrays; each method gives one piece."""

    compiled: Compiled
    points: FloatArray
    environment: dict[str, FloatArray]

    @property
    def scenario(self) -> Scenario:
        return self.compiled.scenario

    @property
    def size(self) -> tuple[int, int, int]:
        return (len(self.points), len(self.compiled.grid), self.compiled.num_events)

    def game(self) -> StochasticGame:
        compiled, scenario = self.compiled, self.scenario
        chances, end_at = self.chances(), self.end_at()
        flow, last, end_chances = self.payoffs(chances, end_at, self.sides())
        players = len(scenario.parties)
        where = compiled.successors.states
        drop_ended(chances, where, compiled.representative, end_at, self.ending())
        agreement = [end.kind == "agreement" for end in scenario.ends]
        options = compiled.events.table[: len(scenario.options)]
        solo = np.array([not option.joint for option in scenario.options])
        return StochasticGame(
            players=tuple(party.name for party in scenario.parties),
            moves=tuple(tuple(m.label for m in party) for party in compiled.moves.values()),
            order=turns(player_order(scenario), [len(m) for m in compiled.moves.values()]),
            event_of=frozen(compiled.events.of),
            transition_of=frozen(compiled.transition_of),
            payoffs=frozen(flow[:, :players]),
            last_payoffs=frozen(last[:, :players]),
            successors=frozen(where),
            chances=frozen(chances),
            ends=tuple(end.name for end in scenario.ends),
            end_chances=frozen(end_chances),
            agreement=frozen(end_chances[:, agreement].sum(axis=1)),
            exit_by=frozen(self.exit_by(end_chances)),
            in_effect=frozen(_reached(scenario, options)),
            coalitions=frozen(_coalitions(scenario)),
            solo_level=frozen(options[solo]),
            solo_owner=frozen(_owners(scenario)),
            passing=frozen(_passing(compiled)),
            mediators=frozen(np.array([party.role == "mediator" for party in scenario.parties])),
            discount=frozen(self.discount()),
            rounds=frozen(self.rounds()),
            start=frozen(self.start()),
            costs=frozen(flow[:, players:]),
            last_costs=frozen(last[:, players:]),
            reservation=frozen(self.reservation()),
            ending=frozen(self.ending()),
            signals=frozen(self.signals()),
        )

    def chances(self) -> FloatArray:
        """Return the chances of the successors before ends, shape (B, S, C, K)."""
        compiled = self.compiled
        where = compiled.successors
        points, states = len(self.points), len(compiled.grid)
        transitions = len(compiled.representative)
        fire = np.zeros((points, len(self.scenario.changes), states, transitions))
        for place, change in enumerate(self.scenario.changes):
            guard = compiled.by_transition(change.when, self.environment) != 0
            chance = compiled.by_transition(change.chance, self.environment)
            fire[:, place] = np.where(guard, chance, 0.0)
            self.check_chance(change.name, fire[:, place])
            fire[:, place] = self.in_part(fire[:, place])
        chances = np.zeros((points, *where.states.shape))
        merge_chances(fire, where.slot, chances)
        return chances

    def check_chance(self, name: str, chance: FloatArray) -> None:
        wrong = ~((chance >= -CHANCE_TOLERANCE) & (chance <= 1 + CHANCE_TOLERANCE))
        if wrong.any():
            value = chance[wrong][0]
            raise GameError(f"changes.{name}.chance: reaches {value:g}, expected within [0, 1]")

    def end_at(self) -> IntArray:
        """Return the end that a new state and an event bring, or -1, shape (B, S, O)."""
        found = np.full(self.size, -1, dtype=np.int64)
        for place in range(len(self.scenario.ends) - 1, -1, -1):
            end = self.scenario.ends[place]
            if end.name != NO_AGREEMENT:
                found[np.broadcast_to(end.when.evaluate(self.environment) != 0, self.size)] = place
        return found

    def sides(self) -> list[Side]:
        """Return the terms of each party and of each cost, with the player who discounts them."""
        payoffs = self.scenario.payoffs
        return [
            *(
                (by_party(payoffs, each.name), row)
                for row, each in enumerate(self.scenario.parties)
            ),
            *(([cost], None) for cost in self.scenario.costs),
        ]

    def payoffs(
        self, chances: FloatArray, end_at: IntArray, sides: Sequence[Side]
    ) -> tuple[FloatArray, FloatArray, FloatArray]:
        """Return what a round and a last round bring, a row a side, and the chances of the ends."""
        shape = (self.size[0], len(sides), *self.size[1:])
        flow = np.zeros(shape)
        for row, (terms, player) in enumerate(sides):
            flow[:, row] = self.by_round(self.weighted(at_end(terms, "")), player)
        paid, fallback = np.zeros(shape), np.zeros(shape)
        for place, end in enumerate(self.scenario.ends):
            for row, (terms, player) in enumerate(sides):
                due = self.weighted(at_end(terms, end.name))
                if end.next_round and player is not None:
                    due = due * self.discount()[:, player, None, None]
                if end.name == NO_AGREEMENT:
                    fallback[:, row] = due
                else:
                    paid[:, row] = np.where(end_at == place, due, paid[:, row])
        last = flow.copy()
        end_chances = np.zeros((self.size[0], len(self.scenario.ends), *self.size[1:]))
        settle_ends(
            chances,
            self.compiled.successors.states,
            self.compiled.transition_of,
            end_at,
            paid,
            flow,
            fallback,
            last,
            end_chances,
            self.ending(),
            [end.name for end in self.scenario.ends].index(NO_AGREEMENT),
        )
        return flow, last, end_chances

    def in_part(self, chances: FloatArray) -> FloatArray:
        """Return the chances of a part of a round that make those of the whole."""
        if self.compiled.parts == 1:
            return chances
        return np.asarray(1.0 - np.clip(1.0 - chances, 0.0, 1.0) ** (1 / self.compiled.parts))

    def by_round(self, flow: FloatArray, player: int | None) -> FloatArray:
        """Return what a part of a round pays, so that all its parts are worth the round."""
        parts = self.compiled.parts
        if parts == 1:
            return flow
        if player is None:
            return flow / parts
        weights = self.discount()[:, [player]] ** np.arange(parts)
        return np.asarray(flow / weights.sum(axis=1).reshape(-1, *[1] * (flow.ndim - 1)))

    def ending(self) -> FloatArray:
        """Return the chance that the talks stop after a round, 0 if none is declared, (B,)."""
        if "talks.ending.chance" not in self.scenario.numbers:
            return np.zeros(len(self.points))
        return self.in_part(self.compiled.column(self.points, "talks.ending.chance"))

    def signals(self) -> FloatArray:
        """Return the chance that each signal rings, by its option's level, shape (B, G, O).

        It rings with the chance of detection in a round in which the option that it is about is
        in effect, at whatever level, and with that of a false alarm in every other round.
        """
        found = np.zeros((len(self.points), len(self.scenario.signals), self.size[2]))
        names = [option.name for option in self.scenario.options]
        for place, signal in enumerate(self.scenario.signals):
            done = self.compiled.events.table[names.index(signal.about)] > 0
            rates = [
                self.compiled.column(self.points, f"signals.{signal.name}.{key}")[:, None]
                for key in ("detection", "false_alarm")
            ]
            found[:, place] = np.where(done, *rates)
        return found

    def weighted(self, terms: Sequence[Term]) -> FloatArray:
        """Return the sum of terms: one matrix product for those whose features are fixed.

        A sum that cancels to less than rounding is nought, so that ties of decimals stay ties.
        """
        features = self.compiled.features
        fixed = [term for term in terms if term.number in features]
        total, size = np.zeros(self.size), np.zeros(self.size)
        if fixed:
            stack = np.stack([features[term.number] for term in fixed]).reshape(len(fixed), -1)
            values = np.stack([self.compiled.column(self.points, t.number) for t in fixed], axis=1)
            total += (values @ stack).reshape(self.size)
            size += (np.abs(values) @ np.abs(stack)).reshape(self.size)
        for term in terms:
            if term.number not in features:
                value = self.compiled.column(self.points, term.number)[:, None, None]
                part = value * feature(term, self.environment, self.size[1:])
                total += part
                size += np.abs(part)
        total[np.abs(total) <= ROUNDING * size] = 0.0
        return total

    def exit_by(self, end_chances: FloatArray) -> BoolArray:
        """Return whether an event ends the talks for certain by a player's exit, (B, n, S, O)."""
        rows = []
        for party in self.scenario.parties:
            exits = [end.kind == "exit" and party.name in end.by for end in self.scenario.ends]
            rows.append(end_chances[:, exits].sum(axis=1) >= 1 - CHANCE_TOLERANCE)
        return np.stack(rows, axis=1)

    def reservation(self) -> FloatArray:
        """Return what each party has if talks stop without it, (B, n, S, 2), as in the game."""
        found = np.full((len(self.points), len(self.scenario.parties), self.size[1], 2), np.nan)
        for row, party in enumerate(self.scenario.parties):
            if party.reservation is None:
                continue
            found[:, row] = 0.0
            if party.reservation.status_quo:
                found[:, row, :, 1] = self.status_quo(party.name, party.reservation)
            else:
                value = self.compiled.column(self.points, f"parties.{party.name}.reservation")
                found[:, row, :, 0] = value[:, None]
        return found

    def status_quo(self, party: str, reservation: Reservation) -> FloatArray:
        """Return a party's flow where nobody consents to anything, shape (B, S)."""
        flow = self.weighted(at_end(by_party(self.scenario.payoffs, party), ""))
        flow = self.by_round(flow, [each.name for each in self.scenario.parties].index(party))
        grid = np.array(self.compiled.grid)
        for column, variable in enumerate(self.scenario.state):
            grid[:, column] = reservation.state.get(variable.name, grid[:, column])
        where = np.array([self.compiled.state_index(values) for values in self.named(grid)])
        return flow[:, where, self.compiled.refusal[where]]

    def named(self, grid: IntArray) -> list[dict[str, int]]:
        names = [variable.name for variable in self.scenario.state]
        return [dict(zip(names, row, strict=True)) for row in grid.tolist()]

    def discount(self) -> FloatArray:
        names = [f"parties.{party.name}.discount" for party in self.scenario.parties]
        whole = np.stack([self.compiled.column(self.points, name) for name in names], axis=1)
        return whole if self.compiled.parts == 1 else whole ** (1 / self.compiled.parts)

    def rounds(self) -> IntArray:
        """Return the number of rounds at each point, ENDLESS without a last one, shape (B,)."""
        if "talks.rounds" not in self.scenario.numbers:
            return np.full(len(self.points), ENDLESS, dtype=np.int64)
        whole = np.rint(self.compiled.column(self.points, "talks.rounds")).astype(np.int64)
        return whole * self.compiled.parts

    def start(self) -> IntArray:
        """Return the number of the start state at each point, shape (B,)."""
        index = np.zeros(len(self.points), dtype=np.int64)
        for variable in self.scenario.state:
            value = self.compiled.column(self.points, f"state.{variable.name}.start")
            whole = np.clip(np.rint(value).astype(np.int64), 0, variable.levels - 1)
            index = index * variable.levels + whole
        return index


def by_party(terms: Sequence[Term], party: str) -> list[Term]:
    """Return a party's terms."""
    return [term for term in terms if term.party == party]


def at_end(terms: Sequence[Term], end: str) -> list[Term]:
    """Return the terms that are due at an end, or each round if ``end`` is empty."""
    return [term for term in terms if (end in term.at if end else not term.at)]


def feature(term: Term, environment: Mapping[str, FloatArray], size: tuple[int, int]) -> FloatArray:
    """Return ``when * per`` over (B or 1, S, O); ``per`` is read only where ``when`` holds.

    Raises
    ------
    GameError
        If ``per`` is not finite there, for example after a division by zero.
    """
    when = term.when.evaluate(environment) != 0
    value = np.where(when, term.per.evaluate(environment), 0.0)
    if not np.isfinite(value).all():
        raise GameError(f"{term.number}.per: not finite in some state, expected a number")
    points = value.shape[0] if value.ndim == 3 else 1
    return np.broadcast_to(value, (points, *size))


def player_order(scenario: Scenario) -> tuple[tuple[int, ...], ...]:
    """Return the order of moves as player numbers."""
    number = {party.name: place for place, party in enumerate(scenario.parties)}
    return tuple(tuple(sorted(number[name] for name in group)) for group in scenario.talks.order)


def _reached(scenario: Scenario, table: IntArray) -> BoolArray:
    """Return whether each level of each joint option is reached in each event, shape (J, O)."""
    rows = [
        levels >= level
        for option, levels in zip(scenario.options, table, strict=True)
        for level in range(1, option.top + 1)
        if option.joint
    ]
    return np.array(rows, dtype=bool).reshape(len(rows), table.shape[1])


def _coalitions(scenario: Scenario) -> BoolArray:
    """Return who must consent to each level of each joint option, shape (J, n)."""
    rows = [
        [party.name in option.parties for party in scenario.parties]
        for option in scenario.options
        for _ in range(option.top)
        if option.joint
    ]
    return np.array(rows, dtype=bool).reshape(len(rows), len(scenario.parties))


def _owners(scenario: Scenario) -> IntArray:
    """Return who controls each single option, in the order of the options."""
    place = {party.name: number for number, party in enumerate(scenario.parties)}
    solo = [option for option in scenario.options if not option.joint]
    return np.array([place[option.parties[0]] for option in solo], dtype=np.int64)


def _passing(compiled: Compiled) -> BoolArray:
    """Return whether each player's move refuses every joint option, shape (n, M)."""
    joint = {option.name for option in compiled.scenario.options if option.joint}
    width = max(len(party) for party in compiled.moves.values())
    found = np.zeros((len(compiled.moves), width), dtype=bool)
    for player, party in enumerate(compiled.moves.values()):
        for k, move in enumerate(party):
            found[player, k] = all(move.stances[name] == "no" for name in joint & set(move.stances))
    return found


def compile_scenario(scenario: Scenario) -> Compiled:
    """Return the scenario's structure, from which games at any point are filled in.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> compile_scenario(scenario).num_events
    6
    """
    return Compiled(scenario)


def talks(scenario: Scenario) -> StochasticGame:
    """Return the stochastic game of a scenario, a batch of one.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> talks(scenario).num_states
    5
    """
    return compile_scenario(scenario).talks()


def one_shot(scenario: Scenario) -> NormalFormGame:
    """Return the one-shot game: the last round of the talks at the start state.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> one_shot(scenario).payoffs.shape
    (3, 4, 3, 2)
    """
    return one_shot_at(compile_scenario(scenario), talks(scenario))


def one_shot_at(compiled: Compiled, game: StochasticGame, point: int = 0) -> NormalFormGame:
    """Return the last round of one point at its start; payoffs that rounding parts are equal."""
    start = int(game.start[point])
    payoffs = game.last_payoffs[point, :, start][:, game.event_of[start]]
    labels = tuple(party.label for party in compiled.scenario.parties)
    shape = (len(game.players), *game.num_moves)
    even = levelled(payoffs.reshape(1, *shape))[0]
    return NormalFormGame(even, players=labels, actions=game.moves)
