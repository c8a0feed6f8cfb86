"""Text fields that know which part of the leaf they show and save themselves when the person moves on."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.widgets.growing_text import GrowingText

_PAUSE_MS = 1500


class TextField(GrowingText):
    """`edited(path, text)` when typing pauses or the focus leaves. A field of one line goes on with Return."""

    edited = Signal(object, str)

    def __init__(
        self, path: YamlPath, name: str, *, least: int = 1, most: int = 12, parent: QWidget | None = None
    ) -> None:
        super().__init__(name, least=least, most=most, parent=parent)
        self.path = path
        self._saved = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.save)
        self.textChanged.connect(self._pause.start)

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
            cursor.setPosition(min(position, cursor.document().characterCount() - 1))
            self.setTextCursor(cursor)
            self.blockSignals(False)
            self.fit()

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
        if self._most == 1 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)
