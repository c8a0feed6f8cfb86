"""What an import would change, leaf by leaf: new ones, and those that are here with another content."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine
from labdesk.gui.words import counted

_TOP = QModelIndex()
_NAMED = 3


class Preview(msgspec.Struct, frozen=True):
    """The answer of `labdesk taxonomy import --dry-run --json`: files, relative to the taxonomy."""

    imported: bool = False
    new: tuple[str, ...] = ()
    same: tuple[str, ...] = ()
    different: tuple[str, ...] = ()


class ImportRow(msgspec.Struct, frozen=True):
    """A leaf (or a folder with files that belong to none). `different` are the files to replace or to keep."""

    path: str
    new: tuple[str, ...]
    different: tuple[str, ...]
    is_new: bool


def rows_of(preview: Preview) -> tuple[ImportRow, ...]:
    """The leaves that would change, those to decide about first."""
    names = (*preview.new, *preview.same, *preview.different)
    leaves = {name.removesuffix(f"/{LEAF_FILE}") for name in names if name.endswith(f"/{LEAF_FILE}")}
    fresh = {name.removesuffix(f"/{LEAF_FILE}") for name in preview.new if name.endswith(f"/{LEAF_FILE}")}
    found: dict[str, tuple[list[str], list[str]]] = {}
    for number, files in enumerate((preview.new, preview.different)):
        for name in files:
            found.setdefault(_owner(name, leaves), ([], []))[number].append(name)
    rows = [ImportRow(path, tuple(new), tuple(other), path in fresh) for path, (new, other) in found.items()]
    return tuple(sorted(rows, key=lambda row: (not row.different, row.path)))


def _owner(name: str, leaves: set[str]) -> str:
    """The nearest leaf above a file; its folder when there is none."""
    folder = name.rpartition("/")[0]
    above = folder
    while above and above not in leaves:
        above = above.rpartition("/")[0]
    return above or folder


class ImportRows(QAbstractListModel):
    """A row with files to replace has a box; nothing is ticked at first: yours stays."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ImportRow, ...] = ()
        self._lines: list[TwoLine] = []
        self._ticked: set[str] = set()

    def show_preview(self, preview: Preview) -> None:
        """What an import would do."""
        self.beginResetModel()
        self.rows = rows_of(preview)
        self._lines = [_line(row) for row in self.rows]
        self._ticked = set()
        self.endResetModel()

    @property
    def replaced(self) -> tuple[str, ...]:
        """The files that the person wants replaced."""
        return tuple(name for row in self.rows if row.path in self._ticked for name in row.different)

    def tick_all(self, ticked: bool) -> None:
        """Replaces all, or keeps all."""
        self._ticked = {row.path for row in self.rows if row.different} if ticked else set()
        if self.rows:
            self.dataChanged.emit(self.index(0), self.index(len(self.rows) - 1))

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = _TOP) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        found = super().flags(index)
        checkable = index.isValid() and bool(self.rows[index.row()].different)
        return found | Qt.ItemFlag.ItemIsUserCheckable if checkable else found

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self.rows):
            return None
        row = self.rows[index.row()]
        if role == TWO_LINE:
            return self._lines[index.row()]
        if role == Qt.ItemDataRole.CheckStateRole and row.different:
            return Qt.CheckState.Checked if row.path in self._ticked else Qt.CheckState.Unchecked
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self._lines[index.row()].spoken
        return row.path if role == Qt.ItemDataRole.ToolTipRole else None

    def setData(
        self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = Qt.ItemDataRole.EditRole
    ) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not index.isValid() or not self.rows[index.row()].different:
            return False
        change = self._ticked.add if Qt.CheckState(value) == Qt.CheckState.Checked else self._ticked.discard
        change(self.rows[index.row()].path)
        self.dataChanged.emit(index, index)
        return True


def _line(row: ImportRow) -> TwoLine:
    where = row.path.rpartition("/")[0].replace("_", " ").replace("/", " › ")
    if row.different:
        names = [name.rpartition("/")[2] for name in row.different]
        more = f" and {len(names) - _NAMED} more" if len(names) > _NAMED else ""
        detail = f"{', '.join(names[:_NAMED])}{more} here with another content"
        return TwoLine(title_of(row.path), detail, "swap", "warn", "replace yours?", "warn")
    many = counted(len(row.new), "file")
    kind = "new" if row.is_new else "more files"
    return TwoLine(title_of(row.path), f"{where} · {many}", "plus-circle", "good", kind, "good")


def replace_arguments(rows: Sequence[ImportRow], replaced: Sequence[str]) -> tuple[str, ...]:
    """How the command is told which files to replace."""
    different = [name for row in rows for name in row.different]
    if not different:
        return ()
    if not replaced:
        return ("--keep",)
    if len(replaced) == len(different):
        return ("--overwrite",)
    return tuple(part for name in replaced for part in ("--replace", name))
