"""The life of a server: read what to serve, load the model, listen on this computer only, end with the pipe."""

from __future__ import annotations

import logging
import socket
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec
import uvicorn

from labdesk.core.errors import LabdeskError, ModelError
from labdesk.engine.chat.serve import open_with_llama_cpp
from labdesk.engine.chat.sides import OpenModel
from labdesk.engine.server.answering import Answerer
from labdesk.engine.server.app import make_app
from labdesk.engine.server.protocol import NotServing, Serve, Served, ServerReply, Serving, decode_serve, encode

_BACKLOG = 32
_CONNECTIONS = 64
#: A connection that says nothing for so many seconds is closed.
_QUIET = 15


def run_server(stdin: BinaryIO, stdout: BinaryIO, open_model: OpenModel | None = None) -> int:
    """Serve until `stdin` ends. `open_model` is for tests; by default llama.cpp loads the model."""
    speaker = _Speaker(stdout)
    try:
        wanted = decode_serve(stdin.readline(1 << 20))
        if len(wanted.key) < 16:
            raise ModelError("The key is too short.", remedy="Let labdesk make one.")
        listener = _listen(wanted.port)
    except (msgspec.DecodeError, UnicodeDecodeError, LabdeskError) as error:
        speaker.fail(error)
        return 1
    with listener:
        try:
            runtime, _device = (open_model or open_with_llama_cpp)(Path(wanted.model), wanted.context)
        except LabdeskError as error:
            speaker.fail(error)
            return 1
        try:
            return _serve(wanted, listener, Answerer(runtime, _adapter(wanted)), stdin, speaker)
        except LabdeskError as error:
            speaker.fail(error)
            return 1
        finally:
            runtime.close()


def _adapter(wanted: Serve) -> Path | None:
    return Path(wanted.adapter) if wanted.adapter else None


def _serve(wanted: Serve, listener: socket.socket, answerer: Answerer, stdin: BinaryIO, speaker: _Speaker) -> int:
    port = int(listener.getsockname()[1])
    name = wanted.name or Path(wanted.model).stem
    app = make_app(answerer, name, wanted.key, port, speaker.served)
    config = uvicorn.Config(
        app, access_log=False, log_level=logging.ERROR, lifespan="off", server_header=False, ws="none",
        timeout_keep_alive=_QUIET, timeout_graceful_shutdown=2, limit_concurrency=_CONNECTIONS,
        h11_max_incomplete_event_size=65_536,
    )  # fmt: skip
    server = uvicorn.Server(config)
    threading.Thread(target=_end_with, args=(stdin, server), daemon=True).start()
    speaker.say(Serving(port, name))
    server.run(sockets=[listener])
    return 0


def _listen(port: int) -> socket.socket:
    """A socket on 127.0.0.1, which other computers cannot reach. Raises ModelError when the port is taken."""
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(("127.0.0.1", port))
        listener.listen(_BACKLOG)
    except OSError as error:
        listener.close()
        raise ModelError(
            f"Port {port} cannot be used.",
            cause=f"{error.strerror}.",
            remedy="Choose another port, or 0 for any that is free.",
        ) from error
    return listener


def _end_with(stdin: BinaryIO, server: uvicorn.Server) -> None:
    """Runs in a thread of its own: the pipe's end is the order to stop."""
    while stdin.readline(1 << 16):
        pass
    server.should_exit = True


class _Speaker:
    """Writes replies; answers end in several threads."""

    def __init__(self, stdout: BinaryIO) -> None:
        self._stdout = stdout
        self._lock = threading.Lock()
        self._answers = self._tokens = 0

    def say(self, reply: ServerReply) -> None:
        with self._lock:
            try:
                self._stdout.write(encode(reply))
                self._stdout.flush()
            except (BrokenPipeError, ValueError):
                pass  # nobody listens any more; the end of stdin follows

    def served(self, tokens: int) -> None:
        self._answers += 1
        self._tokens += tokens
        self.say(Served(self._answers, self._tokens))

    def fail(self, error: Exception) -> None:
        if isinstance(error, LabdeskError):
            self.say(NotServing(error.message, error.cause, error.remedy))
        else:
            self.say(NotServing("The server did not understand what to serve.", str(error), ""))
