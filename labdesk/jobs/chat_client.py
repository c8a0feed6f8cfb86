"""Talks with a chat worker from a program without an event loop: the command line and tests."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from types import TracebackType

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.engine.chat.protocol import (
    Ask,
    ChatReply,
    Close,
    Command,
    Failed,
    Finished,
    Load,
    Loaded,
    SideModel,
    Token,
    Turn,
    decode_reply,
    encode,
)
from labdesk.jobs.line_worker import end_line_worker, start_line_worker

_SIDE = "model"


class Answer(msgspec.Struct, frozen=True):
    """One complete answer."""

    text: str
    finished: Finished


class ChatClient:
    """`with ChatClient(model) as chat: chat.ask("…")`. Raises ModelError when the model cannot be loaded or dies."""

    def __init__(self, model: str = "", adapter: str = "", system: str = "") -> None:
        self._load = Load((SideModel(_SIDE, model or str(starter_model()), adapter),))
        self._system = system
        self._turns: list[Turn] = []
        self._process: subprocess.Popen[bytes] | None = None
        self.loaded: Loaded | None = None

    def __enter__(self) -> ChatClient:
        self._process = start_line_worker("--chat-worker")
        try:
            self._say(self._load)
            reply = self._hear()
            assert isinstance(reply, Loaded), reply
            self.loaded = reply
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._process is not None:
            end_line_worker(self._process, encode(Close()))

    def ask(self, text: str, on_text: Callable[[str], None] | None = None) -> Answer:
        """The answer; it becomes part of the conversation. Raises ModelError."""
        self._say(Ask(text=text, turns={_SIDE: tuple(self._turns)}, system=self._system))
        pieces: list[str] = []
        while True:
            reply = self._hear()
            if isinstance(reply, Token):
                pieces.append(reply.text)
                if on_text is not None:
                    on_text(reply.text)
            elif isinstance(reply, Finished):
                answer = "".join(pieces)
                self._turns += [Turn("user", text), Turn("assistant", answer)]
                return Answer(answer, reply)

    def _say(self, command: Command) -> None:
        assert self._process is not None and self._process.stdin is not None
        try:
            self._process.stdin.write(encode(command))
            self._process.stdin.flush()
        except OSError as error:
            raise _died() from error

    def _hear(self) -> ChatReply:
        """The next reply; a Failed one is raised. Raises ModelError also when the worker is gone."""
        assert self._process is not None and self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise _died()
        reply = decode_reply(line)
        if isinstance(reply, Failed):
            raise ModelError(reply.message, cause=reply.cause, remedy=reply.remedy)
        return reply


def _died() -> ModelError:
    return ModelError(
        "The chat ended unexpectedly.",
        cause="The process that held the model is gone; often the computer ran out of memory.",
        remedy="Choose a smaller model or close other programs, then ask again.",
    )
