"""What a person can want to teach, in plain words, and the root and kind of leaf that each becomes."""

from __future__ import annotations

import msgspec

from labdesk.core.taxonomy.leaf import LeafKind


class Wish(msgspec.Struct, frozen=True):
    """One thing to choose. `ask` asks for it in one sentence, `example` is such a sentence; `known` names its list of
    well-known branches in resources/taxonomy/branches.yaml; `next_step` says what comes after the leaf is made."""

    key: str
    title: str
    help: str
    example: str
    ask: str
    root: str
    kind: LeafKind
    known: str
    next_step: str


WISHES = (
    Wish(
        key="facts",
        title="Facts from a document",
        help="It should know what a text says: a handbook, a chapter, the rules of a house.",
        example="The lighthouse of Marrowby, its keepers and when it is open",
        ask="What is the document about?",
        root="knowledge",
        kind=LeafKind.KNOWLEDGE,
        known="knowledge",
        next_step="Take five passages from the document and write three questions about each.",
    ),
    Wish(
        key="task",
        title="How to do a task",
        help="It should do something the way you show it: write, answer, translate, sort.",
        example="Write a short note to the harbour master",
        ask="What should it learn to do?",
        root="compositional_skills",
        kind=LeafKind.FREEFORM,
        known="freeform",
        next_step="Write five examples: what is asked, and the answer you would like.",
    ),
    Wish(
        key="text",
        title="What to do with a text",
        help="It is handed a text and works on it: sum up, extract, rewrite, judge.",
        example="List who came and when, from the page of a visitors' book",
        ask="What should it do with a text?",
        root="compositional_skills",
        kind=LeafKind.GROUNDED,
        known="grounded",
        next_step="Write five examples: a text, what is asked of it, and the answer you would like.",
    ),
    Wish(
        key="basics",
        title="A skill everyone needs",
        help="It should count, reason or keep to a format: what its other skills rest on.",
        example="Tell who came last, from a list of who came before whom",
        ask="What should it be able to do?",
        root="foundational_skills",
        kind=LeafKind.FREEFORM,
        known="foundational_skills",
        next_step="Write five examples: what is asked, and the answer you would like.",
    ),
)


def wish_for(path: str) -> Wish:
    """The wish that a place in the tree (a root, a branch or "") suggests."""
    grounded = path.startswith("compositional_skills") and "grounded" in path.split("/")
    if grounded:
        return next(wish for wish in WISHES if wish.kind is LeafKind.GROUNDED)
    root = path.split("/")[0]
    return next((wish for wish in WISHES if wish.root == root), WISHES[0])
