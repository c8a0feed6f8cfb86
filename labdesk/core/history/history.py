"""The journal of steps of one workspace: done, undone, done again, by any process, across restarts.

A step is written down before it is done, and taken out after it was undone. A crash in between leaves a step that is
recognised as not done, because an act knows both of its sides; no crash leaves a change that the journal does not know.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from labdesk.core import storage, swap
from labdesk.core.errors import JobError, LabdeskError, StorageError, TaxonomyError
from labdesk.core.history import acts
from labdesk.core.history.acts import Act, FileChanged, Folder, Move, Write
from labdesk.core.history.blobs import Blobs
from labdesk.core.process_lock import ProcessLock

KEPT_STEPS = 500
MOST_RECORDS = 1_500
KEPT_BYTES = 1 << 20
_PATIENCE = 3.0


class Step(msgspec.Struct, frozen=True):
    """What one verb did. `label` says it in words for “Undo …”; `time` is in seconds since 1970."""

    label: str
    acts: tuple[Act, ...]
    time: float = 0.0

    @property
    def paths(self) -> tuple[str, ...]:
        """Every path that it touches, relative to the workspace."""
        found = [(act.source, act.target) if isinstance(act, Move) else (act.path,) for act in self.acts]
        return tuple(dict.fromkeys(path for paths in found for path in paths))


class Record(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: a new step, or what became of the newest: `undo`, `redo`, or `drop` (out of the history, as it is)."""

    step: Step | None = None
    turn: str = ""


class History:
    """Open it freely: nothing is read or written before it is used."""

    def __init__(self, root: Path, folder: Path) -> None:
        self.root = root
        self.blobs = Blobs(folder / "blobs")
        self._path = folder / "journal.jsonl"
        self._lock = folder / "lock"
        self._undo: list[Step] = []
        self._redo: list[Step] = []
        self._reader = storage.JournalReader(self._path, Record)
        self._records = 0
        self._file = 0

    @property
    def next_undo(self) -> Step | None:
        """The step that `undo` would take back."""
        self._catch_up()
        return self._undo[-1] if self._undo else None

    @property
    def next_redo(self) -> Step | None:
        """The step that `redo` would do again."""
        self._catch_up()
        return self._redo[-1] if self._redo else None

    @property
    def steps(self) -> tuple[Step, ...]:
        """What was done and not undone, oldest first."""
        self._catch_up()
        return tuple(self._undo)

    @property
    def undone(self) -> tuple[Step, ...]:
        """What was undone and can be done again, the newest last."""
        self._catch_up()
        return tuple(self._redo)

    def do(self, label: str, wanted: Sequence[Act], contents: Mapping[str, bytes] | None = None) -> Step:
        """Do the acts as one step. `contents` gives the new content of files by path.

        Nothing is done when one of them cannot be. Raises TaxonomyError (FileChanged), StorageError.
        """
        step = Step(label, tuple(wanted), time.time())
        with self._alone():
            for act in step.acts:
                acts.check(self.root, act, fresh=True)
            self._keep(step, contents or {})
            self._append(Record(step))
            try:
                for act in step.acts:
                    self._one(act, forward=True, contents=contents or {})
            except LabdeskError:
                self._back_out(step, "drop")
                raise
            return step

    def undo(self) -> Step:
        """Take the newest step back. Raises TaxonomyError when there is none or a file has changed since."""
        with self._alone():
            if not self._undo:
                raise TaxonomyError("There is nothing to undo.")
            step = self._undo[-1]
            self._check([acts.turned(act) for act in reversed(step.acts)])
            for act in reversed(step.acts):
                self._one(act, forward=False, contents={})
            self._append(Record(turn="undo"))
            return step

    def redo(self) -> Step:
        """Do the newest undone step again. Raises TaxonomyError as `undo` does."""
        with self._alone():
            if not self._redo:
                raise TaxonomyError("There is nothing to redo.")
            step = self._redo[-1]
            self._check(step.acts)
            self._append(Record(turn="redo"))  # before it is done, as in `do`
            try:
                for act in step.acts:
                    self._one(act, forward=True, contents={})
            except LabdeskError:
                self._back_out(step, "undo")
                raise
            return step

    def leave(self) -> None:
        """Take the newest step out of the history, its files as they are: older steps can be undone again."""
        with self._alone():
            if self._undo:
                self._append(Record(turn="drop"))

    def _check(self, wanted: Sequence[Act]) -> None:
        try:
            for act in wanted:
                acts.check(self.root, act)
        except FileChanged as change:
            raise TaxonomyError(
                f"“{change.path.removeprefix('taxonomy/')}” has changed since this step.",
                cause="Going on would overwrite that change, so nothing was done.",
                remedy="Undo the change in the program that made it, or leave this step as it is.",
            ) from change

    def _one(self, act: Act, *, forward: bool, contents: Mapping[str, bytes]) -> None:
        if isinstance(act, Folder):
            acts.set_folder(self.root, act, present=forward)
            return
        wanted = act if forward else acts.turned(act)
        assert not isinstance(wanted, Folder)
        data = contents.get(wanted.path) if isinstance(wanted, Write) else None
        acts.do(self.root, wanted, self.blobs, data)

    def _keep(self, step: Step, contents: Mapping[str, bytes]) -> None:
        """What the step replaces is stored before anything is written; and what it writes, as another program may
        replace that again. (Large files are documents: the original is elsewhere.)"""
        for act in step.acts:
            if not isinstance(act, Write):
                continue
            found = swap.current(self.root / act.path) if act.before is not None else None
            if found is not None:
                self.blobs.put(found)
            new = contents.get(act.path)
            if new is not None and len(new) <= KEPT_BYTES:
                self.blobs.put(new)

    def _back_out(self, step: Step, turn: str) -> None:
        """A step that failed half-way is taken back as far as it went, and the history says so."""
        for act in reversed(step.acts):
            with contextlib.suppress(LabdeskError):
                acts.check(self.root, acts.turned(act))
                self._one(act, forward=False, contents={})
        self._append(Record(turn=turn))

    @contextlib.contextmanager
    def _alone(self) -> Iterator[None]:
        """Hold the workspace's history against other processes, knowing all that they did."""
        deadline = time.monotonic() + _PATIENCE
        lock = ProcessLock(self._lock)
        while True:
            try:
                lock.__enter__()
                break
            except JobError:
                if time.monotonic() > deadline:
                    raise StorageError(
                        "Another labdesk is changing this workspace just now.", remedy="Try again in a moment."
                    ) from None
                time.sleep(0.02)
        try:
            self._catch_up()
            if self._records > MOST_RECORDS:
                self._compact()
            yield
        finally:
            lock.__exit__(None, None, None)

    def _catch_up(self) -> None:
        try:
            inode = self._path.stat().st_ino
        except OSError:
            inode = 0
        if inode != self._file:  # another process has written it anew
            self._file, self._records, self._undo, self._redo = inode, 0, [], []
            self._reader = storage.JournalReader(self._path, Record)
        for record in self._reader.read_new():
            self._records += 1
            self._fold(record)

    def _fold(self, record: Record) -> None:
        if record.step is not None:
            self._undo.append(record.step)
            self._redo.clear()
        elif record.turn == "undo" and self._undo:
            self._redo.append(self._undo.pop())
        elif record.turn == "redo" and self._redo:
            self._undo.append(self._redo.pop())
        elif record.turn == "drop" and self._undo:
            self._undo.pop()

    def _append(self, record: Record) -> None:
        journal = storage.Journal(self._path)
        try:
            journal.append(record)
        finally:
            journal.close()
        self._catch_up()

    def _compact(self) -> None:
        """Write the journal anew with the newest steps only, and forget the contents that no step needs."""
        kept, undone = self._undo[-KEPT_STEPS:], list(reversed(self._redo[-KEPT_STEPS:]))
        fresh = self._path.with_name("journal.new")
        fresh.unlink(missing_ok=True)
        journal = storage.Journal(fresh)
        records = [*(Record(step) for step in (*kept, *undone)), *(Record(turn="undo") for _ in undone)]
        try:
            for number, record in enumerate(records, 1):
                journal.append(record, durable=number == len(records))
        finally:
            journal.close()
        acts.over(fresh, self._path)
        names = {name for step in (*kept, *undone) for act in step.acts if isinstance(act, Write)
                 for name in (act.before, act.after) if name}  # fmt: skip
        self.blobs.keep_only(names)
        self._catch_up()
