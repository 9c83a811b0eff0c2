"""What ``negsim counter`` returns: what each measure does to the delay, and who pays."""

from __future__ import annotations

from dataclasses import dataclass

from negsim.answers import Answer, Real


@dataclass(frozen=True)
class ToldEffect:
    """What is left of the delay under a measure; gains and costs are against the scenario as it is.

    ``boundary`` is the share of the channels' strength from which delay pays: infinite where it
    never does, undefined without channels.
    """

    label: str
    label_worst: str
    delay: Real
    agreement_chance: Real
    end_round: Real
    boundary: Real
    values: tuple[Real, ...]
    gains: tuple[Real, ...]
    costs: tuple[Real, ...]


@dataclass(frozen=True)
class WatchedParty:
    """From which discount on a watched party keeps the truce, with the measure and before."""

    party: str
    label: str
    critical: Real
    critical_before: Real
    own: float


@dataclass(frozen=True)
class TruceUnderMeasure:
    """What a measure does to the truce that signals watch; values are a round's, while kept."""

    watched: tuple[WatchedParty, ...]
    holds: bool
    holds_before: bool
    false_alarm: Real
    false_alarm_before: Real
    values: tuple[Real, ...]
    gains: tuple[Real, ...]


@dataclass(frozen=True)
class TriedMeasure:
    """One measure: how strong it is, what it does, how strong it must be; or why it does not apply.

    ``kept`` is of a measure of monitoring; ``uncommitted`` of one that the mediator may decide on
    each time.
    """

    measure: str
    name: str
    summary: str
    main: str
    strength: Real
    strongest: Real
    reason: str | None = None
    kept: TruceUnderMeasure | None = None
    committed: ToldEffect | None = None
    uncommitted: ToldEffect | None = None
    enough: Real | None = None

    @property
    def short(self) -> str:
        """Return the measure by its name and main parameter."""
        return short_words(self.name, self.main, self.strength)


@dataclass(frozen=True)
class MediatorCommitment:
    """What committing to a measure, or to none, brings the mediator: best and worst equilibrium."""

    measure: str
    name: str
    main: str | None
    best: Real
    worst: Real
    strength: float | None = None

    @property
    def short(self) -> str:
        """Return the measure by its name and main parameter."""
        return short_words(self.name, self.main, self.strength or 0.0)


@dataclass(frozen=True)
class Counter(Answer):
    """What each measure does, with commitment and without; ``plain`` is the scenario as it is."""

    scenario: str
    seed: int
    title: str
    party: str
    parties: tuple[str, ...]
    has_agreement: bool
    costs: tuple[str, ...]
    plain: ToldEffect
    measures: tuple[TriedMeasure, ...]
    mediator: str | None
    commitments: tuple[MediatorCommitment, ...]


def short_words(name: str, main: str | None, strength: float) -> str:
    """Return a measure by its name and main parameter.

    >>> short_words("hazard", "chance", 0.1), short_words("nothing", None, 0.0)
    ('hazard, chance 0.1', 'nothing')
    """
    return name if main is None else f"{name.replace('_', ' ')}, {main} {strength:g}"
