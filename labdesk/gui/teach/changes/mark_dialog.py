"""Asks for the name of a version that is to be kept."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from labdesk.gui.theme import XL, L
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row

_WIDTH = 480
_HELP = "labdesk remembers all leaves as they are now. Compare with this version later, and bring any file of it back."


class MarkDialog(QDialog):
    """`chosen(str)` carries the name."""

    chosen = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Mark this version")
        self.setFixedWidth(_WIDTH)
        self.name = QLineEdit()
        self.name.setPlaceholderText("Before the summer visitors")
        self.name.setMaxLength(120)
        self.ok = button("Mark this version", self.accept, kind="primary", glyph="bookmark-simple")
        self.ok.setDefault(True)
        self.ok.setEnabled(False)
        self.name.textChanged.connect(lambda text: self.ok.setEnabled(bool(text.strip())))
        foot = row(None, button("Cancel", self.reject), self.ok)
        self.setLayout(column(FormRow("Name of the version", self.name, _HELP), foot, gap=L, margin=XL))
        self.accepted.connect(lambda: self.chosen.emit(self.name.text().strip()))
