"""One field widget per kind of option: makes it, reads it, fills it. Also used by other forms over declared options."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QLineEdit, QPlainTextEdit, QSpinBox, QWidget

from labdesk.gui.settings.options import Option

_MOST = 1_000_000
_LINES_HEIGHT = 72


class Field:
    """A widget with `read` and `fill`; calls `on_edit` when the person has finished changing it."""

    def __init__(self, option: Option, on_edit: Callable[[], None]) -> None:
        self.option = option
        self._read: Callable[[], Any]
        self._fill: Callable[[Any], None]
        self.widget = self._make(option, on_edit)

    def read(self) -> Any:
        """The value in the field."""
        return self._read()

    def fill(self, value: Any) -> None:
        """Shows a value, without telling anybody."""
        if self.read() != value:
            self.widget.blockSignals(True)
            self._fill(value)
            self.widget.blockSignals(False)

    def _make(self, option: Option, on_edit: Callable[[], None]) -> QWidget:
        makers: dict[str, Callable[[Option, Callable[[], None]], QWidget]] = {
            "text": self._text,
            "lines": self._lines,
            "choice": self._choice,
            "yes_no": self._yes_no,
            "integer": self._integer,
            "decimal": self._decimal,
        }
        return makers[option.kind](option, on_edit)

    def _text(self, _option: Option, on_edit: Callable[[], None]) -> QWidget:
        edit = QLineEdit()
        edit.editingFinished.connect(on_edit)
        self._read, self._fill = lambda: edit.text().strip(), edit.setText
        return edit

    def _lines(self, _option: Option, on_edit: Callable[[], None]) -> QWidget:
        edit = QPlainTextEdit()
        edit.setTabChangesFocus(True)
        edit.setFixedHeight(_LINES_HEIGHT)
        edit.textChanged.connect(on_edit)
        self._read = lambda: tuple(line.strip() for line in edit.toPlainText().splitlines() if line.strip())
        self._fill = lambda value: edit.setPlainText("\n".join(value))
        return edit

    def _choice(self, option: Option, on_edit: Callable[[], None]) -> QWidget:
        box = QComboBox()
        for choice in option.choices:
            box.addItem(choice.replace("_", " ").capitalize(), choice)
        box.activated.connect(lambda *_: on_edit())
        self._read, self._fill = box.currentData, lambda value: box.setCurrentIndex(box.findData(value))
        return box

    def _yes_no(self, option: Option, on_edit: Callable[[], None]) -> QWidget:
        box = QCheckBox(option.label)
        box.toggled.connect(lambda *_: on_edit())
        self._read, self._fill = box.isChecked, box.setChecked
        return box

    def _integer(self, option: Option, on_edit: Callable[[], None]) -> QWidget:
        spin = QSpinBox()
        spin.setRange(int(option.least or 0), int(option.most or _MOST))
        spin.editingFinished.connect(on_edit)
        self._read, self._fill = spin.value, spin.setValue
        return spin

    def _decimal(self, option: Option, on_edit: Callable[[], None]) -> QWidget:
        spin = QDoubleSpinBox()
        spin.setDecimals(4)
        spin.setRange(option.least or 0.0, option.most or _MOST)
        spin.editingFinished.connect(on_edit)
        self._read, self._fill = spin.value, spin.setValue
        return spin
