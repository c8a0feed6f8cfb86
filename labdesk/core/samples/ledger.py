"""The fact ledger: every fact of a leaf with a number and the words of the document that state it.

A fact is what a seed example or a sentence of the document teaches; samples name theirs (`Sample.fact`). The ledger is
the unit of coverage: a leaf is not well covered because it has many samples, but when each of its facts has some.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import msgspec

from labdesk.core.exam.scoring import STOP_WORDS, key_words, stem, words
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.sample import Sample
from labdesk.core.samples.statements import Statement

#: A fact counts as covered from so many kept samples on: fewer wordings are learned by their very words.
COVERED_FROM = 5
#: Letters of English for one token; good enough to compare texts with one another.
_LETTERS_PER_TOKEN = 4
#: Tokens of a question about a sentence (seen: recall questions of the starter leaf have 9 to 14).
_QUESTION_TOKENS = 12


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """One thing to learn. `name` is what samples call it, `quote` the words that state it ("" for skills), at
    characters [start, end) of `document`. `row_tokens`: about so many tokens has a sample that teaches it."""

    number: int
    name: str
    quote: str
    document: str = ""
    start: int = 0
    end: int = 0
    row_tokens: int = 0


class FactCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation made of one fact: samples kept, those of them in the teacher's words, samples discarded and why
    most of them were."""

    fact: Fact
    kept: int
    by_teacher: int
    discarded: int
    reason: str = ""


class Coverage(msgspec.Struct, frozen=True, kw_only=True):
    """What a generation made of a leaf. `kept_tokens` / `source_tokens` is the budget that was reached."""

    leaf: str
    facts: tuple[FactCoverage, ...]
    source_tokens: int
    kept_tokens: int

    @property
    def thin(self) -> tuple[FactCoverage, ...]:
        """The facts that too few samples teach."""
        return tuple(one for one in self.facts if one.kept < COVERED_FROM)

    @property
    def covered(self) -> int:
        """How many facts enough samples teach."""
        return len(self.facts) - len(self.thin)


def estimated_tokens(text: str) -> int:
    """About how many tokens a text has, without a vocabulary."""
    return -(-len(text) // _LETTERS_PER_TOKEN)


def source_tokens(material: Material) -> int:
    """About how many tokens a leaf offers to learn from: its documents, or a skill's examples."""
    if material.paragraphs:
        return sum(estimated_tokens(part.text) for part in material.paragraphs)
    return sum(estimated_tokens(f"{seed.context} {seed.question} {seed.answer}") for seed in material.seeds)


def ledger(material: Material) -> tuple[Fact, ...]:
    """The facts of a leaf, numbered from 1: what the seed examples ask first, then the sentences of the document."""
    content = [_content(part.text) for part in material.statements]
    facts = [_of_seed(seed, material.statements, content) for seed in material.seeds]
    facts += [
        Fact(
            number=0, name=part.fact, quote=part.text, document=part.document, start=part.start, end=part.end,
            row_tokens=estimated_tokens(part.text) + _QUESTION_TOKENS,
        )
        for part in material.statements
    ]  # fmt: skip
    unique = {fact.name: fact for fact in facts}.values()
    return tuple(msgspec.structs.replace(fact, number=number) for number, fact in enumerate(unique, start=1))


def fact_name(sample: Sample) -> str:
    """The ledger's name of what a sample teaches; new examples of a skill count for the seed they were made from."""
    return sample.fact.partition(" example ")[0]


def coverage(material: Material, samples: Iterable[Sample]) -> Coverage:
    """How well the samples of a leaf (others are passed over) cover its facts."""
    facts = ledger(material)
    kept, by_teacher, discarded = Counter[str](), Counter[str](), Counter[str]()
    reasons: dict[str, Counter[str]] = {fact.name: Counter() for fact in facts}
    tokens = 0
    for sample in samples:
        if sample.leaf != material.leaf:
            continue
        name = fact_name(sample)
        if sample.kept:
            kept[name] += 1
            by_teacher[name] += bool(sample.provenance.prompt_sha)
            tokens += estimated_tokens(sample.question) + estimated_tokens(sample.answer)
        else:
            discarded[name] += 1
            reasons.setdefault(name, Counter())[sample.reason] += 1
    rows = tuple(
        FactCoverage(
            fact=fact, kept=kept[fact.name], by_teacher=by_teacher[fact.name], discarded=discarded[fact.name],
            reason=next((reason for reason, _count in reasons[fact.name].most_common(1)), ""),
        )
        for fact in facts
    )  # fmt: skip
    return Coverage(leaf=material.leaf, facts=rows, source_tokens=source_tokens(material), kept_tokens=tokens)


def _of_seed(seed: Seed, parts: Sequence[Statement], content: Sequence[frozenset[str]]) -> Fact:
    """The fact of a seed, with the sentence that says its answer (the one that shares most words of the question)."""
    tokens = estimated_tokens(seed.question) + estimated_tokens(seed.answer)
    keys = {stem(word) for word in key_words(seed.answer, seed.question)[0]}
    about = _content(f"{seed.question} {seed.answer}")
    found = [at for at, said in enumerate(content) if keys & said]
    best = max(found, key=lambda at: (len(keys & content[at]), len(about & content[at]), -at), default=None)
    if best is None:
        return Fact(number=0, name=seed.fact, quote="", row_tokens=tokens)
    part = parts[best]
    return Fact(
        number=0, name=seed.fact, quote=part.text, document=part.document, start=part.start, end=part.end,
        row_tokens=tokens,
    )  # fmt: skip


def _content(text: str) -> frozenset[str]:
    return frozenset(stem(word) for word in words(text) if word not in STOP_WORDS)
