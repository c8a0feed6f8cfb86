"""The examiner asks closed-book, scores what comes, and says so when there is nothing to ask."""

from __future__ import annotations

import pytest

from labdesk.core.errors import ExamError, JobStopped
from labdesk.core.exam.question import ExamQuestion
from labdesk.engine.exam.examiner import examine
from labdesk.engine.runtimes.scripted import ScriptedRuntime

QUESTIONS = [
    ExamQuestion(id="1", leaf="a", question="Who built it?", answer="Edith Crane"),
    ExamQuestion(
        id="2", leaf="a", question="Write the line.", answer="Ida | 3", context="Ida came.", scoring="closeness"
    ),
]


def test_answers_are_scored_by_id() -> None:
    runtime = ScriptedRuntime(lambda request: " Edith Crane did. " if request.key == "1" else "Ida | 3")
    answers = examine(runtime, QUESTIONS)
    assert [answers["1"].score, answers["2"].score] == [1.0, 1.0]
    assert answers["1"].text == "Edith Crane did."
    assert all(request.temperature == 0 for request in runtime.seen)
    assert "Ida came." not in runtime.seen[0].prompt, "closed-book"
    assert "Ida came.\n\nWrite the line." in runtime.seen[1].prompt


def test_no_questions_is_an_error_and_stopping_is_not_success() -> None:
    with pytest.raises(ExamError, match="no question"):
        examine(ScriptedRuntime([]), [])
    with pytest.raises(JobStopped):
        examine(ScriptedRuntime(["x"]), QUESTIONS, should_stop=lambda: True)
