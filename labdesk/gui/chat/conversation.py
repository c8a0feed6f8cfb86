"""Between the session and what is seen of it: builds the exchanges, and carries the person's wishes back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.chats.records import Voted
from labdesk.core.errors import LabdeskError
from labdesk.gui.chat.exchange import ExchangeView
from labdesk.gui.chat.session import ChatSession
from labdesk.gui.chat.sides_menu import SidesMenu
from labdesk.gui.chat.transcript import Transcript
from labdesk.gui.widgets.safe_text import harmless


class Conversation(QObject):
    """What a person wants of an exchange and only others can do goes out as a signal; `made(exchange, view)` after a
    view was built."""

    teach_wanted = Signal(str, str)
    reteach_wanted = Signal(str)
    stop_wanted = Signal(str)
    leaf_wanted = Signal(str)
    link_wanted = Signal(str)
    made = Signal(str, object)
    failed = Signal(object)

    def __init__(
        self,
        session: ChatSession,
        menu: SidesMenu,
        leaf_of: Callable[[str], str],
        standing: Callable[[str], str],
        parent: QObject | None = None,
    ) -> None:
        """`leaf_of` guesses the leaf that a question is about ("" for none); `standing` says how its votes stand."""
        super().__init__(parent)
        self._session = session
        self._menu = menu
        self._leaf_of = leaf_of
        self._standing = standing
        self._chat = session.chat.id
        self.transcript = Transcript(self._make)
        session.path_changed.connect(self.show_path)
        session.asked.connect(self._on_asked)
        session.text.connect(self._on_text)
        session.answered.connect(self._on_answered)
        session.failed.connect(self._on_failed)
        menu.shown_changed.connect(self._build_anew)

    @property
    def last(self) -> str:
        """The last exchange of the shown branch; "" for none."""
        path = self._session.chat.path()
        return path[-1].id if path else ""

    @Slot()
    def show_path(self) -> None:
        """Shows the branch that the chat says is shown."""
        chat = self._session.chat
        anew, self._chat = chat.id != self._chat, chat.id
        self.transcript.show_path([one.id for one in chat.path()], anew=anew)
        if anew:
            self.transcript.reel.to_end()

    def view(self, exchange: str) -> ExchangeView | None:
        """The view of an exchange, if it exists at present."""
        return self.transcript.exchange(exchange)

    def renew(self, exchange: str) -> None:
        """Builds the view of an exchange anew."""
        self.transcript.reel.renew(exchange)

    def _make(self, key: str) -> ExchangeView:
        chat = self._session.chat
        exchange = chat.exchanges[key]
        siblings = chat.siblings(key)
        awaited = self._session.pending_sides(key)
        view = ExchangeView(
            exchange, awaited, place=siblings.index(key), count=len(siblings),
            blind=self._menu.blind.isChecked(), marking=self._menu.marking.isChecked(),
            standing=self._standing,
        )  # fmt: skip
        for side in awaited:
            if text := self._session.so_far(key, side.key):
                view.add(side.key, text)
        view.edited.connect(lambda id, text: self._try(lambda: self._session.edit(id, text)))
        view.again_wanted.connect(lambda id: self._try(lambda: self._session.ask_again(id)))
        view.turned.connect(self._turn)
        view.voted.connect(self._vote)
        view.teach_wanted.connect(self.teach_wanted)
        view.reteach_wanted.connect(self.reteach_wanted)
        view.stop_wanted.connect(self.stop_wanted)
        view.leaf_wanted.connect(self.leaf_wanted)
        view.link_wanted.connect(self.link_wanted)
        self.made.emit(key, view)
        return view

    @Slot(str)
    def _on_asked(self, exchange: str) -> None:
        self.show_path()
        self.transcript.reel.to_end()

    @Slot(str, str, str)
    def _on_text(self, exchange: str, side: str, text: str) -> None:
        view = self.view(exchange)
        if view is not None:
            view.add(side, text)

    @Slot(str, str)
    def _on_answered(self, exchange: str, side: str) -> None:
        view = self.view(exchange)
        if view is not None:
            view.show_answer(side)

    @Slot(object, str)
    def _on_failed(self, error: LabdeskError, exchange: str) -> None:
        view = self.view(exchange)
        if view is not None:
            view.give_up(f"No answer: {harmless(error.message, 200)}")

    def _turn(self, exchange: str, step: int) -> None:
        siblings = self._session.chat.siblings(exchange)
        at = siblings.index(exchange) + step
        if 0 <= at < len(siblings):
            self._try(lambda: self._session.go_to(siblings[at]))

    def _vote(self, exchange: str, winner: str, blind: bool) -> None:
        question = self._session.chat.exchanges[exchange].question

        def count() -> None:
            self._session.record(Voted(exchange, winner, self._leaf_of(question), blind))
            view = self.view(exchange)
            if view is not None:
                view.show_vote()

        self._try(count)

    @Slot()
    def _build_anew(self) -> None:
        for key in self.transcript.reel.keys:
            if self.view(key) is not None and not self._session.pending_sides(key):
                self.renew(key)

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except LabdeskError as error:
            self.failed.emit(error)
