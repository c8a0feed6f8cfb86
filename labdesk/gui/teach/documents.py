"""The source document of the open leaf: choosing a file for it, and taking a passage out of it into the leaf."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from labdesk.core.documents.adding import add_documents, stage_text
from labdesk.core.documents.conversion import SUFFIXES
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.document_import import DocumentImport
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.shapes import EMPTY_PAIR, PAIRS, SEEDS
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.words import counted

_FILTER = f"Documents ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"


class Documents(QObject):
    """Works on the leaf of an editor. `passage_added(path)` says where a passage stands in the leaf now."""

    passage_added = Signal(object)

    def __init__(
        self, workspace: Workspace, editor: LeafEditor, importing: DocumentImport, banner: Banner, window: QWidget
    ) -> None:
        super().__init__(window)
        self._workspace = workspace
        self._editor = editor
        self._importing = importing
        self._banner = banner
        self._window = window
        importing.take_wanted.connect(self._take)

    @Slot()
    def ask(self) -> None:
        """Asks for files, then adds them."""
        dialog = self._dialog("Choose source documents", QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(_FILTER)

    @Slot()
    def ask_folder(self) -> None:
        """Asks for a folder, then adds the documents in it."""
        self._dialog("Choose a folder of documents", QFileDialog.FileMode.Directory)

    def _dialog(self, title: str, mode: QFileDialog.FileMode) -> QFileDialog:
        dialog = QFileDialog(self._window, title)
        dialog.setFileMode(mode)
        dialog.filesSelected.connect(lambda names: self.add(*(Path(name) for name in names)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    @Slot(object)
    def add_dropped(self, paths: Sequence[Path]) -> None:
        """Files that were let go over the document."""
        self.add(*paths)

    def add(self, *paths: Path) -> None:
        """Has documents converted for the open leaf; what comes out is shown before it is added."""
        leaf = self._editor.leaf
        if leaf is None or leaf.kind is not LeafKind.KNOWLEDGE or not paths:
            return
        staged: list[Path | None] = [None]
        if len(paths) == 1 and not self._banner.attempt(lambda: staged.append(stage_text(self._workspace, paths[0]))):
            return
        if staged[-1] is not None:
            self._add(leaf.path, staged[-1], ())
        else:
            self._importing.begin(leaf.path, paths)

    @Slot(str, object, object)
    def _take(self, leaf: str, staged: Path, chosen: Sequence[str]) -> None:
        names = self._add(leaf, staged, chosen)
        if names:
            what = f"“{names[0]}” is" if len(names) == 1 else f"{counted(len(names), 'document')} are"
            self._banner.say(
                "good",
                f"{what} the leaf’s document now." if len(names) == 1 else f"{what} added.",
                "Next: mark a passage in it and press Return; five passages with three questions each make the leaf.",
            )

    def _add(self, leaf: str, staged: Path, chosen: Sequence[str]) -> list[str]:
        """The names of what was added; none when the banner says why not."""
        names: list[str] = []
        self._banner.attempt(lambda: names.extend(add_documents(self._workspace, leaf, staged, chosen)))
        return names

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
