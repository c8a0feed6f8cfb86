"""Ctrl+Z belongs to the text field while it has typing to take back, and to the place as soon as it has none."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

_KEYS = QKeySequence.StandardKey


class UndoKeys(QObject):
    """Watches whichever text field below `place` has the focus; without it, a field keeps both keys to itself."""

    def __init__(self, place: QWidget) -> None:
        super().__init__(place)
        self._place = place
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        app.focusChanged.connect(self._follow)

    @Slot(QWidget, QWidget)
    def _follow(self, before: QWidget | None, now: QWidget | None) -> None:
        if isinstance(before, _FIELDS):
            before.removeEventFilter(self)
        if isinstance(now, _FIELDS) and self._place.isAncestorOf(now):
            now.installEventFilter(self)

    def eventFilter(self, field: QObject, event: QEvent) -> bool:
        """Lets the key through to the menu when the field has no use for it."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            spent = (event.matches(_KEYS.Undo) and not _can(field, "Undo")) or (
                event.matches(_KEYS.Redo) and not _can(field, "Redo")
            )
            if spent:
                event.ignore()
                return True
        return False


_FIELDS = (QLineEdit, QPlainTextEdit, QTextEdit)


def _can(field: QObject, what: str) -> bool:
    if isinstance(field, QLineEdit):
        return bool(getattr(field, f"is{what}Available")())
    assert isinstance(field, QPlainTextEdit | QTextEdit)
    return bool(getattr(field.document(), f"is{what}Available")())
