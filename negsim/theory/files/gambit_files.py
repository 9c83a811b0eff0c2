"""Gambit's files: games in normal form (.nfg, payoffs or outcomes) and trees (.efg), both ways.

One tokenizer serves both: braces, commas, texts in quotes, and words, each with its place, so that
a fault is told as ``path:line:column: what is wrong, what was expected``. Numbers are read exactly.
Nothing is built before it is known to be of a sane size.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import NoReturn

import numpy as np

from negsim.errors import GameError
from negsim.text_files import read_text
from negsim.theory.normal_form.exact_game import ExactGame
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.numerics.exact import distinct_names, exact_number, written
from negsim.theory.trees.game import (
    MOST_NODES,
    MOST_PLAYERS,
    Chance,
    End,
    ExtensiveGame,
    InformationSet,
    Move,
    Node,
    Payoffs,
    checked_chances,
)

MOST_NUMBERS = 2_000_000
"""A game in normal form with more payoffs is refused."""

LONGEST_NAME = 1_000
"""A name with more characters is refused; titles and comments may be longer."""

_TOKEN = re.compile(
    r'\s+|(?P<brace>[{}])|(?P<comma>,)|"(?P<text>(?:[^"\\]|\\.)*)"|(?P<word>[^\s{}",]+)', re.S
)
_SHOWN = 40


def read_nfg(path: str | Path) -> NormalFormGame:
    """Read a game in normal form from a Gambit file (.nfg), with payoffs or with outcomes.

    The payoffs are rounded to floats; ``read_exact_nfg`` keeps them as they are written.

    Parameters
    ----------
    path
        Of the file, in UTF-8.

    Raises
    ------
    UsageError
        If there is no such file or it cannot be read.
    GameError
        If it is larger than 50 MB or not such a file: path, line, column, what is wrong.

    References
    ----------
    Gambit, "Game representation formats": the strategic game file format, payoff version and
    outcome version.

    Examples
    --------
    >>> parse_nfg('NFG 1 R "Selten" { "a" "b" } { 2 2 } 1 1 0 2 0 2 1 1').game.payoffs[0]
    array([[1., 0.],
           [0., 1.]])
    """
    return read_exact_nfg(path).game


def read_exact_nfg(path: str | Path) -> ExactGame:
    """Read a game in normal form from a Gambit file, payoffs as fractions; see ``read_nfg``.

    Raises
    ------
    UsageError, GameError
        As ``read_nfg``.
    """
    return parse_nfg(read_text(path, "a Gambit file"), str(path))


def read_efg(path: str | Path) -> ExtensiveGame:
    """Read a game in extensive form from a Gambit file (.efg).

    Payoffs of outcomes on the way are added to those of the ends below. Empty names are made up,
    and repeated ones numbered.

    Parameters
    ----------
    path
        Of the file, in UTF-8.

    Raises
    ------
    UsageError
        If there is no such file or it cannot be read.
    GameError
        If it is larger than 50 MB or not such a file: path, line, column, what is wrong.

    References
    ----------
    Gambit, "Game representation formats": the extensive game file format.

    Examples
    --------
    >>> game = parse_efg('EFG 2 R "" { "a" } p "" 1 1 "" { "x" "y" } 0 t "" 1 "" { 1/3 } t "" 0')
    >>> game.nodes[1].payoffs
    (Fraction(1, 3),)
    """
    return parse_efg(read_text(path, "a Gambit file"), str(path))


def parse_nfg(text: str, path: str = "<text>") -> ExactGame:
    """Read a game in normal form from the text of a Gambit file.

    Raises
    ------
    GameError
        If the text is no such file; ``path`` is for the message.

    Examples
    --------
    >>> parse_nfg('NFG 1 R "" { "a" } { 1 } x')
    Traceback (most recent call last):
    negsim.errors.GameError: <text>:1:26: "x" is no number, expected one such as 2, -0.5, 1e3 or 1/3
    """
    tokens = _Tokens(text, path)
    title, players = _prologue(tokens, "NFG", "1")
    actions = _actions_of(tokens, len(players))
    comment = tokens.take().value if tokens.seen.kind == "text" else ""
    shape = tuple(len(own) for own in actions)
    if tokens.seen.value == "{" and tokens.seen.kind == "brace":
        rows = _outcome_rows(tokens, len(players), math.prod(shape))
    else:
        rows = _payoff_rows(tokens, len(players), math.prod(shape))
    tokens.finish()
    order = np.arange(len(rows)).reshape(shape, order="F").ravel().tolist()
    payoffs = tuple(tuple(rows[place][player] for place in order) for player in range(len(players)))
    return ExactGame(players, actions, payoffs, title, comment)


def parse_efg(text: str, path: str = "<text>") -> ExtensiveGame:
    """Read a game in extensive form from the text of a Gambit file.

    Raises
    ------
    GameError
        If the text is no such file; ``path`` is for the message.

    Examples
    --------
    >>> parse_efg('EFG 2 R "" { "a" } t "" 1 "" { 1, 2 }')
    Traceback (most recent call last):
    negsim.errors.GameError: <text>:1:35: got "2", expected "}" after 1 payoff
    """
    tokens = _Tokens(text, path)
    title, players = _prologue(tokens, "EFG", "2")
    if tokens.seen.kind == "text":
        tokens.take()
    return _TreeReader(tokens, players).read(title)


def to_nfg(game: NormalFormGame | ExactGame, title: str = "", outcomes: bool = False) -> str:
    """Return a game in normal form as the text of a Gambit file, which reads back to the same.

    Parameters
    ----------
    title
        Of the game; that of an ``ExactGame`` by default.
    outcomes
        Whether to list outcomes and refer to them, rather than to list payoffs.

    Examples
    --------
    >>> print(to_nfg(NormalFormGame.from_bimatrix([[1, 0.5]], [[0, 2]])))
    NFG 1 R "" { "player 1" "player 2" }
    {
    { "1" }
    { "1" "2" }
    }
    ""
    <BLANKLINE>
    1 0
    0.5 2
    <BLANKLINE>
    """
    comment = ""
    if isinstance(game, ExactGame):
        title, comment = title or game.title, game.comment
        columns = [[written(payoff) for payoff in own] for own in game.payoffs]
    else:
        columns = [[_float_text(payoff) for payoff in own.ravel()] for own in game.payoffs]
    shape = tuple(len(own) for own in game.actions)
    order = np.arange(math.prod(shape)).reshape(shape).ravel(order="F").tolist()
    rows = [tuple(own[place] for own in columns) for place in order]
    names = [f"{{ {_quoted(*own)} }}" for own in game.actions]
    head = f"NFG 1 R {_quoted(title)} {{ {_quoted(*game.players)} }}\n{{\n{_lines(names)}}}\n"
    body = _told_outcomes(rows) if outcomes else _lines(" ".join(row) for row in rows)
    return f"{head}{_quoted(comment)}\n\n{body}"


def to_efg(game: ExtensiveGame) -> str:
    """Return a game in extensive form as the text of a Gambit file, which reads back to the same.

    >>> from negsim.theory.trees.game import Turn
    >>> print(to_efg(ExtensiveGame.from_tree(["a"], Turn("a", {"x": [1], "y": ["1/3"]}))))
    EFG 2 R "" { "a" }
    ""
    <BLANKLINE>
    p "" 1 1 "a 1" { "x" "y" } 0
    t "" 1 "" { 1 }
    t "" 2 "" { 1/3 }
    <BLANKLINE>
    """
    head = f'EFG 2 R {_quoted(game.title)} {{ {_quoted(*game.players)} }}\n""\n\n'
    counts = {"ends": 0, "lotteries": 0}
    return head + _lines(_told_node(game, node, counts) for node in game.nodes)


@dataclass(frozen=True, slots=True)
class _FileToken:
    kind: str
    value: str
    place: int

    def __str__(self) -> str:
        if self.kind == "end":
            return "the file ends"
        shown = self.value if len(self.value) <= _SHOWN else f"{self.value[:_SHOWN]}..."
        return f'got {"the text " if self.kind == "text" else ""}"{" ".join(shown.split())}"'


class _Tokens:
    """The tokens of a text, one seen ahead, and the errors that tell their place."""

    def __init__(self, text: str, path: str) -> None:
        self._text = text
        self._path = path
        self._found = self._scan()
        self.seen = next(self._found)

    def take(self) -> _FileToken:
        """Return the token seen and go on to the next."""
        taken = self.seen
        if taken.kind != "end":
            self.seen = next(self._found)
        return taken

    def skip(self, kind: str, value: str) -> bool:
        """Go past a token if it is this one; tell whether it was."""
        there = self.seen.kind == kind and self.seen.value == value
        if there:
            self.take()
        return there

    def expect(self, kind: str, value: str, expected: str) -> None:
        """Go past a token that must be this one."""
        if not self.skip(kind, value):
            self.fail(f"{self.seen}, expected {expected}")

    def name(self, expected: str) -> str:
        """Return a text of a sane length."""
        token = self.take()
        if token.kind != "text":
            self.fail(f"{token}, expected {expected}, in quotes", token)
        if len(token.value) > LONGEST_NAME:
            self.fail(
                f"{expected} has {len(token.value)} characters, expected at most {LONGEST_NAME}",
                token,
            )
        return token.value

    def names(self, expected: str, kind: str) -> tuple[str, ...]:
        """Return the texts of a list in braces, made different from one another."""
        self.expect("brace", "{", f'"{{" before the {kind}s')
        found = []
        while not self.skip("brace", "}"):
            found.append(self.name(f'{expected} or "}}"'))
        return distinct_names(found, kind)

    def number(self, expected: str) -> Fraction:
        """Return a number."""
        token = self.take()
        if token.kind != "word":
            self.fail(f"{token}, expected {expected}", token)
        return self.located(token, lambda: exact_number(token.value))

    def whole(self, expected: str, low: int, high: int) -> int:
        """Return a whole number between two bounds."""
        token = self.take()
        if token.kind != "word" or not re.fullmatch("[0-9]{1,9}", token.value):
            self.fail(f"{token}, expected {expected}, a whole number", token)
        if not low <= int(token.value) <= high:
            self.fail(f"{token}, expected {expected}, {low} to {high}", token)
        return int(token.value)

    def located(self, token: _FileToken, make: Callable[[], Fraction]) -> Fraction:
        """Return what a function makes, and tell the token's place if it cannot."""
        try:
            return make()
        except GameError as error:
            self.fail(str(error), token)

    def finish(self) -> None:
        """Check that nothing is left."""
        if self.seen.kind != "end":
            self.fail(f"{self.seen}, expected the end of the file: the game is complete")

    def fail(self, message: str, token: _FileToken | None = None) -> NoReturn:
        """Raise the error for a fault at a token, the one seen if none is named."""
        place = (token or self.seen).place
        line = self._text.count("\n", 0, place) + 1
        column = place - self._text.rfind("\n", 0, place)
        raise GameError(f"{self._path}:{line}:{column}: {message}")

    def _scan(self) -> Iterator[_FileToken]:
        place = 0
        while place < len(self._text):
            match = _TOKEN.match(self._text, place)
            if match is None:
                opened = _FileToken("text", "", place)
                self.fail('a text starts here and does not end, expected a closing "', opened)
            if match.lastgroup is not None:
                value = match[match.lastgroup]
                if match.lastgroup == "text":
                    value = re.sub(r'\\(["\\])', r"\1", value)
                yield _FileToken(match.lastgroup, value, place)
            place = match.end()
        yield _FileToken("end", "", len(self._text))


def _prologue(tokens: _Tokens, kind: str, version: str) -> tuple[str, tuple[str, ...]]:
    """Read what both kinds of files start with; return the title and the players."""
    tokens.expect("word", kind, f'"{kind}", the first word of a Gambit file of this kind')
    tokens.expect("word", version, f"version {version}")
    if not tokens.skip("word", "D"):
        tokens.expect("word", "R", 'the letter "R"')
    title = tokens.take()
    if title.kind != "text":
        tokens.fail(f"{title}, expected the title, in quotes", title)
    opening = tokens.seen
    players = tokens.names("a player's name", "player")
    if not 1 <= len(players) <= MOST_PLAYERS:
        tokens.fail(f"{len(players)} players, expected 1 to {MOST_PLAYERS}", opening)
    return title.value, players


def _actions_of(tokens: _Tokens, num_players: int) -> tuple[tuple[str, ...], ...]:
    """Read each player's actions, by name or by number, and check the size of the game."""
    opening = tokens.seen
    tokens.expect("brace", "{", '"{" before the numbers or names of strategies')
    found: list[tuple[str, ...]] = []
    for _ in range(num_players):
        if tokens.seen.kind == "brace" and tokens.seen.value == "{":
            here = tokens.seen
            found.append(tokens.names("a strategy's name", "strategy"))
            if not found[-1]:
                tokens.fail("a player without strategies, expected at least 1", here)
        else:
            count = tokens.whole("how many strategies a player has", 1, MOST_NUMBERS)
            found.append(tuple(str(place + 1) for place in range(count)))
        if math.prod(len(own) for own in found) * num_players > MOST_NUMBERS:
            tokens.fail(f"the game has more than {MOST_NUMBERS} payoffs, expected fewer", opening)
    tokens.expect("brace", "}", f'"}}" after the strategies of {num_players} players')
    return tuple(found)


def _payoff_rows(tokens: _Tokens, num_players: int, count: int) -> list[Payoffs]:
    """Read the payoffs of all players for each combination, first player's actions fastest."""
    rows: list[Payoffs] = []
    for _ in range(count):
        row: list[Fraction] = []
        for _ in range(num_players):
            told = f"a payoff, number {len(rows) * num_players + len(row) + 1} of"
            row.append(tokens.number(f"{told} {count * num_players}"))
            tokens.skip("comma", ",")
        rows.append(tuple(row))
    return rows


def _outcome_rows(tokens: _Tokens, num_players: int, count: int) -> list[Payoffs]:
    """Read a list of outcomes and, for each combination, which of them follows; 0 pays nothing."""
    tokens.expect("brace", "{", '"{" before the outcomes')
    outcomes: list[Payoffs] = [(Fraction(0),) * num_players]
    while not tokens.skip("brace", "}"):
        outcomes.append(_payoffs(tokens, num_players, named=True))
    rows = []
    for place in range(count):
        told = f"an outcome, number {place + 1} of {count}"
        rows.append(outcomes[tokens.whole(told, 0, len(outcomes) - 1)])
        tokens.skip("comma", ",")
    return rows


def _payoffs(tokens: _Tokens, num_players: int, named: bool = False) -> Payoffs:
    """Read payoffs in braces, commas optional, after a name if they have one."""
    tokens.expect("brace", "{", '"{" before payoffs')
    if named and tokens.seen.kind == "text":
        tokens.name("an outcome's name")
    found: list[Fraction] = []
    for _ in range(num_players):
        found.append(tokens.number(f"a payoff, number {len(found) + 1} of {num_players}"))
        tokens.skip("comma", ",")
    plural = "s" if num_players > 1 else ""
    tokens.expect("brace", "}", f'"}}" after {num_players} payoff{plural}')
    return tuple(found)


@dataclass(slots=True)
class _TreeReader:
    """Reads nodes in preorder and remembers what was said of information sets and outcomes."""

    tokens: _Tokens
    players: tuple[str, ...]
    nodes: list[Node] = field(default_factory=list)
    sets: list[InformationSet] = field(default_factory=list)
    known: dict[tuple[int, int], int] = field(default_factory=dict)
    lotteries: dict[int, Chance] = field(default_factory=dict)
    outcomes: dict[int, tuple[Payoffs, str]] = field(default_factory=dict)

    def read(self, title: str) -> ExtensiveGame:
        """Read the whole tree."""
        waiting: list[Payoffs] = [(Fraction(0),) * len(self.players)]
        while waiting:
            if len(self.nodes) + len(waiting) > MOST_NODES:
                self.tokens.fail(f"the tree has more than {MOST_NODES} nodes, expected fewer")
            self._node(waiting)
        self.tokens.finish()
        names = distinct_names([information.name for information in self.sets], "set")
        sets = tuple(
            InformationSet(one.player, one.actions, name)
            for one, name in zip(self.sets, names, strict=True)
        )
        return ExtensiveGame(self.players, sets, tuple(self.nodes), title)

    def _node(self, waiting: list[Payoffs]) -> None:
        """Read one node; what was earned on the way goes on to each of its children."""
        kind = self.tokens.take()
        if kind.kind != "word" or kind.value not in {"c", "p", "t"}:
            self.tokens.fail(f'{kind}, expected a node: "c", "p" or "t"', kind)
        name = self.tokens.name("the node's name")
        earned = waiting.pop()
        if kind.value == "t":
            payoffs, told = self._outcome(earned)
            self.nodes.append(End(payoffs, told or name))
            return
        if kind.value == "c":
            lottery = self._lottery()
            self.nodes.append(Chance(lottery.actions, lottery.chances, name))
            count = len(lottery.actions)
        else:
            number = self._information()
            self.nodes.append(Move(number, name))
            count = len(self.sets[number].actions)
        waiting.extend([self._outcome(earned)[0]] * count)

    def _information(self) -> int:
        """Read whose move it is and at which information set; return its index."""
        player = self.tokens.whole("the number of a player", 1, len(self.players)) - 1
        here = self.tokens.seen
        number = self.tokens.whole("the number of an information set", 0, 10**9)
        key = (player, number)
        name = self.tokens.name("a name") if self.tokens.seen.kind == "text" else ""
        if self.tokens.seen.value == "{" and self.tokens.seen.kind == "brace":
            opening = self.tokens.seen
            actions = self.tokens.names("an action's name", "action")
            if not actions:
                self.tokens.fail("an information set without actions, expected some", opening)
            if key not in self.known:
                self.known[key] = len(self.sets)
                told = name or f"{self.players[player]} {number}"
                self.sets.append(InformationSet(player, actions, told))
            elif self.sets[self.known[key]].actions != actions:
                self.tokens.fail(
                    f"other actions than at the first node of information set {number}, "
                    "expected the same",
                    opening,
                )
        if key not in self.known:
            self.tokens.fail(
                f"information set {number} has no actions yet, expected them in braces", here
            )
        return self.known[key]

    def _lottery(self) -> Chance:
        """Read the number of a lottery and, unless that was told before, its chances."""
        here = self.tokens.seen
        number = self.tokens.whole("the number of an information set", 0, 10**9)
        if self.tokens.seen.kind == "text":
            self.tokens.name("a name")
        if self.tokens.seen.value == "{" and self.tokens.seen.kind == "brace":
            opening = self.tokens.seen
            lottery = self._chances(opening)
            if self.lotteries.setdefault(number, lottery) != lottery:
                self.tokens.fail(
                    f"other chances than at the first node of information set {number}, "
                    "expected the same",
                    opening,
                )
        if number not in self.lotteries:
            self.tokens.fail(f"lottery {number} has no chances yet, expected them in braces", here)
        return self.lotteries[number]

    def _chances(self, opening: _FileToken) -> Chance:
        self.tokens.expect("brace", "{", '"{" before the chances')
        names, chances = [], []
        while not self.tokens.skip("brace", "}"):
            names.append(self.tokens.name('an action\'s name or "}"'))
            chances.append(self.tokens.number("the chance of an action"))
            self.tokens.skip("comma", ",")
        if not names:
            self.tokens.fail("a lottery without branches, expected some", opening)
        try:
            checked = checked_chances(chances, len(chances), "lottery")
        except GameError as error:
            self.tokens.fail(str(error), opening)
        return Chance(distinct_names(names, "branch"), checked)

    def _outcome(self, earned: Payoffs) -> tuple[Payoffs, str]:
        """Read an outcome, told here or before; return what is earned with it, and its name."""
        here = self.tokens.seen
        number = self.tokens.whole("the number of an outcome", 0, 10**9)
        named = self.tokens.seen.kind == "text"
        name = self.tokens.name("an outcome's name") if named else ""
        if named or (self.tokens.seen.value == "{" and self.tokens.seen.kind == "brace"):
            payoffs = _payoffs(self.tokens, len(self.players))
            if self.outcomes.setdefault(number, (payoffs, name))[0] != payoffs:
                self.tokens.fail(
                    f"outcome {number} had other payoffs before, expected the same", here
                )
        elif number == 0:
            return earned, ""
        if number not in self.outcomes:
            self.tokens.fail(f"outcome {number} has no payoffs yet, expected them in braces", here)
        added, told = self.outcomes[number]
        return tuple(one + more for one, more in zip(earned, added, strict=True)), name or told


def _quoted(*texts: str) -> str:
    escaped = (text.replace("\\", "\\\\").replace('"', '\\"') for text in texts)
    return " ".join(f'"{text}"' for text in escaped)


def _lines(lines: Iterator[str] | Sequence[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _float_text(value: float) -> str:
    """Return the shortest text that reads back to the same float; whole numbers without a point."""
    number = float(value)
    return str(int(number)) if number.is_integer() and abs(number) < 1e15 else repr(number)


def _told_outcomes(rows: Sequence[tuple[str, ...]]) -> str:
    """Return a list of the different outcomes and which of them follows each combination."""
    numbers: dict[tuple[str, ...], int] = {}
    places = [numbers.setdefault(row, len(numbers) + 1) for row in rows]
    outcomes = _lines(f'{{ "" {", ".join(row)} }}' for row in numbers)
    return f"{{\n{outcomes}}}\n{' '.join(map(str, places))}\n"


def _told_node(game: ExtensiveGame, node: Node, counts: dict[str, int]) -> str:
    if isinstance(node, End):
        counts["ends"] += 1
        payoffs = ", ".join(written(payoff) for payoff in node.payoffs)
        return f't "" {counts["ends"]} {_quoted(node.name)} {{ {payoffs} }}'
    if isinstance(node, Chance):
        counts["lotteries"] += 1
        branches = " ".join(
            f"{_quoted(action)} {written(chance)}"
            for action, chance in zip(node.actions, node.chances, strict=True)
        )
        return f'c {_quoted(node.name)} {counts["lotteries"]} "" {{ {branches} }} 0'
    information = game.information_sets[node.information]
    whose = f"{information.player + 1} {node.information + 1} {_quoted(information.name)}"
    return f"p {_quoted(node.name)} {whose} {{ {_quoted(*information.actions)} }} 0"
