"""Question 4 in full as plain data: what could overturn the headline, and how far away it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from negsim.analysis.delay.stalling import analyse
from negsim.answers import plain
from negsim.dynamics.build import compile_scenario
from negsim.questions.conclusions import has_agreement, subject_of
from negsim.questions.delay.discipline import discipline as discipline_of
from negsim.questions.trust.discovery import FailureBox
from negsim.questions.trust.robustness import Share
from negsim.questions.trust.sensitivity import Indices, Tornado
from negsim.questions.trust.trust import PER_SOURCE, SCAN, Distance, Headline, SourceTest, Trust
from negsim.sampling.given_record import FEWEST_EFFECTIVE, Given
from negsim.scenario.model import Scenario

INTERVAL = "95 %; of shares from the spread over the sets, of indices by bootstrap"

Say = Callable[[str], None]


def robust_data(scenario: Scenario, found: Trust) -> dict[str, Any]:
    """Return the answers as numbers and text, with the rival types and the mirror beside them."""
    analysis = analyse(compile_scenario(scenario))
    player = [party.name for party in scenario.parties].index(found.party)
    discipline = plain(discipline_of(analysis, player)) if has_agreement(scenario) else None
    data: dict[str, Any] = plain(
        {
            "party": found.party,
            "party_label": scenario.party(found.party).label,
            **vars(subject_of(scenario, found.party)),
            "measure": found.measure,
            "interval": INTERVAL,
            "design": found.design,
            "failed": found.failed,
            "hangs_on_selection": [
                {"name": each.name, "label": scenario.party(each.name).label, **share_data(each)}
                for each in found.hanging
            ],
            "record": record_data(scenario, found.given),
            "headlines": [
                headline_data(each, is_narrow(each, found.party, discipline))
                for each in found.headlines
            ],
            "drivers": [{"name": name, "correlation": r} for name, r in found.correlations],
            "tornado": tornado_data(found.tornado),
            "indices": found.indices and indices_data(found.indices),
            "box": found.box and box_data(scenario, found.box),
            "sources": [source_data(each) for each in found.sources],
            "per_source": PER_SOURCE,
            "scan": SCAN,
            "distances": [distance_data(each) for each in found.distances],
            "discipline": discipline,
        }
    )
    return data


def share_data(share: Share) -> dict[str, Any]:
    """Return a share with its interval."""
    return {"share": share.share, "low": share.low, "high": share.high}


def record_data(scenario: Scenario, found: Given | None) -> dict[str, Any] | None:
    """Return what is on record, and the sample given it; None without a record."""
    if found is None:
        return None
    return {
        "observed": [{"round": each.round, "says": each.says} for each in scenario.record],
        "chance": found.chance,
        "how": found.how,
        "effective": found.effective,
        "fewest": FEWEST_EFFECTIVE,
    }


def is_narrow(each: Headline, party: str, discipline: dict[str, Any] | None) -> bool:
    """Tell whether a conclusion is the label of a party that depends on how long a round is."""
    own = each.conclusion.name == f"label.{party}"
    return own and discipline is not None and discipline["clock"]["holds"] is False


def headline_data(each: Headline, narrow: bool) -> dict[str, Any]:
    """Return a conclusion with the share in which it is as at the base case."""
    return {
        "name": each.conclusion.name,
        "says": each.conclusion.says,
        "is": each.conclusion.word(each.base),
        "narrowly": narrow,
        **share_data(each.share),
        "given_record": each.given and share_data(each.given),
    }


def tornado_data(found: Tornado) -> dict[str, Any]:
    """Return the swings, the widest first."""
    return {
        "measure": found.measure,
        "base": found.base,
        "swings": [
            {
                "name": each.axis.name,
                "low": each.axis.low,
                "high": each.axis.high,
                "at_low": each.at_low,
                "at_high": each.at_high,
                "flips_low": bool(each.low_codes[0] != found.base_codes[0]),
                "flips_high": bool(each.high_codes[0] != found.base_codes[0]),
            }
            for each in found.swings
        ],
    }


def indices_data(found: Indices) -> dict[str, Any]:
    """Return Sobol' indices, one row a number."""
    return {
        "points": found.points,
        "variance": found.variance,
        "rows": [
            {
                "name": name,
                "first": float(found.first[k]),
                "first_interval": found.first_interval[k].tolist(),
                "total": float(found.total[k]),
                "total_interval": found.total_interval[k].tolist(),
            }
            for k, name in enumerate(found.names)
        ],
    }


def box_data(scenario: Scenario, found: FailureBox) -> dict[str, Any]:
    """Return the box in which the headline fails, each bound beside its number's range."""
    return {
        "coverage": found.coverage,
        "density": found.density,
        "mass": found.mass,
        "overall": found.overall,
        "bounds": [
            {
                "name": each.name,
                "low": each.low,
                "high": each.high,
                "range": [
                    float(scenario.number(each.name).low or 0),
                    float(scenario.number(each.name).high or 0),
                ],
                "base": scenario.value(each.name),
                "quasi_p": each.quasi_p,
            }
            for each in found.bounds
        ],
    }


def source_data(each: SourceTest) -> dict[str, Any]:
    """Return what is left of the headline without a source."""
    return {
        "source": each.source,
        "cite": each.cite,
        "numbers": list(each.numbers),
        "fixed": each.fixed,
        "flips": list(each.flips),
        **({} if each.share is None else share_data(each.share)),
    }


def distance_data(each: Distance) -> dict[str, Any]:
    """Return how far the base case is from where a number tips the headline."""
    tipping = each.tipping
    return {
        "name": each.axis.name,
        "base": each.base,
        "low": each.axis.low,
        "high": each.axis.high,
        "half_ranges": each.half_ranges,
        "value": None if tipping is None else tipping.value,
        "below": None if tipping is None else tipping.conclusion.word(tipping.below),
        "above": None if tipping is None else tipping.conclusion.word(tipping.above),
    }


def robust_tables(data: dict[str, Any]) -> dict[str, list[list[Any]]]:
    """Return the tables of the answer by name, each with its heads as the first row."""
    swings = data["tornado"]["swings"]
    tables = {
        "conclusions": rows(data["headlines"], "name", "is", "share", "low", "high"),
        "distances": rows(data["distances"], "name", "base", "low", "high", "value", "half_ranges"),
        "tornado": rows(swings, "name", "low", "high", "at_low", "at_high"),
    }
    if data["indices"] is not None:
        tables["indices"] = rows(data["indices"]["rows"], "name", "first", "total")
    return tables


def rows(found: list[dict[str, Any]], *keys: str) -> list[list[Any]]:
    """Return rows of some keys under their names."""
    return [list(keys), *([each[key] for key in keys] for each in found)]
