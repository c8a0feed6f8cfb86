"""The chats of a workspace on the disk: `.labdesk/chats/<id>.jsonl`, one journal each; deleted ones lie in the trash.

A chat is written with its first question, so that looking around leaves nothing behind. Lines are handed to the system
but not forced onto the disk one by one: a kill loses nothing, a power cut at most the last message."""

from __future__ import annotations

import os
import secrets
import time
from pathlib import Path

from labdesk.core import storage
from labdesk.core.chats.chat import Chat
from labdesk.core.chats.records import Asked, Began, Record
from labdesk.core.errors import StorageError

_ENDING = ".jsonl"


class OpenChat(Chat):
    """A chat whose records go to its file as they are applied. `close` it when another takes its place."""

    def __init__(self, id: str, path: Path) -> None:
        super().__init__(id)
        self._path = path
        self._journal: storage.Journal | None = None
        self._waiting: list[Record] = []  # until the first question
        self._reader: storage.JournalReader[Record] = storage.JournalReader(path, Record)  # type: ignore[arg-type]
        self._size = 0
        self.catch_up()

    def record(self, record: Record) -> None:
        """Write one record and apply it. Raises StorageError; then nothing has changed."""
        self._waiting.append(record)
        if self.exchanges or isinstance(record, Asked):
            try:
                self._write()
            except StorageError:
                self._waiting.pop()
                raise
        else:
            self.apply(record)

    def close(self) -> None:
        """Give the file back; the chat can be read on, and written again."""
        if self._journal is not None:
            self._journal.close()
            self._journal = None

    def _write(self) -> None:
        if self._journal is not None and self._length() != self._size:
            self.close()  # another window has written on
        if self._journal is None:
            self.catch_up()
            self._journal = storage.Journal(self._path)
        while self._waiting:
            self._journal.append(self._waiting[0], durable=False)
            self._waiting.pop(0)
            self.catch_up()

    def catch_up(self) -> None:
        """Apply what another has written meanwhile."""
        for record in self._reader.read_new():
            self.apply(record)
        self._size = self._length()

    def _length(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0


class ChatStore:
    """`folder` holds the chats, `trash` those that were deleted."""

    def __init__(self, folder: Path, trash: Path) -> None:
        self.folder = folder
        self.trash = trash

    def ids(self) -> list[str]:
        """All chats, those changed last first."""
        found = []
        try:
            with os.scandir(self.folder) as entries:
                found = [(one.stat().st_mtime, one.name) for one in entries if one.name.endswith(_ENDING)]
        except OSError:
            return []
        return [name.removesuffix(_ENDING) for _at, name in sorted(found, reverse=True)]

    def new(self) -> OpenChat:
        """A chat with nothing in it; its file comes with its first question."""
        stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
        chat = OpenChat(made := f"{stamp}-{secrets.token_hex(3)}", self._path(made))
        chat.record(Began(made, time.time()))
        return chat

    def open(self, id: str) -> OpenChat:
        """A chat as it stands. Raises StorageError when it is not there."""
        path = self._path(id)
        if not path.is_file():
            raise StorageError("This chat is not there any more.", remedy="Choose another one in the list.")
        return OpenChat(path.stem, path)

    def changed_at(self, id: str) -> int:
        """A number that changes with the chat's file; 0 when there is none."""
        try:
            return self._path(id).stat().st_mtime_ns
        except OSError:
            return 0

    def remove(self, id: str) -> None:
        """Move a chat into the trash; `restore` brings it back. Raises StorageError."""
        self._move(self._path(id), self.trash / f"{Path(id).name}{_ENDING}")

    def restore(self, id: str) -> None:
        """Bring a chat back from the trash. Raises StorageError."""
        self._move(self.trash / f"{Path(id).name}{_ENDING}", self._path(id))

    def _move(self, source: Path, target: Path) -> None:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            source.rename(target)
            storage.flush_folder(target.parent)
        except OSError as error:
            raise storage.explain(error, target) from error

    def _path(self, id: str) -> Path:
        return self.folder / f"{Path(id).name}{_ENDING}"
