"""Populations: rest points, fixation and long-run shares against closed forms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from negsim.errors import UsageError
from negsim.playing.population import (
    fixation,
    logit,
    moran,
    mutation_balance,
    rare_mutation,
    replicator,
    response,
    stationary,
    table_of,
    two_logits,
    two_populations,
    two_rare_mutations,
    two_tables,
)
from negsim.playing.tournament import ranks, scores

CHECKED = settings(deadline=None, derandomize=True, max_examples=25)
HAWK_DOVE = [[-1.0, 2.0], [0.0, 1.0]]
PENNIES = [[1.0, -1.0], [-1.0, 1.0]], [[-1.0, 1.0], [1.0, -1.0]]
CYCLE = [[0.0, -1.0, 1.0], [1.0, 0.0, -1.0], [-1.0, 1.0, 0.0]]


def test_hawks_and_doves_rest_where_both_do_equally_well() -> None:
    for start in ([0.9, 0.1], [0.05, 0.95]):
        assert replicator(HAWK_DOVE, start)[-1] == pytest.approx([0.5, 0.5], abs=1e-6)


def test_a_cycle_keeps_the_product_of_its_shares() -> None:
    path = replicator(CYCLE, [0.5, 0.3, 0.2], steps=2000, step=0.1)
    assert path.prod(axis=1) == pytest.approx(0.03, abs=1e-4)
    assert path.sum(axis=1) == pytest.approx(1)
    assert (path > 0).all()


def test_a_strategy_that_is_not_there_does_not_come_by_copying() -> None:
    assert replicator(HAWK_DOVE, [1.0, 0.0])[-1].tolist() == [1, 0]


def test_logit_rests_at_a_quantal_response() -> None:
    for precision in (1.0, 10.0):
        shares = logit(CYCLE, [1, 0, 0], precision=precision)[-1]
        assert shares == pytest.approx(response(table_of(CYCLE) @ shares, precision), abs=1e-6)
    assert logit(HAWK_DOVE, [1.0, 0.0], precision=50)[-1] == pytest.approx([0.5, 0.5], abs=1e-3)


def test_two_roles_leave_the_dominated_rule() -> None:
    first, second = two_populations([[3.0, 0.0], [5.0, 1.0]], [[3.0, 5.0], [0.0, 1.0]])
    assert first[-1] == pytest.approx([0, 1], abs=1e-3)
    assert second[-1] == pytest.approx([0, 1], abs=1e-3)


def test_two_populations_begin_where_told() -> None:
    first, second = two_populations(*PENNIES, [3.0, 1.0], steps=1)
    assert first[0].tolist() == [0.75, 0.25]
    assert second[0].tolist() == [0.5, 0.5]
    assert second[1, 1] > 0.5


def test_two_roles_rest_at_quantal_responses_to_one_another() -> None:
    tables = [[2.0, 0.0], [1.0, 3.0]], [[1.0, 0.0], [4.0, 2.0]]
    own, other = two_tables(*tables)
    first, second = (path[-1] for path in two_logits(*tables, precision=3.0, steps=2000))
    assert first == pytest.approx(response(own @ second, 3.0), abs=1e-9)
    assert second == pytest.approx(response(first @ other, 3.0), abs=1e-9)


@pytest.mark.parametrize("agents", [2, 10, 50])
def test_a_mutant_of_constant_advantage(agents: int) -> None:
    """With a fixed ratio r of fitness the chance is (1 - 1/r) / (1 - r**-N) (Moran 1958)."""
    intensity = 0.4
    ratio = np.exp(intensity)
    found = fixation([[1.0, 1.0], [0.0, 0.0]], agents=agents, intensity=intensity)
    assert found[0, 1] == pytest.approx((1 - 1 / ratio) / (1 - ratio**-agents))
    assert found[1, 0] == pytest.approx((1 - ratio) / (1 - ratio**agents))
    assert found[0, 0] == pytest.approx(1 / agents)


def test_strong_selection_does_not_overflow() -> None:
    found = fixation([[1.0, 1.0], [0.0, 0.0]], agents=1000, intensity=100.0)
    assert found[0, 1] == pytest.approx(1)
    assert found[1, 0] == pytest.approx(0)


def test_rare_mutation_weighs_two_kinds_by_their_chances() -> None:
    chances = fixation(HAWK_DOVE, agents=20)
    shares = rare_mutation(HAWK_DOVE, agents=20)
    assert shares[0] / shares[1] == pytest.approx(chances[0, 1] / chances[1, 0])
    assert rare_mutation(CYCLE, agents=20) == pytest.approx([1 / 3] * 3)


def test_two_roles_with_rare_mutation_in_one_are_a_population() -> None:
    worth = np.array([0.0, 0.3, 1.0])
    alone = rare_mutation(np.repeat(worth[:, None], 3, axis=1), agents=12)
    found = two_rare_mutations(worth[:, None], np.zeros((3, 1)), agents=12)
    assert found[:, 0] == pytest.approx(alone)
    turned = two_rare_mutations(np.zeros((1, 3)), worth[None], agents=12)
    assert turned[0] == pytest.approx(alone)
    assert two_rare_mutations(*PENNIES, agents=30) == pytest.approx(np.full((2, 2), 0.25))


def pair_process(own: np.ndarray, other: np.ndarray, agents: int, mutation: float) -> np.ndarray:
    """Return the long-run chances of all numbers (a, b) of the first kind in two populations."""
    size = agents + 1
    chain = np.zeros((size, size, size, size))
    for a, b in np.ndindex(size, size):
        x, y = np.array([a, agents - a]), np.array([b, agents - b])
        for population, (here, worth) in enumerate(
            [(x, own @ y / agents), (y, x @ other / agents)]
        ):
            weight = here * np.exp(worth)
            copied = weight[0] / weight.sum() * (1 - 2 * mutation) + mutation
            up, down = copied * here[1] / agents, (1 - copied) * here[0] / agents
            for step, chance in ((1, up), (-1, down), (0, 1 - up - down)):
                to = (a + step, b) if population == 0 else (a, b + step)
                if chance > 0:
                    chain[a, b][to] += chance / 2
    return stationary(chain.reshape(size**2, size**2)).reshape(size, size)


def test_two_roles_with_rare_mutation_are_the_limit_of_mutation() -> None:
    own, other = two_tables([[2.0, 0.0], [1.0, 3.0]], [[1.0, 0.0], [4.0, 2.0]])
    known = pair_process(own, other, 4, 1e-7)[np.ix_([4, 0], [4, 0])]
    assert two_rare_mutations(own, other, agents=4) == pytest.approx(known, abs=1e-5)


def test_rare_mutation_is_the_limit_of_mutation() -> None:
    balance = mutation_balance(HAWK_DOVE, agents=10, mutation=1e-7)
    shares = rare_mutation(HAWK_DOVE, agents=10)
    assert [balance[-1], balance[0]] == pytest.approx(shares.tolist(), abs=1e-4)
    even = mutation_balance([[1.0, 1.0], [1.0, 1.0]], agents=4, mutation=1.0)
    assert even == pytest.approx(even[::-1])


def test_the_drawn_process_has_the_exact_long_run_shares() -> None:
    agents, mutation = 6, 0.2
    balance = mutation_balance(HAWK_DOVE, agents=agents, mutation=mutation, intensity=2.0)
    known = balance @ np.arange(agents + 1) / agents
    path = moran(HAWK_DOVE, agents=agents, steps=3000, mutation=mutation, intensity=2.0, seed=1)
    assert path.sum(axis=1) == pytest.approx(1)
    assert path[:, 0].mean() == pytest.approx(known, abs=0.02)


@pytest.mark.parametrize(
    ("table", "message"),
    [([[1.0, 2.0]], "square table"), ([[np.nan]], "some are missing"), ([], "square table")],
)
def test_tables_that_are_none_are_refused(table: list[list[float]], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        replicator(table)


def test_populations_that_are_none_are_refused() -> None:
    with pytest.raises(UsageError, match="agents is 1, expected 2 to 10000"):
        fixation(HAWK_DOVE, agents=1)
    with pytest.raises(UsageError, match="expected 2 shares from 0"):
        replicator(HAWK_DOVE, [1, -1])
    with pytest.raises(UsageError, match=r"two tables of one shape, got \(2, 2\) and \(1, 2\)"):
        two_logits(HAWK_DOVE, [[0.0, 1.0]])
    with pytest.raises(UsageError, match="agents is 1, expected 2 to 10000"):
        two_rare_mutations(*PENNIES, agents=1)
    with pytest.raises(UsageError, match="payoffs of every pairing; some are missing"):
        two_populations([[np.nan]], [[1.0]])
    with pytest.raises(UsageError, match="two strategies and a mutation"):
        mutation_balance(CYCLE, agents=4, mutation=0.1)


@CHECKED
@given(values=st.lists(st.integers(-5, 5), min_size=1, max_size=8))
def test_ranks_count_who_is_clearly_better(values: list[int]) -> None:
    found = ranks(values)
    assert found.tolist() == [1 + sum(other > own for other in values) for own in values]
    assert (ranks(values, [100.0] * len(values)) == 1).all()


def test_scores_leave_out_what_was_not_played() -> None:
    mean, least = scores(np.array([[1.0, np.nan], [np.nan, np.nan]]))
    assert mean.tolist()[0] == least.tolist()[0] == 1
    assert np.isnan([mean[1], least[1]]).all()
