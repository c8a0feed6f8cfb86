"""The verdict of instructlab-schema: its JSON schemas, chosen by its rules, applied by jsonschema."""

from __future__ import annotations

import functools
import itertools
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import jsonschema.validators
from instructlab.schema import schema_base
from jsonschema.exceptions import ValidationError
from jsonschema.protocols import Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from labdesk.core.taxonomy.problem import Verdict

SCHEMA_NAMES = ("compositional_skills", "knowledge")
MAX_ERRORS = 200
NEWEST_VERSION = 3
_HASHED = 1 << 53  # numbers from here on are compared as text


def schema_name(path: str, contents: Mapping[Any, Any]) -> str:
    """`knowledge` or `compositional_skills`: by the last folder of `path` with such a name, else by the contents."""
    for part in reversed(path.split("/")):
        if part in SCHEMA_NAMES:
            return part
    return "knowledge" if "document" in contents else "compositional_skills"


def declared_version(contents: Mapping[Any, Any]) -> int:
    """The version whose schema judges this file: what it says, and 1 when it says nothing that is a number."""
    version = contents.get("version", 1)
    if isinstance(version, bool):
        return -1  # instructlab-schema looks for a folder "vTrue" and finds none
    try:
        return int(version)
    except (ValueError, TypeError, OverflowError):
        return 1


def judge(contents: Any, path: str) -> tuple[Verdict, tuple[ValidationError, ...]]:
    """The verdict on parsed YAML, with at most MAX_ERRORS of the schema's complaints."""
    if not isinstance(contents, Mapping):
        return Verdict.NOT_A_MAPPING, ()
    found = _schema(declared_version(contents), schema_name(path, contents))
    if found is None:
        return Verdict.UNKNOWN_VERSION, ()
    deprecated, validator = found
    if deprecated:
        return Verdict.DEPRECATED_VERSION, ()
    errors = tuple(itertools.islice(validator.iter_errors(contents), MAX_ERRORS))
    return (Verdict.SCHEMA_INVALID if errors else Verdict.VALID), errors


@functools.cache
def _schema(version: int, name: str) -> tuple[bool, Validator] | None:
    """(is deprecated, validator), or None for a version that no schema exists for."""
    folder = schema_base() / f"v{version}"
    try:
        schema = json.loads((folder / f"{name}.json").read_text("utf-8"))
    except OSError:
        return None
    base = jsonschema.validators.validator_for(schema)
    kind = jsonschema.validators.extend(base, {"uniqueItems": _unique_items})  # type: ignore[no-untyped-call]
    version_rule = Resource.from_contents(json.loads((folder / "version.json").read_text("utf-8")), DRAFT202012)
    registry: Registry[Any] = Registry().with_resource("./version.json", version_rule).crawl()
    return bool(schema.get("deprecated")), kind(schema, registry=registry)


def _unique_items(validator: Validator, wanted: bool, instance: Any, schema: Any) -> Iterator[ValidationError]:
    """`uniqueItems` in linear time: jsonschema's own compares every pair, minutes for a hostile list of 25,000."""
    if not wanted or not isinstance(instance, list):
        return
    seen: set[Any] = set()
    for item in instance:
        key = frozen(item)
        if key in seen:
            yield ValidationError(f"{str(item)[:80]} stands in the list twice")
            return
        seen.add(key)


def frozen(value: Any) -> Any:
    """A hashable stand-in, equal exactly when JSON schema calls the values equal (true is not 1, but 1 is 1.0)."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return ("truth", value)
    if isinstance(value, int | float) and abs(value) > _HASHED:
        # Numbers of one hash are easily made. (A bare True stands in no other tuple here.)
        return ("large", str(int(value)) if math.isfinite(value) else value, True)
    if isinstance(value, Mapping):
        return frozenset((frozen(key), frozen(inner)) for key, inner in value.items())
    if isinstance(value, Sequence) and not isinstance(value, bytes):
        return tuple(frozen(inner) for inner in value)
    if isinstance(value, set):
        return frozenset(frozen(inner) for inner in value)
    return value
