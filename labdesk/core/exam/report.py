"""The exam report: what a model answered before and after teaching, leaf by leaf, and what that means."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import msgspec

from labdesk.core.exam.learning_map import LeafScore, MapNode, learning_map
from labdesk.core.exam.question import GENERAL, ExamAnswer, ExamQuestion
from labdesk.core.exam.report_html import render_html
from labdesk.core.exam.scoring import percent
from labdesk.core.storage import read_json, write_json, write_text

REPORT_JSON = "report.json"
REPORT_HTML = "report.html"
#: A leaf is learned when it reaches this share of right answers, and gained at least GAIN points (DESIGN, issue 2).
LEARNED = 75.0
GAIN = 20.0
#: General questions may fall by so many points.
FORGOTTEN = 10.0

Outcome = Literal["learned", "partly", "nothing", "known before", "forgot"]


class AnswerPair(msgspec.Struct, frozen=True, kw_only=True):
    """One question with its answers; scores from 0 to 1. `between`: after the knowledge phase, where it was asked."""

    id: str
    leaf: str
    question: str
    expected: str
    before: str
    after: str
    before_score: float
    after_score: float
    between: str = ""
    between_score: float | None = None


class PlainVerdict(msgspec.Struct, frozen=True, kw_only=True):
    """What the numbers mean. `next_step` is empty when nothing needs doing."""

    outcome: Outcome
    headline: str
    cause: str = ""
    next_step: str = ""


class ExamReport(msgspec.Struct, frozen=True, kw_only=True):
    """Everything the Exam page and the HTML file show. Scores in percent; general ones None when none were asked."""

    title: str
    model_before: str
    model_after: str
    leaves: tuple[LeafScore, ...]
    answers: tuple[AnswerPair, ...]
    general_before: float | None
    general_after: float | None
    verdict: PlainVerdict
    general_between: float | None = None
    seconds: float = 0.0

    @property
    def before(self) -> float:
        """Mean over all questions about the leaves, in percent."""
        return percent([pair.before_score for pair in self.answers if pair.leaf != GENERAL])

    @property
    def after(self) -> float:
        """Mean over all questions about the leaves, in percent."""
        return percent([pair.after_score for pair in self.answers if pair.leaf != GENERAL])

    @property
    def map(self) -> MapNode:
        """The learning map of this exam."""
        return learning_map(self.leaves)


def build_report(
    title: str,
    questions: Sequence[ExamQuestion],
    before: Mapping[str, ExamAnswer],
    after: Mapping[str, ExamAnswer],
    *,
    between: Mapping[str, ExamAnswer] | None = None,
    model_before: str,
    model_after: str,
    seconds: float = 0.0,
) -> ExamReport:
    """Join two sittings (and the one `between` the phases) by question id. A question that a side lacks is left out."""
    halfway = between or {}
    pairs = tuple(
        AnswerPair(
            id=question.id,
            leaf=question.leaf,
            question=question.question,
            expected=question.answer,
            before=before[question.id].text,
            after=after[question.id].text,
            before_score=before[question.id].score,
            after_score=after[question.id].score,
            between=halfway[question.id].text if question.id in halfway else "",
            between_score=halfway[question.id].score if question.id in halfway else None,
        )
        for question in questions
        if question.id in before and question.id in after
    )
    leaves = tuple(_leaf_score(leaf, pairs) for leaf in dict.fromkeys(pair.leaf for pair in pairs) if leaf != GENERAL)
    general = [pair for pair in pairs if pair.leaf == GENERAL]
    general_before = percent([pair.before_score for pair in general]) if general else None
    general_after = percent([pair.after_score for pair in general]) if general else None
    return ExamReport(
        title=title,
        model_before=model_before,
        model_after=model_after,
        leaves=leaves,
        answers=pairs,
        general_before=general_before,
        general_after=general_after,
        general_between=_between(general),
        verdict=judge(leaves, general_before, general_after),
        seconds=seconds,
    )


def _leaf_score(leaf: str, pairs: Sequence[AnswerPair]) -> LeafScore:
    own = [pair for pair in pairs if pair.leaf == leaf]
    return LeafScore(
        leaf=leaf,
        questions=len(own),
        before=percent([pair.before_score for pair in own]),
        after=percent([pair.after_score for pair in own]),
        between=_between(own),
    )


def _between(pairs: Sequence[AnswerPair]) -> float | None:
    """Percent right after the knowledge phase; None unless all of them were asked then."""
    scores = [pair.between_score for pair in pairs if pair.between_score is not None]
    return percent(scores) if scores and len(scores) == len(pairs) else None


def judge(leaves: Sequence[LeafScore], general_before: float | None, general_after: float | None) -> PlainVerdict:
    """What the scores mean, with the likely cause and the next step when they are not good."""
    questions = sum(leaf.questions for leaf in leaves) or 1
    before = sum(leaf.before * leaf.questions for leaf in leaves) / questions
    after = sum(leaf.after * leaf.questions for leaf in leaves) / questions
    numbers = f"{before:.0f} % before, {after:.0f} % after"
    if general_before is not None and general_after is not None and general_before - general_after > FORGOTTEN:
        return PlainVerdict(
            outcome="forgot",
            headline=f"It learned ({numbers}), but general ones fell: {general_before:.0f} to {general_after:.0f} %.",
            cause="It was trained too long or too hard on too few subjects.",
            next_step="Train again with more replay or a lower learning rate, or choose an earlier checkpoint.",
        )
    if before >= LEARNED:
        return PlainVerdict(
            outcome="known before",
            headline=f"The model knew this already ({numbers}).",
            cause="The exam asks about things that the student has seen before.",
            next_step="Teach it something that no model can know, or use a harder exam.",
        )
    if after >= LEARNED and after - before >= GAIN:
        return _with_price(PlainVerdict(outcome="learned", headline=f"It learned: {numbers}."), leaves)
    if after - before >= GAIN:
        weakest = min(leaves, key=lambda leaf: leaf.after)
        return PlainVerdict(
            outcome="partly",
            headline=f"It learned a part: {numbers}.",
            cause=f"The weakest leaf is “{weakest.leaf}” with {weakest.after:.0f} %.",
            next_step="Look at its wrong answers, add seed examples for them, and teach that leaf again.",
        )
    return PlainVerdict(
        outcome="nothing",
        headline=f"Nothing was learned: {numbers}.",
        cause="Most often too few samples were kept, or training was stopped before its loss had fallen.",
        next_step="Open Review to see how many samples each leaf has, then train again without stopping early.",
    )


def _with_price(verdict: PlainVerdict, leaves: Sequence[LeafScore]) -> PlainVerdict:
    """Says so when a leaf lost more than FORGOTTEN points while the skills were learned."""
    priced = [(leaf.between - leaf.after, leaf) for leaf in leaves if leaf.between is not None]
    lost, worst = max(priced, key=lambda one: one[0], default=(0.0, None))
    if worst is None or lost <= FORGOTTEN:
        return verdict
    return msgspec.structs.replace(
        verdict,
        cause=f"Learning the skills cost “{worst.leaf}” {lost:.0f} points: it had {worst.between:.0f} % before them.",
        next_step="If that is too much, teach it in a run of its own, or raise `rehearsal_share` in the recipe.",
    )


def write_report(report: ExamReport, folder: Path) -> Path:
    """Write report.json and report.html into `folder`; returns the HTML file. Raises StorageError."""
    write_json(folder / REPORT_JSON, report)
    write_text(folder / REPORT_HTML, render_html(report))
    return folder / REPORT_HTML


def read_report(folder: Path) -> ExamReport:
    """The report that `write_report` wrote. Raises StorageError."""
    return read_json(folder / REPORT_JSON, ExamReport)
