"""A text field that is as high as its text, from `least` to `most` lines, and scrolls only beyond that."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

_FRAME = 8  # border and padding of the stylesheet, above and below together


class GrowingText(QPlainTextEdit):
    """Plain text; Tab goes on to the next field."""

    def __init__(self, name: str, *, least: int = 1, most: int = 12, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._least, self._most = least, most
        self._fitting = self._scrolls = False
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.fit()

    def plain_text(self) -> str:
        """The text; unlike `toPlainText` it keeps blanks that do not break."""
        return self.document().toRawText().replace("\u2029", "\n")

    def fit(self, *_size: object) -> None:
        """Takes the height that the text needs now."""
        if self._fitting:  # a scroll bar that comes makes the lines shorter, and may be needed no more once it is gone
            return
        self._fitting = True
        try:
            self._fit()
        finally:
            self._fitting = False

    def _fit(self) -> None:
        wanted = int(self.document().size().height())
        lines = min(self._most, max(self._least, wanted))
        if (wanted > self._most) != self._scrolls:
            # Never while Qt lays out the text: it would go on with the width that the field had before.
            self._scrolls = wanted > self._most
            QTimer.singleShot(0, self, self._show_scroll_bar)
        height = lines * self.fontMetrics().lineSpacing() + 2 * int(self.document().documentMargin()) + _FRAME
        if height != self.height():
            self.setFixedHeight(height)

    def _show_scroll_bar(self) -> None:
        as_needed, never = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(as_needed if self._scrolls else never)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self.fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())
