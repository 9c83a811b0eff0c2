"""Conclusions: what a scenario is said to show, as codes that can be asked for at any point.

The conclusions of a scenario are the label of each party at the start of the talks, the package
that it could sign there, and every claim that expects an outcome. A claim is asked for as it is
written: in its own order of moves, from its own state, with its own numbers. Claims that ask for
another selection among equilibria, or that state a number to some tolerance, are not followed over
points: the first need another solution, the second hold at the stated numbers only.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from negsim.analysis.delay.stalling import LABELS
from negsim.arrays import BoolArray, FloatArray, IntArray
from negsim.dynamics.build import compile_scenario
from negsim.errors import UsageError
from negsim.sampling.tipping import Tell
from negsim.sampling.worker import Evaluator, evaluator
from negsim.scenario.model import Claim, MeasureClaim, Scenario

HOLDS = ("does not hold", "holds")
ROUNDING = 1e-9
"""A chance this much below a claimed one is the claimed one."""


@dataclass(frozen=True, eq=False)
class Conclusion:
    """Something a scenario shows: a measure, and the words for each code that it can have.

    ``case`` is the scenario as the conclusion wants it and ``fixed`` the numbers that it sets.
    Where ``least`` is given the code is 1 if the measure is at least that and else 0; where it is
    not the measure is the code. A point that cannot be solved has code -1.
    """

    name: str
    says: str
    words: tuple[str, ...]
    measure: str
    case: Scenario
    fixed: frozenset[str] = frozenset()
    least: float | None = None

    def word(self, code: int) -> str:
        """Return the words for a code."""
        return self.words[code] if code >= 0 else "not solved"


def label_conclusion(scenario: Scenario, party: str) -> Conclusion:
    """Return the conclusion that a party has a label at the start of the talks.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    """
    found = scenario.party(party)
    words = tuple(name.replace("_", " ") for name in LABELS)
    return Conclusion(
        f"label.{party}", f"{found.label} at the start", words, f"label.{party}", scenario
    )


NOTHING_TO_SIGN = "nothing that it could sign"


def package_conclusion(scenario: Scenario, party: str) -> Conclusion:
    """Return the conclusion that a party could sign some package, the best for it, at the start.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    """
    label = scenario.party(party).label
    words = (NOTHING_TO_SIGN, *compile_scenario(scenario).outcome_texts())
    name = f"package.{party}"
    return Conclusion(name, f"On the table for {label} at the start", words, name, scenario)


def start_conclusions(scenario: Scenario, party: str) -> tuple[Conclusion, Conclusion]:
    """Return the label of a party at the start, and the package that it is about."""
    return label_conclusion(scenario, party), package_conclusion(scenario, party)


def main_conclusions(scenario: Scenario, party: str) -> tuple[Conclusion, ...]:
    """Return a party's label and package, and every claim; claims alone without an agreement.

    Without an end that is an agreement there is nothing to settle, and no label says anything.

    Raises
    ------
    UnknownNameError
        If there is no such party.
    UsageError
        If no end is an agreement and no claim can be followed.
    """
    claims = claim_conclusions(scenario)
    if has_agreement(scenario):
        return (*start_conclusions(scenario, party), *claims)
    scenario.party(party)
    if not claims:
        raise UsageError(
            "no end of this scenario is an agreement, so there is nothing to delay, and it claims "
            "no outcome that could be followed; expected an end of kind agreement, or a claim "
            "with expect"
        )
    return claims


def has_agreement(scenario: Scenario) -> bool:
    """Tell whether some end of the talks is an agreement."""
    return any(end.kind == "agreement" for end in scenario.ends)


def claim_conclusion(scenario: Scenario, claim: Claim) -> Conclusion | None:
    """Return a claim as a conclusion, None for one that is not followed over points."""
    if isinstance(claim, MeasureClaim) or claim.selection or claim.holds:
        return None
    case = scenario if claim.order is None else scenario.with_order(claim.order)
    own = scenario.settings(claim)
    return Conclusion(
        claim.name,
        claim.says,
        HOLDS,
        f"expected.{claim.name}",
        case.set(own) if own else case,
        frozenset(own),
        float(claim.probability) - ROUNDING,
    )


def claim_conclusions(scenario: Scenario) -> tuple[Conclusion, ...]:
    """Return the record and the claims that are followed over points."""
    found = [claim_conclusion(scenario, claim) for claim in scenario.claims]
    return (*record_conclusion(scenario), *(each for each in found if each is not None))


def record_conclusion(scenario: Scenario) -> tuple[Conclusion, ...]:
    """Return that the solved talks bring what is on record for certain; nothing without one."""
    words = ("not reproduced", "reproduced")
    least = 1 - ROUNDING
    says = "What is on record"
    found = Conclusion("record", says, words, "record_chance", scenario, least=least)
    return (found,) if scenario.record else ()


@dataclass(frozen=True, eq=False)
class Asker:
    """Conclusions of a scenario, ready to be asked for at points that vary in some numbers.

    Conclusions of the same case are solved together, and each case is compiled once.
    """

    conclusions: tuple[Conclusion, ...]
    names: tuple[str, ...]
    also: tuple[str, ...]
    cases: tuple[tuple[Evaluator, tuple[int, ...], tuple[int, ...]], ...]

    def __call__(self, points: FloatArray) -> IntArray:
        """Return the code of each conclusion at some points, shape (B, conclusions)."""
        return self.ask(points)[0]

    def ask(self, points: FloatArray) -> tuple[IntArray, dict[str, FloatArray]]:
        """Return the codes, shape (B, conclusions), and the measures asked for besides."""
        codes = np.full((len(points), len(self.conclusions)), -1, dtype=np.int64)
        measured: dict[str, FloatArray] = {}
        for solve, columns, places in self.cases:
            found, errors = solve(points[:, columns])
            solved = np.array([error is None for error in errors], dtype=bool)
            for place in places:
                values = found[self.conclusions[place].measure]
                codes[:, place] = coded(self.conclusions[place], values, solved)
            measured.update({name: found[name] for name in self.also if name in found})
        return codes, measured

    def parts(self) -> list[tuple[tuple[int, ...], Asker]]:
        """Return one asker a case, with the places of its conclusions."""
        found = []
        for solve, columns, places in self.cases:
            own = tuple(self.conclusions[place] for place in places)
            case = (solve, columns, tuple(range(len(places))))
            found.append((places, Asker(own, self.names, self.also, (case,))))
        return found


def coded(conclusion: Conclusion, values: FloatArray, solved: BoolArray) -> IntArray:
    """Return the codes of a conclusion from its measure; an undefined chance does not suffice."""
    if conclusion.least is None:
        codes = np.nan_to_num(values, nan=-1.0).astype(np.int64)
    else:
        codes = (np.nan_to_num(values) >= conclusion.least).astype(np.int64)
    return np.where(solved, codes, -1)


def asker(
    conclusions: Sequence[Conclusion],
    names: Sequence[str],
    extent: FloatArray,
    also: Sequence[str] = (),
    threads: int = 1,
) -> Asker:
    """Return what answers for some conclusions at points that vary in the named numbers.

    Parameters
    ----------
    extent
        shape (any, names): points that reach as far as those that will be asked for, which tell
        the longest talks.
    also
        measures wanted besides, of the first conclusion's case.

    Raises
    ------
    UnknownNameError
        If there is no number or measure of some name.
    """
    groups: dict[tuple[object, ...], list[int]] = {}
    for place, each in enumerate(conclusions):
        key = (each.case.talks, *sorted((n, each.case.value(n)) for n in each.fixed))
        groups.setdefault(key, []).append(place)
    cases = []
    for places in groups.values():
        first = conclusions[places[0]]
        columns = tuple(k for k, name in enumerate(names) if name not in first.fixed)
        wanted = dict.fromkeys(conclusions[place].measure for place in places)
        extra = also if 0 in places else ()
        solve = evaluator(
            first.case,
            [names[k] for k in columns],
            np.asarray(extent, dtype=float)[:, columns],
            tuple(dict.fromkeys([*wanted, *extra])),
            threads,
        )
        cases.append((solve, columns, tuple(places)))
    return Asker(tuple(conclusions), tuple(names), tuple(also), tuple(cases))


def only(tell: Tell, place: int) -> Tell:
    """Return what tells one conclusion only."""
    return lambda points: tell(points)[:, [place]]


@dataclass(frozen=True)
class Subject:
    """In words what is asked about, what is measured of it, and in which unit."""

    subject: str
    measured: str
    unit: str


def subject_of(scenario: Scenario, party: str) -> Subject:
    """Return what is asked about: the label and the value of delay, or the first claim."""
    label = scenario.party(party).label
    if has_agreement(scenario):
        return Subject(
            f"the label of {label}", f"the value of delay of {label}", "its own payoff unit"
        )
    expected = "the chance of what the first claim expects"
    return Subject("the first claim", expected, "1 is certain")
