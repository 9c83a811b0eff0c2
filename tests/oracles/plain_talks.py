"""A plain, slow solver of scenarios, written from the rules of the format and from nothing else.

Everything is a dictionary, a fraction and a recursion, so that ties are ties: the tests hold the
package's arrays against it. Where the rules leave a choice open (several equilibria that the
selection cannot tell apart, or none in pure moves) it says so and decides nothing.
"""

from __future__ import annotations

import itertools
import operator
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, TypeVar

from negsim.expressions import Expression, Literal, Name, Stance
from negsim.scenario.model import End, Option, Scenario, Term

State = tuple[int, ...]
Move = tuple[str, ...]
Said = tuple[tuple[str, Move], ...]
Vector = tuple[Fraction, ...]
Entry = tuple[str, str]
Thing = TypeVar("Thing")
Key = TypeVar("Key")


class BrokenRuleError(Exception):
    """Some profile's outcome breaks a rule that every party's own stances keep."""


class UndecidedError(Exception):
    """The rules of selection leave more than one choice, or none."""


@dataclass(frozen=True)
class Event:
    """What a profile amounts to: options in effect, and the stances that anybody asks about."""

    effects: tuple[int, ...]
    said: frozenset[tuple[str, str, str]]


@dataclass(frozen=True)
class Follows:
    """What a round brings: flow payoffs, and the chances of each new state and end."""

    flow: Vector
    branches: tuple[tuple[Fraction, State, str], ...]


@dataclass(frozen=True)
class Round:
    """The chances of a round's outcomes, of the ends in it, and of the states after it.

    Without outcomes, equally good choices of the round lead to the same by different options.
    """

    outcomes: dict[tuple[int, ...], Fraction]
    ends: dict[str, Fraction]
    onward: dict[State, Fraction]


@dataclass(frozen=True)
class Node:
    """A solved point within a round: payoffs, and the events that equally good choices reach."""

    values: Vector
    events: frozenset[Event]
    concludes: bool

    @property
    def event(self) -> Event:
        """Return the event reached; raises UndecidedError if there are several."""
        return only(self.events)


@dataclass(frozen=True)
class Worth:
    """What settling, talking and leaving are worth to a party; None where it cannot.

    ``packages`` holds the events in which settling is worth that.
    """

    settle: Fraction | None
    talk: Fraction | None
    leave: Fraction | None
    packages: Mapping[Event, Fraction] = field(default_factory=dict)


OPERATIONS: dict[str, Callable[..., Fraction | bool]] = {
    "and": lambda a, b: a != 0 and b != 0,
    "or": lambda a, b: a != 0 or b != 0,
    "implies": lambda a, b: a == 0 or b != 0,
    "not": lambda a: a == 0,
    "negative": operator.neg,
    "min": min,
    "max": max,
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def evaluate(node: Any, known: Mapping[Any, Any]) -> Fraction:
    """Return the value of an expression's tree; truth is 1."""
    if isinstance(node, Literal):
        return Fraction(str(node.value))
    if isinstance(node, Name):
        return Fraction(known[node.name])
    if isinstance(node, Stance):
        return Fraction(known[node.party, node.option, node.stance])
    return Fraction(OPERATIONS[node.operation](*(evaluate(each, known) for each in node.arguments)))


class PlainTalks:
    """The talks of one scenario, solved on demand, with each round cut into some parts."""

    def __init__(
        self, scenario: Scenario, selection: str = "mediator_best", parts: int = 1
    ) -> None:
        self.scenario = scenario
        self.parts = parts
        self.sign = 1 if selection == "mediator_best" else -1
        self.numbers = {name: Fraction(each.value) for name, each in scenario.numbers.items()}
        self.parties = [party.name for party in scenario.parties]
        self.moves = {party: self.moves_of(party) for party in self.parties}
        self.asked = asked(scenario)
        self.states = list(itertools.product(*(range(each.levels) for each in scenario.state)))
        self.start = tuple(int(self.numbers[f"state.{v.name}.start"]) for v in scenario.state)
        self.rounds = int(self.numbers["talks.rounds"]) * parts
        self.events: dict[State, dict[tuple[Move, ...], Event]] = {}
        self.paid_at: dict[tuple[str, State, Event], Vector] = {}
        self.leaves: dict[tuple[int, State, Event], Node] = {}
        self.followed: dict[tuple[State, Event], Follows] = {}
        self.nodes: dict[tuple[int, State, Said], Node | None] = {}
        self.streams: dict[tuple[int, State, Event, str], dict[Entry, Fraction]] = {}
        self.chosen: dict[tuple[int, State, Said], tuple[tuple[Move, ...], ...]] = {}

    # ------------------------------------------------------------------ what is said, what it does

    def moves_of(self, party: str) -> list[Move]:
        """Return a party's combinations of stances that keep the rules, an if counted as yes."""
        own = [option for option in self.scenario.options if party in option.parties]
        words = [
            ("no", *(o.levels or ("yes",)), *(("if",) if party in o.conditions else ()))
            for o in own
        ]
        rules = [
            rule.expression
            for rule in self.scenario.rules
            if rule.expression.names() <= {option.name for option in own}
        ]
        return [
            move
            for move in itertools.product(*words)
            if all(holds(rule, consents(own, move)) for rule in rules)
        ]

    def stances(self, profile: Mapping[str, Move]) -> dict[tuple[str, str], str]:
        """Return what each party says about each option of its own."""
        return {
            (party, option.name): word
            for party, move in profile.items()
            for option, word in zip(
                [each for each in self.scenario.options if party in each.parties],
                move,
                strict=True,
            )
        }

    def event(self, state: State, profile: Mapping[str, Move]) -> Event:
        """Return what a profile amounts to in a state; options of one party come first."""
        said = self.stances(profile)
        known: dict[Any, Any] = dict(zip(self.variables, state, strict=True))
        effects = {}
        for option in sorted(self.scenario.options, key=lambda option: len(option.parties) > 1):
            effects[option.name] = min(
                self.agrees(option, party, said[party, option.name], known)
                for party in option.parties
            )
            if len(option.parties) == 1:
                known[option.name] = effects[option.name]
        if not all(holds(rule.expression, effects) for rule in self.scenario.rules):
            raise BrokenRuleError(str(profile))
        order = tuple(effects[option.name] for option in self.scenario.options)
        told = frozenset((*pair, word) for pair, word in said.items())
        return Event(order, told & self.asked)

    @property
    def variables(self) -> list[str]:
        """Return the names of the state variables."""
        return [variable.name for variable in self.scenario.state]

    def agrees(self, option: Option, party: str, word: str, known: Mapping[Any, Any]) -> int:
        """Return the level to which a stance consents, 0 if it does not."""
        levels = option.levels or ("yes",)
        if word == "if":
            return len(levels) if holds(option.conditions[party], known) else 0
        return ("no", *levels).index(word)

    def events_in(self, state: State) -> dict[tuple[Move, ...], Event]:
        """Return the event of every profile in a state; raises BrokenRuleError."""
        if state not in self.events:
            self.events[state] = {
                moves: self.event(state, dict(zip(self.parties, moves, strict=True)))
                for moves in itertools.product(*self.moves.values())
            }
        return self.events[state]

    def known(self, state: State, event: Event) -> dict[Any, Any]:
        """Return everything that an expression may ask about."""
        found: dict[Any, Any] = dict(zip(self.variables, state, strict=True))
        names = [option.name for option in self.scenario.options]
        found |= dict(zip(names, event.effects, strict=True))
        found |= {stance: stance in event.said for stance in self.asked}
        found |= {name.removeprefix("parameters."): v for name, v in self.numbers.items()}
        return found

    # ------------------------------------------------------------------ one round

    def follows(self, state: State, event: Event) -> Follows:
        """Return the flow on the old state and what the round leads to."""
        key = (state, event)
        if key not in self.followed:
            known = self.known(state, event)
            flow = tuple(self.paid(party, known, "") for party in self.parties)
            branches = tuple(
                (chance, new, self.end_of(new, event))
                for new, chance in self.new_states(state, known).items()
            )
            self.followed[key] = Follows(flow, branches)
        return self.followed[key]

    def paid(self, party: str, known: Mapping[Any, Any], end: str) -> Fraction:
        """Return a party's payoff of a round, or at an end."""
        terms = [term for term in self.scenario.payoffs if term.party == party]
        due = [term for term in terms if (end in term.at if end else not term.at)]
        share = Fraction(1) if end else self.share_of_round(party)
        return share * sum((self.worth_of(term, known) for term in due), Fraction(0))

    def share_of_round(self, party: str) -> Fraction:
        """Return the share of a round's payoff that comes in each of its parts."""
        return 1 / sum((self.discount(party) ** k for k in range(self.parts)), Fraction(0))

    def worth_of(self, term: Term, known: Mapping[Any, Any]) -> Fraction:
        """Return what a term is worth where it applies, 0 where it does not."""
        if not holds(term.when, known):
            return Fraction(0)
        return self.numbers[term.number] * evaluate(term.per.tree, known)

    def new_states(self, state: State, known: Mapping[Any, Any]) -> dict[State, Fraction]:
        """Return the chances of the new states: what fires is summed, then clamped."""
        sums: dict[State, Fraction] = {(0,) * len(state): Fraction(1)}
        for change in self.scenario.changes:
            if not holds(change.when, known):
                continue
            chance = 1 - self.root(1 - evaluate(change.chance.tree, known))
            after: dict[State, Fraction] = defaultdict(Fraction)
            for steps, weight in sums.items():
                moved = tuple(
                    step + change.add.get(name, 0)
                    for step, name in zip(steps, self.variables, strict=True)
                )
                after[moved] += weight * chance
                after[steps] += weight * (1 - chance)
            sums = after
        found: dict[State, Fraction] = defaultdict(Fraction)
        for steps, weight in sums.items():
            if weight:
                found[self.clamped(state, steps)] += weight
        return found

    def clamped(self, state: State, steps: State) -> State:
        """Return the state moved by some steps, each variable within its levels."""
        return tuple(
            min(max(old + step, 0), variable.levels - 1)
            for old, step, variable in zip(state, steps, self.scenario.state, strict=True)
        )

    def end_of(self, new: State, event: Event) -> str:
        """Return the first end in the file that holds on the new state, or an empty text."""
        known = self.known(new, event)
        for end in self.scenario.ends:
            if end.name != "no_agreement" and holds(end.when, known):
                return end.name
        return ""

    def end(self, name: str) -> End:
        """Return an end."""
        return next(end for end in self.scenario.ends if end.name == name)

    def end_paid(self, end: str, new: State, event: Event) -> Vector:
        """Return what an end pays, discounted once more if it arrives next round."""
        key = (end, new, event)
        if key not in self.paid_at:
            self.paid_at[key] = self.end_paid_afresh(end, new, event)
        return self.paid_at[key]

    def end_paid_afresh(self, end: str, new: State, event: Event) -> Vector:
        """Add up the payoffs of an end on the state after changes."""
        known = self.known(new, event)
        later = self.end(end).next_round
        return tuple(
            self.paid(party, known, end) * (self.discount(party) if later else 1)
            for party in self.parties
        )

    def discount(self, party: str) -> Fraction:
        """Return a party's discount."""
        return self.root(self.numbers[f"parties.{party}.discount"])

    def root(self, number: Fraction) -> Fraction:
        """Return what makes a number when multiplied by itself, once a part."""
        return number if self.parts == 1 else Fraction(float(number) ** (1 / self.parts))

    def value(self, to_go: int, state: State, event: Event) -> Vector:
        """Return what an event is worth to everybody with some rounds to go, this one included."""
        found = self.follows(state, event)
        total = list(found.flow)
        for chance, new, end in found.branches:
            if end or to_go == 1:
                paid = self.end_paid(end or "no_agreement", new, event)
            else:
                later = self.solve(to_go - 1, new).values
                pairs = zip(self.parties, later, strict=True)
                paid = tuple(self.discount(party) * value for party, value in pairs)
            total = [sum_ + chance * part for sum_, part in zip(total, paid, strict=True)]
        return tuple(total)

    def chance_of(self, state: State, event: Event, kind: str, party: str = "") -> Fraction:
        """Return the chance that a round ends in some kind of end, of a party if one is named."""
        return sum(
            (
                chance
                for chance, _, end in self.follows(state, event).branches
                if end and self.end(end).kind == kind and (not party or party in self.end(end).by)
            ),
            Fraction(0),
        )

    # ------------------------------------------------------------------ solving

    def solve(self, to_go: int, state: State, said: Said = ()) -> Node:
        """Return the solved node after what has been said in this round so far.

        Raises UndecidedError where the rules of selection do not decide.
        """
        key = (to_go, state, said)
        if key not in self.nodes:
            try:
                self.nodes[key] = self.solve_afresh(to_go, state, said)
            except UndecidedError:
                self.nodes[key] = None
        node = self.nodes[key]
        if node is None:
            raise UndecidedError(str(key))
        return node

    def solve_afresh(self, to_go: int, state: State, said: Said) -> Node:
        """Solve a node: a leaf, the choice of one party, or of several at once."""
        spoken = dict(said)
        waiting = [group for group in self.scenario.talks.order if not set(group) & set(spoken)]
        if not waiting:
            event = self.events_in(state)[tuple(spoken[party] for party in self.parties)]
            return self.leaf(to_go, state, event)
        group = sorted(waiting[0], key=self.parties.index)
        choices = {
            joint: self.solve(to_go, state, (*said, *zip(group, joint, strict=True)))
            for joint in itertools.product(*(self.moves[party] for party in group))
        }
        movers = [party for party in group if len(self.moves[party]) > 1]
        if len(movers) < 2:
            left = self.best_alone(choices, (movers or group)[0])
        else:
            left = self.equilibria(choices, group)
        self.chosen[to_go, state, said] = tuple(left)
        return one_of(left.values())

    def leaf(self, to_go: int, state: State, event: Event) -> Node:
        """Return the node after everybody has spoken."""
        key = (to_go, state, event)
        if key not in self.leaves:
            concludes = self.chance_of(state, event, "agreement") == 1
            self.leaves[key] = Node(self.value(to_go, state, event), frozenset([event]), concludes)
        return self.leaves[key]

    def best_alone(
        self, choices: Mapping[tuple[Move, ...], Node], party: str
    ) -> dict[tuple[Move, ...], Node]:
        """Return a lone party's best moves: toward concluding, then as the selection says."""
        place = self.parties.index(party)
        top = max(node.values[place] for node in choices.values())
        best = {joint: node for joint, node in choices.items() if node.values[place] == top}
        concluding = {joint: node for joint, node in best.items() if node.concludes}
        return self.selected(concluding or best)

    def selected(self, candidates: Mapping[tuple[Move, ...], Node]) -> dict[tuple[Move, ...], Node]:
        """Return the mediators' best (or worst), then the largest sum; without any, the sum.

        A party with a single move counts in neither.
        """
        movers = [party for party in self.scenario.parties if len(self.moves[party.name]) > 1]
        mediators = [party for party in movers if party.role == "mediator"]
        whose = [self.parties.index(party.name) for party in mediators or movers]
        everybody = [self.parties.index(party.name) for party in movers]

        def rank(node: Node) -> tuple[Fraction, Fraction]:
            weighed = sum((node.values[place] for place in whose), Fraction(0))
            return self.sign * weighed, sum((node.values[k] for k in everybody), Fraction(0))

        top = max(rank(node) for node in candidates.values())
        return {joint: node for joint, node in candidates.items() if rank(node) == top}

    def equilibria(
        self, choices: Mapping[tuple[Move, ...], Node], group: list[str]
    ) -> dict[tuple[Move, ...], Node]:
        """Return the selected undominated pure equilibria that no coalition improves on."""
        poor = [self.dominated(choices, place, party) for place, party in enumerate(group)]
        found = {
            joint: node
            for joint, node in choices.items()
            if all(move not in bad for move, bad in zip(joint, poor, strict=True))
            and self.is_equilibrium(choices, group, joint)
            and not self.is_left(choices, group, joint)
        }
        if not found:
            raise UndecidedError("no such equilibrium")
        return self.selected(found)

    def is_equilibrium(
        self,
        choices: Mapping[tuple[Move, ...], Node],
        group: list[str],
        joint: tuple[Move, ...],
    ) -> bool:
        """Tell whether nobody gains by another move of its own."""
        return all(
            choices[replaced(joint, place, move)].values[self.parties.index(party)]
            <= choices[joint].values[self.parties.index(party)]
            for place, party in enumerate(group)
            for move in self.moves[party]
        )

    def dominated(
        self, choices: Mapping[tuple[Move, ...], Node], place: int, party: str
    ) -> list[Move]:
        """Return the moves that some other is never worse than and sometimes better."""
        i = self.parties.index(party)
        rows: dict[Move, list[Fraction]] = defaultdict(list)
        for joint, node in choices.items():
            rows[joint[place]].append(node.values[i])
        return [
            move
            for move, row in rows.items()
            if any(
                other != row and all(a >= b for a, b in zip(other, row, strict=True))
                for other in rows.values()
            )
        ]

    def is_left(
        self,
        choices: Mapping[tuple[Move, ...], Node],
        group: list[str],
        joint: tuple[Move, ...],
    ) -> bool:
        """Tell whether those who could complete a joint option all gain by completing it."""
        here = choices[joint]
        for place, option in enumerate(self.scenario.options):
            members = [self.parties.index(party) for party in option.parties]
            if len(members) < 2 or here.event.effects[place] or set(option.parties) - set(group):
                continue
            keep = [k for k, party in enumerate(group) if party not in option.parties]
            for other, there in choices.items():
                if (
                    there.event.effects[place]
                    and all(other[k] == joint[k] for k in keep)
                    and all(there.values[i] > here.values[i] for i in members)
                ):
                    return True
        return False

    # ------------------------------------------------------------------ the path

    def path(self) -> list[Round]:
        """Return the chances of outcomes and ends, round by round, as far as they are decided."""
        standing = {self.start: Fraction(1)}
        found = []
        for to_go in range(self.rounds, 0, -1):
            try:
                parts = [(self.play(to_go, state), standing[state]) for state in standing]
            except UndecidedError:
                break
            found.append(
                Round(
                    mixed([(one.outcomes, weight) for one, weight in parts])
                    if all(one.outcomes for one, _ in parts)
                    else {},
                    mixed([(one.ends, weight) for one, weight in parts]),
                    mixed([(one.onward, weight) for one, weight in parts]),
                )
            )
            standing = found[-1].onward
        return found

    def play(self, to_go: int, state: State) -> Round:
        """Return what the solution of one round leads to; raises UndecidedError."""
        events = self.solve(to_go, state).events
        ends, onward = only(self.leads_to(to_go, state, event) for event in events)
        effects = {event.effects for event in events}
        return Round(dict.fromkeys(effects, Fraction(1)) if len(effects) == 1 else {}, ends, onward)

    def leads_to(
        self, to_go: int, state: State, event: Event
    ) -> tuple[dict[str, Fraction], dict[State, Fraction]]:
        """Return the chances of the ends and of the states in which the talks go on."""
        ends: dict[str, Fraction] = defaultdict(Fraction)
        onward: dict[State, Fraction] = defaultdict(Fraction)
        for chance, new, end in self.follows(state, event).branches:
            if end or to_go == 1:
                ends[end or "no_agreement"] += chance
            else:
                onward[new] += chance
        return ends, onward

    # ------------------------------------------------------------------ settling, talking, leaving

    def after(self, to_go: int, state: State, party: str = "", move: Move = ()) -> Event:
        """Return the event if one party makes a move and all others follow the solution.

        Of moves that are equally good for everybody the first is followed.
        """
        said: Said = ()
        for group in self.scenario.talks.order:
            members = sorted(group, key=self.parties.index)
            self.solve(to_go, state, said)
            joint = self.chosen[to_go, state, said][0]
            if party in members:
                joint = replaced(joint, members.index(party), move)
            said = (*said, *zip(members, joint, strict=True))
        return only(self.solve(to_go, state, said).events)

    def worth(self, to_go: int, state: State) -> dict[str, Worth]:
        """Return what settling, talking and leaving are worth to every party."""
        own = {party: self.own_choices(to_go, state, party) for party in self.parties}
        refusing = {
            party: max(
                (v for v in (talk, walk if walk is not None else stop) if v is not None),
                default=None,
            )
            for party, (talk, walk, stop) in own.items()
        }
        solved = self.alone(self.after(to_go, state))
        return {
            party: Worth(
                most(self.best_packages(to_go, state, party, solved, refusing)),
                talk,
                walk if walk is not None else stop,
                self.best_packages(to_go, state, party, solved, refusing),
            )
            for party, (talk, walk, stop) in own.items()
        }

    def own_choices(
        self, to_go: int, state: State, party: str
    ) -> tuple[Fraction | None, Fraction | None, Fraction | None]:
        """Return the best value of talking on, of an exit now, and of passing at the last round."""
        i = self.parties.index(party)
        joint = [option.name for option in self.scenario.options if len(option.parties) > 1]
        talking, walking, stopping = [], [], []
        for move in self.moves[party]:
            event = self.after(to_go, state, party, move)
            value = self.leaf(to_go, state, event).values[i]
            if self.chance_of(state, event, "agreement") == 1:
                continue
            if self.chance_of(state, event, "exit", party) == 1:
                walking.append(value)
            else:
                talking.append(value)
            said = self.stances({party: move})
            if all(said.get((party, name), "no") == "no" for name in joint):
                stopping.append(self.leaf(1, state, event).values[i])
        return most(talking), most(walking), most(stopping)

    def best_packages(
        self,
        to_go: int,
        state: State,
        party: str,
        solved: Mapping[str, bool],
        refusing: Mapping[str, Fraction | None],
    ) -> dict[Event, Fraction]:
        """Return a party's best concluding outcomes that all others it needs accept."""
        values = {}
        for event in set(self.events_in(state).values()):
            if self.chance_of(state, event, "agreement") != 1:
                continue
            worth = self.leaf(to_go, state, event).values
            if all(
                floor is None or worth[self.parties.index(other)] >= floor
                for other, floor in refusing.items()
                if other != party and self.needs(state, event, other, solved)
            ):
                values[event] = worth[self.parties.index(party)]
        return {event: value for event, value in values.items() if value == most(values)}

    def alone(self, event: Event) -> dict[str, bool]:
        """Return which options of single parties are in effect."""
        rows = zip(self.scenario.options, event.effects, strict=True)
        return {option.name: on for option, on in rows if len(option.parties) == 1}

    def needs(self, state: State, event: Event, party: str, solved: Mapping[str, bool]) -> bool:
        """Tell whether a package needs a party's consent, or what it does, or would do, alone."""
        return any(
            party in option.parties
            and (
                on
                if len(option.parties) > 1
                else on != solved[option.name] or self.undone(state, event, place)
            )
            for place, (option, on) in enumerate(
                zip(self.scenario.options, event.effects, strict=True)
            )
        )

    def undone(self, state: State, event: Event, place: int) -> bool:
        """Tell whether a package is none without one of its options."""
        without = (*event.effects[:place], 0, *event.effects[place + 1 :])
        others = [other for other in self.events_in(state).values() if other.effects == without]
        return bool(event.effects[place]) and any(
            self.chance_of(state, other, "agreement") != 1 for other in others[:1]
        )

    # ------------------------------------------------------------------ what delay brings and costs

    def stream(self, to_go: int, state: State, event: Event, party: str) -> dict[Entry, Fraction]:
        """Return what each of a party's terms is expected to pay, discounted, after an event.

        All follow the solution from the next round on. What agreements pay is "moved", with the
        discounted chance of one as the entry of no term; what other ends pay is another part.
        """
        key = (to_go, state, event, party)
        if key not in self.streams:
            self.streams[key] = self.stream_afresh(to_go, state, event, party)
        return self.streams[key]

    def stream_afresh(
        self, to_go: int, state: State, event: Event, party: str
    ) -> dict[Entry, Fraction]:
        """Add up a round's flow, what its ends pay, and what follows where talks go on."""
        total: dict[Entry, Fraction] = defaultdict(Fraction)
        own = [term for term in self.scenario.payoffs if term.party == party]
        for term in own:
            if not term.at:
                flow = self.worth_of(term, self.known(state, event))
                total[term.number, "by round"] += self.share_of_round(party) * flow
        for chance, new, name in self.follows(state, event).branches:
            if not name and to_go > 1:
                events = self.solve(to_go - 1, new).events
                then = only(self.stream(to_go - 1, new, each, party) for each in events)
                for entry, value in then.items():
                    total[entry] += chance * self.discount(party) * value
                continue
            end = self.end(name or "no_agreement")
            part = "moved" if end.kind == "agreement" else "without an agreement"
            arrives = self.discount(party) if end.next_round else Fraction(1)
            for term in own:
                if end.name in term.at:
                    paid = self.worth_of(term, self.known(new, event))
                    total[term.number, part] += chance * arrives * paid
            total["", part] += chance
        return {entry: value for entry, value in total.items() if value}

    def ledger(self, to_go: int, state: State, party: str) -> dict[Entry, Fraction]:
        """Return the value of delay by term and part; raises UndecidedError where it is not one."""
        waiting = self.waiting_events(to_go, state, party)
        packages = self.worth(to_go, state)[party].packages
        return only(
            self.against(*(self.stream(to_go, state, event, party) for event in pair))
            for pair in itertools.product(waiting, packages)
        )

    @staticmethod
    def against(
        along: Mapping[Entry, Fraction], now: Mapping[Entry, Fraction]
    ) -> dict[Entry, Fraction]:
        """Return what a delay pays, term by term, less what signing now pays."""
        agreed = along.get(("", "moved"), Fraction(0))
        found: dict[Entry, Fraction] = {}
        for number, part in {*along, *now} - {("", "moved"), ("", "without an agreement")}:
            there, here = (each.get((number, part), Fraction(0)) for each in (along, now))
            if part == "moved":
                found[number, part] = there - agreed * here
                found[number, "later or never"] = here * (agreed - 1)
            else:
                found[number, part] = there - here
        return found

    def waiting_events(self, to_go: int, state: State, party: str) -> set[Event]:
        """Return the events of a party's best moves that keep talks open, the solved of ties."""
        i = self.parties.index(party)
        values = {}
        for move in self.moves[party]:
            event = self.after(to_go, state, party, move)
            leaves = self.chance_of(state, event, "exit", party) == 1
            if not leaves and self.chance_of(state, event, "agreement") != 1:
                values[event] = self.leaf(to_go, state, event).values[i]
        best = {event for event, value in values.items() if value == most(values)}
        return best & self.solve(to_go, state).events or best

    def ending(self, to_go: int, state: State, event: Event) -> list[Fraction]:
        """Return the chance that the talks end in each round after an event, this one first."""
        ends, onward = self.leads_to(to_go, state, event)
        later = [Fraction(0)] * (to_go - 1)
        for new, chance in onward.items():
            events = self.solve(to_go - 1, new).events
            then = only(self.ending(to_go - 1, new, each) for each in events)
            later = [a + chance * b for a, b in zip(later, then, strict=True)]
        return [sum(ends.values(), Fraction(0)), *later]

    def worth_of_waiting(
        self, to_go: int, state: State, party: str, elsewhere: PlainTalks
    ) -> Fraction:
        """Return what waiting is worth beyond leaving and signing what is best in other talks."""
        now = self.worth(to_go, state)[party]
        signed = self.same(to_go, state, party, elsewhere.worth(to_go, state)[party])
        others = [value for value in (signed, now.leave) if value is not None]
        return Fraction(0) if now.talk is None else max(now.talk - max(others), Fraction(0))

    def label(self, to_go: int, state: State, frozen: PlainTalks | None) -> dict[str, str]:
        """Return every party's label in a round, by conditions S1 to S4."""
        worth = self.worth(to_go, state)
        if self.solve(to_go, state).concludes:
            return dict.fromkeys(worth, "settle")
        still = frozen.worth(to_go, state) if frozen is not None else None
        return {
            party: label_of(
                mine,
                still[party] if still else None,
                frozen.same(to_go, state, party, mine) if frozen is not None else None,
            )
            for party, mine in worth.items()
        }

    def same(self, to_go: int, state: State, party: str, elsewhere: Worth) -> Fraction | None:
        """Return what the packages that are best for a party in other talks are worth here."""
        i = self.parties.index(party)
        here = [self.leaf(to_go, state, event).values[i] for event in elsewhere.packages]
        return only(here) if here else None


def label_of(now: Worth, still: Worth | None, same: Fraction | None) -> str:
    """Return the label of a round without settlement, given the frozen game's worths.

    ``same`` is what the best package of now is worth in the frozen game.
    """
    low = Fraction(-(10**18))
    settle, talk, leave = (low if v is None else v for v in (now.settle, now.talk, now.leave))
    if leave > talk and leave > settle:
        return "fighting_on"
    if now.settle is None or leave > settle:
        return "impasse"
    if talk <= settle:
        return "settle"
    if still is None:
        return "delay_untested"
    others = [value for value in (still.talk, still.leave) if value is not None]
    refuses = same is None or any(value > same for value in others)
    return "waiting" if refuses else "stalling"


def asked(scenario: Scenario) -> frozenset[tuple[str, str, str]]:
    """Return the stances on which anything depends."""
    terms = scenario.payoffs + scenario.costs
    expressions = [part for change in scenario.changes for part in (change.when, change.chance)]
    expressions += [part for term in terms for part in (term.when, term.per)]
    expressions += [end.when for end in scenario.ends]
    stances = [stance for expression in expressions for stance in expression.stances()]
    return frozenset((stance.party, stance.option, stance.stance) for stance in stances)


def holds(expression: Expression, known: Mapping[Any, Any]) -> bool:
    """Tell whether an expression is true."""
    return evaluate(expression.tree, known) != 0


def consents(own: Iterable[Option], move: Move) -> dict[str, bool]:
    """Return which options a move consents to, an if counted as yes."""
    return {option.name: word != "no" for option, word in zip(own, move, strict=True)}


def replaced(joint: tuple[Move, ...], place: int, move: Move) -> tuple[Move, ...]:
    """Return a joint move with one part replaced."""
    return (*joint[:place], move, *joint[place + 1 :])


def most(values: Iterable[Fraction] | Mapping[Any, Fraction]) -> Fraction | None:
    """Return the largest value, or None of none."""
    return max(values.values() if isinstance(values, Mapping) else values, default=None)


def one_of(nodes: Iterable[Node]) -> Node:
    """Return the one solution of a node: several must be worth the same to everybody."""
    found = list(nodes)
    values = only(node.values for node in found)
    events = frozenset().union(*(node.events for node in found))
    return Node(values, events, found[0].concludes)


def mixed(parts: Iterable[tuple[Mapping[Key, Fraction], Fraction]]) -> dict[Key, Fraction]:
    """Return the weighted sum of chances."""
    total: dict[Key, Fraction] = defaultdict(Fraction)
    for chances, weight in parts:
        for key, chance in chances.items():
            total[key] += weight * chance
    return total


def only(things: Iterable[Thing]) -> Thing:
    """Return the one thing that all of some things are; raises UndecidedError."""
    first, *rest = things
    if any(each != first for each in rest):
        raise UndecidedError(f"{first} or {rest}")
    return first
