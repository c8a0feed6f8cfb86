"""Text fields that know which part of the leaf they show, and say what is typed and when the person moves on."""

from __future__ import annotations

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QWidget

from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.widgets.growing_text import GrowingText

_VERTICAL = (Qt.Key.Key_Up, Qt.Key.Key_Down)


class TextField(GrowingText):
    """`typed(path, text)` at every change, with None once it is what the file says; `left` when it is to be saved;
    `entered(path)` when the cursor comes.

    A field of one line goes on with Return. `blank` is written when nothing is left in the field.
    """

    typed = Signal(object, object)
    left = Signal()
    entered = Signal(object)

    def __init__(
        self,
        path: YamlPath,
        name: str,
        *,
        least: int = 1,
        most: int = 12,
        blank: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(name, least=least, most=most, parent=parent)
        self.path = path
        self._blank = blank
        self._shown = ""
        self.textChanged.connect(self._tell)

    def fill(self, text: str, typed: str | None = None) -> None:
        """Shows what the file says, or what is `typed` and not saved yet. An unchanged field is not touched."""
        self._shown = _as_shown(text)
        shown = self._shown if typed is None else _as_shown(typed)
        if self.plain_text() == shown:
            if typed is None and self.document().isUndoAvailable():
                self.document().clearUndoRedoStacks()  # it is saved: from here on the workspace undoes it
            return
        position = self.textCursor().position()
        self.blockSignals(True)
        self.setPlainText(shown)
        cursor = self.textCursor()
        cursor.setPosition(min(position, cursor.document().characterCount() - 1))
        self.setTextCursor(cursor)
        self.blockSignals(False)
        self._shown = self.plain_text() if typed is None else self._shown  # Qt has its own idea of line ends
        self.fit()

    @property
    def is_edited(self) -> bool:
        """Whether it shows something else than the file says."""
        return self.plain_text() != self._shown

    def save(self) -> None:
        """Asks to save what was typed, if anything was."""
        if self.is_edited:
            self.left.emit()

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.entered.emit(self.path)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.save()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._most == 1 and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Leaves to the window what means nothing here: undo with nothing typed, and moving the card."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent) and self._leaves(event):
            event.ignore()
            return False
        return super().event(event)

    def _leaves(self, event: QKeyEvent) -> bool:
        if event.matches(QKeySequence.StandardKey.Undo):
            return not self.document().isUndoAvailable()
        if event.matches(QKeySequence.StandardKey.Redo):
            return not self.document().isRedoAvailable()
        return event.modifiers() == Qt.KeyboardModifier.AltModifier and event.key() in _VERTICAL

    def _tell(self) -> None:
        text = self.plain_text()
        self.typed.emit(self.path, None if text == self._shown else text or self._blank)


def _as_shown(text: str) -> str:
    """What stands for a text in a field: nothing for blanks alone (a skill that is grounded but still empty)."""
    return text if text.strip() else ""
