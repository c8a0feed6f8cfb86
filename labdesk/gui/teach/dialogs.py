"""A small question: how something in the tree is to be called."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from labdesk.core.taxonomy.names import safe_name
from labdesk.gui.theme import XL, L
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row

_WIDTH = 420


class NameDialog(QDialog):
    """Asks for a new name. `chosen(str)` carries a safe folder name."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rename")
        self.setMinimumWidth(_WIDTH)
        self.name = QLineEdit(name)
        self.name.selectAll()
        ok = button("Rename", self.accept, kind="primary")
        ok.setDefault(True)
        self.name.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
        self.setLayout(
            column(
                FormRow("New name", self.name, "Becomes the folder's name: small letters and underscores."),
                row(None, button("Cancel", self.reject), ok),
                gap=L,
                margin=XL,
            )
        )
        self.accepted.connect(lambda: self.chosen.emit(safe_name(self.name.text())))
