"""One registry, one way to call: names, classes of games, numbers of players, options."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest

from negsim.errors import SolverError, UnknownNameError, UsageError
from negsim.theory.normal_form.game import NormalFormGame
from negsim.theory.registry import Solver, SolverRegistry, solve, solver, solvers

TWO = NormalFormGame(np.zeros((2, 2, 2)))
THREE = NormalFormGame(np.zeros((3, 2, 2, 2)))


@dataclass(frozen=True)
class Talks:
    """Some other class of games."""

    players: tuple[str, ...] = ("S", "D")


@pytest.fixture
def registry() -> SolverRegistry:
    local = SolverRegistry()
    words = {"cost": "none", "source": "none", "summary": "none", "registry": local}

    @solver("any", finds="some", **words)
    def take_any(game: NormalFormGame, precision: float = 1.0) -> str:
        return f"any {precision}"

    @solver("pair", finds="all", min_players=2, max_players=2, **words)
    def take_pair(game: NormalFormGame) -> str:
        return "pair"

    @solver("talks", finds="one", takes=Talks, **words)
    def take_talks(game: Talks) -> str:
        return "talks"

    return local


def test_dispatch_and_options(registry: SolverRegistry) -> None:
    assert solve(TWO, "pair", registry=registry) == "pair"
    assert solve(THREE, "any", registry=registry, precision=2.0) == "any 2.0"
    assert solve(Talks(), "talks", registry=registry) == "talks"


def test_the_decorated_function_stays_a_function(registry: SolverRegistry) -> None:
    assert registry["any"].solve(TWO) == "any 1.0"
    assert registry["any"].options == ("precision",)


@pytest.mark.parametrize(
    ("game", "method", "options", "error", "message"),
    [
        (TWO, "pare", {}, UnknownNameError, 'unknown solver "pare"; did you mean "pair"?'),
        (
            THREE,
            "pair",
            {},
            SolverError,
            'solver "pair" takes 2 players and this game has 3; solvers that can: any',
        ),
        (
            Talks(),
            "any",
            {},
            SolverError,
            'solver "any" takes a table of payoffs and this is a "Talks"; solvers that can: talks',
        ),
        (
            "no game",
            "any",
            {},
            SolverError,
            'solver "any" takes a table of payoffs and this is a "str"; solvers that can: none',
        ),
        (
            TWO,
            "any",
            {"precison": 2.0},
            UsageError,
            'solver "any" has no option "precison"; did you mean "precision"?',
        ),
        (
            TWO,
            "pair",
            {"precision": 2.0},
            UsageError,
            'solver "pair" has no option "precision" (options: none)',
        ),
    ],
)
def test_faults_are_told_in_one_line(
    registry: SolverRegistry,
    game: object,
    method: str,
    options: dict[str, float],
    error: type[Exception],
    message: str,
) -> None:
    with pytest.raises(error) as caught:
        solve(game, method, registry=registry, **options)
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_name_is_taken_once(registry: SolverRegistry) -> None:
    words = {"finds": "one", "cost": "", "source": "", "summary": ""}
    with pytest.raises(ValueError, match="'any' is registered twice"):
        solver("any", registry=registry, **words)(lambda game: None)


def test_the_folder_is_read_when_the_registry_is() -> None:
    assert {"pure", "nash", "logit"} <= set(solvers)
    assert "nash" in solvers
    assert len(solvers) == len(list(solvers))
    assert isinstance(solvers["pure"], Solver)


def test_the_registered_errors_name_the_registered_solvers() -> None:
    with pytest.raises(SolverError) as caught:
        solve(THREE, "nash")
    assert 'solver "nash" takes 2 players and this game has 3; solvers that can:' in str(
        caught.value
    )
    able = str(caught.value).split("solvers that can: ")[1].split(", ")
    assert {"regular", "pure", "tracing"} <= set(able)
    assert not {"nash", "logit", "security", "zero_sum"} & set(able)


@pytest.mark.parametrize(
    ("low", "high", "words"),
    [
        (1, None, "1 or more players"),
        (2, 2, "2 players"),
        (1, 1, "1 player"),
        (2, 3, "2 to 3 players"),
    ],
)
def test_players_in_words(low: int, high: int | None, words: str) -> None:
    assert Solver("x", len, "one", "", "", "", low, high).players == words
