"""What ``import negsim as ns`` offers: every name leads somewhere, whatever was imported before."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import negsim as ns

MARCH = Path(__file__).parents[1] / "scenarios" / "march_2025.toml"


@pytest.mark.parametrize("name", dir(ns))
def test_every_name_leads_somewhere(name: str) -> None:
    assert getattr(ns, name) is not None


@pytest.mark.parametrize("name", dir(ns))
def test_every_name_has_an_example(name: str) -> None:
    """Those of modules are run by the tests of the documentation."""
    assert ">>>" in (getattr(ns, name).__doc__ or "")


def test_a_name_is_at_home_under_its_own_name() -> None:
    assert ns.play.__name__ == "play"
    assert {"levers", "report", "robustness", "stalling", "sweep", "talks"} <= set(dir(ns))


def test_other_names_are_refused() -> None:
    with pytest.raises(AttributeError, match="no attribute 'slove'"):
        vars(ns)["__getattr__"]("slove")


@pytest.mark.parametrize(
    "first", ["pass", "import negsim.theory.oneshot.pure", "ns.solve, ns.strategies"]
)
def test_the_registry_of_solvers_is_not_hidden_by_its_folder(first: str) -> None:
    code = (
        f"import negsim as ns\n{first}\n"
        "assert ns.solvers['nash'].finds == 'all'\n"
        "assert 'pure' in ns.solvers and 'nahs' not in ns.solvers\n"
        "assert len(dict(ns.solvers)) == len(ns.solvers) > 20"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=120)


def test_a_scenario_is_bargained_over_as_it_is() -> None:
    problem = ns.bargaining_problem(ns.load(MARCH))
    assert ns.bargain(problem, "nash").to_dict()["packages"]


def test_an_infinite_wait_has_no_payoff_without_a_deal() -> None:
    endless = MARCH.parent / "textbook" / "rubinstein.toml"
    with pytest.raises(ns.NegsimError, match="A's envoy: no payoff without a deal"):
        ns.bargaining_problem(ns.load(endless))
