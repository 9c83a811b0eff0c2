"""The answer of ``negsim signal`` as data and as a screenful."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, replace
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from negsim.analysis.signals.diagnostic import ranked
from negsim.analysis.signals.signal_game import signal_game
from negsim.analysis.signals.truce_form import truce_form
from negsim.analysis.signals.type_profiles import TypeProfile, type_chances, type_profile
from negsim.deadline import in_time, part
from negsim.drawing.terminal import console, hanging
from negsim.drawing.words import CAVEAT, LABEL_WORDS, amount, percent
from negsim.errors import GameError, UsageError, unknown
from negsim.questions.signals.say_kept import kept_answer, kept_lines
from negsim.scenario.model import Scenario
from negsim.theory.registry import solve
from negsim.theory.signalling.perfect_bayesian import SignallingSolution

FEW = 8
"""Most offers shown on a terminal."""


def signal_answer(
    scenario: Scenario,
    party: str = "",
    receiver: str = "",
    pair: str = "",
    progress: Callable[[int, int], None] = lambda _done, _total: None,
) -> dict[str, Any]:
    """Return types, offers, the signalling game and the watched truce, ready for JSON.

    ``game`` is None where there is no signalling game, and ``why_not`` says why; ``form`` is None
    unless it has the form of a limited truce, ``truce`` unless signals watch one, and
    ``why_no_truce`` says why if there are signals. A scenario
    with signals and without types has no types, offers and game.

    Raises
    ------
    UnknownNameError
        If there is no such party or type.
    UsageError
        If ``pair`` does not name two types.
    GameError
        If the party has fewer than two types with a chance; without types, if signals watch no
        one truce.
    """
    if scenario.signals and not (scenario.types or party or receiver or pair):
        about = {"title": scenario.title, "truce": kept_answer(scenario), "why_no_truce": ""}
        none = {"party": "", "label": "", "types": [], "offers": [], "pair": []}
        return {**about, **none, "game": None, "form": None, "why_not": "no party has types"}
    name = scenario.party(party).name if party else first_with_types(scenario)
    chances = {kind: chance for kind, chance in type_chances(scenario, name).items() if chance > 0}
    if len(chances) < 2:
        raise GameError(f'"{name}" has {len(chances)} types with a chance, expected two or more')
    chosen = pair_of(pair, chances)
    if receiver:
        scenario.party(receiver)
    cast = []
    for place, (kind, chance) in enumerate(in_time([*chances.items()], "types")):
        progress(place, len(chances) + 1)
        cast.append(type_profile(scenario, {name: kind}, chance))
    progress(len(chances), len(chances) + 1)
    every = len(cast) == len(chances)
    labels = {each.name: each.label for each in scenario.types if each.party == name}
    return {
        "title": scenario.title,
        **watched_truce(scenario),
        "party": name,
        "label": scenario.party(name).label,
        "types": [told_type(profile, name, labels) for profile in cast],
        "offers": [offer.to_dict() for offer in ranked(cast, name)] if every else [],
        "pair": list(chosen),
        **solved_game(scenario, name, receiver, chosen, len(chances) > 2),
    }


def watched_truce(scenario: Scenario) -> dict[str, Any]:
    """Return the truce that signals watch, None without signals or with why there is none."""
    try:
        return {"truce": kept_answer(scenario), "why_no_truce": ""}
    except GameError as error:
        return {"truce": None, "why_no_truce": str(error)}


def first_with_types(scenario: Scenario) -> str:
    """Return the first party that has types.

    Raises
    ------
    GameError
        If none has.
    """
    if not scenario.types:
        raise GameError("no party has types; expected a table such as [types.PARTY.NAME]")
    return scenario.types[0].party


def pair_of(text: str, chances: dict[str, float]) -> tuple[str, str]:
    """Return the two types of the signalling game: those named, or the first two."""
    names = [word.strip() for word in text.split(",")] if text else list(chances)[:2]
    for word in names:
        if word not in chances:
            raise unknown("type", word, chances)
    if len(names) != 2 or names[0] == names[1]:
        raise UsageError(f"--types {text}: expected two different types, such as NAME,NAME")
    return names[0], names[1]


def solved_game(
    scenario: Scenario, party: str, receiver: str, pair: tuple[str, str], several: bool
) -> dict[str, Any]:
    """Return the signalling game solved and its form, or None and why there is none."""
    chosen = between_two(scenario, party, pair) if several else scenario
    try:
        game = part("signalling game", lambda: signal_game(chosen, party, receiver))
    except GameError as error:
        return {"game": None, "form": None, "why_not": str(error)}
    if game is None:
        return {"game": None, "form": None, "why_not": "the time limit was over"}
    solution: SignallingSolution = solve(game, "perfect_bayesian")
    form = truce_form(game)
    about = {
        "prior": dict(zip(game.types, game.prior.tolist(), strict=True)),
        "players": list(game.players),
        "if_known": {
            kind: [text for text, may in zip(game.messages, row, strict=True) if may]
            for kind, row in zip(game.types, game.known_messages().tolist(), strict=True)
        },
    }
    return {
        "game": {**solution.to_dict(), **about},
        "form": None if form is None else asdict(form),
        "why_not": "",
    }


def between_two(scenario: Scenario, party: str, pair: tuple[str, str]) -> Scenario:
    """Return the scenario in which a party is of one of two types, in their proportion."""
    chances = type_chances(scenario, party)
    total = sum(chances[name] for name in pair)
    kept = tuple(each for each in scenario.types if each.party != party or each.name in pair)
    values = {f"types.{party}.{name}.prior": chances[name] / total for name in pair}
    values = {name: value for name, value in values.items() if name in scenario.numbers}
    return replace(scenario, types=kept).set(values)


def told_type(profile: TypeProfile, party: str, labels: dict[str, str]) -> dict[str, Any]:
    """Return one type's round 1 as data."""
    own = next(each for each in profile.parties if each.party == party)
    kind = profile.types[party]
    about = {"type": kind, "label_of_type": labels.get(kind, kind), "prior": profile.chance}
    return {**about, **own.to_dict()}


def show_signal(answer: dict[str, Any]) -> None:
    """Print the answer."""
    out = console()
    out.print(f"[bold]{escape(answer['title'])}[/bold]")
    if answer["types"]:
        show_types(out, answer)
    if answer["truce"]:
        out.print("\n[bold]Watched truce[/bold] of the one-shot game, played round after round:")
        for line in kept_lines(answer["truce"]):
            out.print(hanging(line))
    if answer["why_no_truce"]:
        out.print(f"\n[bold]Watched truce[/bold]: none: {escape(answer['why_no_truce'])}")
    out.print(f"[dim]{CAVEAT}[/dim]")


def show_types(out: Console, answer: dict[str, Any]) -> None:
    """Print what each type does, the offers and the signalling game."""
    out.print(f"{escape(answer['label'])}, type by type, as if the type were known, in round 1:")
    out.print(type_table(answer["types"]))
    for each in answer["types"]:
        said = "; or ".join(f"{text} ({percent(p)})" for text, p in each["policy"].items())
        out.print(hanging(f"[bold]{escape(each['type'])}[/bold] says {escape(said)}"))
    out.print("\n[bold]Offers[/bold] by what accepting or refusing tells about the type:")
    for offer in answer["offers"][:FEW]:
        out.print(offer_row(offer))
    if not answer["offers"]:
        out.print("  no package that concludes the talks needs this party's consent")
    if len(answer["offers"]) > FEW:
        out.print(f"  and {len(answer['offers']) - FEW} more (--json)")
    out.print(f"\n[bold]Signalling game[/bold] of {escape(' and '.join(answer['pair']))}:")
    for line in game_lines(answer):
        depth = len(line) - len(line.lstrip())
        out.print(hanging(escape(line.lstrip()), 2 + depth))


def type_table(types: list[dict[str, Any]]) -> Table:
    """Return the table of types."""
    table = Table(box=None, header_style="bold", pad_edge=False)
    for head in ("type", "prior", "value of delay", "frozen", "in the model"):
        table.add_column(head, justify="left" if head in ("type", "in the model") else "right")
    for each in types:
        numbers = (amount(each["value_of_delay"]), amount(each["frozen_value_of_delay"]))
        words = LABEL_WORDS[each["label"]]
        table.add_row(escape(each["type"]), percent(each["prior"]), *numbers, words)
    return table


def offer_row(offer: dict[str, Any]) -> Table:
    """Return one offer: its bits, and beside them what it asks and who accepts."""
    yes = [kind for kind, accepted in offer["accepts"].items() if accepted]
    no = [kind for kind, accepted in offer["accepts"].items() if not accepted]
    replies = f"accepted by {', '.join(yes) or 'none'}; refused by {', '.join(no) or 'none'}"
    row = Table.grid(padding=(0, 2))
    row.add_column(no_wrap=True)
    row.add_column()
    asked = f"{escape(offer['offer'])} ({offer['kind']}): {escape(replies)}"
    row.add_row(f"  {offer['information']:.2f} bit", asked)
    return row


def game_lines(answer: dict[str, Any]) -> list[str]:
    """Return the outcomes of the signalling game in lines."""
    game = answer["game"]
    if game is None:
        return [f"none: {answer['why_not']}"]
    speaker, other = game["players"]
    found = [f"{speaker} speaks, {other} replies; {game['message']}"]
    for place, component in enumerate(game["components"], start=1):
        marks = f"intuitive criterion {component['intuitive']}, D1 {component['d1']}"
        found.append(f"{place}. {' or '.join(component['kinds'])}: {marks}")
        for kind, sent in component["outcomes"][0]["strategy"].items():
            said = ", ".join(f"{text} ({percent(p)})" for text, p in sent.items())
            found.append(f"   {kind} sends {said}")
            if not set(sent) <= set(game["if_known"][kind]):
                known = " or ".join(game["if_known"][kind])
                found.append(f"     by incomplete information; were it known to be {kind}: {known}")
        for message, intervals in component["support"].items():
            spans = " or ".join(f"{low:.3g} to {high:.3g}" for low, high in intervals)
            found.append(f"   off path, after {message}: belief in {game['types'][0]} {spans}")
    return found
