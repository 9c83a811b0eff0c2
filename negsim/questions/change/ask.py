"""Question 3: tipping points, tipping curves, the cheapest combination, the least change."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial

import numpy as np

from negsim.analysis.delay.stalling import SETTLE
from negsim.deadline import can_begin, in_time, part
from negsim.questions.change.answer import (
    BaseConclusion,
    Border,
    CheapestWay,
    LeastChange,
    Levers,
    MovedNumber,
    TippingPoint,
)
from negsim.questions.change.curves import Curve
from negsim.questions.change.inverse import NumberChange, inverse
from negsim.questions.change.levers import (
    NumberScan,
    Progress,
    Tipping,
    cheapest_label,
    cheapest_outcome,
    critical_values,
    tipping_curves,
)
from negsim.questions.conclusions import (
    Conclusion,
    asker,
    has_agreement,
    main_conclusions,
    subject_of,
)
from negsim.sampling.axes import Axis, lever_axes, ranged_axes
from negsim.sampling.tipping import SCAN, TOLERANCE
from negsim.scenario.model import Scenario

Say = Callable[[str], None]

MISSED = "what changes and changes back between two neighbouring points of a scan is not seen"


@dataclass(frozen=True)
class Moves:
    """What is to be moved: numbers alone, pairs of them together, levers at a cost each.

    ``costs`` are of moving a number over the whole of its range, 1 by default; each range is
    scanned at ``scan`` points.
    """

    axes: Sequence[Axis]
    pairs: Sequence[tuple[Axis, Axis]] = ()
    costs: Mapping[str, float] = field(default_factory=dict)
    scan: int = SCAN


def ask_levers(
    scenario: Scenario,
    party: str,
    moves: Moves,
    seed: int = 0,
    threads: int = 1,
    say: Say = lambda _: None,
    progress: Progress = lambda _done, _total: None,
) -> Levers:
    """Return where each number tips a conclusion, the curves, and the cheapest combination."""
    conclusions = main_conclusions(scenario, party)
    followed = {each.name for each in conclusions}
    say("moving every number alone")
    scans = critical_values(scenario, party, moves.axes, moves.scan, threads, progress=progress)
    curves = []
    for across, up in in_time(moves.pairs, "borders in two numbers"):
        say(f"following the border in {across.name} and {up.name}")
        found = tipping_curves(scenario, party, across, up, moves.scan, threads)
        curves.append(border(scenario, across, up, found))
    say("looking for the cheapest combination of levers")
    cheapest = None
    if can_begin("cheapest combination of levers"):
        cheapest = cheapest_way(scenario, party, moves, threads)
    return Levers(
        scenario=scenario.digest,
        seed=seed,
        party=party,
        party_label=scenario.party(party).label,
        subject=subject_of(scenario, party).subject,
        has_agreement=has_agreement(scenario),
        base=at_base(conclusions, threads),
        not_followed=tuple(each.name for each in scenario.claims if each.name not in followed),
        scan=moves.scan,
        tolerance=TOLERANCE,
        missed=MISSED,
        numbers=tuple(map(moved_number, scans)),
        curves=tuple(curves),
        cheapest=cheapest,
    )


def at_base(conclusions: Sequence[Conclusion], threads: int) -> tuple[BaseConclusion, ...]:
    """Return what each conclusion is at the base case."""
    codes = asker(conclusions, (), np.empty((1, 0)), threads=threads)(np.empty((1, 0)))[0]
    return tuple(
        BaseConclusion(each.name, each.says, each.word(code))
        for each, code in zip(conclusions, codes.tolist(), strict=True)
    )


def moved_number(scan: NumberScan) -> MovedNumber:
    """Return what a scan of a number found, in words."""
    return MovedNumber(
        name=scan.axis.name,
        label=scan.axis.label,
        lever=scan.axis.lever or None,
        low=scan.axis.low,
        high=scan.axis.high,
        base=scan.base,
        spacing=scan.spacing,
        values=scan.values,
        conclusions={
            each.name: tuple(map(each.word, scan.codes[:, place].tolist()))
            for place, each in enumerate(scan.conclusions)
        },
        tippings=tuple(map(tipping_point, scan.tippings)),
    )


def tipping_point(tipping: Tipping) -> TippingPoint:
    """Return a tipping point in words."""
    own = tipping.conclusion
    below, above = own.word(tipping.below), own.word(tipping.above)
    return TippingPoint(own.name, own.says, tipping.value, below, above)


def border(scenario: Scenario, across: Axis, up: Axis, curves: tuple[Curve, ...]) -> Border:
    """Return the border in two numbers, with what its figure says of them."""
    numbers = (scenario.number(across.name), scenario.number(up.name))
    return Border(
        names=(across.name, up.name),
        labels=(across.label, up.label),
        low=(across.low, up.low),
        high=(across.high, up.high),
        base=(scenario.value(across.name), scenario.value(up.name)),
        ranges=tuple(
            (
                None if number.low is None else float(number.low),
                None if number.high is None else float(number.high),
            )
            for number in numbers
        ),
        whole=(bool(across.steps), bool(up.steps)),
        curves=curves,
    )


def cheapest_way(scenario: Scenario, party: str, moves: Moves, threads: int) -> CheapestWay | None:
    """Return the cheapest combination of levers after which the label is settle.

    None if the scenario declares no levers, or no end that one could settle for.
    """
    axes = lever_axes(scenario)
    if not axes or not has_agreement(scenario):
        return None
    found = cheapest_label(scenario, party, SETTLE, axes, moves.costs, moves.scan, threads)
    return CheapestWay(wish=f"{scenario.party(party).label} settles at the start", **vars(found))


def ask_least_change(
    scenario: Scenario,
    outcome: str,
    kind: str,
    axes: Sequence[Axis] | None,
    costs: Mapping[str, float],
    scan: int = SCAN,
    seed: int = 0,
    threads: int = 1,
) -> LeastChange:
    """Return the least change that makes an outcome come out.

    ``talks`` is about round 1 of the solved talks, an upper bound; the other kinds are about the
    one-shot game.
    """
    if kind == "talks":
        moves = Moves(ranged_axes(scenario) if axes is None else axes, costs=costs, scan=scan)
        return least_change_of_talks(scenario, outcome, moves, seed, threads)
    names = None if axes is None else [axis.name for axis in axes]
    found = inverse(scenario, outcome, kind, names, costs)
    return LeastChange(
        scenario=scenario.digest,
        seed=seed,
        outcome=outcome,
        kind=kind,
        possible=found.possible,
        exact=found.exact,
        cost=found.cost,
        changes=found.changes,
        rays=None,
        profile=found.profile,
        binding=found.binding,
        verified=found.verified,
    )


def least_change_of_talks(
    scenario: Scenario, outcome: str, moves: Moves, seed: int, threads: int
) -> LeastChange:
    """Return the least change found that brings an outcome in round 1 of the solved talks."""
    search = partial(
        cheapest_outcome, scenario, outcome, moves.axes, moves.costs, moves.scan, threads
    )
    found = part("search for the least change", search)
    best = found.best if found else None
    steps = best.steps if best else ()
    return LeastChange(
        scenario=scenario.digest,
        seed=seed,
        outcome=outcome,
        kind="talks",
        possible=best is not None,
        exact=found is not None and found.holds,
        cost=best.cost if best else float("inf"),
        changes=tuple(
            NumberChange(each.name, each.base, each.value, each.cost, True) for each in steps
        ),
        rays=found.rays if found else None,
        profile=(),
        binding=(),
        verified=best is not None,
    )
