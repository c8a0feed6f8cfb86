"""The phases of teaching in order: Prepare > Knowledge > Skills > Merge > Exam, each with its state."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from labdesk.gui.icons import icon
from labdesk.gui.theme import ICON, M, S
from labdesk.gui.widgets.layout import panel, row
from labdesk.gui.widgets.state_dot import State, StateDot
from labdesk.gui.widgets.text import label, set_property, set_tone

_NOT_STARTED = State("empty", "not started")
PHASES = ("Prepare", "Knowledge", "Skills", "Merge", "Exam")


@dataclasses.dataclass(frozen=True)
class Phase:
    """One phase: its title, its state, and a few words below the title ("step 40 of 60")."""

    title: str
    state: State = _NOT_STARTED
    detail: str = ""


class PhaseStrip(QWidget):
    """Fixed number of phases, updated in place."""

    def __init__(self, titles: Sequence[str] = PHASES, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cells = [_Cell(title) for title in titles]
        strip = row(gap=S)
        for index, cell in enumerate(self._cells):
            if index:
                strip.addWidget(_arrow())
            strip.addWidget(cell, 1)
        self.setLayout(strip)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)

    def show_phases(self, phases: Sequence[Phase]) -> None:
        """Shows one phase per cell, in order. Raises ValueError when their number differs."""
        for cell, phase in zip(self._cells, phases, strict=True):
            cell.show_phase(phase)


def _arrow() -> QLabel:
    made = QLabel()
    made.setPixmap(icon("caret-right", "outline").pixmap(QSize(ICON, ICON)))
    return made


class _Cell(QWidget):
    def __init__(self, title: str) -> None:
        super().__init__()
        self._dot = StateDot()
        self._title = label(title, "heading")
        self._detail = label(step="small", tone="muted")
        self._panel = panel(row(self._dot, self._title, None), self._detail, gap=2, margin=M, surface="card")
        outer = row(self._panel)
        self.setLayout(outer)
        self.show_phase(Phase(title))

    def show_phase(self, phase: Phase) -> None:
        self._dot.show_state(phase.state)
        self._title.setText(phase.title)
        self._detail.setText(phase.detail or phase.state.words)
        running = phase.state.kind == "running"
        set_property(self._panel, "surface", "accent" if running else "card")
        set_tone(self._title, "muted" if phase.state.kind == "empty" else "normal")
        self.setAccessibleName(f"{phase.title}: {phase.state.words}. {phase.detail}")
