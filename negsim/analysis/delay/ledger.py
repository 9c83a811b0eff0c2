"""The ledger of a delay: what waiting brings and costs a party, payoff by payoff.

*The delay that is valued* (THEORY 2.4): this round the party's best move that keeps the talks
open, all others as solved, given that the talks stay open; from the next round on the solved plan.
Payoffs are linear in their values, so that the value of delay is a sum over payoffs: what each is
expected to pay along that delay, discounted, less what it pays if the package is signed now. A
payoff of an agreement is split in two: *moved* is what it pays more or less because the agreement
is another or finds things changed; *later or never* is what waiting for it takes away. Costs are
never in it.

It is told only of a party that has something to sign: a package that all others required accept,
worth at least as much as leaving.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple, TypeAlias

import numpy as np

from negsim.analysis.delay.prospects import something_to_sign
from negsim.analysis.delay.stalling import Stalling
from negsim.answers import Real
from negsim.arrays import FloatArray, frozen
from negsim.dynamics.chain import event_chances, onward, state_chances, talking_events
from negsim.dynamics.path import SHOWN
from negsim.scenario.model import Scenario, Term
from negsim.theory.stochastic.plan import Plan

Part: TypeAlias = Literal["by round", "moved", "later or never", "without an agreement"]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """What one payoff adds to the value of delay, or one part of it.

    ``part`` is "by round" for what is paid while the talks last, "moved" and "later or never" for
    what agreements pay, "without an agreement" for what other ends pay.
    """

    number: str
    label: str
    part: Part
    amount: Real


@dataclass(frozen=True)
class Ledger:
    """A party's value of delay at the start, payoff by payoff, in its own unit.

    ``package`` is the event that it could best sign now, ``first`` (O,) the chance of each event
    in round 1 of the delay, and ``ending`` (T,) the chance that talks end in each round along it;
    of endless talks those in sight.
    """

    party: str
    package: int
    delay: float
    entries: tuple[LedgerEntry, ...]
    first: FloatArray
    ending: FloatArray

    @property
    def total(self) -> float:
        """Return the sum of the entries: the value of delay."""
        return float(sum(entry.amount for entry in self.entries))

    @property
    def unending(self) -> float:
        """Return the chance that the talks outlast the rounds in sight."""
        return max(0.0, 1.0 - float(self.ending.sum()))

    @property
    def expected_rounds(self) -> float:
        """Return the expected round of the end along the delay, of the talks that end in sight."""
        rounds = np.arange(1, len(self.ending) + 1)
        return float(self.ending @ rounds / self.ending.sum()) if self.ending.any() else np.inf

    def quantile(self, share: float) -> int | None:
        """Return the round by which a share of the talks have ended, None if out of sight."""
        ended = np.cumsum(self.ending) >= share - 1e-12
        return int(np.argmax(ended)) + 1 if ended.any() else None


def ledger(analysis: Stalling, player: int) -> Ledger | None:
    """Return the ledger of a player's delay at the start of the first point.

    None where it has nothing to sign, or no move that keeps the talks open. Of endless talks the
    sum is the value of delay as exactly as the talks were solved.
    """
    found, game = analysis.at_start, analysis.plan.game
    if not something_to_sign(found)[0, 0, player, 0] or found.move[0, 0, player, 0] < 0:
        return None
    scenario = analysis.compiled.scenario
    parts = parts_of(scenario, scenario.parties[player].name)
    now, last = analysis.compiled.term_payoffs(analysis.points[:1], player, [p[0] for p in parts])
    index, state = int(game.first_index[0]), int(game.start[0])
    move, package = int(found.move[0, 0, player, 0]), int(found.package[0, 0, player, 0])
    first = talking_events(analysis.plan, player, move, index, state)
    visits = occupancy(analysis.plan, first, float(game.discount[0, player]))
    along = (now[0] * visits.lasting + last[0] * visits.closing).sum(axis=(1, 2))
    signed = (last if index == 0 and not game.endless else now)[0, :, state, package]
    agreed = float((game.agreement[0] * (visits.lasting + visits.closing)).sum())
    entries = [
        entry
        for (term, part), there, here in zip(parts, along.tolist(), signed.tolist(), strict=True)
        for entry in entries_of(term, part, there, here, agreed)
    ]
    delay = float(found.talk[0, 0, player, 0] - found.settle[0, 0, player, 0])
    party = scenario.parties[player].name
    return Ledger(party, package, delay, tuple(entries), frozen(first), frozen(visits.ending))


def parts_of(scenario: Scenario, party: str) -> list[tuple[Term, Part]]:
    """Return a party's payoffs, those paid at agreements and at other ends as two."""
    agreements = {end.name for end in scenario.ends if end.kind == "agreement"}
    found: list[tuple[Term, Part]] = []
    for term in scenario.payoffs:
        if term.party != party:
            continue
        if not term.at:
            found.append((term, "by round"))
        signed = tuple(name for name in term.at if name in agreements)
        other = tuple(name for name in term.at if name not in agreements)
        found += [(replace(term, at=signed), "moved")] if signed else []
        found += [(replace(term, at=other), "without an agreement")] if other else []
    return found


def entries_of(
    term: Term, part: Part, along: float, now: float, agreed: float
) -> list[LedgerEntry]:
    """Return the entries of a payoff that pays ``along`` the delay and ``now``, if signed now.

    ``agreed`` is the chance of an agreement along the delay, each discounted.
    """
    if part != "moved":
        return [LedgerEntry(term.number, term.label, part, along - now)]
    return [
        LedgerEntry(term.number, term.label, "moved", along - agreed * now),
        LedgerEntry(term.number, term.label, "later or never", now * (agreed - 1.0)),
    ]


class Visits(NamedTuple):
    """How often each event comes about in each state along a delay, each time discounted.

    ``lasting`` (S, O) counts rounds before the last and ``closing`` (S, O) the last; ``ending``
    (T,) is the chance that the talks end in each round, not discounted.
    """

    lasting: FloatArray
    closing: FloatArray
    ending: FloatArray


def occupancy(plan: Plan, first: FloatArray, discount: float) -> Visits:
    """Return how often each event comes about, given its chances in round 1 at the start, (O,)."""
    game = plan.game
    start, chances = int(game.start[0]), event_chances(plan)
    horizon = SHOWN if game.endless else len(chances)
    lasting, closing = np.zeros(chances.shape[1:]), np.zeros(chances.shape[1:])
    ending = np.zeros(horizon)
    events = np.zeros(chances.shape[1:])
    events[start] = first
    begun = events
    for time in range(horizon):
        is_last = time == horizon - 1 and not game.endless
        (closing if is_last else lasting)[...] += discount**time * events
        going = np.zeros(game.num_states) if is_last else onward(game, events)
        ending[time] = max(0.0, events.sum() - going.sum())
        if not is_last:
            events = going[:, None] * chances[0 if game.endless else horizon - 2 - time]
    if game.endless:
        lasting = begun + for_ever(plan, begun, chances[0], discount)
    return Visits(lasting, closing, ending)


def for_ever(plan: Plan, begun: FloatArray, chances: FloatArray, discount: float) -> FloatArray:
    """Return the discounted visits after the first round of endless talks, (S, O).

    They solve a linear system: the states of the next round, and those that follow any of them.
    """
    following = discount * state_chances(plan.game, chances).toarray().T
    entered = discount * onward(plan.game, begun)
    return np.linalg.solve(np.eye(len(following)) - following, entered)[:, None] * chances
