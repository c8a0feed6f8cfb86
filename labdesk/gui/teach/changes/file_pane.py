"""One leaf that differs: its files beside their earlier version, and its history."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QTabBar, QWidget

from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.gui.teach.changes.answers import ChangedLeaf, LeafState
from labdesk.gui.teach.changes.history_pane import HistoryPane
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.diff_view import DiffView
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.text import ElidedLabel, label

_STATES: dict[LeafState, str] = {
    "new": "is new: the version you compare with does not have it.",
    "changed": "is different from the version you compare with.",
    "deleted": "is gone; the version you compare with has it.",
    "same": "is as in the version you compare with.",
}
_DIFF, _MESSAGE, _HISTORY = range(3)


class FilePane(QWidget):
    """`history_wanted(leaf)`, `rows_wanted(leaf)` for unknown lines, `restore_wanted(file)`, `open_wanted(leaf)`."""

    history_wanted = Signal(str)
    rows_wanted = Signal(str)
    restore_wanted = Signal(str)
    open_wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.leaf: ChangedLeaf | None = None
        self._files: list[str] = []
        self._title = label(step="title")
        self._state = ElidedLabel(tone="muted")
        self._open = button("Open the leaf", self._open_leaf, kind="quiet", glyph="note")
        self.tabs = QTabBar()
        self.tabs.setAccessibleName("Files of this leaf")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.diff = DiffView("What changed in this file")
        self._message = EmptyState("note", "", "")
        self.history = HistoryPane()
        self.restore = button("Bring back the version at the left", self._restore, glyph="clock-counter-clockwise")
        self.restore.setToolTip("Writes the earlier version into this file. Undo takes that back.")
        foot = holder(row(None, self.restore, margin=(M, S, M, S)))
        self._pages = QStackedWidget()
        self._pages.addWidget(holder(column(self.diff, foot, gap=0)))
        self._pages.addWidget(self._message)
        self._pages.addWidget(self.history)
        head = row(column(self._title, self._state, gap=2), self._open, margin=(L, M, L, S))
        head.setStretch(0, 1)
        body = column(head, self.tabs, self._pages, gap=0)
        body.setStretch(2, 1)
        self.setLayout(body)
        self.tabs.currentChanged.connect(self._show_tab)

    def name_sides(self, left: str) -> None:
        """What the files are compared with."""
        self.diff.name_sides(left, "Now")

    def show_leaf(self, leaf: ChangedLeaf) -> None:
        """Shows a leaf; the same one again keeps the tab that is open."""
        kept = self.tabs.currentIndex() if self.leaf is not None and self.leaf.path == leaf.path else 0
        self.leaf = leaf
        self._title.setText(title_of(leaf.path))
        self._state.setText(f"{leaf.path} {_STATES[leaf.state]}")
        self._open.setVisible(leaf.state != "deleted")
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        self._files = sorted(leaf.files, key=lambda file: not file.endswith(f"/{LEAF_FILE}"))
        for file in self._files:
            self.tabs.addTab(file.removeprefix(f"{leaf.path}/").replace("&", "&&"))
        self.tabs.addTab("History")
        self.tabs.setCurrentIndex(min(kept, self.tabs.count() - 1))
        self.tabs.blockSignals(False)
        self.tabs.updateGeometry()  # it had no tab, and no height, when the page was laid out
        self._show_tab(self.tabs.currentIndex())

    def show_history(self) -> None:
        """Turns to the earlier versions."""
        self.tabs.setCurrentIndex(self.tabs.count() - 1)

    def _show_tab(self, tab: int) -> None:
        if self.leaf is None or tab < 0:
            return
        if tab >= len(self._files):
            self.history.wait()
            self._pages.setCurrentIndex(_HISTORY)
            self.history_wanted.emit(self.leaf.path)
            return
        file = self._files[tab]
        rows = self.leaf.rows.get(file) if self.leaf.rows is not None else None
        self.restore.setEnabled(self.leaf.state != "new")
        if rows is not None:
            self.diff.show_rows(rows)
            self._pages.setCurrentIndex(_DIFF)
            return
        if self.leaf.rows is None:
            self._message.say("Comparing…", "The lines of this leaf are being read.")
            self.rows_wanted.emit(self.leaf.path)
        else:
            self._message.say("This file differs", "It is not a text, so its lines cannot be shown beside each other.")
        self._pages.setCurrentIndex(_MESSAGE)

    def _restore(self) -> None:
        if self.leaf is not None and 0 <= self.tabs.currentIndex() < len(self._files):
            self.restore_wanted.emit(self._files[self.tabs.currentIndex()])

    def _open_leaf(self) -> None:
        if self.leaf is not None:
            self.open_wanted.emit(self.leaf.path)
