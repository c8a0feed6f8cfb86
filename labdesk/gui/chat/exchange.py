"""One question with its answers, each in a plain-text widget of its own, one column per side."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from labdesk.engine.chat.protocol import Finished, Side
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.button import tool_button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted

TITLES: dict[Side, str] = {"base": "Base", "tuned": "Taught"}
_WIDEST_QUESTION = 640


class Answer(QFrame):
    """What one side says, as it comes; below it how fast, and whether it was cut."""

    def __init__(self, side: Side, name: str) -> None:
        super().__init__()
        self.side = side
        self.setProperty("surface", "card")
        self._text = ""
        self.heading = label(TITLES[side], "heading", "accent" if side == "tuned" else "normal")
        self.model = label(name, "small", "muted")
        self.body = _said(f"Answer of {name}")
        self.foot = label("Waiting…", "small", "muted", wrap=True)
        self.copy = tool_button("copy", f"Copy the answer of the {TITLES[side].lower()} model", self._copy)
        head = row(self.heading, self.model, None, self.copy, gap=S)
        self.setLayout(column(head, self.body, None, self.foot, gap=S, margin=(L, M, L, M)))

    @property
    def text(self) -> str:
        """What it said so far."""
        return self._text

    def add(self, text: str) -> None:
        """A piece more."""
        self._text += text
        self.body.setText(harmless(self._text))
        self.foot.setText("Writing…")

    def finish(self, end: Finished) -> None:
        """It is complete."""
        self.body.setText(harmless(self._text.strip()) or "(The model said nothing.)")
        parts = [counted(end.tokens, "token")]
        if end.tokens_per_second > 0:
            parts.append(f"{end.tokens_per_second:.0f} tokens/s")
        parts.append(f"first after {end.first_token_ms / 1000:.2f} s")
        if end.finish == "length":
            parts.append("cut: it reached the longest answer")
        if end.finish == "cancelled":
            parts.append("stopped")
        if end.forgotten:
            parts.append(f"{counted(end.forgotten, 'old message')} no longer seen")
        self.foot.setText(" · ".join(parts))

    def give_up(self, why: str) -> None:
        """No answer will come."""
        self.foot.setText(why)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self._text)


class Exchange(QWidget):
    """A question at the right, its answers below it side by side."""

    def __init__(
        self, question: str, sides: Sequence[Side], names: dict[Side, str], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.question = question
        asked = _said("You")
        asked.setText(harmless(question))
        bubble = QFrame()
        bubble.setProperty("surface", "accent")
        bubble.setLayout(column(asked, margin=(L, S, L, S)))
        widest = max(asked.fontMetrics().horizontalAdvance(line) for line in asked.text().split("\n"))
        bubble.setFixedWidth(min(_WIDEST_QUESTION, widest + 2 * L + S))
        bubble.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.answers: dict[Side, Answer] = {side: Answer(side, names.get(side, "")) for side in sides}
        below = row(*self.answers.values(), gap=M)
        for at in range(len(sides)):
            below.setStretch(at, 1)
        above = row(None, bubble)
        self.setLayout(column(above, below, gap=M, margin=(0, XS, 0, XS)))


def _said(name: str) -> QLabel:
    made = label(wrap=True)
    made.setAccessibleName(name)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
    return made
