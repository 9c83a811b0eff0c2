"""How a strategy that has never seen a scenario reads it: ends, payoffs, roles, solved values.

Everything is said about player i in a state s at a node: what the groups before i did this round
is *seen* and known, and the others' moves that are left are *unseen*. Nothing is read from names,
labels or the order of moves in a list.

What things are worth (``negsim.playing.worth``):

- *Settling* move of a player who has a say on no joint option: an agreement follows it for certain
  whatever the unseen do, and some other move of i keeps the talks open.
- *Refusing* move: it refuses every joint option and does not settle.
- *Package* (the full deal): an event after which an agreement follows for certain and in which a
  joint option that needs i's consent is in effect, or which i has settled. Its value is i's
  expected payoff of that round, ends included.
- *Limited* option: a joint option that is in effect without an agreement following for certain.
- *Expected package* of a move: the mean value of the packages that it completes, over the unseen
  moves with which it completes one; plus infinity if it never completes any.
- *Walking away*: i refuses everything, all whom i has not seen refuse every joint option, and the
  round is the last; the best such move of i, the mean over such moves of the unseen.
- *Gain* of a state: the most by which a package exceeds walking away at the node from which it is
  completed, 0 if none does. It belongs to the state, for an aspiration is older than the round:
  otherwise a last mover would take whatever is on the table for all there is to gain.
- *Openness* of a move: the mean number of joint options in effect that need i's consent, over the
  unseen moves, and one more if it settles. It is 0 for the other moves of a player without joint
  options, who goes by side values.
- *Side value* of a move: the mean payoff of the round while the unseen refuse every joint option.
- *Harmful* move: over the unseen moves with which it puts a joint option that needs i's consent in
  effect without concluding, the round pays i less on average than i's best refusal would have.
- *Aspiration move* at a level: among the moves that refuse everything and those whose expected
  package is worth the level and which are not harmful, the most open; of these, those of the
  largest side value; of these, the most open had nothing been seen; equal chances on what is left.

What moves tell (``negsim.playing.conduct``); these have no nodes, they judge a move that was made:

- *Kindness* of i's move to j: the best payoff of a last round that it leaves to j, whatever j does
  about it, the mean over third parties' moves; scaled to 0..1 between i's least kind and kindest
  move in that state, 0.5 if all are alike. A move is kind if it leaves j at least the midpoint, as
  in the equitable payoff of Rabin (1993), "Incorporating fairness into game theory and economics",
  American Economic Review 83(5). A mean over j's own moves would call an offer unkind that j could
  only spoil for itself.
- *Opponents* of i: the others with whom i shares a joint option, mediators left out; if there are
  none, all others who are not mediators; if there are none either, all others. A bystander, who
  has a single move, is an opponent only of a player with nobody else.
- *Answer* of a move, from the least: a *refusal*, if it refuses everything or nothing can come of
  it; *limited*, if some moves of the others make a limited option of it and none a package;
  *conditional*, if it holds a conditional consent and can complete a package; *full*, if it can
  complete a package without one. Where all moves of i are refusals in every state, a move that is
  kind to every opponent counts as full. A *concession* is a fuller answer; a move *stalls* if its
  answer is less than the fullest that i has in the state.
- A move *presses* j if an option that it consents to is declared to (``presses``). If the scenario
  declares no such option of i, its moves press those to whom they are less kind than its aspiration
  move at walking away is. Those whom i's options press, or else i's opponents, are *watched* by i.
- *Holding out* in a round: of the watched whose moves stalled, those of the least answer.
- *Pressing* a set of the watched: of the moves that press most of them, those that press fewest
  others; of these, those that an aspiration move at walking away could be, if there are any; then
  the most open, with ties as for aspiration moves. *Waiting* is pressing nobody.
- A round *provokes* i if an opponent's move was unkind to it, or if a signal rang about an option
  of an opponent: the *alarm*, where a scenario has signals.

What the solved talks say (``negsim.playing.foresight``):

- *Value of talking*: i's best move that does not end the talks, everybody else playing as solved
  now and everybody from the next round on, given that no agreement follows.
- *Value of leaving*: the same for i's best move after which the talks end by its exit; without
  one, its reservation; without that, walking away.

A consent that can no longer complete what it consents to is judged as if nothing had been seen:
where expected packages and harm find no unseen move to average over, they average over all the
others' moves. So a player who moves after a refusal still says what it would agree to.

Means over the others' moves give each move the same weight, by Laplace's principle of insufficient
reason. The least value of a package, as a cautious player would take it, is no measure here: if
some third party has a side option that spoils every package, and moves later or at once, then the
worst that can happen is worse than walking away, and every rule would refuse everything.

Values that differ by less than ``TIE_TOLERANCE`` of the player's largest payoff in the state are a
tie.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from negsim.arrays import BoolArray, IntArray, frozen
from negsim.errors import GameError
from negsim.playing.conduct import Conduct
from negsim.playing.foresight import Foresight
from negsim.playing.observation import Board, board
from negsim.playing.worth import Worth
from negsim.theory.stochastic.game import StochasticGame

if TYPE_CHECKING:
    from negsim.dynamics.build import Compiled
    from negsim.scenario.model import Option, Scenario
    from negsim.scenario.moves import Move

NEGLIGIBLE = 1e-6
"""Weight below which what is left of endless talks is not played."""

LONGEST = 400
"""Most rounds of endless talks that are played."""


@dataclass(frozen=True, eq=False)
class Reading:
    """One point of a game as a rule of thumb reads it (the module defines the words)."""

    worth: Worth
    conduct: Conduct
    foresight: Foresight

    @property
    def game(self) -> StochasticGame:
        """Return the game."""
        return self.worth.game

    @property
    def point(self) -> int:
        """Return the number of the point in the game's batch."""
        return self.worth.point

    @property
    def board(self) -> Board:
        """Return the sizes and numberings."""
        return self.worth.board


def read(
    game: StochasticGame,
    point: int = 0,
    conditional: npt.ArrayLike | None = None,
    pressing: npt.ArrayLike | None = None,
    accused: npt.ArrayLike | None = None,
) -> Reading:
    """Return the reading of one point of a game.

    Parameters
    ----------
    conditional
        (n, largest M) whether a move holds a conditional consent; none does if left out.
    pressing
        (n, largest M, n) whether a move puts an option into effect that is declared to press a
        player; none is declared if left out.
    accused
        (G,) the player whose option each signal is about; nobody's (-1) if left out.

    Raises
    ------
    UsageError
        If the game has no such point.
    GameError
        If an array has the wrong shape, or a player has no move that refuses every joint option,
        so that there is no walking away to measure offers by.
    """
    sizes = board(game, point)
    players, signals = game.passing.shape[0], int(game.signals.shape[1])
    said = _given("conditional", conditional, np.zeros(game.passing.shape, dtype=bool))
    pressed = _given("pressing", pressing, np.zeros((*game.passing.shape, players), dtype=bool))
    about = _given("accused", accused, np.full(signals, -1, dtype=np.int64))
    for player, width in enumerate(sizes.moves):
        if not game.passing[player, :width].any():
            raise GameError(
                f'"{game.players[player]}" has no move that refuses every joint option; '
                "strategies measure offers by walking away and need one"
            )
    worth = Worth(game, point, said.astype(bool))
    conduct = Conduct(worth, pressed.astype(bool), about.astype(np.int64))
    return Reading(worth, conduct, Foresight(worth))


def _given(
    name: str, array: npt.ArrayLike | None, default: BoolArray | IntArray
) -> BoolArray | IntArray:
    given = default if array is None else np.array(array)
    if given.shape != default.shape:
        raise GameError(f"{name} has shape {given.shape}, expected {default.shape}")
    return frozen(given)


def reading(compiled: Compiled, game: StochasticGame, point: int = 0) -> Reading:
    """Return the reading of one point of a compiled scenario's talks.

    Endless talks are played as if they had the number of rounds of :func:`lasting`.

    Raises
    ------
    UsageError
        If the game has no such point.
    GameError
        If a party has no move that refuses every joint option.
    """
    scenario = compiled.scenario
    conditional = np.zeros(game.passing.shape, dtype=bool)
    pressing = np.zeros((*conditional.shape, len(conditional)), dtype=bool)
    for player, party in enumerate(compiled.moves.values()):
        for place, move in enumerate(party):
            conditional[player, place] = "if" in move.stances.values()
            for target in pressed_by(move, scenario.options):
                pressing[player, place, game.players.index(target)] = True
    if game.endless:
        game = game.with_rounds(lasting(game, point))
    return read(game, point, conditional, pressing, accused_by(scenario, game.players))


def pressed_by(move: Move, options: tuple[Option, ...]) -> set[str]:
    """Return the parties that a move presses: by the options to which it consents."""
    return {
        option.presses
        for option in options
        if option.presses and move.stances.get(option.name, "no") != "no"
    }


def accused_by(scenario: Scenario, players: tuple[str, ...]) -> list[int]:
    """Return the number of the player whose option each signal is about."""
    return [players.index(scenario.option(signal.about).parties[0]) for signal in scenario.signals]


def lasting(game: StochasticGame, point: int) -> int:
    """Return the rounds after which endless talks weigh less than ``NEGLIGIBLE`` to everybody.

    A round weighs the discount times the largest chance of going on to it; at most ``LONGEST``.
    """
    going = float(game.chances[point].sum(axis=-1).max())
    weight = min(float(game.discount[point].max()) * going, 1.0)
    if weight <= 0.0:
        return 1
    rounds = LONGEST if weight >= 1.0 else math.ceil(math.log(NEGLIGIBLE) / math.log(weight))
    return max(1, min(rounds, LONGEST))
