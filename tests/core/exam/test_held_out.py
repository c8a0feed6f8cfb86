"""Held-out questions: one unseen wording per fact, and nothing that gives it away."""

from __future__ import annotations

from pathlib import Path

import pytest

from labdesk.core.errors import ExamError
from labdesk.core.exam.held_out import LeakGuard, exam_for, same
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.material import Material, Seed

MATERIAL = Material(
    leaf="knowledge/a",
    root="knowledge",
    kind="knowledge",
    title="A",
    seeds=(
        Seed(fact="seed 1.1", question="Who designed the tower?", answer="Edith Crane"),
        Seed(fact="seed 1.2", question="Where was the boat built?", answer="At Korsvik"),
    ),
)


def test_one_unseen_wording_per_fact(tmp_path: Path) -> None:
    exam = exam_for(MATERIAL, tmp_path, seed=1)
    assert [question.fact for question in exam] == ["seed 1.1", "seed 1.2"]
    assert not {question.question for question in exam} & {seed.question for seed in MATERIAL.seeds}
    assert exam == exam_for(MATERIAL, tmp_path, seed=1)


def test_own_exam_is_used(tmp_path: Path) -> None:
    (tmp_path / "exam.jsonl").write_text(
        '{"question": "Whose work is the tower?", "answer": "Edith Crane", "accepted": ["Crane"]}\n'
    )
    exam = exam_for(MATERIAL, tmp_path, seed=1)
    assert [(question.question, question.accepted) for question in exam] == [("Whose work is the tower?", ("Crane",))]
    (tmp_path / "exam.jsonl").write_text('{"question": 3}\n')
    with pytest.raises(ExamError, match="Line 1"):
        exam_for(MATERIAL, tmp_path, seed=1)


def test_leaks_are_seen_in_every_dress() -> None:
    guard = LeakGuard([asked("In which place was the boat built?")])
    assert guard.leaks("in which place was the boat built")
    assert guard.leaks("Hi! In which place was the boat built? Answer briefly.")
    assert not guard.leaks("Where was the boat built?")
    assert not guard.leaks("Who sold the boat?")
    assert same("Who is it?", "who is it")
    assert not guard.leaks("")


def test_a_question_about_a_text_is_given_away_only_beside_that_text() -> None:
    guard = LeakGuard([asked("Write the line.", "Laura Finch came from Oldwick with six guests.")])
    assert not guard.leaks("Write the line.", "Anna West came from Ashby with two guests.")
    assert not guard.leaks("Write the line.")
    assert not guard.leaks("Who came?", "Laura Finch came from Oldwick with six guests.")
    assert guard.leaks("Please, write the line.", "Laura Finch came from Oldwick, with six guests!")


def test_a_fact_is_given_away_with_and_without_its_text() -> None:
    guard = LeakGuard([asked("Who designed the tower?")])
    assert guard.leaks("Who designed the tower?", "Edith Crane designed the tower.")


def asked(question: str, context: str = "") -> ExamQuestion:
    return ExamQuestion(id="1", leaf="a", question=question, answer="x", context=context)
