"""One equilibrium of a zero-sum game, and its value, by two linear programmes."""

from __future__ import annotations

from negsim.errors import SolverError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.normal_form.result import Solution, any_ties, certify
from negsim.theory.oneshot.dominance import solve_security, sums_to_a_constant
from negsim.theory.oneshot.reduction import merge_equal
from negsim.theory.registry import refusal, solver


def unfit(game: NormalFormGame) -> str:
    """Return why a game of two players is not one of constant sum, or nothing."""
    constant = sums_to_a_constant(game)
    return "" if constant else "takes payoffs that sum to the same everywhere, and these do not"


@solver(
    "zero_sum",
    finds="one",
    min_players=2,
    max_players=2,
    cost="two linear programmes of the size of the table: a fraction of a second at 100 x 100",
    source="von Neumann (1928)",
    summary="one equilibrium and the value of a zero-sum or constant-sum game",
    unfit=unfit,
)
def solve_zero_sum(game: NormalFormGame) -> Solution:
    """Find an equilibrium of a zero-sum game: both secure the most that they can.

    Payoffs may also sum to another constant. All equilibria of such a game pay the same, and any
    part of one goes with the other part of any other. Moves that pay everybody the same share
    their chance.

    Returns
    -------
    Solution
        One equilibrium; not complete, since others may pay the same.

    Raises
    ------
    SolverError
        If payoffs do not sum to the same everywhere, a linear programme is too large, or rounding
        leaves a regret above tolerance.

    References
    ----------
    von Neumann (1928), "Zur Theorie der Gesellschaftsspiele", Mathematische Annalen 100.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[2, -1], [-1, 1]], [[-2, 1], [1, -1]])
    >>> print(solve_zero_sum(game).message)
    1 equilibrium; the value is 0.2 to player 1 and -0.2 to player 2 in every equilibrium
    """
    if why := unfit(game):
        raise refusal("zero_sum", game, why)
    merged = merge_equal(game)
    found = certify(game, merged.expand(solve_security(merged.reduced).profile))
    if found is None:
        raise SolverError('solver "zero_sum" leaves a regret above tolerance by rounding')
    values = zip(game.players, found.payoffs.tolist(), strict=True)
    words = " and ".join(f"{value:.6g} to {player}" for player, value in values)
    message = f"1 equilibrium; the value is {words} in every equilibrium"
    return Solution(game, "zero_sum", (found,), False, any_ties((found,), game), message)
