"""The JSON Schema of scenario files, for editors and other programs."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from negsim.scenario.read.structure import ScenarioFile


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files, format 1.

    It describes keys and kinds of values, with dates as text; that names are known and
    expressions sound is for ``load`` to tell. A file that extends another may leave out any key.

    >>> sorted(schema()["else"]["required"])
    ['format', 'options', 'parties', 'title']
    """
    found = ScenarioFile.model_json_schema(schema_generator=_Plain)
    tables = found.pop("$defs")
    partial = {f"Partial{name}": _partial(table) for name, table in tables.items()}
    return {
        "$schema": _Plain.schema_dialect,
        "title": "negsim scenario, format 1",
        "description": found.pop("description"),
        "if": {"required": ["extends"]},
        "then": _partial(found),
        "else": found,
        "$defs": tables | partial,
    }


def _partial(schema: Any) -> Any:
    """Return a schema in which no key is required and every table may be part of one."""
    if isinstance(schema, list):
        return [_partial(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    left_out = ("required", "minProperties")
    kept = {key: _partial(value) for key, value in schema.items() if key not in left_out}
    if "$ref" in kept:
        kept["$ref"] = kept["$ref"].replace("#/$defs/", "#/$defs/Partial")
    return kept


class _Plain(GenerateJsonSchema):
    """Without what a file cannot say: null, and the titles and defaults of the models."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, *_: Any, **__: Any) -> bool:
        return False
