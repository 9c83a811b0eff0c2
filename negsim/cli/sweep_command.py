"""``negsim sweep``: a scenario solved at many points of some named numbers."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from negsim.cli.common import (
    announce,
    claim_folder,
    compiled_scenario,
    deliver,
    holder_of,
    keeping,
    party_option,
    progress_bar,
    scenario_options,
    time_limited,
)
from negsim.deadline import has_limit
from negsim.errors import UsageError

if TYPE_CHECKING:
    from negsim.dynamics.build import Compiled
    from negsim.sampling.design import Design
    from negsim.sampling.named import RulesByParty
    from negsim.sampling.results import Results
    from negsim.scenario.model import Scenario

FINE = 25
"""Values of a number over its range in a refined sweep where the user names none."""

MOST_REFINED = 2
"""Most numbers of a refined sweep."""

LISTS = {
    "--set": "settings",
    "--vary": "varied",
    "--distribution": "distributions",
    "--correlate": "correlations",
    "--statement": "statements",
    "--strategy": "choices",
    "--measure": "measures",
}
"""Options that may be given several times, by the names of their values."""


@dataclass(frozen=True)
class Asked:
    """What the options of the command ask for."""

    settings: tuple[str, ...]
    varied: tuple[str, ...]
    design: str
    distributions: tuple[str, ...]
    correlations: tuple[str, ...]
    statements: tuple[str, ...]
    measures: tuple[str, ...]
    refine: bool
    choices: tuple[str, ...]
    party: str | None
    cluster: str | None
    workers: int


@click.command("sweep")
@scenario_options
@time_limited
@click.option(
    "--vary",
    "varied",
    multiple=True,
    metavar="NAME=LO:HI[:N]",
    help="A named number, its range and values in a grid (default 11); any number of times.",
)
@click.option(
    "--design",
    "design",
    default="",
    metavar="KIND:POINTS|FILE.json",
    help="lhs, sobol, mc, saltelli, oat or ordinal, over --vary or all stated ranges; or a file.",
)
@click.option(
    "--distribution",
    "distributions",
    multiple=True,
    metavar="NAME=KIND",
    help="triangular, pert, normal, loguniform; default uniform.",
)
@click.option(
    "--correlate",
    "correlations",
    multiple=True,
    metavar="NAME,NAME=R",
    help="Rank correlation of two numbers, for mc and sobol.",
)
@click.option(
    "--statement",
    "statements",
    multiple=True,
    metavar="TEXT",
    help='For ordinal: "russia accepted energy_truce", "payoffs.a.x > payoffs.a.y".',
)
@click.option(
    "--measure",
    "measures",
    multiple=True,
    metavar="NAME[.SUBJECT]",
    help="What to keep of each point, see negsim list measures; any number of times.",
)
@click.option(
    "--refine",
    is_flag=True,
    help="Solve a finer grid (default 25 values a number) along borders only; one or two --vary.",
)
@click.option(
    "--strategy",
    "choices",
    multiple=True,
    metavar="PARTY=STRATEGY[:PARAMETER=VALUE,...]",
    help="Who plays by a rule; --vary strategies.PARTY.PARAMETER=LO:HI varies it.",
)
@party_option("Whose label and value of delay, where labels are drawn")
@click.option(
    "--cluster", metavar="ADDRESS", help="A running Dask scheduler, as tcp://127.0.0.1:8786."
)
@click.option(
    "--workers",
    type=click.IntRange(1, 256),
    default=os.cpu_count() or 1,
    show_default="all processors",
    help="Processes.",
)
def command(file: Path, as_json: bool, seed: int, out: Path | None, **options: Any) -> None:
    """Solve the talks at many points and draw what changes, and where delay stops paying.

    Interrupted or killed, the same command goes on where it stopped.
    """
    from negsim.questions.conclusions import has_agreement
    from negsim.questions.sweep.answer import Sweep
    from negsim.questions.sweep.ask import labels_given_record
    from negsim.questions.sweep.draw import write_sweep
    from negsim.questions.sweep.say import show_phase, show_sweep
    from negsim.sampling.named import parse_rules

    asked = Asked(**options)
    if not asked.varied and not asked.design:
        raise UsageError("negsim sweep: expected --vary NAME=LO:HI:N or --design KIND:POINTS")
    check_refined(asked)
    compiled = compiled_scenario(file, asked.settings)
    scenario, rules = compiled.scenario, parse_rules(asked.choices, compiled)
    if asked.refine and not has_agreement(scenario):
        raise UsageError("--refine: no end of this scenario is an agreement, so there is no label")
    design = design_asked(scenario, asked, rules, seed)
    folder = out or Path("out") / f"{file.stem}_sweep"
    claim = claim_folder(folder, holder_of("sweep", scenario), ["phase.json"])
    if not asked.refine:
        announce(compiled, design.size)
    asked = replace(asked, party=labelled_party(compiled, asked, rules))
    line, text = command_line(file, seed, asked), whole_text(scenario, file)
    with keeping(folder), progress_bar("sweep") as progress:
        solve = solving(scenario, design, asked, rules)
        results = solve(out=folder, command=line, text=text, seed=seed, progress=progress)
    anew = {} if rules else labels_given_record(scenario, results, seed, asked.workers)
    answer = write_sweep(results, claim, anew)
    if deliver(answer, as_json, None):
        return
    if isinstance(answer, Sweep):
        show_sweep(answer, folder)
    else:
        show_phase(scenario.title, scenario.party(answer.party).label, answer, str(folder))


def solving(
    scenario: Scenario, design: Design, asked: Asked, rules: RulesByParty
) -> Callable[..., Results]:
    """Return what solves the points: all of the design, or those along borders."""
    from negsim.questions.sweep.phase import refined_sweep
    from negsim.sampling.run import sweep

    if asked.refine:
        party = str(asked.party)
        return partial(refined_sweep, scenario, design, party, threads=asked.workers)
    return partial(
        sweep,
        scenario,
        design,
        kept_measures(scenario, asked, rules),
        workers=asked.workers,
        rules=rules,
        cluster=asked.cluster,
    )


def whole_text(scenario: Scenario, file: Path) -> str:
    """Return the text of a scenario file and, below it, those of the files that it extends."""
    files = dict.fromkeys(path for path, _ in scenario.lines.values() if path != scenario.path)
    below = [f"# extended: {path}\n{Path(path).read_text(encoding='utf-8')}" for path in files]
    return "\n".join([file.read_text(encoding="utf-8"), *below])


def check_refined(asked: Asked) -> None:
    """Check what does not go with --refine.

    Raises
    ------
    UsageError
        If something else is asked for that does not go with it.
    """
    if not asked.refine:
        return
    if has_limit():
        raise UsageError("--time-limit: not used with --refine, which needs all borders")
    others = {
        "--design": "design",
        "--measure": "measures",
        "--strategy": "choices",
        "--cluster": "cluster",
    }
    for option, key in others.items():
        if getattr(asked, key):
            raise UsageError(f"{option}: not used with --refine, which looks for borders of labels")
    if len(asked.varied) > MOST_REFINED:
        raise UsageError(f"--refine: {len(asked.varied)} numbers varied, expected one or two")


def design_asked(scenario: Scenario, asked: Asked, rules: RulesByParty, seed: int) -> Design:
    """Return the points that are asked for; errors as ``design.parse_design``."""
    from negsim.sampling.asked import DEFAULT_COUNT
    from negsim.sampling.design import Request, parse_design

    request = Request(
        varied=asked.varied,
        distributions=asked.distributions,
        correlations=asked.correlations,
        statements=asked.statements,
        design=asked.design,
        seed=seed,
        rules=rules,
        usual=FINE if asked.refine else DEFAULT_COUNT,
    )
    return parse_design(request, scenario)


def labelled_party(compiled: Compiled, asked: Asked, rules: RulesByParty) -> str | None:
    """Return the party asked for, or by default whose labels are drawn; None if none are.

    Raises
    ------
    UnknownNameError
        If there is no party of that name.
    """
    from negsim.analysis.delay.default_party import default_party
    from negsim.analysis.delay.stalling import analyse
    from negsim.questions.conclusions import has_agreement

    if asked.party is not None:
        return compiled.scenario.party(asked.party).name
    others = asked.measures or rules or not has_agreement(compiled.scenario)
    return default_party(analyse(compiled)) if asked.refine or not others else None


def kept_measures(scenario: Scenario, asked: Asked, rules: RulesByParty) -> list[str]:
    """Return the measures to keep.

    With a label go the mark where it hangs on the selection, and the chance of the record, if there
    is one.
    """
    found = [*(asked.measures or usual_measures(scenario, asked.party, rules))]
    labelled = [name.partition(".")[2] for name in found if name.startswith("label.")]
    also = [f"selection_marks.{party}" for party in labelled]
    also += ["record_chance"] if scenario.record and labelled else []
    return [*dict.fromkeys([*found, *also])]


def usual_measures(scenario: Scenario, party: str | None, rules: RulesByParty) -> list[str]:
    """Return the measures of a party's phase diagram, or of play where somebody plays by a rule.

    Where no end is an agreement there are no labels to draw: what is in effect in round 1, and what
    the talks are worth.
    """
    from negsim.questions.conclusions import has_agreement
    from negsim.questions.sweep.phase import phase_measures

    if rules:
        others = [each.name for each in scenario.parties if each.role != "mediator"]
        return [*(f"play_payoff.{name}" for name in others), "play_settled", "play_rounds"]
    if party is None or not has_agreement(scenario):
        found = [f"in_effect.{option.name}" for option in scenario.options]
        return [*found, *(f"value.{each.name}" for each in scenario.parties), "end_round"]
    return phase_measures(party)


def command_line(file: Path, seed: int, asked: Asked) -> str:
    """Return the command that does the same sweep again."""
    words = ["negsim", "sweep", file.as_posix()]
    words += [
        part
        for option, key in LISTS.items()
        for text in getattr(asked, key)
        for part in (option, text)
    ]
    words += ["--design", asked.design] if asked.design else []
    words += ["--refine"] if asked.refine else []
    words += ["--party", asked.party] if asked.party else []
    return shlex.join([*words, "--seed", str(seed)])
