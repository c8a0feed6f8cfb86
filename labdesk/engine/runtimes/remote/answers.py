"""Every answer of a server, written down before anything else happens to it: what was paid for is never asked again.

A killed generation makes its torn wave again as a whole; with this book that costs no call, and the texts stay the
same also where a server does not honour seeds.
"""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Final

import msgspec

from labdesk.core.storage import Journal, replay
from labdesk.engine.runtimes.remote.wire import Answer, Ask

FILE: Final = "answers.jsonl"


class _Entry(msgspec.Struct, frozen=True):
    ask: str
    answer: Answer


class AnswerBook:
    """The answers in a job's folder. Without a folder it remembers nothing after its end."""

    def __init__(self, folder: Path | None) -> None:
        """Raises StorageError."""
        self._known: dict[str, Answer] = {}
        self._journal: Journal | None = None
        if folder is not None:
            self._known = {entry.ask: entry.answer for entry in replay(folder / FILE, _Entry)}
            self._journal = Journal(folder / FILE)

    def find(self, ask: Ask) -> Answer | None:
        """The answer to this very ask, if one came already."""
        return self._known.get(_name(ask))

    def keep(self, ask: Ask, answer: Answer) -> None:
        """Write an answer down, durably. Raises StorageError."""
        name = _name(ask)
        self._known[name] = answer
        if self._journal is not None:
            self._journal.append(_Entry(name, answer))

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()


def _name(ask: Ask) -> str:
    return hashlib.blake2b(msgspec.json.encode(ask, order="deterministic"), digest_size=16).hexdigest()
