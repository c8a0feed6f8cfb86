"""Has documents converted: copies them into a staging folder, lets a confined worker read them, and survives its death.

What comes out stays in the staging folder, below `.labdesk/incoming`, until somebody takes it.
"""

from __future__ import annotations

import contextlib
import os
import queue
import stat
import subprocess
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO

import msgspec

from labdesk.core import storage
from labdesk.core.documents import conversion
from labdesk.core.documents.adding import STAGED_FILE, document_name
from labdesk.core.documents.conversion import Converted, Outcome, Reading, Refused, Staged
from labdesk.core.errors import DocumentError, JobStopped, LabdeskError
from labdesk.jobs.command import labdesk_command, worker_environment
from labdesk.jobs.document_worker import Request, Task

MAX_TOTAL = 1 << 30
_GRACE = 15.0
_KEPT_SECONDS = 24 * 3600.0
_MAX_DEPTH = 8
_POLL = 0.2

Say = Callable[[Outcome], object]


def convert_documents(
    state: Path,
    paths: Sequence[Path],
    say: Say,
    should_stop: Callable[[], bool] = lambda: False,
    *,
    seconds: float = conversion.MAX_SECONDS,
    memory: int = conversion.MAX_MEMORY,
) -> Staged:
    """Convert files, and the documents in folders, into a new staging folder below `state` (a workspace's `.labdesk`).

    `say` gets an outcome for each file. Raises JobStopped when `should_stop` turns true, StorageError when nothing can
    be written. Nothing outside the staging folder is touched.
    """
    incoming = state / "incoming"
    sweep(incoming)
    folder = storage.new_folder(incoming / "documents")
    try:
        storage.write_json(folder / STAGED_FILE, [])
        tasks = _staged(folder, _documents(paths), say)
        converted = [
            outcome
            for outcome in _converted(Request(str(folder), tuple(tasks), seconds, memory), say, should_stop)
            if isinstance(outcome, Converted)
        ]
        storage.write_json(folder / STAGED_FILE, converted)
    except BaseException:
        storage.remove_folder(folder)
        raise
    if not converted:
        storage.remove_folder(folder)
    done = Staged(str(folder) if converted else "", len(converted), len(tasks) - len(converted))
    say(done)
    return done


def sweep(incoming: Path) -> None:
    """Delete what nobody took within a day. Of what was taken the folder stays: a redo needs it."""
    if not incoming.is_dir():
        return
    for folder in incoming.iterdir():
        with contextlib.suppress(OSError):
            if time.time() - (folder / STAGED_FILE).stat().st_mtime > _KEPT_SECONDS:
                storage.remove_folder(folder)


def _documents(paths: Sequence[Path]) -> list[Path]:
    """Files as given; of folders what looks like a document, in order of names, without links and hidden ones."""
    found = [file for path in paths for file in (_in_folder(path, 0) if path.is_dir() else (path,))]
    if not found:
        raise DocumentError(
            "There is no document in this folder.",
            cause=f"None of its files ends in {', '.join(conversion.SUFFIXES)}.",
            remedy="Choose another folder, or the files themselves.",
        )
    if len(found) > conversion.MAX_FILES:
        raise DocumentError(
            f"These are {len(found)} documents, and at most {conversion.MAX_FILES} are taken at once.",
            remedy="Choose fewer of them; a leaf learns best from a few documents about one thing.",
        )
    return found


def _in_folder(folder: Path, depth: int) -> Iterator[Path]:
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name.casefold())
    for entry in ordered:
        if entry.name.startswith(".") or entry.is_symlink():
            continue
        if entry.is_dir() and depth < _MAX_DEPTH:
            yield from _in_folder(Path(entry.path), depth + 1)
        elif entry.is_file() and entry.name.lower().endswith(conversion.SUFFIXES):
            yield Path(entry.path)


def _staged(folder: Path, paths: Sequence[Path], say: Say) -> list[Task]:
    """Copy the files into the staging folder, so that the worker needs to read nothing else."""
    tasks: list[Task] = []
    originals: set[str] = set()
    targets: set[str] = set()
    before: list[int] = []
    left = MAX_TOTAL
    for number, path in enumerate(paths, 1):
        original = document_name(path.name, originals, keep_ending=True)
        target = document_name(path.name, targets)
        tasks.append(Task(path.name, f"originals/{original}", target, number, len(paths)))
        try:
            data = _bytes(path, min(left, conversion.MAX_ORIGINAL))
        except LabdeskError as error:
            tasks.pop()
            say(Refused(path.name, error.message, error.cause, error.remedy))
            continue
        before.append(MAX_TOTAL - left)
        left -= len(data)
        storage.write_new(folder / "originals" / original, data)
    whole = max(1, MAX_TOTAL - left)
    return [msgspec.structs.replace(task, share=size / whole) for task, size in zip(tasks, before, strict=True)]


def _bytes(path: Path, limit: int) -> bytes:
    """A regular file. Raises DocumentError."""
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(descriptor, "rb") as file:
            info = os.fstat(descriptor)
            if not stat.S_ISREG(info.st_mode):
                raise DocumentError(f"“{path.name}” is not an ordinary file.", remedy="Choose a document.")
            if info.st_size > limit:
                raise DocumentError(
                    f"“{path.name}” is too large.",
                    cause=f"It has {info.st_size >> 20} MB; at most {conversion.MAX_ORIGINAL >> 20} MB a file and "
                    f"{MAX_TOTAL >> 30} GB together are read.",
                    remedy="Split it, or save it without its pictures.",
                )
            return file.read(limit)
    except OSError as error:
        raise DocumentError(
            f"“{path.name}” cannot be read.", cause=f"{error.strerror}.", remedy="Check that you may read this file."
        ) from error


def _converted(request: Request, say: Say, should_stop: Callable[[], bool]) -> Iterator[Outcome]:
    """The outcomes of all tasks. A worker that dies over a file is followed by one that goes on behind that file."""
    left = request.tasks
    while left:
        begun = answered = 0
        for outcome in _one_worker(msgspec.structs.replace(request, tasks=left), should_stop):
            begun += isinstance(outcome, Reading)
            answered += isinstance(outcome, Converted | Refused)
            say(outcome)
            yield outcome
        if begun > answered or not begun:  # it died over a file, or could not even start
            died = Refused(
                left[answered].name,
                "This document was not converted.",
                "The program that reads it broke down over it; the file may be damaged, or made to do that.",
                "Open it in the program it was made with, save it as PDF or Word, and add that.",
            )
            say(died)
            yield died
            answered += 1
        left = left[answered:]


def _one_worker(request: Request, should_stop: Callable[[], bool]) -> Iterator[Outcome]:
    """The lines of one worker until it ends. It is ended when it says nothing for longer than a file may take."""
    with open(Path(request.folder) / "worker.log", "ab") as log:
        process = subprocess.Popen(
            labdesk_command("--document-worker"),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            env=worker_environment(),
            cwd=request.folder,
        )
    assert process.stdin is not None and process.stdout is not None
    lines: queue.Queue[bytes] = queue.Queue()
    reader = threading.Thread(target=_read, args=(process.stdout, lines), daemon=True)
    try:
        process.stdin.write(msgspec.json.encode(request) + b"\n")
        process.stdin.flush()
        reader.start()
        yield from _lines(lines, request.seconds + _GRACE, should_stop)
    finally:
        process.kill()
        process.wait()
        with contextlib.suppress(BrokenPipeError):
            process.stdin.close()
        if reader.ident is not None:
            reader.join()
        process.stdout.close()


def _read(pipe: IO[bytes], lines: queue.Queue[bytes]) -> None:
    """Pass lines on, and an empty one at the end: waiting for a pipe and for a stop at once needs a second thread."""
    for line in iter(pipe.readline, b""):
        lines.put(line)
    lines.put(b"")


def _lines(lines: queue.Queue[bytes], patience: float, should_stop: Callable[[], bool]) -> Iterator[Outcome]:
    last = time.monotonic()
    while time.monotonic() - last < patience:
        if should_stop():
            raise JobStopped
        try:
            line = lines.get(timeout=_POLL)
        except queue.Empty:
            continue
        if not line:
            return
        last = time.monotonic()
        if (outcome := conversion.from_line(line)) is not None:
            yield outcome
