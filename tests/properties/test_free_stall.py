"""THEORY 2.5, A5: with enforceable terms of every size and nobody who pays, nobody delays.

Two sides divide something worth ``pie``; each round in which they have not, their flows are paid.
The first names a division, the second takes or leaves it. Agreement is immediate if and only if
what both get by a round of disagreement is worth no more than the round's interest on the pie:
flow of A + flow of B <= (1 - delta) pie (Muthoo 1999, chapter 6; here with one side that proposes,
which needs the same condition, for it is that of a surplus). Divisions come in steps here, so a
delay below the bound has the cause that the theorem leaves: packages that are too coarse.
"""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as draw

from negsim.analysis.delay.causes import COARSE, INCOME, causes
from negsim.analysis.delay.channels import with_channels
from negsim.analysis.delay.stalling import LABELS, Stalling, stalling
from negsim.scenario.load import loads

STEPS = 6
MANY = settings(max_examples=40, deadline=None, derandomize=True)
DELAYS = {"stalling", "waiting", "delay_untested"}


def division(discount: float, flows: tuple[float, float], rounds: int = 4) -> Stalling:
    """Return the solved division of a pie worth 1 in sixths, channels derived."""
    options = [f"part_{step}" for step in range(STEPS + 1)]
    lines = ["format = 1", 'title = "A division"', f"talks.rounds = {rounds}"]
    lines += ['talks.order = ["a", "b"]', f"rules.one = '{' + '.join(options)} <= 1'"]
    for side, flow in zip(("a", "b"), flows, strict=True):
        lines.append(f"parties.{side}.discount = {discount!r}")
        lines.append(f"payoffs.{side}.flow = {{ when = 'not agreed_now', value = {flow!r} }}")
    text = "\n".join(lines).replace("agreed_now", f"({' or '.join(options)})")
    for step, option in enumerate(options):
        share = step / STEPS
        text += f'\noptions.{option}.parties = ["a", "b"]'
        for side, part in (("a", share), ("b", 1 - share)):
            text += f"\npayoffs.{side}.{option} = {{ when = '{option}', value = {part!r} }}"
    text += f"\nends.agreed = {{ kind = 'agreement', when = '{' or '.join(options)}' }}\n"
    return stalling(with_channels(loads(text)))


def labels_of(analysis: Stalling) -> list[str]:
    return [LABELS[code] for code in analysis.start_labels[0]]


discounts = draw.integers(50, 99).map(lambda percent: percent / 100)
shares = draw.integers(-20, 10).map(lambda tenth: tenth / 10)


@MANY
@given(discounts, shares, shares)
def test_below_the_bound_nobody_delays_but_for_coarse_packages(
    discount: float, of_a: float, of_b: float
) -> None:
    bound = 1 - discount
    flows = (of_a * bound, of_b * bound)
    analysis = division(discount, flows)
    if sum(flows) > bound * 0.999:
        return
    for player, label in enumerate(labels_of(analysis)):
        if label in DELAYS:
            found = causes(analysis, player)
            assert found is not None
            assert found.named, "every delay names its cause"
            assert COARSE in found.named or INCOME in found.named
            assert max(flows) > 0


@MANY
@given(discounts, draw.integers(-20, 0), draw.integers(-20, 0))
def test_without_a_flow_that_pays_the_pie_is_divided_at_once(
    discount: float, of_a: int, of_b: int
) -> None:
    bound = 1 - discount
    analysis = division(discount, (of_a / 10 * bound, of_b / 10 * bound))
    assert labels_of(analysis) == ["settle", "settle"]
    assert analysis.path.ends[0, 0].sum() == pytest.approx(1)


@MANY
@given(draw.integers(80, 99).map(lambda percent: percent / 100), draw.integers(11, 40))
def test_above_the_bound_talks_go_on_and_the_subsidy_is_named(discount: float, tenth: int) -> None:
    """The proposer is paid for talks, by less than the pie a round: it would sign but for that."""
    flow = tenth / 10 * (1 - discount)
    analysis = division(discount, (flow, 0.0))
    assert labels_of(analysis)[0] == "stalling"
    assert analysis.path.ends[0, 0].sum() == 0
    found = causes(analysis, 0)
    assert found is not None
    assert found.named == (INCOME,)


@pytest.mark.parametrize(("tenth", "label"), [(9, "settle"), (11, "stalling")])
def test_the_bound_is_where_the_theorem_says(tenth: int, label: str) -> None:
    assert labels_of(division(0.9, (tenth / 10 * 0.1, 0.0)))[0] == label
