"""A game in extensive form: a tree of moves, lotteries and ends, and what each mover knows.

Nodes stand in preorder (a node, then the tree below its first action, then its second, ...), so
that the list alone says who is whose child and nothing can loop. Nodes that the mover cannot tell
apart share an *information set*, which has the player, the actions and a name. All numbers are
fractions: what a file says is what is solved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from negsim.arrays import CHANCE_TOLERANCE
from negsim.errors import GameError
from negsim.html import MOST_ROWS, more, table
from negsim.theory.numerics.exact import Number, as_written, distinct_names, exact_number

if TYPE_CHECKING:
    pass

MOST_NODES = 200_000
"""A tree with more nodes is refused."""

MOST_PLAYERS = 20

Payoffs: TypeAlias = tuple[Fraction, ...]


@dataclass(frozen=True, slots=True)
class InformationSet:
    """Nodes that their mover cannot tell apart: whose they are, what can be done, a name."""

    player: int
    actions: tuple[str, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """A node at which the player of an information set (by its index in the game) moves."""

    information: int
    name: str = ""


@dataclass(frozen=True, slots=True)
class Chance:
    """A node at which a lottery decides; the chances sum to 1."""

    actions: tuple[str, ...]
    chances: tuple[Fraction, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class End:
    """A node at which the game ends and everybody is paid."""

    payoffs: Payoffs
    name: str = ""


Node: TypeAlias = Move | Chance | End


@dataclass(frozen=True, slots=True)
class Turn:
    """A move, to build trees of: whose, what may be done and what follows, and what is known.

    Turns of one player with one ``information`` text are one information set; a turn without is one
    of its own.
    """

    player: str
    branches: Mapping[str, Tree]
    information: str = ""


@dataclass(frozen=True, slots=True)
class Lottery:
    """A lottery, to build trees of: each branch with its chance and what follows."""

    branches: Mapping[str, tuple[Number, Tree]]


Tree: TypeAlias = Turn | Lottery | Sequence[Number]
"""A tree in the words of ``ExtensiveGame.from_tree``; a sequence of payoffs is an end."""


@dataclass(frozen=True, slots=True)
class ExtensiveGame:
    """A finite game in extensive form.

    Parameters
    ----------
    players
        One name per player, all different.
    information_sets
        Each of them is that of at least one node. Names are made up where there are none and must
        differ.
    nodes
        In preorder, the root first. ``ExtensiveGame.from_tree`` is easier to write.
    title
        Of the game, for people.

    Raises
    ------
    GameError
        If the nodes are not one whole tree in preorder or more than ``MOST_NODES``; an information
        set has no player, action or node; an end has not one payoff per player; chances are
        negative or do not sum to 1; names repeat.

    References
    ----------
    Kuhn (1953), "Extensive games and the problem of information", in Contributions to the Theory of
    Games II: definition 1 (games) and 17 (perfect recall).

    Examples
    --------
    >>> reply = Turn("incumbent", {"fight": (-1, -1), "yield": (1, 1)})
    >>> game = ExtensiveGame.from_tree(
    ...     ["entrant", "incumbent"], Turn("entrant", {"out": (0, 2), "in": reply})
    ... )
    >>> len(game.nodes), game.children[0], game.perfect_recall
    (5, (1, 2), True)
    """

    players: tuple[str, ...]
    information_sets: tuple[InformationSet, ...]
    nodes: tuple[Node, ...]
    title: str = ""
    children: tuple[tuple[int, ...], ...] = field(init=False, compare=False, repr=False)
    """Indexes of each node's children, in the order of the actions."""
    parents: tuple[int, ...] = field(init=False, compare=False, repr=False)
    """Index of each node's parent; -1 for the root."""

    def __post_init__(self) -> None:
        players, sets = tuple(self.players), tuple(self.information_sets)
        _check_players(players)
        sets = _named_sets(players, sets)
        nodes = _checked_nodes(tuple(self.nodes), players, sets)
        parents, children = _family(nodes, sets)
        object.__setattr__(self, "players", players)
        object.__setattr__(self, "information_sets", sets)
        object.__setattr__(self, "nodes", nodes)
        object.__setattr__(self, "parents", parents)
        object.__setattr__(self, "children", children)

    @classmethod
    def from_tree(cls, players: Iterable[str], tree: Tree, title: str = "") -> ExtensiveGame:
        """Return the game of a tree of ``Turn``, ``Lottery`` and payoffs.

        Raises
        ------
        GameError
            As the class, and if turns of one information set have different actions, or a turn's
            player is none of the players.

        Examples
        --------
        Matching pennies: the second does not see what the first did.

        >>> def reply(one, two):
        ...     return Turn("even", {"heads": one, "tails": two}, information="unseen")
        >>> tree = Turn("odd", {"heads": reply((-1, 1), (1, -1)), "tails": reply((1, -1), (-1, 1))})
        >>> len(ExtensiveGame.from_tree(["odd", "even"], tree).information_sets)
        2
        """
        names = tuple(players)
        sets: list[InformationSet] = []
        known: dict[tuple[int, str], int] = {}
        nodes: list[Node] = []
        waiting = [tree]
        while waiting:
            node, below = _read_node(waiting.pop(), names, sets, known)
            nodes.append(node)
            waiting.extend(reversed(below))
        return cls(names, tuple(sets), tuple(nodes), title)

    @property
    def num_players(self) -> int:
        """Return how many players there are."""
        return len(self.players)

    @property
    def perfect_recall(self) -> bool:
        """Tell whether every player always knows what it knew and did before."""
        return not self.recall_fault()

    def members(self) -> tuple[tuple[int, ...], ...]:
        """Return the nodes of each information set, in preorder.

        >>> ExtensiveGame.from_tree(["one"], Turn("one", {"go": [1]})).members()
        ((0,),)
        """
        found: list[list[int]] = [[] for _ in self.information_sets]
        for index, node in enumerate(self.nodes):
            if isinstance(node, Move):
                found[node.information].append(index)
        return tuple(tuple(members) for members in found)

    def histories(self) -> list[tuple[str, ...]]:
        """Return the actions, of players and lotteries, that lead to each node.

        >>> reply = Turn("b", {"left": (0, 0), "right": (1, 1)})
        >>> ExtensiveGame.from_tree(["a", "b"], Turn("a", {"go": reply})).histories()[-1]
        ('go', 'right')
        """
        ways: list[tuple[str, ...]] = [()] * len(self.nodes)
        for index, node in enumerate(self.nodes):
            if isinstance(node, End):
                continue
            own = node if isinstance(node, Chance) else self.information_sets[node.information]
            for action, child in zip(own.actions, self.children[index], strict=True):
                ways[child] = (*ways[index], action)
        return ways

    def recall_fault(self) -> str:
        """Return what a player forgets, in a sentence; an empty text if nobody forgets anything.

        Absent-mindedness (one way leads to an information set twice) is told from forgetting what
        one did or knew. Cost: the number of nodes.

        References
        ----------
        Kuhn (1953), definition 17; Selten (1975), section 4. Piccione and Rubinstein (1997), "On
        the interpretation of decision problems with imperfect recall", Games and Economic Behavior
        20, for absent-mindedness.

        Examples
        --------
        >>> again = Turn("driver", {"exit": [4], "stay": [1]}, information="road")
        >>> first = Turn("driver", {"exit": [0], "stay": again}, information="road")
        >>> ExtensiveGame.from_tree(["driver"], first).recall_fault()
        'driver is absent-minded at "road": one way comes there twice, and it cannot tell'
        """
        own = self._own_histories()
        for information, members in zip(self.information_sets, self.members(), strict=True):
            if len({own[node][information.player] for node in members}) > 1:
                player = self.players[information.player]
                if self._comes_again(members):
                    return (
                        f'{player} is absent-minded at "{information.name}": one way comes there '
                        "twice, and it cannot tell"
                    )
                return f'{player} forgets at "{information.name}" what it did or knew before'
        return ""

    def subgame_roots(self) -> tuple[int, ...]:
        """Return the nodes at which subgames start, the root first, in preorder.

        A subgame starts at a node that its mover knows to be at, and cuts no information set; ends
        do not count. Cost: the number of nodes.

        References
        ----------
        Selten (1975), section 3.

        Examples
        --------
        >>> reply = Turn("incumbent", {"fight": (-1, -1), "yield": (1, 1)})
        >>> tree = Turn("entrant", {"out": (0, 2), "in": reply})
        >>> ExtensiveGame.from_tree(["entrant", "incumbent"], tree).subgame_roots()
        (0, 2)
        """
        members = self.members()
        count = len(self.nodes)
        first, last, size = list(range(count)), list(range(count)), [1] * count
        alone = [True] * count
        for index in range(count - 1, -1, -1):
            node = self.nodes[index]
            if isinstance(node, Move):
                own = members[node.information]
                first[index], last[index] = min(own), max(own)
                alone[index] = len(own) == 1
            for child in self.children[index]:
                first[index] = min(first[index], first[child])
                last[index] = max(last[index], last[child])
                size[index] += size[child]

        def starts(index: int) -> bool:
            whole = first[index] >= index and last[index] < index + size[index]
            return whole and alone[index] and not isinstance(self.nodes[index], End)

        return (0, *(index for index in range(1, count) if starts(index)))

    def _repr_html_(self) -> str:
        return tree_html(self)

    def _comes_again(self, members: Sequence[int]) -> bool:
        """Tell whether one of these nodes lies below another."""
        below = set[int]()
        for index in range(members[0], len(self.nodes)):
            if index in below and index in members:
                return True
            if index in below or index in members:
                below.update(self.children[index])
        return False

    def _own_histories(self) -> list[tuple[int, ...]]:
        """Return for each node, per player, a number that stands for what it did on the way."""
        numbers: dict[tuple[int, int, int], int] = {}
        own: list[tuple[int, ...]] = [(0,) * self.num_players] * len(self.nodes)
        for index, node in enumerate(self.nodes):
            for action, child in enumerate(self.children[index]):
                own[child] = own[index]
                if isinstance(node, Move):
                    player = self.information_sets[node.information].player
                    key = (own[index][player], node.information, action)
                    number = numbers.setdefault(key, len(numbers) + 1)
                    own[child] = (*own[index][:player], number, *own[index][player + 1 :])
        return own


def _check_players(players: tuple[str, ...]) -> None:
    if not 1 <= len(players) <= MOST_PLAYERS:
        raise GameError(f"players: expected 1 to {MOST_PLAYERS} names, got {len(players)}")
    if len(set(players)) != len(players) or not all(players):
        raise GameError(f"players: expected different names, got {', '.join(players)}")


def _named_sets(
    players: tuple[str, ...], sets: tuple[InformationSet, ...]
) -> tuple[InformationSet, ...]:
    """Return the information sets, checked, with names for those without."""
    for information in sets:
        if not 0 <= information.player < len(players):
            raise GameError(
                f'information set "{information.name}": expected player 0 to {len(players) - 1}, '
                f"got {information.player}"
            )
        _check_actions(information.actions, f'information set "{information.name}"')
    given = [information.name for information in sets if information.name]
    if len(set(given)) != len(given):
        repeated = next(name for name in given if given.count(name) > 1)
        raise GameError(f'information sets: expected different names, got "{repeated}" twice')
    names = distinct_names([*given, *_default_names(players, sets)], "set")[len(given) :]
    fresh = iter(names)
    return tuple(
        InformationSet(one.player, tuple(one.actions), one.name or next(fresh)) for one in sets
    )


def _default_names(players: tuple[str, ...], sets: tuple[InformationSet, ...]) -> list[str]:
    """Return names such as "Ann 2" for the information sets without one."""
    counts = [0] * len(players)
    names = []
    for information in sets:
        counts[information.player] += 1
        if not information.name:
            names.append(f"{players[information.player]} {counts[information.player]}")
    return names


def _check_actions(actions: Sequence[str], where: str) -> None:
    if not actions:
        raise GameError(f"{where}: has no actions, expected at least 1")
    if len(set(actions)) != len(actions):
        raise GameError(f"{where}: has two actions of one name")


def _checked_nodes(
    nodes: tuple[Node, ...], players: tuple[str, ...], sets: tuple[InformationSet, ...]
) -> tuple[Node, ...]:
    """Return the nodes with their numbers made exact."""
    if not 1 <= len(nodes) <= MOST_NODES:
        raise GameError(f"nodes: expected 1 to {MOST_NODES}, got {len(nodes)}")
    used = {node.information for node in nodes if isinstance(node, Move)}
    for number in used:
        if not 0 <= number < len(sets):
            raise GameError(f"nodes: there is no information set {number}, only {len(sets)}")
    if len(used) < len(sets):
        idle = next(number for number in range(len(sets)) if number not in used)
        raise GameError(f'information set "{sets[idle].name}" has no node')
    return tuple(_checked_node(index, node, players) for index, node in enumerate(nodes))


def _checked_node(index: int, node: Node, players: tuple[str, ...]) -> Node:
    if isinstance(node, End):
        if len(node.payoffs) != len(players):
            raise GameError(
                f"node {index}: expected {len(players)} payoffs, got {len(node.payoffs)}"
            )
        return End(tuple(exact_number(payoff) for payoff in node.payoffs), node.name)
    if isinstance(node, Chance):
        _check_actions(node.actions, f"node {index}")
        chances = checked_chances(node.chances, len(node.actions), f"node {index}")
        return Chance(tuple(node.actions), chances, node.name)
    return node


def checked_chances(chances: Iterable[Number], count: int, where: str) -> tuple[Fraction, ...]:
    """Return chances as fractions that sum to exactly 1; a rounding error is divided out.

    Raises
    ------
    GameError
        If there are not ``count`` of them, one is negative, or they do not sum to 1.

    Examples
    --------
    >>> checked_chances([0.1] * 10, 10, "here") == (Fraction(1, 10),) * 10
    True
    """
    exact = tuple(as_written(chance) for chance in chances)
    if len(exact) != count:
        raise GameError(f"{where}: expected {count} chances, got {len(exact)}")
    if min(exact) < 0:
        raise GameError(f"{where}: a chance is {float(min(exact)):g}, expected none below 0")
    total = sum(exact, Fraction(0))
    if abs(total - 1) > CHANCE_TOLERANCE:
        raise GameError(f"{where}: the chances sum to {float(total):.12g}, expected 1")
    return tuple(chance / total for chance in exact)


def _family(
    nodes: tuple[Node, ...], sets: tuple[InformationSet, ...]
) -> tuple[tuple[int, ...], tuple[tuple[int, ...], ...]]:
    """Return each node's parent and children, from the preorder."""
    parents: list[int] = []
    children: list[list[int]] = [[] for _ in nodes]
    waiting = [-1]
    for index, node in enumerate(nodes):
        if not waiting:
            raise GameError(f"nodes: the tree is complete before node {index}")
        parent = waiting.pop()
        parents.append(parent)
        if parent >= 0:
            children[parent].append(index)
        waiting.extend([index] * _num_children(node, sets))
    if waiting:
        raise GameError(f"nodes: the tree is not complete, {len(waiting)} nodes are missing")
    return tuple(parents), tuple(tuple(own) for own in children)


def _num_children(node: Node, sets: tuple[InformationSet, ...]) -> int:
    if isinstance(node, Move):
        return len(sets[node.information].actions)
    return len(node.actions) if isinstance(node, Chance) else 0


def _read_node(
    tree: Tree,
    players: tuple[str, ...],
    sets: list[InformationSet],
    known: dict[tuple[int, str], int],
) -> tuple[Node, list[Tree]]:
    """Return the node on top of a tree and what is below it; new information sets are added."""
    if isinstance(tree, Turn):
        return Move(_information_of(tree, players, sets, known)), list(tree.branches.values())
    if isinstance(tree, Lottery):
        chances = [chance for chance, _ in tree.branches.values()]
        below = [branch for _, branch in tree.branches.values()]
        checked = checked_chances(chances, len(chances), "lottery") if chances else ()
        return Chance(tuple(tree.branches), checked), below
    return End(tuple(exact_number(payoff) for payoff in tree)), []


def _information_of(
    turn: Turn,
    players: tuple[str, ...],
    sets: list[InformationSet],
    known: dict[tuple[int, str], int],
) -> int:
    if turn.player not in players:
        raise GameError(f'a turn of "{turn.player}", expected one of: {", ".join(players)}')
    player, actions = players.index(turn.player), tuple(turn.branches)
    key = (player, turn.information)
    if turn.information and key in known:
        if sets[known[key]].actions != actions:
            raise GameError(f'information set "{turn.information}": its turns differ in actions')
        return known[key]
    known[key] = len(sets)
    sets.append(InformationSet(player, actions, turn.information))
    return known[key]


def tree_html(game: ExtensiveGame) -> str:
    """Return a tree as a table with one row per node, indented by depth.

    >>> game = ExtensiveGame.from_tree(["A"], Turn("A", {"<up>": [1], "down": ["1/3"]}))
    >>> "&lt;up&gt;" in tree_html(game), "<td>1/3</td>" in tree_html(game)
    (True, True)
    """
    depth = [0] * len(game.nodes)
    reached = [""] * len(game.nodes)
    rows = []
    for index, node in enumerate(game.nodes):
        for branch, child in enumerate(game.children[index]):
            depth[child] = depth[index] + 1
            reached[child] = _branch(game, index, branch)
        who, known, payoffs = "chance", "", ""
        if isinstance(node, End):
            who, payoffs = node.name, ", ".join(map(str, node.payoffs))
        elif not isinstance(node, Chance):
            information = game.information_sets[node.information]
            who, known = game.players[information.player], information.name
        if index < MOST_ROWS:
            indent = "\u00a0\u00a0" * min(depth[index], MOST_ROWS)
            rows.append([f"{indent}{reached[index] or 'start'}", who, known, payoffs])
    title = f"<p>{escape(game.title)}</p>" if game.title else ""
    head = ["after", "who", "information set", f"payoffs ({', '.join(game.players)})"]
    return title + table(head, rows) + more(len(game.nodes))


def _branch(game: ExtensiveGame, index: int, branch: int) -> str:
    node = game.nodes[index]
    if isinstance(node, Chance):
        return f"{node.actions[branch]} ({node.chances[branch]})"
    if isinstance(node, End):
        return ""
    return game.information_sets[node.information].actions[branch]
