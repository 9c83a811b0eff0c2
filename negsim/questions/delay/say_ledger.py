"""What waiting brings and costs a party, and which channels it needs: lines and a figure's rows."""

from __future__ import annotations

from collections.abc import Sequence

from negsim.analysis.delay.attribution import Attribution
from negsim.analysis.delay.ledger import LedgerEntry
from negsim.drawing.words import amount, moment
from negsim.questions.delay.answer import PartyDelay, ToldLedger

MOST_NAMED = 2
"""Entries of a ledger that a sentence names on each side."""

NOTHING = 1e-9
"""An entry smaller than this share of the largest is not told."""


def ledger_rows(ledger: ToldLedger) -> list[tuple[str, float]]:
    """Return the entries that are not nought in words, those that bring most first."""
    largest = max((abs(entry.amount) for entry in ledger.entries), default=0.0)
    rows = [
        (entry_words(entry), entry.amount)
        for entry in ledger.entries
        if abs(entry.amount) > NOTHING * largest
    ]
    return sorted(rows, key=lambda row: -row[1])


def entry_words(entry: LedgerEntry) -> str:
    """Return what an entry is about.

    >>> entry_words(LedgerEntry("payoffs.a.x", "Position", "moved", 1.0))
    'Position (moved)'
    >>> entry_words(LedgerEntry("payoffs.a.y", "Fighting", "by round", 1.0))
    'Fighting'
    """
    part = entry.part
    return entry.label + ("" if part == "by round" else f" ({part})")


def balance(ledger: ToldLedger) -> tuple[float, float]:
    """Return what waiting brings and what it costs, both positive."""
    amounts = [entry.amount for entry in ledger.entries]
    return sum(max(each, 0.0) for each in amounts), sum(max(-each, 0.0) for each in amounts)


def ledger_title(party: str, unit: str, ledger: ToldLedger) -> str:
    """Return the finding of the ledger as a sentence."""
    brings, costs = balance(ledger)
    delay = ledger.delay
    worth = f"Delay is worth {amount(delay)} to {party}"
    worth = worth if delay >= 0 else f"One more {unit} of talks costs {party} {amount(-delay)}"
    return (
        f"{worth}: waiting until about {moment(unit, ledger.expected_rounds)} "
        f"brings {amount(brings)} and costs {amount(costs)}"
    )


def ledger_sentence(unit: str, party: PartyDelay) -> str:
    """Return a party's value of delay and where it comes from."""
    worth, ledger = f"Value of delay {amount(party.start.delay)}", party.ledger
    if ledger is None:
        return f"{worth}: there is nothing that it could sign."
    rows = ledger_rows(ledger)
    brings = [(name, value) for name, value in rows if value > 0]
    costs = [(name, -value) for name, value in rows[::-1] if value < 0]
    return (
        f"{worth}: waiting until about {moment(unit, ledger.expected_rounds)} "
        f"brings {named(brings)}, and costs {named(costs)}."
    )


def one_more_round(unit: str, party: PartyDelay) -> str:
    """Return what one more round costs a party that would rather sign, nothing of others."""
    delay = party.start.delay
    if party.ledger is None or not delay < 0:
        return ""
    return f"One more {unit} of talks costs it {amount(-delay)} against signing now."


def named(rows: list[tuple[str, float]]) -> str:
    """Return the largest of some amounts in words, with what the others add up to.

    >>> named([("Relief", 2.0), ("Position", 1.0), ("Aid", 0.5)]), named([])
    ('2 in Relief, 1 in Position and 0.5 more', 'nothing')
    """
    told = ", ".join(f"{amount(value)} in {name}" for name, value in rows[:MOST_NAMED])
    left = sum(value for _, value in rows[MOST_NAMED:])
    return f"{told} and {amount(left)} more" if left else told or "nothing"


def needs_sentence(premium: Attribution | None) -> str:
    """Return which channels the worth of waiting needs, nothing where waiting is worth nothing."""
    if premium is None or not premium.worth > 0:
        return ""
    if premium.suffice == ((),):
        without = amount(premium.worth - premium.premium)
        worth = amount(premium.worth)
        return f"Being able to wait is worth {worth}, and {without} with the channels off."
    sets = " or ".join(joined(some) for some in premium.suffice)
    if premium.all_together:
        several = len(premium.channels) > 1
        needed, lost = ("all of ", "any one of them") if several else ("", "that")
        return f"Being able to wait needs {needed}{sets}; without {lost} it is worth nothing."
    parts = ", ".join(f"{words(n)} {amount(value)}" for n, value in (premium.parts or {}).items())
    lost = " or ".join(joined(some) for some in premium.needed)
    needed = f"; without {lost} it is worth nothing" if lost else ""
    worth = f"Being able to wait is worth {amount(premium.worth)}; enough for any is {sets}"
    return f"{worth}{needed}. Parts by channel (Shapley value): {parts}."


def joined(names: Sequence[str]) -> str:
    """Return some channels in words.

    >>> joined(["drift"]), joined(["drift", "cover", "truce_benefit"])
    ('drift', 'drift, cover and truce benefit')
    """
    told = [words(name) for name in names]
    return " and ".join([", ".join(told[:-1]), *told[-1:]] if len(told) > 1 else told)


def words(name: str) -> str:
    """Return a channel's name in words."""
    return name.replace("_", " ")
