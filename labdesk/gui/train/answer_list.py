"""The exam's questions of one branch as a list, each with whether it was right before and after."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.core.exam.report import AnswerPair
from labdesk.gui.roles import Tone
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

Index = QModelIndex | QPersistentModelIndex
RIGHT = 0.5
_SHOWN = 200


class AnswerList(QAbstractListModel):
    """Shows the answers it is given."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._pairs: list[AnswerPair] = []
        self._lines: list[TwoLine] = []

    def show_pairs(self, pairs: Sequence[AnswerPair]) -> None:
        """Another leaf was chosen: another list."""
        self.beginResetModel()
        self._pairs = list(pairs)
        self._lines = [line_of(pair) for pair in pairs]
        self.endResetModel()

    def pair(self, index: Index) -> AnswerPair | None:
        """The answers at an index."""
        return self._pairs[index.row()] if index.isValid() and index.row() < len(self._pairs) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._pairs)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or index.row() >= len(self._lines):
            return None
        line = self._lines[index.row()]
        if role == TWO_LINE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.spoken
        return None


def line_of(pair: AnswerPair) -> TwoLine:
    """The row of one question: the words say what the sign shows."""
    before, after = pair.before_score >= RIGHT, pair.after_score >= RIGHT
    words, tone, glyph, role = _verdict(before, after)
    question = " ".join(harmless(pair.question, _SHOWN).split())
    answer = " ".join(harmless(pair.after, _SHOWN).split())
    return TwoLine(question, answer or "(no answer)", glyph, role, words, tone)


def _verdict(before: bool, after: bool) -> tuple[str, Tone, str, str]:
    if after:
        return (
            ("still right", "muted", "check-circle", "good")
            if before
            else ("learned", "good", "check-circle-fill", "good")
        )
    return ("forgotten", "bad", "x-circle-fill", "bad") if before else ("still wrong", "warn", "x-circle", "outline")
