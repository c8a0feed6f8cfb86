"""The text of a new qna.yaml: the fields of its kind, in the order people write them, holding what is known so far."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.render import Style, block_lines
from labdesk.core.taxonomy.schema import NEWEST_VERSION

MIN_SEEDS = 5
MIN_PAIRS = 3


def new_leaf_text(
    kind: LeafKind,
    *,
    created_by: str = "",
    task_description: str = "",
    domain: str = "",
    document_outline: str = "",
    patterns: Sequence[str] = (),
    seeds: Sequence[Mapping[str, Any]] = (),
) -> bytes:
    """A qna.yaml of the newest version. Without `seeds` it holds five empty ones: a draft that waits for the person.

    For knowledge a seed is {"context", "questions_and_answers": [{"question", "answer"}]}; for a skill
    {"question", "answer"} with "context" when grounded. `patterns` name documents in the leaf's folder.
    """
    fields: dict[str, Any] = {"version": NEWEST_VERSION, "created_by": created_by}
    if kind is LeafKind.KNOWLEDGE:
        fields |= {"domain": domain, "document_outline": document_outline}
    else:
        fields |= {"task_description": task_description}
    fields["seed_examples"] = list(seeds) or [empty_seed(kind) for _ in range(MIN_SEEDS)]
    if kind is LeafKind.KNOWLEDGE:
        fields["document"] = {"repo": ".", "commit": "local", "patterns": list(patterns)}
    return ("\n".join(block_lines(fields, Style(), 0)) + "\n").encode("utf-8")


def draft_leaf_text(
    kind: LeafKind, *, created_by: str = "", about: str = "", domain: str = "", patterns: Sequence[str] = ()
) -> bytes:
    """A draft of a kind: what a person said it is `about`, and empty seed examples."""
    # A blank context says that a skill is grounded; with none at all its first example would make it freeform.
    grounded = [{**empty_seed(kind), "context": " "}] * MIN_SEEDS if kind is LeafKind.GROUNDED else []
    knowledge = kind is LeafKind.KNOWLEDGE
    return new_leaf_text(
        kind,
        created_by=created_by,
        task_description="" if knowledge else about,
        document_outline=about if knowledge else "",
        domain=domain,
        patterns=patterns,
        seeds=grounded,
    )


def empty_seed(kind: LeafKind) -> dict[str, Any]:
    """A seed example with all its fields and nothing in them."""
    if kind is LeafKind.KNOWLEDGE:
        pairs = [{"question": "", "answer": ""} for _ in range(MIN_PAIRS)]
        return {"context": "", "questions_and_answers": pairs}
    seed = {"question": "", "answer": ""}
    return {"context": "", **seed} if kind is LeafKind.GROUNDED else seed
