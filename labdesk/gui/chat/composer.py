"""Where a message is typed: Enter sends it, Shift+Enter begins a new line, and the field grows with the text."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFontMetrics, QKeyEvent
from PySide6.QtWidgets import QFrame, QPlainTextEdit, QWidget

from labdesk.gui.chat.token_meter import TokenMeter
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_MOST_LINES = 8
LONGEST = 50_000
_TYPING_MS = 300


class MessageField(QPlainTextEdit):
    """The field alone. `sent` when Enter was pressed."""

    sent = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Message")
        self.setAccessibleDescription("Enter sends, Shift and Enter begin a new line.")
        self.setPlaceholderText("Ask something…")
        self.setTabChangesFocus(True)
        self.textChanged.connect(self._grow)
        self._grow()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.sent.emit()
            return
        super().keyPressEvent(event)

    @Slot()
    def _grow(self) -> None:
        lines = min(_MOST_LINES, max(1, round(self.document().size().height())))
        line = QFontMetrics(self.font()).lineSpacing()
        margin = 2 * self.document().documentMargin() + 2 * self.frameWidth() + S
        self.setFixedHeight(round(lines * line + margin))


class Composer(QFrame):
    """Field and button. `asked(text)` with a message that is not empty; `stop_wanted` while an answer is written."""

    asked = Signal(str)
    stop_wanted = Signal()
    #: what is typed, a moment after the last key
    typed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.field = MessageField()
        self.send = button("Send", self._send, kind="primary", glyph="paper-plane-right")
        self.stop = button("Stop", self.stop_wanted.emit, glyph="stop")
        self.stop.setToolTip("Stop the answer (Esc)")
        self.hint = label("Enter sends · Shift+Enter for a new line · Esc stops", "small", "muted")
        across = row(self.field, self.send, self.stop, gap=S)
        across.setStretch(0, 1)
        across.setAlignment(self.send, Qt.AlignmentFlag.AlignBottom)
        across.setAlignment(self.stop, Qt.AlignmentFlag.AlignBottom)
        self.meter = TokenMeter()
        below = row(self.hint, None, self.meter, gap=S)
        self.setLayout(column(across, below, gap=S, margin=(L, M, L, M)))
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.measure)
        self.field.sent.connect(self._send)
        self.field.textChanged.connect(self._refresh)
        self._busy = False
        self.show_busy(False)

    def show_busy(self, busy: bool) -> None:
        """Whether an answer is being written: then the button stops it."""
        self._busy = busy
        self.stop.setVisible(busy)
        self.send.setVisible(not busy)
        self._refresh()

    @Slot()
    def measure(self) -> None:
        """Asks for the meter to be brought up to date."""
        self.typed.emit(self.field.toPlainText()[:LONGEST])

    @Slot()
    def _refresh(self) -> None:
        self._typing.start()
        self.send.setEnabled(bool(self.field.toPlainText().strip()))

    @Slot()
    def _send(self) -> None:
        text = self.field.toPlainText().strip()[:LONGEST]
        if text and not self._busy:
            self.field.clear()
            self.asked.emit(text)
