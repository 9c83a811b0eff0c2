"""The JSON Schema of scenario files, for editors and other programs."""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from negsim.scenario.structure import ScenarioFile


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of scenario files, format 1.

    It describes keys and kinds of values, with dates as text; that names are known and
    expressions sound is for ``load`` to tell.

    >>> sorted(schema()["required"])
    ['format', 'options', 'parties', 'title']
    """
    found = ScenarioFile.model_json_schema(schema_generator=_Plain)
    dialect = {"$schema": _Plain.schema_dialect, "title": "negsim scenario, format 1"}
    return dialect | {key: value for key, value in found.items() if key != "title"}


class _Plain(GenerateJsonSchema):
    """Without what a file cannot say: null, and the titles and defaults of the models."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def field_title_should_be_set(self, *_: Any, **__: Any) -> bool:
        return False
