"""The one-shot game as a linear function of its payoff values, and the least change of them.

A *row* is a linear inequality in the change of the values: a player likes one profile at least as
much as another. The least weighted change that satisfies rows is a linear programme.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from negsim.arrays import BoolArray, FloatArray, frozen
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.dynamics.last_round import last_rounds
from negsim.errors import ExpressionError, UsageError, unknown
from negsim.expressions import Expression, parse
from negsim.scenario.model import Scenario

MARGIN = 1e-6
"""How much better than its rivals a move must be, as a share of its player's range of payoffs."""

TIED = 1e-12
"""A comparison that no value can change may be a tie up to this share of the range of payoffs."""


@dataclass(frozen=True)
class Binding:
    """A comparison that decides the answer, in words."""

    player: str
    words: str


@dataclass(frozen=True, eq=False)
class Linear:
    """The one-shot game as a linear function of its payoff values.

    ``base`` has shape (players, profiles): the payoffs at the scenario's numbers; ``slopes``
    (values, players, profiles): what one unit more of a value adds.
    """

    compiled: Compiled
    names: tuple[str, ...]
    values: FloatArray
    weights: FloatArray
    base: FloatArray
    slopes: FloatArray
    shape: tuple[int, ...]
    wanted: BoolArray

    @property
    def scale(self) -> FloatArray:
        """Return the range of each player's payoffs, 1 where they are all alike."""
        found = np.ptp(self.base, axis=1)
        return np.where(found > 0, found, 1.0)

    def others(self, player: int, profile: int) -> list[int]:
        """Return the profiles to which a player can move from a profile."""
        places = [int(place) for place in np.unravel_index(profile, self.shape)]
        found = []
        for action in range(self.shape[player]):
            if action != places[player]:
                moved = [*places[:player], action, *places[player + 1 :]]
                found.append(int(np.ravel_multi_index(moved, self.shape)))
        return found


@dataclass(frozen=True, slots=True, eq=False)
class Row:
    """``slope @ change + constant >= margin``, in shares of the player's range of payoffs."""

    slope: FloatArray
    constant: float
    margin: float
    player: int
    words: str


def payoff_names(scenario: Scenario) -> tuple[str, ...]:
    """Return the dotted names of the payoff values, in the order of the file."""
    return tuple(dict.fromkeys(term.number for term in scenario.payoffs))


def width_of(scenario: Scenario, name: str) -> float:
    """Return the unit in which a change is weighed: the range's width, or else the value's size.

    A value without a range is weighed by its own size, 1 at least.
    """
    number = scenario.number(name)
    if number.low is None or number.high is None or number.low == number.high:
        return max(abs(float(number.value)), 1.0)
    return float(number.high - number.low)


def linear_game(
    scenario: Scenario,
    outcome: str,
    names: Sequence[str] | None = None,
    costs: Mapping[str, float] | None = None,
) -> Linear:
    """Return the one-shot game of a scenario as a linear function of some payoff values.

    Raises
    ------
    UnknownNameError, UsageError
        If a name is not that of a payoff value, a cost is not above 0, or the outcome is not one
        that some profile leads to.
    """
    known = payoff_names(scenario)
    for name in (*(names or ()), *(costs or {})):
        scenario.number(name)
        if name not in known:
            raise UsageError(f"{name}: only payoff values can be changed here, expected payoffs.*")
    chosen = known if names is None else tuple(dict.fromkeys(names))
    compiled = compile_scenario(scenario)
    wanted = profiles_of(compiled, outcome)
    zero = compiled.points({name: np.zeros(1 + len(chosen)) for name in known})
    for k, name in enumerate(chosen):
        zero[1 + k, compiled.names.index(name)] = 1.0
    games = last_rounds(compiled, np.concatenate([compiled.points(), zero]))
    flat = games.reshape(len(games), games.shape[1], -1)
    prices = [(costs or {}).get(name, 1.0) for name in chosen]
    for name, price in zip(chosen, prices, strict=True):
        if not (np.isfinite(price) and price > 0):
            raise UsageError(f"cost of {name} = {price:g}, expected a number above 0")
    widths = np.array([width_of(scenario, name) for name in chosen])
    return Linear(
        compiled,
        chosen,
        frozen(np.array([scenario.value(name) for name in chosen])),
        frozen(np.array(prices) / widths),
        frozen(flat[0]),
        frozen(flat[2:] - flat[1]),
        games.shape[2:],
        frozen(wanted),
    )


def profiles_of(compiled: Compiled, outcome: str) -> BoolArray:
    """Return which profiles lead to an outcome at the start, such as ``truce and not cutoff``.

    Raises
    ------
    UnknownNameError
        If it mentions something that is not an option.
    UsageError
        If it cannot be read or no profile leads to it.
    """
    expression = outcome_expression(compiled.scenario, outcome)
    start = int(compiled.starts(compiled.points())[0])
    truth = expression.evaluate(compiled.events.environment()) != 0
    hits: BoolArray = np.broadcast_to(truth, (1, 1, compiled.num_events))[0, 0]
    found = hits[compiled.events.of[start]]
    if not found.any():
        raise UsageError(f'outcome "{outcome}": no moves at the start of the talks lead to it')
    return np.asarray(found)


def outcome_expression(scenario: Scenario, outcome: str) -> Expression:
    """Return an outcome as an expression over the options.

    Raises
    ------
    UnknownNameError, UsageError
        As :func:`profiles_of`.
    """
    try:
        expression = parse(outcome)
    except ExpressionError as error:
        raise UsageError(f'outcome "{outcome}": {error}') from None
    options = [option.name for option in scenario.options]
    for name in sorted(expression.names()):
        if name not in options:
            raise unknown("option", name, options)
    if expression.stances():
        raise UsageError(f'outcome "{outcome}": expected options in effect, not what is said')
    return expression


def compared(game: Linear, player: int, kept: int, left: int) -> Row:
    """Return that a player likes one profile more than another, or as much if nothing tells."""
    scale = float(game.scale[player])
    slope = (game.slopes[:, player, kept] - game.slopes[:, player, left]) / scale
    slope[np.abs(slope) < TIED] = 0.0
    constant = float(game.base[player, kept] - game.base[player, left]) / scale
    margin = MARGIN if slope.any() else -TIED
    words = f"{move_words(game, player, kept)} rather than {move_words(game, player, left)}"
    return Row(slope, constant, margin, player, words)


def move_words(game: Linear, player: int, profile: int) -> str:
    """Return a player's move in a profile, in words."""
    scenario = game.compiled.scenario
    own = list(game.compiled.moves.values())[player]
    return own[int(np.unravel_index(profile, game.shape)[player])].text(scenario) or "nothing"


def least_change(game: Linear, rows: Sequence[Row]) -> FloatArray | None:
    """Return the least weighted change that satisfies rows, None where there is none."""
    from scipy.optimize import linprog

    count = len(game.names)
    if any(not row.slope.any() and row.constant < row.margin for row in rows):
        return None
    useful = [row for row in rows if row.slope.any()]
    if not useful:
        return np.zeros(count)
    left = np.array([np.concatenate([-row.slope, row.slope]) for row in useful])
    right = np.array([row.constant - row.margin for row in useful])
    found = linprog(np.tile(game.weights, 2), left, right, bounds=(0, None), method="highs")
    if found.status != 0:
        return None
    parts = np.asarray(found.x, dtype=float)
    return np.asarray(parts[:count] - parts[count:])


def binding_words(game: Linear, rows: Sequence[Row], change: FloatArray) -> tuple[Binding, ...]:
    """Return the comparisons that hold by no more than their margin, and did not hold before."""
    found = []
    for row in rows:
        slack = float(row.slope @ change) + row.constant
        if row.slope.any() and row.constant < row.margin and slack <= 3 * row.margin:
            label = game.compiled.scenario.parties[row.player].label
            found.append(Binding(label, row.words))
    return tuple(dict.fromkeys(found))
