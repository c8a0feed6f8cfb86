"""Above the tree: the search field, the filter by state, and in words what is left out at present."""

from __future__ import annotations

import functools

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QActionGroup, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QMenu, QToolButton, QWidget

from labdesk.gui.icons import icon
from labdesk.gui.teach.leaf_book import LeafBook
from labdesk.gui.teach.tree_filter import CHOICES, EVERYTHING, Choice
from labdesk.gui.theme import XS, M, S
from labdesk.gui.widgets.button import tool_button
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, number

_PAUSE_MS = 60


class TreeSearch(QWidget):
    """`text` and `choice`; `changed()` when one of them is another. `left()`: the person goes on to the tree."""

    changed = Signal()
    new_wanted = Signal()
    left = Signal()

    def __init__(self, book: LeafBook, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self.choice: Choice = EVERYTHING
        self.field = QLineEdit()
        self.field.setPlaceholderText("Search")
        self.field.setAccessibleName("Search the taxonomy")
        self.field.setToolTip("Every word must stand in the leaf's name, place, or text.")
        self.field.setClearButtonEnabled(True)
        self.field.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.field.installEventFilter(self)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        self._group = QActionGroup(self)
        self._entries = [self._entry(choice) for choice in CHOICES]
        self.funnel = tool_button("funnel-simple", "Filter by state", hint="Show only leaves in a certain state")
        self.funnel.setMenu(self.menu)
        self.funnel.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        add = tool_button("plus", "New leaf", self.new_wanted.emit, hint="New leaf (Ctrl+N)")
        self._said = label(step="small", tone="muted")
        clear = tool_button("x", "Show all leaves", self.clear)
        self._note = holder(row(self._said, None, clear, gap=S, margin=(XS, 0, 0, 0)))
        self._note.hide()
        self.setLayout(column(row(self.field, self.funnel, add, gap=XS), self._note, gap=XS, margin=(M, M, M, S)))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self.changed)
        self.field.textChanged.connect(self._pause.start)
        self.menu.aboutToShow.connect(self._count_entries)

    @property
    def text(self) -> str:
        """What is searched for."""
        return self.field.text().strip()

    @property
    def active(self) -> bool:
        """Whether anything is left out."""
        return bool(self.text) or self.choice is not EVERYTHING

    def choose(self, choice: Choice) -> None:
        """Shows only leaves in a certain state."""
        self.choice = choice
        self._entries[CHOICES.index(choice)].setChecked(True)
        self.funnel.setIcon(icon("funnel-simple", "muted" if choice is EVERYTHING else "accent_text"))
        self.changed.emit()

    def clear(self) -> None:
        """Shows everything again."""
        self.field.clear()
        self.choose(EVERYTHING)

    def show_counts(self, hits: int | None = None) -> None:
        """`hits`: how many leaves are shown, None for all."""
        if hits is not None:
            title = "" if self.choice is EVERYTHING else f"{self.choice.title}: "
            total = self._book.tally.of("").total()
            self._said.setText(f"{title}{number(hits)} of {counted(total, 'leaf', 'leaves')}")
        self._note.setVisible(self.active)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Down and Return lead to the tree, Escape shows everything."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self.left.emit()
                return True
            if event.key() == Qt.Key.Key_Escape and self.active:
                self.clear()
                return True
        return super().eventFilter(watched, event)

    def _entry(self, choice: Choice) -> QAction:
        entry = QAction(choice.title, self)
        entry.setCheckable(True)
        entry.setChecked(choice is EVERYTHING)
        entry.setToolTip(choice.help)
        entry.triggered.connect(functools.partial(self._on_entry, choice))
        self._group.addAction(entry)
        self.menu.addAction(entry)
        return entry

    def _on_entry(self, choice: Choice, *_checked: bool) -> None:
        self.choose(choice)

    def _count_entries(self) -> None:
        """The menu says how many there are of each, as far as counting them is cheap."""
        counts = self._book.tally.of("")
        ready = counts["done"]
        waiting = counts["draft"] + counts["attention"] + counts["bad"]
        numbers = (counts.total(), ready, waiting)
        for entry, choice, count in zip(self._entries, CHOICES, numbers, strict=False):
            entry.setText(f"{choice.title} ({number(count)})")
