"""The exchanges of a chat from top to bottom; follows the newest text only while its end is in view."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal, Slot
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from labdesk.engine.chat.protocol import Finished, Side
from labdesk.gui.chat.exchange import Exchange
from labdesk.gui.theme import XL, L, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, row, scrolling
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label

_WIDEST = 980
_NEAR_END = 48
_SUGGESTIONS = 3


class Transcript(QStackedWidget):
    """`suggested(text)` when a person presses one of the questions that are offered."""

    suggested = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.exchanges: list[Exchange] = []
        self.empty = EmptyState("chats", "Ask something", "")
        self._offers = QVBoxLayout()
        self._offers.setSpacing(S)
        first = column(self.empty, row(None, holder(self._offers), None), None)
        first.setStretch(0, 2)
        first.setStretch(2, 1)
        self.addWidget(holder(first))
        inside = QWidget()
        self._list = QVBoxLayout(inside)
        self._list.setContentsMargins(XL, L, XL, L)
        self._list.setSpacing(L)
        self._list.addStretch(1)
        self._area = scrolling(inside, "Conversation", widest=_WIDEST)
        self.addWidget(self._area)
        self._bar = self._area.verticalScrollBar()
        self._following = True
        self._bar.rangeChanged.connect(self._follow)
        self._bar.valueChanged.connect(self._on_scroll)

    def say_empty(self, heading: str, sentence: str) -> None:
        """What the empty chat says."""
        self.empty.say(heading, sentence)

    def offer(self, questions: Sequence[str]) -> None:
        """Questions that a person may ask with one click."""
        while (item := self._offers.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        if questions:
            self._offers.addWidget(label("From its exam, never trained on:", "small", "muted"))
        for question in questions[:_SUGGESTIONS]:
            made = button(" ".join(harmless(question, 120).split()), glyph="chat-circle")
            made.clicked.connect(lambda *_, text=question: self.suggested.emit(text))
            self._offers.addWidget(made)

    def begin(self, question: str, sides: Sequence[Side], names: dict[Side, str]) -> Exchange:
        """A new exchange at the end."""
        exchange = Exchange(question, sides, names)
        self.exchanges.append(exchange)
        self._list.insertWidget(self._list.count() - 1, exchange)
        self.setCurrentIndex(1)
        self._following = True
        QTimer.singleShot(0, self, self._follow)
        return exchange

    def add(self, side: Side, text: str) -> None:
        """A piece of the newest answer of a side."""
        if self.exchanges and side in self.exchanges[-1].answers:
            self.exchanges[-1].answers[side].add(text)

    def finish(self, end: Finished) -> None:
        """The newest answer of a side is complete."""
        if self.exchanges and end.side in self.exchanges[-1].answers:
            self.exchanges[-1].answers[end.side].finish(end)

    def give_up(self, why: str) -> None:
        """The answers that have not ended never will."""
        for answer in self.exchanges[-1].answers.values() if self.exchanges else ():
            if answer.foot.text() in ("Waiting…", "Writing…"):
                answer.give_up(why)

    def clear(self) -> None:
        """An empty chat."""
        for exchange in self.exchanges:
            self._list.removeWidget(exchange)
            exchange.deleteLater()
        self.exchanges.clear()
        self.setCurrentIndex(0)

    @Slot()
    def _follow(self) -> None:
        if self._following:
            self._bar.setValue(self._bar.maximum())

    @Slot(int)
    def _on_scroll(self, value: int) -> None:
        self._following = value >= self._bar.maximum() - _NEAR_END
