"""The exchanges of a chat from top to bottom, of which only those in view exist, or what an empty chat offers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QVBoxLayout, QWidget

from labdesk.gui.chat.exchange import ExchangeView
from labdesk.gui.theme import S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.reel import Reel
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label

_WIDEST = 980
_SUGGESTIONS = 3


class Transcript(QStackedWidget):
    """`suggested(text)` when a person presses one of the questions that are offered. `make` builds an exchange."""

    suggested = Signal(str)

    def __init__(self, make: Callable[[str], ExchangeView], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.empty = EmptyState("chats", "Ask something", "")
        self._offers = QVBoxLayout()
        self._offers.setSpacing(S)
        first = column(self.empty, row(None, holder(self._offers), None), None)
        first.setStretch(0, 2)
        first.setStretch(2, 1)
        self.addWidget(holder(first))
        self.reel = Reel("Conversation", make, widest=_WIDEST)
        self.addWidget(self.reel)

    @property
    def length(self) -> int:
        """How many exchanges there are."""
        return len(self.reel.keys)

    def exchange(self, key: str) -> ExchangeView | None:
        """The view of an exchange, if it is near enough to exist."""
        found = self.reel.made(key)
        return found if isinstance(found, ExchangeView) else None

    @property
    def exchanges(self) -> list[ExchangeView]:
        """Those that exist at present, from top to bottom."""
        return [view for key in self.reel.keys if (view := self.exchange(key)) is not None]

    def show_path(self, keys: Sequence[str], *, anew: bool = False) -> None:
        """Shows these exchanges; `anew` when they belong to another chat."""
        if anew:
            self.reel.show_keys(())
        self.reel.show_keys(keys)
        self.setCurrentIndex(1 if keys else 0)

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
