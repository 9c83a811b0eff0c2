"""Which solution of the talks is chosen: moves in turn, moves at once, ties, and none."""

from __future__ import annotations

import re

import numpy as np
import pytest

from negsim.dynamics.build import compile_scenario, talks
from negsim.dynamics.path import path
from negsim.errors import UsageError
from negsim.scenario.load import loads
from negsim.theory.stochastic.backward_induction import backward_induction
from negsim.theory.stochastic.plan import Plan
from negsim.theory.stochastic.stage import BLOCKED, LOGIT, MIXED, SETTLED

PAIR = """
format = 1
title = "Two parties"
parties.ann = {}
parties.bob = {}
options.deal.parties = ["ann", "bob"]
ends.signed = { kind = "agreement", when = "deal" }
"""


def solved(text: str, selection: str = "mediator_best") -> Plan:
    return backward_induction(talks(loads(text)), selection)


def first_outcome(plan: Plan, text: str) -> str:
    """Return the options for certain in effect in round 1, in words."""
    compiled = compile_scenario(loads(text))
    event = int(np.argmax(path(plan).events[0, 0]))
    assert path(plan).events[0, 0, event] == 1
    return compiled.outcome_text(event)


def start_values(plan: Plan) -> list[float]:
    return list(plan.values[0, plan.game.rounds[0] - 1, :, plan.game.start[0]])


# ---------------------------------------------------------------- moves in turn

ENTRY = """
format = 1
title = "An empty threat"
parties.entrant = {}
parties.incumbent = {}
options.enter.parties = ["entrant"]
options.fight.parties = ["incumbent"]
payoffs.entrant.market = { when = "enter and not fight", value = 1 }
payoffs.entrant.war = { when = "enter and fight", value = -1 }
payoffs.incumbent.alone = { when = "not enter", value = 3 }
payoffs.incumbent.market = { when = "enter and not fight", value = 1 }
"""


def test_moves_in_turn_are_subgame_perfect() -> None:
    text = ENTRY + 'talks = { rounds = 1, order = ["entrant", "incumbent"] }'
    assert start_values(solved(text)) == [1, 1]
    assert first_outcome(solved(text), text) == "Enter"


def test_whoever_moves_later_sees_what_was_done() -> None:
    first = ENTRY + 'talks = { rounds = 1, order = ["entrant", "incumbent"] }'
    last = ENTRY + 'talks = { rounds = 1, order = ["incumbent", "entrant"] }'
    assert start_values(solved(first)) == [1, 1]
    assert start_values(solved(last)) == [0, 3]
    assert first_outcome(solved(last), last) == "Fight"


def test_parties_that_are_not_listed_move_last_together() -> None:
    listed = ENTRY + 'talks = { rounds = 1, order = ["incumbent"] }'
    assert talks(loads(listed)).order == ((1,), (0,))
    assert talks(loads(ENTRY)).order == ((0, 1),)


def test_ties_go_to_concluding() -> None:
    text = PAIR + 'talks.order = ["ann", "bob"]\ntalks.rounds = 3\n'
    text += "payoffs.ann.end = { at = ['signed', 'no_agreement'], value = 2 }"
    plan = solved(text)
    assert first_outcome(plan, text) == "Deal"
    assert path(plan).ends[0, 0].tolist() == [1, 0]
    assert plan.count.max() == 2, "not concluding is another solution"


def test_a_tie_of_decimals_is_a_tie() -> None:
    text = PAIR + 'talks = { rounds = 1, order = ["ann", "bob"] }\n'
    text += "payoffs.ann.war = { when = 'not deal', value = 0.1 }\n"
    text += "payoffs.ann.win = { at = 'no_agreement', value = 0.2 }\n"
    text += "payoffs.ann.deal = { at = 'signed', value = 0.3 }\n"
    assert 0.1 + 0.2 > 0.3
    assert first_outcome(solved(text), text) == "Deal"


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize("flow", ["at = 'signed'", "when = 'deal'"])
def test_a_tie_of_decimals_at_nought_is_a_tie(flow: str, sign: int) -> None:
    text = (
        PAIR
        + f"""
        talks = {{ rounds = 1, order = ["ann", "bob"] }}
        payoffs.ann.pays = {{ {flow}, value = {-0.3 * sign} }}
        payoffs.ann.gets = {{ at = "signed", value = {0.1 * sign} }}
        payoffs.ann.also = {{ at = "signed", value = {0.2 * sign} }}
    """
    )
    assert first_outcome(solved(text), text) == "Deal"


def test_other_ties_go_to_the_mediators_best_or_worst() -> None:
    text = """
        format = 1
        title = "Ann does not mind"
        parties.ann = {}
        parties.bob = {}
        parties.cat = { role = "mediator" }
        options.left.parties = ["ann"]
        options.listens.parties = ["bob"]
        options.speaks.parties = ["cat"]
        talks = { rounds = 1, order = ["ann", "bob", "cat"] }
        payoffs.cat.likes = { when = "left", value = 1 }
        payoffs.bob.dislikes = { when = "left", value = -5 }
    """
    assert start_values(solved(text)) == [0, -5, 1]
    assert start_values(solved(text, "mediator_worst")) == [0, 0, 0]
    assert solved(text).count.max() == 2
    alone = text.replace('{ role = "mediator" }', "{}")
    assert start_values(solved(alone)) == [0, 0, 0]
    assert start_values(solved(alone, "mediator_worst")) == [0, -5, 1]


# ---------------------------------------------------------------- moves at once


def test_both_refuse_is_avoided() -> None:
    text = PAIR + "payoffs.ann.deal = { at = 'signed', value = 1 }\n"
    text += "payoffs.bob.deal = { at = 'signed', value = 1 }"
    for selection in ("mediator_best", "mediator_worst"):
        plan = solved(text, selection)
        assert first_outcome(plan, text) == "Deal"
        assert (plan.status == SETTLED).all()


STAG = (
    PAIR
    + """
payoffs.ann.deal = { at = "signed", value = 2 }
payoffs.bob.deal = { at = "signed", value = 2 }
payoffs.ann.safe = { when = 'ann.deal == "no"', value = 1 }
payoffs.bob.safe = { when = 'bob.deal == "no"', value = 1 }
"""
)


def test_a_coalition_leaves_even_a_strict_equilibrium_to_complete_a_joint_option() -> None:
    for selection in ("mediator_best", "mediator_worst"):
        plan = solved(STAG, selection)
        assert start_values(plan) == [2, 2]
        assert plan.count.tolist() == [[[1]]]


def test_two_single_options_are_no_joint_option() -> None:
    text = """
        format = 1
        title = "A stag hunt without consent"
        parties.ann = {}
        parties.bob = {}
        options.ann_hunts.parties = ["ann"]
        options.bob_hunts.parties = ["bob"]
        payoffs.ann.stag = { when = "ann_hunts and bob_hunts", value = 2 }
        payoffs.bob.stag = { when = "ann_hunts and bob_hunts", value = 2 }
        payoffs.ann.hare = { when = "not ann_hunts", value = 1 }
        payoffs.bob.hare = { when = "not bob_hunts", value = 1 }
    """
    assert start_values(solved(text)) == [2, 2]
    assert start_values(solved(text, "mediator_worst")) == [1, 1]
    assert solved(text).count.max() == 2


def test_where_a_coalition_leaves_the_only_equilibrium_the_plan_says_blocked() -> None:
    text = (
        PAIR
        + """
        options.ann_cheats.parties = ["ann"]
        options.bob_cheats.parties = ["bob"]
        payoffs.ann.deal = { when = "deal", value = 3 }
        payoffs.bob.deal = { when = "deal", value = 3 }
        payoffs.ann.cheats = { when = "ann_cheats", value = 4 }
        payoffs.bob.cheats = { when = "bob_cheats", value = 4 }
        payoffs.ann.cheated = { when = "bob_cheats", value = -6 }
        payoffs.bob.cheated = { when = "ann_cheats", value = -6 }
        rules.ann_honest = "deal implies not ann_cheats"
        rules.bob_honest = "deal implies not bob_cheats"
    """
    )
    plan = solved(text)
    assert (plan.status == BLOCKED).all()
    assert start_values(plan) == [-2, -2]


def test_the_mediators_best_and_worst_differ_where_they_should() -> None:
    text = """
        format = 1
        title = "Which side of the road"
        parties.ann = {}
        parties.bob = {}
        parties.cat = { role = "mediator" }
        options.ann_left.parties = ["ann"]
        options.bob_left.parties = ["bob"]
        options.speaks.parties = ["cat"]
        payoffs.ann.meets = { when = "ann_left == bob_left", value = 1 }
        payoffs.bob.meets = { when = "ann_left == bob_left", value = 1 }
        payoffs.cat.likes = { when = "ann_left", value = 1 }
    """
    assert start_values(solved(text)) == [1, 1, 1]
    assert start_values(solved(text, "mediator_worst")) == [1, 1, 0]
    assert solved(text).count.tolist() == [[[2]]]


PENNIES = """
format = 1
title = "Matching pennies"
parties.ann = {}
parties.bob = {}
options.heads.parties = ["ann"]
options.tails.parties = ["bob"]
payoffs.ann.match = { when = "heads == tails", value = 4 }
payoffs.bob.differ = { when = "heads != tails", value = 1 }
payoffs.bob.bonus = { when = "tails", value = 0.5 }
"""


def test_without_a_pure_equilibrium_two_play_the_mixed_one() -> None:
    plan = solved(PENNIES)
    assert plan.status.tolist() == [[[MIXED]]]
    assert plan.choice[0, 0, 0].tolist() == [-1]
    assert plan.mixed[0, 0, 0, 0] == pytest.approx([0.25, 0.75, 0.5, 0.5], rel=1e-12)
    assert start_values(plan) == pytest.approx([2.0, 0.75], rel=1e-12)
    assert plan.regret.max() <= 1e-15


def test_more_than_two_without_a_pure_equilibrium_respond_by_logit_with_its_regret() -> None:
    third = """
    parties.cat = {}
    options.third.parties = ["cat"]
    payoffs.cat.match = { when = "third == heads", value = 1 }
    payoffs.ann.odd = { when = "third and heads", value = -0.5 }
    """
    plan = solved(PENNIES + third)
    assert plan.status.tolist() == [[[LOGIT]]]
    assert plan.choice[0, 0, 0].tolist() == [-1]
    assert 0 < plan.regret[0, 0, 0] < 0.05
    assert plan.to_dict()["share_logit"] == [1.0]
    assert plan.to_dict()["largest_regret"] == [plan.regret.max()]
    assert "logit response at precision 100" in plan.rule


def test_the_rule_is_in_the_plan() -> None:
    assert solved(PAIR + 'talks = { rounds = 1, order = ["ann", "bob"] }').rule == (
        "subgame-perfect; ties toward concluding, then the largest sum of payoffs"
    )
    text = PAIR.replace("parties.bob = {}", 'parties.bob = { role = "mediator" }')
    assert "of several, the smallest payoff to the mediators" in solved(text, "mediator_worst").rule


def test_an_unknown_selection_is_an_error_with_a_suggestion() -> None:
    with pytest.raises(UsageError, match=re.escape('did you mean "mediator_best"?')):
        solved(PAIR, "mediator_bst")


# ---------------------------------------------------------------- batches


def test_points_of_a_batch_do_not_touch_one_another() -> None:
    text = STAG + "talks = { rounds = 1, order = ['bob', 'ann'] }"
    compiled = compile_scenario(loads(text))
    values = [2.0, 0.5, 1.0]
    rounds = [1.0, 3.0, 2.0]
    points = compiled.points({"payoffs.ann.deal": values, "talks.rounds": rounds})
    batch = backward_induction(compiled.talks(points))
    for place in range(3):
        alone = backward_induction(compiled.talks(points[[place]]))
        count = int(rounds[place])
        for name in ("values", "choice", "count", "status", "regret"):
            part = getattr(batch, name)[place, :count]
            assert np.array_equal(part, getattr(alone, name)[0])


def test_what_is_said_of_a_point_is_said_of_its_own_rounds() -> None:
    compiled = compile_scenario(loads(PENNIES))
    points = compiled.points({"talks.rounds": [1.0, 4.0]})
    batch = backward_induction(compiled.talks(points)).to_dict()
    for place in range(2):
        alone = backward_induction(compiled.talks(points[[place]])).to_dict()
        for name in ("values_at_start", "largest_regret", "largest_count", "share_logit"):
            assert batch[name][place] == alone[name][0]
