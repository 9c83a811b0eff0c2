"""Question 2 for one party on one screen: what holds, why, where, how long, and what checks it."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from rich.markup import escape
from rich.text import Text

from negsim.analysis.delay.causes import COARSE, COMMITMENT, INCOME, SUBSIDY
from negsim.drawing.terminal import console, sign
from negsim.drawing.words import (
    CAVEAT,
    LABEL_MEANING,
    LABEL_WORDS,
    NARROWLY,
    amount,
    counted,
    moment,
    percent,
)
from negsim.questions.delay.answer import Delayed, PartyDelay, Stall
from negsim.questions.delay.discipline import Rival
from negsim.questions.delay.say_ledger import ledger_sentence, needs_sentence, one_more_round

WIDTH = 79
INDENT = "  "
DELAYS = ("stalling", "waiting", "delay_untested")
SELDOM = 5e-4
"""Chances below this are told as none."""
CAUSE_WORDS = {
    SUBSIDY: "it would sign but for what third parties pay for open talks",
    INCOME: "it would sign but for what open talks pay",
    COMMITMENT: "it would sign if what a settlement pays stood still",
    COARSE: "a lottery over packages would beat delay for all",
}


def show_stall(answer: Stall) -> None:
    """Print the answer for the party that it is about."""
    out = console()
    for line in stall_lines(answer):
        out.print(Text.from_markup(line), soft_wrap=True)


def stall_lines(answer: Stall) -> list[str]:
    """Return the screen's lines, with markup, each at most ``WIDTH`` characters wide."""
    party = answer.focus
    return [
        *bold(answer.about.title),
        *plain(f"{party.label}, {situation(answer)}; {answer.rule}.", dim=True),
        *plain(headline(answer, party)),
        *condition_lines(party),
        *plain(worth_text(answer.about.round, party)),
        *plain(cause_text(party)),
        *plain(region_text(answer, party)),
        *plain(selection_text(answer, party)),
        *plain(over_text(answer)),
        *plain(offers_text(answer, party)),
        *plain(length_text(answer, party)),
        *plain(damage_text(answer, party)),
        *plain(costs_text(party)),
        *discipline_lines(answer),
        *plain(others_text(answer, party)),
        *plain(doubt_text(answer)),
        *plain(CAVEAT, dim=True),
    ]


def bold(text: str) -> list[str]:
    """Return a text as bold lines."""
    return [f"[bold]{escape(line)}[/bold]" for line in textwrap.wrap(text, WIDTH)]


def plain(text: str, *, dim: bool = False) -> list[str]:
    """Return a text as lines, later ones indented if it has a heading; none for no text."""
    lines = textwrap.wrap(text, WIDTH, subsequent_indent="" if dim else INDENT)
    return [f"[dim]{escape(line)}[/dim]" if dim else escape(line) for line in lines]


def situation(answer: Stall) -> str:
    """Return the round and state that the answer is about."""
    about = answer.about
    unit = about.round
    when = (
        f"{unit} {about.round_number} of {about.rounds}"
        if about.rounds
        else f"any {unit} of talks without a last one"
    )
    return f"{when}, {about.start}" if about.start else when


def headline(answer: Stall, party: PartyDelay) -> str:
    """Return the reading of the start, and what the solved talks bring first."""
    outcome, chance = next(iter(answer.path.first.items()))
    sure = "" if chance > 1 - 1e-9 else f" ({percent(chance)})"
    unit = answer.about.round
    if not answer.about.has_agreement:
        return f"No end is an agreement: there is nothing to delay. This {unit}: {outcome}{sure}."
    meaning = LABEL_MEANING[party.verdict]
    narrowly = NARROWLY if answer.discipline.clock.holds is False else ""
    return f"Under these assumptions {meaning}{narrowly}. This {unit} brings: {outcome}{sure}."


def condition_lines(party: PartyDelay) -> list[str]:
    """Return the four conditions, one a line, with the numbers that decide each."""
    start, tests = party.start, party.tests
    below = " (below its red line)" if start.settle < start.leave else ""
    package = f": {party.package}{below}" if party.package else ""
    offered = pair(start.settle, start.leave)
    rows = [
        ("S1", tests.S1, f"an acceptable package beats leaving, {offered}{package}"),
        ("S2", tests.S2, f"talking on beats signing now, {pair(start.talk, start.settle)}"),
        ("S3", tests.S3, f"talking on beats leaving, {pair(start.talk, start.leave)}"),
        ("S4", tests.S4, frozen_text(party)),
    ]
    return [
        escape(line)
        for name, holds, words in rows
        for line in textwrap.wrap(
            f"{name} {sign(holds)} {words}",
            WIDTH,
            initial_indent=INDENT,
            subsequent_indent=INDENT + "     ",
        )
    ]


def pair(left: float, right: float) -> str:
    """Return two values side by side."""
    return f"{amount(left)} against {amount(right)}"


def frozen_text(party: PartyDelay) -> str:
    """Return the fourth condition: what the frozen game says."""
    origin = party.channels_from
    if origin == "none":
        return "not tested: no channels are declared and none can be derived"
    names = ", ".join(name.replace("_", " ") for name in party.channel_names)
    value = amount(party.start.frozen_delay)
    derived = f"; {derived_text(party)}" if origin == "declared" else ""
    words = f"with the channels off it would sign that ({origin}: {names})"
    return f"{words}; delay is worth {value}{derived}"


def worth_text(unit: str, party: PartyDelay) -> str:
    """Return the value of delay, where it comes from and which channels it needs."""
    if party.verdict not in DELAYS:
        return one_more_round(unit, party)
    return f"{ledger_sentence(unit, party)} {needs_sentence(party.premium)}"


def cause_text(party: PartyDelay) -> str:
    """Return the named causes of the delay with what each means, or what is not explained."""
    cause = party.cause
    if cause is None:
        return ""
    held = [
        f"{each.name} ({CAUSE_WORDS[each.name]}, by {amount(each.margin)})"
        for each in cause.tested
        if each.holds
    ]
    return f"Cause: {'; '.join(held) or cause.text}."


def region_text(answer: Stall, party: PartyDelay) -> str:
    """Return where the label holds over all rounds and states that can occur."""
    found = party.region
    name = found.label.replace("_", " ")
    if not answer.about.has_agreement:
        return ""
    cells = f"of what can occur ({counted(found.cells, 'cell')} of round and state)"
    if not found.share:
        return f"Where: {name} in none {cells}."
    spans = [f"{key} {span_words(span)}" for key, span in found.by_variable.items()]
    if found.by_round:
        first = answer.about.round_number - 1
        span = [number + first for number in found.by_round]
        spans.append(f"{answer.about.round} {span_words(span)}")
    edge = percent(found.share_of_boundary)
    inside = f": {', '.join(spans)}" if spans else ""
    return (
        f"Where: {name} in {percent(found.share)} {cells}{inside}; {edge} of it is boundary. "
        f"On the predicted path: {percent(found.share_of_path)} of the rounds expected."
    )


def selection_text(answer: Stall, party: PartyDelay) -> str:
    """Return how many labels are others under another rule of selection, and if this one is."""
    found = answer.selection
    if not found.differ:
        return ""
    here = {name.replace("_", " ") for name in party.by_selection.values()}
    text = (
        f"Selection: {found.differ:,} of the {found.labels:,} labels of all parties hang on "
        f"which equilibrium is chosen ({party.differ:,} of them here; marked on the map)"
    )
    start = f"; at the start: {' or '.join(sorted(here))}" if len(here) > 1 else ""
    return f"{text}{start}."


def over_text(answer: Stall) -> str:
    """Return the shares and the boundary over one or two named numbers, if asked for."""
    found = answer.over
    if found is None:
        return ""
    size = " x ".join(str(len(axis)) for axis in found.axes)
    spans = [
        f"{name} from {axis[0]:g} to {axis[-1]:g}"
        for name, axis in zip(found.names, found.axes, strict=True)
    ]
    shares = [f"{name.replace('_', ' ')} {percent(s)}" for name, s in found.shares.items()]
    edge = counted(found.boundary, "point")
    return (
        f"Over {' and '.join(spans)} ({size} points): {', '.join(shares)} of the grid; the label "
        f"changes beside {edge}."
    )


def span_words(span: Sequence[int]) -> str:
    """Return a span of whole numbers in words.

    >>> span_words([2, 5]), span_words([3, 3])
    ('2 to 5', '3')
    """
    return str(span[0]) if span[0] == span[1] else f"{span[0]} to {span[1]}"


def offers_text(answer: Stall, party: PartyDelay) -> str:
    """Return the offers that cannot take effect and yet pay."""
    found = party.offers
    unit = answer.about.round
    if not answer.about.has_agreement:
        return ""
    if not found.kinds:
        return "Offers that cannot take effect and yet pay: none."
    said = [
        f'it says "{each.stance}" to {each.label}, worth {amount(each.gain)} more than no'
        for each in found.at_start
    ]
    now = "; ".join(said) or f"none this {unit}"
    return (
        f"Offers that cannot take effect and yet pay: {now}; in {percent(found.share_of_path)} "
        f"of the {unit}s of the path, {percent(found.share)} of all rounds and states."
    )


def length_text(answer: Stall, party: PartyDelay) -> str:
    """Return the rounds of delay against the sincere counterpart."""
    if not answer.about.has_agreement:
        return ""
    found, unit = party.delayed, answer.about.round
    first = answer.about.round_number - 1
    outcome, chance = next(iter(found.sincere_first.items()))
    sure = "" if chance > 1 - 1e-9 else f" ({percent(chance)})"
    ends = [moment(unit, end + first) for end in (found.end, found.sincere_end)]
    return (
        f"Delay: {lasting(found, unit)}; talks end in {ends[0]}, with a party that signs as soon "
        f"as a package beats leaving in {ends[1]}; that one brings: {outcome}{sure}."
    )


def lasting(delayed: Delayed, unit: str) -> str:
    """Return how many rounds delay lasts; of endless talks, within those followed."""
    low, _, high = delayed.quantiles
    mean, sight = f"{delayed.expected:.1f} {unit}s on average", len(delayed.chances)
    if delayed.unending < SELDOM:
        return f"{mean} (10 % to 90 %: {low} to {high})"
    if delayed.unending > 1 - SELDOM:
        return f"without end in the {sight} {unit}s that are followed"
    longer = f"longer with chance {percent(delayed.unending)}"
    return f"{mean} within the {sight} that are followed, {longer}"


def damage_text(answer: Stall, party: PartyDelay) -> str:
    """Return what signing now instead would be worth to each of the others."""
    damage = party.delayed.damage
    others = [each for each in answer.parties if each.name != party.name]
    if not others or any(math.isnan(damage[each.name]) for each in others):
        return ""
    parts = [f"{each.label} {signed(damage[each.name])}" for each in others]
    return (
        "Damage to the others, what each would gain if its package were signed now (own units): "
        f"{', '.join(parts)}."
    )


def signed(value: float) -> str:
    """Return a number with its sign.

    >>> signed(1.5), signed(-2.0), signed(0.0)
    ('+1.5', '-2', '0')
    """
    return f"+{amount(value)}" if value > 0 else amount(value)


def costs_text(party: PartyDelay) -> str:
    """Return the human cost, on its own."""
    parts = [
        f"{name} {amount(each.solved)}, sincere {amount(each.sincere)}"
        for name, each in party.delayed.costs.items()
    ]
    return f"Human cost, never netted: {'; '.join(parts)}." if parts else ""


def discipline_lines(answer: Stall) -> list[str]:
    """Return the rival types, the mirror and the relabelling."""
    found = answer.discipline
    together: dict[str, list[str]] = {}
    for each in found.rivals:
        words = f"{each.name} ({each.made})"
        together.setdefault(rival_text(each, answer.about.round), []).append(words)
    lines = []
    for text, names in together.items():
        lines += plain(f"Rival{'s' * (len(names) > 1)}, {' and '.join(names)}: {text}.")
    if not found.rivals:
        lines += plain("Rival types: none declared, and none can be made without channels.")
    checks = [
        f"{check.name} {sign(check.holds)} {check.text}"
        for check in (found.mirror, found.relabelling, found.clock)
    ]
    return lines + plain(f"Tests: {'; '.join(checks)}.")


def rival_text(rival: Rival, unit: str) -> str:
    """Return what a rival reading would say and do in round 1."""
    if rival.same:
        return f"the same move this {unit}, which does not tell them apart"
    if rival.same_outcome:
        return f"the same outcome this {unit}, said differently ({rival.move})"
    return f"another outcome this {unit} ({rival.move})"


def others_text(answer: Stall, party: PartyDelay) -> str:
    """Return the readings of the other parties by the same test."""
    others = [each for each in answer.parties if each.name != party.name]
    parts = [f"{each.label}, {LABEL_WORDS[each.verdict]}" for each in others]
    return f"The others by the same test: {'; '.join(parts)}." if parts else ""


def doubt_text(answer: Stall) -> str:
    """Return how sure the solution is: rounds by logit response, several equilibria."""
    parts = []
    if answer.share_logit:
        parts.append(
            f"{percent(answer.share_logit)} of rounds and states by logit response, largest "
            f"regret {answer.largest_regret:.2g} of the values' range"
        )
    if answer.largest_count > 1:
        parts.append(f"up to {counted(answer.largest_count, 'solution')} to choose among")
    return f"Solution: {'; '.join(parts)}." if parts else ""


def derived_text(party: PartyDelay) -> str:
    """Return the label as if no channels were declared, or why there is none."""
    return f"with derived channels alone: {derived_label(party)}"


def derived_label(party: PartyDelay) -> str:
    """Return only the label as if no channels were declared, or why there is none."""
    label = party.verdict_derived
    if label is None:
        return "not tested, because none can be derived"
    if label == "delay_untested":
        return "not tested, because it has none of its own"
    return str(label).replace("_", " ")
