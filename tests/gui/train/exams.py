"""An exam report for tests: two leaves, everyday questions, one thing forgotten."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.exam.question import GENERAL, ExamAnswer, ExamQuestion
from labdesk.core.exam.report import ExamReport, build_report, write_report

_ROWS = (
    ("knowledge/places/marrowby_light", "Who lit the lamp?", "Agnes", 0.0, 1.0),
    ("knowledge/places/marrowby_light", "How many steps?", "214", 0.0, 1.0),
    ("compositional_skills/writing/harbour_note", "Write a note.", "Dear all", 1.0, 0.0),
    ("compositional_skills/writing/other", "Write another.", "Dear you", 0.0, 0.0),
    (GENERAL, "How many days has a week?", "7", 1.0, 1.0),
)


def a_report() -> ExamReport:
    """Learned the lamp and the steps, forgot the note."""
    questions = [
        ExamQuestion(id=str(n), leaf=leaf, question=question, answer=answer)
        for n, (leaf, question, answer, _b, _a) in enumerate(_ROWS)
    ]
    before = {str(n): ExamAnswer(question=str(n), text="old", score=row[3]) for n, row in enumerate(_ROWS)}
    after = {str(n): ExamAnswer(question=str(n), text="new", score=row[4]) for n, row in enumerate(_ROWS)}
    between = {str(n): ExamAnswer(question=str(n), text="halfway", score=max(row[3:])) for n, row in enumerate(_ROWS)}
    return build_report("run", questions, before, after, between=between, model_before="base", model_after="taught")


def write_exam(run: Path) -> None:
    """The report where a run keeps it."""
    write_report(a_report(), run / "exam")
