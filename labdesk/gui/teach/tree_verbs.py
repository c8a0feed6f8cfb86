"""What can be done with branches and leaves, each verb with its question before and its banner after."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QDialog, QWidget

from labdesk.core.history.history import Step
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.names import safe_name
from labdesk.core.taxonomy.outline import in_words
from labdesk.core.taxonomy.tree import LEAF_FILE, ROOTS, Branch, Tree
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.dialogs import MoveDialog, NameDialog
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.teach.moving import welcome
from labdesk.gui.teach.new_leaf import NewLeaf, NewLeafDialog
from labdesk.gui.widgets.banner import Banner


class TreeVerbs(QObject):
    """`made(path)`: show this. `moved(from, to)`: what was at one path is at another now.

    `document_given(Path)`: the leaf that was just made is to be taught from this file."""

    made = Signal(str)
    document_given = Signal(object)
    moved = Signal(str, str)
    undo_wanted = Signal()

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
    def ask_branch(self, under: str) -> None:
        """Asks for the name of a new branch, then makes it."""
        dialog = NameDialog(under or ROOTS[0], self._window)
        dialog.chosen.connect(self.make_branch)
        self._open(dialog)

    @Slot(str)
    def make_branch(self, path: str) -> None:
        """Makes an empty branch and shows it."""
        if self._banner.attempt(lambda: self._workspace.new_branch(path)):
            self.made.emit(path)

    @Slot(str, str)
    def rename(self, path: str, typed: str) -> None:
        """Gives a leaf or branch another name, safely spelled."""
        target = f"{path.rpartition('/')[0]}/{safe_name(typed)}"
        if typed.strip() and target != path and self._banner.attempt(lambda: self._workspace.rename(path, target)):
            self.moved.emit(path, target)

    @Slot(object)
    def duplicate(self, paths: Sequence[str]) -> None:
        """Copies leaves and branches, each beside itself, and shows the first copy."""
        made: list[str] = []
        if paths and self._banner.attempt(lambda: made.extend(self._workspace.duplicate_all(paths))):
            self._say_done(paths, "was copied", "were copied")
            self.made.emit(made[0])

    @Slot(object)
    def ask_move(self, paths: Sequence[str]) -> None:
        """Asks for a branch, then moves leaves and branches into it."""
        if not paths or self.tree is None:
            return
        places = [place for place in (*ROOTS, *_branches(self.tree.top)) if welcome(paths, place)]
        dialog = MoveDialog(_named(paths), list(dict.fromkeys(places)), self._window)
        dialog.chosen.connect(lambda branch: self.move(paths, branch))
        self._open(dialog)

    @Slot(object, str)
    def move(self, paths: Sequence[str], branch: str) -> None:
        """Moves leaves and branches into another branch."""
        moved: list[tuple[str, str]] = []
        if paths and self._banner.attempt(lambda: moved.extend(self._workspace.move_all(paths, branch))):
            where = in_words(branch)
            self._say_done(paths, f"is in {where} now", f"are in {where} now")
            for origin, target in moved:
                self.moved.emit(origin, target)

    @Slot(object)
    def delete(self, paths: Sequence[str]) -> None:
        """Moves leaves and branches to the trash, and offers to bring them back."""
        if paths and self._banner.attempt(lambda: self._workspace.remove_all(paths)):
            self._say_done(paths, "was moved to the trash", "were moved to the trash")

    def _say_done(self, paths: Sequence[str], one: str, many: str) -> None:
        step = self._workspace.history.next_undo
        words = f"{_named(paths)} {one if len(paths) == 1 else many}."
        self._banner.say("muted", words, "", "Undo", lambda: self._undo(step))

    def _undo(self, step: Step | None) -> None:
        if step is not None and self._workspace.history.next_undo == step:
            self.undo_wanted.emit()
        else:
            self._banner.say("muted", "More was changed since.", "Ctrl+Z takes changes back one by one, newest first.")

    def _open(self, dialog: QDialog) -> None:
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()


def _named(paths: Sequence[str]) -> str:
    """What a person calls them: the title of one, the number of many."""
    return f"“{title_of(paths[0])}”" if len(paths) == 1 else f"{len(paths)} leaves and branches"


def _branches(branch: Branch) -> Iterator[str]:
    """Every branch below this one that is no leaf."""
    for one in branch.branches:
        if one.leaf is None:
            yield one.path
        yield from _branches(one)


def _above(path: str) -> str:
    return path.rpartition("/")[0]


def _next(wish: NewLeaf) -> str:
    first = "Choose its document at the right. " if wish.kind is LeafKind.KNOWLEDGE and wish.document is None else ""
    return f"Next: {first}{wish.next_step}"
