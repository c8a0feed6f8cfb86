"""Text fields that know which part of the leaf they show and save themselves when the person moves on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QResizeEvent, QTextOption
from PySide6.QtWidgets import QPlainTextEdit, QSizePolicy, QWidget

from labdesk.core.taxonomy.yaml_source import YamlPath

_PAUSE_MS = 1500
_FRAME = 12


class TextField(QPlainTextEdit):
    """Grows with its text from `least` to `most` lines. `edited(path, text)` when typing pauses or the focus leaves."""

    edited = Signal(object, str)

    def __init__(
        self, path: YamlPath, name: str, *, least: int = 1, most: int = 12, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.path = path
        self._saved = ""
        self._least, self._most = least, most
        self.setAccessibleName(name)
        self.setTabChangesFocus(True)
        self.setWordWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.save)
        self.textChanged.connect(self._pause.start)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._fit()

    def fill(self, text: str) -> None:
        """Shows what the file says. What the person is typing just now is left alone."""
        text = text if text.strip() else ""
        if text == self._saved and self.toPlainText() == text:
            return
        if self.hasFocus() and self.toPlainText() != self._saved:
            return
        self._saved = text
        if self.toPlainText() != text:
            self.blockSignals(True)
            position = self.textCursor().position()
            self.setPlainText(text)
            cursor = self.textCursor()
            cursor.setPosition(min(position, len(self.toPlainText())))
            self.setTextCursor(cursor)
            self.blockSignals(False)
            self._fit()

    def save(self) -> None:
        """Hands over what was typed, if anything was."""
        self._pause.stop()
        text = self.toPlainText()
        if text != self._saved:
            self._saved = text
            self.edited.emit(self.path, text)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.save()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return goes on to the next field in a one-line field."""
        if self._most == 1 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - Qt's name
        super().resizeEvent(event)
        self._fit()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._fit()

    def sizeHint(self) -> QSize:
        return QSize(200, self.height())

    def _fit(self, *_size: object) -> None:
        wanted = int(self.document().size().height())
        lines = min(self._most, max(self._least, wanted))
        always, never = Qt.ScrollBarPolicy.ScrollBarAsNeeded, Qt.ScrollBarPolicy.ScrollBarAlwaysOff
        self.setVerticalScrollBarPolicy(always if wanted > self._most else never)
        height = lines * self.fontMetrics().lineSpacing() + 2 * int(self.document().documentMargin()) + _FRAME - 4
        if height != self.height():
            self.setFixedHeight(height)
