"""The new-leaf assistant: asks in plain words what is to be taught, proposes a place and a name, and shows both.

Two pages: which of four things it is, and what it is about. Everything can be overruled; nothing is written here."""

from __future__ import annotations

import dataclasses
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QDialog, QStackedWidget, QWidget

from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.outline import Outline
from labdesk.core.taxonomy.tree import Branch
from labdesk.core.taxonomy.wishes import Wish, wish_for
from labdesk.gui.teach.new_leaf_details import DetailsPage
from labdesk.gui.teach.new_leaf_wish import WishPage
from labdesk.gui.theme import XL, L, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_WIDTH = 640


@dataclasses.dataclass(frozen=True)
class NewLeaf:
    """What the person answered: the folder below the taxonomy, the kind, the sentence about it, and its document."""

    path: str
    kind: LeafKind
    about: str
    document: Path | None = None
    next_step: str = ""


class NewLeafDialog(QDialog):
    """`chosen(NewLeaf)` when the person says Make the leaf; `open_wanted(path)` to open the leaf that is in the way."""

    chosen = Signal(object)
    open_wanted = Signal(str)

    def __init__(self, tree: Branch | None, under: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New leaf")
        self.setFixedWidth(_WIDTH)
        self.setAcceptDrops(True)
        self.wish = WishPage(wish_for(under))
        self.details = DetailsPage(Outline(tree), under)
        self._step = label(step="small", tone="muted")
        self._back = button("Back", self.back, glyph="arrow-left")
        self._next = button("Next", self.forward, kind="primary")
        self._next.setDefault(True)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.wish)
        self._pages.addWidget(self.details)
        buttons = row(self._step, None, self._back, button("Cancel", self.reject), self._next, gap=S)
        self.setLayout(column(self._pages, buttons, gap=L, margin=XL))
        self.wish.chosen.connect(self.forward)
        self.details.changed.connect(self._refresh)
        self.details.open_wanted.connect(self._open_other)
        self.accepted.connect(lambda: self.chosen.emit(self.answer()))
        self._refresh()
        self.wish.focus_first()

    def answer(self) -> NewLeaf:
        """What stands in the fields."""
        wish, details = self._wish(), self.details
        document = details.document if wish.kind is LeafKind.KNOWLEDGE else None
        return NewLeaf(details.path(), wish.kind, details.about.text().strip(), document, wish.next_step)

    def forward(self) -> None:
        """To the second page, and from there to the leaf."""
        if self._pages.currentIndex() == 0:
            self.details.show_wish(self._wish())
            self._pages.setCurrentIndex(1)
            self._refresh()
            self.details.about.setFocus()
        elif self.details.is_complete:
            self.accept()

    def back(self) -> None:
        """To the first page; what was typed stays."""
        self._pages.setCurrentIndex(0)
        self._refresh()
        self.wish.focus_first()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if _dropped(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """A document dropped anywhere says what is wanted."""
        path = _dropped(event)
        if path is not None:
            event.acceptProposedAction()
            self.wish.choose(wish_for("knowledge"))
            if self._pages.currentIndex() == 0:
                self.forward()
            self.details.take_document(path)

    def _wish(self) -> Wish:
        return self.wish.wish

    def _open_other(self, path: str) -> None:
        self.reject()
        self.open_wanted.emit(path)

    def _refresh(self) -> None:
        second = self._pages.currentIndex() == 1
        self._step.setText(f"Step {2 if second else 1} of 2")
        self._back.setVisible(second)
        self._next.setText("Make the leaf" if second else "Next")
        self._next.setAccessibleName(self._next.text())
        self._next.setEnabled(not second or self.details.is_complete)
        self._next.setToolTip("" if self._next.isEnabled() else self.details.missing)


def _dropped(event: QDropEvent) -> Path | None:
    """The one file that is dragged in."""
    urls = [url for url in event.mimeData().urls() if url.isLocalFile()]
    path = Path(urls[0].toLocalFile()) if len(urls) == 1 else None
    return path if path is not None and path.is_file() else None
