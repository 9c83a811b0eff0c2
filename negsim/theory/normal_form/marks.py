"""What to know about an equilibrium beyond its numbers: pure, strict, in weakly dominated moves.

Marks that need other equilibria, coalitions or a linear programme to find are named here and given
by ``negsim.theory.oneshot.focal.compare``.
"""

from __future__ import annotations

from negsim.theory.normal_form.game import NormalFormGame, Profile

PURE = "pure"
STRICT = "strict"
WEAKLY_DOMINATED = "weakly dominated moves"
QUANTAL = "quantal response"
EFFICIENT = "efficient among the equilibria"
PAYOFF_DOMINANT = "payoff-dominant"
RISK_DOMINANT = "risk-dominant"
COORDINATION_FAILURE = "coordination failure"


def marks(game: NormalFormGame, profile: Profile) -> tuple[str, ...]:
    """Return the marks of an equilibrium, in this order.

    "pure": every player plays one action for certain. "strict": every deviation costs whoever makes
    it. "weakly dominated moves": somebody plays an action that another pure action weakly
    dominates; such an equilibrium rests on a player who would lose nothing by another action and
    might gain ("both refuse", when both must consent).

    References
    ----------
    van Damme (1991), "Stability and Perfection of Nash Equilibria", sections 1.4 and 2.3.

    Examples
    --------
    >>> both_must_consent = NormalFormGame.from_bimatrix([[1, 0], [0, 0]], [[1, 0], [0, 0]])
    >>> marks(both_must_consent, both_must_consent.pure_profile([0, 0]))
    ('pure', 'strict')
    >>> marks(both_must_consent, both_must_consent.pure_profile([1, 1]))
    ('pure', 'weakly dominated moves')
    """
    found = [
        (PURE, is_pure(profile)),
        (STRICT, is_pure(profile) and not has_ties(game, profile)),
        (WEAKLY_DOMINATED, plays_weakly_dominated(game, profile)),
    ]
    return tuple(mark for mark, holds in found if holds)


def is_pure(profile: Profile) -> bool:
    """Tell whether every player plays one action for certain."""
    return all((mixed > 0).sum() == 1 for mixed in profile)


def plays_weakly_dominated(game: NormalFormGame, profile: Profile) -> bool:
    """Tell whether some player plays an action that another pure action weakly dominates."""
    return any(
        game.plays_dominated(player, mixed, weak=True) for player, mixed in enumerate(profile)
    )


def has_ties(game: NormalFormGame, profile: Profile) -> bool:
    """Tell whether somebody has more pure best responses than the others' mixed actions allow.

    For two players: a mixed action has more pure best responses than actions in its support, which
    is how von Stengel (2002), "Computing equilibria for two-person games", definition 2.6, defines
    a degenerate game; at an equilibrium it is what lets equilibria form a continuum. For a pure
    profile of any number of players: somebody has two best responses.

    Examples
    --------
    >>> game = NormalFormGame.from_bimatrix([[1, 0], [1, 0]], [[1, 0], [0, 1]])
    >>> has_ties(game, game.pure_profile([0, 0]))
    True
    """
    sizes = [int((mixed > 0).sum()) for mixed in profile]
    for player in range(game.num_players):
        others = sizes[:player] + sizes[player + 1 :]
        if game.best_responses(profile, player).size > max([1, *others]):
            return True
    return False
