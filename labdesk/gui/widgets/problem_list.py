"""Problems of something: message, where it is, and a button that fixes it. Clicking a problem goes there."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from labdesk.gui.icons import icon
from labdesk.gui.roles import Tone
from labdesk.gui.theme import ICON, XS, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_GLYPH: dict[Tone, str] = {"bad": "x-circle-fill", "warn": "warning-circle-fill"}


@dataclasses.dataclass(frozen=True)
class ProblemRow:
    """One problem as it is shown. `fix` is the label of its fix button; "" means no automatic fix."""

    message: str
    where: str = ""
    tone: Tone = "bad"
    fix: str = ""


class ProblemList(QWidget):
    """Rebuilds its few rows when the problems differ. Signals carry the index into what was shown."""

    chosen = Signal(int)
    fix_wanted = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: tuple[ProblemRow, ...] = ()
        self._lines: list[QWidget] = []
        self._column = column(gap=S)
        self.setLayout(self._column)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.hide()

    def show_problems(self, rows: Sequence[ProblemRow]) -> None:
        """Shows these problems; nothing at all when there are none."""
        if tuple(rows) == self.rows:
            return
        self.rows = tuple(rows)
        for old in self._lines:
            self._column.removeWidget(old)
            old.deleteLater()
        self._lines = [self._line(index, problem) for index, problem in enumerate(self.rows)]
        for made in self._lines:
            self._column.addWidget(made)
        self.setVisible(bool(self._lines))

    def _line(self, index: int, problem: ProblemRow) -> QWidget:
        frame = QFrame()
        frame.setProperty("surface", problem.tone)
        sign = QLabel()
        sign.setPixmap(icon(_GLYPH.get(problem.tone, "info"), problem.tone).pixmap(QSize(ICON, ICON)))
        words = column(label(problem.message, wrap=True), gap=XS)
        if problem.where:
            go = button(problem.where, lambda: self.chosen.emit(index), kind="link")
            go.setAccessibleName(f"Go to {problem.where}")
            words.addLayout(row(go, None))
        across = row(column(sign, None), words, gap=S, margin=(M, S, M, S))
        across.setStretch(1, 1)
        if problem.fix:
            fix = button(problem.fix, lambda: self.fix_wanted.emit(index))
            fix.setAccessibleName(f"{problem.fix}: {problem.message}")
            across.addWidget(fix)
        frame.setLayout(across)
        return frame
