"""What holds for every signalling game: found by other methods too, under any names and units."""

from __future__ import annotations

from itertools import pairwise, permutations, product

import numpy as np
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.optimize import linprog

from negsim.analysis.signals.truce_regions import OUTCOMES, truce_outcomes
from negsim.theory.oneshot.two_party.rational import exact_equilibria
from negsim.theory.signalling.game import SignallingGame
from negsim.theory.signalling.perfect_bayesian import (
    FAILS,
    PASSES,
    SignallingComponent,
    SignallingOutcome,
    perfect_bayesian,
)
from tests.oracles.limited_truce import limited_truce_signal

steady = settings(deadline=None, derandomize=True, max_examples=25)
few = settings(deadline=None, derandomize=True, max_examples=12)

SHAPES = st.sampled_from([(2, 2, 2), (2, 2, 3), (2, 3, 2)])
PRIORS = st.sampled_from([0.125, 0.375, 0.5, 0.75])


@st.composite
def games(draw: st.DrawFn, size: int = 2, shapes: st.SearchStrategy = SHAPES) -> SignallingGame:
    """Draw a game with whole payoffs from -size to size: ties are common if it is small."""
    shape, prior = draw(shapes), draw(PRIORS)
    payoffs = arrays(float, shape, elements=st.integers(-size, size).map(float))
    return SignallingGame([prior, 1 - prior], draw(payoffs), draw(payoffs))


@st.composite
def plain_games(draw: st.DrawFn) -> SignallingGame:
    """Draw a game without ties between payoffs, from a seed."""
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    shape = draw(SHAPES)
    count = int(np.prod(shape))
    sender, receiver = (
        (random.permutation(40)[:count] ** 2 + 1.0).reshape(shape) for _ in range(2)
    )
    return SignallingGame([0.375, 0.625], sender, receiver)


# ---------------------------------------------------------------- a second method


def normal_form(game: SignallingGame) -> tuple[list, list, np.ndarray, np.ndarray]:
    """Return plans of both players and their expected payoffs, from the definition."""
    types, messages, replies = game.shape
    plans = list(product(range(messages), repeat=types))
    answers = list(product(range(replies), repeat=messages))
    own, other = np.zeros((2, len(plans), len(answers)))
    for (i, plan), (j, answer) in product(enumerate(plans), enumerate(answers)):
        for kind, message in enumerate(plan):
            own[i, j] += game.prior[kind] * game.sender[kind, message, answer[message]]
            other[i, j] += game.prior[kind] * game.receiver[kind, message, answer[message]]
    return plans, answers, own, other


def deterring_beliefs(game: SignallingGame, message: int, values: np.ndarray) -> list[float]:
    """Return, of beliefs at and between all possible breaks, those with a deterring best reply."""
    worth = game.receiver[:, message]
    points = {0.0, 1.0}
    for one, other in product(range(game.shape[2]), repeat=2):
        rise, start = worth[:, one] - worth[:, other]
        if rise != start and 0 <= start / (start - rise) <= 1:
            points.add(start / (start - rise))
    breaks = sorted(points)
    candidates = breaks + [(left + right) / 2 for left, right in pairwise(breaks)]
    return [belief for belief in candidates if deterred_at(game, message, values, belief)]


def deterred_at(game: SignallingGame, message: int, values: np.ndarray, belief: float) -> bool:
    expected = belief * game.receiver[0, message] + (1 - belief) * game.receiver[1, message]
    best = np.flatnonzero(expected >= expected.max() - 1e-9)
    if (game.sender[:, message, best] <= values[:, None] + 1e-9).all(axis=0).any():
        return True
    return mixes(game.sender[:, message, best], values + 1e-9)


def mixes(columns: np.ndarray, limit: np.ndarray) -> bool:
    """Tell whether some mixture of the columns is at most the limit."""
    count = columns.shape[1]
    found = linprog(np.zeros(count), columns, limit, np.ones((1, count)), [1])
    return bool(found.status == 0)


def by_normal_form(game: SignallingGame) -> list[tuple[np.ndarray, np.ndarray, dict]]:
    """Return the extreme Nash equilibria whose outcomes beliefs can support, with the beliefs."""
    types, messages, replies = game.shape
    plans, answers, own, other = normal_form(game)
    found = []
    for equilibrium in exact_equilibria(own.tolist(), other.tolist()):
        strategy, reply = np.zeros((types, messages)), np.zeros((messages, replies))
        for chance, plan in zip(equilibrium.profile[0], plans, strict=True):
            strategy[range(types), plan] += chance
        for chance, answer in zip(equilibrium.profile[1], answers, strict=True):
            reply[range(messages), answer] += chance
        sent = strategy.max(axis=0) > 1e-12
        values = game.message_values(reply)[:, sent].max(axis=1)
        support = {
            int(message): deterring_beliefs(game, message, values)
            for message in np.flatnonzero(~sent)
        }
        if all(support.values()):
            found.append((strategy, reply * sent[:, None], support))
    return found


def spans(points: np.ndarray, target: np.ndarray) -> bool:
    """Tell whether a target is a mixture of points."""
    count = len(points)
    flat = np.vstack([points.reshape(count, -1).T, np.ones((1, count))])
    close = np.abs(points - target).reshape(count, -1).max(axis=1) < 1e-9
    if close.any() or count == 1:
        return bool(close.any())
    found = linprog(np.zeros(count), A_eq=flat, b_eq=np.append(target.ravel(), 1))
    return bool(found.status == 0)


def holds(component: SignallingComponent, strategy: np.ndarray, replies: np.ndarray) -> bool:
    """Tell whether a component has a member of this strategy and these replies on its path."""
    sent = strategy.max(axis=0) > 1e-12
    return any(
        spans(strategies, strategy) and spans(answers[:, sent], replies[sent])
        for strategies, answers in component.families
    )


def on_path(outcome: SignallingOutcome) -> np.ndarray:
    played = outcome.replies * np.array(outcome.sent)[:, None]
    return np.concatenate([outcome.strategy.ravel(), played.ravel()])


@steady
@given(plain_games())
def test_without_ties_the_normal_form_has_the_same_outcomes(game: SignallingGame) -> None:
    solution = perfect_bayesian(game)
    assume(not solution.degenerate)
    mine = [on_path(outcome) for outcome in solution.outcomes]
    theirs = []
    for strategy, replies, support in by_normal_form(game):
        flat = np.concatenate([strategy.ravel(), replies.ravel()])
        theirs.append(flat)
        places = [place for place, own in enumerate(mine) if np.abs(own - flat).max() < 1e-9]
        assert len(places) == 1
        for message, beliefs in support.items():
            intervals = solution.outcomes[places[0]].support[message]
            for belief in beliefs:
                assert any(low - 1e-9 <= belief <= high + 1e-9 for low, high in intervals)
    assert all(any(np.abs(own - flat).max() < 1e-9 for flat in theirs) for own in mine)


@steady
@given(games(size=1))
def test_with_ties_every_outcome_of_the_normal_form_is_in_one_component(
    game: SignallingGame,
) -> None:
    components = perfect_bayesian(game).components
    for strategy, replies, _ in by_normal_form(game):
        assert sum(holds(component, strategy, replies) for component in components) == 1


@few
@given(games(size=1, shapes=st.just((2, 2, 2))))
def test_whatever_has_no_regret_is_in_a_component(game: SignallingGame) -> None:
    solution = perfect_bayesian(game)
    halves, quarters = [0.0, 0.5, 1.0], [0.0, 0.25, 0.5, 0.75, 1.0]
    for mixed in product(halves, repeat=4):
        rows = np.array([[chance, 1 - chance] for chance in mixed])
        strategy, replies = rows[:2], rows[2:]
        if game.sender_regret(strategy, replies).max() > 1e-12:
            continue
        for held in product(quarters, repeat=2):
            beliefs = np.array([[chance, 1 - chance] for chance in held])
            quiet = game.receiver_regret(replies, beliefs).max() <= 1e-12
            if quiet and game.bayes_gap(strategy, beliefs) <= 1e-12:
                assert any(holds(each, strategy, replies) for each in solution.components)
                break


@steady
@given(games(), st.integers(0, 10**6))
def test_every_member_of_every_family_is_an_equilibrium(game: SignallingGame, seed: int) -> None:
    random = np.random.default_rng(seed)
    solution = perfect_bayesian(game)
    assert solution.complete
    assert solution.components
    for component in solution.components:
        for strategies, answers in component.families:
            strategy = np.tensordot(random.dirichlet(np.ones(len(strategies))), strategies, 1)
            replies = np.tensordot(random.dirichlet(np.ones(len(answers))), answers, 1)
            assert game.sender_regret(strategy, replies).max() < 1e-9
            posterior = game.posterior(strategy)
            sent = ~np.isnan(posterior[:, 0])
            regret = game.receiver_regret(replies, np.where(sent[:, None], posterior, 0.5))
            assert regret[sent].max() < 1e-9
            values = game.payoffs(strategy, replies)[0]
            for message in np.flatnonzero(~sent):
                able = deterring_beliefs(game, message, values)
                assert able
                for belief in able:
                    intervals = component.support[message]
                    assert any(low - 1e-9 <= belief <= high + 1e-9 for low, high in intervals)


@steady
@given(games(size=3))
def test_the_support_of_an_outcome_is_the_set_of_deterring_beliefs(game: SignallingGame) -> None:
    grid = np.linspace(0, 1, 33)
    for outcome in perfect_bayesian(game).outcomes:
        for message, sent in enumerate(outcome.sent):
            if not sent:
                intervals = outcome.support[message]
                listed = [
                    any(low - 1e-12 <= belief <= high + 1e-12 for low, high in intervals)
                    for belief in grid
                ]
                found = [deterred_at(game, message, outcome.payoffs, belief) for belief in grid]
                assert listed == found


# ---------------------------------------------------------------- refinements


def tempting(game: SignallingGame, message: int, values: np.ndarray) -> np.ndarray:
    """Return, for many mixed best replies at many beliefs, each type's gain from a message."""
    gains = []
    for belief in np.linspace(0, 1, 241):
        expected = belief * game.receiver[0, message] + (1 - belief) * game.receiver[1, message]
        best = np.flatnonzero(expected >= expected.max() - 1e-9)
        worths = game.sender[:, message, best]
        for weight in np.linspace(0, 1, 41) if len(best) == 2 else [1.0]:
            mixed = weight * worths[:, 0] + (1 - weight) * worths[:, -1]
            gains.append(mixed - values)
    return np.array(gains)


def stands_by_d1(game: SignallingGame, outcome: SignallingOutcome) -> bool:
    for message in np.flatnonzero(~np.array(outcome.sent)):
        gains = tempting(game, message, outcome.payoffs)
        weakly, strictly = gains >= -1e-9, gains > 1e-9
        out = [not (weakly[:, t] & ~strictly[:, 1 - t]).any() for t in (0, 1)]
        if sum(out) == 1:
            alone = float(out[1])
            if not deterred_at(game, message, outcome.payoffs, alone):
                return False
    return True


def stands_by_intuition(game: SignallingGame, outcome: SignallingOutcome) -> bool:
    for message in np.flatnonzero(~np.array(outcome.sent)):
        never = (tempting(game, message, outcome.payoffs) < -1e-9).all(axis=0)
        if never.sum() == 1 and not deterred_at(game, message, outcome.payoffs, float(never[1])):
            return False
    return True


@steady
@given(games(size=4, shapes=st.sampled_from([(2, 2, 2), (2, 3, 2)])))
def test_refinements_agree_with_a_search_over_best_replies(game: SignallingGame) -> None:
    """Priors and payoffs are such that all breaks of beliefs with ties are on the grid or moot."""
    for component in perfect_bayesian(game).components:
        if len(component.outcomes) > 1 or not on_grid(game):
            continue
        outcome = component.outcomes[0]
        assert (component.intuitive == PASSES) == stands_by_intuition(game, outcome)
        assert (component.d1 == PASSES) == stands_by_d1(game, outcome)


def on_grid(game: SignallingGame) -> bool:
    """Tell whether the beliefs of indifference are multiples of 1 / 240."""
    rise, start = game.receiver[..., 0] - game.receiver[..., 1]
    for up, down in zip(rise, start, strict=True):
        if up != down:
            break_at = 240 * down / (down - up)
            if 0 <= break_at <= 240 and abs(break_at - round(break_at)) > 1e-9:
                return False
    return True


@steady
@given(games())
def test_d1_is_at_least_as_strict_as_the_intuitive_criterion(game: SignallingGame) -> None:
    for component in perfect_bayesian(game).components:
        assert component.intuitive != FAILS or component.d1 == FAILS
        assert component.d1 != PASSES or component.intuitive == PASSES


@steady
@given(games())
def test_some_outcome_passes_d1(game: SignallingGame) -> None:
    """A stable set exists, lies in one component and passes D1 (Cho and Kreps 1987)."""
    assert any(component.d1 != FAILS for component in perfect_bayesian(game).components)


# ---------------------------------------------------------------- names and units


def summary(game: SignallingGame, orders: tuple = ()) -> list[tuple]:
    """Return components as comparable values, after putting a relabelled game's labels back."""
    types, messages, replies = orders or tuple(range(count) for count in game.shape)
    found = []
    for component in perfect_bayesian(game).components:
        outcomes = []
        for outcome in component.outcomes:
            back = np.ix_(np.argsort(types), np.argsort(messages))
            answers = (outcome.replies * np.array(outcome.sent)[:, None])[
                np.ix_(np.argsort(messages), np.argsort(replies))
            ]
            support = [outcome.support[place] for place in np.argsort(messages)]
            if tuple(types) == (1, 0):
                support = [tuple((1 - b, 1 - a) for a, b in own[::-1]) for own in support]
            chances = np.concatenate([outcome.strategy[back].ravel(), answers.ravel()])
            rounded = tuple(tuple(np.round(own, 8).ravel() + 0.0) for own in support)
            outcomes.append((tuple(np.round(chances, 8) + 0.0), rounded))
        found.append((component.intuitive, component.d1, component.kinds, sorted(outcomes)))
    return sorted(found)


@steady
@given(games(), st.data())
def test_names_do_not_matter(game: SignallingGame, data: st.DataObject) -> None:
    orders = tuple(
        data.draw(st.sampled_from(list(permutations(range(count))))) for count in game.shape
    )
    moved = SignallingGame(
        game.prior[list(orders[0])],
        game.sender[np.ix_(*orders)],
        game.receiver[np.ix_(*orders)],
    )
    assert summary(moved, orders) == summary(game)


@steady
@given(games(), st.integers(0, 10**6))
def test_units_do_not_matter(game: SignallingGame, seed: int) -> None:
    """Each type has its own scale; the receiver one scale, and a shift per type and message."""
    random = np.random.default_rng(seed)
    types, messages, _ = game.shape
    sender = game.sender * random.uniform(0.1, 9, (types, 1, 1)) + random.normal(size=(types, 1, 1))
    receiver = game.receiver * random.uniform(0.1, 9) + random.normal(size=(types, messages, 1))
    moved = SignallingGame(game.prior, sender, receiver)
    assert summary(moved) == summary(game)


# ---------------------------------------------------------------- the limited truce, in closed form


def title(outcome: SignallingOutcome) -> str:
    """Return the name of a limited-truce outcome."""
    words = [
        "accepts" if chance > 1 - 1e-9 else "declines" if chance < 1e-9 else "mixes"
        for chance in outcome.strategy[:, 0]
    ]
    if words[0] == words[1] != "mixes":
        reply = "continue" if outcome.replies[int(words[0] == "declines"), 0] > 0.5 else "pressed"
        return f"both {words[0][:-1]}, {reply}"
    if words[0] == "mixes":
        return f"staller {words[1]}, sincere mixes"
    return (
        f"sincere {words[0]}, staller {words[1]}"
        if words != ["declines", "accepts"]
        else ("staller accepts, sincere declines")
    )


@settings(deadline=None, derandomize=True, max_examples=150)
@given(st.integers(0, 10**6))
def test_regions_list_exactly_the_outcomes_of_the_game(seed: int) -> None:
    random = np.random.default_rng(seed)
    prior, rho = random.uniform(0.05, 0.95), random.uniform(-1.6, 1.6, 2)
    stake, share = random.uniform(0.2, 3, 2), random.uniform(size=2)
    gain, false_press, loss = random.uniform(0.2, 2, 3)
    goodwill, penalty = tuple(stake * share), tuple(stake * (1 - share))
    game = limited_truce_signal(
        prior, tuple(rho * stake), goodwill, penalty, gain, false_press, loss
    )
    threshold = loss / (gain + false_press + loss)
    exists = truce_outcomes(prior, *rho, threshold)
    found = sorted(title(outcome) for outcome in perfect_bayesian(game).outcomes)
    assert found == sorted(
        outcome for outcome, there in zip(OUTCOMES, exists, strict=True) if there
    )
