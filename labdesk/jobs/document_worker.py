"""The document worker's main: reads files that may be hostile, one after another, and ends when its pipe closes.

The request comes as one JSON line; each answer is one line (`core.documents.conversion`). Everything it needs to read
was copied into its folder before; there it writes, and nowhere else.
"""

from __future__ import annotations

import faulthandler
import mimetypes
import os
import sys
import threading
from pathlib import Path
from typing import BinaryIO

import msgspec

from labdesk.core import storage
from labdesk.core.documents.conversion import MAX_MEMORY, MAX_SECONDS, Converted, Outcome, Reading, Refused, to_line
from labdesk.core.errors import LabdeskError
from labdesk.engine.documents import confine
from labdesk.engine.documents.convert import convert
from labdesk.engine.documents.tidy import headings_in

_MARGIN = 2 << 30


class Task(msgspec.Struct, frozen=True):
    """One file: its own `name`, the `source` with its bytes and the `target` for its Markdown, both in the folder.

    `share` (0 to 1) of the bytes of all files comes before it."""

    name: str
    source: str
    target: str
    number: int
    total: int
    share: float = 0.0


class Request(msgspec.Struct, frozen=True):
    """What one worker is to do. `seconds` and `memory` (bytes) are for one file."""

    folder: str
    tasks: tuple[Task, ...]
    seconds: float = MAX_SECONDS
    memory: int = MAX_MEMORY


def main() -> int:
    """Answer one request. Whatever a library prints goes to standard error."""
    faulthandler.enable()
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb", buffering=0)
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    request = msgspec.json.decode(sys.stdin.buffer.readline(), type=Request)
    threading.Thread(target=_end_with_pipe, args=(sys.stdin.fileno(),), daemon=True).start()
    mimetypes.init()  # reads files of the system, which is over now
    confine.limit_memory(request.memory + _MARGIN)
    confine.forbid(Path(request.folder))
    worker = _Worker(request, answers)
    for task in request.tasks:
        worker.do(task)
    return 0


class _Worker:
    def __init__(self, request: Request, answers: BinaryIO) -> None:
        self._folder = Path(request.folder)
        self._answers = answers
        self._name = ""
        self._watch = confine.Watch(request.seconds, request.memory, self._too_much)

    def do(self, task: Task) -> None:
        """Convert one file, or say why not."""
        self._name = task.name
        self._watch.next_file()
        self._say(Reading(task.name, task.number, task.total, task.share))
        try:
            self._say(self._converted(task))
        except LabdeskError as error:
            self._say(Refused(task.name, error.message, error.cause, error.remedy))
        except (MemoryError, RecursionError):
            self._too_much("memory")
        except Exception as error:  # a library fell over a file: that file is refused, the others go on
            cause = f"{type(error).__name__}: {str(error)[:200]}."
            self._say(Refused(task.name, "This document cannot be read.", cause, _ANOTHER))

    def _converted(self, task: Task) -> Converted:
        data = (self._folder / task.source).read_bytes()
        found = convert(data, task.name)
        encoded = found.markdown.encode("utf-8", "replace")
        storage.write_bytes(self._folder / task.target, encoded)
        same = encoded == data
        return Converted(
            name=task.name,
            markdown=task.target,
            original="" if same else task.source,
            kind=found.kind,
            characters=len(found.markdown),
            headings=headings_in(found.markdown),
            notes=found.notes,
        )

    def _too_much(self, why: str) -> None:
        cause = "Reading it takes too long." if why == "time" else "Reading it takes too much memory."
        self._say(Refused(self._name, "This document was not converted.", cause, _ANOTHER))

    def _say(self, outcome: Outcome) -> None:
        self._answers.write(to_line(outcome))


_ANOTHER = "Open it in the program it was made with, save it as PDF or Word, or split it, and add that."


def _end_with_pipe(descriptor: int) -> None:
    """Nobody waits for an answer any more: end, whatever is being done."""
    while os.read(descriptor, 1):
        pass
    os._exit(4)
