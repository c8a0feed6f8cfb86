"""RemoteRuntime: a teacher behind one server or several, with the same seam as a model on this computer."""

from __future__ import annotations

import asyncio
import time
import zlib
from collections import deque
from collections.abc import Callable, Iterable, Sequence
from math import ceil, inf
from pathlib import Path
from typing import Final

from labdesk.core.errors import ModelError
from labdesk.core.models.chat_template import Message
from labdesk.core.models.remote import Server, spoken, teacher_name
from labdesk.engine.runtimes import Completed, Completion, Scored, Scoring, ShouldStop, Usage
from labdesk.engine.runtimes.remote.answers import AnswerBook
from labdesk.engine.runtimes.remote.line import Away, Line, Tell, TooLong
from labdesk.engine.runtimes.remote.wire import Answer, Ask, ask_for, ask_verdict, chat_text, verdict

#: Seconds that a server may be away in the middle of the work, and before it answered at all.
PATIENCE: Final = 120.0
FIRST_PATIENCE: Final = 8.0
_LOOK_SECONDS: Final = 0.1
_TOO_LONG: Final = Answer("", finish="too_long")

OnAnswer = Callable[[str, Answer], None]


class RemoteRuntime:
    """Which server answers a request depends on the request alone, so that a continued job asks the same one; a server
    that is away for too long leaves its share to the others. Answers are kept in `folder` and never asked for again."""

    def __init__(
        self,
        servers: Sequence[Server],
        keys: Callable[[str], str],
        folder: Path | None = None,
        tell: Tell = lambda text, level: None,
        patience: float = PATIENCE,
        first_patience: float = FIRST_PATIENCE,
    ) -> None:
        """`keys` gives the key for an address, `tell` hears what a person should know. Raises StorageError."""
        self._servers = tuple(servers)
        self._book = AnswerBook(folder)
        self._loop = asyncio.Runner()
        self._lines = [Line(server, keys(server.address), tell, patience, first_patience) for server in servers]
        self._away: dict[Line, Away] = {}
        self._tell = tell
        self.parallel = sum(server.parallel for server in servers)

    @property
    def name(self) -> str:
        return spoken(teacher_name(self._servers))

    @property
    def context_tokens(self) -> int:
        """Not known: a server says when a prompt is too long."""
        return 1 << 20

    def count_tokens(self, text: str) -> int:
        """An estimate, four letters to a token: servers do not count for others."""
        return ceil(len(text) / 4)

    def chat_prompt(self, messages: Sequence[Message], add_generation_prompt: bool = True) -> str:
        return chat_text(messages)

    def complete(
        self, requests: Iterable[Completion], on_done: Callable[[Completed], None], should_stop: ShouldStop
    ) -> Usage:
        def report(key: str, answer: Answer) -> None:
            on_done(Completed(key, answer.text, answer.tokens, answer.finish, answer.prompt_tokens, by=answer.by))

        return self._answer([(one.key, ask_for(one)) for one in requests], report, should_stop)

    def score(self, requests: Iterable[Scoring], on_done: Callable[[Scored], None], should_stop: ShouldStop) -> Usage:
        """Chooses between single words, as a judge does. Raises ModelError for longer continuations: servers do not
        tell how likely a given text is."""
        asked = {one.key: one for one in requests}
        if any(not one.special or len(text.split()) != 1 for one in asked.values() for text in one.continuations):
            raise ModelError(
                "This pipeline compares how likely whole answers are, which servers do not tell.",
                remedy="Use the pipeline for teachers that follow instructions, or a teacher on this computer.",
            )

        def report(key: str, answer: Answer) -> None:
            found = verdict(answer, asked[key].continuations)
            on_done(Scored(key, found, tuple(0 if max(found) == -inf else 1 for _ in found)))

        return self._answer([(one.key, ask_verdict(one)) for one in asked.values()], report, should_stop)

    def forget(self) -> None:
        """A server's answer depends on its own request alone."""

    def stream(self, request: Completion, on_text: Callable[[str], None], should_stop: ShouldStop) -> Completed:
        """The whole answer at once."""
        found: list[Completed] = []
        self.complete([request], found.append, should_stop)
        if not found:
            return Completed(request.key, "", 0, "cancelled", 0)
        on_text(found[0].text)
        return found[0]

    def set_adapter(self, path: Path | None, scale: float = 1.0) -> None:
        if path is not None:
            raise ModelError("A model behind a server cannot be given an adapter.", remedy="Choose a model file.")

    def close(self) -> None:
        """Ends connections and closes the book."""
        for line in self._lines:
            self._loop.run(line.close())
        self._loop.close()
        self._book.close()

    def _answer(self, asks: Sequence[tuple[str, Ask]], report: OnAnswer, should_stop: ShouldStop) -> Usage:
        started = time.monotonic()
        missing: list[tuple[str, Ask]] = []
        for key, ask in asks:
            known = self._book.find(ask)
            if known is None:
                missing.append((key, ask))
            else:
                report(key, known)
        counted = [0, 0]

        def take(key: str, ask: Ask, answer: Answer) -> None:
            self._book.keep(ask, answer)
            counted[0] += answer.prompt_tokens
            counted[1] += answer.tokens
            report(key, answer)

        if missing and not should_stop():
            self._loop.run(self._ask_all(missing, take, should_stop))
        return Usage(counted[0], counted[1], time.monotonic() - started if missing else 0.0)

    async def _ask_all(
        self, asks: Sequence[tuple[str, Ask]], take: Callable[[str, Ask, Answer], None], should_stop: ShouldStop
    ) -> None:
        """All calls, each on its server. Raises what cannot be mended; a stop drops what is under way."""
        queues: dict[Line, deque[tuple[str, Ask]]] = {line: deque() for line in self._lines}
        for key, ask in asks:
            queues[self._lines[zlib.crc32(key.encode()) % len(self._lines)]].append((key, ask))

        async def work(line: Line) -> None:
            while True:
                queue = next((q for one, q in queues.items() if q and (one is line or one in self._away)), None)
                if queue is None or line in self._away:
                    return
                key, ask = queue.popleft()
                try:
                    answer = await line.ask(ask)
                except TooLong:
                    answer = _TOO_LONG
                except Away as error:
                    queue.appendleft((key, ask))
                    self._leave(line, error)
                    return
                take(key, ask, answer)

        tasks: set[asyncio.Task[None]] = set()
        try:
            while any(queues.values()) or tasks:
                if any(queues.values()) and not tasks:
                    tasks = self._workers(work)
                done, tasks = await asyncio.wait(tasks, timeout=_LOOK_SECONDS, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    task.result()
                if should_stop():
                    return
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    def _workers(self, work: Callable[[Line], object]) -> set[asyncio.Task[None]]:
        """As many as the servers take calls at once. Raises Away when no server is left."""
        alive = [line for line in self._lines if line not in self._away]
        if not alive:
            raise next(iter(self._away.values()))
        return {asyncio.ensure_future(work(line)) for line in alive for _ in range(line.server.parallel)}  # type: ignore[call-overload]

    def _leave(self, line: Line, error: Away) -> None:
        if line not in self._away and len(self._away) + 1 < len(self._lines):
            self._tell(f"{line.server.host} is away. The other servers take over its share.", "warning")
        self._away[line] = error
