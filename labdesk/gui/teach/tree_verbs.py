"""What can be done with branches and leaves, each verb with its question before and its banner after."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.placing import in_words
from labdesk.core.taxonomy.tree import LEAF_FILE, Tree
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.dialogs import NameDialog
from labdesk.gui.teach.new_leaf import NewLeaf, NewLeafDialog
from labdesk.gui.teach.tree_model import title_of
from labdesk.gui.widgets.banner import Banner


class TreeVerbs(QObject):
    """`made(path)`: show this. `moved(from, to)`: what was at one path is at another now.

    `document_given(Path)`: the leaf that was just made is to be taught from this file."""

    made = Signal(str)
    document_given = Signal(object)
    moved = Signal(str, str)

    def __init__(self, context: GuiContext, banner: Banner, window: QWidget) -> None:
        super().__init__(window)
        self._context = context
        self._workspace = context.workspace
        self._banner = banner
        self._window = window
        self.tree: Tree | None = None  # the newest snapshot, for the branches that a dialog offers

    @Slot(str)
    def ask_new(self, under: str) -> None:
        """Asks what the new leaf is, then makes it."""
        dialog = NewLeafDialog(self.tree.top if self.tree else None, under, self._window)
        dialog.chosen.connect(self.make_leaf)
        dialog.open_wanted.connect(self.made)
        self._open(dialog)

    @Slot(object)
    def make_leaf(self, wish: NewLeaf) -> None:
        """Writes a new leaf, shows it and says what comes next."""
        author = self._context.settings.values.author
        # The field of a document is most often the branch it stands in; the form shows it and it can be changed.
        domain = wish.path.split("/")[-2].replace("_", " ") if wish.kind is LeafKind.KNOWLEDGE else ""
        if self._workspace.inside_taxonomy(f"{wish.path}/{LEAF_FILE}").exists():
            self._banner.say("warn", f"“{title_of(wish.path)}” is already there.", "Choose another name.")
            self.made.emit(wish.path)
        elif self._banner.attempt(
            lambda: self._workspace.new_leaf(wish.path, wish.kind, created_by=author, about=wish.about, domain=domain)
        ):
            self.made.emit(wish.path)
            self._banner.say("good", f"“{title_of(wish.path)}” is made, in {in_words(_above(wish.path))}.", _next(wish))
            if wish.document is not None:
                self.document_given.emit(wish.document)

    @Slot(str)
    def ask_rename(self, path: str) -> None:
        """Asks for a new name."""
        dialog = NameDialog(path.rpartition("/")[2], self._window)
        dialog.chosen.connect(lambda name: self.rename(path, name))
        self._open(dialog)

    def rename(self, path: str, name: str) -> None:
        """Gives a leaf or branch another name."""
        target = f"{path.rpartition('/')[0]}/{name}"
        if target != path and self._banner.attempt(lambda: self._workspace.rename(path, target)):
            self.moved.emit(path, target)

    @Slot(str)
    def delete(self, path: str) -> None:
        """Moves a leaf or branch to the trash, and offers to bring it back."""
        lies: list[Path] = []
        if self._banner.attempt(lambda: lies.append(self._workspace.remove(path))):
            self._banner.say(
                "muted",
                f"“{title_of(path)}” was moved to the trash.",
                "",
                "Undo",
                lambda: self._bring_back(lies[0], path),
            )

    def _bring_back(self, lies: Path, path: str) -> None:
        if self._banner.attempt(lambda: self._workspace.restore(lies, path)):
            self._banner.dismiss()
            self.made.emit(path)

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _next(wish: NewLeaf) -> str:
    first = "Choose its document at the right. " if wish.kind is LeafKind.KNOWLEDGE and wish.document is None else ""
    return f"Next: {first}{wish.next_step}"
