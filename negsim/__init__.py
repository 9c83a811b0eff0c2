"""negsim, a negotiation game-theory simulator: when is delay the best reply, what is it worth?

The names below are imported when they are first used, so that ``import negsim`` is instant.

>>> import negsim as ns
>>> dilemma = ns.NormalFormGame.from_bimatrix([[3, 0], [5, 1]], [[3, 5], [0, 1]])
>>> ns.solve(dilemma, "pure").equilibria[0].payoffs
array([1., 1.])
"""

from __future__ import annotations

import importlib

TYPE_CHECKING = False
"""As in ``typing``, whose import would take longer than all that is here."""

if TYPE_CHECKING:
    from typing import Any

_HOMES = {
    "BargainingProblem": "negsim.theory.bargaining.problem",
    "ExtensiveGame": "negsim.theory.trees.game",
    "NegsimError": "negsim.errors",
    "NormalFormGame": "negsim.theory.normal_form.game",
    "Scenario": "negsim.scenario.model",
    "StochasticGame": "negsim.theory.stochastic.game",
    "bargain": "negsim.theory.bargaining.solutions",
    "bargaining_problem": "negsim.analysis.delay.packages",
    "check_claims": "negsim.questions.claims",
    "compile_scenario": "negsim.dynamics.build",
    "consistent": "negsim.sampling.ordinal",
    "extended": "negsim.sampling.samples",
    "grid": "negsim.sampling.grids",
    "inverse": "negsim.questions.change.inverse",
    "latin_hypercube": "negsim.sampling.samples",
    "levers": "negsim.questions.change.levers",
    "load": "negsim.scenario.load",
    "loads": "negsim.scenario.load",
    "monte_carlo": "negsim.sampling.samples",
    "one_at_a_time": "negsim.sampling.grids",
    "one_shot": "negsim.dynamics.build",
    "open_results": "negsim.sampling.store",
    "play": "negsim.questions.rules.contest",
    "read_efg": "negsim.theory.files.gambit_files",
    "read_nfg": "negsim.theory.files.gambit_files",
    "report": "negsim.page.document",
    "robustness": "negsim.questions.trust.trust",
    "saltelli": "negsim.sampling.samples",
    "sobol": "negsim.sampling.samples",
    "solve": "negsim.theory.registry",
    "solve_batch": "negsim.theory.oneshot.two_party.batch",
    "solvers": "negsim.theory.registry",
    "stalling": "negsim.analysis.delay.stalling",
    "stated_margins": "negsim.sampling.samples",
    "strategies": "negsim.playing.registry",
    "sweep": "negsim.sampling.run",
    "talks": "negsim.dynamics.build",
}
"""The module in which each name is at home, under the same name."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'negsim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), name)


def __dir__() -> list[str]:
    return sorted(_HOMES)
