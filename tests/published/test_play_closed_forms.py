"""Play against closed forms: THEORY L2, L4, M1 (2.5) and P1, P2, Q1 (section 6)."""

from __future__ import annotations

import importlib.util
import math
from dataclasses import replace
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from negsim.arrays import FloatArray, frozen
from negsim.playing.engine import exact, expected, play
from negsim.playing.horizon import Horizon, course
from negsim.playing.reading import read
from negsim.playing.registry import parse
from negsim.playing.strategy import Tables, memoryless
from negsim.theory.stochastic.game import StochasticGame


def load_games() -> ModuleType:
    path = Path(__file__).parents[1] / "playing" / "games.py"
    spec = importlib.util.spec_from_file_location("closed_form_games", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


games = load_games()


def memory_one(chances: list[float], player: int, first: float = 1.0) -> Tables:
    """Return a strategy of chances to cooperate after CC, CD, DC, DD seen from its own side."""
    cooperate = np.array([*chances, first])
    act = np.stack([cooperate, 1 - cooperate], axis=1)[:, None, None, None]
    after = np.array([0, 1, 2, 3] if player == 0 else [0, 2, 1, 3])
    return Tables(4, act, np.tile(after, (5, 1))[:, None, None, :])


def stationary(first: list[float], second: list[float], error: float) -> FloatArray:
    """Return the stationary distribution over CC, CD, DC, DD, by linear algebra."""
    p = (1 - error) * np.array(first) + error * (1 - np.array(first))
    q = ((1 - error) * np.array(second) + error * (1 - np.array(second)))[[0, 2, 1, 3]]
    moves = np.stack([p * q, p * (1 - q), (1 - p) * q, (1 - p) * (1 - q)], axis=1)
    system = np.vstack([moves.T - np.eye(4), np.ones(4)])
    return np.asarray(np.linalg.lstsq(system, np.array([0, 0, 0, 0, 1.0]), rcond=None)[0])


TIT_FOR_TAT = [1.0, 0.0, 1.0, 0.0]
WIN_STAY = [1.0, 0.0, 0.0, 1.0]
GENEROUS = [1.0, 1 / 3, 1.0, 1 / 3]


def alarm_dilemma(false_alarm: float, discount: float) -> StochasticGame:
    """Return the endless dilemma in which each side may wrongly be seen to violate."""
    game = games.prisoners_dilemma(1, discount=discount)
    rings = np.array([[false_alarm, false_alarm, 1, 1], [false_alarm, 1, false_alarm, 1]])
    return replace(game, signals=frozen(rings[None]), rounds=np.array([0]))


def alarm_grim() -> Tables:
    """Return a strategy that defects for ever after any alarm."""
    after = np.array([[0, 1, 1, 1], [1, 1, 1, 1]])[:, None, None, None, :]
    return Tables(0, np.eye(2)[:, None, None, None], after)


def test_p2_grim_trigger_with_false_alarms() -> None:
    discount, alpha = 0.95, 0.01
    alarm = 1 - (1 - alpha) ** 2
    assert alarm == pytest.approx(0.0199)
    worth = ((1 - discount) * 3 + discount * alarm * 1) / (1 - discount * (1 - alarm))
    assert worth == pytest.approx(2.4512734924896598, abs=1e-14)
    game, tables = alarm_dilemma(alpha, discount), [alarm_grim(), alarm_grim()]
    long = course(game, Horizon(rounds=900))
    found = exact(replace(long.played, last_payoffs=game.payoffs), tables)
    assert (1 - discount) * found.payoffs == pytest.approx([worth] * 2, abs=1e-13)
    usual = course(game, Horizon())
    assert usual.left < 1e-6
    assert (1 - discount) * expected(usual.played, tables) == pytest.approx([worth] * 2, abs=1e-5)
    runs = play(usual.played, tables, runs=20_000, seed=1)
    mean, error = runs.means()
    assert (np.abs((1 - discount) * mean - worth) <= 4.5 * (1 - discount) * error).all()


def test_p2_expected_life_of_the_truce() -> None:
    alpha = 0.01
    game = alarm_dilemma(alpha, 1.0).with_rounds(3000)
    found = exact(game, [alarm_grim(), alarm_grim()])
    assert found.time[0] == pytest.approx(50.25125628140704, abs=1e-9)


OFFERS = (0.1, 0.3, 0.52, 0.9, 1.0)


def standing_offer() -> StochasticGame:
    """Return talks in which p1 offers p0 one of some shares, and p0 says no or yes."""
    offer, yes = np.indices((2, 1 + len(OFFERS)))[::-1].reshape(2, -1)
    share = np.array([0.0, *OFFERS])[offer]
    deal = (offer > 0) & (yes == 1)
    worth = np.stack([np.where(deal, share, 0.0), np.where(deal, 2.0 - share, 0.0)])
    return games.hand_made(
        worth[:, None],
        [["no", "yes"], ["none", *(f"{value:g}" for value in OFFERS)]],
        rounds=14,
        order=[[1], [0]],
        successors=np.zeros((1, len(deal), 1)),
        chances=(~deal)[None, :, None],
        ends=("signed", "no_agreement"),
        end_chances=np.stack([deal, 0 * deal])[:, None],
        agreement=deal[None],
        in_effect=deal[None],
        coalitions=np.array([[True, True]]),
        passing=[[True, False] + [False] * 4, [True] + [False] * 5],
    )


@pytest.mark.parametrize(
    ("rule", "shape"),
    [("boulware", 0.2), ("boulware", 0.5), ("conceder", 2.0), ("conceder", 5.0)],
)
def test_q1_time_dependent_concession(rule: str, shape: float) -> None:
    """An offer is taken in the first round in which the aspiration has fallen to it."""
    game, floor, longest = standing_offer(), 0.05, 10
    table = read(game)
    own = parse(f"{rule}:exponent={shape},floor={floor},rounds={longest}").tabulate(table, 0, {})
    for place, share in enumerate(OFFERS, 1):
        other = memoryless(np.eye(1 + len(OFFERS))[place][None, None, None])
        signed = play(game, [own, other], runs=1, seed=0)
        asked = [1 - concession(t, longest, floor, shape) for t in range(14)]
        assert int(signed.end_round[0]) == next(t for t in range(14) if asked[t] <= share)
        assert signed.payoffs[0, 0] == share


def test_q1_aspirations_of_the_base_case() -> None:
    levels = [1 - 0.8 * concession(t, 10, 0.05, 0.2) for t in (0, 1, 3, 5, 9, 10, 12)]
    known = [0.96, 0.9599924, 0.9581532, 0.93625, 0.5112276, 0.2, 0.2]
    assert levels == pytest.approx(known, abs=1e-12)


def concession(round_: int, longest: int, floor: float, shape: float) -> float:
    """Return the share given up by a round, from Q1's polynomial."""
    return floor + (1 - floor) * (min(round_, longest) / longest) ** (1 / shape)


def walk(up: float, above: int, below: int, rounds: int) -> tuple[StochasticGame, list[Tables]]:
    """Return a sequential test: p0 gives a sign against itself with a chance, p1 counts."""
    game = games.hand_made(np.zeros((2, 1, 4)), [["good", "bad"], ["wait", "press"]], rounds=rounds)
    signs = memoryless([[[[1 - up, up]]]])
    count = np.arange(above + below + 1)
    press = (count == above + below).astype(float)
    over = (count == 0) | (count == above + below)
    after = np.where(over[:, None], count[:, None], count[:, None] + [-1, 1])
    following = after[:, [0, 0, 1, 1]]
    act = np.stack([1 - press, press], axis=1)[:, None, None, None]
    return game, [signs, Tables(below, act, following[:, None, None, :])]


@pytest.mark.parametrize(("up", "above", "below"), [(0.7, 3, 3), (0.4, 2, 4), (0.55, 5, 3)])
def test_l2_sequential_test_by_the_gamblers_ruin(up: float, above: int, below: int) -> None:
    ratio = (1 - up) / up
    presses = (1 - ratio**below) / (1 - ratio ** (above + below))
    length = ((above + below) * presses - below) / (2 * up - 1)
    rounds = 2000
    game, tables = walk(up, above, below, rounds)
    pressed = exact(game, tables).time[[1, 3]].sum()
    longer = exact(game.with_rounds(rounds + 1), tables).time[[1, 3]].sum()
    assert longer - pressed == pytest.approx(presses, abs=1e-12)
    certain = np.array([0.0] * (above + below + 1))
    certain[[0, -1]] = 1.0
    stopped = Tables(
        tables[1].start,
        np.stack([1 - certain, certain], axis=1)[:, None, None, None],
        tables[1].next,
    )
    waited = exact(game, [tables[0], stopped]).time[[0, 2]].sum()
    assert waited == pytest.approx(length, abs=1e-9)
    drawn = play(game.with_rounds(300), tables, runs=20_000, seed=2)
    share = np.isin(drawn.profiles[:, -1], [1, 3]).mean()
    assert abs(share - presses) <= 4.5 * np.sqrt(presses * (1 - presses) / 20_000)


@pytest.mark.parametrize(
    ("stall", "concede", "trust", "prior"), [(0.8, 2.0, 0.5, 0.7), (0.9, 1.5, 0.6, 0.8)]
)
def test_l4_looking_engaged(stall: float, concede: float, trust: float, prior: float) -> None:
    """The greedy rule concedes as often as the closed form says, and stalls at first so long."""
    share = -math.log(stall) / (math.log(concede) - math.log(stall))
    rounds = 200
    game = games.prisoners_dilemma(rounds)
    text = f"min_concession:trust={trust},prior={prior},stall_ratio={stall}"
    rule = parse(f"{text},concession_ratio={concede}")
    table = read(game)
    other = memoryless([[[[1.0, 0.0]]]])
    runs = play(game, [rule.tabulate(table, 0, {}), other], runs=1, seed=0)
    conceded = runs.profiles[0] == 0
    assert conceded.mean() == pytest.approx(share, abs=3 / rounds)
    odds = math.log(prior / (1 - prior)) - math.log(trust / (1 - trust))
    assert int(conceded.argmax()) == math.floor(odds / -math.log(stall))


@pytest.mark.parametrize(("prior", "stakes", "rounds"), [(0.1, 0.5, 6), (0.03, 0.7, 10)])
def test_m1_reputation_is_kept_as_long_as_the_closed_form_says(
    prior: float, stakes: float, rounds: int
) -> None:
    """Rounds of kept word: certain while belief >= k^(n-1), then mixing down the ladder."""
    belief, clean, kept = prior, 1.0, 0.0
    for left in range(rounds, 0, -1):
        bound = stakes ** (left - 1)
        keeps = 1.0 if belief >= bound else belief * (1 - bound) / ((1 - belief) * bound)
        keeps = 0.0 if left == 1 else keeps
        clean *= keeps
        kept += clean
        belief = belief / (belief + (1 - belief) * keeps)
    game = games.prisoners_dilemma(rounds)
    own = parse(f"reputational:prior={prior},stakes={stakes}").tabulate(read(game), 0, {})
    trusting = memoryless([[[[1.0, 0.0]]]])
    assert exact(game, [own, trusting]).time[0] == pytest.approx(kept, abs=1e-12)
    drawn = play(game, [own, trusting], runs=20_000, seed=4)
    counts = (drawn.profiles == 0).sum(axis=1)
    error = counts.std(ddof=1) / np.sqrt(len(counts))
    assert abs(counts.mean() - kept) <= 4.5 * error
