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
    "BargainingProblem": "negsim.games.bargaining",
    "ExtensiveGame": "negsim.games.extensive",
    "NegsimError": "negsim.errors",
    "NormalFormGame": "negsim.games.normal_form",
    "Scenario": "negsim.scenario.model",
    "StochasticGame": "negsim.games.stochastic",
    "bargain": "negsim.solvers.bargaining",
    "bargaining_problem": "negsim.analysis.packages",
    "check_claims": "negsim.studies.claims",
    "compile_scenario": "negsim.games.build",
    "consistent": "negsim.sweep.design",
    "extended": "negsim.sweep.design",
    "grid": "negsim.sweep.design",
    "inverse": "negsim.studies.inverse",
    "latin_hypercube": "negsim.sweep.design",
    "levers": "negsim.studies.levers",
    "monte_carlo": "negsim.sweep.design",
    "one_at_a_time": "negsim.sweep.design",
    "saltelli": "negsim.sweep.design",
    "sobol": "negsim.sweep.design",
    "stated_margins": "negsim.sweep.design",
    "load": "negsim.scenario.load",
    "loads": "negsim.scenario.load",
    "one_shot": "negsim.games.build",
    "open_results": "negsim.sweep.store",
    "play_strategies": "negsim.studies.contest",
    "read_efg": "negsim.games.gambit_files",
    "read_nfg": "negsim.games.gambit_files",
    "robustness": "negsim.studies.trust",
    "run_sweep": "negsim.sweep.run",
    "solve": "negsim.solvers.registry",
    "solve_batch": "negsim.solvers.batch",
    "stalling": "negsim.analysis.stalling",
    "strategies": "negsim.play.registry",
    "talks": "negsim.games.build",
    "write_report": "negsim.report.document",
}

_OTHER_NAMES = {
    "levers": "scan_levers",
    "robustness": "trust",
    "run_sweep": "sweep",
    "write_report": "report_scenario",
}
"""Names here that differ from those at home; ``sweep`` and ``report`` are folders."""


def __getattr__(name: str) -> Any:
    if name == "solvers":
        return importlib.import_module("negsim.solvers")
    if name not in _HOMES:
        raise AttributeError(f"module 'negsim' has no attribute {name!r}")
    return getattr(importlib.import_module(_HOMES[name]), _OTHER_NAMES.get(name, name))


def __dir__() -> list[str]:
    return sorted([*_HOMES, "solvers"])
