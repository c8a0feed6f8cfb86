"""A corrected answer becomes a seed example of a leaf: only the lines of that example change."""

from __future__ import annotations

import msgspec

from labdesk.core.chats.likeness import Likeness
from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.edit import insert_item, set_field
from labdesk.core.taxonomy.leaf import Leaf, LeafKind, parse_leaf
from labdesk.core.taxonomy.new_leaf import MIN_SEEDS

SEEDS = "seed_examples"
PAIRS = "questions_and_answers"


class Lesson(msgspec.Struct, frozen=True):
    """The new bytes of the leaf, and in words what was done. `missing`: examples it still needs before it is taught."""

    data: bytes
    done: str
    missing: int


def with_lesson(data: bytes, path: str, question: str, answer: str) -> Lesson:
    """The leaf at `path` (its folder) with this question and answer.

    A question it has already gets the new answer; else an example that is still empty is filled; else one is added: to
    the passage that is most like it in a knowledge leaf, at the end of a skill's examples. Raises TaxonomyError.
    """
    question, answer = question.strip(), answer.strip()
    if not question or not answer:
        raise TaxonomyError("A lesson needs a question and an answer.", remedy="Fill in both.")
    leaf = parse_leaf(data, path)
    knowledge = leaf.kind is LeafKind.KNOWLEDGE
    new, done = (_with_pair if knowledge else _with_example)(leaf, question, answer)
    return Lesson(new, done, _missing(parse_leaf(new, path)))


def _with_pair(leaf: Leaf, question: str, answer: str) -> tuple[bytes, str]:
    if not leaf.seed_contexts:
        raise TaxonomyError(
            f"“{leaf.title}” has no passage that this answer could belong to.",
            cause="A leaf of knowledge is taught from passages of a document.",
            remedy="Add a document and a first passage in Teach, or choose a skill leaf.",
        )
    for where, context in enumerate(leaf.seed_contexts):
        for number, pair in enumerate(context.pairs):
            if _same(pair.question, question):
                return set_field(leaf.text, (SEEDS, where, PAIRS, number, "answer"), answer), _REPLACED
    where = _nearest_passage(leaf, f"{question} {answer}")
    pairs = leaf.seed_contexts[where].pairs
    empty = next((number for number, pair in enumerate(pairs) if not (pair.question + pair.answer).strip()), None)
    value = {"question": question, "answer": answer}
    if empty is not None:
        return _filled(leaf.text, (SEEDS, where, PAIRS, empty), value), _FILLED
    return insert_item(leaf.text, (SEEDS, where, PAIRS), len(pairs), value), f"It was added to passage {where + 1}."


def _with_example(leaf: Leaf, question: str, answer: str) -> tuple[bytes, str]:
    grounded = leaf.kind is LeafKind.GROUNDED
    for where, seed in enumerate(leaf.seed_examples):
        if _same(seed.question, question):
            return set_field(leaf.text, (SEEDS, where, "answer"), answer), _REPLACED
    if grounded:
        raise TaxonomyError(
            f"“{leaf.title}” answers questions about a text, so every example of it needs one.",
            remedy="Add this example in Teach with its text, or choose another leaf.",
        )
    value = {"question": question, "answer": answer}
    for where, seed in enumerate(leaf.seed_examples):
        if not (seed.question + seed.answer).strip():
            return _filled(leaf.text, (SEEDS, where), value), _FILLED
    return insert_item(leaf.text, (SEEDS,), len(leaf.seed_examples), value), "It was added as an example."


_REPLACED = "The leaf had this question already: its answer is now yours."
_FILLED = "It took the place of an example that was still empty."


def _filled(data: bytes, where: tuple[str | int, ...], value: dict[str, str]) -> bytes:
    for name, text in value.items():
        data = set_field(data, (*where, name), text)
    return data


def _same(one: str, other: str) -> bool:
    return " ".join(one.casefold().split()) == " ".join(other.casefold().split())


def _nearest_passage(leaf: Leaf, text: str) -> int:
    likeness = Likeness()
    for number, seed in enumerate(leaf.seed_contexts):
        pairs = " ".join(f"{pair.question} {pair.answer}" for pair in seed.pairs)
        likeness.put(str(number), f"{seed.context} {pairs}")
    ranked = likeness.rank(text, 1)
    return int(ranked[0][0]) if ranked else len(leaf.seed_contexts) - 1


def _missing(leaf: Leaf) -> int:
    if leaf.kind is LeafKind.KNOWLEDGE:
        return max(0, MIN_SEEDS - sum(1 for seed in leaf.seed_contexts if seed.context.strip()))
    return max(0, MIN_SEEDS - sum(1 for seed in leaf.seed_examples if seed.question.strip() and seed.answer.strip()))
