"""The runs of a workspace as a list, newest first: what was taught, when, and how it ended."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.gui.roles import Tone
from labdesk.gui.widgets.job_progress import state_of
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.state_dot import SIGNS
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

Index = QModelIndex | QPersistentModelIndex
_WORDS: dict[str, tuple[str, Tone]] = {
    "failed": ("failed", "bad"),
    "interrupted": ("interrupted", "warn"),
    "paused": ("paused", "muted"),
    "stopped": ("stopped", "muted"),
    "waiting": ("waiting", "muted"),
}


class History(QAbstractListModel):
    """`show_job` adds a run or updates the one that is here."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._jobs: list[JobFolder] = []
        self._lines: dict[str, TwoLine] = {}

    def show_job(self, job: JobFolder, state: JobState) -> None:
        """The present state of a run."""
        line = _line(job, state)
        if job.id not in self._lines:
            at = sum(1 for known in self._jobs if known.request.created > job.request.created)
            self.beginInsertRows(QModelIndex(), at, at)
            self._jobs.insert(at, job)
            self._lines[job.id] = line
            self.endInsertRows()
        elif self._lines[job.id] != line:
            self._lines[job.id] = line
            changed = self.index(self.row_of(job.id), 0)
            self.dataChanged.emit(changed, changed)

    def row_of(self, job_id: str) -> int:
        """Where a run stands; -1 when it is not here."""
        return next((at for at, job in enumerate(self._jobs) if job.id == job_id), -1)

    def job(self, index: Index) -> JobFolder | None:
        """The run at an index."""
        return self._jobs[index.row()] if index.isValid() and index.row() < len(self._jobs) else None

    @property
    def newest(self) -> JobFolder | None:
        """The run that was made last."""
        return self._jobs[0] if self._jobs else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._jobs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        job = self.job(index)
        if job is None:
            return None
        if role == TWO_LINE:
            return self._lines[job.id]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._lines[job.id].spoken
        return None


def _line(job: JobFolder, state: JobState) -> TwoLine:
    glyph, role = SIGNS[state_of(state).kind]
    when = time.strftime("%d %b, %H:%M", time.localtime(job.request.created))
    words, tone = _WORDS.get(state.status, ("", "muted"))
    if state.status == "running" and state.fraction is not None:
        words = f"{state.fraction:.0%}"
    return TwoLine(harmless(job.request.title, 200), when, glyph, role, words, tone)
