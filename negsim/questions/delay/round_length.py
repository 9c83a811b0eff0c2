"""Does the reading of a party depend on how long a round is? The talks again with shorter rounds.

In talks whose rounds are time (``[talks] clock = true``) each round is cut into k: k times as many
rounds, each discount the k-th root of what it was, each chance p of a change or of the end
1 - (1 - p)^(1/k), payoffs and costs by round such that k rounds are worth one, options that lapse
or take notice after k times as many rounds. A change that is certain stays certain. Cut in two and
in four, the label must stay, and value of delay and ledger must settle: from two to four they move
at most half as much as from one to two, or by at most 5 %. Where there is nothing to sign, or delay
costs the party (then its value is that of one round, which gets shorter), only the label must stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from types import MappingProxyType

import numpy as np

from negsim.analysis.delay.ledger import Ledger, ledger
from negsim.analysis.delay.stalling import LABELS, Stalling
from negsim.arrays import FloatArray
from negsim.dynamics.build import Compiled
from negsim.scenario.domain import start_domain
from negsim.scenario.model import Scenario

CUTS = (1, 2, 4)
"""Into how many each round is cut."""

CLOSE = 0.05
"""A move of less than this share of the value of delay, or of the largest entry, is none."""


@dataclass(frozen=True)
class RoundLength:
    """A party's reading with each round cut into 1, 2 and 4.

    ``labels`` and ``delays`` are one a cut; ``entries`` (cuts, entries) the ledger's amounts, empty
    where there is nothing to sign with some cut.
    """

    labels: tuple[str, ...]
    delays: tuple[float, ...]
    entries: FloatArray

    @property
    def settles(self) -> bool:
        """Tell whether label, value of delay and ledger settle as rounds get shorter."""
        same = len(set(self.labels)) == 1
        if not self.entries.size or max(self.delays) <= 0:
            return same
        return same and settled(np.array(self.delays)[:, None]) and settled(self.entries)


def settled(numbers: FloatArray) -> bool:
    """Tell whether numbers, (cuts, K), move little or less and less from cut to cut.

    >>> bool(settled(np.array([[1.239], [1.130], [1.143]])))
    True
    >>> bool(settled(np.array([[2.0], [1.5], [1.1]])))
    False
    """
    first, second = np.abs(np.diff(numbers, axis=0))
    near = CLOSE * np.abs(numbers).max(initial=0.0)
    return bool(((second <= 0.5 * first) | (second <= near)).all())


def round_length(analysis: Stalling, player: int) -> RoundLength | None:
    """Return a player's reading with shorter rounds, at the first point; None without a clock.

    Cost: two more solutions, of twice and of four times as many rounds, each with its frozen game.
    """
    if not analysis.compiled.scenario.talks.clock:
        return None
    cut = [analysis, *(shorter(analysis, parts) for parts in CUTS[1:])]
    labels = tuple(LABELS[int(each.start_labels[0, player])] for each in cut)
    delays = tuple(float(each.start.delay[0, 0, player, 0]) for each in cut)
    found = [ledger(each, player) for each in cut]
    told = [each for each in found if each is not None]
    return RoundLength(labels, delays, amounts(told if len(told) == len(cut) else []))


def amounts(ledgers: list[Ledger]) -> FloatArray:
    """Return the amounts of some ledgers, entry by entry, (ledgers, entries)."""
    if not ledgers:
        return np.zeros((len(CUTS), 0))
    return np.array([[entry.amount for entry in each.entries] for each in ledgers])


def shorter(analysis: Stalling, parts: int) -> Stalling:
    """Return the analysis of the first point's talks with each round cut into some parts."""
    scenario = lasting(analysis.compiled.scenario, parts)
    return Stalling(Compiled(scenario, parts=parts), analysis.points[:1], analysis.selection)


def lasting(scenario: Scenario, parts: int) -> Scenario:
    """Return a scenario in which options that stay do so for so many times as many rounds."""
    options = tuple(
        option
        if option.stay is None
        else replace(
            option,
            stay=replace(
                option.stay, expires=option.stay.expires * parts, notice=option.stay.notice * parts
            ),
        )
        for option in scenario.options
    )
    lengths = {option.name: option.stay.longest for option in options if option.stay is not None}
    state = tuple(
        replace(each, levels=lengths[each.stays] + 1) if each.stays else each
        for each in scenario.state
    )
    numbers = dict(scenario.numbers)
    for each in scenario.state:
        name = f"state.{each.name}.start"
        left = numbers[name].value
        if each.stays:
            most = lengths[each.stays]
            value = min((left + 1) * parts - 1, Decimal(most)) if left > 0 else left
            numbers[name] = replace(numbers[name], value=value, domain=start_domain(most + 1))
    return replace(scenario, options=options, state=state, numbers=MappingProxyType(numbers))
