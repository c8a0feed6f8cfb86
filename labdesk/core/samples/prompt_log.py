"""The exact prompts of a generation, each once, beside its samples: a sample names its prompt by hash."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import msgspec

from labdesk.core.samples.identity import prompt_hash
from labdesk.core.storage import Journal, JournalReader, replay

FILE: Final = "prompts.jsonl"
_SLICE: Final = 400_000


class Prompt(msgspec.Struct, frozen=True):
    """A prompt and its hash (`samples.identity.prompt_hash`)."""

    sha: str
    text: str


class PromptWriter:
    """Appends prompts that are not there yet. They can be made again, so nothing waits for the disk."""

    def __init__(self, job: Path) -> None:
        self._known = {prompt.sha for prompt in replay(job / FILE, Prompt)}
        self._journal = Journal(job / FILE)

    def add(self, text: str) -> None:
        """Keep a prompt. Raises StorageError."""
        sha = prompt_hash(text)
        if sha not in self._known:
            self._known.add(sha)
            self._journal.append(Prompt(sha, text), durable=False)

    def close(self) -> None:
        self._journal.close()


class PromptLog:
    """Looks a prompt up without holding anybody up: each call reads a few hundred kilobytes."""

    def __init__(self, job: Path) -> None:
        self._reader = JournalReader(job / FILE, Prompt)

    def look(self, sha: str) -> str | None:
        """The prompt; None when it may still come (call again); "" when it is not there."""
        for prompt in self._reader.read_new(_SLICE):
            if prompt.sha == sha:
                return prompt.text
        return None if self._reader.rest else ""
