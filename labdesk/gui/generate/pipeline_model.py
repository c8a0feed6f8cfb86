"""The steps of a pipeline as a diagram: one row for each block, joined by a line, with how many samples it handles."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, QRect, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QStyleOptionViewItem

from labdesk.gui.theme import M, S, roles_for
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine, TwoLineDelegate
from labdesk.gui.words import counted, number

Index = QModelIndex | QPersistentModelIndex
_SIGN = 16
_GAP = 3


class Step(msgspec.Struct, frozen=True):
    """One block, as `labdesk pipelines show` tells of it."""

    name: str
    type: str
    about: str
    makes: bool
    writes: bool
    rows: int
    options: dict[str, Any]
    prompts: dict[str, str]
    came: int = 0
    passed: int = 0


class ShownPipeline(msgspec.Struct, frozen=True):
    """One pipeline, as `labdesk pipelines show` tells of it."""

    name: str
    title: str
    edited: bool
    text: str
    leaves: int
    blocks: tuple[Step, ...]

    @property
    def kind(self) -> str:
        """What it is for, in words."""
        return {"knowledge": "Knowledge", "freeform": "Skills", "grounded": "Skills with a text"}.get(
            self.name.partition("-")[0], self.name
        )


class StepModel(QAbstractListModel):
    """The blocks in the order in which they run."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._steps: tuple[Step, ...] = ()
        self._lines: tuple[TwoLine, ...] = ()

    def show(self, steps: tuple[Step, ...]) -> None:
        """Another pipeline, or the same one changed. (Ten rows: a reset costs nothing and the view selects again.)"""
        self.beginResetModel()
        self._steps, self._lines = steps, tuple(lines(steps))
        self.endResetModel()

    def step(self, index: Index) -> Step | None:
        """The block at an index."""
        return self._steps[index.row()] if index.isValid() and index.row() < len(self._steps) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._steps)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return line.detail
        return line if role == TWO_LINE else None


def lines(steps: tuple[Step, ...]) -> list[TwoLine]:
    """Each step with its sign and count: what it will make, or the most that reach it to be checked; after a run, what
    came out of what came to it."""
    found: list[TwoLine] = []
    so_far = 0
    for step in steps:
        so_far += step.rows
        if step.makes:
            glyph, role = ("sparkle", "accent_text") if step.writes else ("list-plus", "muted")
            aside = counted(step.rows, "sample") if step.rows else ""
            if step.came:
                aside = f"{number(step.passed)} of {number(step.came)} written"
        else:
            glyph, role = "funnel", "muted"
            aside = f"checks up to {number(so_far)}" if so_far else ""
            if step.came:
                aside = f"{number(step.passed)} of {number(step.came)} passed"
        found.append(TwoLine(harmless(step.name.capitalize()), harmless(step.about), glyph, role, aside))
    return found


class StepDelegate(TwoLineDelegate):
    """Rows joined by a line through their signs."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, option, index)
        rect: QRect = option.rect
        middle = rect.left() + M + _SIGN // 2
        top = rect.top() + S + 1
        painter.setPen(QColor(roles_for(option.palette).outline))
        if index.row() > 0:
            painter.drawLine(middle, rect.top(), middle, top - _GAP)
        if index.row() + 1 < index.model().rowCount():
            painter.drawLine(middle, top + _SIGN + _GAP, middle, rect.bottom())
