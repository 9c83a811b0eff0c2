"""Discipline: the tests that every reading of question 2 must pass, run beside the headline.

- *Rival types*: would a party with another reason make the same public move? If the scenario
  declares private types of the party, each is solved. Otherwise two rivals are made from the
  scenario with the channels of the party off, but for what options that conclude nothing pay:
  a *fearful* one, to which a signature costs as much as it takes that round 1 brings no agreement:
  what the file states of that kind, within its range if that does, or else an amount due unless its
  own conditions are met; and a *slow* one, sincere but not able to sign in the first rounds. What
  was done is said.
- *Mirror*: with a mirror declared, the two parties exchange roles and the talks are solved again;
  every label must exchange. Without one, the other parties are read by the same test.
- *Relabelling*: names and places of the parties are exchanged, all the way round, and the talks
  solved again; no label may change. A reading that depends on who is called what is worthless.
- *Clock*: where rounds are time, they are cut in two and in four; label, value of delay and ledger
  must settle, or the headline says "narrowly". See ``round_length``.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

import numpy as np

from negsim.analysis.delay.channels import benefit_terms
from negsim.analysis.delay.frozen import channels_of
from negsim.analysis.delay.prospects import prospects
from negsim.analysis.delay.sayings import as_one, first_alike, first_words
from negsim.analysis.delay.stalling import (
    DELAY,
    LABELS,
    WAITING,
    Stalling,
    analyse,
    labels_but_delay,
)
from negsim.arrays import CHANCE_TOLERANCE, FloatArray, IntArray, frozen
from negsim.deadline import part
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.dynamics.path import first_moves
from negsim.expressions import Apply, Expression, literal
from negsim.questions.delay.round_length import round_length
from negsim.scenario.mirror import mirrored
from negsim.scenario.model import Mirror, Number, Scenario, Term
from negsim.theory.stochastic.game import StochasticGame
from negsim.theory.stochastic.plan import Plan, follow
from negsim.theory.stochastic.solve import solve_talks

FEARS = 16
"""Costs of a signature tried for the fearful rival, in equal steps, within a range and beyond."""

WAIT = 3
"""The slow rival cannot sign before this many rounds have passed."""


@dataclass(frozen=True, slots=True)
class Rival:
    """A rival reading of a party: what it would say in round 1, and its label.

    ``made`` says how it was made; ``label`` is that of the slow rival when it is able to sign, and
    ``package`` what is then on the table for it, None if nothing is;
    ``move`` is its likeliest move in round 1, with its chance; ``same`` whether the chances of all
    its moves in round 1 are those of the party as it is, and ``same_outcome`` whether what is in
    effect in round 1 comes with the same chances.
    """

    name: str
    made: str
    label: str
    package: str | None
    move: str
    chance: float
    same: bool
    same_outcome: bool


@dataclass(frozen=True, slots=True)
class Check:
    """A test that labels must pass: ``holds`` is None if it was not run, and ``text`` says why."""

    name: str
    holds: bool | None
    text: str


@dataclass(frozen=True, slots=True)
class Discipline:
    """The four tests for one party at the start of the talks."""

    party: str
    declared: bool
    rivals: tuple[Rival, ...]
    mirror: Check
    relabelling: Check
    clock: Check


def discipline(analysis: Stalling, player: int) -> Discipline:
    """Run the three tests for a player at the first point of an analysis.

    The analysis is of the scenario's own numbers. Cost: about six solutions of the talks.
    """
    scenario = analysis.compiled.scenario
    party = scenario.parties[player].name
    declared = any(each.party == party for each in scenario.types)
    made = typed_rivals if declared else made_rivals
    return Discipline(
        party,
        declared,
        part("rival readings", lambda: made(analysis, player)) or (),
        in_time_or_not_run("mirror", lambda: mirror_test(analysis)),
        in_time_or_not_run("relabelling", lambda: relabelling_test(analysis)),
        in_time_or_not_run("clock", lambda: clock_test(analysis, player)),
    )


def in_time_or_not_run(name: str, test: Callable[[], Check]) -> Check:
    """Return what a test says, or that the time was over before it."""
    return part(f"{name} test", test) or Check(name, None, "the time limit was over")


def clock_test(analysis: Stalling, player: int) -> Check:
    """Check that a player's reading settles as rounds get shorter, where rounds are time."""
    found = round_length(analysis, player)
    unit = analysis.compiled.scenario.talks.round_name
    if found is None:
        return Check("clock", None, "rounds are the protocol, which has no other length")
    labels = " and ".join(label.replace("_", " ") for label in dict.fromkeys(found.labels))
    worth = ", ".join(f"{delay:.3g}" if np.isfinite(delay) else "none" for delay in found.delays)
    rest = "" if found.settles else ", which does not settle"
    told = f"rounds of 1, 1/2 and 1/4 {unit}: {labels}, value of delay {worth}"
    return Check("clock", found.settles, told + rest)


# ---------------------------------------------------------------- rival types


def typed_rivals(analysis: Stalling, player: int) -> tuple[Rival, ...]:
    """Return the rivals that a scenario declares as private types of the player."""
    compiled = analysis.compiled
    party = compiled.scenario.parties[player].name
    found = []
    for each in compiled.scenario.types:
        if each.party == party:
            points = compiled.points({name: [float(value)] for name, value in each.set.items()})
            other = analyse(compiled, points, analysis.selection)
            label = LABELS[int(other.start_labels[0, player])]
            name, made = each.label or each.name, "a private type of the scenario"
            told = label, other.on_the_table(player)
            found.append(rival(other.plan, 0, analysis, player, name, made, told))
    return tuple(found)


def made_rivals(analysis: Stalling, player: int) -> tuple[Rival, ...]:
    """Return the fearful and the slow rival of a player, those that can be made."""
    scenario = analysis.compiled.scenario
    agreements = any(end.kind == "agreement" for end in scenario.ends)
    if not agreements or not channels_of(scenario, scenario.parties[player].name):
        return ()
    both = (fearful_rival(analysis, player), slow_rival(analysis, player))
    return tuple(found for found in both if found is not None)


def rival(
    plan: Plan,
    point: int,
    analysis: Stalling,
    player: int,
    name: str,
    made: str,
    told: tuple[str, str | None],
) -> Rival:
    """Return a rival as solved, its moves in round 1 beside those of the party as it is.

    ``told``: its label and package.
    """
    words = first_words(analysis.compiled, plan, player, point)
    likeliest = max(words, key=lambda text: words[text])
    alike = first_alike(analysis.plan, player)[0]
    own, theirs = first_moves(analysis.plan, player)[0], first_moves(plan, player)[point]
    same = bool(np.allclose(as_one(own, alike), as_one(theirs, alike), atol=1e-9))
    outcomes = first_outcomes(analysis.compiled, plan, point)
    equal = bool(np.allclose(outcomes, first_outcomes(analysis.compiled, analysis.plan), atol=1e-9))
    return Rival(name, made, *told, likeliest, words[likeliest], same, equal)


def first_outcomes(compiled: Compiled, plan: Plan, point: int = 0) -> FloatArray:
    """Return the chance of each combination of options in effect in round 1, in a fixed order."""
    options = compiled.events.table[: len(compiled.scenario.options)]
    kind = np.unique(options, axis=1, return_inverse=True)[1].reshape(-1)
    game = plan.game
    profiles = np.empty(plan.layout.event_of.shape[1], dtype=np.int64)
    weights = np.empty(len(profiles))
    index, state = game.first_index[point], game.start[point]
    choice, mixed = plan.choice[point, index, state], plan.mixed[point, index, state]
    count = follow(choice, mixed, plan.layout, -1, 0, profiles, weights)
    events = plan.layout.event_of[state, profiles[:count]]
    found = np.zeros(int(kind.max()) + 1)
    np.add.at(found, kind[events], weights[:count])
    return found


def calm_scenario(scenario: Scenario, party: str) -> Scenario:
    """Return the scenario with the reasons of a party to wait off for good: a rival's ground."""
    off = reasons_off(compile_scenario(scenario), party)
    return replace(scenario.set(off), channels=())


def reasons_off(compiled: Compiled, party: str) -> dict[str, Decimal]:
    """Return the numbers that switch the channels of a party off, and what they are then.

    What options that conclude nothing pay anybody stays on: it is there for every reading.
    """
    people = compiled.scenario.parties
    kept = {term.number for each in people for term in benefit_terms(compiled, each.name)}
    channels = channels_of(compiled.scenario, party)
    off = {name: value for channel in channels for name, value in channel.off.items()}
    return {name: value for name, value in off.items() if name not in kept}


def calm(compiled: Compiled, party: str) -> FloatArray:
    """Return the scenario's own point with the reasons of a party to wait off, (1, N)."""
    off = reasons_off(compiled, party)
    return compiled.points({name: [float(value)] for name, value in off.items()})


def fearful_rival(analysis: Stalling, player: int) -> Rival | None:
    """Return the rival that fears what a signature brings; None if no cost of a scan does it.

    The cost is the one that the file states, or where that does not do it, one that is due unless
    the party's own conditions are met.
    """
    scenario = analysis.compiled.scenario
    party = scenario.parties[player].name
    stated = stated_cost(scenario, party)
    found = afraid(analysis, player, scenario, stated) if stated else None
    made = with_made_cost(scenario, party, stated.reach if stated else 0.0)
    return found or afraid(analysis, player, *made)


def afraid(analysis: Stalling, player: int, scenario: Scenario, fear: Fear) -> Rival | None:
    """Return the party at the least cost of a scan at which round 1 brings no agreement."""
    compiled = compile_scenario(scenario)
    most = float(np.ptp(analysis.plan.values[0, :, player]))
    costs = costs_tried(max(-scenario.value(fear.number), 0.0), fear.reach, most)
    if not len(costs):
        return None
    points = np.tile(calm(compiled, scenario.parties[player].name), (len(costs), 1))
    points[:, compiled.names.index(fear.number)] = -costs
    found = analyse(compiled, points, analysis.selection)
    refuses = found.at_start.concludes[:, 0, 0] < 1 - CHANCE_TOLERANCE
    if not refuses.any():
        return None
    first = int(np.argmax(refuses))
    made = fear.told(float(costs[first]))
    told = LABELS[label_without_channels(found, player, first)], found.on_the_table(player, first)
    return rival(found.plan, first, analysis, player, "fearful", made, told)


@dataclass(frozen=True, slots=True)
class Fear:
    """A cost of signing: its number, in words, and how large a one the file states, 0 if none."""

    number: str
    words: str
    reach: float

    def told(self, cost: float) -> str:
        """Return in words what a signature costs, and how that stands to the file.

        >>> Fear("payoffs.a.fear", "Fear", 24.0).told(38.0)
        "Fear costs it 38, 14 beyond the file's range"
        """
        over = cost - self.reach
        if not self.reach:
            return f"{self.words} costs it {cost:.2g}, which the file does not state"
        where = f"{over:.2g} beyond" if over > 0 else "within"
        return f"{self.words} costs it {cost:.2g}, {where} the file's range"


def costs_tried(now: float, reach: float, most: float) -> FloatArray:
    """Return the costs that are tried: in equal steps up to the file's, then up to the most."""
    within = np.linspace(now, reach, FEARS + 1)[1:] if reach > now else np.empty(0)
    beyond = np.linspace(reach, most, FEARS + 1)[1:] if most > reach else np.empty(0)
    return np.concatenate([within, beyond])


def stated_cost(scenario: Scenario, party: str) -> Fear | None:
    """Return the largest cost of signing that the ranges and levers of a file state for a party."""
    reach = {lever.sets: float(lever.low) for lever in scenario.levers}
    agreements = {end.name for end in scenario.ends if end.kind == "agreement"}
    found = []
    for term in scenario.payoffs:
        if term.party == party and term.at and set(term.at) <= agreements:
            low = float(scenario.number(term.number).low or 0)
            least = min(low, reach.get(term.number, 0.0), scenario.value(term.number))
            found.append(Fear(term.number, f'"{term.label}"', -least))
    largest = max(found, key=lambda each: each.reach, default=None)
    return largest if largest is not None and largest.reach > 0 else None


def with_made_cost(scenario: Scenario, party: str, reach: float) -> tuple[Scenario, Fear]:
    """Return the scenario with a cost of signing for a party unless its conditions are met.

    ``reach`` is how large a cost of signing the file states.
    """
    number = f"payoffs.{party}.fear_of_signing"
    agreements = tuple(end.name for end in scenario.ends if end.kind == "agreement")
    unmet, words = without_conditions(scenario, party)
    term = Term(number, "fear_of_signing", "Fear", party, unmet, literal(1.0), agreements)
    return with_term(scenario, term), Fear(number, f"a signature{words}", reach)


def without_conditions(scenario: Scenario, party: str) -> tuple[Expression, str]:
    """Return when a fear applies: where none of the party's own conditions is met; and in words."""
    conditions = [o.conditions[party] for o in scenario.options if party in o.conditions]
    if not conditions:
        return literal(1.0), ""
    met = conditions[0].tree
    for condition in conditions[1:]:
        met = Apply("or", (met, condition.tree))
    return Expression("unmet", Apply("not", (met,))), " without its conditions"


def label_without_channels(analysis: Stalling, player: int, point: int = 0) -> int:
    """Return the label of a player whose channels are off already.

    Delay that is best without them is waiting: there is nothing left to freeze.
    """
    label = int(labels_but_delay(analysis.at_start)[point, 0, player, 0])
    return WAITING if label == DELAY else label


def with_term(scenario: Scenario, term: Term) -> Scenario:
    """Return the scenario with one more payoff, of value nought, and without claims."""
    numbers = {**scenario.numbers, term.number: Number(term.number, Decimal(0))}
    return replace(
        scenario,
        payoffs=(*scenario.payoffs, term),
        numbers=MappingProxyType(numbers),
        claims=(),
    )


def slow_rival(analysis: Stalling, player: int) -> Rival | None:
    """Return the rival that is sincere but cannot sign at first; None in talks too short for it.

    The talks of the later rounds are solved first, and its label there is what it does when it is
    able to sign; then the first ``WAIT`` rounds, which lead to them.
    """
    compiled = analysis.compiled
    game = compiled.talks(calm(compiled, compiled.scenario.parties[player].name))
    if not game.endless and game.rounds[0] <= WAIT:
        return None
    able = game if game.endless else game.with_rounds(int(game.rounds[0]) - WAIT)
    later = solve_talks(able, analysis.selection)
    early = solve_talks(opening(game, later, player), analysis.selection)
    at_start = prospects(later, start_only=True)
    label = int(labels_but_delay(at_start)[0, 0, player, 0])
    package = int(at_start.package[0, 0, player, 0])
    words = LABELS[WAITING if label == DELAY else label]
    told = words, compiled.outcome_text(package) if package >= 0 else None
    made = f"it cannot sign before round {WAIT + 1}"
    return rival(early, 0, analysis, player, "slow", made, told)


def opening(game: StochasticGame, later: Plan, player: int) -> StochasticGame:
    """Return the first ``WAIT`` rounds of one point's talks, which lead to those already solved.

    In them an agreement costs the player more than anything in the talks is worth.
    """
    ahead = later.values[0, later.game.first_index[0]]
    expected = (game.chances[0] * ahead[:, game.successors]).sum(axis=3)
    going_on = game.discount[0][:, None, None] * expected[:, :, game.transition_of]
    sizes = (game.payoffs, game.last_payoffs, later.values[..., None])
    most = max(1.0, *(float(np.abs(array[:, ...]).max()) for array in sizes))
    ruin = np.zeros(game.payoffs.shape)
    ruin[:, player] = 10.0 * most * game.agreement
    return replace(
        game.with_rounds(WAIT),
        payoffs=frozen(game.payoffs - ruin),
        last_payoffs=frozen(game.payoffs + going_on[None] - ruin),
    )


# ---------------------------------------------------------------- mirror and relabelling


def mirror_test(analysis: Stalling) -> Check:
    """Exchange the roles of the two mirrored parties, solve again and compare every label."""
    scenario = analysis.compiled.scenario
    if scenario.mirror is None:
        return Check("mirror", None, "no mirror is declared: the other parties, by the same test")
    other = analyse(compile_scenario(mirrored(scenario)), selection=analysis.selection)
    pairs = dict([scenario.mirror.parties, scenario.mirror.parties[::-1]])
    turned = reflected(analysis, scenario.mirror)
    names = [scenario.party(name).label for name in scenario.mirror.parties]
    return compared(
        "mirror", analysis, other, pairs, turned, f"{names[0]} and {names[1]} exchanged"
    )


def reflected(analysis: Stalling, mirror: Mirror) -> IntArray:
    """Return the place of each state seen in the mirror, (S,)."""
    compiled = analysis.compiled
    grid = np.array(compiled.grid)
    for column, variable in enumerate(compiled.scenario.state):
        if variable.name in mirror.reflect:
            grid[:, column] = variable.levels - 1 - grid[:, column]
    levels = [variable.levels for variable in compiled.scenario.state]
    if not levels:
        return np.zeros(1, dtype=np.int64)
    return np.asarray(np.ravel_multi_index(tuple(grid.T), levels), dtype=np.int64)


def relabelling_test(analysis: Stalling) -> Check:
    """Move every party's name and place one further, solve again and compare every label."""
    scenario = analysis.compiled.scenario
    names = [party.name for party in scenario.parties]
    if len(names) < 2:
        return Check("relabelling", None, "there is one party only")
    renamed, now = scenario, {name: name for name in names}
    for left, right in itertools.pairwise(names):
        renamed = mirrored(replace(renamed, mirror=Mirror((left, right))))
        swap = {left: right, right: left}
        now = {old: swap.get(new, new) for old, new in now.items()}
    other = analyse(compile_scenario(renamed), selection=analysis.selection)
    states = np.arange(analysis.plan.game.num_states)
    return compared("relabelling", analysis, other, now, states, "names and places moved on by one")


def compared(
    name: str,
    analysis: Stalling,
    other: Stalling,
    now: Mapping[str, str],
    states: IntArray,
    what: str,
) -> Check:
    """Compare all labels: party ``p`` in state ``s`` with ``now[p]`` in ``states[s]``."""
    parties = [party.name for party in analysis.compiled.scenario.parties]
    places: Sequence[int] = [parties.index(now.get(party, party)) for party in parties]
    mine = analysis.everywhere.labels[0]
    theirs = other.everywhere.labels[0][:, places][:, :, states]
    live = np.broadcast_to(analysis.live[0][:, None], mine.shape)
    differ = int((mine != theirs)[live].sum())
    total = int(live.sum())
    if differ:
        return Check(name, False, f"{what}, {differ:,} of {total:,} labels differ")
    return Check(name, True, f"{what}, all {total:,} labels agree")
