"""A scripted teacher with the weakness of a real engine: what it writes depends on what it computes beside it."""

from __future__ import annotations

import zlib
from collections.abc import Callable, Iterable

from labdesk.engine.runtimes import Completed, Completion, Scored, Scoring, ShouldStop, Usage
from labdesk.engine.runtimes.scripted import ScriptedRuntime


class Company(ScriptedRuntime):
    """Writes notes that name all requests of its batch and whatever it was asked since it last forgot."""

    parallel = 1

    def __init__(self) -> None:
        super().__init__(self._note, self._score)
        self._memory = 0

    def complete(
        self, requests: Iterable[Completion], on_done: Callable[[Completed], None], should_stop: ShouldStop
    ) -> Usage:
        together = list(requests)
        self._remember([request.prompt for request in together])
        return super().complete(together, on_done, should_stop)

    def score(self, requests: Iterable[Scoring], on_done: Callable[[Scored], None], should_stop: ShouldStop) -> Usage:
        together = list(requests)
        self._remember([request.prompt for request in together])
        return super().score(together, on_done, should_stop)

    def forget(self) -> None:
        self._memory = 0

    def _remember(self, prompts: list[str]) -> None:
        self._memory = zlib.crc32("\n".join(prompts).encode(), self._memory)

    def _note(self, request: Completion) -> str:
        number = zlib.crc32(request.key.encode(), self._memory)
        what = f"{('boats', 'coal', 'ropes')[number % 3]} {number % 11}"
        if number % 5 == 0:
            return "### ###"
        return f" Write a note about {what}.\nAnswer: Ahoy! Here is {what} for all. Dry socks."

    def _score(self, prompt: str, continuation: str) -> float:
        return -float(zlib.crc32((prompt + continuation).encode(), self._memory) % 97)
