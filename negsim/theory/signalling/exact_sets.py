"""All perfect Bayesian equilibria of a signalling game of one or two types, in exact arithmetic.

With two types a belief is one number, the posterior of the first type, and each reply is best on
an interval of it. Fix which messages each type may use and on which interval the belief after each
message lies: the sender's strategies that fit are a polytope (ways to split the prior into
posteriors), so are the replies that make these messages optimal, and everything in their product
is an equilibrium. Such products, over all cases, are all equilibria.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import combinations, pairwise, product
from typing import TypeAlias

Point: TypeAlias = tuple[Fraction, ...]
Payoffs: TypeAlias = tuple[tuple[tuple[Fraction, ...], ...], ...]
Support: TypeAlias = frozenset[int]
Row: TypeAlias = tuple[Point, Fraction]
"""A linear condition: coefficients and constant of coefficients . point - constant."""

ZERO, ONE = Fraction(0), Fraction(1)


@dataclass(frozen=True, slots=True)
class Cell:
    """Replies that are best together, and the closed interval of beliefs on which they are."""

    replies: Support
    low: Fraction
    high: Fraction


@dataclass(frozen=True, slots=True)
class ExactSignals:
    """A signalling game in rationals: prior of the first type, payoffs [type][message][reply].

    >>> third = Fraction(1, 3)
    >>> ExactSignals(third, (((ONE,),), ((ONE,),)), (((ONE,),), ((ONE,),))).weights
    (Fraction(1, 3), Fraction(2, 3))
    """

    prior: Fraction
    sender: Payoffs
    receiver: Payoffs

    @property
    def weights(self) -> Point:
        """Return the chance of each type."""
        return (self.prior, 1 - self.prior)[: len(self.sender)]

    @property
    def num_messages(self) -> int:
        """Return how many messages there are."""
        return len(self.sender[0])

    @property
    def num_replies(self) -> int:
        """Return how many replies there are."""
        return len(self.sender[0][0])

    def best(self, message: int, belief: Fraction) -> Support:
        """Return the best replies to a message at a posterior of the first type."""
        values = [
            sum(
                weight * own[message][reply]
                for weight, own in zip((belief, 1 - belief), self.receiver, strict=False)
            )
            for reply in range(self.num_replies)
        ]
        return frozenset(reply for reply, value in enumerate(values) if value == max(values))

    def cells(self, message: int) -> tuple[Cell, ...]:
        """Return each set of replies that is exactly the best on some interval of beliefs.

        >>> zero = (((ZERO, ZERO),), ((ZERO, ZERO),))
        >>> game = ExactSignals(Fraction(1, 2), zero, (((ONE, ZERO),), ((ZERO, ONE),)))
        >>> [(sorted(cell.replies), str(cell.low), str(cell.high)) for cell in game.cells(0)]
        [([1], '0', '1/2'), ([0, 1], '1/2', '1/2'), ([0], '1/2', '1')]
        """
        points = self._breaks(message)
        at_points = [self.best(message, point) for point in points]
        middles = [(left + right) / 2 for left, right in pairwise(points)]
        sets = dict.fromkeys(at_points + [self.best(message, middle) for middle in middles])
        cells = []
        for replies in sets:
            where = [
                point for point, best in zip(points, at_points, strict=True) if replies <= best
            ]
            cells.append(Cell(replies, min(where), max(where)))
        return tuple(sorted(cells, key=lambda cell: (cell.low, cell.high, sorted(cell.replies))))

    def _breaks(self, message: int) -> list[Fraction]:
        if len(self.sender) == 1:
            return [ONE]
        high, low = self.receiver[0][message], self.receiver[1][message]
        points = {ZERO, ONE}
        for one, other in combinations(range(self.num_replies), 2):
            rise, start = high[one] - high[other], low[one] - low[other]
            if rise != start and 0 <= start / (start - rise) <= 1:
                points.add(start / (start - rise))
        return sorted(points)


@dataclass(frozen=True, slots=True)
class Family:
    """Strategies times replies: every mixture of the first with every mixture of the second.

    ``strategies``: corners, each flat over [type][message]; ``replies``: corners, each flat over
    [message][reply], with zeros after the messages never sent; ``sent``: the messages in use;
    ``unsent``: what may answer each other message.
    """

    strategies: tuple[Point, ...]
    replies: tuple[Point, ...]
    sent: Support
    used: tuple[Support, ...]
    unsent: tuple[tuple[int, Cell], ...]


def dot(coefficients: Point, point: Point) -> Fraction:
    """Return the scalar product."""
    return sum((a * b for a, b in zip(coefficients, point, strict=True) if a and b), ZERO)


def cut(points: Sequence[Point], row: Row, equal: bool) -> list[Point]:
    """Return points that span the part of a polytope where a condition is >= 0 (or zero).

    Not all need be corners; see ``corners``.

    >>> square = [(ZERO, ZERO), (ZERO, ONE), (ONE, ZERO), (ONE, ONE)]
    >>> len(cut(square, ((ONE, ONE), ONE), equal=True))
    3
    """
    valued = [(dot(row[0], point) - row[1], point) for point in points]
    kept = [point for value, point in valued if value == 0 or (value > 0 and not equal)]
    above = [pair for pair in valued if pair[0] > 0]
    below = [pair for pair in valued if pair[0] < 0]
    for (up, high), (down, low) in product(above, below):
        share = up / (up - down)
        kept.append(tuple(a + share * (b - a) for a, b in zip(high, low, strict=True)))
    return list(dict.fromkeys(kept))


def corners(points: Sequence[Point], rows: Sequence[Row]) -> list[Point]:
    """Return the corners among points that span a polytope of points >= 0 with these conditions.

    A point is a corner iff no other meets all the conditions with equality that it does.
    """
    tight = [
        frozenset([-1 - place for place, value in enumerate(point) if not value])
        | frozenset([place for place, row in enumerate(rows) if dot(row[0], point) == row[1]])
        for point in points
    ]
    return [
        point
        for place, point in enumerate(points)
        if not any(tight[place] <= other for j, other in enumerate(tight) if j != place)
    ]


def polytope(
    points: Sequence[Point], equalities: Sequence[Row], inequalities: Sequence[Row]
) -> list[Point]:
    """Return the corners of a polytope's part in which conditions hold; none if it is empty."""
    found, done = list(points), []
    for row, equal in [(row, True) for row in equalities] + [(row, False) for row in inequalities]:
        done.append(row)
        found = corners(cut(found, row, equal), done)
        if not found:
            break
    return found


def deterring(points: Sequence[Point]) -> list[Row]:
    """Return the conditions on values v such that some mixture of the points is <= v.

    The points are what the replies are worth to each of one or two types.

    >>> rows = deterring([(ZERO, ONE), (ONE, ZERO)])
    >>> [(tuple(map(int, row)), int(constant)) for row, constant in rows]
    [((1, 0), 0), ((0, 1), 0), ((1, 1), 1)]
    """
    size = len(points[0])
    units = [tuple(ONE if i == j else ZERO for j in range(size)) for i in range(size)]
    rows = [(unit, min(dot(unit, point) for point in points)) for unit in units]
    if size == 2:
        for one, other in combinations(points, 2):
            across, along = other[0] - one[0], other[1] - one[1]
            if across * along < 0:
                normal = (abs(along), abs(across))
                if all(dot(normal, point) >= dot(normal, one) for point in points):
                    rows.append((normal, dot(normal, one)))
    return list(dict.fromkeys(rows))


class Search:
    """The walk over all cases of one game."""

    def __init__(self, game: ExactSignals) -> None:
        self.game = game
        self.cells = [game.cells(message) for message in range(game.num_messages)]
        self.widest = [
            [cell for cell in own if not any(cell.replies < other.replies for other in own)]
            for own in self.cells
        ]
        self._leads: dict[tuple[int, int, int], Point] = {}
        self._best: dict[tuple[int, Fraction], Support] = {}

    @property
    def num_cases(self) -> int:
        """Return how many cases there are, before any is ruled out."""
        messages = range(self.game.num_messages)
        total = 0
        for used in self._uses():
            count = 1
            for message in messages:
                sent = any(message in own for own in used)
                count *= len(self.cells[message] if sent else self.widest[message])
            total += count
        return total

    def families(self) -> list[Family]:
        """Return the families that no other contains; together they are all equilibria."""
        found: list[Family] = []
        for used in self._uses():
            for family in self._with(used):
                if family not in found:
                    found.append(family)
        return [
            family
            for place, family in enumerate(found)
            if not any(
                self._within(family, other) and (j < place or not self._within(other, family))
                for j, other in enumerate(found)
                if j != place
            )
        ]

    def components(self, families: Sequence[Family]) -> list[list[int]]:
        """Return which families' outcomes hang together, by their places."""
        groups: list[list[int]] = []
        for place, family in enumerate(families):
            near = [
                group
                for group in groups
                if any(self._meet(family, families[other]) for other in group)
            ]
            groups = [group for group in groups if group not in near]
            groups.append(sorted([place, *(member for group in near for member in group)]))
        return sorted(groups)

    def on_path(self, strategy: Point) -> Support:
        """Return which messages a strategy sends."""
        count = self.game.num_messages
        return frozenset(place % count for place, chance in enumerate(strategy) if chance)

    def best(self, message: int, belief: Fraction) -> Support:
        """Return the best replies to a message at a posterior of the first type."""
        key = message, belief
        if key not in self._best:
            self._best[key] = self.game.best(message, belief)
        return self._best[key]

    def posterior(self, strategy: Point, message: int) -> Fraction:
        """Return the posterior of the first type after a message that is sent."""
        count = self.game.num_messages
        joint = [
            weight * strategy[kind * count + message]
            for kind, weight in enumerate(self.game.weights)
        ]
        return joint[0] / sum(joint)

    def values(self, family: Family, replies: Point) -> Point:
        """Return what each type gets in a member of a family."""
        return tuple(
            dot(self._worth(kind, min(own)), replies) for kind, own in enumerate(family.used)
        )

    def feasible(self, message: int, cell: Cell, values: Point) -> bool:
        """Tell whether some best reply of a cell keeps every type from an unsent message."""
        return all(
            dot(row, values) >= least for row, least in deterring(self.worths(message, cell))
        )

    def worths(self, message: int, cell: Cell) -> list[Point]:
        """Return what each reply of a cell to a message is worth to each type."""
        return [
            tuple(own[message][reply] for own in self.game.sender) for reply in sorted(cell.replies)
        ]

    def restrained(self, message: int, cell: Cell, values: Point) -> Point:
        """Return a reply of a cell that keeps every type from a message: pure if one does."""
        replies = sorted(cell.replies)
        count = self.game.num_replies
        pure = [tuple(ONE if r == reply else ZERO for r in range(count)) for reply in replies]
        rows = [
            (tuple(-payoff for payoff in own[message]), -value)
            for own, value in zip(self.game.sender, values, strict=True)
        ]
        alone = [point for point in pure if all(dot(row, point) >= least for row, least in rows)]
        return alone[0] if alone else polytope(pure, [], rows)[0]

    def _uses(self) -> Iterator[tuple[Support, ...]]:
        messages = range(self.game.num_messages)
        subsets = [
            frozenset(chosen)
            for size in range(1, len(messages) + 1)
            for chosen in combinations(messages, size)
        ]
        return product(subsets, repeat=len(self.game.sender))

    def _with(self, used: tuple[Support, ...]) -> Iterator[Family]:
        """Yield the families in which the types use exactly these messages."""
        sent = sorted(frozenset().union(*used))
        others = [message for message in range(self.game.num_messages) if message not in sent]
        for cells in product(*(self.cells[message] for message in sent)):
            on_path = dict(zip(sent, cells, strict=True))
            strategies = self._strategies(used, on_path)
            if not strategies:
                continue
            replies = self._replies(used, on_path)
            choices = product(*(self.widest[message] for message in others)) if replies else ()
            for answers in choices:
                unsent = tuple(zip(others, answers, strict=True))
                held = self._deterred(used, replies, unsent, on_path)
                if held:
                    yield Family(strategies, tuple(held), frozenset(sent), used, unsent)

    def _strategies(self, used: tuple[Support, ...], cells: dict[int, Cell]) -> tuple[Point, ...]:
        """Return the corners of the strategies of these supports with posteriors in the cells.

        None if a smaller support or larger sets of replies describe the same strategies.
        """
        rays = [
            (message, belief)
            for message, cell in cells.items()
            for belief in dict.fromkeys((cell.low, cell.high))
            if self._may(used, message, belief)
        ]
        prior = self.game.prior
        found = [self._split(((ray, ONE),)) for ray in rays if ray[1] == prior]
        below = [ray for ray in rays if ray[1] < prior]
        above = [ray for ray in rays if ray[1] > prior]
        for low, high in product(below, above):
            share = (prior - low[1]) / (high[1] - low[1])
            found.append(self._split(((low, 1 - share), (high, share))))
        strategies = tuple(sorted(set(found), reverse=True))
        return strategies if self._described(strategies, used, cells) else ()

    def _may(self, used: tuple[Support, ...], message: int, belief: Fraction) -> bool:
        """Tell whether the types that may send a message allow this posterior after it."""
        chances = (belief, 1 - belief)
        return all(message in own or not chances[kind] for kind, own in enumerate(used))

    def _split(self, parts: Sequence[tuple[tuple[int, Fraction], Fraction]]) -> Point:
        """Return the strategy that leads to each (message, posterior) with its chance."""
        count = self.game.num_messages
        strategy = [ZERO] * (count * len(self.game.sender))
        for (message, belief), chance in parts:
            for kind, weight in enumerate(self.game.weights):
                strategy[kind * count + message] += chance * (belief, 1 - belief)[kind] / weight
        return tuple(strategy)

    def _described(
        self, strategies: Sequence[Point], used: tuple[Support, ...], cells: dict[int, Cell]
    ) -> bool:
        count = self.game.num_messages
        for kind, own in enumerate(used):
            reached = {
                message
                for message in range(count)
                if any(strategy[kind * count + message] for strategy in strategies)
            }
            if reached != own:
                return False
        for message, cell in cells.items():
            best = [
                self.best(message, self.posterior(strategy, message))
                for strategy in strategies
                if message in self.on_path(strategy)
            ]
            if frozenset.intersection(*best) != cell.replies:
                return False
        return True

    def _worth(self, kind: int, message: int) -> Point:
        """Return a type's payoff from a message as coefficients of all replies."""
        count = self.game.num_replies
        row = [ZERO] * (self.game.num_messages * count)
        row[message * count : (message + 1) * count] = self.game.sender[kind][message]
        return tuple(row)

    def _lead(self, kind: int, message: int, other: int) -> Point:
        """Return what a type gains by a message over another, as coefficients of all replies."""
        key = kind, message, other
        if key not in self._leads:
            mine, theirs = self._worth(kind, message), self._worth(kind, other)
            self._leads[key] = tuple(a - b for a, b in zip(mine, theirs, strict=True))
        return self._leads[key]

    def _rows(
        self, used: tuple[Support, ...], cells: dict[int, Cell]
    ) -> tuple[list[Row], list[Row]]:
        """Return the conditions that make the used messages optimal among those sent."""
        equalities: list[Row] = []
        inequalities: list[Row] = []
        for kind, own in enumerate(used):
            for message in cells:
                if message != min(own):
                    row = self._lead(kind, min(own), message)
                    (equalities if message in own else inequalities).append((row, ZERO))
        return equalities, inequalities

    def _replies(self, used: tuple[Support, ...], cells: dict[int, Cell]) -> list[Point]:
        """Return the corners of the replies to the sent messages that make these optimal."""
        count = self.game.num_replies
        start = []
        for chosen in product(*(sorted(cell.replies) for cell in cells.values())):
            point = [ZERO] * (self.game.num_messages * count)
            for message, reply in zip(cells, chosen, strict=True):
                point[message * count + reply] = ONE
            start.append(tuple(point))
        return polytope(start, *self._rows(used, cells))

    def _deterred(
        self,
        used: tuple[Support, ...],
        replies: Sequence[Point],
        unsent: Sequence[tuple[int, Cell]],
        cells: dict[int, Cell],
    ) -> list[Point]:
        """Return the corners of the replies that leave no type a gain from an unsent message."""
        rows: list[Row] = []
        for message, cell in unsent:
            for normal, least in deterring(self.worths(message, cell)):
                parts = [
                    tuple(weight * worth for worth in self._worth(kind, min(own)))
                    for kind, (weight, own) in enumerate(zip(normal, used, strict=True))
                ]
                rows.append((tuple(sum(column) for column in zip(*parts, strict=True)), least))
        equalities, inequalities = self._rows(used, cells)
        found = list(replies)
        for place, row in enumerate(rows):
            done = [*equalities, *inequalities, *rows[: place + 1]]
            found = corners(cut(found, row, equal=False), done)
        return found

    def _columns(self, messages: Support) -> list[int]:
        count = self.game.num_replies
        return [message * count + reply for message in messages for reply in range(count)]

    def _within(self, family: Family, other: Family) -> bool:
        """Tell whether every member of a family has the outcome of one of another's."""
        if not set(family.strategies) <= set(other.strategies):
            return False
        columns = self._columns(family.sent)
        wanted = {tuple(point[column] for column in columns) for point in family.replies}
        return all(_projects(other.replies, columns, point) for point in wanted)

    def _meet(self, family: Family, other: Family) -> bool:
        """Tell whether two families have an outcome in common."""
        for strategy in set(family.strategies) & set(other.strategies):
            columns = self._columns(self.on_path(strategy))
            mine = {tuple(point[column] for column in columns) for point in family.replies}
            theirs = {tuple(point[column] for column in columns) for point in other.replies}
            if mine & theirs or _overlap(list(mine), list(theirs)):
                return True
        return False


def _projects(points: Sequence[Point], columns: Sequence[int], wanted: Point) -> bool:
    """Tell whether some mixture of the points has the wanted entries in these columns."""
    found = [tuple(point[column] for column in columns) for point in points]
    if wanted in found:
        return True
    for place, value in enumerate(wanted):
        unit = tuple(ONE if i == place else ZERO for i in range(len(wanted)))
        found = cut(found, (unit, value), equal=True)
    return bool(found)


def _overlap(mine: Sequence[Point], theirs: Sequence[Point]) -> bool:
    """Tell whether two polytopes, given by points that span them, have a point in common."""
    found = [(*left, *right) for left, right in product(mine, theirs)]
    size = len(mine[0])
    for place in range(size):
        row = [ZERO] * (2 * size)
        row[place], row[size + place] = ONE, -ONE
        found = cut(found, (tuple(row), ZERO), equal=True)
    return bool(found)


def split(points: Sequence[Point], rows: Sequence[Row]) -> list[Point]:
    """Return one point of each part into which lines divide a polytope, parts on lines included.

    >>> [str(point[0]) for point in split([(ZERO,), (ONE,)], [((ONE,), Fraction(1, 2))])]
    ['1/4', '1/2', '3/4']
    """
    parts = [list(points)]
    for row in rows:
        opposite = (tuple(-value for value in row[0]), -row[1])
        divided: list[list[Point]] = []
        for part in parts:
            signs = {(value > 0) - (value < 0) for value in _values(part, row)}
            if {1, -1} <= signs:
                divided += [cut(part, opposite, False), cut(part, row, True), cut(part, row, False)]
            else:
                divided += _edge(part, row)
        parts = divided
    return [centre(part) for part in parts]


def _values(points: Sequence[Point], row: Row) -> list[Fraction]:
    return [dot(row[0], point) - row[1] for point in points]


def _edge(part: list[Point], row: Row) -> list[list[Point]]:
    """Return a part that lies on one side of a line, and what of it is on the line."""
    on_line = [point for point, value in zip(part, _values(part, row), strict=True) if value == 0]
    return [part, on_line] if on_line and len(on_line) < len(part) else [part]


def centre(points: Sequence[Point]) -> Point:
    """Return the mean of the points: inside the polytope that they span."""
    return tuple(sum(column, ZERO) / len(points) for column in zip(*points, strict=True))


def intuitive(search: Search, message: int, values: Point) -> bool:
    """Tell whether values of the types stand against an unsent message by the intuitive criterion.

    They do not if one type would lose by the message whatever best reply follows, and the other
    would gain by it whatever reply is best against itself alone (Cho and Kreps 1987, section IV).
    """
    everything = search.worths(message, Cell(_any_best(search, message), ZERO, ONE))
    never = [value > max(point[kind] for point in everything) for kind, value in enumerate(values)]
    if sum(never) != 1 or len(values) == 1:
        return True
    return _stands_alone(search, message, values, never.index(False))


def divine(search: Search, message: int, values: Point) -> bool:
    """Tell whether values of the types stand against an unsent message by D1.

    A type is ruled out if whenever it would gain or break even, the other would gain; the belief
    is then on the other type alone (Banks and Sobel 1987; Cho and Kreps 1987, section IV).
    """
    if len(values) == 1:
        return True
    cells = search.widest[message]
    out = [
        not any(_tempted(search.worths(message, cell), values, kind) for cell in cells)
        for kind in (0, 1)
    ]
    return sum(out) != 1 or _stands_alone(search, message, values, out.index(False))


def _any_best(search: Search, message: int) -> Support:
    return frozenset().union(*(cell.replies for cell in search.cells[message]))


def _stands_alone(search: Search, message: int, values: Point, kind: int) -> bool:
    """Tell whether some best reply to a type alone keeps that type from the message."""
    best = search.best(message, (ONE, ZERO)[kind])
    return any(search.game.sender[kind][message][reply] <= values[kind] for reply in best)


def _tempted(worths: Sequence[Point], values: Point, kind: int) -> bool:
    """Tell whether a mixture is worth no less than its value to a type, no more to the other."""
    rows = []
    for place, value in enumerate(values):
        sign = ONE if place == kind else -ONE
        rows.append((tuple(sign if i == place else ZERO for i in range(2)), sign * value))
    found: list[Point] = list(worths)
    for row in rows:
        found = cut(found, row, equal=False)
    return bool(found)
