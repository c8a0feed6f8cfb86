"""The list of kept chats, newest first. Their files are read one a turn of the event loop, so that nothing waits."""

from __future__ import annotations

import time
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from labdesk.core.chats.chat import Chat
from labdesk.core.chats.store import ChatStore
from labdesk.core.chats.summary import Summary, summarise
from labdesk.core.errors import LabdeskError
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine
from labdesk.gui.words import counted

Index = QModelIndex | QPersistentModelIndex
_DAY = 86_400


class HistoryModel(QAbstractListModel):
    """`read_all` looks at the disk; `note` takes what a chat is now. `search` leaves out what does not match."""

    #: all chats were read
    complete = Signal()

    def __init__(self, store: ChatStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._store = store
        self._known: dict[str, tuple[int, Summary]] = {}
        self._rows: list[Summary] = []
        self._wanted: list[str] = []
        self._queue: list[str] = []
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._read_one)

    @property
    def summaries(self) -> list[Summary]:
        """All chats that were read, in no order."""
        return [summary for _stamp, summary in self._known.values()]

    def read_all(self) -> None:
        """Reads the chats whose files have changed, and drops those that are gone."""
        ids = self._store.ids()
        for gone in set(self._known) - set(ids):
            self.forget(gone)
        self._queue = [id for id in ids if self._known.get(id, (0,))[0] != self._store.changed_at(id)]
        self._timer.start()

    def note(self, chat: Chat) -> None:
        """Takes a chat as it is in memory."""
        if chat.exchanges:
            self._take(summarise(chat), self._store.changed_at(chat.id))

    def forget(self, id: str) -> None:
        """A chat is not there any more."""
        self._known.pop(id, None)
        self._remove(id)

    def search(self, text: str) -> None:
        """Shows only chats in which every word of `text` occurs."""
        self._wanted = text.casefold().split()
        for _stamp, summary in self._known.values():
            shown = self.row_of(summary.id) >= 0
            if shown != summary.matches(self._wanted):
                self._remove(summary.id) if shown else self._insert(summary)

    def row_of(self, id: str) -> int:
        """Where a chat stands; -1 when it is not shown."""
        return next((at for at, summary in enumerate(self._rows) if summary.id == id), -1)

    def summary(self, row: int) -> Summary | None:
        """The chat of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        summary = self.summary(index.row()) if index.isValid() else None
        if summary is None:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return harmless(summary.title, 200)
        if role == TWO_LINE:
            return TwoLine(harmless(summary.title, 120), f"{when(summary.at)} · {counted(summary.count, 'question')}")
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            return f"{harmless(summary.title, 200)}, {when(summary.at)}"
        return None

    def _read_one(self) -> None:
        if not self._queue:
            self._timer.stop()
            self.complete.emit()
            return
        id = self._queue.pop(0)
        try:
            chat = self._store.open(id)
        except LabdeskError:
            return  # deleted meanwhile
        stamp = self._store.changed_at(id)
        chat.close()
        if chat.exchanges:
            self._take(summarise(chat), stamp)

    def _take(self, summary: Summary, stamp: int) -> None:
        self._known[summary.id] = (stamp, summary)
        row = self.row_of(summary.id)
        stays = row >= 0 and self._place(summary, without=row) == row
        if stays and summary.matches(self._wanted):
            self._rows[row] = summary
            self.dataChanged.emit(self.index(row, 0), self.index(row, 0))
            return
        self._remove(summary.id)
        if summary.matches(self._wanted):
            self._insert(summary)

    def _place(self, summary: Summary, without: int = -1) -> int:
        return sum(
            1 for at, one in enumerate(self._rows) if at != without and (one.at, one.id) > (summary.at, summary.id)
        )

    def _insert(self, summary: Summary) -> None:
        row = self._place(summary)
        self.beginInsertRows(QModelIndex(), row, row)
        self._rows.insert(row, summary)
        self.endInsertRows()

    def _remove(self, id: str) -> None:
        row = self.row_of(id)
        if row >= 0:
            self.beginRemoveRows(QModelIndex(), row, row)
            del self._rows[row]
            self.endRemoveRows()


def when(at: float) -> str:
    """A moment as people say it."""
    now, then = time.localtime(), time.localtime(at)
    if now[:3] == then[:3]:
        return time.strftime("%H:%M", then)
    if time.localtime(time.time() - _DAY)[:3] == then[:3]:
        return time.strftime("Yesterday, %H:%M", then)
    return time.strftime("%d %b" if now.tm_year == then.tm_year else "%d %b %Y", then)
