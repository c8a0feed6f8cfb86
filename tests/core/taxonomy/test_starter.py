"""The starter taxonomy that ships: valid, quoted word for word from its document, with an exam that is not trained."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from labdesk.core.documents.citations import find_quote
from labdesk.core.documents.source import read_documents
from labdesk.core.taxonomy.attribution import check_attribution, read_attribution
from labdesk.core.taxonomy.leaf import Leaf, LeafKind, read_leaf
from labdesk.core.taxonomy.tree import read_tree

REPOSITORY = Path(__file__).resolve().parents[3]
STARTER = REPOSITORY / "taxonomy"
FOREIGN = sorted((REPOSITORY / "tests" / "fixtures" / "foreign").iterdir())


def _leaves(root: Path) -> list[Leaf]:
    return [read_leaf(entry.file, root) for entry in read_tree(root).leaves]


def test_the_starter_holds_one_leaf_of_each_sort_and_all_are_without_a_problem() -> None:
    leaves = _leaves(STARTER)
    assert [(leaf.root, leaf.kind) for leaf in leaves] == [
        ("knowledge", LeafKind.KNOWLEDGE),
        ("foundational_skills", LeafKind.FREEFORM),
        ("compositional_skills", LeafKind.GROUNDED),
        ("compositional_skills", LeafKind.FREEFORM),
    ]
    assert all(leaf.is_valid and leaf.version == 3 and not leaf.problems for leaf in leaves)
    assert read_tree(STARTER).notices == ()


def test_every_starter_leaf_is_attributed() -> None:
    for leaf in _leaves(STARTER):
        works = read_attribution((STARTER / leaf.path / "attribution.txt").read_bytes())
        assert len(works) == 1 and check_attribution(works) == (), leaf.path


def test_knowledge_answers_are_short_and_stand_in_their_context_and_document() -> None:
    leaf = _leaves(STARTER)[0]
    (document,) = read_documents(STARTER / leaf.path, leaf.document, STARTER)
    assert document.note == "" and 450 <= len(document.text.split()) <= 700
    for seed in leaf.seed_contexts:
        assert seed.context in document.text
        for pair in seed.pairs:
            assert pair.answer in seed.context and len(pair.answer.split()) <= 6
            assert "Marrowby" in pair.question
    assert 12 <= len({pair.answer for pair in leaf.pairs}) <= 16


@pytest.mark.parametrize("leaf", _leaves(STARTER), ids=lambda leaf: leaf.name)
def test_the_exam_asks_what_no_seed_asks(leaf: Leaf) -> None:
    rows = [json.loads(line) for line in (STARTER / leaf.path / "exam.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) >= (12 if leaf.kind is LeafKind.KNOWLEDGE else 4)
    seeds = {(one.question, getattr(one, "context", "")) for one in (*leaf.pairs, *leaf.seed_examples)}
    for row in rows:
        assert (row["question"], row.get("context", "")) not in seeds
        assert any(key.lower() in row["answer"].lower() for key in row["accepted"])
    if leaf.kind is LeafKind.KNOWLEDGE:
        assert {row["answer"] for row in rows} == {pair.answer for pair in leaf.pairs}


@pytest.mark.parametrize("folder", FOREIGN, ids=lambda folder: folder.name)
def test_foreign_leaves_are_teachable_and_their_questions_answerable(folder: Path) -> None:
    root = folder / "taxonomy"
    (leaf,) = _leaves(root)
    assert leaf.is_valid and leaf.kind is LeafKind.KNOWLEDGE
    (document,) = read_documents(root / leaf.path, leaf.document, root)
    assert all(find_quote(document.text, seed.context) for seed in leaf.seed_contexts)
    asked = {pair.question for pair in leaf.pairs}
    for line in (folder / "questions.jsonl").read_text("utf-8").splitlines():
        row = json.loads(line)
        assert row["question"] not in asked
        assert any(key.lower() in document.text.lower() for key in row["accepted"]), row
