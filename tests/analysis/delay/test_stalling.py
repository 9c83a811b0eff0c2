"""Labels come from payoffs and dynamics alone: names, order and units of payoffs do not matter."""

from __future__ import annotations

import itertools
import re
from pathlib import Path

import numpy as np
import pytest

import negsim
from negsim.analysis.delay.attribution import shapley_value
from negsim.analysis.delay.frozen import switch_off
from negsim.analysis.delay.stalling import (
    DELAY,
    LABELS,
    STALLING,
    UNTESTED,
    Stalling,
    above,
    analyse,
    attribute,
    stalling,
)
from negsim.dynamics.build import compile_scenario
from negsim.errors import NegsimError, UsageError
from negsim.questions.delay.ask import hanging
from negsim.sampling.design import replicated
from negsim.scenario.load import load, loads
from negsim.scenario.model import Scenario
from negsim.theory.stochastic.backward_induction import OPEN, SELECTIONS, selections
from tests.oracles.plain_talks import PlainTalks

SCENARIOS = Path(negsim.__file__).parents[1] / "scenarios"
X1 = (SCENARIOS / "textbook" / "three_party_talks.toml").read_text(encoding="utf-8")
DRIFT = (SCENARIOS / "textbook" / "drift.toml").read_text(encoding="utf-8")
MARCH = (SCENARIOS / "march_2025.toml").read_text(encoding="utf-8")


INDIFFERENT = """
format = 1
title = "Ann does not mind"
parties.ann = {}
parties.bob = {}
options.deal.parties = ["ann", "bob"]
talks = { rounds = 2, order = ["ann", "bob"] }
ends.signed = { kind = "agreement", when = "deal" }
payoffs.bob.deal = { at = "signed", value = 1 }
"""


def solved(scenario: Scenario, selection: str = "mediator_best") -> Stalling:
    return analyse(compile_scenario(scenario), selection=selection)


def march(rounds: int = 8) -> Scenario:
    return loads(MARCH).set({"talks.rounds": rounds})


def label_words(analysis: Stalling) -> dict[str, list[list[str]]]:
    """Return each party's labels, in words, by rounds to go and state."""
    labels = analysis.everywhere.labels[0]
    return {
        name: [[LABELS[code] for code in row] for row in labels[:, place]]
        for place, name in enumerate(analysis.plan.game.players)
    }


def met(analysis: Stalling) -> set[str]:
    """Return the labels that are met in some round and state."""
    return {LABELS[code] for code in np.unique(analysis.everywhere.labels)}


# ---------------------------------------------------------------- the definition


def test_each_label_is_met_in_the_worked_case() -> None:
    assert {"settle", "stalling", "impasse"} <= met(solved(march()))


def test_without_channels_the_label_is_never_stalling() -> None:
    for text in (X1, DRIFT, MARCH):
        plain = re.sub(r"(?ms)^\[channels\..*?(?=^\[(?!channels)|\Z)", "", text)
        plain = re.sub(r"(?ms)^\[claims\..*", "", plain)
        scenario = loads(plain)
        assert not scenario.channels
        analysis = solved(scenario.set({"talks.rounds": 5}))
        with_channels = solved(loads(text).set({"talks.rounds": 5}))
        assert "stalling" in met(with_channels)
        assert not {"stalling", "waiting"} & met(analysis)
        untested = analysis.everywhere.labels == UNTESTED
        assert np.isin(with_channels.everywhere.labels[untested], [1, 2]).all()
        assert untested.any()
        assert np.isnan(analysis.start.frozen_delay).all()
        assert attribute(analysis, 0) is None


def test_delay_cover_and_premium_are_differences_of_what_choices_are_worth() -> None:
    found = solved(march()).everywhere
    now, frozen = found.prospects, found.frozen
    assert frozen is not None
    assert found.still is not None
    some = np.isfinite(now.settle)
    assert np.array_equal(found.delay[some], (now.talk - now.settle)[some])
    assert np.array_equal(found.cover, now.talk - now.leave)
    same = found.still.same
    assert np.array_equal(found.frozen_delay[some], frozen.talk[some] - same[some])
    assert np.array_equal(found.round_premium[some], found.delay[some] - found.frozen_delay[some])
    talks = np.isfinite(now.talk) & np.isfinite(frozen.talk)
    others = np.maximum(now.settle, now.leave)[talks]
    worth = np.maximum(now.talk[talks] - others, 0)
    still = np.maximum(frozen.talk[talks] - np.maximum(same, frozen.leave)[talks], 0)
    assert found.worth[talks] == pytest.approx(worth, abs=1e-11)
    assert found.premium[talks] == pytest.approx(worth - still, abs=1e-11)
    assert np.isfinite(found.worth).all()


def test_labels_follow_the_four_conditions_in_order() -> None:
    found = solved(march()).everywhere
    assert found.frozen is not None
    now = found.prospects
    for place in itertools.product(*map(range, found.labels.shape)):
        point, time, _, state = place
        settle, talk, leave = now.settle[place], now.talk[place], now.leave[place]
        if now.concludes[point, time, state] == 1:
            expected = "settle"
        elif leave > talk and leave > settle:
            expected = "fighting_on"
        elif settle == -np.inf or leave > settle:
            expected = "impasse"
        elif talk <= settle:
            expected = "settle"
        else:
            assert found.still is not None
            waits = (
                max(found.frozen.talk[place], found.frozen.leave[place]) > found.still.same[place]
            )
            expected = "waiting" if waits else "stalling"
        assert LABELS[found.labels[place]] == expected


def test_the_labels_at_the_start_are_those_everywhere() -> None:
    compiled = compile_scenario(march())
    columns = {
        "state.aid.start": [0.0, 1.0, 2.0, 1.0],
        "state.patience.start": [5.0, 5.0, 5.0, 1.0],
        "talks.rounds": [8.0, 3.0, 5.0, 8.0],
    }
    analysis = analyse(compiled, compiled.points(columns))
    labels = analysis.everywhere.labels
    rounds, start = analysis.plan.game.rounds, analysis.plan.game.start
    for place in range(4):
        expected = labels[place, rounds[place] - 1, :, start[place]]
        assert np.array_equal(analysis.start_labels[place], expected)
        assert np.array_equal(analysis.start.labels[place, 0, :, 0], expected)
    assert not (analysis.start_labels == DELAY).any()
    assert STALLING in analysis.start_labels


def test_the_frozen_game_is_the_same_talks_with_the_channels_off() -> None:
    scenario = march()
    analysis = solved(scenario)
    off = {name: value for each in scenario.channels for name, value in each.off.items()}
    frozen = solved(scenario.set(off))
    [(plan, players)] = analysis.frozen_plans
    assert plan is not None
    assert players == (0, 1, 2)[: len(scenario.parties)]
    assert np.array_equal(plan.values, frozen.plan.values)
    expected = frozen.everywhere.prospects
    found = analysis.everywhere.frozen
    assert found is not None
    assert np.array_equal(found.talk, expected.talk)
    assert np.array_equal(found.settle, expected.settle)


@pytest.mark.parametrize("number", ["talks.rounds", "state.share.start"])
def test_a_channel_cannot_change_the_horizon_or_the_state(number: str) -> None:
    text = DRIFT + f'[channels.odd]\noff = {{ "{number}" = 10 }}\n'
    with pytest.raises(NegsimError, match="channels"):
        assert solved(loads(text)).everywhere.labels.shape


def test_numbers_within_rounding_are_not_above_one_another() -> None:
    left = np.array([1 + 1e-13, 1 + 1e-9, -np.inf, np.inf, 0.0, 1.0])
    right = np.array([1.0, 1.0, -np.inf, 1.0, 0.0, -np.inf])
    assert above(left, right).tolist() == [False, True, False, True, False, True]


def test_stalling_is_the_analysis_of_the_scenarios_own_numbers() -> None:
    scenario = loads(X1)
    assert np.array_equal(stalling(scenario).start.labels, solved(scenario).start.labels)
    assert stalling(scenario, "mediator_worst").selection == "mediator_worst"


# ---------------------------------------------------------------- attribution


@pytest.mark.parametrize("text", [X1, DRIFT, MARCH])
def test_the_split_sums_to_the_premium(text: str) -> None:
    scenario = loads(text)
    analysis = solved(scenario.set({"talks.rounds": min(scenario.rounds, 12)}))
    split = 0
    for player in range(len(scenario.parties)):
        found = attribute(analysis, player)
        if found is None:
            continue
        premium = analysis.start.premium[0, 0, player, 0]
        assert found.premium == pytest.approx(premium, abs=1e-12)
        if found.parts is not None:
            assert sum(found.parts.values()) == pytest.approx(premium, abs=1e-12)
        if found.round_parts is not None:
            total = sum(found.round_parts.values())
            assert total == pytest.approx(found.round_premium, abs=1e-12)
            split += 1
    assert split


def test_parts_are_the_mean_gains_over_all_orders_and_alike_in_a_batch() -> None:
    compiled = compile_scenario(loads(MARCH))
    points = np.repeat(compiled.points(), 3, axis=0)
    points[:, compiled.names.index("parameters.front_speed")] = [0.05, 0.1, 0.2]
    parts = analyse(compiled, points).round_premium_parts
    channels = compiled.scenario.channels
    names = [channel.name for channel in channels]
    for place in range(3):
        worth = {}
        for on in itertools.product([False, True], repeat=len(names)):
            off = [channel for channel, is_on in zip(channels, on, strict=True) if not is_on]
            alone = analyse(compiled, switch_off(compiled, points[place : place + 1], off))
            worth[on] = alone.start.delay[0, 0, 0, 0]
        orders = list(itertools.permutations(range(len(names))))
        for channel, name in enumerate(names):
            gains = []
            for order in orders:
                before = order[: order.index(channel)]
                gains.append(
                    worth[tuple(k in before or k == channel for k in range(len(names)))]
                    - worth[tuple(k in before for k in range(len(names)))]
                )
            assert parts["russia", name][place] == pytest.approx(np.mean(gains), abs=1e-9)


def test_a_channel_that_changes_nothing_contributes_nothing() -> None:
    idle = (
        DRIFT + '[parameters.idle]\nvalue = 1\n[channels.idle]\noff = { "parameters.idle" = 0 }\n'
    )
    found = attribute(solved(loads(idle)), 0)
    assert found is not None
    assert found.parts is not None
    assert found.parts["idle"] == 0
    assert found.parts["drift"] == pytest.approx(found.premium)
    assert found.suffice == found.needed == (("drift",),)


def test_two_names_for_one_channel_share_alike() -> None:
    twice = DRIFT + '[channels.again]\noff = { "parameters.drift" = 0 }\n'
    found = attribute(solved(loads(twice)), 0)
    assert found is not None
    assert found.round_parts is not None
    assert found.round_parts["drift"] == pytest.approx(found.round_parts["again"])
    assert sum(found.round_parts.values()) == pytest.approx(found.round_premium)


def test_shapley_values_of_a_glove_market() -> None:
    names = ["left", "right", "spare"]
    worth = {
        frozenset(group): float("left" in group and len(group) > 1)
        for size in range(4)
        for group in itertools.combinations(names, size)
    }
    shares = [shapley_value(name, names, worth) for name in names]
    assert shares == pytest.approx([2 / 3, 1 / 6, 1 / 6])


def test_more_than_ten_channels_are_refused() -> None:
    many = DRIFT + "".join(
        f'[channels.c{k}]\noff = {{ "parameters.drift" = 0 }}\n' for k in range(10)
    )
    with pytest.raises(UsageError, match="11 channels"):
        attribute(solved(loads(many)), 0)


# ---------------------------------------------------------------- who is who does not matter


def renamed(text: str, names: dict[str, str]) -> str:
    """Return a scenario with its parties renamed, wherever they are named."""
    for old, new in names.items():
        text = re.sub(rf"\b{old}\b", new, text)
        text = re.sub(rf'role(\s*)= "{new}"', rf'role\1= "{old}"', text)
    return text


def reordered(text: str, places: tuple[int, ...]) -> str:
    """Return a scenario with the tables of its parties in another order."""
    blocks = re.findall(r"(?m)^\[parties\.\w+\]\n(?:[a-z].*\n)+", text)
    assert len(blocks) == len(places)
    start = text.index(blocks[0])
    for block in blocks:
        text = text.replace(block, "")
    return text[:start] + "".join(blocks[place] for place in places) + text[start:]


@pytest.mark.parametrize("places", list(itertools.permutations(range(3)))[1:])
def test_the_order_and_the_names_of_the_parties_do_not_matter(places: tuple[int, ...]) -> None:
    names = {"staller": "zed", "defender": "aye", "mediator": "mid"}
    base = solved(loads(X1))
    other = solved(loads(reordered(renamed(X1, names), places)))
    assert other.plan.game.players != base.plan.game.players
    for name, words in label_words(base).items():
        assert label_words(other)[names[name]] == words
    values = dict(zip(other.plan.game.players, other.value[0], strict=True))
    for name, value in zip(base.plan.game.players, base.value[0], strict=True):
        assert values[names[name]] == pytest.approx(value, rel=1e-12)


@pytest.mark.parametrize("places", [(1, 0, 2), (2, 1, 0)])
def test_nor_do_they_in_the_worked_case(places: tuple[int, ...]) -> None:
    names = {"russia": "zed", "ukraine": "aye", "usa": "mid"}
    text = renamed(re.sub(r"(?ms)^# -+ what the model says.*", "", MARCH), names)
    base = solved(march())
    other = solved(loads(reordered(text, places)).set({"talks.rounds": 8}))
    for name, words in label_words(base).items():
        assert label_words(other)[names[name]] == words
    order = [list(other.plan.game.players).index(names[name]) for name in base.plan.game.players]
    assert np.allclose(other.plan.values[:, :, order], base.plan.values, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize(("text", "rounds"), [(X1, 5), (MARCH, 8)])
def test_the_order_of_the_options_does_not_matter(text: str, rounds: int) -> None:
    blocks = re.findall(
        r"(?ms)^\[options\.[a-z_]+\]\n.*?(?=^\[options\.[a-z_]+\]|^\[rules|^#)", text
    )
    start = text.index(blocks[0])
    turned = text
    for block in blocks:
        turned = turned.replace(block, "")
    turned = turned[:start] + "\n".join(reversed(blocks)) + "\n" + turned[start:]
    base, other = (solved(loads(each).set({"talks.rounds": rounds})) for each in (text, turned))
    names = [option.name for option in base.compiled.scenario.options]
    assert [option.name for option in other.compiled.scenario.options] == names[::-1]
    assert np.array_equal(other.everywhere.labels, base.everywhere.labels)
    assert np.allclose(other.plan.values, base.plan.values, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("party", ["russia", "ukraine", "usa"])
@pytest.mark.parametrize("scale", [4.0, 0.3])
def test_another_unit_of_one_partys_payoffs_changes_no_label(party: str, scale: float) -> None:
    scenario = march()
    mine = [name for name in scenario.numbers if name.startswith(f"payoffs.{party}.")]
    channels = {name for each in scenario.channels for name, v in each.off.items() if v != 0}
    assert not channels, "what is switched off becomes 0 in any unit"
    scaled = scenario.set({name: scenario.value(name) * scale for name in mine})
    base, other = solved(scenario), solved(scaled)
    assert np.array_equal(other.everywhere.labels, base.everywhere.labels)
    factors = np.where(np.array(base.plan.game.players) == party, scale, 1.0)
    expected = base.start.delay[0, 0, :, 0] * factors
    assert other.start.delay[0, 0, :, 0] == pytest.approx(expected, rel=1e-9)
    assert other.value[0] == pytest.approx(base.value[0] * factors, rel=1e-9)


MIRROR = """
format = 1
title = "Two sides and a front between them"
[parties.east]
discount = 0.98
[parties.west]
discount = 0.98
[parties.broker]
role = "mediator"
discount = 0.95
[options.peace]
parties = ["east", "west"]
[options.truce]
parties = ["east", "west"]
[rules]
one = "not (peace and truce)"
[talks]
rounds = 10
order = ["broker", "{ahead}", "{behind}"]
[state.front]
levels = 5
start = 2
[changes.advance]
when = "not peace"
add = {{ front = {step} }}
chance = "speed"
[parameters.speed]
value = 0.4
[ends.signed]
kind = "agreement"
when = "peace"
[payoffs.{ahead}.ground]
at = ["signed", "no_agreement"]
value = 1
per = "{position}"
[payoffs.{behind}.ground]
at = ["signed", "no_agreement"]
value = -1
per = "{position}"
[payoffs.{ahead}.war]
when = "not peace"
value = -0.1
[payoffs.{behind}.war]
when = "not peace"
value = -0.2
[payoffs.{ahead}.relief]
when = "truce"
value = 0.05
[payoffs.{behind}.relief]
when = "truce"
value = 0.1
[payoffs.{ahead}.failure]
at = "no_agreement"
value = -2
[payoffs.{behind}.failure]
at = "no_agreement"
value = -2
[payoffs.broker.peace]
at = "signed"
value = 1
[channels.drift]
off = {{ "parameters.speed" = 0 }}
[channels.relief]
off = {{ "payoffs.{ahead}.relief" = 0 }}
"""


def test_exchanging_the_two_sides_exchanges_their_labels() -> None:
    east = MIRROR.format(ahead="east", behind="west", step=1, position="front")
    west = MIRROR.format(ahead="west", behind="east", step=-1, position="4 - front")
    base, other = solved(loads(east)), solved(loads(west))
    words, mirrored = label_words(base), label_words(other)
    assert words["east"] != words["west"]
    assert any("stalling" in row for row in words["east"])
    for mine, theirs in (("east", "west"), ("west", "east"), ("broker", "broker")):
        assert [row[::-1] for row in mirrored[theirs]] == words[mine]
    flipped = other.plan.values[0][:, [1, 0, 2], ::-1]
    assert np.allclose(flipped, base.plan.values[0], rtol=1e-12, atol=1e-12)


# ---------------------------------------------------------------- where talks can be


def reachable(plain: PlainTalks) -> list[set[tuple[int, ...]]]:
    """Return the states in which each round's talks can be, by following every profile."""
    found = [{plain.start}]
    for _ in range(1, plain.rounds):
        branches = [
            branch
            for state in found[-1]
            for event in set(plain.events_in(state).values())
            for branch in plain.follows(state, event).branches
        ]
        found.append({new for chance, new, end in branches if chance and not end})
    return found


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        (X1, {}),
        (X1, {"state.clock.start": 3}),
        (DRIFT, {}),
        (DRIFT, {"changes.patience_ends.chance": 0, "state.share.start": 12}),
        (MARCH, {"parameters.aid_refill": 0, "parameters.aid_drain": 0, "state.patience.start": 2}),
        (MARCH, {"parameters.front_speed": 0, "parameters.counter_pressure": 0}),
    ],
)
def test_live_states_are_those_that_some_play_reaches_in_that_round(
    text: str, numbers: dict[str, int]
) -> None:
    scenario = loads(text).set(numbers)
    compiled = compile_scenario(scenario)
    live = analyse(compiled).live[0]
    found = [
        {tuple(compiled.grid[place].tolist()) for place in np.flatnonzero(row)}
        for row in live[::-1]
    ]
    assert found == reachable(PlainTalks(scenario))
    assert live.sum() < live.size


def test_endless_talks_count_the_states_that_some_round_reaches() -> None:
    lasting = loads(DRIFT).set({"talks.rounds": 40})
    expected = set().union(*reachable(PlainTalks(lasting)))
    text = "\n".join(line for line in DRIFT.splitlines() if not line.startswith("rounds"))
    endless = analyse(compile_scenario(loads(text))).live
    assert endless.shape[1] == 1
    assert int(endless.sum()) == len(expected)


def test_the_share_counts_live_rounds_and_states_once() -> None:
    analysis = solved(march())
    labels, live = analysis.everywhere.labels[0], analysis.live[0]
    cells = labels.swapaxes(1, 2)[live]
    for code in range(len(LABELS)):
        assert analysis.share(code)[0] == pytest.approx((cells == code).mean(axis=0))
    total = sum(analysis.share(code)[0] for code in range(len(LABELS)))
    assert total == pytest.approx(1)


def test_the_share_of_the_path_weighs_each_round_and_state_by_its_chance() -> None:
    analysis = solved(march())
    labels, reached = analysis.everywhere.labels[0], analysis.path.reached[0]
    rounds, states = reached.shape
    stalled = sum(
        reached[time, state] * (labels[rounds - 1 - time, 0, state] == STALLING)
        for time in range(rounds)
        for state in range(states)
    )
    found = analysis.share_of_path(STALLING)[0, 0]
    assert found == pytest.approx(stalled / reached.sum())
    assert 0 < found < 1


@pytest.mark.parametrize(
    ("file", "party", "share"),
    [("drift_deadline", 0, 5 / 6), ("drift", 0, 0.55), ("three_party_talks", 1, 7 / 9)],
)
def test_what_can_occur_is_counted_in_its_round(file: str, party: int, share: float) -> None:
    scenario = load(SCENARIOS / "textbook" / f"{file}.toml")
    assert solved(scenario).share(STALLING)[0, party] == pytest.approx(share)


def test_the_share_of_a_shorter_point_counts_its_own_rounds() -> None:
    compiled = compile_scenario(march())
    batch = analyse(compiled, compiled.points({"talks.rounds": [8.0, 3.0]}))
    alone = solved(march(3))
    assert batch.share(STALLING)[1] == pytest.approx(alone.share(STALLING)[0])


def test_labels_that_hang_on_the_selection_are_marked_where_they_can_occur() -> None:
    scenario = load(SCENARIOS / "cases" / "greece_2015.toml")
    analysis = solved(scenario)
    others = [solved(scenario, rule).everywhere.labels for rule in SELECTIONS]
    differ = np.any([labels != analysis.everywhere.labels for labels in others], axis=0)
    assert analysis.depends.tolist() == (differ & analysis.live[:, :, None]).tolist()
    assert (differ.sum(), analysis.depends.sum()) == (6, 3)
    told = hanging(analysis)
    assert told.differ == 3
    assert told.by["mediator_best_open"] == 0
    assert told.labels == 3 * analysis.live.sum()


@pytest.mark.parametrize("case", ["cases/greece_2015", "march_2025_pause_for_something"])
def test_marks_at_the_start_are_where_all_rules_solved_anew_differ(case: str) -> None:
    """Only where something ties are other rules solved at all; the marks are none the fewer."""
    scenario = load(SCENARIOS / f"{case}.toml")
    design, compiled = replicated(scenario, 48, seed=3), compile_scenario(scenario)
    points = compiled.points(dict(zip(design.names, design.values.T, strict=True)))
    found = analyse(compiled, points)
    others = [analyse(compiled, points, rule).start_labels for rule in selections(found.game)]
    differ = np.any([labels != found.start_labels for labels in others], axis=0)
    assert found.start_depends.tolist() == differ.tolist()
    assert differ.any() == (case == "cases/greece_2015")


def test_a_tie_between_concluding_and_not_marks_the_label() -> None:
    """Bob earns 0.3 a round; he waits for the last only if Ann, who does not mind, signs there."""
    discounts = "parties.ann.discount = 0.9\nparties.bob.discount = 0.9\n"
    talks = "payoffs.bob.talks = { when = 'not deal', value = 0.3 }\n"
    text = INDIFFERENT.replace("parties.ann = {}\nparties.bob = {}\n", discounts) + talks
    rules = np.array([stalling(loads(text), rule).start_labels[0] for rule in SELECTIONS])
    assert [LABELS[code] for code in rules[:, 1]] == ["delay_untested"] * 2 + ["settle"] * 2
    marks = stalling(loads(text)).start_depends[0]
    assert marks.tolist() == (rules != rules[0]).any(axis=0).tolist()
    eager = text + "payoffs.ann.deal = { at = 'signed', value = 1 }"
    assert not stalling(loads(eager)).start_depends.any()


def test_a_tie_against_concluding_is_a_selection_of_parties_that_move_alone() -> None:
    text = INDIFFERENT
    assert selections(solved(loads(text)).game) == tuple(SELECTIONS)
    toward, against = (solved(loads(text), rule) for rule in ("mediator_best", OPEN[0]))
    assert toward.path.ends[0, 0].sum() == 1
    assert against.path.ends[0, 0].sum() == 0
    assert "ties against concluding" in against.plan.rule
    together = loads(text.replace('order = ["ann", "bob"]', 'order = "simultaneous"'))
    assert selections(solved(together).game) == ("mediator_best", "mediator_worst")
