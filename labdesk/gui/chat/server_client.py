"""The server's process, as the window sees it: started, told what to serve over its pipe, retired."""

from __future__ import annotations

from typing import Literal

import msgspec
from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.errors import JobError, ModelError
from labdesk.engine.server.protocol import NotServing, Serve, Served, Serving, decode_reply, encode
from labdesk.gui.line_process import LineProcess
from labdesk.jobs.chat_server_client import new_key
from labdesk.jobs.command import labdesk_command

State = Literal["off", "starting", "on"]


class ServerClient(QObject):
    """`start(model, name)` and `stop`. `changed(state)`; `served(answers, tokens)`; `failed(LabdeskError)`."""

    changed = Signal(str)
    served = Signal(int, int)
    failed = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.state: State = "off"
        self.key = ""
        self.address = ""
        self.name = ""
        self._process: LineProcess | None = None

    def start(self, model: str, name: str, port: int = 0) -> None:
        """Loads a model and serves it behind a new key."""
        self.stop()
        self.key = new_key()
        process = LineProcess(self)
        process.line.connect(self._read)
        process.ended.connect(self._on_end)
        process.not_started.connect(self._on_no_start)
        self._process = process
        process.start(labdesk_command("--server-worker"))
        process.write(encode(Serve(model, self.key, name, port=port)))
        self._become("starting")

    def stop(self) -> None:
        """Ends it; programs that use it get an error from now on."""
        process, self._process = self._process, None
        if process is not None:
            process.retire()
        self._become("off")

    def _become(self, state: State) -> None:
        if state != self.state:
            self.state = state
            if state == "off":
                self.address = self.key = self.name = ""
            self.changed.emit(state)

    @Slot(bytes)
    def _read(self, line: bytes) -> None:
        try:
            reply = decode_reply(line)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return
        match reply:
            case Serving():
                self.address, self.name = f"http://127.0.0.1:{reply.port}/v1", reply.name
                self._become("on")
            case Served():
                self.served.emit(reply.answers, reply.tokens)
            case NotServing():
                self.stop()
                self.failed.emit(ModelError(reply.message, cause=reply.cause, remedy=reply.remedy))

    @Slot(str)
    def _on_end(self, last_words: str) -> None:
        if self._process is not None:
            self.stop()
            self.failed.emit(JobError("The server ended by itself.", cause=last_words, remedy="Start it again."))

    @Slot()
    def _on_no_start(self) -> None:
        self.stop()
        self.failed.emit(JobError("The server could not be started.", remedy="Close other programs and try again."))
