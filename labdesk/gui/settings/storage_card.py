"""How much of the disk the trash of this workspace takes, and emptying it, with a question before."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal, Slot
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QFrame, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.theme import XL, XS, L, M
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, size

_WIDTH = 480
_DAYS = 30


class _Answer(msgspec.Struct, frozen=True):
    count: int
    size: int
    needed: int
    needed_size: int


class StorageCard(QFrame):
    """Asks another process when it is shown; large trashes take seconds to measure."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._root = str(context.workspace.root)
        self.found = _Answer(0, 0, 0, 0)
        self.banner = Banner()
        self.words = label("Measuring…")
        self.help = label(
            "What you deleted in Teach and Chat, and what earlier imports left behind.", "small", "muted", wrap=True
        )
        self.empty = button("Empty…", self.ask, glyph="trash")
        self.empty.setAccessibleName("Empty the trash")
        self.empty.setEnabled(False)
        across = row(
            column(label("Trash of this workspace", "label"), self.words, self.help, gap=XS), self.empty, gap=M
        )
        across.setStretch(0, 1)
        self.setLayout(column(self.banner, across, gap=M, margin=L))
        self.errand = Errand(self)
        self.errand.line.connect(self._on_answer)
        self.errand.failed.connect(self._on_failure)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.errand.run("taxonomy", "trash", self._root)

    def ask(self) -> None:
        """Says what will be gone, and asks."""
        dialog = EmptyDialog(self.found, self)
        dialog.chosen.connect(self.run)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(bool)
    def run(self, everything: bool) -> None:
        """Deletes for good."""
        self.empty.setEnabled(False)
        self.words.setText("Emptying…")
        more = ("--everything",) if everything else ()
        self.errand.run("taxonomy", "trash", self._root, "--empty", *more)

    @Slot(object)
    def _on_answer(self, answer: object) -> None:
        self.found = msgspec.convert(answer, _Answer)
        many = counted(self.found.count, "thing")
        self.words.setText(f"{many}, {size(self.found.size)}" if self.found.count else "Empty")
        self.empty.setEnabled(bool(self.found.count))

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.words.setText("Unknown")
        self.banner.say_error(error)


class EmptyDialog(QDialog):
    """`chosen(everything)`: delete what Undo does not need, or everything."""

    chosen = Signal(bool)

    def __init__(self, found: _Answer, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Empty the trash")
        self.setFixedWidth(_WIDTH)
        spare, spare_size = found.count - found.needed, found.size - found.needed_size
        words = f"{counted(spare, 'thing')}, {size(spare_size)}, will be deleted for good."
        kept = f"{counted(found.needed, 'thing')}, {size(found.needed_size)}, of the last {_DAYS} days can be undone."
        self.old = button("Delete the old ones", lambda: self._choose(everything=False), kind="primary", glyph="trash")
        self.old.setVisible(bool(spare))
        self.everything = button(
            "Delete everything", lambda: self._choose(everything=True), kind="danger", glyph="trash"
        )
        self.everything.setVisible(bool(found.needed))
        lines = [label(words, wrap=True)] if spare else []
        more = f"{kept} “Delete everything” takes these, too; Undo cannot bring them back then."
        lines += [label(more, tone="muted", wrap=True)] if found.needed else []
        foot = row(None, button("Cancel", self.reject), self.everything, self.old)
        self.setLayout(column(label("Delete for good?", "title"), *lines, foot, gap=L, margin=XL))

    def _choose(self, *, everything: bool) -> None:
        self.chosen.emit(everything)
        self.accept()
