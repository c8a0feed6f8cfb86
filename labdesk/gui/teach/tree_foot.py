"""Below the tree: in words what is selected, so that no badge has to be guessed at and no root stays unexplained."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QFrame, QWidget

from labdesk.gui.teach.leaf_book import LeafBook, title_of
from labdesk.gui.teach.tree_filter import excerpt
from labdesk.gui.theme import XS, M, S
from labdesk.gui.widgets.layout import column
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.words import counted


class TreeFoot(QFrame):
    """`show_paths` names one leaf or branch, or says how many are selected."""

    def __init__(self, book: LeafBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "footer")
        self._book = book
        self._title = ElidedLabel(step="label")
        self._words = label(step="small", tone="muted", wrap=True)
        self._words.setAccessibleName("About the selection")
        self.setLayout(column(self._title, self._words, gap=XS, margin=(M, S, M, S)))

    def show_paths(self, leaves: Sequence[str], branches: Sequence[str], words: Sequence[str] = ()) -> None:
        """What is selected now; of a leaf also where the `words` that were searched for stand in it."""
        if len(leaves) + len(branches) > 1:
            parts = [counted(len(leaves), "leaf", "leaves")] if leaves else []
            parts += [counted(len(branches), "branch", "branches")] if branches else []
            self._title.setText(f"{' and '.join(parts)} selected")
            self._words.setText("Drag them onto a branch, or right-click for what can be done with all of them.")
        elif leaves or branches:
            path = (*leaves, *branches)[0]
            self._title.setText(title_of(path))
            said = self._book.leaf_words(path) if leaves else self._book.branch_words(path)
            seen = self._book.seen.get(path)
            found = excerpt(seen.text, words) if seen and leaves and words else ""
            self._words.setText(f"{said}\n{harmless(found)}".strip())
        self.setVisible(bool(leaves or branches))
