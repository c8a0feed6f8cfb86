"""A correction becomes a seed example of the right leaf, and nothing else in the file changes."""

from __future__ import annotations

import difflib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labdesk.core import paths
from labdesk.core.chats.lesson import with_lesson
from labdesk.core.chats.likeness import Likeness
from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.leaf import LeafKind, parse_leaf, read_leaf
from labdesk.core.taxonomy.new_leaf import draft_leaf_text
from labdesk.core.taxonomy.tree import read_tree

KNOWLEDGE = "knowledge/places/marrowby_light"
SKILL = "compositional_skills/writing/freeform/harbour_note"
GROUNDED = "compositional_skills/grounded/extraction/visitor_book"


def starter(path: str) -> bytes:
    return (paths.starter_taxonomy() / path / "qna.yaml").read_bytes()


def changed(before: bytes, after: bytes) -> tuple[int, int]:
    lines = difflib.ndiff(before.decode().splitlines(), after.decode().splitlines())
    marks = [line[0] for line in lines if line[0] in "+-"]
    return marks.count("-"), marks.count("+")


def test_a_fact_goes_to_the_passage_that_is_most_like_it() -> None:
    before = starter(KNOWLEDGE)
    lesson = with_lesson(before, KNOWLEDGE, "What colour were the bands of the tower?", "Yellow and white")
    leaf = parse_leaf(lesson.data, KNOWLEDGE)
    assert leaf.is_valid and lesson.missing == 0 and "passage 2" in lesson.done
    assert leaf.seed_contexts[1].pairs[-1].answer == "Yellow and white" and changed(before, lesson.data) == (0, 2)


def test_a_question_that_is_there_gets_the_new_answer() -> None:
    before = starter(KNOWLEDGE)
    lesson = with_lesson(before, KNOWLEDGE, "  on WHICH island does Marrowby Light stand? ", "Fennick, of course")
    assert changed(before, lesson.data) == (1, 1) and "already" in lesson.done
    assert parse_leaf(lesson.data, KNOWLEDGE).pairs[0].answer == "Fennick, of course"


def test_a_skill_gets_another_example() -> None:
    before = starter(SKILL)
    lesson = with_lesson(before, SKILL, "Write a note about fog.", "Fog.\n\n- Stay in.\n")
    leaf = parse_leaf(lesson.data, SKILL)
    assert leaf.is_valid and leaf.seed_examples[-1].answer == "Fog.\n\n- Stay in."


def test_a_new_leaf_fills_its_empty_examples_first_and_says_how_many_are_missing() -> None:
    data = draft_leaf_text(LeafKind.FREEFORM, created_by="me", about="Short answers")
    for left, number in ((4, "1"), (3, "2"), (2, "3"), (1, "4"), (0, "5"), (0, "6")):
        lesson = with_lesson(data, SKILL, f"Question {number}?", f"Answer {number}.")
        assert lesson.missing == left
        data = lesson.data
    leaf = parse_leaf(data, SKILL)
    assert leaf.is_valid and [seed.answer for seed in leaf.seed_examples] == [f"Answer {n}." for n in range(1, 7)]


def test_what_does_not_fit_is_refused_with_a_way_out() -> None:
    with pytest.raises(TaxonomyError, match="needs one"):
        with_lesson(starter(GROUNDED), GROUNDED, "Who?", "Me")
    with pytest.raises(TaxonomyError, match="no passage"):
        with_lesson(b"version: 3\nseed_examples: []\n", KNOWLEDGE, "Who?", "Me")
    with pytest.raises(TaxonomyError, match="question and an answer"):
        with_lesson(starter(SKILL), SKILL, "Who?", " ")


@settings(max_examples=30)
@given(st.text(min_size=1, max_size=80), st.text(min_size=1, max_size=200))
def test_any_correction_is_stored_as_it_was_typed_or_refused(question: str, answer: str) -> None:
    before = starter(SKILL)
    try:
        lesson = with_lesson(before, SKILL, question, answer)
    except TaxonomyError:
        return
    seeds = parse_leaf(lesson.data, SKILL).seed_examples
    assert (seeds[-1].question, seeds[-1].answer) == (question.strip(), answer.strip())
    assert seeds[:-1] == parse_leaf(before, SKILL).seed_examples


def test_the_best_guess_is_the_leaf_that_speaks_of_it() -> None:
    likeness = Likeness()
    root = paths.starter_taxonomy()
    for entry in read_tree(root).leaves:
        likeness.put(entry.path, read_leaf(entry.file, root).text.decode())
    assert likeness.rank("Who was the last keeper of the lighthouse at Marrowby?")[0][0] == KNOWLEDGE
    assert likeness.rank("Write a short note for the harbour board about the weather")[0][0] == SKILL
    assert likeness.rank("xyzzy") == [] and likeness.rank("") == []


@given(st.lists(st.tuples(st.sampled_from("abc"), st.text(max_size=40)), max_size=8), st.text(max_size=40))
def test_likeness_is_between_nothing_and_the_same(texts: list[tuple[str, str]], wanted: str) -> None:
    likeness = Likeness()
    for key, text in texts:
        likeness.put(key, text)
    ranked = likeness.rank(wanted)
    assert all(0 < score <= 1 + 1e-9 for _key, score in ranked)
    assert ranked == sorted(ranked, key=lambda one: (-one[1], one[0]))
    for key, _text in texts:
        likeness.drop(key)
    assert len(likeness) == 0 and likeness.rank(wanted) == []
