"""What something will cost, before it starts: rows of label and value, a verdict, and the button that starts it."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QSizePolicy, QWidget

from labdesk.gui.roles import Tone
from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, panel
from labdesk.gui.widgets.text import label, set_property, set_tone


@dataclasses.dataclass(frozen=True)
class Verdict:
    """Fits, tight, does not fit: tone and words; `advice` names the one change that helps."""

    tone: Tone
    words: str
    advice: str = ""


class PlanCard(QFrame):
    """A card. `started` is emitted by the primary button, whose words say the next missing step."""

    started = Signal()

    def __init__(self, title: str, action: str, glyph: str = "play", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self.setAccessibleName(title)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(XL)
        self._grid.setVerticalSpacing(S)
        self._grid.setColumnStretch(1, 1)
        self._verdict = label(step="heading", wrap=True)
        self._advice = label(step="small", tone="muted", wrap=True)
        self._box = panel(self._verdict, self._advice, gap=2, margin=M, surface="good")
        self._box.hide()
        self.primary = button(action, self.started.emit, kind="primary", glyph=glyph)
        self.note = label(step="small", tone="muted", wrap=True)
        self.note.hide()
        self._rows: tuple[tuple[str, str], ...] = ()
        self.setLayout(column(label(title, "heading"), self._grid, self._box, self.primary, self.note, gap=M, margin=L))

    def show_plan(self, rows: Sequence[tuple[str, str]], verdict: Verdict | None = None) -> None:
        """Shows the figures and what they mean for this machine."""
        if tuple(rows) != self._rows:
            self._rows = tuple(rows)
            self._fill()
        self._box.setVisible(verdict is not None)
        if verdict is not None:
            set_property(self._box, "surface", verdict.tone)
            set_tone(self._verdict, verdict.tone)
            self._verdict.setText(verdict.words)
            self._advice.setText(verdict.advice)
            self._advice.setVisible(bool(verdict.advice))

    def _fill(self) -> None:
        while (item := self._grid.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.deleteLater()
        for index, (name, value) in enumerate(self._rows):
            shown = label(value, wrap=True)
            shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
            shown.setAccessibleName(f"{name}: {value}")
            self._grid.addWidget(label(name, tone="muted"), index, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(shown, index, 1)

    def offer(self, action: str, *, enabled: bool = True, note: str = "") -> None:
        """What the primary button says, and why it may not be pressed."""
        self.primary.setText(action)
        self.primary.setAccessibleName(action)
        self.primary.setEnabled(enabled)
        self.note.setText(note)
        self.note.setVisible(bool(note))
