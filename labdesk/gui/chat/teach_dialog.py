"""“Teach this”: the question, the right answer, and the leaf that learns it, the best guess first."""

from __future__ import annotations

import dataclasses

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QWidget

from labdesk.core.taxonomy.names import safe_name
from labdesk.gui.chat.leaf_choices import NEW, LeafChoices
from labdesk.gui.chat.leaf_index import LeafIndex
from labdesk.gui.icons import icon
from labdesk.gui.theme import L, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view

#: Where a new leaf made from a chat goes: the person may move it in Teach.
NEW_BRANCH = "compositional_skills/from_chats"
_SIZE = (760, 560)
_TYPING_MS = 250


@dataclasses.dataclass(frozen=True)
class Correction:
    """What the person wants to be learned. `leaf` is a path; `new` when it is to be made."""

    question: str
    answer: str
    leaf: str
    new: bool
    reteach: bool


class TeachDialog(QDialog):
    """`decided(Correction)` when the person keeps it; closing it changes nothing."""

    decided = Signal(object)

    def __init__(self, index: LeafIndex, question: str, answer: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Teach this")
        self.resize(*_SIZE)
        self._index = index
        self.choices = LeafChoices(self)
        self.question = GrowingText("Question", least=2, most=6)
        self.question.setPlainText(question)
        self.answer = GrowingText("The right answer", least=5, most=14)
        self.answer.setPlainText(answer)
        self.asked = FormRow("Question", self.question, "As somebody would ask it. Make it understandable by itself.")
        self.right = FormRow("The right answer", self.answer, "Change what the model said into what it should say.")
        self.search = QLineEdit()
        self.search.setAccessibleName("Search the leaves")
        self.search.setPlaceholderText("Search the leaves")
        self.search.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = list_view("Leaf that learns it", self.choices, TwoLineDelegate())
        self.name = QLineEdit()
        self.name_row = FormRow("Name of the new leaf", self.name, "For example: Tide tables.")
        self.problem = label(step="small", tone="bad", wrap=True)
        self.keep = button("Keep as an example", lambda: self._decide(reteach=False))
        self.keep.setToolTip("It is taught with the next training of its leaf")
        self.reteach = button(
            "Keep and reteach", lambda: self._decide(reteach=True), kind="primary", glyph="graduation-cap"
        )
        self.reteach.setToolTip("Keeps it and trains the model on this leaf at once (Ctrl+Enter)")
        self._lay_out()
        self._typing = QTimer(self)
        self._typing.setSingleShot(True)
        self._typing.setInterval(_TYPING_MS)
        self._typing.timeout.connect(self.guess)
        for field in (self.question, self.answer):
            field.textChanged.connect(self._typing.start)
            field.textChanged.connect(self._refresh)
        self.search.textChanged.connect(lambda *_: self._typing.start())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._refresh())
        self.name.textChanged.connect(lambda *_: self._refresh())
        index.complete.connect(self.guess)
        self.search.installEventFilter(self)
        self.guess()
        self.answer.setFocus()
        self.answer.selectAll()

    def _lay_out(self) -> None:
        left = column(self.asked, self.right, None, gap=L)
        caption = label("Leaf that learns it", "label")
        caption.setBuddy(self.list)
        right = column(caption, self.search, self.list, self.name_row, gap=S)
        right.setStretch(2, 1)
        self.list.setProperty("surface", "window")
        across = row(holder(left), holder(right), gap=L)
        across.setStretch(0, 1)
        across.setStretch(1, 1)
        cancel = button("Cancel", self.reject)
        below = row(self.problem, cancel, self.keep, self.reteach, gap=S)
        below.setStretch(0, 1)
        whole = column(across, below, gap=L, margin=L)
        whole.setStretch(0, 1)
        self.setLayout(whole)
        self.reteach.setDefault(True)

    def choose(self, leaf: str) -> None:
        """Selects a leaf of the list, or NEW."""
        self.list.setCurrentIndex(self.choices.index(self.choices.row_of(leaf), 0))

    @property
    def leaf(self) -> str:
        """The chosen leaf; NEW for a new one; "" for none."""
        return self.choices.leaf(self.list.currentIndex().row())

    def guess(self) -> None:
        """Puts the leaves that are most like the text on top; what was chosen stays chosen."""
        chosen = self.leaf
        text = f"{self.question.toPlainText()} {self.answer.toPlainText()}"
        self.choices.show_ranked(self._index.rank(text, 6), self._index.leaves, self.search.text())
        row = self.choices.row_of(chosen) if chosen else -1
        self.list.setCurrentIndex(self.choices.index(max(0, row), 0))
        self._refresh()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self.reteach.isEnabled():
                self._decide(reteach=True)
            return
        super().keyPressEvent(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The arrows go through the list while the person types in the search."""
        if watched is self.search and isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(Qt.Key(event.key()), 0)
            if step:
                at = max(0, min(self.choices.rowCount() - 1, self.list.currentIndex().row() + step))
                self.list.setCurrentIndex(self.choices.index(at, 0))
                return True
        return super().eventFilter(watched, event)

    def _refresh(self) -> None:
        new = self.leaf == NEW
        self.name_row.setVisible(new)
        lacking = ""
        if not self.question.toPlainText().strip() or not self.answer.toPlainText().strip():
            lacking = "A question and an answer are needed."
        elif not self.leaf:
            lacking = "Choose the leaf that learns it."
        elif new and not self.name.text().strip():
            lacking = "Give the new leaf a name."
        self.problem.setText(lacking)
        self.keep.setEnabled(not lacking)
        self.reteach.setEnabled(not lacking and not new)

    def _decide(self, *, reteach: bool) -> None:
        new = self.leaf == NEW
        leaf = f"{NEW_BRANCH}/{safe_name(self.name.text())}" if new else self.leaf
        question, answer = self.question.toPlainText().strip(), self.answer.toPlainText().strip()
        self.decided.emit(Correction(question, answer, leaf, new, reteach))

    def show_problem(self, words: str) -> None:
        """It could not be kept: the dialog stays, with what was typed."""
        self.problem.setText(words)
