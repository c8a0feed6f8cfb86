"""Starts a model's server for a program without an event loop, the command line: `with ModelServer(...) as server`."""

from __future__ import annotations

import secrets
import subprocess
from collections.abc import Iterator
from types import TracebackType

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.engine.server.protocol import NotServing, Serve, Served, ServerReply, Serving, decode_reply, encode
from labdesk.jobs.line_worker import end_line_worker, start_line_worker


def new_key() -> str:
    """A key that nobody guesses: 192 bits."""
    return f"sk-labdesk-{secrets.token_urlsafe(24)}"


class ModelServer:
    """Serves a model behind a fresh key (or `key`) until the block ends. Raises ModelError when it cannot."""

    def __init__(self, model: str = "", adapter: str = "", name: str = "", port: int = 0, key: str = "") -> None:
        self.key = key or new_key()
        self._serve = Serve(model or str(starter_model()), self.key, name, adapter, port)
        self._process: subprocess.Popen[bytes] | None = None
        self.port = 0
        self.name = ""

    @property
    def address(self) -> str:
        """What clients call the base URL."""
        return f"http://127.0.0.1:{self.port}/v1"

    def __enter__(self) -> ModelServer:
        self._process = start_line_worker("--server-worker")
        try:
            assert self._process.stdin is not None
            self._process.stdin.write(encode(self._serve))
            self._process.stdin.flush()
            reply = self._hear()
            if isinstance(reply, NotServing):
                raise ModelError(reply.message, cause=reply.cause, remedy=reply.remedy)
            assert isinstance(reply, Serving), reply
            self.port, self.name = reply.port, reply.name
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            end_line_worker(self._process)

    def answers(self) -> Iterator[Served]:
        """What goes out, as it does, until the server ends."""
        while True:
            try:
                reply = self._hear()
            except ModelError:
                return
            if isinstance(reply, Served):
                yield reply

    def _hear(self) -> ServerReply:
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        try:
            return decode_reply(line)
        except msgspec.DecodeError:
            raise ModelError(
                "The server ended unexpectedly.",
                cause="The process that held the model is gone; often the computer ran out of memory.",
                remedy="Choose a smaller model or close other programs, then start it again.",
            ) from None
