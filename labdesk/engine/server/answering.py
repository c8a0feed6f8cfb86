"""Answers one request after another with the loaded model; a program that goes away stops its answer."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes import Completed, Completion, Runtime
from labdesk.engine.server.requests import ChatRequest, Refused, answer_length, messages_of, stops_of

#: So many programs may wait for an answer; one more is sent away.
MOST_WAITING = 8


class Busy(Exception):
    """Too many requests wait already."""


class Answerer:
    """Holds the model. `answer` may be called from any thread; one is computed at a time."""

    def __init__(self, runtime: Runtime, adapter: Path | None = None) -> None:
        self._runtime = runtime
        self._turn = threading.Lock()
        self._waiting = 0
        self._count = threading.Lock()
        if adapter is not None:
            runtime.set_adapter(adapter)

    def answer(self, request: ChatRequest, on_text: Callable[[str], None], gone: Callable[[], bool]) -> Completed:
        """Raises Refused, Busy, ModelError. Oldest messages go first when they do not fit; the system prompt never."""
        with self._count:
            if self._waiting >= MOST_WAITING:
                raise Busy
            self._waiting += 1
        try:
            with self._turn:
                if request.seed is not None:
                    self._runtime.forget()  # who gives a seed wants the same text again, whatever was asked before
                return self._runtime.stream(self._completion(request), on_text, gone)
        finally:
            with self._count:
                self._waiting -= 1

    def _completion(self, request: ChatRequest) -> Completion:
        messages = messages_of(request)
        limit = self._runtime.context_tokens
        told = [message for message in messages if message.role == "system"]
        said = [message for message in messages if message.role != "system"]
        wanted = min(answer_length(request, limit // 2), limit // 2)
        low, high = 0, max(0, len(said) - 1)
        while low < high:  # the fewest old messages that must go
            middle = (low + high) // 2
            if self._length([*told, *said[middle:]]) + wanted <= limit:
                high = middle
            else:
                low = middle + 1
        prompt = self._runtime.chat_prompt([*told, *said[high:]])
        room = limit - self._runtime.count_tokens(prompt) - 1
        if room < 1:
            raise Refused(f"The messages are longer than the {limit} tokens that this model reads.")
        return Completion(
            key="api",
            prompt=prompt,
            max_tokens=min(wanted, room),
            temperature=0.0 if request.temperature is None else request.temperature,
            top_p=1.0 if request.top_p is None else request.top_p,
            seed=(request.seed or 0) & 0x7FFFFFFF,
            stop=stops_of(request),
        )

    def _length(self, messages: list[object]) -> int:
        try:
            return self._runtime.count_tokens(self._runtime.chat_prompt(messages)) + 1  # type: ignore[arg-type]
        except ModelError:  # a template that wants the user to speak first
            return 0
