"""Puts the schema's complaints into plain words, with the place in the file and a fix where one exists."""

from __future__ import annotations

import difflib
import itertools
import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml
from jsonschema.exceptions import ValidationError

from labdesk.core.taxonomy.places import words_of_path
from labdesk.core.taxonomy.problem import Fix, Level, Problem, Replacement, Verdict, where_of
from labdesk.core.taxonomy.render import double_quoted
from labdesk.core.taxonomy.schema import NEWEST_VERSION, declared_version, frozen
from labdesk.core.taxonomy.spans import removals_of_key
from labdesk.core.taxonomy.yaml_source import YamlPath, YamlSource, pair_of

_MOST_UNKNOWN = 50  # fields of one place that are told: nobody mends more at a time
MEANING = {
    "version": "the number of the format",
    "created_by": "who wrote the leaf",
    "task_description": "what the skill is",
    "domain": "the field of knowledge",
    "document_outline": "one line about what the document covers",
    "document": "where the source document is",
    "seed_examples": "your examples",
    "questions_and_answers": "at least three questions with answers",
    "question": "what is asked",
    "answer": "the wished-for answer",
    "context": "a passage of the document",
    "repo": "the document's repository, or a dot for this folder",
    "commit": "the repository's commit, or “local”",
    "patterns": "the names of the document's files",
}

_TEXTS = {"created_by", "task_description", "domain", "document_outline", "document", "patterns"}
_TEXTS |= {"question", "answer", "context"}


def explain_verdict(verdict: Verdict, source: YamlSource) -> Problem:
    """The one problem that stands for a whole verdict: no mapping, or a version without a schema."""
    pair = pair_of(source.node, "version")
    place = _place(pair[1] if pair else source.node)
    if verdict is Verdict.NOT_A_MAPPING:
        message = "The file holds no fields. A leaf begins with “version: 3”, “created_by: …”, one field a line."
        return Problem(*_place(source.node), "", message, Level.ERROR)
    version = source.data.get("version", 1)
    if verdict is Verdict.UNKNOWN_VERSION:
        message = f"There is no version “{str(version)[:40]}” of the format. The newest is {NEWEST_VERSION}."
        fix = None
        if pair:
            span = Replacement(pair[1].start_mark.index, pair[1].end_mark.index, str(NEWEST_VERSION))
            fix = Fix(f"Set the version to {NEWEST_VERSION}", (span,))
        return Problem(*place, "version", message, Level.ERROR, fix)
    message = (
        f"Knowledge in format version {declared_version(source.data)} is no longer taught. Version {NEWEST_VERSION} "
        "wants five passages of the document, each with three questions and answers, and a document_outline."
    )
    return Problem(*place, "version", message, Level.ERROR)


def explain_error(error: ValidationError, source: YamlSource) -> Iterator[Problem]:
    """One complaint of the schema as one or more problems (several unknown keys are several problems)."""
    path: YamlPath = tuple(error.absolute_path)
    if error.validator == "unevaluatedProperties" and isinstance(error.instance, Mapping):
        problems = list(itertools.islice(_unknown_keys(error, source, path), _MOST_UNKNOWN))
        if problems:
            yield from problems
            return
    node = source.find_nearest(path)
    message, fix = _words(error, source, path)
    yield Problem(*_place(node), where_of(path), message, Level.ERROR, fix, _is_gap(error, path))


def _is_gap(error: ValidationError, path: YamlPath) -> bool:
    """Whether it says no more than that a text of the form is still empty."""
    if error.validator == "required":
        return _missing_key(error) in _TEXTS
    if error.validator == "uniqueItems":  # a new leaf has several empty places that are the same
        instance: Any = error.instance
        filled = [item for item in instance if not _is_blank(item)]
        return all(item not in filled[:number] for number, item in enumerate(filled))
    empty = error.validator == "minLength" or (error.validator == "type" and error.instance is None)
    return (empty or (error.validator == "minItems" and not error.instance)) and _name(path) in _TEXTS


def _is_blank(value: Any) -> bool:
    """Whether there is no text in it."""
    if isinstance(value, Mapping):
        return all(map(_is_blank, value.values()))
    if isinstance(value, list):
        return all(map(_is_blank, value))
    return value is None or (isinstance(value, str) and not value.strip())


def _words(error: ValidationError, source: YamlSource, path: YamlPath) -> tuple[str, Fix | None]:
    name = _name(path)
    if error.validator == "type":
        return _wrong_type(error, source, path, name)
    if error.validator == "required":
        return _missing(error, path), None
    if error.validator == "minItems":
        return _too_few(error, name), None
    if error.validator == "minLength":
        return f"“{name}” is empty. Write {MEANING.get(name, 'a text')}.", None
    if error.validator == "uniqueItems":
        return _repeated(error, source, path, name)
    if error.validator == "const":
        return f"“{name}” must be {error.validator_value}.", _replace(
            source, path, str(error.validator_value), f"Set to {error.validator_value}"
        )
    return f"“{name}”: {error.message[-200:]}", None


def _wrong_type(error: ValidationError, source: YamlSource, path: YamlPath, name: str) -> tuple[str, Fix | None]:
    value, wanted, node = error.instance, error.validator_value, source.find(path)
    if wanted == "string" and isinstance(node, yaml.ScalarNode):
        written = node.value.strip()
        if value is None:
            return f"“{name}” is empty. Write {MEANING.get(name, 'a text')}.", None
        reads = f"“{name}” must be a text, but YAML reads “{written[:40]}” as {_kind(value)}."
        fix = _replace(source, path, double_quoted(node.value), "Put it in quotation marks")
        return reads, None if source.has_aliases else fix
    if wanted == "integer" and isinstance(value, str) and value.strip().isdigit():
        fix = _replace(source, path, value.strip(), "Make it a number")
        return f"“{name}” must be a number, without quotation marks.", fix
    kinds = {"string": "a text", "array": "a list (lines that begin with “- ”)", "object": "a group of fields"}
    return f"“{name}” must be {kinds.get(str(wanted), str(wanted))}, but it is {_kind(value)}.", None


def _kind(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, int | float):
        return "a number"
    if isinstance(value, str):
        return "a text"
    if isinstance(value, list):
        return "a list"
    return "a group of fields" if isinstance(value, Mapping) else "a date"


def _missing(error: ValidationError, path: YamlPath) -> str:
    key = _missing_key(error)
    holder = words_of_path(path, knowledge="questions_and_answers" in (key, *path)) if path else "the leaf"
    return f"“{key}” is missing in {holder[:1].lower()}{holder[1:]}: {MEANING.get(key, 'it is required')}."


def _missing_key(error: ValidationError) -> str:
    match = re.match(r"'([^']*)' is a required property", error.message)
    return match.group(1) if match else "a field"


def _too_few(error: ValidationError, name: str) -> str:
    entries: Any = error.instance
    have, want = len(entries), int(str(error.validator_value))
    things = {"seed_examples": "seed examples", "questions_and_answers": "questions with answers", "patterns": "names"}
    return f"{have} {things.get(name, 'entries')} so far; at least {want} are needed. Add {want - have} more."


def _repeated(error: ValidationError, source: YamlSource, path: YamlPath, name: str) -> tuple[str, Fix | None]:
    things = {"seed_examples": "seed examples", "questions_and_answers": "questions with answers"}
    seen: dict[Any, int] = {}
    entries: Any = error.instance
    for number, item in enumerate(entries):
        first = seen.setdefault(frozen(item), number)
        if first != number:
            return f"Two of the {things.get(name, 'entries')} are the same: number {first + 1} and {number + 1}.", None
    return f"Two entries of “{name}” are the same.", None


def _unknown_keys(error: ValidationError, source: YamlSource, path: YamlPath) -> Iterator[Problem]:
    schema: Any = error.schema
    instance: Any = error.instance
    known = [*schema.get("properties", {}), *([] if path else ["version"])]
    for key in instance:
        if key in known:
            continue
        pair = pair_of(source.find(path), str(key))
        place = _place(pair[0] if pair else source.find_nearest(path))
        inner = (*path, str(key))
        holder = f"“{where_of(path)}”" if path else "the leaf"
        near = [one for one in difflib.get_close_matches(str(key), known, 1, 0.75) if one not in instance]
        message = f"“{str(key)[:60]}” is not a field that {holder} can have."
        if near and pair:
            span = Replacement(pair[0].start_mark.index, pair[0].end_mark.index, near[0])
            fix: Fix | None = Fix(f"Rename it to “{near[0]}”", (span,))
            message += f" Do you mean “{near[0]}”?"
        else:
            removals = removals_of_key(source, inner)
            fix = Fix(f"Remove “{str(key)[:60]}”", tuple(removals)) if removals else None
        yield Problem(*place, where_of(inner), message, Level.ERROR, fix)


def _replace(source: YamlSource, path: YamlPath, text: str, title: str) -> Fix | None:
    node = source.find(path)
    if not isinstance(node, yaml.ScalarNode):
        return None
    return Fix(title, (Replacement(node.start_mark.index, node.end_mark.index, text),))


def _name(path: YamlPath) -> str:
    """The last key of a path; for a list's item the list's own name."""
    return next((part for part in reversed(path) if isinstance(part, str)), "the leaf")


def _place(node: yaml.Node | None) -> tuple[int, int]:
    return (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (1, 1)
