"""Two texts beside each other, each under its own heading: base and tuned, before and after, mine and theirs."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QSplitter, QWidget

from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.safe_text import SafeText
from labdesk.gui.widgets.text import ElidedLabel, label


class TextSide(QFrame):
    """One half: heading, a line that proves what this is, the text."""

    def __init__(self, heading: str) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.heading = label(heading, "heading")
        self.detail = ElidedLabel(step="small", tone="muted")
        self.text = SafeText(heading)
        self.setLayout(column(row(self.heading, None), self.detail, self.text, gap=S, margin=(L, M, L, M)))
        self.detail.hide()

    def show_side(self, text: str, detail: str = "") -> None:
        self.text.show_text(text)
        self.detail.setText(detail)
        self.detail.setVisible(bool(detail))

    def append(self, text: str) -> None:
        """Adds to the end without moving what the person reads (streaming; call with batches, not with tokens)."""
        self.text.append_text(text)


class SideBySide(QSplitter):
    """`left` and `right` are the two halves; their widths stay equal until somebody drags."""

    def __init__(self, left: str, right: str, parent: QWidget | None = None) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self.left = TextSide(left)
        self.right = TextSide(right)
        self.addWidget(self.left)
        self.addWidget(self.right)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(S)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 1)
