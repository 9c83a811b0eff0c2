"""What the findings say in sentences: under these assumptions, of these parties, and no more."""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from negsim.page.answer import Run
from negsim.page.sentences import (
    delay_sentence,
    ends_sentence,
    levers_sentence,
    outcomes_sentence,
    play_sentence,
    rival_sentence,
    robustness_sentence,
    summary,
)

NAMES = [
    "march_2025",
    "chicken",
    "drift",
    "prisoners_dilemma",
    "three_party_talks",
    "truce",
    "bare",
]
NO_RULES = ("optimal_staller", "equilibrium")

FORBIDDEN = re.compile(
    r"\bis stalling\b|\bstalls\b|\bare stalling\b|\bprobability of (a|the|peace)\b(?! real deal)"
    r"|\blikely to (sign|agree|settle)\b|\bwill (sign|agree|settle)\b",
    re.IGNORECASE,
)


@pytest.fixture
def findings(report_of: Callable) -> dict[str, Any]:
    """The findings of the small scenario, to be changed at will."""
    return copy.deepcopy(read(report_of("truce")[0]))


def read(folder: Path) -> dict[str, Any]:
    import json

    found: dict[str, Any] = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    return found


def run_of(findings: dict[str, Any]) -> Run:
    """Return findings that were read, and perhaps changed, as the page's functions take them."""
    return Run.from_dict(findings)


def test_the_scenarios_looked_at_are_there(scenario_files: dict[str, Path]) -> None:
    assert set(NAMES) <= set(scenario_files)


def test_the_forbidden_words_are_found() -> None:
    for text in ("Russia is stalling.", "Row stalls", "the probability of a deal", "It will sign"):
        assert FORBIDDEN.search(text)
    assert not FORBIDDEN.search("the pattern called stalling; no probability of a real deal")


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_said_of_real_parties(name: str, report_of: Callable) -> None:
    folder, answer = report_of(name)
    page = re.sub(r"\s+", " ", (folder / "report.html").read_text(encoding="utf-8"))
    words = re.sub(r"<[^>]*>", "", page)
    for text in (page, words, " ".join(answer.out.split())):
        assert FORBIDDEN.search(text) is None
        assert "It does not tell what any real party intends" in text
        assert "it gives no probability of a real deal" in text
        assert "Under these assumptions" in text


@pytest.mark.parametrize("name", NAMES)
def test_five_answers_in_plain_sentences(name: str, report_of: Callable) -> None:
    lines = summary(run_of(read(report_of(name)[0])))
    assert [line[:3] for line in lines] == ["Q1 ", "Q2 ", "Q3 ", "Q4 ", "Q5 "]
    for line in lines:
        assert line.endswith(".")
        assert not re.search(r"None|nan\b|\binf\b|  |\.\.|_not|[{}]|\d{6}", line), line


def test_outcomes_are_counted_in_words(findings: dict[str, Any]) -> None:
    pure = findings["outcomes"]["pure"]
    assert outcomes_sentence(run_of(findings)).startswith(
        "The one-shot game has 5 equilibria in pure"
    )
    pure["equilibria"] = pure["equilibria"][:1]
    for row in findings["outcomes"]["outcomes"]:
        row["equilibrium"] = row["bargaining"] = False
    findings["outcomes"]["outcomes"][0].update(equilibrium=True, text="Nothing in effect")
    one = outcomes_sentence(run_of(findings))
    assert "1 equilibrium in pure moves, with this outcome: Nothing in effect." in one
    assert one.endswith("No package is at least as good as the status quo for all.")
    findings["outcomes"]["outcomes"][0]["equilibrium"] = False
    assert outcomes_sentence(run_of(findings)).startswith(
        "The one-shot game has no equilibrium in pure"
    )


def test_delay_is_told_with_its_value_and_parts(findings: dict[str, Any]) -> None:
    text = delay_sentence(run_of(findings))
    assert "Under these assumptions, for Republic of the Northern Highlands, delay is the" in text
    assert "the pattern called stalling." in text
    party = findings["delay"]["parties"][0]
    entries = [entry["amount"] for entry in party["ledger"]["entries"]]
    assert sum(entries) == pytest.approx(party["start"]["delay"])
    assert "Value of delay 2.83: waiting until about" in text
    assert "Being able to wait " in text
    party["premium"], party["ledger"] = None, None
    assert "Being able to wait" not in delay_sentence(run_of(findings))
    assert "nothing that it could sign" in delay_sentence(run_of(findings))
    party["verdict"] = "settle"
    assert (
        "settling now is at least as good as talking on. On the table for it: "
        in delay_sentence(run_of(findings))
    )


def test_levers_that_change_nothing_are_not_said_to_change_anything(
    findings: dict[str, Any],
) -> None:
    text = levers_sentence(run_of(findings))
    assert "the label at the start changes at these values. Speed of the line" in text
    assert "settle below 0.103, stalling above" in text
    assert "(payoffs.south.peace): no change in its range" in text
    for lever in findings["levers"]:
        lever["crossings"] = []
    assert "changes nowhere along the levers. Speed of" in levers_sentence(run_of(findings))
    findings["levers"] = []
    assert levers_sentence(run_of(findings)) == "The scenario declares no levers."


def test_what_could_not_be_solved_is_said(findings: dict[str, Any]) -> None:
    findings["levers"][0]["crossings"] = [{"value": 1.0, "below": None, "above": "fighting_on"}]
    findings["levers"][1]["calm"] = [None, "settle", None]
    findings["levers"][1]["calm_packages"] = [None, "Truce", None]
    assert "not solved below 1, fighting on above" in levers_sentence(run_of(findings))
    assert "from -3 to 0: not solved, settle (on the table: Truce)" in rival_sentence(
        run_of(findings)
    )
    for rows in findings["robustness"]["labels"].values():
        for row in rows:
            row["share"] = None
    findings["robustness"]["drivers"] = []
    assert "What moves" not in robustness_sentence(run_of(findings))


def test_rival_readings_leave_channels_out(findings: dict[str, Any]) -> None:
    text = rival_sentence(run_of(findings))
    assert "What a week of war costs the north from -3 to 0: settle" in text
    assert "Speed of the line" not in text
    findings["about"]["channels"] = []
    assert rival_sentence(run_of(findings)) == ""


def test_shares_are_listed_from_the_largest(findings: dict[str, Any]) -> None:
    text = robustness_sentence(run_of(findings))
    assert "Labels at the start over 256 points of the stated ranges" in text
    north = re.search(r"Republic of the Northern Highlands: (.*?); Southern", text)
    assert north is not None
    shares = [int(share) for share in re.findall(r" (\d+) % \(", north[1])]
    assert shares == sorted(shares, reverse=True)
    assert sum(shares) == pytest.approx(100, abs=2)
    assert "Special Envoy" not in text
    findings["robustness"] = None
    assert robustness_sentence(run_of(findings)) == (
        "No number has a range, so how sure this is cannot be said."
    )


@pytest.mark.parametrize(
    ("name", "beginning"),
    [
        (
            "truce",
            "Against sincere opponents and a mediator who plays the solved talks: in the role",
        ),
        ("chicken", "Against sincere opponents: in the role of Row, "),
        ("drift", "With nobody to play against: in the role of Staller, "),
    ],
)
def test_opponents_are_those_of_the_scenario(
    name: str, beginning: str, report_of: Callable
) -> None:
    text = play_sentence(run_of(read(report_of(name)[0])))
    assert text.startswith(beginning)
    assert ("is not an equilibrium" in text) == (name != "drift")


def test_the_best_rule_is_the_one_with_the_largest_payoff(findings: dict[str, Any]) -> None:
    fares = findings["play"]["contests"][0]["fares"]
    rules = {fare["rule"]: fare["payoffs"][0] for fare in fares}
    played = {rule: value for rule, value in rules.items() if rule not in NO_RULES}
    value, best = max((value, rule) for rule, value in played.items())
    said = play_sentence(run_of(findings))
    assert f", {best} earns most of {len(played)} rules ({value:.3g};" in said
    assert rules["optimal_staller"] == pytest.approx(max(rules.values()))
    for fare in fares:
        fare["payoffs"][0] = 7.0
    assert "earn most alike of" in play_sentence(run_of(findings))


def test_ends_are_told_of_the_model_with_their_shares_over_the_ranges(
    findings: dict[str, Any],
) -> None:
    path = findings["delay"]["path"]
    path["ends"] = {"Signed": 0.999999, "Left": 1e-6, "Nothing": 0.0, "Rounding": 1e-15}
    path["expected_end"] = 6.66
    findings["robustness"]["ends"] = [
        {"name": name, "label": name, "share": share, "low": share, "high": share}
        for name, share in (("Signed", 0.28), ("Left", 0.0), ("Nothing", 0.72))
    ]
    assert ends_sentence(run_of(findings)) == (
        "In the model, at these numbers, the talks end in week 6.7 on average: Signed >99 %, "
        "Left <1 %. Over the stated ranges the likeliest end is: Nothing in 72 % of the points, "
        "Signed in 28 % of the points."
    )
    findings["robustness"] = None
    path |= {"ends": {"Signed": 0.0}, "expected_end": None}
    assert ends_sentence(run_of(findings)) == (
        "In the model, at these numbers, the talks end in no week in sight."
    )


def test_a_screen_lists_the_first_outcomes_and_counts_the_rest(findings: dict[str, Any]) -> None:
    row = next(row for row in findings["outcomes"]["outcomes"] if row["equilibrium"])
    texts = [f"outcome {letter}" for letter in "abcdefghi"]
    findings["outcomes"]["outcomes"] = [row | {"text": text} for text in texts]
    said = outcomes_sentence(run_of(findings))
    assert "9 outcomes: outcome a; " in said
    assert "outcome f; and 3 more, all in the report." in said
    assert "outcome g" not in said


def test_without_an_agreement_there_are_no_labels(report_of: Callable) -> None:
    folder, answer = report_of("prisoners_dilemma")
    said = " ".join(answer.out.split())
    assert "No end of this scenario is an agreement: there is nothing to delay." in said
    assert "impasse" not in said
    assert "no label for the levers to change" in said or "declares no levers" in said
    page = (folder / "report.html").read_text(encoding="utf-8")
    assert "labels and their tests are left out" in page
    assert not list((folder / "figures").glob("labels_*"))


def test_without_an_agreement_the_claims_are_sampled(findings: dict[str, Any]) -> None:
    findings["about"]["has_agreement"] = False
    findings["claims"] = [{"name": "one", "says": "It comes out", "holds": True, "found": "1"}]
    row = {"name": "one", "share": 0.25, "low": 0.2, "high": 0.3}
    findings["robustness"]["claims"] = [row]
    said = robustness_sentence(run_of(findings))
    assert "The scenario's claims hold over 256 points" in said
    assert said.endswith("It comes out: 25 % (20 % to 30 %).")
    findings["robustness"]["claims"] = []
    assert "claims no outcome that a sample could test" in robustness_sentence(run_of(findings))
