"""One exam question whole: what was expected, what the model said before, and what it says now."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QWidget

from labdesk.core.exam.report import AnswerPair
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.train.answer_list import RIGHT
from labdesk.gui.widgets.layout import column, row, scrolling
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import label

_LONGEST = 4000


class AnswerCard(QFrame):
    """Shows one pair of answers; empty without one."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "bar")
        self.question = label(step="heading", wrap=True)
        self.expected = _Said("Expected")
        self.before = _Said("Before")
        self.between = _Said("After the knowledge phase, before the skills")
        self.after = _Said("After")
        inside = QWidget()
        parts = (self.question, self.expected, self.before, self.between, self.after, None)
        inside.setLayout(column(*parts, gap=M, margin=(L, M, L, M)))
        self.setLayout(column(scrolling(inside, "Answers to this question")))
        self._inside = inside
        self.show_pair(None)

    def show_pair(self, pair: AnswerPair | None) -> None:
        """Shows a question with its answers; None for nothing chosen."""
        self._inside.setVisible(pair is not None)
        if pair is None:
            return
        self.question.setText(harmless(pair.question, _LONGEST))
        self.expected.say(pair.expected)
        self.before.say(pair.before, pair.before_score)
        self.between.setVisible(pair.between_score is not None)
        self.between.say(pair.between, pair.between_score)
        self.after.say(pair.after, pair.after_score)


class _Said(QFrame):
    """A heading with right or wrong in words and sign, and the text below it."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._title = title
        self._dot = StateDot()
        self._verdict = label(step="small", tone="muted")
        self.text = label(wrap=True)
        head = row(label(title, "label", "muted"), self._dot, self._verdict, None, gap=S)
        self.setLayout(column(head, self.text, gap=XS))

    def say(self, text: str, score: float | None = None) -> None:
        self.text.setText(harmless(text, _LONGEST).strip() or "(no answer)")
        self.text.setAccessibleName(f"{self._title}: {self.text.text()}")
        self._dot.setVisible(score is not None)
        self._verdict.setVisible(score is not None)
        if score is not None:
            right = score >= RIGHT
            words = "right" if right else "wrong"
            self._dot.show_state(State("done" if right else "bad", words))
            self._verdict.setText(words)
