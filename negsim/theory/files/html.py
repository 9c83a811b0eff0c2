"""Games and solutions as tables for notebooks: plain HTML, every name escaped.

What is too large to read is cut, and the table says so.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction
from html import escape
from typing import Any

from negsim.theory.oneshot.normal_form import NormalFormGame
from negsim.theory.trees.game import Chance, End, ExtensiveGame

MOST_CELLS = 600
"""A game with more combinations of actions is described and not drawn."""

MOST_ENTRIES = 20
"""Of a longer list within an answer the first entries are shown."""

MOST_ROWS = 200
"""Of longer lists (equilibria, nodes of a tree) the first ones are shown."""


def game_html(game: NormalFormGame) -> str:
    """Return a game in normal form as tables: one for two players, one per third player's action.

    >>> print(game_html(NormalFormGame([[1.0, 2.5]], ["<Ann>"], [["up", "down"]])))
    <table><thead><tr><th>&lt;Ann&gt;</th><th>payoff</th></tr></thead><tbody><tr><th>up</th>\
<td>1</td></tr><tr><th>down</th><td>2.5</td></tr></tbody></table>
    """
    size = math.prod(game.num_actions)
    if size > MOST_CELLS:
        shape = " x ".join(map(str, game.num_actions))
        return f"<p>A game of {_names(game.players)} with {shape} actions.</p>"
    if game.num_players == 1:
        rows = zip(game.actions[0], game.payoffs[0], strict=True)
        return _table([game.players[0], "payoff"], ([name, _number(own)] for name, own in rows))
    others = [range(count) for count in game.num_actions[2:]]
    return "".join(_matrix_html(game, fixed) for fixed in itertools.product(*others))


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
    table = _table([*solution["players"], "payoffs", "regret", "marks"], rows) if rows else ""
    return text + table + _more(len(listed))


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
        return _number(value)
    if not isinstance(value, list):
        return escape(str(value))
    shown = [_value(one) for one in value[:MOST_ENTRIES]]
    nested = any(isinstance(one, Mapping | list) for one in value)
    more = f" ... ({len(value)} in all)" if len(value) > MOST_ENTRIES else ""
    return (("<br>" if nested else ", ").join(shown) or "none") + more


def tree_html(game: ExtensiveGame) -> str:
    """Return a tree as a table with one row per node, indented by depth.

    >>> from negsim.theory.trees.game import Turn
    >>> game = ExtensiveGame.from_tree(["A"], Turn("A", {"<up>": [1], "down": ["1/3"]}))
    >>> "&lt;up&gt;" in tree_html(game), "<td>1/3</td>" in tree_html(game)
    (True, True)
    """
    depth = [0] * len(game.nodes)
    reached = [""] * len(game.nodes)
    rows = []
    for index, node in enumerate(game.nodes):
        for branch, child in enumerate(game.children[index]):
            depth[child] = depth[index] + 1
            reached[child] = _branch(game, index, branch)
        who, known, payoffs = "chance", "", ""
        if isinstance(node, End):
            who, payoffs = node.name, ", ".join(map(str, node.payoffs))
        elif not isinstance(node, Chance):
            information = game.information_sets[node.information]
            who, known = game.players[information.player], information.name
        if index < MOST_ROWS:
            indent = "\u00a0\u00a0" * min(depth[index], MOST_ROWS)
            rows.append([f"{indent}{reached[index] or 'start'}", who, known, payoffs])
    title = f"<p>{escape(game.title)}</p>" if game.title else ""
    head = ["after", "who", "information set", f"payoffs ({', '.join(game.players)})"]
    return title + _table(head, rows) + _more(len(game.nodes))


def _branch(game: ExtensiveGame, index: int, branch: int) -> str:
    node = game.nodes[index]
    if isinstance(node, Chance):
        return f"{node.actions[branch]} ({node.chances[branch]})"
    if isinstance(node, End):
        return ""
    return game.information_sets[node.information].actions[branch]


def _matrix_html(game: NormalFormGame, fixed: tuple[int, ...]) -> str:
    """Return the table of the first two players when the others' actions are given."""
    told = [
        f"{player}: {own[action]}"
        for player, own, action in zip(game.players[2:], game.actions[2:], fixed, strict=True)
    ]
    rows = [
        [name, *(_cell(game, (row, column, *fixed)) for column in range(game.num_actions[1]))]
        for row, name in enumerate(game.actions[0])
    ]
    corner = f"{game.players[0]} \\ {game.players[1]}"
    title = f"<p>{escape('; '.join(told))}</p>" if told else ""
    return title + _table([corner, *game.actions[1]], rows)


def _cell(game: NormalFormGame, profile: tuple[int, ...]) -> str:
    return ", ".join(_number(own[profile]) for own in game.payoffs)


def _equilibrium_row(found: Mapping[str, Any], players: Sequence[str]) -> list[str]:
    moves = [_mixed(found["profile"][player]) for player in players]
    payoffs = ", ".join(_number(value) for value in found["payoffs"].values())
    regret = _number(max(found["regret"].values()))
    return [*moves, payoffs, regret, ", ".join(found["marks"])]


def _mixed(chances: Mapping[str, float]) -> str:
    if len(chances) == 1:
        return next(iter(chances))
    return "; ".join(f"{action} ({_number(chance)})" for action, chance in chances.items())


def _number(value: float | Fraction) -> str:
    return f"{float(value):.6g}"


def _names(names: Iterable[str]) -> str:
    return ", ".join(escape(name) for name in names)


def _more(count: int) -> str:
    return f"<p>The first {MOST_ROWS} of {count} are shown.</p>" if count > MOST_ROWS else ""


def _table(head: Iterable[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; the first cell of a row is its head. Everything is escaped here."""
    top = "".join(f"<th>{escape(cell)}</th>" for cell in head)
    body = "".join(
        f"<tr><th>{escape(first)}</th>{''.join(f'<td>{escape(cell)}</td>' for cell in rest)}</tr>"
        for first, *rest in rows
    )
    return f"<table><thead><tr>{top}</tr></thead><tbody>{body}</tbody></table>"
