"""Lets other programs on this computer use the chosen model: start, copy address and key, stop."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.chat.server_client import ServerClient
from labdesk.gui.theme import XL, L, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.code_block import CodeBlock
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted

_SIZE = (620, 520)
_EXAMPLE = """from openai import OpenAI

client = OpenAI(base_url="{address}", api_key="{key}")
answer = client.chat.completions.create(
    model="{name}",
    messages=[{{"role": "user", "content": "Hello"}}],
)
print(answer.choices[0].message.content)"""


class ServeDialog(QDialog):
    """Shows and steers a ServerClient, which lives on when this is closed."""

    def __init__(
        self, server: ServerClient, start: Callable[[], object], model: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._server = server
        self.setWindowTitle("Use this model from other programs")
        self.resize(*_SIZE)
        words = (
            f"Programs on this computer that speak OpenAI's protocol can ask “{model}”. Other computers and web pages "
            "cannot reach it, and every start makes a new key. It ends when labdesk is closed."
        )
        self.dot = StateDot()
        self.said = label(wrap=True)
        self.start = button("Start", start, kind="primary", glyph="broadcast")
        self.stop = button("Stop", server.stop, glyph="stop")
        self.address, self.key = _field(), _field()
        self.key.setEchoMode(QLineEdit.EchoMode.Password)
        self.example = CodeBlock()
        rows = column(
            FormRow("Address (base URL)", _with_copy(self.address, "address"), "Where the program finds the model."),
            FormRow("Key (API key)", _with_copy(self.key, "key"), "Give it only to programs that you trust."),
            label("For example in Python", "label"),
            self.example,
            gap=S,
        )
        self.details = holder(rows)
        self.failure = label(tone="bad", wrap=True)
        state = row(self.dot, self.said, self.start, self.stop, gap=S)
        state.setStretch(1, 1)
        close = button("Close", self.accept)
        whole = column(
            label(words, tone="muted", wrap=True), state, self.failure, self.details, None, row(None, close), gap=L
        )
        whole.setContentsMargins(XL, L, XL, L)
        self.setLayout(whole)
        server.changed.connect(self._show)
        server.served.connect(self._count)
        server.failed.connect(self._fail)
        self._show()

    @Slot()
    def _show(self, *_: object) -> None:
        state = self._server.state
        words = {"off": "It is off.", "starting": "Loading the model…", "on": f"On, as “{self._server.name}”."}[state]
        kinds = {"off": "empty", "starting": "running", "on": "done"}
        self.dot.show_state(State(kinds[state], words))  # type: ignore[arg-type]
        self.said.setText(words)
        self.start.setVisible(state == "off")
        self.stop.setVisible(state != "off")
        self.details.setVisible(state == "on")
        if state != "off":
            self.failure.hide()
        self.address.setText(self._server.address)
        self.key.setText(self._server.key)
        example = _EXAMPLE.format(address=self._server.address, key="…", name=self._server.name)
        self.example.show_code(example, "python")

    @Slot(int, int)
    def _count(self, answers: int, tokens: int) -> None:
        self.said.setText(
            f"On, as “{self._server.name}”: {counted(answers, 'answer')}, {counted(tokens, 'token')} so far."
        )

    @Slot(object)
    def _fail(self, error: LabdeskError) -> None:
        self.failure.setText(" ".join(part for part in (error.message, error.cause, error.remedy) if part))
        self.failure.show()


def _field() -> QLineEdit:
    made = QLineEdit()
    made.setReadOnly(True)
    return made


def _with_copy(field: QLineEdit, what: str) -> QWidget:
    copy = tool_button("copy", f"Copy the {what}", lambda: QGuiApplication.clipboard().setText(field.text()))
    across = row(field, copy, gap=S)
    across.setStretch(0, 1)
    made = holder(across)
    made.setFocusProxy(field)
    field.setAccessibleName(f"The server's {what}")
    return made
