"""The loop of a chat worker: reads commands from one pipe, writes replies to another, ends when the pipe closes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from queue import SimpleQueue
from typing import BinaryIO

import msgspec

from labdesk.core.errors import ModelError
from labdesk.engine.chat.conversation import ChatOptions
from labdesk.engine.chat.protocol import (
    Ask,
    ChatReply,
    Close,
    Command,
    Failed,
    Finished,
    Load,
    Measure,
    Measured,
    Side,
    Stop,
    Token,
    Turn,
    decode_command,
    encode,
    failure,
    lines,
)
from labdesk.engine.chat.sides import ChatModel, OpenModel
from labdesk.engine.runtimes import Message, Runtime


def serve(stdin: BinaryIO, stdout: BinaryIO, open_model: OpenModel | None = None) -> None:
    """Serve until Close or the end of `stdin`. `open_model` is for tests; by default llama.cpp loads the models."""
    _Worker(stdout, open_model or open_with_llama_cpp).run(stdin)


def open_with_llama_cpp(path: Path, context: int) -> tuple[Runtime, str]:
    """Load a model for one person's chat. Raises ModelError, also where llama.cpp is not installed."""
    from labdesk.engine.runtimes.llama_cpp.model import LoadOptions
    from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime

    # Two sequences: one for each side of a comparison.
    runtime = LlamaCppRuntime(path, LoadOptions(context=context, parallel=2, cells=2 * context))
    return runtime, runtime.device


def _messages(turns: Sequence[Turn]) -> list[Message]:
    return [Message(turn.role, turn.text) for turn in turns]


class _Worker:
    """One thread reads commands, so that Stop is heard while another writes an answer."""

    def __init__(self, stdout: BinaryIO, open_model: OpenModel) -> None:
        self._stdout = stdout
        self._open_model = open_model
        self._queue: SimpleQueue[Command | Failed] = SimpleQueue()
        # A Stop ends the questions read before it, also one still waiting in the queue, and none read after it.
        self._asks_read = 0
        self._asks_stopped = 0
        self._asks_begun = 0
        self._gone = threading.Event()
        self._model: ChatModel | None = None

    def run(self, stdin: BinaryIO) -> None:
        threading.Thread(target=self._read, args=(stdin,), daemon=True).start()
        try:
            while not isinstance(command := self._queue.get(), Close):
                self._handle(command)
        finally:
            self._close_model()

    def _read(self, stdin: BinaryIO) -> None:
        """Runs in the reading thread: hands commands over in order, but hears Stop and the end at once."""
        try:
            for line in lines(stdin):
                try:
                    command = decode_command(line)
                except (msgspec.DecodeError, UnicodeDecodeError) as error:
                    self._queue.put(Failed("The chat did not understand a command.", str(error), ""))
                    continue
                if isinstance(command, Stop):
                    self._asks_stopped = self._asks_read
                else:
                    self._asks_read += isinstance(command, Ask)
                    self._queue.put(command)
        except (OSError, ValueError):
            pass  # the pipe broke: the same as its end
        self._gone.set()
        self._queue.put(Close())

    def _handle(self, command: Command | Failed) -> None:
        try:
            if isinstance(command, Failed):
                self._say(command)
            elif isinstance(command, Load):
                self._close_model()
                self._model = ChatModel(command, self._open_model)
                self._say(self._model.loaded)
            elif isinstance(command, Measure):
                self._measure(command)
            elif isinstance(command, Ask):
                self._ask(command)
        except BrokenPipeError:
            self._queue.put(Close())
        except Exception as error:  # whatever it was, the person must see it and the worker must go on
            self._say(failure(error, command.id if isinstance(command, Ask) else ""))

    def _measure(self, command: Measure) -> None:
        conversation = self._chat().conversation(command.side)
        conversation.recall(_messages(command.turns), command.system)
        found = conversation.measure(command.text, command.max_tokens)
        context = self._chat().loaded.context
        self._say(Measured(command.side, found.prompt_tokens, found.room, found.forgotten, context))

    def _ask(self, command: Ask) -> None:
        self._asks_begun += 1
        chat = self._chat()
        options = ChatOptions(
            command.temperature, command.top_p, command.repeat_penalty, command.max_tokens, command.seed
        )
        for side in command.sides or tuple(chat.conversations):
            conversation = chat.conversation(side)
            conversation.recall(_messages(command.turns.get(side, ())), command.system)
            reply = conversation.ask(command.text, self._teller(side, command.id), self._should_stop, options)
            self._say(
                Finished(
                    side=side,
                    tokens=reply.tokens,
                    seconds=reply.seconds,
                    tokens_per_second=reply.tokens_per_second,
                    first_token_ms=reply.first_token_ms,
                    finish=reply.finish,
                    prompt_tokens=reply.prompt_tokens,
                    forgotten=reply.forgotten,
                    id=command.id,
                )
            )
            if self._should_stop():
                return

    def _teller(self, side: Side, id: str) -> Callable[[str], None]:
        return lambda text: self._say(Token(side, text, id))

    def _should_stop(self) -> bool:
        return self._asks_begun <= self._asks_stopped or self._gone.is_set()

    def _chat(self) -> ChatModel:
        if self._model is None:
            raise ModelError("No model is loaded.", remedy="Choose a model to chat with.")
        return self._model

    def _say(self, reply: ChatReply) -> None:
        self._stdout.write(encode(reply))
        self._stdout.flush()

    def _close_model(self) -> None:
        if self._model is not None:
            self._model.close()
            self._model = None
