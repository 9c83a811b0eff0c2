"""The report: one self-contained page, its figures, its numbers and its tables, written at once."""

from __future__ import annotations

from dataclasses import astuple, fields
from math import isfinite
from pathlib import Path
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from negsim.cells import csv_text
from negsim.drawing.plots import element, save
from negsim.drawing.save import write_json
from negsim.drawing.terminal import sign
from negsim.drawing.words import (
    CAVEAT,
    LABEL_WORDS,
    NO_AGREEMENT,
    NOT_IN_TIME,
    amount,
    counted,
    percent,
)
from negsim.dynamics.build import compile_scenario
from negsim.folders import FolderClaim, Holder, claimed
from negsim.page.answer import Run
from negsim.page.figures import figures
from negsim.page.gather import gather
from negsim.page.results import sealed
from negsim.page.sentences import (
    calm_words,
    package_words,
    record_sentence,
    rival_sentence,
    stretches,
    summary,
)
from negsim.page.tables import tables
from negsim.questions.delay.say import derived_label
from negsim.questions.outcomes.answer import OutcomeRow
from negsim.scenario.model import Scenario

RUN = "run"
"""The study of which a report is."""

MAIN_PARTS = ("report.html", "results.json", "figures/outcomes.svg", "tables/outcomes.csv")
"""What every report writes, to be looked for before anything is solved."""

QUESTIONS = (
    "What can come out of this?",
    "Is anyone playing for time?",
    "What would change it?",
    "How sure is that?",
    "How do rules of thumb fare?",
)


def report(scenario: Scenario, out: str | Path, seed: int = 0) -> Run:
    """Answer the five questions for a scenario, write the report and return the findings.

    Raises
    ------
    UsageError
        If the folder cannot be written to, or holds something else than a report of the scenario.
    GameError
        If the scenario breaks its own rules or a chance leaves [0, 1].

    Examples
    --------
    >>> from negsim.scenario.load import loads
    >>> from negsim.scenario.starter import starter_text
    >>> scenario = loads(starter_text())
    >>> import tempfile
    >>> folder = Path(tempfile.mkdtemp()) / "river"
    >>> findings = report(scenario.set({"talks.rounds": 2}), folder)
    >>> sorted(each.name for each in folder.iterdir())
    ['figures', 'negsim.json', 'report.html', 'results.json', 'tables']
    """
    command = f"negsim run {scenario.path} --seed {seed}"
    findings = gather(compile_scenario(scenario), seed, command, _quietly)
    write_report(findings, Path(out))
    return findings


def _quietly(_what: str) -> None:
    pass


def write_report(findings: Run, folder: Path) -> None:
    """Write report.html, figures/, tables/ and results.json to a folder, or nothing.

    Raises
    ------
    UsageError
        If the folder cannot be written to, or holds something else than a report of the scenario.
    """
    with claimed(folder, report_holder(findings)) as claim:
        put_report(findings, claim)


def report_holder(findings: Run) -> Holder:
    """Return whose results a report holds."""
    about = findings.about
    return Holder(RUN, about.file, about.title, about.digest)


def put_report(findings: Run, claim: FolderClaim) -> None:
    """Write the report to a folder that is claimed; errors as :func:`write_report`."""
    with claim.staged() as made:
        fill(findings, made)


def fill(findings: Run, folder: Path) -> None:
    """Write every part of the report to an empty folder."""
    (folder / "figures").mkdir()
    (folder / "tables").mkdir()
    drawings = {}
    for name, figure in figures(findings).items():
        vector, _ = save(figure, folder / "figures", name)
        drawings[name] = element(vector.read_text(encoding="utf-8"))
    for name, rows in tables(findings).items():
        (folder / "tables" / f"{name}.csv").write_text(csv_text(rows), encoding="utf-8")
    write_json(sealed(findings), folder / "results.json")
    page = render(findings, drawings)
    (folder / "report.html").write_text(page, encoding="utf-8")


def render(findings: Run, drawings: dict[str, str]) -> str:
    """Return the page with its figures inside it."""
    environment = Environment(
        loader=PackageLoader("negsim.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    template = environment.get_template("report.html.j2")
    return template.render(**vocabulary(findings, drawings))


def vocabulary(findings: Run, drawings: dict[str, str]) -> dict[str, Any]:
    """Return the words and small functions that the template uses."""
    names = {claim.name: claim.says for claim in findings.claims}
    reasons = {number.name: number.why for number in findings.about.numbers}
    rules = findings.play.run.rules if findings.play else ()
    played = zip(findings.about.parties, rules, strict=False)
    return {
        **{each.name: getattr(findings, each.name) for each in fields(findings)},
        "questions": QUESTIONS,
        "summary": [line.split(" ", 1)[1] for line in summary(findings)],
        "caveat": CAVEAT,
        "no_agreement": NO_AGREEMENT,
        "not_in_time": NOT_IN_TIME,
        "rival": rival_sentence(findings) if findings.about.has_agreement else "",
        "on_record": record_sentence(findings, findings.robustness) if findings.robustness else "",
        "words": LABEL_WORDS,
        "focus": findings.focus,
        "ledgers": [name for name in drawings if name.startswith("ledger_")],
        "maps": [name for name in drawings if name.startswith("labels_")],
        "option_words": findings.about.option_words,
        "run_words": ", ".join(f"{party.label}: {rule}" for party, rule in played),
        "figure": lambda name, caption: framed(drawings, name, caption),
        "code": code,
        "amount": amount,
        "derived_label": derived_label,
        "is_finite": isfinite,
        "number": lambda value: amount(value) if value is not None and isfinite(value) else "none",
        "percent": percent,
        "stretches": stretches,
        "package_words": package_words,
        "calm_words": calm_words,
        "counted": counted,
        "marks": outcome_marks,
        "signs": lambda tests: "  ".join(map(sign, astuple(tests))),
        "largest": lambda by_player: max(by_player.values()),
        "likeliest": likeliest,
        "first_of": lambda chances: next(iter(chances)),
        "label": findings.party_label,
        "says": lambda name: names[name],
        "why": lambda name: reasons.get(name, ""),
    }


def framed(drawings: dict[str, str], name: str, caption: str) -> Markup:
    """Return a drawing with its caption, or nothing if it was not drawn."""
    if name not in drawings:
        return Markup("")
    caption_html = Markup("<figcaption>{}</figcaption>").format(caption)
    return Markup("<figure>") + Markup(drawings[name]) + caption_html + Markup("</figure>")


def code(name: str) -> Markup:
    """Return a dotted name that may break after its dots.

    >>> code("payoffs.a.b")
    Markup('<code>payoffs.<wbr>a.<wbr>b</code>')
    """
    parts = Markup(".<wbr>").join(name.split("."))
    return Markup("<code>{}</code>").format(parts)


def outcome_marks(row: OutcomeRow) -> str:
    """Return what an outcome is, in words."""
    marks = {
        "equilibrium": row.equilibrium,
        "Pareto efficient": row.efficient,
        "Nash bargaining": row.bargaining,
    }
    return ", ".join(word for word, holds in marks.items() if holds)


def likeliest(chances: dict[str, float]) -> str:
    """Return the most likely move and its chance."""
    move = max(chances, key=lambda name: chances[name])
    return f"“{move}” {percent(chances[move])}"
