"""Keeps what is typed into the open leaf in a draft, a second after it was typed, and finds drafts left behind."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.drafts import Draft, Drafts
from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.teach.leaf_editor import LeafEditor

DELAY_MS = 1000


class DraftKeeper(QObject):
    """`found(Draft)` when a leaf is opened on which typing was left behind; `failed(LabdeskError)`."""

    found = Signal(object)
    failed = Signal(object)

    def __init__(self, editor: LeafEditor, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._path = ""
        self.drafts = Drafts(editor.workspace.state / "drafts")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(DELAY_MS)
        self._timer.timeout.connect(self.keep)
        editor.typing.connect(self._on_typing)
        editor.shelved.connect(self.keep)
        editor.settled.connect(self._forget)
        editor.moved.connect(self._on_moved)
        editor.changed.connect(self._look)

    @Slot()
    def keep(self) -> None:
        """Writes down what is typed now."""
        self._timer.stop()
        editor, leaf = self._editor, self._editor.leaf
        if leaf is None:
            return
        base, fields, file = leaf.text, editor.typed, editor.typed_file
        if editor.conflict is not None:
            base, fields, file = editor.conflict.base, dict[YamlPath, str](), editor.conflict.mine
        try:
            if editor.is_dirty:
                editor.workspace.ignore_state()
            self.drafts.keep(leaf.path, base, fields, file)
        except LabdeskError as error:
            self.failed.emit(error)

    def take_up(self, draft: Draft) -> None:
        """The person goes on with a draft that was found."""
        self._editor.take_up(draft)
        self.keep()
        self.drafts.remove_left_behind(draft.leaf)

    def discard(self, draft: Draft) -> None:
        """The person does not want it."""
        self.drafts.forget(draft.leaf)
        self.drafts.remove_left_behind(draft.leaf)

    def close(self) -> None:
        """The window closes."""
        self.keep()
        self.drafts.close()

    @Slot()
    def _on_typing(self) -> None:
        if not self._timer.isActive():
            self._timer.start()  # not put off by further typing: at most a second of it is ever unwritten

    @Slot(str)
    def _forget(self, path: str) -> None:
        self._timer.stop()
        self.drafts.forget(path)

    @Slot(str, str)
    def _on_moved(self, was: str, _target: str) -> None:
        self.drafts.forget(was)
        self.keep()

    @Slot(object)
    def _look(self, leaf: object) -> None:
        path = self._editor.leaf.path if leaf is not None and self._editor.leaf is not None else ""
        if path == self._path:
            return
        self._path = path
        draft = self.drafts.find(path) if path else None
        if draft is None or self._editor.leaf is None:
            return
        if _says_nothing_new(draft, self._editor):
            self.discard(draft)
        else:
            self.found.emit(draft)


def _says_nothing_new(draft: Draft, editor: LeafEditor) -> bool:
    """Whether the file already holds what the draft does."""
    return editor.leaf is not None and draft.file is not None and draft.file == editor.leaf.text
