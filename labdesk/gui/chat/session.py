"""One open chat and the worker that answers in it: asks, keeps what comes, goes from branch to branch. No widgets."""

from __future__ import annotations

import dataclasses
import secrets
import time
from collections.abc import Sequence

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.chats.chat import Exchange
from labdesk.core.chats.records import Answer, Answered, Asked, Record, Shown, Styled
from labdesk.core.chats.store import ChatStore, OpenChat
from labdesk.core.chats.style import Style
from labdesk.core.errors import LabdeskError
from labdesk.engine.chat.protocol import Ask, Finished, Loaded, Measure, Measured, Turn
from labdesk.gui.chat.client import ChatClient
from labdesk.gui.chat.sides import AFTER, BEFORE, SideOption, load_of, renamed

#: “Answer again” must be able to differ: where the style always takes the likeliest word, it draws this freely.
AGAIN_TEMPERATURE = 0.7


@dataclasses.dataclass
class Pending:
    """A question that is being answered. `chat` is where its answers go, whatever is shown meanwhile."""

    chat: OpenChat
    exchange: str
    sides: dict[str, SideOption]
    ask: Ask
    texts: dict[str, list[str]]


class ChatSession(QObject):
    """`ask`, `ask_again`, `edit`, `stop`, `go_to`, `open`, `new`; what happens comes as signals."""

    #: another chat, or another branch of it, is to be shown
    path_changed = Signal()
    #: a question was added to the shown branch: its exchange's id
    asked = Signal(str)
    #: exchange, side, the next piece of the answer
    text = Signal(str, str, str)
    #: exchange, side: its answer is complete and kept
    answered = Signal(str, str)
    #: the error, and the exchange that stays without an answer ("" for none)
    failed = Signal(object, str)
    measured = Signal(object)
    #: the list of chats has changed: this one was written to
    kept = Signal(str)

    def __init__(self, store: ChatStore, client: ChatClient, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self.client = client
        self.chat = store.new()
        self.sides: list[SideOption] = []
        self._pending: Pending | None = None
        client.loaded.connect(self._on_loaded)
        client.text.connect(self._on_text)
        client.finished.connect(self._on_finished)
        client.failed.connect(self._on_failed)
        client.measured.connect(self._on_measured)

    @property
    def busy(self) -> bool:
        """Whether a question waits for its answers."""
        return self._pending is not None

    def pending_sides(self, exchange: str) -> list[SideOption]:
        """The sides that are still to answer an exchange of the shown chat, or are at it."""
        pending = self._pending
        if pending is None or pending.exchange != exchange or pending.chat is not self.chat:
            return []
        return list(pending.sides.values())

    def so_far(self, exchange: str, side: str) -> str:
        """What a side has written by now."""
        pending = self._pending
        return "".join(pending.texts.get(side, ())) if pending is not None and pending.exchange == exchange else ""

    def set_sides(self, sides: Sequence[SideOption]) -> None:
        """Other models from now on; they are loaded with the next question."""
        if list(sides) != self.sides:
            self.stop()
            self.sides = list(sides)
            self.client.close()

    def load(self) -> None:
        """Reads the models now, so that the first answer comes sooner."""
        if self.sides and self.client.state == "empty":
            self.client.load(load_of(self.sides))

    def ask(self, text: str, parent: str | None = None, *, again: int = 0) -> str:
        """Asks at the end of the shown branch, or after exchange `parent`. `again`: the how-manyth try.

        The id of the new exchange; "" while another question is being answered. Raises StorageError.
        """
        if self._pending is not None or not self.sides:
            return ""
        path = self.chat.path()
        parent = (path[-1].id if path else "") if parent is None else parent
        exchange = secrets.token_hex(6)
        turns = {side.key: self._turns(parent, side.key) for side in self.sides}
        self._write(self.chat, Asked(exchange, parent, text, time.time()))
        question = self._question(text, exchange, turns, again)
        self._pending = Pending(self.chat, exchange, {side.key: side for side in self.sides}, question, {})
        if self.client.model is not None:
            self.client.ask(question)
        elif self.client.state == "empty":
            self.load()
        self.asked.emit(exchange)
        return exchange

    def ask_again(self, exchange: str) -> str:
        """The same question once more, as a branch beside the first. Raises StorageError."""
        one = self.chat.exchanges[exchange]
        return self._branch(one, one.question, again=len(self.chat.siblings(exchange)))

    def ask_after(self, exchange: str, side: str, after: SideOption) -> str:
        """The same question of a newly taught model, beside what `side` said before. Raises StorageError."""
        one = self.chat.exchanges[exchange]
        before = one.answers.get(side)
        self.set_sides([renamed(after, AFTER, "After teaching")])
        made = self.ask(one.question, one.parent)
        if made and before is not None:
            self._write(self.chat, Answered(made, msgspec.structs.replace(before, side=BEFORE)))
        if made:
            self.path_changed.emit()
        return made

    def edit(self, exchange: str, text: str) -> str:
        """Another question in its place, as a branch beside it. Raises StorageError."""
        return self._branch(self.chat.exchanges[exchange], text)

    def stop(self) -> None:
        """Ends the answer that is being written; what there is of it is kept."""
        if self._pending is not None:
            self.client.stop()
            self._give_up(Answer("", "", finish="cancelled"))

    def go_to(self, exchange: str) -> None:
        """Shows the branch of an exchange. Raises StorageError."""
        self._write(self.chat, Shown(exchange))
        self.path_changed.emit()

    def record(self, record: Record) -> None:
        """Writes down what the person did with the shown chat. Raises StorageError."""
        self._write(self.chat, record)

    def restyle(self, style: Style) -> None:
        """Another system prompt or another freedom from the next question on. Raises StorageError."""
        if style != self.chat.style:
            self._write(self.chat, Styled(style))

    def open(self, id: str) -> None:
        """Shows another chat. Raises StorageError."""
        if id != self.chat.id:
            self._show(self._store.open(id))

    def new(self) -> None:
        """Shows an empty chat with the style of this one."""
        style = self.chat.style
        self._show(self._store.new())
        if style != Style():
            self.restyle(style)

    def close(self) -> None:
        """The window closes."""
        self.stop()
        self.chat.close()
        self.client.close()

    def measure(self, text: str) -> None:
        """Asks how much of the context this message would take; `measured` answers when a model is loaded."""
        if self.sides and self.client.state == "ready":
            path, side = self.chat.path(), self.sides[0].key
            turns = self._turns(path[-1].id if path else "", side)
            style = self.chat.style
            self.client.measure(Measure(text, side, turns, style.system, style.max_tokens))

    def _show(self, chat: OpenChat) -> None:
        self.stop()
        self.chat.close()
        self.chat = chat
        self.path_changed.emit()

    def _branch(self, one: Exchange, text: str, *, again: int = 0) -> str:
        made = self.ask(text, one.parent, again=again)
        if made:
            self.path_changed.emit()
        return made

    def _turns(self, exchange: str, side: str) -> tuple[Turn, ...]:
        return tuple(Turn(turn.role, turn.content) for turn in self.chat.turns(exchange, side))  # type: ignore[arg-type]

    def _question(self, text: str, id: str, turns: dict[str, tuple[Turn, ...]], again: int) -> Ask:
        style = self.chat.style
        temperature = max(style.temperature, AGAIN_TEMPERATURE) if again else style.temperature
        return Ask(
            text, id, tuple(turns), turns, style.system, temperature, style.top_p, style.repeat_penalty,
            style.max_tokens, seed=again,
        )  # fmt: skip

    def _write(self, chat: OpenChat, record: Record) -> None:
        chat.record(record)
        self.kept.emit(chat.id)

    @Slot(object)
    def _on_loaded(self, _loaded: Loaded) -> None:
        if self._pending is not None:
            self.client.ask(self._pending.ask)

    @Slot(str, str, str)
    def _on_text(self, asked: str, side: str, text: str) -> None:
        pending = self._pending
        if pending is not None and pending.exchange == asked:
            pending.texts.setdefault(side, []).append(text)
            if pending.chat is self.chat:
                self.text.emit(asked, side, text)

    @Slot(object)
    def _on_finished(self, end: Finished) -> None:
        pending = self._pending
        if pending is None or pending.exchange != end.id or end.side not in pending.sides:
            return
        measures = Answer(
            end.side, "", tokens=end.tokens, tokens_per_second=end.tokens_per_second,
            first_token_ms=end.first_token_ms, prompt_tokens=end.prompt_tokens, finish=end.finish,
            forgotten=end.forgotten,
        )  # fmt: skip
        self._keep(pending, end.side, measures)
        if not pending.sides:
            self._pending = None

    def _keep(self, pending: Pending, side: str, measures: Answer) -> None:
        """Writes down the answer of one side, which is then not awaited any more."""
        option = pending.sides.pop(side)
        text = "".join(pending.texts.pop(side, ())).strip()
        proof = option.proven(self.client.model.side(side) if self.client.model else None)
        answer = msgspec.structs.replace(measures, side=side, text=text, name=option.name, proof=proof)
        try:
            self._write(pending.chat, Answered(pending.exchange, answer))
        except LabdeskError as error:
            self.failed.emit(error, "")
            pending.chat.apply(Answered(pending.exchange, answer))  # it can be read at least
        if pending.chat is self.chat:
            self.answered.emit(pending.exchange, side)

    def _give_up(self, measures: Answer) -> None:
        """Nothing more will come: what was written so far is kept, the rest stays without an answer."""
        pending, self._pending = self._pending, None
        if pending is None:
            return
        for side in list(pending.sides):
            if pending.texts.get(side):
                self._keep(pending, side, measures)
        if pending.sides and pending.chat is self.chat:
            pending.sides.clear()
            self.answered.emit(pending.exchange, "")

    @Slot(object, str)
    def _on_failed(self, error: LabdeskError, asked: str) -> None:
        pending = self._pending
        exchange = ""
        if pending is not None and (asked == pending.exchange or self.client.model is None):
            exchange = pending.exchange
            self._give_up(Answer("", "", finish="cancelled"))
        self.failed.emit(error, exchange)

    @Slot(object)
    def _on_measured(self, found: Measured) -> None:
        self.measured.emit(found)
