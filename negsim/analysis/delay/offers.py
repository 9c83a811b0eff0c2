"""Offers that are not serious: a consent that cannot take effect and yet pays its author.

A party's consent (or *if*) to an option is a non-serious offer in a round and state if the solved
talks play it there, the option takes effect with chance nought after it, and saying no to that
option instead, all else unchanged, would be worth less to the party (THEORY 2.4, "poison pill").
Its whole gain runs through what others believe or put up with. The test looks at outcomes, not at
words: an offer that nobody could accept and that pays nothing is not one, for then saying no is as
good. Where rules leave no move that says no to this option alone, saying no to every joint option
is the comparison.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from negsim.analysis.delay.prospects import above
from negsim.analysis.delay.replies import Replies, replies
from negsim.analysis.delay.stalling import Stalling
from negsim.arrays import CHANCE_TOLERANCE, BoolArray, FloatArray
from negsim.scenario.moves import Move


@dataclass(frozen=True, slots=True)
class Offer:
    """A non-serious offer of one party about one option, axes T (index + 1 rounds to go) and S.

    ``made`` is the chance with which it is made in a round and state, ``gain`` what it is worth
    to its author beyond saying no, 0 where it is not made.
    """

    party: str
    option: str
    stance: str
    made: FloatArray
    gain: FloatArray


@dataclass(frozen=True)
class Offers:
    """All non-serious offers of a party at the first point, and how often they are made."""

    party: str
    offers: tuple[Offer, ...]
    at_start: tuple[tuple[Offer, float, float], ...]
    """Those made in round 1: the offer, its chance and its gain."""
    share: float
    """Share of live rounds and states in which one is made with some chance."""
    share_of_path: float
    """Expected share of the rounds that are played in which one is made, along the path."""


def offers(analysis: Stalling, player: int) -> Offers:
    """Return a player's non-serious offers at the first point of an analysis."""
    compiled, game = analysis.compiled, analysis.plan.game
    party = compiled.scenario.parties[player]
    joint = [
        k for k, o in enumerate(compiled.scenario.options) if o.joint and party.name in o.parties
    ]
    rows = compiled.events.table[joint] > 0
    found = replies(analysis.plan, player, rows.astype(np.int64))
    names = [compiled.scenario.options[k].name for k in joint]
    made = [
        offer
        for row, name in enumerate(names)
        for stance in compiled.scenario.option(name).stances(party.name)[1:]
        if (offer := offer_of(found, compiled.moves[party.name], party.name, name, stance, row))
    ]
    first, start = int(game.first_index[0]), int(game.start[0])
    at_start = tuple(
        (each, float(each.made[first, start]), float(each.gain[first, start]))
        for each in made
        if each.made[first, start] > 0
    )
    shares = shares_of(analysis, some_made(found, made))
    return Offers(party.name, tuple(made), at_start, *shares)


def offer_of(
    found: Replies, moves: tuple[Move, ...], party: str, option: str, stance: str, row: int
) -> Offer | None:
    """Return the non-serious offer that takes a stance on an option, None if it is never made."""
    made, gain = np.zeros(found.worth.shape[:2]), np.zeros(found.worth.shape[:2])
    for place, move in enumerate(moves):
        refusing = refusal(moves, place, option)
        if move.stances[option] != stance or refusing is None:
            continue
        idle = found.effect[:, :, place, row] <= CHANCE_TOLERANCE
        pays = above(found.worth[:, :, place], found.worth[:, :, refusing])
        chance = np.where(idle & pays, found.chance[:, :, place], 0.0)
        more = found.worth[:, :, place] - found.worth[:, :, refusing]
        made += chance
        gain += chance * more
    if not (made > CHANCE_TOLERANCE).any():
        return None
    gain = np.divide(gain, made, out=np.zeros_like(gain), where=made > CHANCE_TOLERANCE)
    return Offer(party, option, stance, made, gain)


def refusal(moves: tuple[Move, ...], place: int, option: str) -> int | None:
    """Return the place of the move that says no to one option and is otherwise the same.

    If the rules leave none, of the move that says no to everything; None if there is none either.
    """
    wanted = {**moves[place].stances, option: "no"}
    if wanted == dict(moves[place].stances):
        return None
    for choice in (wanted, dict.fromkeys(wanted, "no")):
        for number, move in enumerate(moves):
            if dict(move.stances) == choice:
                return number
    return None


def some_made(found: Replies, made: list[Offer]) -> FloatArray:
    """Return the chance that some non-serious offer is made, (T, S); an upper bound if several."""
    total = sum((each.made for each in made), np.zeros(found.worth.shape[:2]))
    return np.minimum(total, 1.0)


def shares_of(analysis: Stalling, made: FloatArray) -> tuple[float, float]:
    """Return the share of live rounds and states with an offer, and of the rounds of the path."""
    game = analysis.plan.game
    rounds = int(game.first_index[0]) + 1
    cells = analysis.live[0, :rounds]
    hits: BoolArray = (made[:rounds] > CHANCE_TOLERANCE) & cells
    visits = analysis.path.visits(game)[0, :rounds]
    return float(hits.sum() / cells.sum()), float((visits * made[:rounds]).sum() / visits.sum())
