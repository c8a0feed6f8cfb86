"""The chat worker of one chat: a process that holds the model and speaks JSON lines over its pipes.

It ends when the pipe closes, so a window that dies takes it along. Pieces of text are collected and handed over on a
66 ms timer: a token each would repaint too often."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.errors import JobError, LabdeskError, ModelError
from labdesk.engine.chat.protocol import (
    Ask,
    ChatReply,
    Command,
    Failed,
    Finished,
    Load,
    Loaded,
    Measure,
    Measured,
    Stop,
    Token,
    decode_reply,
    encode,
)
from labdesk.gui.line_process import LineProcess
from labdesk.jobs.command import labdesk_command

State = Literal["empty", "loading", "ready", "answering"]

FLUSH_MS = 66


class ChatClient(QObject):
    """`load`, `ask`, `measure`, `stop`, `close`; the replies come as signals."""

    loaded = Signal(object)
    #: id of the question, side, the next piece of its answer
    text = Signal(str, str, str)
    finished = Signal(object)
    measured = Signal(object)
    #: the error, and the id of the question it ended ("" when it was none)
    failed = Signal(object, str)
    #: "empty", "loading", "ready" or "answering"
    changed = Signal(str)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "empty"
        self.model: Loaded | None = None
        self._process: LineProcess | None = None
        self._awaited: set[str] = set()
        self._asked = ""
        self._texts: dict[tuple[str, str], list[str]] = {}
        self._flush_timer = QTimer(self)
        self._flush_timer.setInterval(FLUSH_MS)
        self._flush_timer.timeout.connect(self._flush)

    def load(self, request: Load) -> None:
        """Opens a model in place of the one that is open."""
        if self._process is None:
            self._start()
        self.model = None
        self._become("loading")
        self._send(request)

    def ask(self, question: Ask) -> None:
        """Asks; needs a loaded model."""
        if self.model is None:
            return
        self._asked = question.id
        self._awaited = set(question.sides or (side.key for side in self.model.sides))
        self._become("answering")
        self._flush_timer.start()
        self._send(question)

    def stop(self) -> None:
        """Ends the answer that is being written; what there is of it stays."""
        if self.state == "answering":
            self._send(Stop())

    def measure(self, question: Measure) -> None:
        """Asks how much of the context a question would take; answered only between questions."""
        if self.state == "ready":
            self._send(question)

    def close(self) -> None:
        """Ends the worker, which frees its memory; does not wait for its end."""
        process, self._process = self._process, None
        if process is None:
            return
        process.retire()
        self.model = None
        self._awaited.clear()
        self._texts.clear()
        self._flush_timer.stop()
        self._become("empty")

    def _start(self) -> None:
        process = LineProcess(self)
        process.line.connect(self._read)
        process.ended.connect(self._on_end)
        process.not_started.connect(self._on_no_start)
        self._process = process
        process.start(labdesk_command("--chat-worker"))

    def _send(self, command: Command) -> None:
        if self._process is not None:
            self._process.write(encode(command))

    def _become(self, state: State) -> None:
        if state != self.state:
            self.state = state
            self.changed.emit(state)

    @Slot(bytes)
    def _read(self, line: bytes) -> None:
        try:
            reply = decode_reply(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return  # noise of a library, or a reply of a newer worker
        self._take(reply)

    def _take(self, reply: ChatReply) -> None:
        match reply:
            case Token():
                self._texts.setdefault((reply.id, reply.side), []).append(reply.text)
            case Loaded():
                self.model = reply
                self._become("ready")
                self.loaded.emit(reply)
            case Finished():
                self._flush()
                self._awaited.discard(reply.side)
                if not self._awaited or reply.finish == "cancelled":
                    self._rest("ready")
                self.finished.emit(reply)
            case Measured():
                self.measured.emit(reply)
            case Failed():
                if reply.id or self.state != "answering":  # else a measurement failed, which ends no answer
                    self._rest("ready" if self.model is not None else "empty")
                self.failed.emit(ModelError(reply.message, cause=reply.cause, remedy=reply.remedy), reply.id)

    def _rest(self, state: State) -> None:
        self._flush()
        self._flush_timer.stop()
        self._awaited.clear()
        self._become(state)

    @Slot()
    def _flush(self) -> None:
        texts, self._texts = self._texts, {}
        for (asked, side), pieces in texts.items():
            self.text.emit(asked, side, "".join(pieces))

    @Slot(str)
    def _on_end(self, last_words: str) -> None:
        self._gone(
            JobError(
                "The chat's process ended by itself.",
                cause=last_words or "Often the system ran out of memory.",
                remedy="Send your message again: the model is loaded anew.",
            )
        )

    @Slot()
    def _on_no_start(self) -> None:
        self._gone(JobError("The chat's process could not be started.", remedy="Close other programs and try again."))

    def _gone(self, error: LabdeskError) -> None:
        process, self._process = self._process, None
        if process is None:
            return
        process.retire()
        self.model = None
        asked = self._asked if self.state == "answering" else ""
        self._rest("empty")
        self.failed.emit(error, asked)
