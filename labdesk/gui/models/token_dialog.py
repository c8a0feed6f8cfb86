"""Takes a token for the hub and puts it into the system's keyring, by way of another process."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QUrl, Signal, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from labdesk.core.models.remote import variable
from labdesk.gui.errand import Errand
from labdesk.gui.theme import XL, L
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_WIDTH = 520


class TokenDialog(QDialog):
    """`changed(kept)` when a token was put away, or taken away."""

    changed = Signal(bool)

    def __init__(self, endpoint: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Token for the hub")
        self.setFixedWidth(_WIDTH)
        self._endpoint = endpoint
        self.banner = Banner()
        self.token = QLineEdit()
        self.token.setEchoMode(QLineEdit.EchoMode.Password)
        self.make = button("Make a token on the hub", self._open_page, kind="link", glyph="arrow-square-out")
        self.keep = button("Keep", self.save, kind="primary", glyph="key")
        self.keep.setDefault(True)
        self.keep.setEnabled(False)
        self.remove = button("Take away the kept one", lambda: self._send(""), kind="quiet", glyph="trash")
        self.remove.hide()
        self.errand, self.asking = Errand(self), Errand(self)
        self._lay_out()
        self.token.textChanged.connect(lambda text: self.keep.setEnabled(bool(text.strip())))
        self.errand.line.connect(self._on_answer)
        self.errand.failed.connect(self._on_failure)
        self.asking.line.connect(self._on_known)
        self.finished.connect(self.errand.close)
        self.finished.connect(self.asking.close)
        self.asking.run("hub", "token", "--kept")

    def save(self) -> None:
        """Keeps what was typed."""
        if self.token.text().strip():
            self._send(self.token.text().strip())

    def _lay_out(self) -> None:
        where = f"Kept in the keyring of your system, never in a file. Sent to {self._endpoint} only."
        self.setLayout(
            column(
                label("Token for the hub", "title"),
                label(
                    "Some models are only for those who agreed to their terms. The hub knows you by a token: agree on "
                    "the model’s page, make a token with the right to read, and put it here.",
                    tone="muted",
                    wrap=True,
                ),
                row(self.make, None),
                self.banner,
                FormRow("Token", self.token, where, example="hf_…"),
                row(self.remove, None, button("Cancel", self.reject), self.keep),
                gap=L,
                margin=XL,
            )
        )
        self.token.setToolTip(
            f"Without a keyring: set the variable {variable(self._endpoint)} before you start labdesk."
        )

    def _send(self, token: str) -> None:
        self.keep.setEnabled(False)
        self.remove.setEnabled(False)
        self._kept = bool(token)
        self.errand.run("hub", "token", said=token)

    _kept = False

    def _open_page(self) -> None:
        QDesktopServices.openUrl(QUrl(f"{self._endpoint}/settings/tokens"))

    @Slot(object)
    def _on_known(self, answer: dict[str, Any]) -> None:
        self.remove.setVisible(bool(answer.get("kept")))

    @Slot(object)
    def _on_answer(self, _answer: object) -> None:
        self.token.clear()
        self.changed.emit(self._kept)
        self.accept()

    @Slot(object)
    def _on_failure(self, error: Any) -> None:
        self.keep.setEnabled(bool(self.token.text().strip()))
        self.remove.setEnabled(True)
        self.banner.say_error(error)
