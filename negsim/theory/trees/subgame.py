"""Subgame-perfect equilibria of a tree by backward induction, with all ties followed.

The tree is cut into *stages*: what lies between the start of a subgame and the subgames inside it.
From the last stage to the first, every combination of equilibria of the inner subgames makes a
stage game with their values at its ends; each equilibrium of that game prolongs the combination.
All numbers are fractions, so that ties are ties.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction

from negsim.errors import GameError, UsageError
from negsim.theory.oneshot.two_party.every import solve_exact
from negsim.theory.registry import refusal, solver
from negsim.theory.trees.game import (
    End,
    ExtensiveGame,
    InformationSet,
    Move,
    Node,
    Payoffs,
)
from negsim.theory.trees.result import TreeEquilibrium, TreeSolution, certify_behaviour, words_of
from negsim.theory.trees.sequences import OF_PLANS, Behaviour, Weight, sequence_form
from negsim.theory.trees.strategic_form import StrategicForm, plans_fault, strategic_form

SUBGAME_PERFECT = "subgame perfect"
"""The mark of what this solver finds."""

COMBINATIONS_EACH = 50
"""Combinations of inner equilibria that are tried for each equilibrium that may be listed."""

STAGES = "solves stage by stage, and in one"
TIES = "a stage has ties: of its continuum the extreme equilibria are followed"

Mixes = dict[int, tuple[Weight, ...]]


def stage_fault(game: ExtensiveGame, reduced: bool = True) -> str:
    """Return why some stage of a tree has too many plans, or why it has none, or nothing.

    >>> from negsim.theory.trees.game import Turn
    >>> stage_fault(ExtensiveGame.from_tree(["A"], Turn("A", {"up": [1], "down": [1]})))
    ''
    """
    if fault := game.recall_fault():
        return f"takes players who forget nothing: {fault}; {OF_PLANS}"
    roots = game.subgame_roots()
    nothing = (Fraction(0),) * game.num_players
    values = dict.fromkeys(roots, nothing)
    stages = (_stage(game, root, values)[0] for root in roots)
    faults = (plans_fault(stage, reduced) for stage in stages if len(stage.information_sets) > 1)
    return next((f"{STAGES} {fault}" for fault in faults if fault), "")


@solver(
    "subgame_perfect",
    finds="all",
    exact=True,
    cost="nodes times ties; with information sets, the plans of each stage game",
    source="Zermelo (1913); Kuhn (1953); Selten (1965)",
    summary="subgame-perfect equilibria of a tree: all pure ones, on request mixed ones",
    takes=ExtensiveGame,
    unfit=stage_fault,
    returns=TreeSolution,
)
def solve_subgame_perfect(
    game: ExtensiveGame, mixed: bool = False, most: int = 1000
) -> TreeSolution:
    """Find the subgame-perfect equilibria of a tree, all pure ones unless told otherwise.

    Where a player's own moves exclude an information set within the same stage, what would be done
    there is not varied: each equilibrium is listed once, with a best reply there.

    Parameters
    ----------
    mixed
        Whether to follow mixed equilibria too: all extreme ones of the stages in which no more than
        two players move. Stages in which three or more do add their pure ones only, and of a
        continuum (ties) the extreme ones are followed: the answer is then not known to be complete.
    most
        Equilibria to list. With many ties there can be more than anybody reads: the answer then
        says that it is not complete.

    Returns
    -------
    TreeSolution
        With exact behaviours. Not complete if more than ``most`` were there, or as said under
        ``mixed``. A stage without a pure equilibrium has none in this list, and neither has the
        game.

    Raises
    ------
    UsageError
        If ``most`` is not at least 1.
    GameError
        If a player forgets something.
    SolverError
        If a stage has too many plans or, with ``mixed``, too many equilibria to enumerate.

    References
    ----------
    Selten (1965), "Spieltheoretische Behandlung eines Oligopolmodells mit Nachfragetraegheit",
    Zeitschrift fuer die gesamte Staatswissenschaft 121. Kuhn (1953), corollary 1: with perfect
    information there is a pure one.

    Examples
    --------
    The chain store: the threat to fight is not carried out.

    >>> from negsim.theory.trees.game import Turn
    >>> reply = Turn("store", {"fight": (-1, -1), "yield": (1, 1)})
    >>> tree = Turn("rival", {"out": (0, 2), "in": reply})
    >>> game = ExtensiveGame.from_tree(["rival", "store"], tree)
    >>> solution = solve_subgame_perfect(game)
    >>> solution.message
    '1 pure equilibrium, all there are'
    >>> solution.equilibria[0].to_dict()["behaviour"]
    {'rival 1': {'in': 1.0}, 'store 1': {'yield': 1.0}}
    """
    if most < 1:
        raise UsageError(f"most: expected at least 1, got {most}")
    form = sequence_form(game)
    try:
        behaviours, notes = subgame_perfect_behaviours(game, mixed, most)
    except GameError as error:
        raise refusal("subgame_perfect", game, f"{STAGES} {error}") from None
    found = []
    for behaviour in behaviours:
        certified = certify_behaviour(form, behaviour, (SUBGAME_PERFECT,))
        assert certified is not None, "backward induction left a gain"
        found.append(certified)
    complete = not notes
    kind = "" if mixed else "pure "
    words = "; ".join([words_of(len(found), kind, complete), *notes])
    return TreeSolution(game, "subgame_perfect", _ordered(found), complete, words)


def subgame_perfect_behaviours(
    game: ExtensiveGame, mixed: bool = False, most: int = 1000, reduced: bool = True
) -> tuple[list[Behaviour], list[str]]:
    """Return the behaviours of subgame-perfect equilibria, and why the list may lack some.

    Not ``reduced``: what a player would do where its own moves in the same stage exclude a set is
    varied too, so that every pure subgame-perfect behaviour is listed.

    Raises
    ------
    GameError, SolverError
        As ``solve_subgame_perfect``.

    Examples
    --------
    >>> from negsim.theory.trees.game import Turn
    >>> game = ExtensiveGame.from_tree(["A"], Turn("A", {"up": [1], "down": [1]}))
    >>> len(subgame_perfect_behaviours(game)[0])
    2
    """
    search = _SubgameSearch(game, mixed, most, reduced)
    behaviours = []
    for part in search.run():
        mixes = part.mixes()
        behaviours.append(tuple(mixes[place] for place in range(len(mixes))))
    return behaviours, sorted(search.notes)


@dataclass(frozen=True, slots=True)
class _Part:
    """An equilibrium of one subgame: its value, what is done in its first stage, and below."""

    value: Payoffs
    own: Mixes
    below: tuple[_Part, ...]

    def mixes(self) -> Mixes:
        """Return the mixed actions of the whole subgame."""
        found: Mixes = {}
        waiting = [self]
        while waiting:
            part = waiting.pop()
            found.update(part.own)
            waiting.extend(part.below)
        return found


@dataclass(slots=True)
class _SubgameSearch:
    game: ExtensiveGame
    mixed: bool
    most: int
    reduced: bool
    notes: set[str] = field(default_factory=set)

    def run(self) -> list[_Part]:
        """Return the equilibria of the whole game, from the last subgame to the first."""
        roots = self.game.subgame_roots()
        starts = frozenset(roots)
        found: dict[int, list[_Part]] = {}
        for root in reversed(roots):
            inner = list(_inner(self.game, root, starts))
            found[root] = self._parts(root, [found.pop(place) for place in inner], inner)
        return found[0]

    def _parts(
        self,
        root: int,
        below: Sequence[list[_Part]],
        inner: Sequence[int],
    ) -> list[_Part]:
        """Return the equilibria of one subgame, given those of the subgames inside it."""
        known: dict[tuple[Payoffs, ...], list[tuple[Payoffs, Mixes]]] = {}
        found: list[_Part] = []
        for tried, parts in enumerate(itertools.product(*below)):
            values = tuple(part.value for part in parts)
            if values not in known:
                stage = _stage(self.game, root, dict(zip(inner, values, strict=True)))
                known[values] = list(self._solved(*stage))
                self._note_ties(stage[0], len(known[values]))
            for value, own in known[values]:
                found.append(_Part(value, own, parts))
                if len(found) > self.most:
                    self.notes.add(f"more than {self.most} follow from ties, the first are listed")
                    return found[: self.most]
            if tried >= COMBINATIONS_EACH * self.most:
                self.notes.add(f"{tried + 1} combinations of inner equilibria were tried, no more")
                return found
        return found

    def _solved(
        self, stage: ExtensiveGame, places: Sequence[int]
    ) -> Iterator[tuple[Payoffs, Mixes]]:
        """Yield value and mixed actions of each equilibrium of a stage game."""
        first = stage.nodes[0]
        if isinstance(first, End):
            yield first.payoffs, {}
            return
        if isinstance(first, Move) and len(stage.information_sets) == 1:
            ends = [stage.nodes[child] for child in stage.children[0]]
            if all(isinstance(end, End) for end in ends):
                yield from _choices(stage, places[0])
                return
        form = strategic_form(stage, self.reduced)
        behaviours = self._mixed(form) if self.mixed else _pure(form)
        tree = sequence_form(stage)
        for behaviour in behaviours:
            value = tuple(Fraction(own) for own in tree.payoffs(behaviour))
            yield value, dict(zip(places, behaviour, strict=True))

    def _note_ties(self, stage: ExtensiveGame, count: int) -> None:
        """Note that one player alone is indifferent and might mix."""
        movers = {one.player for one in stage.information_sets}
        if self.mixed and count > 1 and len(movers) == 1:
            self.notes.add(TIES)

    def _mixed(self, form: StrategicForm) -> Iterator[Behaviour]:
        active = [player for player, own in enumerate(form.plans) if len(own) > 1]
        if len(active) != 2:
            if len(active) > 2:
                self.notes.add("of stages in which three or more move only pure ones are listed")
            yield from _pure(form)
            return
        row, column = (form.exact[player].squeeze() for player in active)
        solution = solve_exact(row.tolist(), column.tolist())
        if solution.degenerate:
            self.notes.add(TIES)
        for one in solution.exact:
            profile: list[tuple[Fraction, ...]] = [(Fraction(1),) for _ in form.plans]
            profile[active[0]], profile[active[1]] = one.row, one.column
            yield form.behaviour(profile)


def _choices(stage: ExtensiveGame, place: int) -> Iterator[tuple[Payoffs, Mixes]]:
    """Yield the best actions of a stage that is a single move."""
    player = stage.information_sets[0].player
    ends = [stage.nodes[child] for child in stage.children[0]]
    values = [end.payoffs for end in ends if isinstance(end, End)]
    best = max(value[player] for value in values)
    for action, value in enumerate(values):
        if value[player] == best:
            yield value, {place: tuple(Fraction(other == action) for other in range(len(values)))}


def _pure(form: StrategicForm) -> Iterator[Behaviour]:
    """Yield the behaviours of all pure equilibria of a stage, judged in fractions."""
    stable = form.exact[0] == form.exact[0].max(axis=0, keepdims=True)
    for player in range(1, len(form.plans)):
        stable = stable & (form.exact[player] == form.exact[player].max(player, keepdims=True))
    shape = stable.shape
    for cell in itertools.product(*(range(count) for count in shape)):
        if stable[cell]:
            yield _played(form, cell)


def _played(form: StrategicForm, cell: Sequence[int]) -> Behaviour:
    """Return the behaviour of one plan per player; best replies where the plans say nothing."""
    plans = [own[action] for own, action in zip(form.plans, cell, strict=True)]
    actions = {place: action for plan in plans for place, action in plan.items()}
    sets = form.tree.information_sets
    if len(actions) == len(sets):
        return tuple(
            tuple(Fraction(action == actions[place]) for action in range(len(one.actions)))
            for place, one in enumerate(sets)
        )
    return form.behaviour(
        [
            tuple(Fraction(other == action) for other in range(len(own)))
            for own, action in zip(form.plans, cell, strict=True)
        ]
    )


def _inner(game: ExtensiveGame, root: int, starts: frozenset[int]) -> Iterator[int]:
    """Yield where the subgames nearest below a subgame's start themselves start."""
    waiting = list(game.children[root])
    while waiting:
        index = waiting.pop()
        if index in starts:
            yield index
        else:
            waiting.extend(game.children[index])


def _stage(
    game: ExtensiveGame, root: int, values: dict[int, Payoffs]
) -> tuple[ExtensiveGame, list[int]]:
    """Return a subgame with the values of inner subgames at its ends, and its information sets."""
    places: dict[int, int] = {}
    nodes: list[Node] = []
    waiting = [root]
    while waiting:
        index = waiting.pop()
        node = game.nodes[index]
        if index in values and index != root:
            nodes.append(End(values[index]))
            continue
        if isinstance(node, Move):
            nodes.append(Move(places.setdefault(node.information, len(places))))
        else:
            nodes.append(node)
        waiting.extend(reversed(game.children[index]))
    sets = tuple(
        InformationSet(one.player, one.actions, one.name)
        for one in (game.information_sets[place] for place in places)
    )
    return ExtensiveGame(game.players, sets, tuple(nodes)), list(places)


def _ordered(found: Sequence[TreeEquilibrium]) -> tuple[TreeEquilibrium, ...]:
    return tuple(sorted(found, key=lambda one: one.behaviour, reverse=True))
