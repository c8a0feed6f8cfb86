"""The earlier versions of one leaf: a list, and what each changed. Any of them can be brought back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QSplitter, QStackedWidget, QWidget

from labdesk.gui.teach.changes.answers import Version
from labdesk.gui.theme import M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.diff_view import DiffView
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine, TwoLineDelegate, list_view
from labdesk.gui.words import ago

_TOP = QModelIndex()
_LIST = 250


class Versions(QAbstractListModel):
    """The versions of a leaf, newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.versions: tuple[Version, ...] = ()
        self._lines: list[TwoLine] = []

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Those of another leaf."""
        self.beginResetModel()
        self.versions = tuple(versions)
        self._lines = [_line(one) for one in self.versions]
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self.versions)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == TWO_LINE:
            return line
        return line.spoken if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole) else None


class HistoryPane(QWidget):
    """`restore_wanted(Version)`: the person wants it back."""

    restore_wanted = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.versions = Versions(self)
        self.list = list_view("Versions of this leaf", self.versions, TwoLineDelegate())
        self.diff = DiffView("What this version changed")
        self.diff.name_sides("The version before", "This version")
        self.restore = button("Bring this version back", self._restore, glyph="clock-counter-clockwise")
        self.restore.setToolTip("Writes this version into the leaf. Undo takes that back.")
        self._same = label("The text is the same as in the version before.", tone="muted")
        self.empty = EmptyState("clock-counter-clockwise", "", "")
        panes = QSplitter()
        panes.setChildrenCollapsible(False)
        panes.addWidget(self.list)
        foot = row(self._same, None, self.restore, margin=(M, S, M, S))
        panes.addWidget(holder(column(self.diff, foot, gap=0)))
        panes.setSizes([_LIST, 3 * _LIST])
        panes.setStretchFactor(1, 1)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.empty)
        self._pages.addWidget(panes)
        self.setLayout(column(self._pages))
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.wait()

    def wait(self) -> None:
        """The versions are being looked for."""
        self.empty.say("Looking for earlier versions…", "Commits of the repository and what labdesk itself wrote.")
        self._pages.setCurrentIndex(0)

    def show_versions(self, versions: Sequence[Version]) -> None:
        """Shows the versions, the newest one opened."""
        self.versions.show_versions(versions)
        if not versions:
            self.empty.say(
                "No earlier version is known",
                "From now on labdesk keeps every version that it writes. “Mark this version” keeps all leaves.",
            )
        self._pages.setCurrentIndex(1 if versions else 0)
        if versions:
            self.list.setCurrentIndex(self.versions.index(0))

    def _on_current(self, current: QModelIndex, _previous: QModelIndex) -> None:
        if current.isValid():
            version = self.versions.versions[current.row()]
            self.diff.show_rows(version.rows)
            self._same.setVisible(not version.rows)
            self.restore.setEnabled(bool(version.number) and not version.lost and current.row() > 0)

    def _restore(self) -> None:
        row_number = self.list.currentIndex().row()
        if row_number >= 0:
            self.restore_wanted.emit(self.versions.versions[row_number])


def _line(version: Version) -> TwoLine:
    who = harmless(version.author) if version.author else "you, in labdesk"
    when = ago(version.time) if version.time else ""
    detail = ", ".join(part for part in (who, when) if part)
    glyph = "git-commit" if version.source == "commit" else "pencil-simple"
    return TwoLine(harmless(version.title), detail, glyph, aside="lost" if version.lost else "", tone="warn")
