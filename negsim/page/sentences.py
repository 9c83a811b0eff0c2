"""The answers in sentences: under these assumptions, in this share of the range, and no more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from negsim.drawing.words import (
    LABEL_MEANING,
    LABEL_WORDS,
    NARROWLY,
    NO_AGREEMENT,
    NOT_IN_TIME,
    amount,
    counted,
    hanging_words,
    moment,
    percent,
)
from negsim.page.answer import Run
from negsim.questions.change.answer import Crossing, LeverScan
from negsim.questions.delay.answer import PartyDelay, Selection
from negsim.questions.delay.discipline import Discipline
from negsim.questions.delay.say import derived_text
from negsim.questions.delay.say_ledger import ledger_sentence, needs_sentence, one_more_round
from negsim.questions.rules.contest import Contest
from negsim.questions.trust.answer import Sampled
from negsim.questions.trust.robustness import Share

MOST_LISTED = 6

ALMOST = 1 - 1e-9
"""A chance from which on something happens for certain."""


NEVER = 1e-9
"""A chance up to which something is taken never to happen: what rounding leaves of nought."""


def summary(findings: Run) -> list[str]:
    """Return the five answers, one paragraph each, beginning with the question's number."""
    return [
        f"Q1 {outcomes_sentence(findings)}",
        f"Q2 {delay_sentence(findings)}",
        f"Q3 {levers_sentence(findings)}",
        f"Q4 {robustness_sentence(findings)}",
        f"Q5 {play_sentence(findings)}",
    ]


def outcomes_sentence(findings: Run) -> str:
    """Return question 1's answer in words."""
    answer = findings.outcomes
    stable = sorted({row.text for row in answer.outcomes if row.equilibrium})
    deal = sorted({row.text for row in answer.outcomes if row.bargaining})
    count = len(answer.pure.equilibria)
    if not stable:
        first = "The one-shot game has no equilibrium in pure moves."
    else:
        listed = first_few(stable)
        first = (
            f"The one-shot game has {count} equilibri{'um' if count == 1 else 'a'} in pure moves, "
            f"with {'this outcome' if len(stable) == 1 else f'{len(stable)} outcomes'}: {listed}."
        )
    bargain = (
        f" Nash bargaining solution: {first_few(deal)}."
        if deal
        else (" No package is at least as good as the status quo for all.")
    )
    return first + bargain


def first_few(texts: list[str]) -> str:
    """Return what a screen has room for of a list, and how much is left out.

    >>> first_few([*"abcdefgh"])
    'a; b; c; d; e; f; and 2 more, all in the report'
    """
    left = len(texts) - MOST_LISTED
    more = [f"and {left} more, all in the report"] if left > 0 else []
    return "; ".join([*texts[:MOST_LISTED], *more])


def delay_sentence(findings: Run) -> str:
    """Return question 2's answer in words."""
    party = findings.focus
    unit = findings.about.round
    if not findings.about.has_agreement:
        return f"{NO_AGREEMENT}. Under these assumptions, in {first_round(findings)}"
    narrowly = NARROWLY if findings.discipline.clock.holds is False else ""
    parts = [
        f"In {first_round(findings)} Under these assumptions, for "
        f"{party.label}, {LABEL_MEANING[party.verdict]}{narrowly}"
    ]
    if party.verdict in ("stalling", "waiting", "delay_untested"):
        parts[0] += "."
        told = (
            ledger_sentence(unit, party),
            needs_sentence(party.premium),
            cause_sentence(party),
            offers_sentence(party, unit),
        )
        parts += [text for text in told if text]
    else:
        parts[0] += "."
        parts += [text for text in (one_more_round(unit, party),) if text]
    parts.insert(1, table_sentence(party))
    delays, of_path = (
        sum(shares[label] for label in ("stalling", "waiting", "delay_untested"))
        for shares in (party.shares, party.shares_of_path)
    )
    parts.append(
        f"Delay is the best reply in {percent(delays)} of the rounds and states that can occur, "
        f"and in {percent(of_path)} of the rounds expected on the predicted path."
    )
    parts.append(ends_sentence(findings))
    parts += [text for text in (selection_sentence(findings.delay.selection),) if text]
    parts.append(discipline_sentence(findings.discipline, unit))
    return " ".join(parts)


def table_sentence(party: PartyDelay) -> str:
    """Return which package the label at the start is about."""
    return f"On the table for it: {party.on_the_table or 'nothing that it could sign'}."


def ends_sentence(findings: Run) -> str:
    """Return how the talks end at the base numbers, and which end is likeliest over the ranges."""
    path = findings.delay.path
    ends = [f"{name} {percent(chance)}" for name, chance in path.ends.items() if chance > NEVER]
    when = moment(findings.about.round, path.expected_end)
    said = f"{when} on average: {', '.join(ends)}" if ends else when
    return f"In the model, at these numbers, the talks end in {said}.{ends_over_ranges(findings)}"


def ends_over_ranges(findings: Run) -> str:
    """Return in which share of the sampled points each end is the likeliest, the largest first."""
    sample = findings.robustness
    rows = [row for row in sample.ends if row.share] if sample else []
    if not rows:
        return ""
    rows.sort(key=lambda row: -row.share)
    listed = ", ".join(f"{row.label} in {percent(row.share)} of the points" for row in rows)
    return f" Over the stated ranges the likeliest end is: {listed}."


def selection_sentence(found: Selection) -> str:
    """Return how many labels hang on the rule of selection, nothing if none does."""
    if not found.differ:
        return ""
    return (
        f"{found.differ:,} of the {found.labels:,} labels of all parties hang on which "
        "equilibrium is chosen; the maps mark them."
    )


def cause_sentence(party: PartyDelay) -> str:
    """Return the named causes of a party's delay, nothing if it does not delay."""
    cause = party.cause
    if cause is None:
        return ""
    origin = {"declared": "declared", "derived": "derived from the scenario", "none": "not there"}
    derived = f"; {derived_text(party)}" if party.channels_from == "declared" else ""
    return f"Cause: {cause.text} (channels {origin[party.channels_from]}{derived})."


def offers_sentence(party: PartyDelay, unit: str) -> str:
    """Return the offers of round 1 that cannot take effect and yet pay, nothing without any."""
    said = [f'"{each.stance}" to {each.label}' for each in party.offers.at_start]
    if not said:
        return ""
    listed = ", ".join(said)
    return f"Said in {unit} 1 although it cannot take effect, and worth more than no: {listed}."


def discipline_sentence(found: Discipline, unit: str) -> str:
    """Return what the rival types, the mirror and the relabelling say of question 2's answer."""
    rivals = counted(len(found.rivals), "rival reading")
    parts = []
    if found.rivals:
        same_outcome = sum(each.same_outcome for each in found.rivals)
        same_move = sum(each.same for each in found.rivals)
        parts.append(
            f"the same outcome in {unit} 1 under {same_outcome} of {rivals}, "
            f"the same move under {same_move}"
        )
    for check in (found.mirror, found.relabelling, found.clock):
        verdict = {True: "passed", False: "FAILED", None: "not run"}[check.holds]
        why = "" if check.holds else f" ({check.text})"
        parts.append(f"{check.name} test {verdict}{why}")
    return f"Discipline: {'; '.join(parts)}."


def first_round(findings: Run) -> str:
    """Return what round 1 brings, with its chance unless it is certain."""
    outcome, chance = next(iter(findings.delay.path.first.items()))
    if chance > 1 - 1e-9:
        return f"the solved talks round 1 brings: {outcome}."
    return f"the solved talks round 1 brings most often: {outcome} ({percent(chance)})."


def levers_sentence(findings: Run) -> str:
    """Return question 3's answer in words."""
    if findings.levers is None:
        return NOT_IN_TIME
    if not findings.levers:
        return "The scenario declares no levers."
    if not findings.about.has_agreement:
        return f"{NO_AGREEMENT}, and no label for the levers to change."
    parts, now = [], findings.focus.on_the_table
    for lever in findings.levers:
        if lever.crossings:
            parts.append(
                f"{lever.label} ({lever.sets}, now {lever.base:g}): "
                f"{stretches(lever.crossings)}{package_words(lever, now)}"
            )
        else:
            label = LABEL_WORDS.get(lever.labels[0] or "", "not solved")
            parts.append(f"{lever.label} ({lever.sets}): no change in its range ({label})")
    changes = any(lever.crossings for lever in findings.levers)
    return (
        f"For {findings.party_label(findings.about.focus)} the label at the start changes "
        f"{'at these values' if changes else 'nowhere along the levers'}. {'; '.join(parts)}."
    )


def package_words(lever: LeverScan, now: str | None) -> str:
    """Return how the package on the table changes along a lever, nothing if it does not."""
    if not lever.package_crossings:
        return ""
    told = [
        Crossing(each.value, beside(each.below, now), beside(each.above, now))
        for each in lever.package_crossings
    ]
    return f" (on the table: {stretches(told)})"


def beside(package: str | None, now: str | None) -> str | None:
    """Return a package by what it has more or less than the one that is on the table now.

    >>> beside("Truce + Aid", "Truce"), beside("Truce", "Truce"), beside("Aid", "Truce")
    ('also Aid', 'as now', 'Aid')
    """
    if package is None:
        return None
    own, other = package.split(" + "), (now or "").split(" + ")
    more = [part for part in own if part not in other]
    less = [part for part in other if part not in own]
    if package == now:
        return "as now"
    if len(less) == len(other):
        return package
    also = f"also {' and '.join(more)}" if more else ""
    without = f"without {' and '.join(less)}" if less else ""
    return ", ".join(text for text in (also, without) if text)


def rival_sentence(findings: Run) -> str:
    """Return what is left to make the party refuse once the channels are off, lever by lever."""
    levers = [lever for lever in findings.levers or () if not lever.is_channel]
    if not levers or not findings.about.channels:
        return ""
    parts, now = [], findings.focus.on_the_table
    for lever in levers:
        low, high = lever.values[0], lever.values[-1]
        parts.append(f"{lever.label} from {low:g} to {high:g}: {calm_words(lever, now)}")
    return (
        "Rival readings, the label at the start with the channels off but for what limited options "
        f"pay, so that only other reasons are left to refuse: {'; '.join(parts)}."
    )


def calm_words(lever: LeverScan, now: str | None) -> str:
    """Return each label along a lever without reasons to wait, and what is then on the table."""
    found: dict[str, dict[str, None]] = {}
    for label, package in zip(lever.calm, lever.calm_packages, strict=True):
        told = beside(package, now)
        found.setdefault(label_words(label), {}).update({told: None} if told else {})
    return ", ".join(
        f"{label} (on the table: {' or '.join(packages)})" if packages else label
        for label, packages in found.items()
    )


def stretches(crossings: Sequence[Crossing]) -> str:
    """Return the labels along a lever in words, stretch by stretch.

    >>> stretches([Crossing(1.0, "settle", "waiting"), Crossing(2.5, "waiting", "settle")])
    'settle below 1, waiting to 2.5, settle above'
    """
    first, *rest = zip(crossings, told_apart([each.value for each in crossings]), strict=True)
    found = [f"{label_words(first[0].below)} below {first[1]}"]
    found += [f"{label_words(crossing.below)} to {value}" for crossing, value in rest]
    return ", ".join([*found, f"{label_words(crossings[-1].above)} above"])


def told_apart(values: list[float]) -> list[str]:
    """Return different numbers with three digits, or as many as tell them apart.

    >>> told_apart([1.0, 2.5]), told_apart([-15.2383, -15.2381])
    (['1', '2.5'], ['-15.2383', '-15.2381'])
    """
    for digits in range(3, 18):
        told = [f"{value:.{digits}g}" for value in values]
        if len(set(told)) == len(set(values)):
            break
    return told


def label_words(label: str | None) -> str:
    """Return a label in words, "not solved" for none."""
    return (label or "not solved").replace("_", " ")


def robustness_sentence(findings: Run) -> str:
    """Return question 4's answer in words."""
    answer = findings.robustness
    if answer is None:
        return "No number has a range, so how sure this is cannot be said."
    sample = f"over {answer.points} points of the stated ranges ({answer.measure}; 95 % intervals)"
    if not findings.about.has_agreement:
        return claims_sentence(findings, answer.claims, sample)
    strong = ", ".join(driver.name for driver in answer.drivers[:3])
    drive = f" What moves the value of delay most: {strong}." if strong else ""
    return (
        f"Labels at the start {sample}. {shares_words(findings, answer.labels)}."
        f"{hanging_sentence(findings, answer)}"
        f"{record_sentence(findings, answer)}{drive} {rival_sentence(findings)}"
    ).strip()


def hanging_sentence(findings: Run, sample: Sampled) -> str:
    """Return in which share of the sample labels hang on the selection, nothing where none does."""
    rows = [
        (findings.party_label(row.name), row.share, row.low, row.high)
        for row in sample.hangs_on_selection
        if row.share
    ]
    return f" {hanging_words(rows)}" if rows else ""


def record_sentence(findings: Run, sample: Sampled) -> str:
    """Return the shares of labels given the record, nothing where nothing is on record."""
    record = sample.record
    if record is None:
        return ""
    seen = "; ".join(f"round {each.round}: {each.says}" for each in record.observed)
    missed = [each.says for each in record.observed if each.at_base < ALMOST]
    base = f" The base numbers do not bring this: {'; '.join(missed)}." if missed else ""
    if record.labels is None:
        return (
            f" On record: {seen}.{base} Too few points reproduce it to tell shares given the "
            f"record (worth {record.effective:.0f} points, {record.how}; "
            f"{record.fewest} are needed)."
        )
    shares = shares_words(findings, record.labels)
    return (
        f" Of the points that reproduce the record ({seen}; {percent(record.chance)} of all; "
        f"worth {record.effective:.0f} points, {record.how}): {shares}.{base} "
        "Agreement with the record is no evidence between readings that both agree with it."
    )


def shares_words(findings: Run, labels: Mapping[str, tuple[Share, ...]]) -> str:
    """Return every party's shares of labels, the largest first."""
    parts = []
    for party in findings.delay.parties:
        if party.role == "mediator":
            continue
        shares = [row for row in labels[party.name] if row.share]
        shares.sort(key=lambda row: -row.share)
        listed = ", ".join(
            f"{row.name.replace('_', ' ')} {percent(row.share)} "
            f"({percent(row.low)} to {percent(row.high)})"
            for row in shares
        )
        parts.append(f"{party.label}: {listed}")
    return "; ".join(parts)


def claims_sentence(findings: Run, rows: Sequence[Share], sample: str) -> str:
    """Return in which share of the sampled ranges each claim of the scenario holds."""
    if not rows:
        return f"{NO_AGREEMENT}, and the scenario claims no outcome that a sample could test."
    says = {claim.name: claim.says for claim in findings.claims}
    listed = [
        f"{says[row.name]}: {percent(row.share)} ({percent(row.low)} to {percent(row.high)})"
        for row in rows
    ]
    return f"The scenario's claims hold {sample}. {first_few(listed)}."


def play_sentence(findings: Run) -> str:
    """Return question 5's answer in words."""
    if findings.play is None:
        return NOT_IN_TIME
    contests = findings.play.contests
    parts = "; ".join(contest_words(findings, contest) for contest in contests)
    against = opponents(findings, contests)
    if not against:
        return f"With nobody to play against: {parts}."
    return (
        f"Against {' and '.join(against)}: {parts}. The best reply to fixed opponents "
        "is not an equilibrium."
    )


def contest_words(findings: Run, contest: Contest) -> str:
    """Return which rules earn the most in a role, and what the best response to it earns."""
    place = [p.name for p in findings.about.parties].index(contest.party)
    earned = {fare.rule: fare.payoffs[place] for fare in contest.fares}
    top = earned.pop("optimal_staller")
    earned.pop("equilibrium", None)
    most = max(earned.values())
    bests = [rule for rule, payoff in earned.items() if amount(payoff) == amount(most)]
    return (
        f"in the role of {findings.party_label(contest.party)}, {rules_words(bests)} of "
        f"{len(earned)} rules ({amount(most)}; the best response gets {amount(top)})"
    )


def rules_words(bests: list[str]) -> str:
    """Return which rules earn the most in a role, ties told as ties.

    >>> rules_words(["tough"]), rules_words(["sincere", "yes_but"])
    ('tough earns most', 'sincere and yes_but earn most alike')
    """
    *first, last = bests
    return f"{', '.join(first)} and {last} earn most alike" if first else f"{last} earns most"


def opponents(findings: Run, contests: Sequence[Contest]) -> list[str]:
    """Return in words whom a party's rules are played against."""
    roles = [party.role for party in findings.about.parties]
    found = ["sincere opponents"] if len(contests) > 1 else []
    return [*found, *(["a mediator who plays the solved talks"] if "mediator" in roles else [])]
