"""The questions that are offered come from the exam, the best learned first, one per leaf."""

from __future__ import annotations

from labdesk.gui.chat.exam_questions import suggestions
from tests.gui.train.exams import a_report


def test_what_was_learned_comes_first_and_leaves_take_turns() -> None:
    found = suggestions(a_report())
    assert found[0] in ("Who lit the lamp?", "How many steps?")
    assert len(found) == 3 and "How many days has a week?" not in found
