"""All perfect Bayesian equilibrium outcomes of a signalling game, as connected components.

The sets come from exact arithmetic (``negsim.theory.signalling.exact_sets``); here payoffs are made
rationals, outcomes get the set of beliefs after unsent messages that supports them, the intuitive
criterion and D1 are applied, and the game itself judges every representative.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations
from math import ceil
from typing import Any, TypeAlias

import numpy as np

from negsim.arrays import REGRET_TOLERANCE, FloatArray, frozen
from negsim.errors import SolverError
from negsim.theory.normal_form.game import differences_in_play, tie_width
from negsim.theory.numerics.exact import as_written
from negsim.theory.registry import solver
from negsim.theory.signalling.exact_sets import (
    ONE,
    ZERO,
    Cell,
    ExactSignals,
    Family,
    Point,
    Row,
    Search,
    Support,
    centre,
    divine,
    dot,
    intuitive,
    split,
)
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.written import Written

Interval: TypeAlias = tuple[float, float]

POOLING, SEPARATING, SEMI_SEPARATING = "pooling", "separating", "semi-separating"
KINDS = (SEPARATING, POOLING, SEMI_SEPARATING)
PASSES, FAILS, IN_PART = "passes", "fails", "in part"

MOST_TYPES = 2
MOST_CASES = 100_000
"""A game with more cases of messages used and beliefs is refused."""

LARGEST_DENOMINATOR = 10**6
"""Payoffs, in units of the differences in play, are taken as fractions with at most this."""


@dataclass(frozen=True, slots=True, eq=False)
class SignallingOutcome:
    """One outcome, with a strategy, replies and beliefs that lead to it.

    ``strategy`` (T, M), ``replies`` (M, R), ``beliefs`` (M, T): an assessment; after messages
    never sent the last two are one choice of many. ``support``: per message the closed intervals
    of the chance of the first type that support the outcome; a single point after a message that
    is sent. ``payoffs`` (T,) by type, ``receiver_payoff``; ``regret`` (T,) of each type and
    ``reply_regret`` (M,) of the receiver after each message, as the game finds them. ``exact``:
    strategy and replies in rationals, flat, if asked for.
    """

    game: SignallingGame
    strategy: FloatArray
    replies: FloatArray
    beliefs: FloatArray
    support: tuple[tuple[Interval, ...], ...]
    payoffs: FloatArray
    receiver_payoff: float
    regret: FloatArray
    reply_regret: FloatArray
    kind: str
    exact: tuple[Point, Point] | None = None

    @property
    def sent(self) -> tuple[bool, ...]:
        """Return whether each message is sent by some type."""
        return tuple(bool(column.any()) for column in self.strategy.T > 0)

    def to_dict(self) -> dict[str, Any]:
        """Return the outcome in the words of the game, ready for JSON; chances 0 left out."""
        game, sent = self.game, self.sent
        words = {
            "kind": self.kind,
            "strategy": _named(game.types, game.messages, self.strategy),
            "replies": _named(game.messages, game.replies, self.replies),
            "beliefs": _named(game.messages, game.types, self.beliefs),
            "unsent": {
                message: [list(interval) for interval in intervals]
                for message, intervals, used in zip(game.messages, self.support, sent, strict=True)
                if not used
            },
            "payoffs": dict(zip(game.types, self.payoffs.tolist(), strict=True)),
            "receiver_payoff": self.receiver_payoff,
            "regret": dict(zip(game.types, self.regret.tolist(), strict=True)),
            "reply_regret": dict(zip(game.messages, self.reply_regret.tolist(), strict=True)),
        }
        if self.exact is not None:
            strategy, replies = ([str(chance) for chance in part] for part in self.exact)
            words["exact"] = {"strategy": strategy, "replies": replies}
        return words


@dataclass(frozen=True, slots=True, eq=False)
class SignallingComponent:
    """A connected set of outcomes.

    ``outcomes``: the extreme ones, one if the set is a point. ``families``: maximal convex sets
    that make it up: pairs of corner strategies (k, T, M) and corner replies (l, M, R); every
    mixture of the former with every mixture of the latter is an equilibrium. ``kinds``: which of
    pooling, separating, semi-separating occur. ``support``: per message the beliefs (chance of the
    first type) that support some member in which it is not sent. ``intuitive`` and ``d1``: whether
    the members pass the criterion: "passes", "fails" or "in part".
    """

    outcomes: tuple[SignallingOutcome, ...]
    families: tuple[tuple[FloatArray, FloatArray], ...]
    kinds: tuple[str, ...]
    support: tuple[tuple[Interval, ...], ...]
    intuitive: str
    d1: str

    @property
    def kind(self) -> str:
        """Return the kinds in one phrase."""
        return " or ".join(self.kinds)

    def to_dict(self) -> dict[str, Any]:
        """Return the component in the words of the game, ready for JSON."""
        game = self.outcomes[0].game
        return {
            "kinds": list(self.kinds),
            "intuitive": self.intuitive,
            "d1": self.d1,
            "support": {
                message: [list(interval) for interval in intervals]
                for message, intervals in zip(game.messages, self.support, strict=True)
                if intervals
            },
            "outcomes": [outcome.to_dict() for outcome in self.outcomes],
        }


@dataclass(frozen=True, slots=True, eq=False)
class SignallingSolution(Written):
    """Every perfect Bayesian equilibrium outcome of a signalling game.

    ``complete``: no outcome is missing. ``degenerate``: some component is more than one outcome.
    ``dropped``: candidates that the game refused, and why.
    """

    game: SignallingGame
    method: str
    components: tuple[SignallingComponent, ...]
    complete: bool
    degenerate: bool
    message: str
    dropped: tuple[str, ...] = ()

    @property
    def outcomes(self) -> tuple[SignallingOutcome, ...]:
        """Return the extreme outcomes of all components."""
        return tuple(outcome for component in self.components for outcome in component.outcomes)

    def to_dict(self) -> dict[str, Any]:
        """Return the solution in the words of the game, ready for JSON."""
        game = self.game
        return {
            "method": self.method,
            "types": list(game.types),
            "messages": list(game.messages),
            "replies": list(game.replies),
            "components": [component.to_dict() for component in self.components],
            "complete": self.complete,
            "degenerate": self.degenerate,
            "message": self.message,
            "dropped": list(self.dropped),
        }


@solver(
    "perfect_bayesian",
    finds="all",
    min_players=2,
    max_players=2,
    cost="2 types, 3 messages, 3 replies: up to 17,000 cases, under a second as a rule",
    source="Cho and Kreps (1987); Banks and Sobel (1987)",
    summary="all perfect Bayesian outcomes of a signalling game, with supporting beliefs",
    takes=SignallingGame,
    returns=SignallingSolution,
)
def perfect_bayesian(game: SignallingGame, exact: bool = False) -> SignallingSolution:
    """Return all perfect Bayesian equilibrium outcomes of a game with one or two types.

    Each type's message is optimal, each reply is optimal at the belief after the message, beliefs
    follow Bayes' rule after messages that are sent and are anything after others (in signalling
    games this is sequential equilibrium too). Two outcomes are in one component if a path of
    outcomes joins them. Degenerate games are covered: continua come as convex families.

    Parameters
    ----------
    game
        At most 2 types; 3 messages and 3 replies, or any size with at most 100,000 cases.
    exact
        False: payoffs whose difference is rounding (1e-12 of the differences in play) tie. True:
        every number is taken as its author wrote it (text such as "1/3" as it is, a float as the
        decimal or simple fraction that rounds to it), and outcomes carry rationals.

    Returns
    -------
    SignallingSolution
        Complete unless ``dropped`` is not empty.

    Raises
    ------
    SolverError
        If there are more than 2 types or too many cases.

    References
    ----------
    Cho and Kreps (1987), "Signaling games and stable equilibria", QJE 102(2); Banks and Sobel
    (1987), "Equilibrium selection in signaling games", Econometrica 55(3).

    Examples
    --------
    >>> sender = [[[0.3, -0.7], [0.5, -0.5]], [[0.0, -1.0], [0.5, -0.5]]]
    >>> receiver = [[[1, 0], [1, 0]], [[-1, 0], [-1, 0]]]
    >>> solution = perfect_bayesian(SignallingGame([0.25, 0.75], sender, receiver))
    >>> [(component.kind, component.d1) for component in solution.components]
    [('pooling', 'fails'), ('semi-separating', 'passes')]
    >>> solution.components[1].outcomes[0].strategy.round(12)
    array([[1.        , 0.        ],
           [0.33333333, 0.66666667]])
    """
    search = _search(game, exact)
    families = search.families()
    judged = [
        _component(game, search, [families[i] for i in group], exact)
        for group in search.components(families)
    ]
    components = tuple(sorted((c for c, _ in judged if c is not None), key=_order))
    dropped = tuple(reason for _, reasons in judged for reason in reasons)
    degenerate = any(len(component.outcomes) > 1 for component in components)
    return SignallingSolution(
        game,
        "perfect_bayesian",
        components,
        not dropped,
        degenerate,
        _message(components, degenerate, dropped),
        dropped,
    )


def _search(game: SignallingGame, exact: bool) -> Search:
    """Return the search over the game in rationals, refused if it is too large."""
    num_types, num_messages, num_replies = game.shape
    if num_types > MOST_TYPES:
        raise SolverError(
            f'solver "perfect_bayesian" takes at most {MOST_TYPES} types and this game has '
            f"{num_types}; leave types out or merge them"
        )
    search = Search(exact_game(game, exact))
    if 4**num_messages > MOST_CASES or search.num_cases > MOST_CASES:
        raise SolverError(
            f'solver "perfect_bayesian" takes at most {MOST_CASES} cases and this game, with '
            f"{num_messages} messages and {num_replies} replies, has more; leave out messages or "
            "replies (3 of each always fit)"
        )
    return search


def exact_game(game: SignallingGame, exact: bool = True) -> ExactSignals:
    """Return a signalling game in rationals, each payoff as written or tied with its like.

    >>> written = SignallingGame([0.25, 0.75], [[[0.1, 0.3]], [[0, 1]]], np.zeros((2, 1, 2)))
    >>> exact_game(written).sender[0][0]
    (Fraction(1, 10), Fraction(3, 10))
    """
    chance = float(game.prior[0])
    if exact:
        prior = as_written(game.written[0][0])
        own, other = (np.vectorize(as_written)(paid).tolist() for paid in game.written[1:])
    else:
        small = min(chance, 1 - chance) if len(game.prior) > 1 else 1.0
        prior = Fraction(chance).limit_denominator(ceil(LARGEST_DENOMINATOR / small))
        own = [_tied(kind, _scale(kind)).tolist() for kind in game.sender]
        scale = _scale(game.receiver)
        other = [[_tied(row, scale).tolist() for row in kind] for kind in game.receiver]
    return ExactSignals(
        prior if len(game.prior) > 1 else ONE,
        tuple(tuple(tuple(row) for row in kind) for kind in own),
        tuple(tuple(tuple(row) for row in kind) for kind in other),
    )


def _scale(payoffs: FloatArray) -> float:
    return float(differences_in_play(payoffs.reshape(-1, 1))[0]) or 1.0


def _tied(payoffs: FloatArray, scale: float) -> np.ndarray[Any, Any]:
    """Return payoffs above the lowest, in units of the scale, with ties made exact."""
    values = np.unique(payoffs)
    gaps = np.diff(values)
    apart = gaps > tie_width(values[1:], values[:-1], np.full(len(gaps), scale))
    groups = np.concatenate([[0], np.cumsum(apart)])
    firsts = [values[groups == group][0] for group in range(int(groups[-1]) + 1)]
    rounded = [
        Fraction((first - values[0]) / scale).limit_denominator(LARGEST_DENOMINATOR)
        for first in firsts
    ]
    places = groups[np.searchsorted(values, payoffs)]
    tied = np.empty(payoffs.shape, dtype=object)
    for place, group in np.ndenumerate(places):
        tied[place] = rounded[int(group)]
    return tied


def _component(
    game: SignallingGame, search: Search, families: Sequence[Family], exact: bool
) -> tuple[SignallingComponent | None, list[str]]:
    """Return a component of outcomes that the game confirms, and the refusals."""
    outcomes: dict[Any, SignallingOutcome] = {}
    refused: list[str] = []
    for family in families:
        for strategy in family.strategies:
            for replies in family.replies:
                key = _key(search, strategy, replies)
                if key not in outcomes:
                    outcomes[key] = _outcome(game, search, family, strategy, replies, exact)
        middle = centre(family.strategies), centre(family.replies)
        candidates = [*outcomes.values(), _outcome(game, search, family, *middle, exact)]
        refused += [reason for each in candidates if (reason := _fault(each))]
    if refused:
        return None, list(dict.fromkeys(refused))
    members = [member for family in families for member in _members(search, family)]
    component = SignallingComponent(
        tuple(sorted(outcomes.values(), key=_outcome_order)),
        tuple(_corners(game, search, family) for family in families),
        tuple(kind for kind in KINDS if kind in _kinds(search, families)),
        _supports(search, members),
        _mark(search, members, intuitive),
        _mark(search, members, divine),
    )
    return component, []


def _key(search: Search, strategy: Point, replies: Point) -> tuple[Point, Point]:
    """Return what two descriptions of one outcome have in common."""
    sent, count = search.on_path(strategy), search.game.num_replies
    on_path = tuple(
        chance if place // count in sent else ZERO for place, chance in enumerate(replies)
    )
    return strategy, on_path


def _outcome(
    game: SignallingGame,
    search: Search,
    family: Family,
    strategy: Point,
    replies: Point,
    exact: bool,
) -> SignallingOutcome:
    """Return an outcome with the belief and reply after each message, judged by the game."""
    values, sent = search.values(family, replies), search.on_path(strategy)
    beliefs: list[Point] = []
    support: list[tuple[Interval, ...]] = []
    answers = list(replies)
    count = game.shape[2]
    for message in range(game.shape[1]):
        if message in sent:
            belief = search.posterior(strategy, message)
            support.append(((float(belief), float(belief)),))
        else:
            able = _able(search, message, values)
            widest = max(able, key=lambda cell: cell.high - cell.low)
            belief = (widest.low + widest.high) / 2
            own = slice(message * count, (message + 1) * count)
            answers[own] = search.restrained(message, widest, values)
            support.append(_joined(able))
        beliefs.append((belief, 1 - belief)[: game.shape[0]])
    played = _array(strategy, game.shape[:2]), _array(answers, game.shape[1:])
    held = frozen(np.array(beliefs, dtype=np.float64))
    payoffs, receiver_payoff = game.payoffs(*played)
    return SignallingOutcome(
        game,
        *played,
        held,
        tuple(support),
        frozen(payoffs),
        receiver_payoff,
        frozen(game.sender_regret(*played)),
        frozen(game.receiver_regret(played[1], held)),
        _kind(search, strategy),
        (strategy, tuple(answers)) if exact else None,
    )


def _able(search: Search, message: int, values: Point) -> list[Cell]:
    """Return the cells of beliefs that keep every type from a message."""
    return [cell for cell in search.cells[message] if search.feasible(message, cell, values)]


def _joined(cells: Iterable[Cell]) -> tuple[Interval, ...]:
    """Return the union of the cells' intervals, as disjoint closed intervals."""
    joined: list[tuple[Fraction, Fraction]] = []
    for low, high in sorted((cell.low, cell.high) for cell in cells):
        if joined and low <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(high, joined[-1][1]))
        else:
            joined.append((low, high))
    return tuple((float(low), float(high)) for low, high in joined)


def _array(values: Sequence[Fraction], shape: tuple[int, int]) -> FloatArray:
    return frozen(np.array([float(value) for value in values]).reshape(shape))


def _fault(outcome: SignallingOutcome) -> str:
    """Return why the game refuses an outcome; empty if it does not."""
    limits, limit = outcome.game.regret_limits()
    gap = outcome.game.bayes_gap(outcome.strategy, outcome.beliefs)
    regret, reply_regret = float(outcome.regret.max()), float(outcome.reply_regret.max())
    if (outcome.regret > limits).any():
        return f"a type could gain {regret:.3g} by another message; try exact=True"
    if reply_regret > limit:
        return f"the receiver could gain {reply_regret:.3g} by another reply; try exact=True"
    if gap > REGRET_TOLERANCE:
        return f"a belief is {gap:.3g} from Bayes' rule; try exact=True"
    return ""


def _kind(search: Search, strategy: Point) -> str:
    """Return pooling if messages say nothing, separating if they say all."""
    posteriors = {search.posterior(strategy, message) for message in search.on_path(strategy)}
    if posteriors == {search.game.prior}:
        return POOLING
    return SEPARATING if posteriors <= {ZERO, ONE} else SEMI_SEPARATING


def _kinds(search: Search, families: Iterable[Family]) -> set[str]:
    """Return the kinds of all members: corners and the inside show them all."""
    return {
        _kind(search, strategy)
        for family in families
        for strategy in (*family.strategies, centre(family.strategies))
    }


def _corners(game: SignallingGame, search: Search, family: Family) -> tuple[FloatArray, FloatArray]:
    """Return a family's corner strategies (k, T, M) and corner replies (l, M, R)."""
    count = game.shape[2]
    answers = []
    for replies in family.replies:
        values, full = search.values(family, replies), list(replies)
        for message, cell in family.unsent:
            own = slice(message * count, (message + 1) * count)
            full[own] = search.restrained(message, cell, values)
        answers.append(_array(full, game.shape[1:]))
    strategies = [_array(strategy, game.shape[:2]) for strategy in family.strategies]
    return frozen(np.stack(strategies)), frozen(np.stack(answers))


Member: TypeAlias = tuple[Support, Point]
"""The messages sent and what each type gets: all that criteria ask of an outcome."""


def _members(search: Search, family: Family) -> list[Member]:
    """Return one member of each kind that the criteria and the supports can tell apart."""
    paths = [search.on_path(strategy) for strategy in family.strategies]
    sent = {
        frozenset().union(*chosen)
        for size in range(1, min(len(paths), search.game.num_messages) + 1)
        for chosen in combinations(dict.fromkeys(paths), size)
    }
    corners = list(dict.fromkeys(search.values(family, replies) for replies in family.replies))
    return [
        (messages, values)
        for messages in sorted(sent, key=sorted)
        for values in (split(corners, _borders(search, messages)) if len(corners) > 1 else corners)
    ]


def _borders(search: Search, sent: Support) -> list[Row]:
    """Return the lines in the space of both types' payoffs at which some condition changes."""
    rows: list[Row] = []
    for message in range(search.game.num_messages):
        if message in sent:
            continue
        everything = Cell(frozenset(range(search.game.num_replies)), ZERO, ONE)
        worths = search.worths(message, everything)
        size = len(worths[0])
        units = [tuple(ONE if i == j else ZERO for j in range(size)) for i in range(size)]
        rows += [(unit, dot(unit, point)) for unit in units for point in worths]
        if size == 2:
            for one, other in combinations(worths, 2):
                normal = (other[1] - one[1], one[0] - other[0])
                rows.append((normal, dot(normal, one)))
    return [row for row in dict.fromkeys(rows) if any(row[0])]


def _supports(search: Search, members: Iterable[Member]) -> tuple[tuple[Interval, ...], ...]:
    """Return, per message, the beliefs that support some member in which it is not sent."""
    able: list[set[Cell]] = [set() for _ in range(search.game.num_messages)]
    for sent, values in members:
        for message in range(search.game.num_messages):
            if message not in sent:
                able[message].update(_able(search, message, values))
    return tuple(_joined(cells) for cells in able)


def _mark(search: Search, members: Iterable[Member], test: Any) -> str:
    """Return whether all, some or no members pass a criterion."""
    passed = {
        all(
            test(search, message, values)
            for message in range(search.game.num_messages)
            if message not in sent
        )
        for sent, values in members
    }
    if passed == {True}:
        return PASSES
    return IN_PART if True in passed else FAILS


def _named(rows: Sequence[str], columns: Sequence[str], chances: FloatArray) -> dict[str, Any]:
    return {
        row: {
            column: float(chance) for column, chance in zip(columns, own, strict=True) if chance > 0
        }
        for row, own in zip(rows, chances, strict=True)
    }


def _outcome_order(outcome: SignallingOutcome) -> tuple[float, ...]:
    return tuple((-np.concatenate([outcome.strategy.ravel(), outcome.replies.ravel()])).tolist())


def _order(component: SignallingComponent) -> tuple[Any, ...]:
    return (
        KINDS.index(component.kinds[0]),
        len(component.kinds),
        _outcome_order(component.outcomes[0]),
    )


def _message(
    components: Sequence[SignallingComponent], degenerate: bool, dropped: Sequence[str]
) -> str:
    if dropped:
        return f"{len(components)} components found, {len(dropped)} refused by the game"
    count = len(components)
    shape = "some of them continua" if degenerate else "each a single outcome"
    plural = "s" if count != 1 else ""
    return f"all perfect Bayesian outcomes: {count} component{plural}, {shape}"
