"""Counts tokens for the window: a small process with the teacher's vocabulary, started when it is first asked.

Answers are remembered by text, questions wait for a pause in typing, and an idle process ends."""

from __future__ import annotations

from collections import OrderedDict

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.engine.counting.protocol import Count, Counted, Failed, Open, Opened, decode_reply, encode
from labdesk.gui.line_process import LineProcess
from labdesk.jobs.command import labdesk_command

PAUSE_MS = 250
#: The first count waits a little longer: a window that has just opened has better things to do.
START_MS = 1000
IDLE_MS = 120_000
_REMEMBERED = 2000


class TokenCounter(QObject):
    """`want(key, text)`; `counted(key, tokens)` comes at once for a known text. `context` is 0 until `opened`.

    `failed(str)` says in plain words why nothing can be counted; it is said once, until another model is chosen."""

    opened = Signal()
    counted = Signal(str, int)
    failed = Signal(str)

    def __init__(self, model: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model = model
        self.context = 0
        self._process: LineProcess | None = None
        self._broken = ""
        self._waiting: dict[str, str] = {}
        self._asked: dict[str, str] = {}
        self._known: OrderedDict[str, int] = OrderedDict()
        self._pause = self._timer(PAUSE_MS, self._ask)
        self._idle = self._timer(IDLE_MS, self.close)

    def use(self, model: str) -> None:
        """Counts for another teacher from now on; "" is the starter model."""
        if model != self._model:
            self.close()
            self._model = model
            self.context = 0
            self._broken = ""
            self._known.clear()

    def want(self, key: str, text: str) -> None:
        """Asks for the tokens of a text; a later text for the same key takes its place."""
        if self._broken:
            self.failed.emit(self._broken)
        elif self.context and text in self._known:
            self._waiting.pop(key, None)
            self.counted.emit(key, self._known[text])
        else:
            self._waiting[key] = text
            self._pause.start(PAUSE_MS if self._process is not None else START_MS)

    @Slot()
    def close(self) -> None:
        """Ends the process without waiting; the next question starts it again."""
        process, self._process = self._process, None
        if process is not None:
            process.retire()
        self._asked.clear()
        self._pause.stop()
        self._idle.stop()

    def _timer(self, milliseconds: int, slot: object) -> QTimer:
        timer = QTimer(self)
        timer.setSingleShot(True)
        timer.setInterval(milliseconds)
        timer.timeout.connect(slot)
        return timer

    def _ask(self) -> None:
        if self._process is None and not self._start():
            return
        assert self._process is not None
        waiting, self._waiting = self._waiting, {}
        for key, text in waiting.items():
            self._asked[key] = text
            self._process.write(encode(Count(key, text)))
        self._idle.start()

    def _start(self) -> bool:
        try:
            model = self._model or str(starter_model())
        except ModelError as error:
            self._give_up(error.message)
            return False
        process = LineProcess(self)
        process.line.connect(self._read)
        process.ended.connect(self._on_end)
        process.not_started.connect(lambda: self._give_up("The process that counts tokens could not be started."))
        self._process = process
        process.start(labdesk_command("--token-worker"))
        process.write(encode(Open(model)))
        return True

    @Slot(bytes)
    def _read(self, line: bytes) -> None:
        try:
            reply = decode_reply(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        match reply:
            case Opened():
                self.context = reply.context
                self.opened.emit()
            case Counted():
                self._take(reply)
            case Failed():
                self._give_up(reply.message)

    def _take(self, reply: Counted) -> None:
        text = self._asked.pop(reply.key, None)
        if text is None:
            return
        self._known[text] = reply.tokens
        if len(self._known) > _REMEMBERED:
            self._known.popitem(last=False)
        if reply.key not in self._waiting:
            self.counted.emit(reply.key, reply.tokens)

    @Slot(str)
    def _on_end(self, _words: str) -> None:
        self._give_up("Tokens cannot be counted: the engine is not installed, or its process ended.")

    def _give_up(self, why: str) -> None:
        self._broken = why
        self._waiting.clear()
        self.close()
        self.failed.emit(why)
