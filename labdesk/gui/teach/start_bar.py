"""Above Teach: how much is ready, and the one button that always does the next missing step."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from labdesk.gui.teach.facts import FactsReader
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import L, M
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import panel, row
from labdesk.gui.widgets.state_dot import State
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, number


class StartBar(QWidget):
    """`finish_wanted(path)`, `leaf_wanted()` or `teach_wanted()` when the button is pressed; `changes_wanted()`."""

    finish_wanted = Signal(str)
    leaf_wanted = Signal()
    teach_wanted = Signal()
    changes_wanted = Signal()

    def __init__(self, facts: FactsReader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self._summary = label(tone="muted")
        self.start = button("Generate && train", self.go, kind="primary", glyph="graduation-cap")
        differ = button("Changes", self.changes_wanted.emit, kind="quiet", glyph="git-diff")
        differ.setToolTip("What differs from an earlier version; history; commit (Ctrl+Shift+G)")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.addWidget(panel(row(self._summary, None, differ, self.start), margin=(L, M, L, M), surface="bar"))
        facts.read.connect(self.show_reading)
        facts.finished.connect(self._show_all)

    def state(self) -> State:
        """The sign of Teach in the rail, once the leaves are listed."""
        if not self._facts.count:
            return State("empty", "Nothing to teach yet")
        known, total = self._facts.known, self._facts.count
        if known < total:
            return State("running", f"Checking {counted(total, 'leaf', 'leaves')}", known / total)
        invalid = len(self._facts.invalid)
        if invalid:
            return State("attention", f"{counted(invalid, 'leaf', 'leaves')} not ready")
        return State("done", f"{counted(self._facts.count, 'leaf', 'leaves')} ready to teach")

    def go(self) -> None:
        """Does the next missing step."""
        if self._facts.invalid:
            self.finish_wanted.emit(self._facts.invalid[0])
        elif not self._facts.count:
            self.leaf_wanted.emit()
        else:
            self.teach_wanted.emit()

    def show_reading(self, _paths: object = ()) -> None:
        """How far the check of the leaves is."""
        known, total = self._facts.known, self._facts.count
        if known < total:
            self._summary.setText(f"Checking {counted(total, 'leaf', 'leaves')}: {number(known)} done")

    def _show_all(self) -> None:
        invalid, total = self._facts.invalid, self._facts.count
        words = f"{number(total - len(invalid))} of {counted(total, 'leaf', 'leaves')} ready to teach"
        self._summary.setText(words if total else "Nothing to teach yet")
        if invalid:
            self.start.setText(f"Finish “{title_of(invalid[0])}” first".replace("&", "&&"))
        else:
            self.start.setText("Generate && train" if total else "Make a first leaf")
        self.start.setAccessibleName(self.start.text().replace("&&", "and"))
