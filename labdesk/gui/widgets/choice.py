"""A choice from a list that can be searched while typing, and that takes any other text as well."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QCompleter, QWidget


class SearchableChoice(QComboBox):
    """`chosen(str)` when the person has taken an entry or left the field: the entry's key, or the text as typed."""

    chosen = Signal(str)

    def __init__(self, name: str, entries: Sequence[tuple[str, str]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for key, words in entries:
            self.addItem(f"{key}  ·  {words}", key)
        completer = QCompleter(self.model(), self)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.activated.connect(self._on_completed)
        self.setCompleter(completer)
        self.activated.connect(self._on_entry)
        edit = self.lineEdit()
        if edit is not None:
            edit.setAccessibleName(name)
            edit.editingFinished.connect(self._on_finished)
        self.installEventFilter(self)
        self._key = ""
        self.show_key("")

    @property
    def key(self) -> str:
        """What is chosen: the key of an entry, or a text that is none."""
        return self._key

    def show_key(self, key: str) -> None:
        """Shows what is chosen, without telling anybody."""
        self._key = key
        self.setCurrentIndex(self.findData(key))
        self.setEditText(key)
        edit = self.lineEdit()
        if edit is not None:
            edit.setCursorPosition(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the form; it must not change what is chosen."""
        if event.type() == QEvent.Type.Wheel and not self.hasFocus():
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def _on_entry(self, index: int) -> None:
        self._take(str(self.itemData(index)))

    def _on_completed(self, text: object) -> None:
        index = self.findText(str(text))
        if index >= 0:
            self._take(str(self.itemData(index)))
            QTimer.singleShot(0, self, lambda: self.show_key(self._key))  # the list puts its own words there first

    def _on_finished(self) -> None:
        text = self.currentText().strip()
        index = self.findText(text, Qt.MatchFlag.MatchFixedString)
        self._take(str(self.itemData(index)) if index >= 0 else text)

    def _take(self, key: str) -> None:
        known, self._key = self._key, key
        self.show_key(key)
        if key != known:
            self.chosen.emit(key)
