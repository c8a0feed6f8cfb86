"""The report: joined answers, plain verdicts, a page that cannot be broken into, and the learning map."""

from __future__ import annotations

from pathlib import Path

import pytest

from labdesk.core import paths
from labdesk.core.errors import ExamError
from labdesk.core.exam.general import read_general
from labdesk.core.exam.learning_map import LeafScore, learning_map
from labdesk.core.exam.question import GENERAL, ExamAnswer, ExamQuestion
from labdesk.core.exam.report import ExamReport, build_report, judge, read_report, write_report


def a_leaf(name: str, before: float, after: float, questions: int = 10) -> LeafScore:
    return LeafScore(leaf=name, questions=questions, before=before, after=after)


def a_report(text: str = "Edith") -> ExamReport:
    questions = [
        ExamQuestion(id="1", leaf="knowledge/a", question="Who?", answer="Edith"),
        ExamQuestion(id="2", leaf=GENERAL, question="Capital?", answer="Paris"),
    ]
    before = {i: ExamAnswer(question=i, text="?", score=float(i == "2")) for i in ("1", "2")}
    after = {i: ExamAnswer(question=i, text=text, score=1.0) for i in ("1", "2")}
    return build_report("Exam", questions, before, after, model_before="base", model_after="taught")


def test_report_counts_general_apart(tmp_path: Path) -> None:
    report = a_report()
    assert (report.before, report.after) == (0.0, 100.0)
    assert (report.general_before, report.general_after) == (100.0, 100.0)
    assert report.verdict.outcome == "learned"
    page = write_report(report, tmp_path)
    assert page.read_text().startswith("<!doctype html>")
    assert read_report(tmp_path) == report


def test_the_exam_between_the_phases_shows_what_the_skills_cost(tmp_path: Path) -> None:
    questions = [ExamQuestion(id=str(n), leaf="knowledge/a", question=f"Who is {n}?", answer="Edith") for n in range(5)]
    said = {
        side: {str(n): ExamAnswer(question=str(n), text=side, score=float(n < right)) for n in range(5)}
        for side, right in (("before", 0), ("between", 5), ("after", 4))
    }
    report = build_report("Exam", questions, **said, model_before="base", model_after="taught")
    assert (report.leaves[0].between, report.map.between, report.answers[4].between) == (100.0, 100.0, "between")
    assert report.verdict.outcome == "learned"
    assert "20 points" in report.verdict.cause
    page = write_report(report, tmp_path).read_text()
    assert page.count("After the knowledge phase") == 2
    assert read_report(tmp_path) == report


def test_without_an_exam_between_the_page_has_no_empty_column(tmp_path: Path) -> None:
    report = a_report()
    assert (report.leaves[0].between, report.map.between, report.general_between) == (None, None, None)
    assert "knowledge phase" not in write_report(report, tmp_path).read_text()


def test_page_escapes_what_a_model_said(tmp_path: Path) -> None:
    page = write_report(a_report('<script>alert("x")</script>'), tmp_path).read_text()
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.parametrize(
    ("leaves", "general", "outcome"),
    [
        ([a_leaf("a", 0, 90)], (80.0, 75.0), "learned"),
        ([a_leaf("a", 0, 90)], (80.0, 60.0), "forgot"),
        ([a_leaf("a", 0, 50)], (80.0, 80.0), "partly"),
        ([a_leaf("a", 10, 15)], (80.0, 80.0), "nothing"),
        ([a_leaf("a", 90, 95)], (None, None), "known before"),
    ],
)
def test_verdict_says_what_happened(
    leaves: list[LeafScore], general: tuple[float | None, float | None], outcome: str
) -> None:
    verdict = judge(leaves, *general)
    assert verdict.outcome == outcome
    assert outcome == "learned" or (verdict.cause and verdict.next_step)


def test_map_weighs_leaves_by_their_questions() -> None:
    top = learning_map([a_leaf("k/a", 0, 100, 30), a_leaf("k/b/c", 0, 0, 10)])
    assert top.after == 75.0
    assert [child.path for child in top.children[0].children] == ["k/a", "k/b"]
    assert top.children[0].children[1].children[0].name == "c"
    assert learning_map([]).questions == 0


def test_general_questions_ship_and_are_no_replay() -> None:
    questions = read_general(paths.resources() / "exam" / "general.jsonl")
    assert len(questions) == 20
    replay = (paths.resources() / "replay" / "prompts.jsonl").read_text().lower()
    assert not [q.question for q in questions if q.question.lower() in replay]


def test_damaged_general_questions_name_the_line(tmp_path: Path) -> None:
    (tmp_path / "g.jsonl").write_text('{"question": "a?", "answer": "b"}\nnonsense\n')
    with pytest.raises(ExamError, match="Line 2"):
        read_general(tmp_path / "g.jsonl")
