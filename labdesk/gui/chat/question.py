"""What the person asked, at the right; it can be changed, and the arrows lead to its other branches."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QWidget

from labdesk.gui.theme import XS, L, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label

_WIDEST = 640
#: A longer message is shown cut; the model gets all of it.
_SHOWN = 4_000


class Question(QWidget):
    """`changed(text)` when an edited question is to be asked; `turned(-1 or +1)` for the neighbouring branch."""

    changed = Signal(str)
    turned = Signal(int)

    def __init__(self, text: str, place: int = 0, count: int = 1, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = text
        self.said = label(wrap=True)
        self.said.setAccessibleName("You")
        self.said.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.said.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        shown = harmless(text, _SHOWN)
        self.said.setText(shown + "…" if len(text) > _SHOWN else shown)
        bubble = QFrame()
        bubble.setProperty("surface", "accent")
        bubble.setLayout(column(self.said, margin=(L, S, L, S)))
        widest = max(self.said.fontMetrics().horizontalAdvance(line) for line in self.said.text().split("\n"))
        bubble.setFixedWidth(min(_WIDEST, widest + 2 * L + S))
        bubble.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        self.edit = tool_button("pencil-simple", "Change this question", self._begin, hint="Change it and ask again")
        self._reading = holder(column(row(None, bubble), self._tools(place, count), gap=0))
        self._writing: QWidget | None = None
        self.field: GrowingText | None = None
        self._stack = column(self._reading, gap=0)
        self.setLayout(self._stack)

    def _tools(self, place: int, count: int) -> QHBoxLayout:
        if count < 2:
            return row(None, self.edit)
        self.before = tool_button("caret-left", "The branch before", lambda: self.turned.emit(-1))
        self.after = tool_button("caret-right", "The next branch", lambda: self.turned.emit(1))
        self.before.setEnabled(place > 0)
        self.after.setEnabled(place < count - 1)
        where = label(f"{place + 1} of {count}", "small", "muted")
        return row(None, self.before, where, self.after, self.edit, gap=XS)

    def _begin(self) -> None:
        if self._writing is not None:
            return
        self.field = _Field(self._text)
        self.field.sent.connect(self._ask)
        self.field.given_up.connect(self._end)
        ask = button("Ask this instead", self._ask, kind="primary")
        ask.setToolTip("Asks from here anew; what was said before stays on its own branch (Enter)")
        below = row(None, button("Cancel", self._end), ask, gap=S)
        self._writing = holder(column(self.field, below, gap=S))
        self._reading.hide()
        self._stack.addWidget(self._writing)
        self.field.setFocus()
        self.field.selectAll()

    def _ask(self) -> None:
        text = self.field.toPlainText().strip() if self.field is not None else ""
        if text:
            self._end()
            self.changed.emit(text)

    def _end(self) -> None:
        if self._writing is not None:
            self._writing.hide()
            self._writing.deleteLater()
            self._writing, self.field = None, None
        self._reading.show()
        self.edit.setFocus()


class _Field(GrowingText):
    """Enter asks, Escape gives up."""

    sent = Signal()
    given_up = Signal()

    def __init__(self, text: str) -> None:
        super().__init__("Your question", least=1, most=10)
        self.setAccessibleDescription("Enter asks it, Shift and Enter begin a new line, Escape leaves it as it was.")
        self.setPlainText(text)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and plain:
            self.sent.emit()
        elif event.key() == Qt.Key.Key_Escape:
            self.given_up.emit()
        else:
            super().keyPressEvent(event)
