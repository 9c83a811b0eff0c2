"""Inverse analysis: the smallest change of payoff values that makes a chosen outcome come out.

For the one-shot game this is exact. Its payoffs are linear in the payoff values, so that "nobody
gains by another move" is a set of linear inequalities, and the least weighted change that satisfies
them is a linear programme, one for each profile that leads to the outcome. Sequential stability
also needs choices (this move is no improvement, or that answer deters it): a mixed-integer
programme. Both are solved by HiGHS, and the answer is then checked by solving the changed game.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import numpy as np

from negsim.analysis.outcomes.outcomes import outcomes, status_quo_payoffs
from negsim.analysis.outcomes.stability import graph_of_game, stable_for
from negsim.arrays import BoolArray, FloatArray
from negsim.deadline import in_time, left_out
from negsim.dynamics.build import Compiled, compile_scenario, one_shot_at
from negsim.errors import UsageError, unknown
from negsim.questions.change.deterrence import deterred_change
from negsim.questions.change.linear_game import (
    Binding,
    Linear,
    Row,
    binding_words,
    compared,
    least_change,
    linear_game,
    move_words,
)
from negsim.scenario.model import Scenario
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import solve

KINDS = {
    "nash": "a pure Nash equilibrium",
    "sequential": "sequentially stable for everybody",
    "settlement": "a settlement that nobody whose consent it needs blocks",
}

PROFILES = "profiles with that outcome"
"""What is gone through until the time is over, in words."""

MOST_PROFILES = 32
"""Most profiles for which the mixed-integer programme is solved, those cheapest as Nash first."""


@dataclass(frozen=True)
class NumberChange:
    """A payoff value that changes, with what the change costs."""

    name: str
    before: float
    after: float
    cost: float
    within: bool


@dataclass(frozen=True, slots=True)
class Inverse:
    """The least change found, or none, and whether the changed game shows the outcome.

    ``exact`` tells that no smaller weighted change of these values does it; where it is False the
    cost is an upper bound. ``verified`` is what solving the changed game says.
    """

    outcome: str
    kind: str
    possible: bool
    exact: bool
    cost: float
    changes: tuple[NumberChange, ...]
    profile: tuple[str, ...]
    binding: tuple[Binding, ...]
    verified: bool
    scenario: Scenario | None


def inverse(
    scenario: Scenario,
    outcome: str,
    kind: str = "nash",
    names: Sequence[str] | None = None,
    costs: Mapping[str, float] | None = None,
) -> Inverse:
    """Return the smallest weighted change of payoff values that makes an outcome come out.

    Parameters
    ----------
    outcome
        an expression over the options, such as ``truce and not aid_cutoff``.
    kind
        ``nash``: some profile that leads to it is a pure Nash equilibrium of the one-shot game.
        ``sequential``: it is sequentially stable for everybody. ``settlement``: it concludes the
        talks, and no party whose consent it needs prefers the outcome with nothing in effect.
    names
        the payoff values that may change, by default all.
    costs
        by dotted name, the cost of changing a value by the whole width of its range (of its own
        size, 1 at least, if it has none): 1 by default.

    Returns
    -------
    Inverse
        Exact for ``nash`` and ``settlement``, up to a margin of 1e-6 of the payoffs' range. For
        ``sequential`` exact with two players; with more, deterring answers of one move only are
        looked for, so that the cost is an upper bound.

    Raises
    ------
    UnknownNameError, UsageError
        If a name, kind, cost or outcome is wrong.

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> scenario = loads('''
    ... format = 1
    ... title = "A well"
    ... parties.east = {}
    ... options.dig.parties = ["east"]
    ... payoffs.east.water = { when = "dig", value = -2, range = [-4, 4], why = "Hard rock" }
    ... ''')
    >>> found = inverse(scenario, "dig")
    >>> round(found.changes[0].after, 4), round(found.cost, 4), found.verified
    (0.0, 0.25, True)
    """
    if kind not in KINDS:
        raise unknown("kind of outcome", kind, KINDS)
    game = linear_game(scenario, outcome, names, costs)
    if holds(game.compiled, game.wanted, kind):
        return Inverse(outcome, kind, True, True, 0.0, (), (), (), True, scenario)
    programmes = settlement_rows(game) if kind == "settlement" else nash_rows(game)
    solved = [
        (profile, rows, change)
        for profile, rows in in_time(programmes, PROFILES)
        if (change := least_change(game, rows)) is not None
    ]
    if kind == "sequential":
        return sequential_inverse(game, outcome, solved)
    if not solved:
        return nothing(outcome, kind, exact=not left_out())
    profile, rows, change = min(solved, key=lambda each: cost_of(game, each[2]))
    return answer(
        game, outcome, kind, profile, change, binding_words(game, rows, change), not left_out()
    )


def nothing(outcome: str, kind: str, exact: bool) -> Inverse:
    """Return the answer that no change of these values does it."""
    return Inverse(outcome, kind, False, exact, float("inf"), (), (), (), False, None)


def nash_rows(game: Linear) -> list[tuple[int, list[Row]]]:
    """Return for each profile with the outcome that nobody gains by another move."""
    return [
        (
            int(profile),
            [
                compared(game, player, int(profile), other)
                for player in range(len(game.shape))
                for other in game.others(player, int(profile))
            ],
        )
        for profile in np.flatnonzero(game.wanted)
    ]


def settlement_rows(game: Linear) -> list[tuple[int, list[Row]]]:
    """Return for each concluding profile that all it needs like it no less than the status quo.

    Raises
    ------
    UsageError
        If no profile with the outcome concludes the talks, or there is no outcome with nothing
        in effect to compare it with.
    """
    compiled = game.compiled
    talks = compiled.talks()
    start = int(talks.start[0])
    events = compiled.events.of[start]
    options = compiled.events.table[: len(compiled.scenario.options)]
    something = np.asarray(options.any(axis=0), dtype=bool)
    quiet = np.flatnonzero(~something[events])
    if not len(quiet):
        raise UsageError(
            "a settlement is compared with nothing in effect, and the rules allow no such outcome"
        )
    concluding = talks.agreement[0, start, events] >= 1 - 1e-12
    found = []
    for profile in np.flatnonzero(game.wanted & concluding).tolist():
        event = int(events[profile])
        needed = talks.coalitions[talks.in_effect[:, event]].any(axis=0)
        needed = needed | np.isin(
            np.arange(len(talks.players)), talks.solo_owner[talks.solo_level[:, event] > 0]
        )
        rows = [
            accepted(game, player, profile, int(quiet[0]))
            for player in np.flatnonzero(needed).tolist()
        ]
        found.append((profile, rows))
    if not found:
        raise UsageError("no moves with that outcome conclude the talks, so it is no settlement")
    return found


def accepted(game: Linear, player: int, profile: int, quiet: int) -> Row:
    """Return that a player likes a settlement no less than nothing in effect."""
    row = compared(game, player, profile, quiet)
    return Row(row.slope, row.constant, row.margin, player, "the settlement rather than nothing")


def answer(
    game: Linear,
    outcome: str,
    kind: str,
    profile: int,
    change: FloatArray,
    binding: tuple[Binding, ...],
    exact: bool,
) -> Inverse:
    """Return a change as an answer, verified by solving the changed game."""
    scenario = game.compiled.scenario
    changes = []
    for name, before, step, weight in zip(
        game.names, game.values, change, game.weights, strict=True
    ):
        if abs(step) * weight > 1e-9:
            number, after = scenario.number(name), float(before + step)
            within = number.low is None or number.high is None
            within = within or float(number.low or 0) <= after <= float(number.high or 0)
            changes.append(
                NumberChange(name, float(before), after, float(abs(step) * weight), within)
            )
    changed = scenario.set({each.name: Decimal(repr(each.after)) for each in changes})
    checked = holds(compile_scenario(changed), game.wanted, kind)
    said = tuple(
        f"{party.label}: {move_words(game, player, profile)}"
        for player, party in enumerate(scenario.parties)
    )
    cost = cost_of(game, change)
    return Inverse(
        outcome, kind, True, exact, cost, tuple(changes), said, binding, checked, changed
    )


def holds(compiled: Compiled, wanted: BoolArray, kind: str) -> bool:
    """Tell by solving the one-shot game whether a profile with the outcome is of the kind."""
    talks = compiled.talks()
    game = one_shot_at(compiled, talks)
    if kind == "sequential":
        graph = graph_of_game(game)
        rows = [stable_for(graph, player, "seq") for player in range(len(graph.players))]
        return bool((np.all(rows, axis=0) & wanted).any())
    pure = solve(game, "pure")
    if kind == "nash":
        return any(wanted[profile_of(game, found.profile)] for found in pure.equilibria)
    status_quo, _ = status_quo_payoffs(compiled, talks, game)
    start = int(talks.start[0])
    events = compiled.events.of[start]
    free = {row.text for row in outcomes(compiled, talks, pure, status_quo) if not row.blockers}
    return any(
        compiled.event_text(int(events[profile])) in free
        and talks.agreement[0, start, int(events[profile])] >= 1 - 1e-12
        for profile in np.flatnonzero(wanted).tolist()
    )


def profile_of(game: NormalFormGame, mixed: Sequence[FloatArray]) -> int:
    """Return the number of a pure profile."""
    return int(np.ravel_multi_index([int(np.argmax(row)) for row in mixed], game.num_actions))


def cost_of(game: Linear, change: FloatArray) -> float:
    """Return what a change costs."""
    return float(game.weights @ np.abs(change))


def sequential_inverse(
    game: Linear, outcome: str, solved: Sequence[tuple[int, list[Row], FloatArray]]
) -> Inverse:
    """Return the least change after which some profile is sequentially stable for everybody.

    A Nash equilibrium is sequentially stable, so that the cheapest change to one is a first bound.
    """
    ranked = sorted(solved, key=lambda each: cost_of(game, each[2]))
    rest = [int(k) for k in np.flatnonzero(game.wanted) if k not in {each[0] for each in solved}]
    profiles = ([each[0] for each in ranked] + rest)[:MOST_PROFILES]
    best: tuple[int, FloatArray, tuple[Binding, ...]] | None = None
    if ranked:
        profile, rows, change = ranked[0]
        best = profile, change, binding_words(game, rows, change)
    for profile in in_time(profiles, PROFILES):
        limit = np.inf if best is None else cost_of(game, best[1])
        found = deterred_change(game, profile, limit)
        if found is not None and cost_of(game, found[0]) < limit * (1 - 1e-9):
            best = profile, found[0], found[1]
    exact = len(game.shape) <= 2 and len(profiles) == int(game.wanted.sum()) and not left_out()
    if best is None:
        return nothing(outcome, "sequential", exact)
    return answer(game, outcome, "sequential", *best, exact)
