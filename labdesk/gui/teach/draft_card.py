"""One proposed question with its answer: to accept, to edit before, or to discard."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from labdesk.gui.teach.draft_session import Proposal
from labdesk.gui.theme import M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label


class DraftCard(QFrame):
    """`accepted(Proposal, Proposal as it was edited)`, `discarded(Proposal)`.

    Ctrl+Return accepts and Ctrl+Delete discards from within its fields."""

    accepted = Signal(object, object)
    discarded = Signal(object)

    def __init__(self, proposal: Proposal, number: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "accent")
        self.proposal = proposal
        self.setAccessibleName(f"Draft {number}: {proposal.question}")
        self.question = GrowingText(f"Question of draft {number}")
        self.question.setPlainText(proposal.question)
        self.answer = GrowingText(f"Answer of draft {number}")
        self.answer.setPlainText(proposal.answer)
        self.accept = button("Accept", self._accept, glyph="check")
        self.accept.setToolTip("Put it into the leaf (Ctrl+Return)")
        self.accept.setAccessibleName(f"Accept draft {number}")
        self.discard = button("Discard", self._discard, kind="quiet", glyph="x")
        self.discard.setToolTip("Take it away (Ctrl+Delete)")
        self.discard.setAccessibleName(f"Discard draft {number}")
        self.context = GrowingText(f"Text to work on of draft {number}")
        self.context.setPlainText(proposal.context)
        fields = row(self._field("Question", self.question), self._field("Answer", self.answer), gap=M)
        fields.setStretch(0, 3)
        fields.setStretch(1, 2)
        lines = [self._field("Text to work on", self.context)] if proposal.context else []
        self.setLayout(column(*lines, fields, row(self.accept, self.discard, None, gap=S), gap=S, margin=M))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() == Qt.KeyboardModifier.ControlModifier
        if control and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self._accept()
        elif control and event.key() == Qt.Key.Key_Delete:
            self._discard()
        else:
            super().keyPressEvent(event)

    def _field(self, title: str, edit: GrowingText) -> QWidget:
        made = QWidget()
        made.setLayout(column(label(title, "small", "muted"), edit, None, gap=2))
        return made

    def _accept(self) -> None:
        question, answer = self.question.toPlainText().strip(), self.answer.toPlainText().strip()
        context = self.context.toPlainText().strip()
        if question and answer and (context or not self.proposal.context):
            self.accepted.emit(self.proposal, Proposal(question, answer, context))

    def _discard(self) -> None:
        self.discarded.emit(self.proposal)
