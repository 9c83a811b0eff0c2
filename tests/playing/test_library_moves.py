"""What each strategy of the library plays against a script: tables of moves, a case a rule.

Most play the talks of ``games.truce_talks``: p0 says no, truce, peace or peace if pressed; p1 no,
truce or peace; p2 idles or presses. Nothing is drawn by lot unless a case says so.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import ModuleType
from typing import NamedTuple

import numpy as np
import pytest

from negsim.arrays import FloatArray
from negsim.dynamics.build import compile_scenario
from negsim.playing.automaton import Automaton, Memory
from negsim.playing.engine import play
from negsim.playing.library.bayes_trigger import BayesTrigger
from negsim.playing.library.min_concession import CONCESSION, MinConcession
from negsim.playing.library.reputational import keeping_chances
from negsim.playing.reading import Reading, read, reading
from negsim.playing.registry import parse, strategies
from negsim.playing.response import best_response
from negsim.playing.strategy import Tables, memoryless
from negsim.playing.temptation import commitment
from negsim.scenario.load import load
from negsim.theory.repeated.reputation import TrustGame, reputation

SCENARIOS = Path(__file__).parents[2] / "scenarios"


class Case(NamedTuple):
    """A strategy of a player against scripted moves of the others, round by round.

    A word is a move that is certain, ``a|b`` equal chances on two, ``a:0.3`` a chance of it.
    """

    strategy: str
    player: int
    script: dict[int, str]
    moves: str
    order: tuple[tuple[int, ...], ...] | None = None


IDLE = "idle idle idle idle idle"
NO, TRUCE, PEACE = ("no " * 5, "truce " * 5, "peace " * 5)

PARTIES = [
    Case("sincere_slow:ratification=2", 0, {1: TRUCE, 2: IDLE}, "truce truce peace peace peace"),
    Case("sincere_slow:ratification=0", 0, {1: TRUCE, 2: IDLE}, PEACE),
    # Talking on is worth what p2's idling and p1's play leave; no fear: as good as peace at once.
    Case("fearful:fear=1", 0, {1: TRUCE, 2: IDLE}, "peace_if peace_if peace_if peace_if peace"),
    Case("deadline_runner", 0, {1: TRUCE, 2: IDLE}, "truce truce truce truce peace"),
    Case("deadline_runner:deadline=3", 1, {0: TRUCE, 2: IDLE}, "truce truce peace peace peace"),
    # The gain is 7.25 and a peace worth 5 is 0.862 of it: conceded at once by the fifth root.
    Case("conceder:floor=0.2", 0, {1: TRUCE, 2: IDLE}, PEACE),
    Case("conceder:exponent=1,floor=0", 0, {1: TRUCE, 2: IDLE}, "peace_if peace peace peace peace"),
    Case("grim", 0, {1: "peace peace no peace peace", 2: IDLE}, "peace peace peace no no"),
    Case(
        "punish:rounds=1", 0, {1: "peace no peace peace no", 2: IDLE}, "peace peace no peace peace"
    ),
    Case("punish:rounds=2", 0, {1: "no no peace no peace", 2: IDLE}, "peace no no peace no"),
    Case(
        "win_stay_lose_shift",
        0,
        {1: "peace no no peace peace", 2: IDLE},
        "peace peace no peace peace",
    ),
    Case(
        "generous_tit_for_tat:generosity=0.25",
        0,
        {1: "peace no peace peace peace", 2: IDLE},
        "peace peace no:0.75 peace peace",
    ),
    # Odds 7/3; a stall takes them to 8/10 of it: 1.87, 1.49, 1.19, 0.96 < 1, so concede, to 2.39.
    Case("min_concession", 0, {1: TRUCE, 2: IDLE}, "no no no truce no"),
    Case(
        "min_concession:prior=0.5,stall_ratio=0.5,concession_ratio=2",
        1,
        {0: TRUCE, 2: IDLE},
        "truce no truce no truce",
    ),
    Case("min_concession:trust=0", 1, {0: TRUCE, 2: IDLE}, NO),
    # Kindness of p0 to p1 by move: 0, something, 1; a slice of 1 leaves all moves, no costs least.
    Case("salami:slice=0", 0, {1: NO, 2: IDLE}, PEACE),
    Case(
        "probe_withdraw:probing=1,hold=2",
        0,
        {1: "peace no peace peace peace", 2: IDLE},
        "no no peace peace no",
    ),
    # p2 presses nobody by declaration; its press is unkind to p1, not to p0.
    Case("probe_withdraw:probing=0.3,hold=1", 0, {1: PEACE, 2: IDLE}, "no:0.3 " * 5),
    Case("exit_threat:margin=1", 0, {1: TRUCE, 2: IDLE}, PEACE),
    Case("exit_threat:margin=-1", 0, {1: TRUCE, 2: IDLE}, NO),
    Case("reputational:prior=0.5", 0, {1: PEACE, 2: IDLE}, "peace peace peace peace no"),
    Case(
        "reputational:prior=0.1,rounds=3",
        0,
        {1: PEACE, 2: IDLE},
        "peace:0.428571428571 no no no no",
    ),
    Case("ambiguity_cheater:detection=0.1,false_alarm=0.1", 0, {1: PEACE, 2: IDLE}, "peace"),
]

MEDIATORS = [
    Case("patient", 2, {0: NO, 1: NO}, IDLE),
    Case("ultimatum:deadline=3", 2, {0: PEACE, 1: TRUCE}, "idle idle press press press"),
    Case("ultimatum:deadline=1", 2, {0: TRUCE, 1: TRUCE}, "idle press press press press"),
    Case("hazard:chance=0.25", 2, {0: PEACE, 1: TRUCE}, "idle press:0.25 press:0.25 press:0.25"),
    Case("escalating:step_up=0.4", 2, {0: PEACE, 1: NO}, "idle press:0.4 press:0.8 press press"),
    Case("mixed_press:chance=0.5", 2, {0: PEACE, 1: TRUCE}, "press:0.5 " * 4),
    Case(
        "sprt:press_at=2,trust_at=2",
        2,
        {0: PEACE, 1: "no truce no no truce"},
        "idle idle idle idle press",
    ),
    Case("sprt:press_at=2,trust_at=2", 2, {0: PEACE, 1: "truce truce no no no"}, IDLE),
    # Odds 7/3 and four refusals at 0.8 take them below 1.
    Case("bayes_trigger", 2, {0: PEACE, 1: NO}, "idle idle idle idle press"),
    Case(
        "bayes_trigger:stall_ratio=0.5",
        2,
        {0: PEACE, 1: "no no truce no no"},
        "idle idle press idle press",
    ),
    Case(
        "bayes_trigger_sophisticated",
        2,
        {0: PEACE, 1: "truce no truce truce truce"},
        "idle idle press press press",
    ),
    Case(
        "bayes_trigger_sophisticated:prior=0.01",
        2,
        {0: PEACE, 1: TRUCE},
        "idle press press press press",
    ),
    Case(
        "aid_conditional:rise=0.5,fall=0.5",
        2,
        {0: PEACE, 1: "no no no truce truce"},
        "idle press:0.5 press press press",
    ),
    # What is agreed grows from nothing to a truce in round 2; the term is over after round 4.
    Case(
        "ratchet:term=2",
        2,
        {0: TRUCE, 1: "no truce truce truce truce"},
        "idle idle idle idle press",
    ),
    # Pressing costs it 0.25, a tenth of its gain of 7 is 0.7.
    Case("deal_seeker", 2, {0: PEACE, 1: NO}, "idle press press press press"),
    Case("deal_seeker:worth=0.01", 2, {0: PEACE, 1: NO}, IDLE),
]

ALL_AT_ONCE = ((0, 1, 2),)


def scripted(table: Reading, player: int, script: str) -> Tables:
    """Return tables that play the words of a script, one a round, the last one for ever."""
    words = [word.replace("_", " ") for word in script.split()]
    words += [words[-1]] * (table.board.rounds - len(words))
    chosen = [table.game.moves[player].index(word) for word in words]
    return memoryless(np.eye(len(table.game.moves[player]))[chosen][:, None, None])


def mixed_along(table: Reading, case: Case) -> list[FloatArray]:
    """Return the mixed actions of a case's strategy along the script.

    Its own move is the likeliest, the first in the list if two are.
    """
    tables = {k: scripted(table, k, words) for k, words in case.script.items()}
    rule = parse(case.strategy).tabulate(table, case.player, tables)
    shape = (rule.memories, table.board.rounds, table.board.num_states)
    act = np.broadcast_to(rule.act, (*shape, *rule.act.shape[3:]))
    after = np.broadcast_to(rule.next, (*shape, table.board.num_profiles, table.board.alarms))
    memory, found, state = rule.start, [], int(table.game.start[0])
    for index in range(len(case.moves.split())):
        mixed = act[memory, index, state, 0]
        found.append(mixed)
        moves = [0] * len(table.board.moves)
        for player, own in tables.items():
            moves[player] = int(own.act[0, index, 0, 0].argmax())
        moves[case.player] = int(mixed.argmax())
        profile = int(np.ravel_multi_index(moves, table.board.moves))
        memory = int(after[memory, index, state, profile, 0])
    return found


def meets(mixed: FloatArray, word: str, labels: tuple[str, ...]) -> bool:
    """Tell whether a mixed action is the one of a word."""
    name, _, chance = word.partition(":")
    places = [labels.index(each.replace("_", " ")) for each in name.split("|")]
    wanted = float(chance or 1) / len(places)
    return bool(np.allclose(mixed[places], wanted, atol=1e-9))


@pytest.mark.parametrize("case", [*PARTIES, *MEDIATORS], ids=str)
def test_moves_in_the_talks(games: ModuleType, case: Case) -> None:
    game = games.truce_talks(drift=0, leave=0)
    table = read(game, 0, games.CONDITIONAL)
    labels = game.moves[case.player]
    for mixed, word in zip(mixed_along(table, case), case.moves.split(), strict=True):
        assert meets(mixed, word, labels), (word, dict(zip(labels, mixed.tolist(), strict=True)))


# The dilemma: C gives 3 or 0, D gives 5 or 1; kindness of C is 1, that of D 0.
DILEMMA = [
    Case("grim", 0, {1: "C C D C C C"}, "C C C D D D"),
    Case("punish:rounds=2", 0, {1: "D C D C C C"}, "C D D C C C"),
    Case("punish:rounds=2", 0, {1: "D C C D C C"}, "C D D C D D"),
    Case("win_stay_lose_shift", 0, {1: "C D C D D C"}, "C C D D C D"),
    Case("generous_tit_for_tat:generosity=0.4", 0, {1: "C D C D C C"}, "C C D:0.6 C D:0.6 C"),
    Case("salami:slice=0.6", 0, {1: "C D C C C C"}, "C C C C C C"),
    Case("salami:slice=1,pause=2", 0, {1: "C D C C C C"}, "D D C C D D"),
    Case("probe_withdraw:probing=0.75,hold=2", 0, {1: "C D C C C C"}, "D:0.75 D:0.75 C C D:0.75"),
    # Certain down to four rounds left, where b = 1/8; with three p = 1/5 and b = 1/4, so that
    # p (1 - b) / ((1 - p) b) = 3/4; with two p = 1/4 and b = 1/2: 1/3, and it is taken to defect.
    Case(
        "reputational:prior=0.2,stakes=0.5",
        0,
        {1: "C C C C C C"},
        "C C C C:0.75 C:0.333333333333 D",
    ),
    # 1/20 against 1/16 with five rounds left: 15/19; then 1/16 against 1/8: 7/15, and it defects.
    Case(
        "reputational:prior=0.05,stakes=0.5",
        0,
        {1: "C C C C C C"},
        "C C:0.789473684211 C:0.466666666667 D D D",
    ),
    # A strike gains 2 and peace is worth 2 more than punishment a round.
    Case("ambiguity_cheater:detection=0.5,false_alarm=0.1", 0, {1: "C C C C C C"}, "C C C D D D"),
    Case("ambiguity_cheater:detection=1,false_alarm=0", 0, {1: "C C C C C C"}, "C C C C C D"),
    Case("ambiguity_cheater:detection=0.3,false_alarm=0.3", 0, {1: "C C C C C C"}, "D D D D D D"),
    # Nobody here has a package: kind moves count as full answers, so conceding is being kind.
    Case("min_concession", 0, {1: "C C C C C C"}, "D D D C D D"),
    Case("sincere_slow", 0, {1: "C C C C C C"}, "D D D D D D"),
    Case("conceder", 0, {1: "C C C C C C"}, "D D D D D D"),
    Case("deadline_runner", 0, {1: "C C C C C C"}, "D D D D D D"),
    Case("exit_threat", 0, {1: "C C C C C C"}, "D D D D D D"),
    Case("fearful", 0, {1: "C C C C C C"}, "D D D D D D"),
    Case("equilibrium", 0, {1: "C C C C C C"}, "D D D D D D"),
    Case("optimal_staller", 0, {1: "C C C C C C"}, "D D D D D D"),
]


@pytest.mark.parametrize("case", DILEMMA, ids=str)
def test_moves_in_the_dilemma(games: ModuleType, case: Case) -> None:
    table = read(games.prisoners_dilemma(6))
    for mixed, word in zip(mixed_along(table, case), case.moves.split(), strict=True):
        assert meets(mixed, word, ("C", "D")), (word, mixed)


# What a strategy remembers, the symbol of a round, what it remembers then.
MEMORIES = [
    ("punish:rounds=2", (0,), 1, (2,)),
    ("punish:rounds=2", (2,), 1, (1,)),
    ("grim", (-1,), 0, (-1,)),
    ("salami:pause=2", (1,), 1, (2,)),
    ("probe_withdraw:hold=3", (2,), 0, (1,)),
    ("exit_threat:absence=2", (0,), 1, (1,)),
    ("exit_threat:absence=2", (1,), 1, (0,)),
    ("exit_threat:absence=1", (0,), 1, (0,)),
    # Who held out, and the rounds that count, up to the two after which the press is certain.
    ("escalating:step_up=0.5", (1, 1), 2, (2, 2)),
    ("escalating:step_up=0.5", (1, 2), 2, (2, 2)),
    ("escalating:step_up=0.5", (1, 2), 0, (0, 0)),
    # The first holds out; both do; nobody does.
    ("aid_conditional:rise=0.5,fall=0.25", (0.5, 0.5), 1, (1.0, 0.25)),
    ("aid_conditional:rise=0.5,fall=0.25", (0.0, 0.75), 3, (0.5, 1.0)),
    ("aid_conditional:rise=0.5,fall=0.25", (0.0, 0.1), 1, (0.5, 0.0)),
    ("aid_conditional:rise=0.5,fall=0.25", (0.5, 0.75), 0, (0.5, 0.75)),
    # Four sets of watched; 4 k + s: k joint options in effect, s held out.
    ("ratchet:widening=1,term=2", (4, 0, 0, 0), 4 + 3, (4, 3, 1, 0)),
    ("ratchet:widening=1,term=2", (4, 3, 1, 0), 4 + 1, (4, 1, 1, 1)),
    ("ratchet:widening=2,term=2", (4, 0, 0, 0), 4 + 0, (4, 0, 0, 1)),
    ("ratchet:widening=1,term=2", (4, 1, 1, 2), 8 + 2, (4, 2, 0, 0)),
    # 2 s + 1: a refusal; the count stays at a bound.
    ("sprt:press_at=2,trust_at=2", (0, 1), 3, (1, 2)),
    ("sprt:press_at=2,trust_at=2", (1, 2), 2, (1, 2)),
    ("sprt:press_at=2,trust_at=2", (0, -2), 3, (1, -2)),
    ("sprt:press_at=2,trust_at=2", (0, 1), 0, (0, 0)),
    ("bayes_trigger", (0, 1, 2), 5, (2, 2, 2)),
    ("bayes_trigger", (0, 1, 2), 4, (2, 1, 3)),
    ("bayes_trigger_sophisticated", (1, 1), 0, (0, 1)),
    ("min_concession", (1, 2), 1, (1, 3)),
    ("reputational", (1,), 0, (1,)),
    ("deal_seeker", (1,), 0, (0,)),
]


@pytest.mark.parametrize(("text", "before", "symbol", "after"), MEMORIES)
def test_what_is_remembered(text: str, before: Memory, symbol: int, after: Memory) -> None:
    rule = parse(text)
    assert isinstance(rule, Automaton)
    assert rule.step(before, symbol) == after


PRESSED = np.zeros((3, 4, 3), dtype=bool)
PRESSED[2, 1, 0] = True


@pytest.mark.parametrize(
    ("case", "pressed"),
    [
        (Case("probe_withdraw:probing=1,hold=1", 0, {1: PEACE, 2: "press idle idle"}, ""), True),
        (Case("probe_withdraw:probing=1,hold=1", 0, {1: PEACE, 2: "idle idle idle"}, ""), False),
    ],
)
def test_a_press_that_is_declared_is_felt(games: ModuleType, case: Case, pressed: bool) -> None:
    table = read(games.truce_talks(drift=0, leave=0), 0, games.CONDITIONAL, PRESSED)
    words = "no peace no" if pressed else "no no no"
    found = mixed_along(table, case._replace(moves=words))
    assert [table.game.moves[0][int(mixed.argmax())] for mixed in found] == words.split()
    assert table.conduct.watched[2] == (0,)


def test_what_lapses_is_pressed_for_even_if_nobody_held_out(games: ModuleType) -> None:
    """Of p0, the only one it watches, it has had a full answer, and still nothing was agreed."""
    table = read(games.truce_talks(drift=0, leave=0), 0, games.CONDITIONAL, PRESSED)
    case = Case("ratchet:term=1", 2, {0: PEACE, 1: NO}, "idle press idle press idle")
    found = [table.game.moves[2][int(mixed.argmax())] for mixed in mixed_along(table, case)]
    assert found == case.moves.split()


def test_ambiguity_pays_as_the_closed_form_says(games: ModuleType) -> None:
    """A strike gains 2 now and risks 0.3 of 2 a round: it pays below 10/3 discounted rounds.

    At a discount of 0.9 that is 4 rounds after this one: 0.9 + 0.81 + 0.729 + 0.6561 = 3.0951,
    and with a fifth round 3.68559.
    """
    table = read(games.prisoners_dilemma(10, discount=0.9))
    act = parse("ambiguity_cheater:detection=0.4,false_alarm=0.1").tabulate(table, 0, {}).act
    assert act[0, :, 0, 0, 1].tolist() == [0] * 5 + [1] * 5


SLICES = np.array([[[0, 1, 2, 0, 1, 2]], [[4, 3, 0, 4, 3, 0]]], dtype=float)
"""What two get of three moves of the first: nothing and 4, 1 and 3, 2 and 0."""


@pytest.mark.parametrize(
    ("size", "expected"), [(0.2, "give"), (0.25, "nibble"), (0.9, "nibble"), (1.0, "grab")]
)
def test_salami_takes_the_best_slice_that_is_small(
    games: ModuleType, size: float, expected: str
) -> None:
    """Kindness is 1, 3/4 and 0."""
    labels = ["give", "nibble", "grab"]
    payoffs = SLICES.reshape(2, 1, 2, 3).transpose(0, 1, 3, 2).reshape(2, 1, 6)
    game = games.hand_made(payoffs, [labels, ["x", "y"]], rounds=2)
    act = parse(f"salami:slice={size}").tabulate(read(game), 0, {}).act
    assert labels[int(act[0, 0, 0, 0].argmax())] == expected


def test_alarms_provoke_where_there_are_signals(games: ModuleType) -> None:
    """Case P2: whoever is grim gives up at the first alarm about the other, and only then."""
    game = replace(games.prisoners_dilemma(4), signals=np.full((1, 2, 4), 0.5))
    table = read(game, accused=[0, 1])
    tables = parse("grim").tabulate(table, 0, {})
    # Joint alarms: silence, about p1, about p0, both; profiles CC, CD, DC, DD.
    assert tables.next[0, 0, 0].tolist() == [[0, 1, 0, 1], [1] * 4, [0, 1, 0, 1], [1] * 4]
    unheard = parse("grim").tabulate(read(game), 0, {})
    assert unheard.next[0, 0, 0].tolist() == [[0], [1], [0], [1]]


def rounds_conceded(trust: float, stall: float, concession: float, rounds: int) -> list[bool]:
    """Return in which rounds ``min_concession`` concedes, played from an even prior."""
    rule = MinConcession(trust, 0.5, stall, concession)
    memory, found = (0, 0), []
    for _ in range(rounds):
        choice = rule.choice(memory)
        found.append(choice == CONCESSION)
        memory = (memory[0] + 1 - choice, memory[1] + choice)
    return found


@pytest.mark.parametrize(("stall", "concession"), [(0.5, 2.0), (0.8, 3.0), (0.9, 1.5)])
def test_looking_engaged_takes_the_frequency_of_the_closed_form(
    stall: float, concession: float
) -> None:
    """THEORY L4: f* = -ln(stall) / (ln(concession) - ln(stall)); no concession too many."""
    conceded = rounds_conceded(0.4, stall, concession, 4000)
    wanted = -np.log(stall) / (np.log(concession) - np.log(stall))
    assert np.mean(conceded) == pytest.approx(wanted, abs=1e-3)


def test_who_looks_engaged_is_never_pressed_by_a_naive_mediator(games: ModuleType) -> None:
    table = read(games.truce_talks(drift=0, leave=0, rounds=30), 0, games.CONDITIONAL)
    rules = ["min_concession:prior=0.6", "hardliner:demand=0", "bayes_trigger:prior=0.6"]
    tables = [parse(text).tabulate(table, k, {}) for k, text in enumerate(rules)]
    turns = play(table, tables, runs=1, seed=0).trajectory(0)
    assert {turn.moves[2] for turn in turns} == {"idle"}
    assert {turn.moves[0] for turn in turns} == {"no", "truce"}
    rules[2] = "bayes_trigger_sophisticated"
    tables = [parse(text).tabulate(table, k, {}) for k, text in enumerate(rules)]
    seen = [turn.moves[2] for turn in play(table, tables, runs=1, seed=0).trajectory(0)]
    assert seen[0] == "idle"
    assert set(seen[1:]) == {"idle"} or "press" in seen


@pytest.mark.parametrize(("prior", "trust", "stall"), [(0.7, 0.5, 0.8), (0.9, 0.3, 0.5)])
def test_a_bayesian_trigger_is_a_deadline(prior: float, trust: float, stall: float) -> None:
    """THEORY 2.7: it tolerates floor([logit(prior) - logit(trust)] / -ln(stall)) stalls."""
    rule = BayesTrigger(trust, prior, stall, 2.0)
    odds = np.log(prior / (1 - prior)) - np.log(trust / (1 - trust))
    tolerated = int(np.floor(odds / -np.log(stall)))
    assert not rule.doubts(tolerated, 0)
    assert rule.doubts(tolerated + 1, 0)


def test_imitation_is_that_of_the_reputation_equilibrium() -> None:
    """THEORY M1, against the equilibrium as solved by backward induction over beliefs."""
    rounds, stakes, prior = 6, 0.4, 0.02
    flat = np.ones(rounds)
    game = TrustGame(gain=0.6 * flat, loss=0.4 * flat, keep=flat, exploit=2 * flat, discount=1.0)
    path = reputation(game).path(prior)
    left = np.arange(rounds, 0, -1)
    trusted = path.belief >= stakes**left - 1e-12
    found = keeping_chances(prior, stakes, left)
    assert trusted.any()
    assert found[trusted] == pytest.approx(path.keeping[trusted], abs=1e-12)


def test_commitment_is_that_of_the_stall_or_press_game() -> None:
    """THEORY 2.7: press with G / (F + G) = 0.10447761, and the staller does best to settle."""
    compiled = compile_scenario(load(SCENARIOS / "textbook" / "stall_or_press.toml"))
    table = reading(compiled, compiled.talks())
    assert commitment(table, 1).tolist() == [[0.0], [pytest.approx(0.1044776119402985)]]
    act = parse("stackelberg:margin=0").tabulate(table, 1, {}).act
    press = table.game.moves[1].index("yes")
    assert act[:, 0, 0, 0, press] == pytest.approx(0.1044776119402985)
    values = [
        best_response(
            table.game, 0, {1: parse(f"stackelberg:margin={margin}").tabulate(table, 1, {})}
        ).value
        for margin in (0, 0.01, 0.1)
    ]
    assert values == pytest.approx([0.5, 0.5, 0.5], abs=1e-9)
    weaker = parse("mixed_press:chance=0.09").tabulate(table, 1, {})
    assert best_response(table.game, 0, {1: weaker}).value > 0.51


def test_commitment_is_not_needed_where_holding_out_does_not_pay(games: ModuleType) -> None:
    """Peace pays p0 more than any round without it; nothing that p2 does makes p1 worse off."""
    table = read(games.truce_talks(drift=0, leave=0), 0, games.CONDITIONAL)
    assert (commitment(table, 2)[0] == 0).all()
    assert commitment(table, 2).shape == (4, 3)
    assert (commitment(table, 2)[3] == commitment(table, 2).max(axis=0)).all()


def test_an_exit_is_taken_where_it_is_worth_more_than_talking(games: ModuleType) -> None:
    """Leaving pays 5 now, staying only 0.9 times 5 by leaving in the last round."""
    game = games.hand_made(
        [[[0, 5]]],
        [["stay", "leave"]],
        rounds=2,
        discount=0.9,
        successors=np.zeros((1, 2, 1)),
        chances=[[[1.0], [0.0]]],
        ends=("left", "no_agreement"),
        end_chances=[[[0.0, 1.0]], [[0.0, 0.0]]],
    )
    game = replace(game, exit_by=np.array([[[[False, True]]]]))
    table = read(game)
    assert table.foresight.value_of_talking(0).ravel().tolist() == [4.5, 0.0]
    assert table.foresight.value_of_leaving(0).ravel().tolist() == [5.0, 5.0]
    act = parse("exit_threat").tabulate(table, 0, {}).act
    assert act[0, :, 0, 0].tolist() == [[0, 1], [0, 1]]


def test_without_an_exit_leaving_is_the_reservation_or_walking_away(games: ModuleType) -> None:
    game = games.prisoners_dilemma(3, discount=0.5)
    # Refusing everything is any move here: the best is D, worth 3 on average.
    assert read(game).foresight.value_of_leaving(0).ravel().tolist() == [3, 3, 3]
    kept = np.full((1, 2, 1, 2), np.nan)
    kept[0, 0, 0] = [10.0, 4.0]
    reserved = read(replace(game, reservation=kept))
    assert reserved.foresight.value_of_leaving(0).ravel().tolist() == [17, 16, 14]
    assert reserved.foresight.value_of_leaving(1).ravel().tolist() == [3, 3, 3]


ELSEWHERE = {
    # test_strategy_moves
    *("sincere", "hardliner", "tit_for_tat", "boulware", "yes_but", "random"),
    "stackelberg",
}


def test_every_strategy_has_a_table_of_moves() -> None:
    cases = [*PARTIES, *MEDIATORS, *DILEMMA]
    named = {case.strategy.partition(":")[0] for case in cases}
    assert named | ELSEWHERE == set(strategies)
