"""Answers as tables for notebooks: plain HTML, every name escaped.

What is too large to read is cut, and the table says so.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any

MOST_ENTRIES = 20
"""Of a longer list within an answer the first entries are shown."""

MOST_ROWS = 200
"""Of longer lists (equilibria, nodes of a tree) the first ones are shown."""


def solution_html(solution: Mapping[str, Any]) -> str:
    """Return a solution, as its ``to_dict`` tells it, as a table with one row per equilibrium.

    >>> found = {"profile": {"A": {"up": 1.0}}, "payoffs": {"A": 2.0}, "regret": {"A": 0.0}}
    >>> data = {"players": ["A"], "equilibria": [{**found, "marks": ["pure"]}], "message": "one"}
    >>> print(solution_html({**data, "method": "pure"}))
    <p>pure: one</p><table><thead><tr><th>A</th><th>payoffs</th><th>regret</th><th>marks</th></tr>\
</thead><tbody><tr><th>up</th><td>2</td><td>0</td><td>pure</td></tr></tbody></table>
    """
    listed = solution["equilibria"]
    rows = [_equilibrium_row(found, solution["players"]) for found in listed[:MOST_ROWS]]
    text = f"<p>{escape(solution['method'])}: {escape(solution['message'])}</p>"
    head = [*solution["players"], "payoffs", "regret", "marks"]
    return text + (table(head, rows) if rows else "") + more(len(listed))


def data_html(data: Mapping[str, Any]) -> str:
    """Return an answer of any kind, as its ``to_dict`` tells it, as tables within tables.

    >>> print(data_html({"levels": {"A": 1.0}, "order_matters": False, "message": "<one>"}))
    <table><tbody><tr><th>levels</th><td><table><tbody><tr><th>A</th><td>1</td></tr></tbody>\
</table></td></tr><tr><th>order matters</th><td>no</td></tr><tr><th>message</th><td>&lt;one&gt;\
</td></tr></tbody></table>
    """
    rows = "".join(
        f"<tr><th>{escape(str(key).replace('_', ' '))}</th><td>{_value(value)}</td></tr>"
        for key, value in data.items()
    )
    return f"<table><tbody>{rows}</tbody></table>"


def _value(value: Any) -> str:
    """Return a value as text or as a table; of long lists the first entries."""
    if isinstance(value, Mapping):
        return data_html(value)
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: "-"}[value]
    if isinstance(value, float):
        return number(value)
    if not isinstance(value, list):
        return escape(str(value))
    shown = [_value(one) for one in value[:MOST_ENTRIES]]
    nested = any(isinstance(one, Mapping | list) for one in value)
    more = f" ... ({len(value)} in all)" if len(value) > MOST_ENTRIES else ""
    return (("<br>" if nested else ", ").join(shown) or "none") + more


def _equilibrium_row(found: Mapping[str, Any], players: Sequence[str]) -> list[str]:
    moves = [_mixed(found["profile"][player]) for player in players]
    payoffs = ", ".join(number(value) for value in found["payoffs"].values())
    regret = number(max(found["regret"].values()))
    return [*moves, payoffs, regret, ", ".join(found["marks"])]


def _mixed(chances: Mapping[str, float]) -> str:
    if len(chances) == 1:
        return next(iter(chances))
    return "; ".join(f"{action} ({number(chance)})" for action, chance in chances.items())


def number(value: float | Fraction) -> str:
    """Return a number in six digits."""
    return f"{float(value):.6g}"


def more(count: int) -> str:
    """Return what is said below a list of which only the first rows are shown."""
    return f"<p>The first {MOST_ROWS} of {count} are shown.</p>" if count > MOST_ROWS else ""


def table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first cell of a row is its head. Everything is escaped here."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{escape(first)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
