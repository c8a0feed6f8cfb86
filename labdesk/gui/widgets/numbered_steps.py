"""What will happen, as a short numbered list on a card: a title and one plain sentence for each step."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSizePolicy, QWidget

from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label


class NumberedSteps(QFrame):
    """A card; its words do not change."""

    def __init__(self, title: str, steps: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(title)
        lines = column(label(title, "heading"), gap=M, margin=L)
        for index, (name, text) in enumerate(steps, start=1):
            number = label(str(index), "heading", "accent")
            number.setFixedWidth(XL)
            number.setAlignment(Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignHCenter)
            words = column(label(name, "heading"), label(text, tone="muted", wrap=True), gap=2)
            line = row(number, words, gap=S)
            line.setStretch(1, 1)
            lines.addLayout(line)
        self.setLayout(lines)
