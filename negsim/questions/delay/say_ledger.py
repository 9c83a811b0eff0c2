"""What waiting brings and costs a party, and which channels it needs: lines and a figure's rows."""

from __future__ import annotations

from typing import Any

from negsim.analysis.delay.ledger import Ledger
from negsim.drawing.words import amount, moment

MOST_NAMED = 2
"""Entries of a ledger that a sentence names on each side."""

NOTHING = 1e-9
"""An entry smaller than this share of the largest is not told."""


def ledger_answer(found: Ledger | None, package: str | None) -> dict[str, Any] | None:
    """Return a ledger as plain data, None where there is nothing that the party could sign."""
    if found is None:
        return None
    return {
        "package": package,
        "delay": found.delay,
        "entries": [
            {"number": e.number, "label": e.label, "part": e.part, "amount": e.amount}
            for e in found.entries
        ],
        "expected_rounds": found.expected_rounds,
        "quantiles": [found.quantile(share) for share in (0.1, 0.5, 0.9)],
        "ending": found.ending.tolist(),
        "unending": found.unending,
    }


def ledger_rows(ledger: dict[str, Any]) -> list[tuple[str, float]]:
    """Return the entries that are not nought in words, those that bring most first."""
    largest = max((abs(entry["amount"]) for entry in ledger["entries"]), default=0.0)
    rows = [
        (entry_words(entry), entry["amount"])
        for entry in ledger["entries"]
        if abs(entry["amount"]) > NOTHING * largest
    ]
    return sorted(rows, key=lambda row: -row[1])


def entry_words(entry: dict[str, Any]) -> str:
    """Return what an entry is about.

    >>> entry_words({"label": "Position", "part": "moved"})
    'Position (moved)'
    >>> entry_words({"label": "Fighting", "part": "by round"})
    'Fighting'
    """
    part = entry["part"]
    return str(entry["label"]) + ("" if part == "by round" else f" ({part})")


def balance(ledger: dict[str, Any]) -> tuple[float, float]:
    """Return what waiting brings and what it costs, both positive."""
    amounts = [entry["amount"] for entry in ledger["entries"]]
    return sum(max(each, 0.0) for each in amounts), sum(max(-each, 0.0) for each in amounts)


def ledger_title(party: str, unit: str, ledger: dict[str, Any]) -> str:
    """Return the finding of the ledger as a sentence."""
    brings, costs = balance(ledger)
    delay = ledger["delay"]
    worth = f"Delay is worth {amount(delay)} to {party}"
    worth = worth if delay >= 0 else f"One more {unit} of talks costs {party} {amount(-delay)}"
    return (
        f"{worth}: waiting until about {moment(unit, ledger['expected_rounds'])} "
        f"brings {amount(brings)} and costs {amount(costs)}"
    )


def ledger_sentence(unit: str, party: dict[str, Any]) -> str:
    """Return a party's value of delay and where it comes from."""
    worth, ledger = f"Value of delay {amount(party['start']['delay'])}", party["ledger"]
    if ledger is None:
        return f"{worth}: there is nothing that it could sign."
    rows = ledger_rows(ledger)
    brings = [(name, value) for name, value in rows if value > 0]
    costs = [(name, -value) for name, value in rows[::-1] if value < 0]
    return (
        f"{worth}: waiting until about {moment(unit, ledger['expected_rounds'])} "
        f"brings {named(brings)}, and costs {named(costs)}."
    )


def one_more_round(unit: str, party: dict[str, Any]) -> str:
    """Return what one more round costs a party that would rather sign, nothing of others."""
    delay = party["start"]["delay"]
    if party["ledger"] is None or not delay < 0:
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


def needs_sentence(premium: dict[str, Any] | None) -> str:
    """Return which channels the worth of waiting needs, nothing where waiting is worth nothing."""
    if premium is None or not premium["worth"] > 0:
        return ""
    if premium["suffice"] == [[]]:
        without = amount(premium["worth"] - premium["premium"])
        worth = amount(premium["worth"])
        return f"Being able to wait is worth {worth}, and {without} with the channels off."
    sets = " or ".join(joined(some) for some in premium["suffice"])
    if premium["all_together"]:
        several = len(premium["channels"]) > 1
        needed, lost = ("all of ", "any one of them") if several else ("", "that")
        return f"Being able to wait needs {needed}{sets}; without {lost} it is worth nothing."
    parts = ", ".join(f"{words(n)} {amount(value)}" for n, value in premium["parts"].items())
    lost = " or ".join(joined(some) for some in premium["needed"])
    needed = f"; without {lost} it is worth nothing" if lost else ""
    worth = f"Being able to wait is worth {amount(premium['worth'])}; enough for any is {sets}"
    return f"{worth}{needed}. Parts by channel (Shapley value): {parts}."


def joined(names: list[str]) -> str:
    """Return some channels in words.

    >>> joined(["drift"]), joined(["drift", "cover", "truce_benefit"])
    ('drift', 'drift, cover and truce benefit')
    """
    told = [words(name) for name in names]
    return " and ".join([", ".join(told[:-1]), *told[-1:]] if len(told) > 1 else told)


def words(name: str) -> str:
    """Return a channel's name in words."""
    return name.replace("_", " ")
