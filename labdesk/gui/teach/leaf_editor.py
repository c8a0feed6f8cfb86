"""The one leaf that is open: applies an edit to the file as it stands on disk, keeps what was there for undo.

Every edit changes only its own lines, so an edit made meanwhile by another program stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy import edit
from labdesk.core.taxonomy.leaf import Leaf, parse_leaf, read_leaf
from labdesk.core.taxonomy.problem import Problem
from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.core.workspace import Workspace

ORIGIN = "leaf editor"
_UNDO_STEPS = 200


class LeafEditor(QObject):
    """`changed(Leaf | None)` after every load and edit; `failed(LabdeskError)` when an edit was refused."""

    changed = Signal(object)
    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self.leaf: Leaf | None = None
        self._undo: dict[str, list[bytes]] = {}
        self._redo: dict[str, list[bytes]] = {}

    def open(self, path: str) -> None:
        """Shows the leaf at a path below the taxonomy; "" closes."""
        self.leaf = self._read(path) if path else None
        self.changed.emit(self.leaf)

    def reload(self) -> None:
        """Reads the file again; tells only when it differs."""
        if self.leaf is None:
            return
        fresh = self._read(self.leaf.path)
        if fresh is None or fresh.text != self.leaf.text:
            self.leaf = fresh
            self.changed.emit(fresh)

    def set(self, path: YamlPath, value: Any) -> None:
        """Gives a field a value."""
        self._apply(lambda data: edit.set_field(data, path, value))

    def insert(self, path: YamlPath, index: int, value: Any) -> None:
        """Puts an item into a list."""
        self._apply(lambda data: edit.insert_item(data, path, index, value))

    def remove(self, path: YamlPath) -> None:
        """Takes an item or a key out."""
        self._apply(lambda data: edit.remove_item(data, path))

    def move(self, path: YamlPath, origin: int, target: int) -> None:
        """Moves an item of a list."""
        self._apply(lambda data: edit.move_item(data, path, origin, target))

    def fix(self, problem: Problem) -> None:
        """Applies the fix that a problem offers."""
        if problem.fix is not None:
            self._apply(problem.fix.apply)

    def replace(self, data: bytes) -> None:
        """Replaces the whole file, from the YAML tab."""
        self._apply(lambda _old: data)

    @property
    def can_undo(self) -> bool:
        return bool(self.leaf and self._undo.get(self.leaf.path))

    @property
    def can_redo(self) -> bool:
        return bool(self.leaf and self._redo.get(self.leaf.path))

    def undo(self) -> None:
        """Back to before the last edit of this leaf."""
        self._travel(self._undo, self._redo)

    def redo(self) -> None:
        """Forward again."""
        self._travel(self._redo, self._undo)

    def _travel(self, source: dict[str, list[bytes]], target: dict[str, list[bytes]]) -> None:
        if self.leaf is None or not source.get(self.leaf.path):
            return
        data = source[self.leaf.path].pop()
        target.setdefault(self.leaf.path, []).append(self.leaf.text)
        self._write(self.leaf.path, data)

    def _apply(self, verb: Callable[[bytes], bytes]) -> None:
        if self.leaf is None:
            return
        path = self.leaf.path
        on_disk = self._read(path)
        if on_disk is None:
            return
        try:
            data = verb(on_disk.text)
        except (LabdeskError, UnicodeDecodeError) as error:
            self.failed.emit(error if isinstance(error, LabdeskError) else LabdeskError("This file is not UTF-8 text."))
            return
        if data != on_disk.text:
            steps = self._undo.setdefault(path, [])
            steps.append(on_disk.text)
            del steps[:-_UNDO_STEPS]
            self._redo.pop(path, None)
            self._write(path, data)

    def _write(self, path: str, data: bytes) -> None:
        self.leaf = parse_leaf(data, path)
        try:
            self._workspace.write_leaf_file(f"{path}/{LEAF_FILE}", data, origin=ORIGIN)
        except LabdeskError as error:
            self.leaf = self._read(path)
            self.failed.emit(error)
        self.changed.emit(self.leaf)

    def _read(self, path: str) -> Leaf | None:
        try:
            return read_leaf(self._workspace.inside_taxonomy(path), self._workspace.taxonomy)
        except LabdeskError as error:
            self.failed.emit(error)
            return None
