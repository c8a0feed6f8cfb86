"""What a place shows while it has nothing: an icon, what this is, why it is empty, and the one thing to do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from labdesk.gui.icons import icon
from labdesk.gui.theme import ICON_LARGE, XL, L, S
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_WIDEST = 420


class EmptyState(QWidget):
    """Centred: icon, heading, one sentence, primary action (and perhaps a second one)."""

    def __init__(
        self, glyph: str, heading: str, sentence: str, *buttons: QPushButton, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        picture = Picture(glyph)
        self.heading = label(heading, "heading")
        self.sentence = label(sentence, tone="muted", wrap=True)
        self.sentence.setMaximumWidth(_WIDEST)
        for text in (self.heading, self.sentence):
            text.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        actions = row(None, *buttons, None, gap=S)
        middle = column(None, picture, L, self.heading, self._in_the_middle(self.sentence), gap=S, margin=XL)
        if buttons:
            middle.addSpacing(S)
            middle.addLayout(actions)
        middle.addStretch(1)
        self.setLayout(middle)

    @staticmethod
    def _in_the_middle(text: QLabel) -> QHBoxLayout:
        """A wrapped text as wide as it may be, with the rest of the width on both sides. (A layout alignment would
        shrink it to its size hint.)"""
        line = row(None)
        line.addWidget(text, 1000)
        line.addStretch(1)
        return line

    def say(self, heading: str, sentence: str) -> None:
        """Other words for the same emptiness."""
        self.heading.setText(heading)
        self.sentence.setText(sentence)


class Picture(QLabel):
    """A large icon; made anew when the palette changes, because a QLabel keeps pixels."""

    def __init__(self, glyph: str, role: str = "outline") -> None:
        super().__init__()
        self._icon = icon(glyph, role)
        self.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.setFixedHeight(ICON_LARGE)
        self._draw()

    def _draw(self) -> None:
        self.setPixmap(self._icon.pixmap(ICON_LARGE, ICON_LARGE))

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._draw()
        super().changeEvent(event)
