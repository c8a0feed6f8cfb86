"""The samples of one generation with the decisions on them: reads what is new, records what the person decides."""

from __future__ import annotations

import time
from collections import Counter
from typing import Literal

from PySide6.QtCore import QObject, Signal

from labdesk.core.errors import LabdeskError
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.review import Decision
from labdesk.core.samples.sample import Sample
from labdesk.core.storage import JournalReader
from labdesk.core.workspace import Workspace
from labdesk.gui.review.entries import Counts, Entry, Standing
from labdesk.jobs.datasets import SAMPLES

Verb = Literal["accepted", "rejected", "edited"]


class ReviewSamples(QObject):
    """`opened()` when another generation is shown, `added(entries)`, `decided(sample id)`; `failed(LabdeskError)`."""

    opened = Signal()
    added = Signal(object)
    decided = Signal(str)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.job: JobFolder | None = None
        self.entries: dict[str, Entry] = {}
        self._reader: JournalReader[Sample] | None = None
        self._decisions: dict[str, Decision] = {}
        self._done: list[tuple[str, Decision | None]] = []
        self._counts: Counter[Standing] = Counter()

    def open(self, job: JobFolder | None) -> None:
        """Shows another generation."""
        if job is not None and self.job is not None and job.id == self.job.id:
            self.read_new()
            return
        self.job = job
        self.entries = {}
        self._done = []
        self._counts.clear()
        self._reader = JournalReader(job.path / SAMPLES, Sample) if job else None
        try:
            self._decisions = self._workspace.reviews(job.id) if job else {}
        except LabdeskError as error:
            self._decisions = {}
            self.failed.emit(error)
        self.opened.emit()
        self.read_new()

    def read_new(self) -> None:
        """Takes what the generation wrote since the last time."""
        fresh = self._reader.read_new() if self._reader else []
        entries = [Entry(sample, self._decisions.get(sample.id)) for sample in fresh if sample.id not in self.entries]
        if entries:
            self.entries.update((entry.sample.id, entry) for entry in entries)
            self._counts.update(entry.standing for entry in entries)
            self.added.emit(entries)

    def decide(self, sample: str, verb: Verb, question: str = "", answer: str = "") -> bool:
        """Records a decision durably; False when the disk refused."""
        before = self.entries[sample].decision
        if not self._record(Decision(sample=sample, verdict=verb, question=question, answer=answer, at=time.time())):
            return False
        self._done.append((sample, before))
        return True

    def undo(self) -> str:
        """Takes the last decision of this session back; the sample it was about, "" when there is none."""
        if not self._done:
            return ""
        sample, before = self._done.pop()
        self._record(before or Decision(sample=sample, verdict="undone", at=time.time()))
        return sample

    @property
    def can_undo(self) -> bool:
        return bool(self._done)

    def counts(self) -> Counts:
        """How many samples stand where."""
        return Counts(dict(self._counts))

    def leaves(self) -> list[str]:
        """The leaves that have samples, in order of appearance."""
        return list(dict.fromkeys(entry.sample.leaf for entry in self.entries.values()))

    def _record(self, decision: Decision) -> bool:
        if self.job is None:
            return False
        try:
            self._workspace.decide(self.job.id, decision)
        except LabdeskError as error:
            self.failed.emit(error)
            return False
        standing = None if decision.verdict == "undone" else decision
        before = self.entries[decision.sample]
        after = Entry(before.sample, standing)
        self.entries[decision.sample] = after
        self._counts[before.standing] -= 1
        self._counts[after.standing] += 1
        self.decided.emit(decision.sample)
        return True
