"""What one side says, as it comes: Markdown, below it how fast, and what a person can do with it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QWidget

from labdesk.core.chats.records import Answer
from labdesk.gui.roles import Tone
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.markdown_view import MarkdownView
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import ElidedLabel, label, set_tone
from labdesk.gui.words import counted

WAITING = "Waiting…"


class AnswerCard(QFrame):
    """`add` while it is written, `show_answer` when it is complete."""

    teach_wanted = Signal()
    again_wanted = Signal()
    link_wanted = Signal(str)

    def __init__(self, side: str, title: str, name: str, tone: Tone = "normal", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.side = side
        self.setProperty("surface", "card")
        self._text = ""
        self.heading = label(title, "heading", tone)
        self.model = ElidedLabel(name, "small", "muted")
        self.body = MarkdownView(f"Answer of {name or title}")
        self.body.link_wanted.connect(self.link_wanted)
        self.foot = label(WAITING, "small", "muted", wrap=True)
        self.copy = tool_button("copy", f"Copy this answer ({title})", self._copy)
        self.again = tool_button(
            "arrow-clockwise", "Answer again", self.again_wanted.emit, hint="Ask the same once more, beside this answer"
        )
        self.teach = button("Teach this", self.teach_wanted.emit, kind="quiet", glyph="graduation-cap")
        self.teach.setToolTip("Correct this answer: it becomes an example that the model learns from (Ctrl+T)")
        head = row(self.heading, self.model, gap=S)
        head.setStretch(1, 1)
        below = row(self.foot, self.teach, self.again, self.copy, gap=0)
        below.setStretch(0, 1)
        self.setLayout(column(head, self.body, None, below, gap=S, margin=(L, M, S, S)))
        self._allow(False)

    @property
    def text(self) -> str:
        """What it said so far, as the model wrote it."""
        return self._text

    def show_name(self, title: str, name: str, tone: Tone = "normal") -> None:
        """Says who answered; hidden before a blind vote."""
        self.heading.setText(title)
        set_tone(self.heading, tone)
        self.model.setText(name)

    def add(self, text: str) -> None:
        """A piece more."""
        self._text += text
        self.body.show_text(self._text, growing=True)
        self.foot.setText("Writing…")

    def show_answer(self, answer: Answer, *, speed: bool = True) -> None:
        """It is complete; `speed` says whether its foot may tell how fast it was (a blind vote must not be helped)."""
        self._text = answer.text
        self.body.show_text(answer.text or "*(The model said nothing.)*")
        self.foot.setText(measures(answer) if speed else counted(answer.tokens, "token"))
        self.foot.setToolTip(harmless(answer.proof, 400))
        self._allow(True)

    def give_up(self, why: str) -> None:
        """No answer will come."""
        self.foot.setText(why)
        self._allow(False)
        self.again.setEnabled(True)

    def _allow(self, complete: bool) -> None:
        for control in (self.teach, self.again, self.copy):
            control.setEnabled(complete)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


def measures(answer: Answer) -> str:
    """How long, how fast, and whether it was cut."""
    parts = [counted(answer.tokens, "token")]
    if answer.tokens_per_second > 0:
        parts.append(f"{answer.tokens_per_second:.0f} tokens/s")
    if answer.first_token_ms > 0:
        parts.append(f"first after {answer.first_token_ms / 1000:.2f} s")
    if answer.finish == "length":
        parts.append("cut: it reached the longest answer")
    if answer.finish == "cancelled":
        parts.append("stopped")
    if answer.forgotten:
        parts.append(f"{counted(answer.forgotten, 'old message')} no longer seen")
    return " · ".join(parts)
