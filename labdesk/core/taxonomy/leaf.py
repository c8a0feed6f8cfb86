"""One leaf as it stands on disk: everything that can be shown, whether or not the file is right."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from enum import StrEnum
from pathlib import Path
from typing import Any

import msgspec
import yaml

from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.names import title_of
from labdesk.core.taxonomy.problem import Problem, Verdict
from labdesk.core.taxonomy.rules import check_parsed
from labdesk.core.taxonomy.tree import LEAF_FILE, ROOTS
from labdesk.core.taxonomy.yaml_source import MAX_BYTES, Fault, YamlSource, read_yaml


class LeafKind(StrEnum):
    """What a leaf teaches. A skill's kind is decided by its first seed example, as InstructLab does."""

    KNOWLEDGE = "knowledge"
    FREEFORM = "skill freeform"
    GROUNDED = "skill grounded"


class SeedPair(msgspec.Struct, frozen=True):
    """A question and its answer about a context. `line` counts from 1."""

    question: str
    answer: str
    line: int


class SeedExample(msgspec.Struct, frozen=True):
    """A skill's example. `context` is empty for a freeform one."""

    question: str
    answer: str
    context: str
    line: int


class SeedContext(msgspec.Struct, frozen=True):
    """A knowledge leaf's example: a passage of the source document and pairs about it."""

    context: str
    pairs: tuple[SeedPair, ...]
    line: int


class DocumentRef(msgspec.Struct, frozen=True):
    """Where the source document is: a repository at a commit, or `repo: .`, `commit: local` for the leaf's folder."""

    repo: str
    commit: str
    patterns: tuple[str, ...]

    @property
    def is_local(self) -> bool:
        """True when the document lies beside the leaf."""
        return self.repo.strip() in (".", "./")


class Leaf(msgspec.Struct, frozen=True):
    """A qna.yaml. `path` is its folder relative to the taxonomy, with slashes. Fields a broken file lacks are empty."""

    path: str
    root: str
    kind: LeafKind
    version: int
    created_by: str
    task_description: str
    domain: str
    document_outline: str
    seed_examples: tuple[SeedExample, ...]
    seed_contexts: tuple[SeedContext, ...]
    document: DocumentRef | None
    text: bytes
    sha256: str
    verdict: Verdict
    problems: tuple[Problem, ...]

    @property
    def name(self) -> str:
        """The leaf's own folder name."""
        return self.path.rpartition("/")[2]

    @property
    def title(self) -> str:
        """The folder name as a person reads it: `marrowby_light` is `Marrowby light`."""
        return title_of(self.path)

    @property
    def is_valid(self) -> bool:
        """Whether the leaf can be taught from."""
        return self.verdict is Verdict.VALID

    @property
    def pairs(self) -> tuple[SeedPair, ...]:
        """All question-answer pairs of a knowledge leaf, in file order."""
        return tuple(pair for context in self.seed_contexts for pair in context.pairs)


def read_leaf(path: Path, root: Path) -> Leaf:
    """The leaf at `path` (its folder or its qna.yaml) of the taxonomy `root`.

    Raises TaxonomyError only when the file cannot be read at all; a broken file gives a Leaf with problems.
    """
    file = path if path.name == LEAF_FILE else path / LEAF_FILE
    data = read_regular(file, root, MAX_BYTES)
    folder = file.parent
    relative = folder.relative_to(root) if folder.is_relative_to(root) else folder.resolve().relative_to(root.resolve())
    return parse_leaf(data, "" if relative == Path() else relative.as_posix())


def parse_leaf(data: bytes, path: str) -> Leaf:
    """A leaf from its bytes. `path` is its folder in the tree. Never raises for content."""
    source: YamlSource | Fault
    try:
        source = read_yaml(data)
    except Fault as fault:
        source = fault
    report = check_parsed(source, data, path)
    if isinstance(source, Fault) or not isinstance(source.data, Mapping):
        fields = _Fields(None, {})
    else:
        fields = _Fields(source, source.data)
    root = path.split("/", 1)[0]
    contexts, examples = fields.contexts(), fields.examples()
    return Leaf(
        path=path,
        root=root if root in ROOTS else "",
        kind=_kind(root, fields, contexts, examples),
        version=fields.version(),
        created_by=fields.text("created_by"),
        task_description=fields.text("task_description"),
        domain=fields.text("domain"),
        document_outline=fields.text("document_outline"),
        seed_examples=examples,
        seed_contexts=contexts,
        document=fields.document(),
        text=data,
        sha256=hashlib.sha256(data).hexdigest(),
        verdict=report.verdict,
        problems=report.problems,
    )


def _kind(root: str, fields: _Fields, contexts: tuple[SeedContext, ...], examples: tuple[SeedExample, ...]) -> LeafKind:
    if root == "knowledge" or contexts or "document" in fields.data:
        return LeafKind.KNOWLEDGE
    return LeafKind.GROUNDED if examples and examples[0].context else LeafKind.FREEFORM


class _Fields:
    """Tolerant access to the plain data of a file: the wrong type reads as what a person meant, or as nothing."""

    def __init__(self, source: YamlSource | None, data: Mapping[Any, Any]) -> None:
        self.source = source
        self.data = data

    def text(self, name: str) -> str:
        return _as_text(self.data.get(name))

    def version(self) -> int:
        version = self.data.get("version", 1)
        return version if isinstance(version, int) and not isinstance(version, bool) else 1

    def document(self) -> DocumentRef | None:
        value = self.data.get("document")
        if not isinstance(value, Mapping):
            return None
        patterns = value.get("patterns")
        many = patterns if isinstance(patterns, list) else [patterns] if patterns else []
        texts = tuple(_as_text(one) for one in many if not isinstance(one, Mapping | list))
        return DocumentRef(_as_text(value.get("repo")), _as_text(value.get("commit")), texts)

    def contexts(self) -> tuple[SeedContext, ...]:
        """The knowledge-style seeds: those with a list of questions and answers."""
        found: list[SeedContext] = []
        for index, seed in self._seeds():
            pairs = seed.get("questions_and_answers")
            if not isinstance(pairs, list):
                continue
            base = ("seed_examples", index, "questions_and_answers")
            kept = tuple(
                SeedPair(_as_text(pair.get("question")), _as_text(pair.get("answer")), self._line((*base, number)))
                for number, pair in enumerate(pairs)
                if isinstance(pair, Mapping)
            )
            found.append(SeedContext(_as_text(seed.get("context")), kept, self._line(base[:2])))
        return tuple(found)

    def examples(self) -> tuple[SeedExample, ...]:
        """The skill-style seeds: those with a question of their own."""
        return tuple(
            SeedExample(
                _as_text(seed.get("question")),
                _as_text(seed.get("answer")),
                _as_text(seed.get("context")),
                self._line(("seed_examples", index)),
            )
            for index, seed in self._seeds()
            if "question" in seed or "answer" in seed
        )

    def _seeds(self) -> list[tuple[int, Mapping[Any, Any]]]:
        seeds = self.data.get("seed_examples")
        if not isinstance(seeds, list):
            return []
        return [(index, seed) for index, seed in enumerate(seeds) if isinstance(seed, Mapping)]

    def _line(self, path: tuple[str | int, ...]) -> int:
        node: yaml.Node | None = self.source.find(path) if self.source else None
        return node.start_mark.line + 1 if node else 1


def _as_text(value: Any) -> str:
    """A text as it is; a number or a date as it prints; a list as its lines; nothing as nothing."""
    if isinstance(value, str):
        return value
    if value is None or isinstance(value, Mapping):
        return ""
    if isinstance(value, bool):
        return "Yes" if value else "No"
    if isinstance(value, list):
        return "\n".join(f"- {_as_text(one)}" for one in value if one is not None)
    return str(value)
