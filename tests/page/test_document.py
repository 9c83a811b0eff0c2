"""The report: whole, self-contained, escaped, the same every time, written at once or not."""

from __future__ import annotations

import csv
import json
import os
import re
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from negsim.errors import UsageError
from negsim.page import document
from negsim.page.answer import Run
from negsim.page.document import QUESTIONS, report, write_report
from negsim.page.results import read_results, sealed
from negsim.page.tables import tables
from negsim.questions.delay.answer import Variant
from negsim.questions.sweep.ask import ask_lever_phase
from negsim.scenario.load import load, loads

NAMES = [
    "march_2025",
    "chicken",
    "drift",
    "prisoners_dilemma",
    "three_party_talks",
    "truce",
    "bare",
]
VOID = {"meta", "br", "wbr", "img", "link", "hr", "input"}


class Page(HTMLParser):
    """What a browser would see: tags with attributes, text, and whether tags are balanced."""

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.open: list[str] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data

    @property
    def ids(self) -> list[str]:
        return [str(attributes["id"]) for _, attributes in self.tags if "id" in attributes]


@pytest.fixture(params=NAMES)
def made(request: pytest.FixtureRequest, report_of: Callable) -> Path:
    """The report of each scenario."""
    folder, answer = report_of(request.param)
    assert (answer.code, answer.err) == (0, "")
    return Path(folder)


def read(folder: Path, name: str = "report.html") -> str:
    return (folder / name).read_text(encoding="utf-8")


def files_of(folder: Path) -> dict[str, bytes]:
    found = (path for path in folder.rglob("*") if path.is_file())
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def test_the_page_stands_alone(made: Path) -> None:
    page = Page(read(made))
    assert page.open == []
    assert not {tag for tag, _ in page.tags} & {"script", "link", "iframe", "img", "object", "base"}
    for tag, attributes in page.tags:
        for name, value in attributes.items():
            assert not name.startswith("on"), (tag, name)
            if name in ("src", "href", "xlink:href", "action", "data", "srcset"):
                assert str(value).startswith("#"), (tag, name, value)
    without_names = re.sub(r'xmlns(:\w+)?="[^"]*"|<!DOCTYPE[^>]*>', "", read(made))
    assert not re.search(r"https?://|@import|url\((?!#)", without_names)


def test_the_page_answers_the_five_questions_and_shows_every_figure(made: Path) -> None:
    text = read(made)
    for number, question in enumerate(QUESTIONS, 1):
        assert text.count(f">{number}. {question}</h2>") == 1
        assert f"<strong>{question}</strong><br>" in text
    drawings = sorted((made / "figures").glob("*.svg"))
    assert text.count("<figure>") == text.count("<svg ") == len(drawings) >= 3
    assert len(list((made / "figures").glob("*.png"))) == len(drawings)
    shown = [ElementTree.fromstring(read(drawing.parent, drawing.name)) for drawing in drawings]
    assert all(svg.tag.endswith("svg") for svg in shown)
    assert "StrictUndefined" not in text
    assert not re.search(r"\b(None(?!\.)|nan|inf|Undefined)\b", Page(text).text)


def test_names_inside_the_figures_do_not_clash(made: Path) -> None:
    text = read(made)
    page = Page(text)
    pointed_at = set(re.findall(r"url\(#([^)]+)\)", text)) | {
        str(attributes["xlink:href"])[1:]
        for _, attributes in page.tags
        if "xlink:href" in attributes
    }
    assert pointed_at <= set(page.ids)
    twice = {name for name in pointed_at if page.ids.count(name) > 1}
    for name in twice:
        shapes = re.findall(rf'<(\w+) id="{re.escape(name)}"(.*?)(?=</\1>|/>)', text, re.DOTALL)
        assert len(set(shapes)) == 1, f"{name} is two things in one page"


def test_the_page_links_only_to_places_that_are_there(made: Path) -> None:
    page = Page(read(made))
    links = [str(a["href"])[1:] for tag, a in page.tags if tag == "a" and "href" in a]
    assert set(links) <= set(page.ids)


def numbers_in(data: Any) -> set[str]:
    """Return every number and text of nested data as CSV would write it."""
    if isinstance(data, dict):
        return set().union(*map(numbers_in, data.values()), map(str, data))
    if isinstance(data, list):
        return set().union(*map(numbers_in, data))
    return {"" if data is None else str(data)}


def test_results_hold_every_number_of_the_tables(made: Path) -> None:
    findings = json.loads(read(made, "results.json"))
    known = numbers_in(findings)
    names = sorted(path.stem for path in (made / "tables").iterdir())
    assert names == sorted(tables(read_results(made / "results.json")))
    for name in names:
        with (made / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            heads, *rows = list(csv.reader(file))
        assert len(set(heads)) == len(heads)
        for row in rows:
            assert len(row) == len(heads)
            for head, cell in zip(heads, row, strict=True):
                told = head in {"blocked_by", "round", "party"} or cell == "claim"
                assert told or cell in known, (name, head, cell)


def refuse(name: str) -> None:
    raise ValueError(f"{name} is no JSON")


def test_results_are_strict_json_with_versions_seed_and_digest(made: Path) -> None:
    about = json.loads(read(made, "results.json"), parse_constant=refuse)["about"]
    assert about["seed"] == 7
    assert set(about["versions"]) == {"python", "negsim", "numpy", "scipy", "numba", "nashpy"}
    assert re.fullmatch("[0-9a-f]{16}", about["digest"])
    assert about["command"].startswith("negsim run ")
    text = Page(read(made)).text
    assert about["command"] in text
    assert about["digest"] in text


@pytest.mark.parametrize("name", ["march_2025", "truce", "bare"])
def test_the_report_is_written_again_from_its_results(
    name: str, report_of: Callable, tmp_path: Path, command: Callable
) -> None:
    made, again = report_of(name)[0], tmp_path / "again"
    answer = command("report", made, "--out", again)
    assert (answer.code, answer.err) == (0, "")
    assert files_of(again) == files_of(made)


def test_the_same_seed_gives_the_same_bytes_in_another_process(
    report_of: Callable, truce: Path, tmp_path: Path
) -> None:
    words = ["run", str(truce), "--out", str(tmp_path / "again"), "--seed", "7"]
    done = subprocess.run(
        [sys.executable, "-c", "from negsim.cli.main import main; main()", *words],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONHASHSEED": "5", "TZ": "Asia/Tokyo", "COLUMNS": "120"},
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    first, again = files_of(report_of("truce")[0]), files_of(tmp_path / "again")
    assert sorted(first) == sorted(again)
    assert [name for name in first if first[name] != again[name]] == []


def test_the_library_writes_the_same_as_the_command(
    scenario_files: dict[str, Path], report_of: Callable, tmp_path: Path
) -> None:
    findings = report(load(scenario_files["bare"]), tmp_path / "x", seed=7)
    first, again = files_of(report_of("bare")[0]), files_of(tmp_path / "x")
    assert json.loads(again["results.json"]) == sealed(findings)
    assert {name for name in first if first[name] != again[name]} <= {"results.json", "report.html"}


HOSTILE = """
format = 1
title = "<script>alert(1)</script>"
summary = "{{ 7 * 7 }} {% raw %} </style><b>bold</b>"
parties.ann.label = "<b>Ann</b> & $x^2$"
parties.bob.label = "\\"><img src=x onerror=alert(1)>"
options.deal = { label = "<b>x</b> $\\\\frac$ & [red]", parties = ["ann", "bob"] }
talks = { round = "<u>week</u>", rounds = 2 }
state.line = { label = "]]></svg><script>alert(2)</script>", levels = 2, start = 0 }
changes.moves = { add = { line = 1 }, chance = "speed" }
parameters.speed = { value = 0.5, range = [0, 1], why = "<i>why</i>" }
ends.signed = { label = "<!-- signed", kind = "agreement", when = "deal" }
payoffs.ann.x = { at = "signed", value = 1, per = "1 + line", range = [0, 2] }
payoffs.bob.x = { at = "signed", value = 1 }
costs.harm = { label = "<h1>harm</h1>", value = 1 }
channels.drift = { label = "<em>drift</em>", off = { "parameters.speed" = 0 } }
levers.a = { label = "<s>a</s>", sets = "parameters.speed", range = [0, 1] }
levers.b = { label = "javascript:alert(3)", sets = "payoffs.ann.x", range = [0, 2] }
sources.s.cite = "<a href='http://evil.example'>cite</a>"
claims.c = { says = "<marquee>c</marquee>", expect = { round = 1, outcome = "deal or not deal" } }
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("hostile")
    report(loads(HOSTILE), folder / "out", seed=1)
    return folder / "out"


def test_text_of_a_scenario_is_never_markup(hostile: Path, report_of: Callable) -> None:
    page = Page(read(hostile))
    assert page.open == []
    own = {tag for tag, _ in Page(read(report_of("march_2025")[0])).tags}
    assert {tag for tag, _ in page.tags} <= own
    assert not {"script", "img", "marquee", "u", "i", "s", "b"} & {tag for tag, _ in page.tags}
    assert sum(tag == "h1" for tag, _ in page.tags) == 1
    assert all(not name.startswith("on") for _, attributes in page.tags for name in attributes)
    assert "<script>alert(1)</script>" in page.text
    assert "{{ 7 * 7 }} {% raw %}" in page.text
    assert "<marquee>c</marquee>" in page.text


def test_text_of_a_scenario_is_never_markup_in_a_figure(hostile: Path) -> None:
    seen = ""
    for drawing in (hostile / "figures").glob("*.svg"):
        root = ElementTree.fromstring(drawing.read_text(encoding="utf-8"))
        tags = {element.tag.rpartition("}")[2] for element in root.iter()}
        assert not tags & {"script", "b", "img", "a", "foreignObject", "h1", "s", "em"}
        seen += " ".join("".join(element.itertext()) for element in root.iter())
    assert "<b>" in seen
    assert "$x^2$" in seen


def test_a_deadline_can_be_a_lever(truce_text: str) -> None:
    lever = 'levers.deadline = { sets = "talks.rounds", range = [2, 9] }\n'
    text = truce_text.replace("[levers.speed]", f"{lever}[levers.speed]")
    found = ask_lever_phase(loads(text.replace("levers.deadline", "[levers]\ndeadline")), "north")
    assert found is not None
    assert {value.is_integer() for value in found.axes[0]} == {True}
    assert "not solved" not in found.shares


def test_what_is_not_declared_is_said(report_of: Callable) -> None:
    text = Page(read(report_of("bare")[0])).text
    for words in ("nothing to delay", "No number of the scenario has a range.", "None."):
        assert words in text


def test_a_variant_that_cannot_be_solved_is_told(report_of: Callable, tmp_path: Path) -> None:
    findings = findings_of(report_of, "truce")
    first, _, *rest = findings.variants
    failed = Variant("in a circle", failure='solver "limit" finds that play does not settle')
    write_report(replace(findings, variants=(first, failed, *rest)), tmp_path)
    assert 'not solved: solver "limit" finds that play does not settle' in Page(read(tmp_path)).text


def findings_of(report_of: Callable, name: str) -> Run:
    return read_results(report_of(name)[0] / "results.json")


def older(report_of: Callable) -> Run:
    """Return findings of the bare scenario as it was when it was richer."""
    truce, bare = (findings_of(report_of, name) for name in ("truce", "bare"))
    about = replace(truce.about, file=bare.about.file, title=bare.about.title)
    return replace(truce, about=about)


def test_an_older_report_is_replaced_whole(report_of: Callable, tmp_path: Path) -> None:
    write_report(older(report_of), tmp_path)
    more = set(files_of(tmp_path)) - set(files_of(report_of("bare")[0]))
    assert any(name.startswith("figures/") for name in more)
    for mine in ("mine.txt", "figures/mine.png", "tables/mine.csv"):
        (tmp_path / mine).write_text("kept", encoding="utf-8")
    write_report(findings_of(report_of, "bare"), tmp_path)
    kept = dict.fromkeys(("mine.txt", "figures/mine.png", "tables/mine.csv"), b"kept")
    assert files_of(tmp_path) == files_of(report_of("bare")[0]) | kept


def test_a_failure_leaves_what_was_there(
    report_of: Callable, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_report(findings_of(report_of, "bare"), tmp_path)
    before = files_of(tmp_path)

    def full(*_: object) -> str:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(document, "render", full)
    with pytest.raises(UsageError, match=r"cannot be written \(No space left on device\)"):
        write_report(older(report_of), tmp_path)
    assert files_of(tmp_path) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "figures",
        "negsim.json",
        "report.html",
        "results.json",
        "tables",
    ]


def test_a_file_in_the_place_of_the_folder_is_refused(report_of: Callable, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("mine", encoding="utf-8")
    findings = findings_of(report_of, "bare")
    with pytest.raises(UsageError, match=r"file: cannot be written .*; expected a folder"):
        write_report(findings, tmp_path / "file")
    assert (tmp_path / "file").read_text(encoding="utf-8") == "mine"
