"""A leaf in short: a draft is told from a mistake, and a draft with mistakes says both."""

from __future__ import annotations

import pytest

from labdesk.core.taxonomy.facts import facts_of, in_short, seen_of
from labdesk.core.taxonomy.leaf import LeafKind, parse_leaf
from labdesk.core.taxonomy.new_leaf import draft_leaf_text
from labdesk.core.taxonomy.tree import LeafEntry

ENTRY = LeafEntry("knowledge/a", "/nowhere/qna.yaml", 1, 1, 1)


def _path(kind: LeafKind) -> str:
    return "knowledge/a" if kind is LeafKind.KNOWLEDGE else "compositional_skills/a"


@pytest.mark.parametrize("kind", list(LeafKind))
def test_a_new_leaf_has_gaps_and_no_mistakes(kind: LeafKind) -> None:
    facts = facts_of(parse_leaf(draft_leaf_text(kind, about="The mill"), _path(kind)))
    assert not facts.valid and facts.gaps > 5 and facts.errors > 0
    assert facts.mistakes == 0
    assert facts.first


def test_a_draft_with_mistakes_counts_them_too() -> None:
    text = draft_leaf_text(LeafKind.FREEFORM, about="Write a note").replace(b"version: 3", b"version: 3\ncolour: red")
    text = text.replace(b'question: ""', b"question: The same", 2).replace(b'answer: ""', b"answer: Yes", 2)
    facts = facts_of(parse_leaf(text, "compositional_skills/a"))
    # An unknown field, two answers that YAML reads as yes or no, the first two examples alike.
    assert facts.mistakes == 4 and facts.gaps == 7


def test_what_is_shown_of_many_needs_no_report_and_perhaps_no_text() -> None:
    seen = seen_of(parse_leaf(draft_leaf_text(LeafKind.FREEFORM, about="A note"), "a"), ENTRY, settled=True)
    short = in_short(seen)
    assert seen.report.problems and not hasattr(short, "report") and short.text == seen.text
    assert in_short(short) is short
    assert in_short(seen, text=False).text == ""
