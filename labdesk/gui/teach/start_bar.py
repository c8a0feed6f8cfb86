"""Above Teach: how much is ready, and the one button that always does the next missing step."""

from __future__ import annotations

from collections.abc import Sequence

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

_NAMED = 5


class StartBar(QWidget):
    """`finish_wanted(path)`, `leaf_wanted()` or `teach_wanted()` when the button is pressed; `changes_wanted()`."""

    finish_wanted = Signal(str)
    leaf_wanted = Signal()
    teach_wanted = Signal()
    changes_wanted = Signal()

    def __init__(self, facts: FactsReader, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._facts = facts
        self._finishing = ""  # the leaf that was last gone to
        self._summary = label(tone="muted")
        self.start = button("Generate && train", self.go, kind="primary", glyph="graduation-cap")
        differ = button("Changes", self.changes_wanted.emit, kind="quiet", glyph="git-diff")
        differ.setToolTip("What differs from an earlier version; history; commit (Ctrl+Shift+G)")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        self.rest = button("", self._finish_next, kind="link")
        self.rest.hide()
        words = row(self._summary, self.rest, None, differ, self.start)
        layout.addWidget(panel(words, margin=(L, M, L, M), surface="bar"))
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
        if not self._facts.count:
            self.leaf_wanted.emit()
        elif self._nothing_ready:
            self.finish_wanted.emit(self._facts.invalid[0])
        else:
            self.teach_wanted.emit()

    @property
    def _nothing_ready(self) -> bool:
        return 0 < self._facts.count == len(self._facts.invalid)

    def _finish_next(self) -> None:
        """The first leaf that is not ready; pressed again the next one."""
        invalid = self._facts.invalid
        if invalid:
            at = invalid.index(self._finishing) + 1 if self._finishing in invalid else 0
            self._finishing = invalid[at % len(invalid)]
            self.finish_wanted.emit(self._finishing)

    def show_reading(self, _paths: object = ()) -> None:
        """How far the check of the leaves is."""
        known, total = self._facts.known, self._facts.count
        if known < total:
            self._summary.setText(f"Checking {counted(total, 'leaf', 'leaves')}: {number(known)} done")

    def _show_all(self) -> None:
        invalid, total = self._facts.invalid, self._facts.count
        words = f"{number(total - len(invalid))} of {counted(total, 'leaf', 'leaves')} ready to teach"
        self._summary.setText(words if total else "Nothing to teach yet")
        if self._nothing_ready:
            self.start.setText(f"Finish “{title_of(invalid[0])}” first".replace("&", "&&"))
        else:
            self.start.setText("Generate && train" if total else "Make a first leaf")
        many = len(invalid)
        self.rest.setText("Finish the one left out" if many == 1 else f"Finish the {number(many)} left out")
        self.rest.setToolTip(_named(invalid))
        self.rest.setVisible(bool(invalid) and not self._nothing_ready)
        self.start.setAccessibleName(self.start.text().replace("&&", "and"))


def _named(paths: Sequence[str]) -> str:
    more = f" and {number(len(paths) - _NAMED)} more" if len(paths) > _NAMED else ""
    return f"Goes to the next of them: {', '.join(title_of(path) for path in paths[:_NAMED])}{more}"
