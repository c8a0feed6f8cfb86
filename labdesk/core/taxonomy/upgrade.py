"""Brings a leaf of an older format to the newest one. Nothing is invented: what is missing is left empty and said.

Skills of version 1 and 2 differ from 3 only in what they require. Knowledge of version 1 and 2 had a list of questions
and answers without passages; version 3 wants passages of the document with questions about each. The questions are
kept, three to a passage that the person still has to fill in.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import yaml

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.edit import remove_item, set_field
from labdesk.core.taxonomy.problem import Level, Problem, Verdict, where_of
from labdesk.core.taxonomy.rules import Report, check
from labdesk.core.taxonomy.schema import NEWEST_VERSION, declared_version, schema_name
from labdesk.core.taxonomy.yaml_source import Fault, YamlPath, YamlSource, read_yaml

PAIRS_A_PASSAGE = 3


class Upgraded(msgspec.Struct, frozen=True):
    """The upgraded file. `report` is the check of it; `todo` says in the upgrade's own words what a person must add."""

    data: bytes
    version: int
    """The version that the file had."""
    report: Report
    todo: tuple[Problem, ...]

    @property
    def is_ready(self) -> bool:
        """Whether the leaf can be taught from without further work."""
        return self.report.verdict is Verdict.VALID


def upgrade(data: bytes, path: str) -> Upgraded:
    """Upgrade the leaf at `path` (its folder in the tree). A leaf of the newest version comes back as it is.

    Raises TaxonomyError for a file that is not YAML, not a leaf, or of a version that labdesk does not know.
    """
    source = _read(data)
    version = declared_version(source.data)
    knowledge = schema_name(path, source.data) == "knowledge"
    if not 1 <= version <= NEWEST_VERSION:
        raise TaxonomyError(
            f"This leaf says that it is version {source.data.get('version')}.",
            cause=f"labdesk knows versions 1 to {NEWEST_VERSION}.",
            remedy="Look where it comes from; perhaps a newer labdesk can read it.",
        )
    if version == NEWEST_VERSION:
        return Upgraded(data, version, check(data, path), ())
    result = _with_version(source, data)
    if knowledge:
        result = _knowledge(result, source.data)
    report = check(result, path)
    return Upgraded(result, version, report, tuple(_todo(_read(result), knowledge=knowledge)))


def _read(data: bytes) -> YamlSource:
    try:
        source = read_yaml(data)
    except Fault as fault:
        raise TaxonomyError(
            "This leaf is not YAML.", cause=f"Line {fault.line}: {fault.message}", remedy="Correct that line first."
        ) from None
    if not isinstance(source.data, Mapping):
        raise TaxonomyError("This leaf has no fields.", remedy="Give it a created_by and seed_examples first.")
    return source


def _with_version(source: YamlSource, data: bytes) -> bytes:
    """`version: 3`, as the first field when there was none."""
    if "version" in source.data:
        return set_field(data, ("version",), NEWEST_VERSION)
    node = source.node
    if isinstance(node, yaml.MappingNode) and not node.flow_style and not node.start_mark.column:
        start = node.start_mark.index
        line = f"version: {NEWEST_VERSION}{source.line_end}"
        return source.encode(source.text[:start] + line + source.text[start:])
    return set_field(data, ("version",), NEWEST_VERSION)


def _knowledge(data: bytes, old: Mapping[Any, Any]) -> bytes:
    """The fields and the shape of knowledge in version 3."""
    if "task_description" in old:
        outline = old["task_description"]
        data = remove_item(data, ("task_description",))
        if "document_outline" not in old:  # the person's own words on what is taught: the nearest there is
            data = set_field(data, ("document_outline",), outline if isinstance(outline, str) else "")
    for name, empty in (("domain", ""), ("document_outline", ""), ("document", _no_document())):
        if name not in read_yaml(data).data:
            data = set_field(data, (name,), empty)
    seeds = old.get("seed_examples")
    if isinstance(seeds, list) and any(_is_pair(seed) for seed in seeds):
        data = set_field(data, ("seed_examples",), _passages(seeds))
    return data


def _no_document() -> dict[str, Any]:
    return {"repo": ".", "commit": "local", "patterns": []}


def _is_pair(seed: Any) -> bool:
    return isinstance(seed, Mapping) and "questions_and_answers" not in seed


def _passages(seeds: list[Any]) -> list[Any]:
    """Pairs under their passage where one was given; the others three to an empty passage; the rest as it is."""
    by_context: dict[str, list[Any]] = {}
    kept: list[Any] = []
    bare: list[Any] = []
    for seed in seeds:
        if not _is_pair(seed):
            kept.append(seed)
            continue
        pair = {name: value for name, value in seed.items() if name != "context"}
        context = seed.get("context")
        if isinstance(context, str) and context.strip():
            by_context.setdefault(context, []).append(pair)
        else:
            bare.append(pair)
    given = [{"context": context, "questions_and_answers": pairs} for context, pairs in by_context.items()]
    groups = [bare[start : start + PAIRS_A_PASSAGE] for start in range(0, len(bare), PAIRS_A_PASSAGE)]
    return [*kept, *given, *({"context": "", "questions_and_answers": group} for group in groups)]


def _todo(source: YamlSource, *, knowledge: bool) -> Iterator[Problem]:
    """What the upgrade could not know, in file order."""
    data = source.data
    if knowledge:
        for name, words in (
            ("domain", "Say what subject this is, such as Chemistry."),
            ("document_outline", "Say in a sentence what the document is about."),
        ):
            if not str(data.get(name) or "").strip():
                yield _note(source, (name,), words)
        document = data.get("document")
        if not isinstance(document, Mapping) or not document.get("patterns"):
            yield _note(source, ("document",), "Name the document that this is taught from.")
        yield from _todo_passages(source, data.get("seed_examples"))
    elif not str(data.get("task_description") or "").strip():
        yield _note(source, ("task_description",), "Say in a sentence what the skill is.")
    seeds = data.get("seed_examples")
    count = len(seeds) if isinstance(seeds, list) else 0
    if count < 5:
        what = "passages with questions" if knowledge else "seed examples"
        yield _note(source, ("seed_examples",), f"Version {NEWEST_VERSION} wants 5 {what}; there are {count}.")


def _todo_passages(source: YamlSource, seeds: Any) -> Iterator[Problem]:
    for number, seed in enumerate(seeds if isinstance(seeds, list) else ()):
        if not isinstance(seed, Mapping):
            continue
        path: YamlPath = ("seed_examples", number)
        if not str(seed.get("context") or "").strip():
            yield _note(source, (*path, "context"), "Copy the passage of the document that answers these questions.")
        pairs = seed.get("questions_and_answers")
        count = len(pairs) if isinstance(pairs, list) else 0
        if count < PAIRS_A_PASSAGE:
            yield _note(
                source,
                (*path, "questions_and_answers"),
                f"Add questions about this passage: 3 are wanted, not {count}.",
            )


def _note(source: YamlSource, path: YamlPath, words: str) -> Problem:
    node = source.find_nearest(path)
    line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node is not None else (1, 1)
    return Problem(line, column, where_of(path), f"To do: {words}", Level.ERROR)
