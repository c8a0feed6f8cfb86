"""The samples of one generation as a Qt list: appended in batches, filtered by funnel step, leaf and kept or not.

Rows arrive up to hundreds a second, so they wait in a queue that a 33 ms timer empties into one insertion."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer

from labdesk.core.events import SampleMade
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

FLUSH_MS = 33
#: One insertion is kept this small, so that no turn of the event loop takes long.
BATCH = 400
_LONGEST_LINE = 240

ROW_ROLE = Qt.ItemDataRole.UserRole + 1

Index = QModelIndex | QPersistentModelIndex


@dataclasses.dataclass(frozen=True)
class SampleRow:
    """One sample ready to be painted. `lost_at` is the funnel step that it did not reach; "" for a kept one."""

    id: str
    leaf: str
    question: str
    answer: str
    reason: str
    kept: bool
    lost_at: str
    spoken: str

    @property
    def two_line(self) -> TwoLine:
        """As a list shows it: the question, below it the answer or why it was discarded."""
        return TwoLine(
            _one_line(self.question),
            _one_line(self.answer if self.kept else self.reason or "Discarded"),
            glyph="check-circle" if self.kept else "prohibit",
            glyph_role="good" if self.kept else "outline",
            detail_tone="muted" if self.kept else "warn",
            dim=not self.kept,
        )

    @classmethod
    def of(cls, event: SampleMade) -> SampleRow:
        """A row of the event, its hidden characters made visible."""
        question, answer, reason = (harmless(text) for text in (event.question, event.answer, event.reason))
        verdict = "kept" if event.kept else f"discarded: {reason}"
        spoken = f"{_one_line(question)} {_one_line(answer)} ({verdict})"
        return cls(
            event.id,
            event.leaf,
            question,
            answer,
            reason,
            event.kept,
            "" if event.kept else event.lost_at or "kept",
            spoken,
        )


def _one_line(text: str) -> str:
    return " ".join(text[: 2 * _LONGEST_LINE].split())[:_LONGEST_LINE]


@dataclasses.dataclass(frozen=True)
class Wanted:
    """Which rows are shown. `step`: "" for all, "kept" for what passed all, else what was lost at that step."""

    step: str = ""
    leaf: str = ""

    def wants(self, row: SampleRow) -> bool:
        if self.leaf and row.leaf != self.leaf:
            return False
        if self.step == "kept":
            return row.kept
        return not self.step or row.lost_at == self.step


class SampleModel(QAbstractListModel):
    """Mirrors the events of one job. `take` queues; the view sees rows a moment later."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._all: list[SampleRow] = []
        self._shown: list[SampleRow] = []
        self._queue: list[SampleMade] = []
        self._known: set[str] = set()
        self.wanted = Wanted()
        self._timer = QTimer(self)
        self._timer.setInterval(FLUSH_MS)
        self._timer.timeout.connect(self.flush)

    def take(self, events: Iterable[SampleMade]) -> None:
        """Queues samples; one that is here already (told again after a restart) is left out."""
        for event in events:
            if event.id not in self._known:
                self._known.add(event.id)
                self._queue.append(event)
        if self._queue and not self._timer.isActive():
            self._timer.start()

    def flush(self) -> None:
        """Moves a batch of the queue into view."""
        fresh, self._queue = [SampleRow.of(event) for event in self._queue[:BATCH]], self._queue[BATCH:]
        self._all.extend(fresh)
        visible = [row for row in fresh if self.wanted.wants(row)]
        if visible:
            first = len(self._shown)
            self.beginInsertRows(QModelIndex(), first, first + len(visible) - 1)
            self._shown.extend(visible)
            self.endInsertRows()
        if not self._queue:
            self._timer.stop()

    def show_only(self, wanted: Wanted) -> None:
        """Another choice of rows. The one act that resets the model: the person asked for another list."""
        if wanted != self.wanted:
            self.beginResetModel()
            self.wanted = wanted
            self._shown = [row for row in self._all if wanted.wants(row)]
            self.endResetModel()

    def clear(self) -> None:
        """Forgets everything: another job is shown."""
        self.beginResetModel()
        self._all, self._shown, self._queue = [], [], []
        self._known.clear()
        self.wanted = Wanted()
        self.endResetModel()

    def row(self, index: Index) -> SampleRow | None:
        """The sample at an index."""
        return self._shown[index.row()] if index.isValid() and index.row() < len(self._shown) else None

    @property
    def total(self) -> int:
        """All samples, shown or not, less those still queued."""
        return len(self._all)

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.row(index)
        if row is None:
            return None
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return row.spoken
        if role == TWO_LINE:
            return row.two_line
        return row if role == ROW_ROLE else None
