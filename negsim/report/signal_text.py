"""The answer of ``negsim signal`` as data, as a screenful, and as a figure of the offers."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from rich.markup import escape
from rich.table import Table

from negsim.analysis.diagnostic import ranked
from negsim.analysis.signal_game import signal_game
from negsim.analysis.type_profiles import TypeProfile, type_chances, type_profile
from negsim.arrays import TIE_TOLERANCE
from negsim.errors import GameError, UsageError, unknown
from negsim.report.plots import save
from negsim.report.plots.lines import lines
from negsim.report.terminal import console
from negsim.report.words import CAVEAT, LABEL_WORDS, amount, percent
from negsim.scenario.model import Scenario
from negsim.solvers.registry import solve
from negsim.solvers.signalling import SignallingSolution

FEW = 8
"""Most offers shown on a terminal."""


def signal_answer(
    scenario: Scenario, party: str = "", receiver: str = "", pair: str = ""
) -> dict[str, Any]:
    """Return types, offers and the signalling game of a scenario, ready for JSON.

    ``game`` is None where there is no signalling game, and ``why_not`` says why.

    Raises
    ------
    UnknownNameError
        If there is no such party or type.
    UsageError
        If ``pair`` does not name two types.
    GameError
        If the party has fewer than two types with a chance.
    """
    name = scenario.party(party).name if party else first_with_types(scenario)
    chances = {kind: chance for kind, chance in type_chances(scenario, name).items() if chance > 0}
    if len(chances) < 2:
        raise GameError(f'"{name}" has {len(chances)} types with a chance, expected two or more')
    chosen = pair_of(pair, chances)
    if receiver:
        scenario.party(receiver)
    cast = [type_profile(scenario, {name: kind}, chance) for kind, chance in chances.items()]
    labels = {each.name: each.label for each in scenario.types if each.party == name}
    game, why_not = solved_game(scenario, name, receiver, chosen, len(chances) > 2)
    return {
        "title": scenario.title,
        "party": name,
        "label": scenario.party(name).label,
        "types": [told_type(profile, name, labels) for profile in cast],
        "offers": [offer.to_dict() for offer in ranked(cast, name)],
        "pair": list(chosen),
        "game": game,
        "why_not": why_not,
    }


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
) -> tuple[dict[str, Any] | None, str]:
    """Return the signalling game solved, or None and why there is none."""
    chosen = between_two(scenario, party, pair) if several else scenario
    try:
        game = signal_game(chosen, party, receiver)
    except GameError as error:
        return None, str(error)
    solution: SignallingSolution = solve(game, "perfect_bayesian")
    prior = dict(zip(game.types, game.prior.tolist(), strict=True))
    return {**solution.to_dict(), "prior": prior}, ""


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
    out.print(f"{escape(answer['label'])}, type by type, as if the type were known, in round 1:")
    out.print(type_table(answer["types"]))
    for each in answer["types"]:
        said = "; or ".join(f"{text} ({percent(p)})" for text, p in each["policy"].items())
        out.print(f"  [bold]{escape(each['type'])}[/bold] says {escape(said)}")
    out.print("\n[bold]Offers[/bold] by what accepting or refusing tells about the type:")
    for offer in answer["offers"][:FEW]:
        out.print(f"  {offer_line(offer)}")
    if not answer["offers"]:
        out.print("  no package that concludes the talks needs this party's consent")
    if len(answer["offers"]) > FEW:
        out.print(f"  and {len(answer['offers']) - FEW} more (--json)")
    out.print(f"\n[bold]Signalling game[/bold] of {escape(' and '.join(answer['pair']))}:")
    for line in game_lines(answer):
        out.print(f"  {escape(line)}")
    out.print(f"[dim]{CAVEAT}[/dim]")


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


def offer_line(offer: dict[str, Any]) -> str:
    """Return one offer in a line: its bits, what it asks, who accepts."""
    yes = [kind for kind, accepted in offer["accepts"].items() if accepted]
    no = [kind for kind, accepted in offer["accepts"].items() if not accepted]
    replies = f"accepted by {', '.join(yes) or 'none'}; refused by {', '.join(no) or 'none'}"
    asked = f"{escape(offer['offer'])} ({offer['kind']})"
    return f"{offer['information']:.2f} bit  {asked}: {escape(replies)}"


def game_lines(answer: dict[str, Any]) -> list[str]:
    """Return the outcomes of the signalling game in lines."""
    game = answer["game"]
    if game is None:
        return [f"none: {answer['why_not']}"]
    found = [game["message"]]
    for place, component in enumerate(game["components"], start=1):
        marks = f"intuitive criterion {component['intuitive']}, D1 {component['d1']}"
        found.append(f"{place}. {' or '.join(component['kinds'])}: {marks}")
        for kind, sent in component["outcomes"][0]["strategy"].items():
            said = ", ".join(f"{text} ({percent(p)})" for text, p in sent.items())
            found.append(f"   {kind} sends {said}")
        for message, intervals in component["support"].items():
            spans = " or ".join(f"{low:.3g} to {high:.3g}" for low, high in intervals)
            found.append(f"   off path, after {message}: belief in {game['types'][0]} {spans}")
    return found


def offers_title(answer: dict[str, Any]) -> str:
    """Return what the offers come to, in a sentence."""
    offers = answer["offers"]
    most = offers[0]["information"]
    if most <= TIE_TOLERANCE:
        return f"{answer['label']}: no offer is answered differently by the types"
    alike = sum(offer["information"] >= most - TIE_TOLERANCE for offer in offers)
    bits = f"{most:.2f} bit about the type"
    return f"{answer['label']}: the reply to {alike} of {len(offers)} offers tells most, {bits}"


def write_signal(answer: dict[str, Any], folder: Path) -> None:
    """Write the figure of the offers to a folder, if there are offers.

    Raises
    ------
    UsageError
        If the folder cannot be written to.
    """
    if not answer["offers"]:
        return
    shown = answer["offers"][:FEW]
    names = [each["type"] for each in answer["types"]]
    across = list(range(1, len(shown) + 1))
    figure = lines(
        {name: (across, [offer["margin"][name] for offer in shown]) for name in names},
        title=offers_title(answer),
        xlabel="offer, by information gained (1: most)",
        ylabel="worth of accepting now over talking on or leaving (payoff units); accepted from 0",
    )
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=folder, prefix=".making-") as made:
            save(figure, Path(made), "offers")
            for new in sorted(Path(made).iterdir()):
                new.replace(folder / new.name)
    except OSError as error:
        raise UsageError(f"{folder}: cannot be written ({error.strerror})") from None
