"""The first bytes of a leaf that a person makes: the right fields for its kind, empty, ready to be filled in."""

from __future__ import annotations

from typing import Any

from labdesk.core.taxonomy import edit
from labdesk.core.taxonomy.leaf import LeafKind

_SEEDS = 5
_PAIRS = 3


def new_leaf(kind: LeafKind, *, about: str = "", created_by: str = "") -> bytes:
    """A qna.yaml with `about` (one sentence) filled in. It has as many empty seed examples as a valid leaf needs."""
    fields: list[tuple[str, Any]] = [("version", 3), ("created_by", created_by)]
    if kind is LeafKind.KNOWLEDGE:
        fields += [("domain", ""), ("document_outline", about)]
    else:
        fields += [("task_description", about)]
    fields.append(("seed_examples", [_seed(kind) for _ in range(_SEEDS)]))
    if kind is LeafKind.KNOWLEDGE:
        fields.append(("document", {"repo": ".", "commit": "local", "patterns": ["document.md"]}))
    data = b""
    for name, value in fields:
        data = edit.set_field(data, (name,), value)
    return data


def _seed(kind: LeafKind) -> dict[str, Any]:
    pair = {"question": "", "answer": ""}
    if kind is LeafKind.KNOWLEDGE:
        return {"context": "", "questions_and_answers": [dict(pair) for _ in range(_PAIRS)]}
    return {"context": " ", **pair} if kind is LeafKind.GROUNDED else pair
