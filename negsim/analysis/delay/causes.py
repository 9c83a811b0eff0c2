"""Why there is delay: which of the four causes explains that a party would rather not sign now.

With enforceable terms of every size, known numbers and no third party that pays, nobody delays
(THEORY 2.5, A5: alternating offers agree at once if what both get by disagreeing is worth no more
than the round's interest on the agreement; Muthoo 1999, Bargaining Theory with Applications,
chapter 6). So a delay has a cause, and each is a test on the solved talks. The package is the one
that the party could best sign now.

- *Income while talks last*: the party would sign it if open talks paid nobody. Off: the payoffs
  by round of all parties (mediators and guarantors apart) that are paid while the talks are open
  without any option that concludes nothing (the cover of ``channels``), and those that are positive
  and ask for an option or stance of a mediator or guarantor. Only where there are some of the
  second kind does a third party pay, and only then is it called a *third-party subsidy*.
- *Commitment problem*: it would sign if what a settlement pays stood still. Off: every change that
  moves a state variable on which some payoff of an agreement depends.
- *Coarse packages*: some lottery over the packages is better for it than delay and at least as
  good as refusing for everybody else whom a package needs. No single package is.
- *Incomplete information*: the talks are solved with all numbers and types known, so a delay in
  them has another cause. What privacy adds is told by the signalling game of round 1 (``negsim
  signal``): a type that refuses there though it would accept if its type were known.

*Would sign* means: in the talks solved again, the package concluded now is worth at least as much
as talking on and as leaving. A cause is one without which the party would sign (but for it). Where
neither the first nor the second is such a cause alone, but both together are, both are named. Where
none fits, the delay is not explained by these; a limited agreement that pays both sides is often
what is left.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from negsim.analysis.delay.channels import cover_terms, gains, moving_changes
from negsim.analysis.delay.prospects import Prospects, above, concluded, difference, prospects
from negsim.analysis.delay.stalling import STALLING, UNTESTED, WAITING, Stalling
from negsim.answers import Real
from negsim.arrays import CHANCE_TOLERANCE, REGRET_TOLERANCE, FloatArray, IntArray
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.expressions import Apply, Expression, Literal
from negsim.scenario.model import Change, Scenario, Term
from negsim.theory.bargaining.problem import BargainingProblem
from negsim.theory.bargaining.solutions import bargain
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.solve import solve_talks

SUBSIDY = "third-party subsidy"
INCOME = "income while talks last"
COMMITMENT = "commitment problem"
COARSE = "coarse packages"
INFORMATION = "incomplete information"


@dataclass(frozen=True, slots=True)
class Cause:
    """Whether one of the four causes explains a delay.

    ``margin`` is by how much, in the party's payoff unit: what signing is worth more than talking
    on or leaving once the cause is taken away, or a lottery more than delay. Below nought it is how
    far the cause is from being one; NaN where there is nothing to take away.
    """

    name: str
    holds: bool
    why: str
    margin: Real


@dataclass(frozen=True, slots=True)
class Causes:
    """What explains a party's delay at the start of the talks, cause by cause."""

    party: str
    tested: tuple[Cause, ...]
    named: tuple[str, ...]
    """The causes that hold."""
    text: str
    """These in words, or that none does."""


def causes(analysis: Stalling, player: int) -> Causes | None:
    """Return what explains a player's delay at the start of the first point; None without delay.

    Delay: the label there is stalling, waiting or untested delay. Cost: three more solutions of
    the talks and a linear programme.
    """
    if int(analysis.start_labels[0, player]) not in (STALLING, WAITING, UNTESTED):
        return None
    party = analysis.compiled.scenario.parties[player].name
    package = analysis.at_start.package[:1]
    unpaid = without_subsidies(analysis)
    still = stilled(analysis.compiled)
    base = analysis.points[:1]
    paid = SUBSIDY if third_parties_pay(analysis.compiled) else INCOME
    signs, margins = {paid: False, COMMITMENT: False}, {paid: math.nan, COMMITMENT: math.nan}
    if unpaid is not None:
        signs[paid], margins[paid] = would_sign(analysis, None, unpaid, package, player)
    if still is not None:
        signs[COMMITMENT], margins[COMMITMENT] = would_sign(analysis, still, base, package, player)
    joint = False
    if not any(signs.values()) and unpaid is not None and still is not None:
        joint, together = would_sign(analysis, still, unpaid, package, player)
        if joint:
            signs, margins = dict.fromkeys(signs, joint), dict.fromkeys(margins, together)
    tested = [
        Cause(name, holds, but_for(name, holds, joint, margins[name]), margins[name])
        for name, holds in signs.items()
    ]
    every = (*tested, coarseness(analysis, player), information(analysis))
    named = tuple(cause.name for cause in every if cause.holds)
    return Causes(party, every, named, " and ".join(named) or "not explained by these")


def but_for(name: str, holds: bool, joint: bool, margin: float) -> str:
    """Return in words what the test of a cause found."""
    what = {
        SUBSIDY: "what third parties pay for open talks",
        INCOME: "what open talks pay",
        COMMITMENT: "the changes that move what a settlement pays",
    }[name]
    if math.isnan(margin):
        return f"there is nothing of the kind ({what})"
    if joint:
        return f"without {what}, and without the other cause, it would sign"
    return f"without {what} it would{'' if holds else ' still not'} sign"


def third_parties_pay(compiled: Compiled) -> bool:
    """Tell whether a payoff by round that is paid while talks last comes from a third party."""
    scenario = compiled.scenario
    third = [party.name for party in scenario.parties if party.role != "party"]
    return any(asks_for(scenario, term, third) for term in subsidies(compiled))


def would_sign(
    analysis: Stalling,
    compiled: Compiled | None,
    points: FloatArray,
    package: IntArray,
    player: int,
) -> tuple[bool, float]:
    """Tell whether a player would sign a package at the start of other talks of the same moves.

    Beside it stands by how much: what signing is worth more than talking on or leaving.
    """
    game = (compiled or analysis.compiled).talks(points)
    plan = solve_talks(game, analysis.selection)
    found = prospects(plan, start_only=True)
    same = concluded(plan, package, start_only=True)
    others = np.maximum(found.talk, found.leave)
    margin = float(difference(same, others)[0, 0, player, 0])
    return not bool(above(others, same)[0, 0, player, 0]), margin


def without_subsidies(analysis: Stalling) -> FloatArray | None:
    """Return the first point with the flows that third parties pay off; None without such flows."""
    compiled = analysis.compiled
    points = analysis.points[:1].copy()
    found = subsidies(compiled)
    for term in found:
        points[:, compiled.names.index(term.number)] = 0.0
    return points if found else None


def subsidies(compiled: Compiled) -> list[Term]:
    """Return the payoffs by round that are paid for open talks or by third parties."""
    scenario = compiled.scenario
    third = [party.name for party in scenario.parties if party.role != "party"]
    found: list[Term] = []
    for party in scenario.parties:
        if party.name not in third:
            found += cover_terms(compiled, party.name)
            found += [
                term
                for term in gains(compiled, party.name)
                if asks_for(scenario, term, third) and term not in found
            ]
    return found


def asks_for(scenario: Scenario, term: Term, third: Sequence[str]) -> bool:
    """Tell whether a payoff depends on an option or stance of third parties alone."""
    names = term.when.names() | term.per.names()
    told = {stance.party for part in (term.when, term.per) for stance in part.stances()}
    options = [option for option in scenario.options if set(option.parties) <= set(third)]
    return bool(told & set(third)) or any(option.name in names for option in options)


def stilled(compiled: Compiled) -> Compiled | None:
    """Return the talks in which nothing that a settlement pays for moves; None if nothing does."""
    moving = {change.name for change in moving_changes(compiled)}
    if not moving:
        return None
    changes = [stopped(c) if c.name in moving else c for c in compiled.scenario.changes]
    return compile_scenario(replace(compiled.scenario, changes=tuple(changes)))


def stopped(change: Change) -> Change:
    """Return a change that never happens; it asks what it asked, so that events are alike."""
    chance = Expression(change.chance.text, Apply("*", (Literal(0.0), change.chance.tree)))
    return replace(change, chance=chance)


def coarseness(analysis: Stalling, player: int) -> Cause:
    """Return whether some lottery over packages would be better than delay for everybody needed."""
    found = better_lottery(analysis.plan, analysis.at_start, player)
    if found is None:
        return Cause(COARSE, False, "no lottery over the packages would beat delay", math.nan)
    words = [
        f"{analysis.compiled.outcome_text(event)} with {100 * chance:.3g} %"
        for event, chance in found.items()
    ]
    margin = lottery_margin(analysis, found, player)
    return Cause(COARSE, True, f"a lottery would beat delay: {', '.join(words)}", margin)


def lottery_margin(analysis: Stalling, found: dict[int, float], player: int) -> float:
    """Return what a lottery over packages is worth to a player more than talking on."""
    game = analysis.plan.game
    paid = game.last_payoffs if game.rounds[0] == 1 else game.payoffs
    worth = paid[0, player, int(game.start[0])]
    mean = sum(chance * float(worth[event]) for event, chance in found.items())
    return mean - float(analysis.at_start.talk[0, 0, player, 0])


def better_lottery(plan: Plan, found: Prospects, player: int) -> dict[int, float] | None:
    """Return the chances of events that are better than delay for all whom they need, or None.

    Of the first point, at the start of the talks. A lottery counts if it gives the player more
    than talking on and everybody whom some package needs more than refusing.
    """
    game = plan.game
    start = int(game.start[0])
    possible = np.unique(game.event_of[start])
    events = possible[game.agreement[0, start, possible] >= 1 - CHANCE_TOLERANCE]
    needed = needs_consent(game, events)
    needed[player] = True
    if not len(events):
        return None
    refusing = np.maximum(found.talk, found.leave)[0, 0, :, 0]
    paid = game.last_payoffs if game.rounds[0] == 1 else game.payoffs
    worth = paid[0, :, start][:, events].T
    floors = np.where(np.isfinite(refusing), refusing, worth.min(axis=0))
    problem = BargainingProblem(worth[:, needed], floors[needed], lotteries=True)
    best = bargain(problem, "egalitarian")
    size = np.abs(problem.payoffs).max(initial=1.0)
    if best.chances is None or not best.value > REGRET_TOLERANCE * size:
        return None
    chosen = events[best.indexes].tolist()
    return {
        int(event): float(chance)
        for event, chance in zip(chosen, best.chances.tolist(), strict=True)
        if chance > REGRET_TOLERANCE
    }


def needs_consent(
    game: StochasticGame, events: IntArray
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Return which players have a say in an option in effect in one of some events, (n,)."""
    joint = game.coalitions[game.in_effect[:, events].any(axis=1)].any(axis=0)
    found = np.zeros(len(game.players), dtype=bool) | joint
    for option, owner in enumerate(game.solo_owner.tolist()):
        found[owner] |= bool((game.solo_level[option, events] > 0).any())
    return found


def information(analysis: Stalling) -> Cause:
    """Return that delay pays with everything known: private types may add to it, not cause it."""
    known = "type" if analysis.compiled.scenario.types else "number"
    return Cause(INFORMATION, False, f"delay pays with every {known} known", math.nan)
