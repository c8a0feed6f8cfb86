"""The samples of one generation with the decisions on them: reads what is new, records what the person decides."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QObject, QTimer, Signal

from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.neighbours import Neighbours
from labdesk.core.samples.repair import Repair, repaired
from labdesk.core.samples.review import Decision
from labdesk.core.samples.sample import Sample
from labdesk.core.storage import JournalReader
from labdesk.core.workspace import Workspace
from labdesk.gui.review.entries import Counts, Entry, Standing
from labdesk.jobs.datasets import SAMPLES

#: Bytes of the samples' journal taken at once: some 60 samples, a few milliseconds.
_SLICE = 64_000
Verb = Literal["accepted", "rejected", "edited"]


class ReviewSamples(QObject):
    """`opened()` when another generation is shown, `added(entries)`, `decided(sample ids)`; `failed(LabdeskError)`.

    A generation of ten thousand samples is read in slices, the event loop having its turns in between.
    """

    opened = Signal()
    added = Signal(object)
    decided = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.job: JobFolder | None = None
        self.entries: dict[str, Entry] = {}
        self._reader: JournalReader[Sample] | None = None
        self._decisions: dict[str, Decision] = {}
        self.neighbours = Neighbours()
        self._leaves: dict[str, None] = {}
        self._done: list[list[tuple[str, Decision | None]]] = []  # what each act of the person replaced
        self._counts: Counter[Standing] = Counter()
        self._more = QTimer(self)
        self._more.setSingleShot(True)
        self._more.timeout.connect(self.read_new)

    def open(self, job: JobFolder | None) -> None:
        """Shows another generation."""
        if job is not None and self.job is not None and job.id == self.job.id:
            self.read_new()
            return
        self.job = job
        self.entries = {}
        self.neighbours = Neighbours()
        self._leaves = {}
        self._done = []
        self._counts.clear()
        self._more.stop()
        self._reader = JournalReader(job.path / SAMPLES, Sample) if job else None
        try:
            self._decisions = self._workspace.reviews(job.id) if job else {}
        except LabdeskError as error:
            self._decisions = {}
            self.failed.emit(error)
        self.opened.emit()
        self.read_new()

    def read_new(self) -> None:
        """Takes what the generation wrote since the last time, a slice at once."""
        fresh = self._reader.read_new(_SLICE) if self._reader else []
        if self._reader is not None and self._reader.rest:
            self._more.start()
        entries = [Entry(sample, self._decisions.get(sample.id)) for sample in fresh if sample.id not in self.entries]
        if entries:
            self.entries.update((entry.sample.id, entry) for entry in entries)
            self._leaves.update((entry.sample.leaf, None) for entry in entries)
            for entry in entries:
                self.neighbours.add(entry.sample)
            self._counts.update(entry.standing for entry in entries)
            self.added.emit(entries)

    def decide(self, sample: str, verb: Verb, question: str = "", answer: str = "") -> bool:
        """Records a decision durably; False when the disk refused."""
        return self.decide_all(
            [Decision(sample=sample, verdict=verb, question=question, answer=answer, at=time.time())]
        )

    def decide_all(self, decisions: Sequence[Decision]) -> bool:
        """Records decisions as one act, which one undo takes back; False when the disk refused."""
        before = [(decision.sample, self.entries[decision.sample].decision) for decision in decisions]
        if not decisions or not self._record(decisions):
            return False
        self._done.append(before)
        return True

    def undo(self) -> str:
        """Takes the last act of this session back; the first sample it was about, "" when there is none."""
        if not self._done:
            return ""
        now = time.time()
        act = self._done.pop()
        self._record([before or Decision(sample=sample, verdict="undone", at=now) for sample, before in act])
        return act[0][0]

    def alike(self, made: tuple[Repair, ...], but: str) -> list[tuple[Sample, Decision]]:
        """The other samples that the same repair fits, with what they would become. Rejected ones stay as they are."""
        now = time.time()
        return [
            (entry.sample, Decision(sample=name, verdict="edited", question=texts[0], answer=texts[1], at=now))
            for name, entry in self.entries.items()
            if name != but and entry.standing in ("open", "accepted", "edited")
            if (texts := repaired(made, entry.question, entry.answer)) is not None
        ]

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    def counts(self) -> Counts:
        """How many samples stand where."""
        return Counts(dict(self._counts))

    def leaves(self) -> list[str]:
        """The leaves that have samples, in order of appearance."""
        return list(self._leaves)

    def _record(self, decisions: Sequence[Decision]) -> bool:
        if self.job is None:
            return False
        try:
            self._workspace.decide(self.job.id, *decisions)
        except LabdeskError as error:
            self.failed.emit(error)
            return False
        for decision in decisions:
            before = self.entries[decision.sample]
            after = Entry(before.sample, None if decision.verdict == "undone" else decision)
            self.entries[decision.sample] = after
            self._counts[before.standing] -= 1
            self._counts[after.standing] += 1
        self.decided.emit(tuple(decision.sample for decision in decisions))
        return True
