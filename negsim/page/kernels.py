"""The first run: kernels that every report needs are compiled in two processes at once.

Compiled kernels are kept on disk, so what one process compiles the other only loads. Nothing here
changes an answer; it is left out when the kernels are there already, or cannot be kept.
"""

from __future__ import annotations

import multiprocessing

from negsim.sampling.run import interrupts_held

TALKS = """
format = 1
title = "A game that is solved to compile the kernels"
parties.a = {}
parties.b = {}
parties.c = {}
options.x.parties = ["a"]
options.y.parties = ["b"]
options.z.parties = ["a", "b"]
talks = { rounds = 2, order = %s }
payoffs.a.match = { when = "x == y", value = 1 }
payoffs.b.differ = { when = "x != y", value = 1 }
"""


def warm_up() -> None:
    """Compile what a report needs, unless it was compiled before."""
    from negsim.analysis.delay.prospects import weigh
    from negsim.kernel_cache import cache_of
    from negsim.theory.stochastic.backward_induction import induct

    caches = cache_of(weigh), cache_of(induct)
    if all(each.is_kept() or not each.can_be_kept() for each in caches):
        return
    beside = multiprocessing.get_context("spawn").Process(target=compile_together, daemon=True)
    with interrupts_held():
        beside.start()
    try:
        compile_alone()
        beside.join()
    finally:
        beside.kill()


def compile_alone() -> None:
    """Compile the kernels of talks in which each party moves alone, and of play."""
    from negsim.analysis.delay.expected_delay import expected_delay
    from negsim.analysis.delay.offers import offers
    from negsim.analysis.delay.stalling import stalling
    from negsim.questions.rules.contest import contest
    from negsim.scenario.load import loads

    found = stalling(loads(TALKS % '["a", "b", "c"]'))
    assert found.at_start is not None
    assert found.path is not None
    offers(found, 0)
    expected_delay(found, 0)
    contest(found.compiled, found.game, 0, 1, 0)


def compile_together() -> None:
    """Compile the kernels of rounds in which parties move at once, and of two-party games."""
    from negsim.dynamics.build import one_shot, talks
    from negsim.scenario.load import loads
    from negsim.theory.normal_form.game import NormalFormGame
    from negsim.theory.registry import solve
    from negsim.theory.stochastic.backward_induction import backward_induction

    together = loads(TALKS % '"simultaneous"')
    solve(one_shot(together), "logit", precision=1.0)
    backward_induction(talks(together))
    solve(NormalFormGame.from_bimatrix([[0, 0], [0, 0]], [[0, 1], [1, 0]]), "nash")
