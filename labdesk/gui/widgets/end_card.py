"""What came of a long work, in one sentence, and what to do next."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QSizePolicy, QWidget

from labdesk.gui.icons import icon
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_ICON = 24


class EndCard(QFrame):
    """A calm card in the tone of success: heading, text, buttons (the last one is the next step)."""

    def __init__(self, *buttons: QPushButton, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "good")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        sign = QLabel()
        sign.setPixmap(icon("check-circle-fill", "good").pixmap(QSize(_ICON, _ICON)))
        self.heading = label(step="heading", wrap=True)
        self.text = label(tone="muted", wrap=True)
        across = row(sign, column(self.heading, self.text, gap=2), *buttons, gap=M, margin=(L, M, L, M))
        across.setSpacing(S)
        across.setStretch(1, 1)
        self.setLayout(across)
        self.hide()

    def say(self, heading: str, text: str = "") -> None:
        """Shows the card with these words."""
        self.heading.setText(heading)
        self.text.setText(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(f"{heading} {text}".strip())
        self.show()
