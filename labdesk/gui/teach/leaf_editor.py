"""The one leaf that is open: what its file held when it was last seen, what is typed on top of it, and how both
become one file again when another program has written it meanwhile."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal

from labdesk.core import swap
from labdesk.core.drafts import Draft
from labdesk.core.errors import LabdeskError, TaxonomyError
from labdesk.core.taxonomy import edit
from labdesk.core.taxonomy.leaf import Leaf, parse_leaf, read_leaf
from labdesk.core.taxonomy.merging import Merge, resolve
from labdesk.core.taxonomy.moved import Identity, identity_of, moved_to
from labdesk.core.taxonomy.problem import Problem
from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.core.taxonomy.upgrade import upgrade
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.core.taxonomy_merge import save_leaf_file
from labdesk.core.workspace import Workspace
from labdesk.gui.teach import notices

ORIGIN = "leaf editor"


@dataclasses.dataclass(frozen=True)
class LeafConflict:
    """Both changed the same: `mine` from `base`, and `theirs`, which is on the disk. `merge` holds all else merged."""

    base: bytes
    mine: bytes
    theirs: bytes
    merge: Merge


class LeafEditor(QObject):
    """`changed(Leaf | None)` after every load and save; `failed(LabdeskError)` when an edit was refused.

    `typing` when `typed` or `typed_file` differ; `conflicted(LeafConflict | None)`; `noticed(Notice)`;
    `moved(str, str)` when another program moved the leaf's folder and the editor went along; `shelved` before unsaved
    typing is put aside, `settled(path)` when there is none any more on a leaf.
    """

    changed = Signal(object)
    failed = Signal(object)
    typing = Signal()
    conflicted = Signal(object)
    noticed = Signal(object)
    moved = Signal(str, str)
    shelved = Signal()
    settled = Signal(str)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.workspace = workspace
        self.leaf: Leaf | None = None
        self.typed: dict[YamlPath, str] = {}
        self.typed_file: bytes | None = None
        self.conflict: LeafConflict | None = None
        self._identity: Identity | None = None
        self.at: YamlPath = ()  # the field that the person was in last
        self._told = False  # that the file changed under unsaved typing

    @property
    def is_dirty(self) -> bool:
        """Whether something is typed that no file holds yet."""
        return bool(self.typed) or self.typed_file is not None or self.conflict is not None

    def open(self, path: str) -> None:
        """Shows the leaf at a path below the taxonomy; "" closes. What was typed in another one is saved first."""
        if self.leaf is not None and self.leaf.path == path and self.is_dirty:
            self.reload()
            return
        if self.leaf is not None and self.leaf.path != path and not self.commit():
            self._shelve()
            self.noticed.emit(notices.shelved(self.leaf.title))
        self._show(self._read(path) if path else None)

    def enter(self, path: YamlPath) -> None:
        """The cursor is in this field now."""
        self.at = path

    def type(self, path: YamlPath, text: str | None) -> None:
        """What stands in a field now and is not saved; None when it is what the file says."""
        if text is None:
            self.typed.pop(path, None)
        else:
            self.typed[path] = text
        self.typing.emit()

    def type_file(self, data: bytes | None) -> None:
        """The whole file as it stands in the YAML tab and is not saved; None when it is what the file says."""
        self.typed_file = data
        self.typing.emit()

    def commit(self) -> bool:
        """Saves what is typed. False when it could not be saved (it stays typed, and its draft stays)."""
        if self.typed or self.typed_file is not None:
            self._apply(lambda data: data)
        elif self._told:
            self.reload()
        return not self.is_dirty

    def set(self, path: YamlPath, value: Any) -> None:
        """Gives a field a value."""
        self.typed.pop(path, None)
        self._apply(lambda data: edit.set_field(data, path, value))

    def insert(self, path: YamlPath, index: int, value: Any) -> None:
        """Puts an item into a list."""
        self._apply(lambda data: edit.insert_item(data, path, index, value))

    def remove(self, path: YamlPath) -> None:
        """Takes an item or a key out."""
        for inner in [one for one in self.typed if one[: len(path)] == path]:
            del self.typed[inner]
        self._apply(lambda data: edit.remove_item(data, path))

    def move(self, path: YamlPath, origin: int, target: int) -> None:
        """Moves an item of a list."""
        self._apply(lambda data: edit.move_item(data, path, origin, target))

    def duplicate(self, path: YamlPath, index: int) -> None:
        """Puts a copy of an item of a list behind it."""
        self._apply(lambda data: edit.duplicate_item(data, path, index))

    def upgrade(self) -> None:
        """Brings the leaf to the newest version of the format."""
        if self.leaf is not None:
            path = self.leaf.path
            self._apply(lambda data: upgrade(data, path).data)

    def fix(self, problem: Problem) -> None:
        """Applies the fix that a problem offers. The problem must be of the leaf as it is shown."""
        if problem.fix is None:
            return
        fix = problem.fix
        if self.typed or self.typed_file is not None:
            self.commit()  # moves the characters that the fix speaks of; the same problem is found again
            problems = self.leaf.problems if self.leaf else ()
            again = next((one.fix for one in problems if one.where == problem.where and one.fix), None)
            if self.is_dirty or again is None:
                return
            fix = again
        self._apply(fix.apply)

    def replace(self, data: bytes) -> None:
        """Replaces the whole file by what was made from it as it is shown."""
        self.typed_file = None
        self._apply(lambda _old: data)

    def take_up(self, draft: Draft) -> None:
        """Goes on with what was typed before the window died, on the file as it is now."""
        if self.leaf is None or draft.leaf != self.leaf.path:
            return
        self.typed, self.typed_file = dict(draft.fields), draft.file
        if draft.base == self.leaf.text:
            self.typing.emit()
            self.changed.emit(self.leaf)
            return
        mine = self._mine(draft.base, lambda data: data)
        if mine is not None:
            self._save(draft.base, mine)

    def settle(self, values: Sequence[Any]) -> None:
        """Ends a conflict: one value for each of its places, in their order."""
        if self.conflict is None:
            return
        data, theirs = self.conflict.merge.data, self.conflict.theirs
        try:
            for place, value in reversed([*zip(self.conflict.merge.conflicts, values, strict=True)]):
                data = resolve(data, place, value)
        except LabdeskError as error:
            self.failed.emit(error)
            return
        self._save(theirs, data)

    def keep_copy(self) -> str:
        """Writes mine of a conflict beside the leaf; returns the name of that file, "" when it could not."""
        if self.leaf is None or self.conflict is None:
            return ""
        try:
            return self.workspace.save_copy(f"{self.leaf.path}/{LEAF_FILE}", self.conflict.mine)
        except LabdeskError as error:
            self.failed.emit(error)
            return ""

    def reload(self, *, ours: bool = False) -> None:
        """Looks at the file again. `ours`: labdesk itself changed it elsewhere, which is no news to anybody."""
        if self.leaf is None:
            return
        try:
            found = swap.current(self.workspace.inside_taxonomy(f"{self.leaf.path}/{LEAF_FILE}"))
        except LabdeskError as error:
            self.failed.emit(error)
            return
        if found is None:
            self._gone(ours=ours)
        elif self.conflict is not None:
            if found != self.conflict.theirs:
                self._save(self.conflict.base, self.conflict.mine)
        elif found != self.leaf.text:
            self._differs(ours=ours)

    def _differs(self, *, ours: bool) -> None:
        assert self.leaf is not None
        if self.is_dirty:
            if not self._told:
                self._told = True
                self.noticed.emit(notices.UNDER_TYPING)
            return
        path, old = self.leaf.path, self.leaf.text
        self._show(self._read(path))
        if ours or self.leaf is None:
            return
        try:
            self.workspace.history.blobs.put(old)
        except LabdeskError as error:
            self.failed.emit(error)
        self.noticed.emit(notices.earlier(lambda: self._replace_in(path, old)))

    def _replace_in(self, path: str, data: bytes) -> None:
        if self.leaf is not None and self.leaf.path == path:
            self.replace(data)

    def _gone(self, *, ours: bool) -> None:
        assert self.leaf is not None
        leaf = self.leaf
        target = moved_to(self.workspace.taxonomy, leaf.path, self._identity) if self._identity else None
        if target is not None:
            self._go_along(target)
        elif self.is_dirty and not ours:
            if not self._told:
                self._told = True
                self.noticed.emit(notices.DELETED_UNDER_TYPING)
        else:
            self._shelve()
            self._show(None)
            if not ours:
                self.noticed.emit(notices.deleted(leaf.title, lambda: self._bring_back(leaf)))

    def _go_along(self, target: str) -> None:
        assert self.leaf is not None
        was = self.leaf.path
        self.leaf = parse_leaf(self.leaf.text, target)
        self.moved.emit(was, target)
        self.typing.emit()
        self.changed.emit(self.leaf)
        self.reload()

    def _bring_back(self, leaf: Leaf) -> None:
        try:
            self.workspace.write_leaf_file(f"{leaf.path}/{LEAF_FILE}", leaf.text, ORIGIN)
        except LabdeskError as error:
            self.failed.emit(error)
        else:
            self.open(leaf.path)

    def _apply(self, verb: Callable[[bytes], bytes]) -> None:
        """What is typed, and a verb on top of it, as one change of the file."""
        if self.leaf is None:
            return
        base = self.conflict.base if self.conflict else self.leaf.text
        mine = self._mine(self.conflict.mine if self.conflict else base, verb)
        if mine is None:
            return
        if mine == base and self.conflict is None:
            self._forget_typing()
            self.changed.emit(self.leaf)
            self.reload()
        else:
            self._save(base, mine)

    def _mine(self, data: bytes, verb: Callable[[bytes], bytes]) -> bytes | None:
        try:
            if self.typed_file is not None:
                data = self.typed_file
            for path, text in self.typed.items():
                data = edit.set_field(data, path, text)
            return verb(data)
        except LabdeskError as error:
            self.failed.emit(error)
        except UnicodeDecodeError:
            self.failed.emit(TaxonomyError("This file is not UTF-8 text.", remedy="Save it as UTF-8 first."))
        return None

    def _save(self, base: bytes, mine: bytes) -> None:
        assert self.leaf is not None
        gone = not self.workspace.inside_taxonomy(f"{self.leaf.path}/{LEAF_FILE}").exists()
        if gone and self._identity is not None:
            target = moved_to(self.workspace.taxonomy, self.leaf.path, self._identity)
            if target is not None:
                was, self.leaf = self.leaf.path, parse_leaf(self.leaf.text, target)
                self.moved.emit(was, target)
                gone = False
        try:
            saved = save_leaf_file(self.workspace, f"{self.leaf.path}/{LEAF_FILE}", base, mine, ORIGIN)
        except LabdeskError as error:
            self.failed.emit(error)
            return
        if not saved.written and saved.merge is not None:
            self.typed, self.typed_file = {}, None
            self.conflict = LeafConflict(base, mine, saved.data, saved.merge)
            self.typing.emit()
            self.conflicted.emit(self.conflict)
            return
        self._forget_typing()
        self._show(parse_leaf(saved.data, self.leaf.path))
        if gone:
            self.noticed.emit(notices.BROUGHT_BACK)
        elif saved.merge is not None:
            self.noticed.emit(notices.merged(saved.merge))

    def _shelve(self) -> None:
        """Puts aside what is typed and cannot be saved now; its draft is offered when the leaf is opened again."""
        if self.is_dirty:
            self.shelved.emit()
        self._clear()

    def _show(self, leaf: Leaf | None) -> None:
        if leaf is None or self.leaf is None or leaf.path != self.leaf.path:
            self._clear()
            self.at = ()
        self.leaf = leaf
        self._identity = identity_of(self.workspace.taxonomy / leaf.path) if leaf else None
        self.changed.emit(leaf)

    def _forget_typing(self) -> None:
        """What was typed is in the file now, or was thrown away."""
        if self.leaf is not None and self.is_dirty:
            self.settled.emit(self.leaf.path)
        self._clear()

    def _clear(self) -> None:
        self._told = False
        self.typed, self.typed_file = {}, None
        had, self.conflict = self.conflict, None
        if had is not None:
            self.conflicted.emit(None)

    def _read(self, path: str) -> Leaf | None:
        try:
            return read_leaf(self.workspace.inside_taxonomy(path), self.workspace.taxonomy)
        except LabdeskError as error:
            self.failed.emit(error)
            return None
