"""What a leaf offers to be taught from: its seed examples and the passages of its source document, as plain data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import msgspec

from labdesk.core.samples.language import ENGLISH, language_of
from labdesk.core.samples.sample import Root
from labdesk.core.samples.statements import Statement, statements
from labdesk.core.taxonomy.leaf import Leaf, LeafKind

Kind = Literal["knowledge", "freeform", "grounded"]
_KINDS: dict[LeafKind, Kind] = {
    LeafKind.KNOWLEDGE: "knowledge",
    LeafKind.FREEFORM: "freeform",
    LeafKind.GROUNDED: "grounded",
}


class Seed(msgspec.Struct, frozen=True, kw_only=True):
    """One question-answer pair of the person. `fact` is its name in the leaf ("seed 2.1": context 2, pair 1)."""

    fact: str
    question: str
    answer: str
    context: str = ""


class Material(msgspec.Struct, frozen=True, kw_only=True):
    """One leaf, ready for a pipeline. `leaf` is the path below the taxonomy root; `title` is for a person.

    `statements` are the sentences of the source documents (or of the seed contexts when there is no document), each
    understandable by itself. `paragraphs` are the paragraphs they stand in, in order. `language` (ISO 639-1) is that of
    the texts; English where it cannot be told.
    """

    leaf: str
    root: Root
    kind: Kind
    title: str
    task: str = ""
    seeds: tuple[Seed, ...] = ()
    statements: tuple[Statement, ...] = ()
    paragraphs: tuple[Statement, ...] = ()
    language: str = ENGLISH

    @property
    def source(self) -> str:
        """All text that answers may be grounded in."""
        own = [part.text for part in self.paragraphs] + [seed.context for seed in self.seeds]
        return "\n".join(dict.fromkeys(text for text in own if text))


def material_of(leaf: Leaf, documents: Mapping[str, str]) -> Material:
    """The material of a leaf. `documents` maps the name of each source document to its text (markdown or plain)."""
    root: Root = "knowledge"
    if leaf.root == "compositional_skills":
        root = "compositional_skills"
    elif leaf.root == "foundational_skills":
        root = "foundational_skills"
    kind = _KINDS[leaf.kind]
    seeds = _seeds(leaf)
    texts = dict(documents)
    if kind == "knowledge" and not texts:
        texts = {"": "\n\n".join(dict.fromkeys(seed.context for seed in seeds if seed.context))}
    title = leaf.title
    said = [f"{seed.question} {seed.answer}" for seed in seeds]
    sentences: list[Statement] = []
    paragraphs: list[Statement] = []
    for name, text in texts.items() if kind == "knowledge" else ():
        found_sentences, found_paragraphs, heading = statements(name, text, title)
        title = heading or title
        sentences += found_sentences
        paragraphs += found_paragraphs
    return Material(
        leaf=leaf.path,
        root=root,
        kind=kind,
        title=title,
        task=leaf.task_description or leaf.document_outline,
        seeds=seeds,
        statements=tuple(sentences),
        paragraphs=tuple(paragraphs),
        language=language_of("\n".join([*said, *texts.values()])) or ENGLISH,
    )


def _seeds(leaf: Leaf) -> tuple[Seed, ...]:
    """Seeds in file order, with the names of their facts counted from 1. Empty questions and answers are left out."""
    pairs = [
        Seed(fact=f"seed {at}.{place}", question=pair.question, answer=pair.answer, context=one.context)
        for at, one in enumerate(leaf.seed_contexts, start=1)
        for place, pair in enumerate(one.pairs, start=1)
    ] + [
        Seed(fact=f"seed {at}", question=one.question, answer=one.answer, context=one.context)
        for at, one in enumerate(leaf.seed_examples, start=1)
    ]
    clean = [
        msgspec.structs.replace(
            seed, question=seed.question.strip(), answer=seed.answer.strip(), context=seed.context.strip()
        )
        for seed in pairs
    ]
    return tuple(seed for seed in clean if seed.question and seed.answer)
