"""The JSON Schema of every answer, for programs that read results.json and what --json prints."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import TypeAdapter
from pydantic.json_schema import GenerateJsonSchema

from negsim.answers import FORMAT, Answer
from negsim.page.answer import Run
from negsim.questions.change.answer import LeastChange, Levers
from negsim.questions.compare import ScenarioComparison
from negsim.questions.counter.answer import Counter
from negsim.questions.delay.answer import Stall
from negsim.questions.rules.answer import Play
from negsim.questions.signals.answer import FollowedRecord
from negsim.questions.sweep.answer import PhaseDiagram, Sweep
from negsim.questions.tournament.answer import Tournament
from negsim.questions.trust.answer import Robust

ANSWERS: dict[str, type[Answer]] = {
    "run": Run,
    "stall": Stall,
    "transcript": FollowedRecord,
    "counter": Counter,
    "robust": Robust,
    "play": Play,
    "tournament": Tournament,
    "levers": Levers,
    "least_change": LeastChange,
    "phase": PhaseDiagram,
    "sweep": Sweep,
    "compare": ScenarioComparison,
}
"""What each command answers with, by its name."""


def results_schema() -> dict[str, Any]:
    """Return one schema (draft 2020-12) of all answers: a file is one of them.

    >>> results_schema()["title"], "run" in results_schema()["$defs"]
    ('negsim results, format 2', True)
    """
    reading: Literal["validation"] = "validation"
    adapters = [(name, reading, TypeAdapter[Any](kind)) for name, kind in ANSWERS.items()]
    found, shared = TypeAdapter.json_schemas(adapters)
    own = {name: told(found[name, reading], name) for name in ANSWERS}
    return {
        "$schema": GenerateJsonSchema.schema_dialect,
        "title": f"negsim results, format {FORMAT}",
        "description": "What a run writes to results.json and what commands print with --json.",
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in ANSWERS],
        "$defs": shared["$defs"] | own,
    }


def told(schema: dict[str, Any], name: str) -> dict[str, Any]:
    """Return the schema of one command's answer, with the number of its form."""
    form = {"properties": {"format": {"const": FORMAT}}, "required": ["format"]}
    return {"title": f"negsim {name}", "allOf": [schema, form]}
