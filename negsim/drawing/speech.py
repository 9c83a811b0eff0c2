"""What a party says in a round, in the scenario's words: each option named, then the stance."""

from __future__ import annotations

from collections.abc import Mapping

from negsim.dynamics.build import Compiled

SILENT = "no to everything"
STANCE_WORDS = {"yes": "yes", "if": "yes, if …"}


def speeches(compiled: Compiled, player: int) -> tuple[str, ...]:
    """Return what each of a party's moves says; options that it refuses go without saying.

    A party of one option says just that option's name and the stance.
    """
    party = compiled.scenario.parties[player].name
    return tuple(speech(compiled, move.stances) for move in compiled.moves[party])


def speech(compiled: Compiled, stances: Mapping[str, str]) -> str:
    """Return a move in words, such as ``Energy truce: yes; Full ceasefire: yes, if …``."""
    if not stances:
        return "nothing to say"
    said = [
        f"{option.label}: {STANCE_WORDS.get(stances[option.name], stances[option.name])}"
        for option in compiled.scenario.options
        if stances.get(option.name, "no") != "no"
    ]
    return "; ".join(said) if said else SILENT


def alarm_words(compiled: Compiled, alarm: int) -> str:
    """Return which signals a joint alarm stands for, or an empty text for silence."""
    signals = compiled.scenario.signals
    rung = [
        signal.label
        for place, signal in enumerate(signals)
        if alarm >> (len(signals) - 1 - place) & 1
    ]
    return " + ".join(rung)
