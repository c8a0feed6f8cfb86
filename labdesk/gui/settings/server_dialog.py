"""Adds a teacher behind a server: its address and key, one talk with it, the model, and leave to send texts there."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLineEdit, QSpinBox, QWidget

from labdesk.core.errors import LabdeskError, ModelError
from labdesk.core.models.remote import Server, clean_address, host_of, is_here, variable
from labdesk.gui.errand import Errand
from labdesk.gui.theme import XL, L, M
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label

_WIDTH = 560
_MOST_MODELS = 500


class Found(msgspec.Struct, frozen=True):
    """The answer of `labdesk teachers test`."""

    server: Server
    models: tuple[str, ...]
    answer: str
    tokens_per_second: float


class ServerDialog(QDialog):
    """`added(Server)` when it is tested and its key is kept."""

    added = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Add a server")
        self.setFixedWidth(_WIDTH)
        self.found: Found | None = None
        self.banner = Banner()
        self.address = QLineEdit()
        self.key = QLineEdit()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.model = QComboBox()
        self.model.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.parallel = QSpinBox()
        self.parallel.setRange(1, 64)
        self.parallel.setValue(4)
        self.allowed = QCheckBox()
        self.where = label(tone="muted", wrap=True)
        self.test = button("Test the connection", self.try_it, kind="primary", glyph="broadcast")
        self.test.setDefault(True)
        self.ok = button("Add", self.add, kind="primary", glyph="plus")
        self.ok.hide()
        self._lay_out()
        self.testing, self.keeping = Errand(self), Errand(self)
        self.testing.line.connect(self._on_answer)
        self.testing.failed.connect(self._on_failure)
        self.keeping.line.connect(self._on_kept)
        self.keeping.failed.connect(self._on_failure)
        self.address.textChanged.connect(self._changed)
        self.key.textChanged.connect(self._changed)
        self.model.activated.connect(self.try_it)
        self.allowed.toggled.connect(self._show_ok)
        for errand in (self.testing, self.keeping):
            self.finished.connect(errand.close)

    def _lay_out(self) -> None:
        key_help = "Kept in the keyring of your system, never in a file. Leave it empty when the server wants none."
        many = "More at once is faster, as long as the server keeps up."
        self._key_row = FormRow("Key", self.key, key_help)
        self._model_row = FormRow("Model", self.model, "The server named these.")
        self._parallel_row = FormRow("Requests at once", self.parallel, many)
        self.more = holder(column(self._model_row, self._parallel_row, gap=L))
        self.more.hide()
        self.consent = holder(column(self.where, self.allowed, gap=M))
        self.consent.hide()
        self.setLayout(
            column(
                label("Add a server", "title"),
                label(
                    "Any server that speaks as OpenAI’s does can write and judge samples: llama-server, vLLM, "
                    "LM Studio, Ollama, another labdesk.",
                    tone="muted",
                    wrap=True,
                ),
                self.banner,
                FormRow("Address", self.address, example="http://localhost:8080/v1"),
                self._key_row,
                self.more,
                self.consent,
                row(None, button("Cancel", self.reject), self.test, self.ok),
                gap=L,
                margin=XL,
            )
        )

    @Slot()
    def try_it(self) -> None:
        """Talks with the server for some seconds; sends nothing of the person's."""
        try:
            address = clean_address(self.address.text())
        except ModelError as error:
            self.banner.say_error(error)
            return
        self.banner.dismiss()
        self._busy("Testing…")
        model = ("--model", str(self.model.currentData())) if self.found is not None else ()
        key = ("--key",) if self.key.text() else ()
        self.testing.run("teachers", "test", address, *model, *key, said=self.key.text())

    def add(self) -> None:
        """Keeps the key, then tells."""
        if self.found is None:
            return
        if self.key.text():
            self._busy("Keeping the key…")
            self.keeping.run("teachers", "key", self.found.server.address, said=self.key.text())
        else:
            self._on_kept({})

    @property
    def server(self) -> Server | None:
        """What would be added."""
        if self.found is None:
            return None
        return msgspec.structs.replace(
            self.found.server, parallel=self.parallel.value(), allowed=self.allowed.isChecked()
        )

    @Slot(object)
    def _on_answer(self, answer: dict[str, Any]) -> None:
        found = msgspec.convert(answer, Found)
        self.found = found
        self.model.clear()
        for name in list(dict.fromkeys((found.server.model, *found.models)))[:_MOST_MODELS]:
            self.model.addItem(harmless(name) or "the only one", name)
        self.more.show()
        host = found.server.host
        self.where.setText(
            f"Your seed examples and passages of your documents will be sent to {host}, whenever you generate with it."
            + ("" if found.server.address.startswith("https:") else " They will travel unencrypted.")
        )
        self.allowed.setText(f"I agree that they are sent to {host}")
        self.consent.setVisible(not found.server.here)
        self._rest()
        self.banner.say("good", f"It answers: “{harmless(found.answer)[:160]}”", abilities(found))
        self._show_ok()

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self._rest()
        self.banner.say_error(error)

    @Slot(object)
    def _on_kept(self, _answer: object) -> None:
        self.added.emit(self.server)
        self.accept()

    @Slot()
    def _changed(self) -> None:
        """Another address or key: what was found is of no use."""
        self.found = None
        self.more.hide()
        self.consent.hide()
        self.allowed.setChecked(False)
        self._rest()
        try:
            text = self.address.text().strip()
            hint = "" if not text or is_here(clean_address(text)) else variable(clean_address(text))
        except ModelError:
            hint = ""
        self.key.setToolTip(f"Without a keyring: set the variable {hint} before you start labdesk." if hint else "")

    def _busy(self, words: str) -> None:
        self.test.setText(words)
        self.test.setEnabled(False)
        self.ok.setEnabled(False)

    def _rest(self) -> None:
        self.test.setText("Test the connection" if self.found is None else "Test again")
        self.test.setEnabled(True)
        self._show_ok()

    @Slot()
    def _show_ok(self) -> None:
        self.ok.setVisible(self.found is not None)
        self.test.setVisible(self.found is None)
        self.ok.setEnabled(self.found is not None and (self.found.server.here or self.allowed.isChecked()))


def abilities(found: Found) -> str:
    """What a tested server can do, in words."""
    parts = [f"{found.tokens_per_second:.0f} tokens a second for one request."]
    parts.append("It judges by likelihood." if found.server.logits else "It judges by a written yes or no.")
    if found.server.seeds:
        parts.append("The same seed gives the same text.")
    if found.server.thinking:
        parts.append("It thinks before it answers, so it is slower.")
    return " ".join(parts)


def place_of(server: Server) -> str:
    """Where texts go, in words."""
    return "on this computer" if is_here(server.address) else f"texts are sent to {host_of(server.address)}"
