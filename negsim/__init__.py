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
    "consistent": "negsim.sampling.design",
    "extended": "negsim.sampling.design",
    "grid": "negsim.sampling.design",
    "inverse": "negsim.questions.change.inverse",
    "latin_hypercube": "negsim.sampling.design",
    "levers": "negsim.questions.change.levers",
    "monte_carlo": "negsim.sampling.design",
    "one_at_a_time": "negsim.sampling.design",
    "saltelli": "negsim.sampling.design",
    "sobol": "negsim.sampling.design",
    "stated_margins": "negsim.sampling.design",
    "load": "negsim.scenario.load",
    "loads": "negsim.scenario.load",
    "one_shot": "negsim.dynamics.build",
    "open_results": "negsim.sampling.store",
    "play_strategies": "negsim.questions.rules.contest",
    "read_efg": "negsim.theory.files.gambit_files",
    "read_nfg": "negsim.theory.files.gambit_files",
    "robustness": "negsim.questions.trust.trust",
    "run_sweep": "negsim.sampling.run",
    "solve": "negsim.theory.registry",
    "solvers": "negsim.theory.registry",
    "solve_batch": "negsim.theory.oneshot.two_party.batch",
    "stalling": "negsim.analysis.delay.stalling",
    "strategies": "negsim.playing.registry",
    "talks": "negsim.dynamics.build",
    "write_report": "negsim.page.document",
}

_OTHER_NAMES = {
    "levers": "scan_levers",
    "robustness": "trust",
    "run_sweep": "sweep",
    "write_report": "report_scenario",
}
"""Names here that differ from those at home; ``sweep`` and ``report`` are folders."""


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'negsim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), _OTHER_NAMES.get(name, name))


def __dir__() -> list[str]:
    return sorted(_HOMES)
