"""Played talks as tables: every run in a row, and one run as a transcript that can be followed."""

from __future__ import annotations

from itertools import chain
from typing import Any

import numpy as np

from negsim.questions.rules.ask import Performance


def play_tables(performance: Performance, told: int) -> dict[str, list[list[Any]]]:
    """Return the tables of ``negsim play`` by name, each with its head."""
    return {
        "runs": run_rows(performance),
        "transcript": transcript_rows(performance, told),
    }


def run_rows(performance: Performance) -> list[list[Any]]:
    """Return every run: how it ended, what everybody got and said in vain, rounds by outcome."""
    compiled, played = performance.ready.compiled, performance.played
    scenario = compiled.scenario
    names = [party.name for party in scenario.parties]
    types = performance.ready.types
    typed = [k for k in range(len(names)) if len({row[k] for row in types}) > 1]
    texts = [compiled.outcome_text(event) for event in range(len(played.game.transition_of))]
    effects = [text for text in dict.fromkeys(texts) if occurs(performance, texts, text)]
    time = np.stack([rounds_with(performance, texts, text) for text in effects], axis=1)
    heads = ["run", *(f"type {names[k]}" for k in typed), "end", "rounds"]
    heads += [f"{kind} {name}" for kind in ("payoff", "empty offers") for name in names]
    heads += [cost.number for cost in scenario.costs]
    heads += [f"rounds with {text}" for text in effects]
    rows: list[list[Any]] = [heads]
    for run in range(len(played)):
        own = types[int(performance.drawn[run])]
        drawn = [own[k] for k in typed]
        ended = [scenario.ends[int(played.end[run])].name, int(played.end_round[run]) + 1]
        values = [getattr(played, name)[run].tolist() for name in ("payoffs", "empty", "costs")]
        rows.append([run + 1, *drawn, *ended, *chain(*values), *time[run].tolist()])
    return rows


def occurs(performance: Performance, texts: list[str], text: str) -> bool:
    """Tell whether an outcome was in effect in any round of any run."""
    return bool(rounds_with(performance, texts, text).any())


def rounds_with(performance: Performance, texts: list[str], text: str) -> Any:
    """Return in how many rounds of each run an outcome was in effect, (R,)."""
    events = [event for event, other in enumerate(texts) if other == text]
    return np.isin(performance.played.events, events).sum(axis=1)


def transcript_rows(performance: Performance, told: int) -> list[list[Any]]:
    """Return one run in the form that ``negsim transcript`` follows: a stance a row."""
    compiled = performance.ready.compiled
    scenario = compiled.scenario
    moves = list(compiled.moves.values())
    rows: list[list[Any]] = [["round", "party", "option", "stance", *variables_of(performance)]]
    for turn in performance.played.trajectory(told):
        profile = int(performance.played.profiles[told, turn.round])
        places = np.unravel_index(profile, performance.played.game.num_moves)
        state = compiled.grid[turn.state, : len(scenario.state)].tolist()
        rows += [
            [turn.round + 1, party.name, option, stance, *state]
            for party, own, place in zip(scenario.parties, moves, places, strict=True)
            for option, stance in own[int(place)].stances.items()
        ]
    return rows


def variables_of(performance: Performance) -> list[str]:
    """Return the names of the state variables."""
    return [variable.name for variable in performance.ready.compiled.scenario.state]
