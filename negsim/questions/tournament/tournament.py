"""Tournaments: every strategy of one role against every strategy of another, all else fixed.

The tournament is a list of *pairings*: a horizon and a level of noise, and one strategy for each
role. All of them meet the same luck (common random numbers). Beside the pairings there are
*answers*: the exact best response of one role to each strategy of the other, which tells how far a
strategy can be exploited, and what a party gains by exploiting it instead of being sincere.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing, suppress
from dataclasses import dataclass, field
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from negsim.arrays import FloatArray
from negsim.deadline import is_over, leave_out
from negsim.dynamics.build import Compiled, compile_scenario
from negsim.errors import NegsimError, UsageError
from negsim.playing.engine import said_to_nobody
from negsim.playing.horizon import AS_FILED, Horizon
from negsim.playing.lineup import choose
from negsim.playing.noise import NO_NOISE, Noise, trembling
from negsim.playing.registry import parse
from negsim.playing.response import best_response
from negsim.playing.runs import Expectation, Runs, means
from negsim.playing.strategy import Strategy, Tables
from negsim.playing.user_code import ENDING, file_of
from negsim.questions.rules.contest import agreements
from negsim.questions.rules.staging import (
    Casting,
    check_stage,
    expect_if_small,
    play_stage,
    stage,
)
from negsim.questions.tournament.store import TournamentStore
from negsim.scenario.model import Scenario
from negsim.scenario.moves import movers

SINCERE = "sincere"
AHEAD = 4
"""Jobs given out in advance, per worker."""


@dataclass(frozen=True)
class Entry:
    """What a tournament is to play.

    Attributes
    ----------
    roles
        the two parties whose strategies vary.
    rules
        for each role the texts of its strategies.
    others
        the strategy of every other party.
    horizons, noises
        the lengths of the talks and the levels of noise, all combined.
    runs, seed
        runs of each pairing, and the seed that all share.
    """

    roles: tuple[str, str]
    rules: tuple[tuple[str, ...], tuple[str, ...]]
    others: Mapping[str, str] = field(default_factory=dict)
    horizons: tuple[Horizon, ...] = (AS_FILED,)
    noises: tuple[Noise, ...] = (NO_NOISE,)
    runs: int = 1000
    seed: int = 0

    @cached_property
    def settings(self) -> tuple[tuple[Horizon, Noise], ...]:
        """Return every horizon with every level of noise."""
        return tuple(itertools.product(self.horizons, self.noises))

    def setting_words(self, setting: int) -> str:
        """Return a setting in words."""
        horizon, noise = self.settings[setting]
        words = [f"horizon {horizon}"]
        words += [f"noise {noise.error:g}"] if noise.error else []
        words += [f"misperception {noise.misperception:g}"] if noise.misperception else []
        return ", ".join(words)


class Job(NamedTuple):
    """One piece of work: a pairing, or the answer of a role (0 or 1) to a rule of the other.

    ``answers`` is -1 for a pairing; of an answer, only the other role's rule matters.
    """

    setting: int
    first: int
    second: int
    answers: int


@dataclass(frozen=True)
class Result:
    """What a tournament came to.

    Attributes
    ----------
    columns
        for each measure an array (settings, rules of the first role, rules of the second); NaN
        where a pairing was not played. ``payoff NAME`` is exact where the memories could be
        followed and the mean of the runs otherwise; ``mean NAME`` and ``error NAME`` are the mean
        of the runs and its standard error.
    answers
        for each role (0, 1) an array (settings, rules of the other role): what its best response
        to that rule is worth; NaN where it was not worked out.
    skipped
        pairings that cannot be played, with the reason.
    complete
        whether all pairings were played.
    """

    entry: Entry
    parties: tuple[str, ...]
    columns: Mapping[str, FloatArray]
    answers: tuple[FloatArray, FloatArray]
    skipped: Mapping[tuple[int, int], str]
    complete: bool


def enter(
    scenario: Scenario,
    roles: Sequence[str],
    rules: Sequence[Sequence[str]],
    others: Mapping[str, str] | None = None,
    **options: Any,
) -> Entry:
    """Return what a tournament is to play, checked; ``options`` are the fields of :class:`Entry`.

    Parties of no role play sincerely, mediators the solved talks, unless ``others`` says otherwise.

    Raises
    ------
    UnknownNameError, UsageError
        If a party or strategy is not known, there are not two roles, a role has no strategy or one
        twice, there are fewer than 1 runs, or ``others`` names a role.
    """
    for name in [*roles, *(others or {})]:
        scenario.party(name)
    if len(roles) != 2 or roles[0] == roles[1]:
        raise UsageError(f"a tournament is between two roles, got {', '.join(roles) or 'none'}")
    given = dict(others or {})
    for name in roles:
        if name in given:
            raise UsageError(f"{name} is a role of the tournament; expected no fixed strategy")
    fixed = {
        party.name: given.get(party.name, "equilibrium" if party.role == "mediator" else SINCERE)
        for party in scenario.parties
        if party.name not in roles
    }
    compiled = compile_scenario(scenario)
    listed = tuple(
        tuple(str(choose(compiled, name, text)) for text in own)
        for name, own in zip(roles, rules, strict=True)
    )
    for name, own in zip(roles, listed, strict=True):
        if not own:
            raise UsageError(f"{name} has no strategy; expected one at least")
        twice = [text for text in own if own.count(text) > 1]
        if twice:
            raise UsageError(f"{name} has the strategy {twice[0]} twice")
    for name, text in fixed.items():
        choose(compiled, name, text)
    entry = Entry((roles[0], roles[1]), (listed[0], listed[1]), fixed, **options)
    if entry.runs < 1:
        raise UsageError(f"runs is {entry.runs}, expected at least 1")
    return entry


def tournament(
    compiled: Compiled,
    entry: Entry,
    *,
    out: Path | None = None,
    workers: int = 1,
    progress: Callable[[int, int], None] | None = None,
) -> Result:
    """Play a tournament, or go on with one.

    Every job is committed to ``tournament.sqlite`` in ``out`` as soon as it is done, in one
    transaction; the same call goes on from there and ends with the same table.

    Parameters
    ----------
    out
        folder of the store, made if it is not there; None keeps nothing.
    workers
        jobs done at the same time, in threads; the results do not depend on it.
    progress
        called with the number of jobs done and of all jobs.

    Raises
    ------
    UsageError
        If the folder holds another tournament or cannot be written to, or tables or runs are too
        large.
    """
    arena = Hall(compiled, entry)
    for casting in arena.castings:
        check_stage(casting.ready, entry.runs)
    names = [party.name for party in compiled.scenario.parties]
    with TournamentStore.opened(out) as store:
        store.begin(manifest_of(compiled, entry), measure_names(compiled))
        done = store.done()
        jobs = jobs_of(entry)
        report = progress or said_to_nobody
        report(len(done), len(jobs))
        todo = [(place, job) for place, job in enumerate(jobs) if place not in done]
        with closing(played(arena, todo, workers)) as rows:
            for finished, (place, row) in enumerate(rows, 1):
                store.write(place, jobs[place], row)
                report(len(done) + finished, len(jobs))
                if is_over() and finished < len(todo):
                    leave_out(f"{len(done) + finished:,} of {len(jobs):,} jobs")
                    break
        return collected(entry, tuple(names), jobs, store)


def jobs_of(entry: Entry) -> list[Job]:
    """Return the jobs of a tournament: all pairings, then the answers."""
    sizes = [range(len(own)) for own in entry.rules]
    settings = range(len(entry.settings))
    pairings = [Job(s, a, b, -1) for s, a, b in itertools.product(settings, *sizes)]
    first = [Job(s, -1, b, 0) for s, b in itertools.product(settings, sizes[1])]
    return pairings + first + [Job(s, a, -1, 1) for s, a in itertools.product(settings, sizes[0])]


@dataclass(frozen=True)
class Hall:
    """The tournament's stages, one a horizon, and its strategies as values."""

    compiled: Compiled
    entry: Entry

    @cached_property
    def castings(self) -> tuple[Casting, ...]:
        """Return a stage for each horizon, with the tables that strategies make of it."""
        return tuple(Casting(stage(self.compiled, horizon=each)) for each in self.entry.horizons)

    @cached_property
    def players(self) -> tuple[int, int]:
        """Return the numbers of the two roles among the parties."""
        names = [party.name for party in self.compiled.scenario.parties]
        return names.index(self.entry.roles[0]), names.index(self.entry.roles[1])

    @cached_property
    def strategies(self) -> dict[tuple[str, str], Strategy]:
        """Return every strategy by party and text; a user's file is run once for each."""
        texts = [*self.entry.others.items()]
        for name, own in zip(self.entry.roles, self.entry.rules, strict=True):
            texts += [(name, text) for text in own]
        return {(name, text): choose(self.compiled, name, text) for name, text in texts}

    def prepare(self) -> None:
        """Make everybody's tables and solve the talks, before threads ask for them.

        Tables that cannot be made are told of in the pairings that need them.
        """
        for casting in self.castings:
            assert casting.ready.offers
            for first, second in itertools.zip_longest(*(range(len(r)) for r in self.entry.rules)):
                rules = self.lineup(first or 0, second or 0)
                if not any(rule.answers_others for rule in rules):
                    with suppress(NegsimError):
                        casting.lineup(rules)

    def lineup(self, first: int, second: int) -> list[Strategy]:
        """Return everybody's strategy in a pairing."""
        chosen = dict(self.entry.others)
        chosen[self.entry.roles[0]] = self.entry.rules[0][first]
        chosen[self.entry.roles[1]] = self.entry.rules[1][second]
        names = [party.name for party in self.compiled.scenario.parties]
        return [self.strategies[name, chosen[name]] for name in names]

    def row(self, job: Job) -> dict[str, float] | str:
        """Do a job: return its measures, or why it cannot be done."""
        try:
            return self.pairing(job) if job.answers < 0 else self.answer(job)
        except NegsimError as error:
            return str(error)

    def pairing(self, job: Job) -> dict[str, float]:
        """Play a pairing."""
        horizon, noise = self.entry.settings[job.setting]
        casting = self.castings[self.entry.horizons.index(horizon)]
        lineup = casting.lineup(self.lineup(job.first, job.second))
        runs, _ = play_stage(
            casting.ready,
            lineup,
            runs=self.entry.runs,
            seed=self.entry.seed,
            noise=noise,
            offers=True,
        )
        return measured(self.compiled, runs, expect_if_small(casting.ready, lineup, noise))

    def answer(self, job: Job) -> dict[str, float]:
        """Return what a role's best response to a rule of the other is worth, over the types.

        The other parties tremble as they do in the pairings, and so does the role; nobody misreads
        anything, since what the others remember would not be known.
        """
        horizon, noise = self.entry.settings[job.setting]
        casting = self.castings[self.entry.horizons.index(horizon)]
        player = self.players[job.answers]
        rules = self.lineup(max(job.first, 0), max(job.second, 0))
        rules[player] = parse(SINCERE)
        worth = 0.0
        for profile, chance in enumerate(casting.ready.chances):
            if chance:
                tables = casting.row(profile, rules)
                worth += chance * self.best(casting, profile, player, tables, noise)
        return {"answer": worth}

    def best(
        self, casting: Casting, profile: int, player: int, tables: Sequence[Tables], noise: Noise
    ) -> float:
        """Return the value of a best response in one type profile."""
        others = {
            other: trembling(own, noise.error)
            for other, own in enumerate(tables)
            if other != player
        }
        game = casting.ready.played
        return best_response(game, player, others, profile, noise.error).value


def measure_names(compiled: Compiled) -> list[str]:
    """Return the names of the measures of a job."""
    names = [party.name for party in compiled.scenario.parties]
    kinds = ("payoff", "mean", "error", "empty offers", "error of empty offers")
    costs = [cost.number for cost in compiled.scenario.costs]
    return [
        *(f"{kind} {name}" for name in names for kind in kinds),
        *(f"{kind}{number}" for number in costs for kind in ("", "error of ")),
        "exact",
        "agreement",
        "error of agreement",
        "rounds",
        "error of rounds",
        "answer",
    ]


def measured(compiled: Compiled, runs: Runs, found: Expectation | None) -> dict[str, float]:
    """Return the measures of a pairing."""
    row: dict[str, float] = {"exact": float(found is not None)}
    payoffs, empty, costs = runs.means(), means(runs.empty_share()), means(runs.costs)
    for player, party in enumerate(compiled.scenario.parties):
        mean = float(payoffs.payoffs[player])
        row[f"payoff {party.name}"] = mean if found is None else float(found.payoffs[player])
        row[f"mean {party.name}"] = mean
        row[f"error {party.name}"] = float(payoffs.errors[player])
        row[f"empty offers {party.name}"] = float(empty.payoffs[player])
        row[f"error of empty offers {party.name}"] = float(empty.errors[player])
    for place, cost in enumerate(compiled.scenario.costs):
        row[cost.number] = float(costs.payoffs[place])
        row[f"error of {cost.number}"] = float(costs.errors[place])
    agreed = agreements(compiled)[runs.end].astype(float)
    for name, values in (("agreement", agreed), ("rounds", runs.end_round + 1.0)):
        mean_of, error = means(np.asarray(values, dtype=np.float64)[:, None])
        row[name], row[f"error of {name}"] = float(mean_of[0]), float(error[0])
    return row


def played(
    hall: Hall, todo: Sequence[tuple[int, Job]], workers: int
) -> Generator[tuple[int, dict[str, float] | str]]:
    """Yield the place and the row of each job as it is done, here or in threads."""
    if todo:
        hall.prepare()
    if workers == 1:
        for place, job in todo:
            yield place, hall.row(job)
        return
    waiting: dict[Future[dict[str, float] | str], int] = {}
    pool = ThreadPoolExecutor(workers)
    try:
        for place, job in todo:
            waiting[pool.submit(hall.row, job)] = place
            if len(waiting) >= AHEAD * workers:
                yield from finished(waiting)
        while waiting:
            yield from finished(waiting)
    finally:
        pool.shutdown(cancel_futures=True)


def finished(
    waiting: dict[Future[dict[str, float] | str], int],
) -> Iterator[tuple[int, dict[str, float] | str]]:
    """Yield the jobs that are done by now, one at least."""
    done, _ = wait(waiting, return_when=FIRST_COMPLETED)
    for future in sorted(done, key=lambda each: waiting[each]):
        yield waiting.pop(future), future.result()


def manifest_of(compiled: Compiled, entry: Entry) -> dict[str, Any]:
    """Return what makes two tournaments the same; of a user's strategies also their code."""
    scenario = compiled.scenario
    texts = [*entry.others.values(), *itertools.chain(*entry.rules)]
    files = sorted({file_of(text) for text in texts if ENDING in text})
    return {
        "scenario": scenario.digest,
        "numbers": {name: str(number.value) for name, number in scenario.numbers.items()},
        "roles": list(entry.roles),
        "rules": [list(own) for own in entry.rules],
        "others": dict(entry.others),
        "files": {path.as_posix(): sha256(path.read_bytes()).hexdigest() for path in files},
        "settings": [entry.setting_words(place) for place in range(len(entry.settings))],
        "runs": entry.runs,
        "seed": entry.seed,
    }


def collected(
    entry: Entry, parties: tuple[str, ...], jobs: Sequence[Job], store: TournamentStore
) -> Result:
    """Return the tables of what is in the store."""
    shape = (len(entry.settings), len(entry.rules[0]), len(entry.rules[1]))
    rows = store.rows()
    names = [name for name in store.names() if name != "answer"]
    columns = {name: np.full(shape, np.nan) for name in names}
    answers = np.full((shape[0], shape[2]), np.nan), np.full((shape[0], shape[1]), np.nan)
    skipped: dict[tuple[int, int], str] = {}
    for place, (error, values) in rows.items():
        job = jobs[place]
        if error is not None:
            if job.answers < 0:
                skipped[job.first, job.second] = error
        elif job.answers < 0:
            for name in names:
                columns[name][job.setting, job.first, job.second] = values[name]
        else:
            own = job.second if job.answers == 0 else job.first
            answers[job.answers][job.setting, own] = values["answer"]
    return Result(entry, parties, columns, answers, skipped, len(rows) == len(jobs))


def default_roles(scenario: Scenario) -> tuple[str, str]:
    """Return the roles of a tournament that names none: a party and a mediator, or two parties.

    Raises
    ------
    UsageError
        If fewer than two parties have a choice.
    """
    able = [party for party in scenario.parties if party.name in movers(scenario)]
    sides = [party.name for party in able if party.role != "mediator"]
    middle = [party.name for party in able if party.role == "mediator"]
    chosen = [*sides[:1], *middle[:1], *sides[1:2], *middle[1:2]][:2]
    if len(chosen) < 2:
        raise UsageError(f"a tournament needs two parties with a choice, got {len(chosen)}")
    return chosen[0], chosen[1]
