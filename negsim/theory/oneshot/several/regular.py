"""All regular equilibria of a small game of any number of players, with proof.

An equilibrium is *regular* if its moves pay more than all others and the equations that make them
pay the same have a regular derivative there: it then is isolated and survives small changes of the
payoffs. The game is made smaller first (``negsim.theory.oneshot.reduction``); then every support is
searched (``negsim.theory.oneshot.several.branching``). The proof is about the payoffs as given, in
binary.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain, product
from typing import NamedTuple

import numpy as np

from negsim.arrays import BoolArray, FloatArray, IntArray, frozen, kernel
from negsim.errors import UsageError
from negsim.theory.normal_form.game import NormalFormGame, Profile
from negsim.theory.normal_form.marks import is_pure
from negsim.theory.normal_form.result import SAME_PROFILE, Equilibrium, Solution, certify
from negsim.theory.normal_form.undecided import SINGULAR, TIE, UNFINISHED, UndecidedBox
from negsim.theory.oneshot.pure import pure_equilibria
from negsim.theory.oneshot.reduction import Reduction, reduce_game
from negsim.theory.oneshot.several.branching import SearchRecord, members_of, search
from negsim.theory.oneshot.several.interval import MOST_TERMS, Tensor, gain, tensor
from negsim.theory.registry import refusal, solver

REGULAR = "regular"
"""Mark of an equilibrium that is proved to exist, to be regular and to be alone in its box."""

MOST_SUPPORTS = 60_000
"""A game with more supports than this, once reduced, is refused: 4 x 4 x 4 x 4 is not."""

MOST_ZEROS = 4_000
"""More zeros than this are not kept: boxes that hold others stay undecided."""

MOST_CLUSTERED = 300
"""Undecided boxes of one support are put together by contact up to this many, or else all."""

HOLDS = 2
BORDERLINE = 1
FAILS = 0


class Judged(NamedTuple):
    """What the zeros amount to: equilibria of the game, and those that ties leave in doubt."""

    equilibria: tuple[Equilibrium, ...]
    doubtful: tuple[int, ...]
    dropped: tuple[str, ...]


def _size_fault(reduced: NormalFormGame) -> str:
    """Return why a reduced game has too many supports, or nothing."""
    count = math.prod(2**actions - 1 for actions in reduced.num_actions)
    if count <= MOST_SUPPORTS and max(reduced.num_actions) <= MOST_TERMS:
        return ""
    shape = " x ".join(str(actions) for actions in reduced.num_actions)
    return (
        f"would search {count:,} supports in a game of {shape} actions (once reduced), expected "
        f"at most {MOST_SUPPORTS:,}, of at most {MOST_TERMS} actions of a player"
    )


def too_large(game: NormalFormGame) -> str:
    """Return why a game has too many supports even once reduced, or nothing."""
    return _size_fault(game) and _size_fault(reduce_game(game).reduced)


@solver(
    "regular",
    finds="all",
    cost="exponential in the number of actions: 0.05 s at 3 x 3 x 3, seconds at 4 x 4 x 4",
    source="own: interval Newton on every support; Neumaier (1990), Harsanyi (1973)",
    summary="every regular equilibrium of a small game, mixed ones included, with proof",
    unfit=too_large,
)
def solve_regular(game: NormalFormGame, boxes: int = 50_000) -> Solution:
    """Find every regular Nash equilibrium of a small game and prove that there is no other.

    Each equilibrium marked "regular" is proved to exist and to be the only one in a box around it;
    the rest of the space is proved to hold none, but for the boxes in ``undecided``: where
    equilibria may form a continuum, where one has a tie, or where the work allowed was used up.
    Moves that pay everybody the same count as one, and share its chance; pure equilibria are
    listed one by one, those with ties too.

    Parameters
    ----------
    boxes
        How many boxes to look at besides the first one of each support. The answer depends on this
        number and not on the speed of the machine; 50,000 take some seconds.

    Returns
    -------
    Solution
        ``complete`` if nothing is undecided and no equilibrium plays one of several moves that are
        the same: these may share their chance at will, in infinitely many ways, as the message
        says. ``degenerate`` if there are ties.

    Raises
    ------
    SolverError
        If, once reduced, the game has more than ``MOST_SUPPORTS`` supports or a player more than
        ``MOST_TERMS`` actions.
    UsageError
        If ``boxes`` is not a whole number of at least 0.

    References
    ----------
    Harsanyi (1973), "Oddness of the number of equilibrium points: a new proof", International
    Journal of Game Theory 2: almost all games have regular equilibria only, an odd number. Neumaier
    (1990), "Interval Methods for Systems of Equations", theorems 5.1.7 and 5.1.8: existence and
    uniqueness. McKelvey and McLennan (1996), "Computation of equilibria in finite games", Handbook
    of Computational Economics 1, section 6: one system of equations for each support.

    Examples
    --------
    Three friends each want to be where the others are, in one of two places.

    >>> same = np.zeros((3, 2, 2, 2))
    >>> same[:, 0, 0, 0], same[:, 1, 1, 1] = 1, 1
    >>> found = solve_regular(NormalFormGame(same))
    >>> [one.profile[0].tolist() for one in found.equilibria], found.complete
    ([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]], True)
    """
    if isinstance(boxes, bool) or not isinstance(boxes, int) or boxes < 0:
        raise UsageError(f"boxes: expected a whole number of at least 0, got {boxes}")
    reduction = reduce_game(game)
    if why := _size_fault(reduction.reduced):
        raise refusal("regular", game, why)
    supports = all_supports(reduction.reduced.num_actions)
    field = tensor(_scaled(reduction.reduced.payoffs))
    found = search(field, supports, boxes, MOST_ZEROS)
    judged = _judged(reduction, supports, found, field)
    undecided = _undecided(reduction, supports, found, judged.doubtful)
    equilibria, dropped = judged.equilibria, judged.dropped
    tied = any(_nearly_tied(game, one) for one in equilibria)
    listed = not undecided and not dropped and not tied
    shared = reduction.shared_by(one.profile for one in equilibria)
    complete = listed and not shared
    degenerate = tied or bool(undecided) or any(REGULAR not in one.marks for one in equilibria)
    message = _message(judged, undecided, listed, _sharing_words(game, shared))
    return Solution(
        game, "regular", equilibria, complete, degenerate, message, dropped, undecided=undecided
    )


def all_supports(num_actions: tuple[int, ...]) -> BoolArray:
    """Return every choice of at least one action per player, shape (count, sum(num_actions)).

    >>> all_supports((1, 2)).astype(int).tolist()
    [[1, 1, 0], [1, 0, 1], [1, 1, 1]]
    """
    subsets = [
        [[bool(chosen >> action & 1) for action in range(count)] for chosen in range(1, 2**count)]
        for count in num_actions
    ]
    choices = (list(chain.from_iterable(choice)) for choice in product(*subsets))
    return np.array(list(choices), dtype=np.bool_)


@kernel
def judge(tensor: Tensor, supports: BoolArray, found: SearchRecord) -> IntArray:
    """Return for each zero whether it is an equilibrium: HOLDS, BORDERLINE or FAILS.

    It holds if all chances are positive and all other actions pay less, whatever the rounding.
    """
    verdicts = np.empty(found.counts[0], np.int64)
    for place in range(found.counts[0]):
        played = supports[found.owners[place]]
        zero = found.zeros[place]
        support = members_of(tensor, played)
        verdict = HOLDS
        for player in range(len(tensor.stride)):
            base = tensor.slots[player]
            first = support.members[support.first[player]] - base
            for slot in range(base, tensor.slots[player + 1]):
                least, most = zero[0, slot], zero[1, slot]
                if not played[slot]:
                    low, high = gain(tensor, support, zero, player, slot - base, first)
                    least, most = -high, -low
                if most < 0.0:
                    verdict = FAILS
                elif not least > 0.0:
                    verdict = min(verdict, BORDERLINE)
        verdicts[place] = verdict
    return verdicts


def _scaled(payoffs: FloatArray) -> FloatArray:
    """Return each player's payoffs times a power of two, the largest near 1: nothing is rounded."""
    largest = np.abs(payoffs).reshape(len(payoffs), -1).max(axis=1)
    exponents = np.frexp(largest)[1].reshape(-1, *[1] * (payoffs.ndim - 1))
    scaled: FloatArray = np.ldexp(payoffs, -exponents)
    return scaled


def _judged(
    reduction: Reduction, supports: BoolArray, found: SearchRecord, field: Tensor
) -> Judged:
    """Return the equilibria among the zeros, with all pure ones, and what is left in doubt."""
    game, reduced = reduction.game, reduction.reduced
    pure = {_moves(one.profile): one for one in pure_equilibria(game)}
    mixed: list[Equilibrium] = []
    tied: list[Equilibrium] = []
    doubtful, dropped = [], []
    verdicts = judge(field, supports, found)
    for place in np.flatnonzero(verdicts != FAILS).tolist():
        profile = _profile(reduced, found.zeros[place])
        expanded = reduction.expand(profile)
        one = certify(game, expanded)
        if verdicts[place] == BORDERLINE:
            if one is not None and not is_pure(profile):
                tied.append(one)
            if not _settled(reduced, supports, found, place):
                doubtful.append(place)
        elif one is None:
            dropped.append(f"{_words(expanded)}: proved, but above tolerance once rounded")
        elif is_pure(expanded):
            pure[_moves(expanded)] = _marked(one)
        elif not is_pure(profile):
            mixed.append(one if reduction.is_merged(profile) else _marked(one))
    for one in tied:
        if all(_distance(one, other) > SAME_PROFILE for other in (*pure.values(), *mixed)):
            mixed.append(one)
    ordered = sorted((*pure.values(), *mixed), key=lambda one: tuple(-np.concatenate(one.profile)))
    return Judged(tuple(ordered), tuple(doubtful), tuple(dropped))


def _profile(reduced: NormalFormGame, zero: FloatArray) -> Profile:
    """Return the middle of an enclosure as a profile; what may be zero is."""
    middle = np.where(zero[0] > 0.0, 0.5 * (zero[0] + zero[1]), 0.0)
    parts = np.split(middle, np.cumsum(reduced.num_actions)[:-1])
    return tuple(frozen(part / part.sum()) for part in parts)


def _settled(reduced: NormalFormGame, supports: BoolArray, found: SearchRecord, place: int) -> bool:
    """Tell whether the ties at a zero are exact, so that it is known what it is.

    The actions in doubt must pay exactly what the others in the support pay, whatever the others
    play that is surely played; and if it is their chances that are in doubt, the zone must hold the
    zero of the support without them, which then is the zero itself.
    """
    zero = found.zeros[place]
    sure = supports[found.owners[place]] & (zero[0] > 0.0)
    cuts = np.cumsum(reduced.num_actions)[:-1]
    kept = [np.flatnonzero(own) for own in np.split(sure, cuts)]
    for player, own in enumerate(_in_doubt(reduced, kept, zero, sure)):
        cells = np.moveaxis(reduced.payoffs[player], player, 0)
        others = kept[:player] + kept[player + 1 :]
        rows = cells[np.ix_(np.array([*own, kept[player][0]]), *others)]
        if (rows != rows[-1]).any():
            return False
    if (sure == supports[found.owners[place]]).all():
        return True
    owners = supports[found.owners[: found.counts[0]]]
    smaller = found.zeros[: found.counts[0]][(owners == sure).all(axis=1)]
    zone = found.zones[place]
    return bool(((smaller[:, 0] >= zone[0]) & (smaller[:, 1] <= zone[1])).all(axis=1).any())


def _in_doubt(
    reduced: NormalFormGame, kept: Sequence[IntArray], zero: FloatArray, sure: BoolArray
) -> list[list[int]]:
    """Return each player's actions that may have chance zero, or tie with what is played."""
    profile = _profile(reduced, zero)
    first = 0
    found = []
    for player, count in enumerate(reduced.num_actions):
        gains = reduced.action_payoffs(profile, player)
        gap = float(gains[kept[player]].min()) - gains
        limit = reduced.regret_limit(profile)[player]
        near = (gap <= limit) & ~sure[first : first + count]
        possible = (zero[1, first : first + count] > 0.0) & ~sure[first : first + count]
        found.append(np.flatnonzero(near | possible).tolist())
        first += count
    return found


def _moves(profile: Profile) -> tuple[int, ...]:
    return tuple(int(np.argmax(mixed)) for mixed in profile)


def _marked(one: Equilibrium) -> Equilibrium:
    return replace(one, marks=(*one.marks, REGULAR))


def _distance(one: Equilibrium, other: Equilibrium) -> float:
    return float(np.abs(np.concatenate(one.profile) - np.concatenate(other.profile)).max())


def _words(profile: Profile) -> str:
    return ", ".join(np.array2string(mixed, precision=4) for mixed in profile)


def _nearly_tied(game: NormalFormGame, one: Equilibrium) -> bool:
    """Tell whether rounding of the payoffs could make or break a tie at an equilibrium."""
    for player, mixed in enumerate(one.profile):
        best = game.best_responses(one.profile, player)
        more = best[mixed[best] == 0.0]
        if more.size and REGULAR in one.marks:
            return True
        if more.size and is_pure(one.profile):
            gains = game.action_payoffs(one.profile, player)
            if (gains[more] != gains[int(np.argmax(mixed))]).any():
                return True
    return False


def _undecided(
    reduction: Reduction, supports: BoolArray, found: SearchRecord, doubtful: Sequence[int]
) -> tuple[UndecidedBox, ...]:
    """Return what is undecided, boxes of one support that touch put together."""
    boxes = [_box(reduction, found.zeros[place], TIE) for place in doubtful]
    count, stuck = int(found.counts[1]), int(found.counts[3])
    for status, part in ((SINGULAR, slice(0, stuck)), (UNFINISHED, slice(stuck, count))):
        owners = found.open_owners[part]
        for owner in np.unique(owners):
            hulls = _hulls(found.open_boxes[part][owners == owner])
            played = supports[owner]
            boxes += [_box(reduction, np.where(played, hull, 0.0), status) for hull in hulls]
    return tuple(boxes)


def _hulls(boxes: FloatArray) -> Iterator[FloatArray]:
    """Yield the least boxes that hold all of those that hang together; see ``MOST_CLUSTERED``."""
    left = boxes
    while len(left):
        hull = left[0]
        members = np.ones(len(left), np.bool_)
        if len(boxes) <= MOST_CLUSTERED:
            members = np.zeros(len(left), np.bool_)
            grown = True
            while grown:
                touching = ((left[:, 0] <= hull[1]) & (left[:, 1] >= hull[0])).all(axis=1)
                grown = bool((touching & ~members).any())
                members |= touching
                hull = np.stack([left[members, 0].min(axis=0), left[members, 1].max(axis=0)])
        yield np.stack([left[members, 0].min(axis=0), left[members, 1].max(axis=0)])
        left = left[~members]


def _box(reduction: Reduction, bounds: FloatArray, status: str) -> UndecidedBox:
    """Return bounds on the chances in the smaller game as bounds in the game.

    A move that is one of several that are the same may have any part of their chance.
    """
    game = reduction.game
    low = [np.zeros(count) for count in game.num_actions]
    high = [np.zeros(count) for count in game.num_actions]
    slot = 0
    for player, classes in enumerate(reduction.classes):
        for members in classes:
            least, most = np.clip(bounds[:, slot], 0.0, 1.0)
            low[player][list(members)] = least if len(members) == 1 else 0.0
            high[player][list(members)] = most
            slot += 1
    return UndecidedBox(
        tuple(map(frozen, low)), tuple(map(frozen, high)), status, game.players, game.actions
    )


def _sharing_words(
    game: NormalFormGame, shared: Sequence[tuple[int, tuple[int, ...]]]
) -> list[str]:
    """Return who may share its chance among which of its moves at will."""
    return [
        f"{game.players[player]} may share its chance among "
        f"{' and '.join(game.actions[player][action] for action in members)} at will"
        for player, members in shared
    ]


def _message(
    judged: Judged, undecided: Sequence[UndecidedBox], listed: bool, sharing: Sequence[str]
) -> str:
    count = len(judged.equilibria)
    proved = sum(REGULAR in one.marks for one in judged.equilibria)
    words = [f"{count} equilibri{'um' if count == 1 else 'a'}, {proved} of them proved regular"]
    if sharing:
        words.append(f"infinitely many with them: {', '.join(sharing)}")
        words.append("no others" if listed else "not known to be all")
    else:
        words.append("all there are" if listed else "not known to be all")
    if undecided:
        words.append(f"{len(undecided)} place{'' if len(undecided) == 1 else 's'} undecided")
    if judged.dropped:
        words.append(f"{len(judged.dropped)} dropped, above tolerance once rounded")
    if not listed and not undecided and not judged.dropped:
        words.append("rounding of the payoffs could make or break a tie")
    return "; ".join(words)
