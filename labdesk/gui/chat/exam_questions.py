"""Questions to try on a taught model: those of its exam that it learned, one per leaf first."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.errors import StorageError
from labdesk.core.exam.question import GENERAL
from labdesk.core.exam.report import REPORT_JSON, AnswerPair, ExamReport, read_report
from labdesk.gui.chat.choices import Choice

MOST = 3


def exam_questions(choice: Choice, runs: Path) -> tuple[str, ...]:
    """For a run's merged model; nothing for a model without an exam."""
    folders = [parent / "exam" for parent in choice.model.parents if parent.is_relative_to(runs)]
    for folder in folders if choice.taught else ():
        if (folder / REPORT_JSON).is_file():
            try:
                return suggestions(read_report(folder))
            except StorageError:
                return ()
    return ()


def suggestions(report: ExamReport, most: int = MOST) -> tuple[str, ...]:
    """The questions with the largest gain, from different leaves where there are any."""
    pairs = sorted(
        (pair for pair in report.answers if pair.leaf != GENERAL and pair.question.strip()),
        key=lambda pair: pair.before_score - pair.after_score,
    )
    chosen: list[AnswerPair] = []
    for pair in pairs:
        if pair.leaf not in {other.leaf for other in chosen}:
            chosen.append(pair)
    chosen += [pair for pair in pairs if pair not in chosen]
    return tuple(dict.fromkeys(pair.question for pair in chosen))[:most]
