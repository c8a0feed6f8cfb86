"""The source document of the open leaf: choosing a file for it, and taking a passage out of it into the leaf."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from labdesk.core.errors import LabdeskError, StorageError
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.shapes import EMPTY_PAIR, PAIRS, SEEDS
from labdesk.gui.widgets.banner import Banner

_MOST_DOCUMENT = 16 << 20


class Documents(QObject):
    """Works on the leaf of an editor. `passage_added(path)` says where a passage stands in the leaf now."""

    passage_added = Signal(object)

    def __init__(self, workspace: Workspace, editor: LeafEditor, banner: Banner, window: QWidget) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._editor = editor
        self._banner = banner
        self._window = window

    @Slot()
    def ask(self) -> None:
        """Asks for a file, then adds it."""
        dialog = QFileDialog(self._window, "Choose a source document", "", "Text and Markdown (*.md *.markdown *.txt)")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda path: self.add(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def add(self, path: Path) -> None:
        """Copies a document beside the open leaf and names it in the leaf."""
        if self._editor.leaf is None:
            return
        leaf = self._editor.leaf.path
        try:
            if path.stat().st_size > _MOST_DOCUMENT:
                raise StorageError(f"“{path.name}” is too large.", remedy="Split it into parts below 16 MB.")
            data = path.read_bytes()
        except OSError as error:
            self._banner.say("bad", f"“{path.name}” cannot be read.", error.strerror or "")
            return
        except LabdeskError as error:
            self._banner.say_error(error)
            return
        if self._banner.attempt(lambda: self._workspace.write_leaf_file(f"{leaf}/{path.name}", data)):
            self._editor.set(("document",), {"repo": ".", "commit": "local", "patterns": [path.name]})

    @Slot(str)
    def add_passage(self, text: str) -> None:
        """Into the first passage that is still empty, else as a new one."""
        leaf = self._editor.leaf
        if leaf is None or leaf.kind is not LeafKind.KNOWLEDGE:
            return
        empty = next((n for n, seed in enumerate(leaf.seed_contexts) if not seed.context.strip()), None)
        if empty is not None:
            self._editor.set((SEEDS, empty, "context"), text)
        else:
            empty = len(leaf.seed_contexts)
            self._editor.insert((SEEDS,), empty, {"context": text, PAIRS: [EMPTY_PAIR] * 3})
        self.passage_added.emit((SEEDS, empty, PAIRS))
