"""One sample whole: question, answer, how it was made and what the checks said; editable in place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QWidget

from labdesk.core.samples.sample import Sample
from labdesk.gui.review.entries import Entry
from labdesk.gui.review.provenance import Provenance
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import XL, XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.growing_text import GrowingText
from labdesk.gui.widgets.layout import column, holder, panel, row, scrolling
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.state_dot import StateDot
from labdesk.gui.widgets.text import label

_WIDEST = 680
_PAIRS = ("J next", "K previous", "A accept", "R reject", "E edit", "U undo", "F fix alike", "M many", "/ search")
#: A line may end between two keys, not between a key and what it does.
_KEYS = "   ".join(pair.replace(" ", "\N{NO-BREAK SPACE}") for pair in _PAIRS)
_CHECKS = {
    "FormFilter": "Has a question and an answer of a sensible form",
    "DuplicateFilter": "Says something that no other sample says",
    "GroundingFilter": "Is supported by its source",
    "JudgeFilter": "The teacher finds it right and useful",
    "LikenessFilter": "Is like your examples without repeating them",
    "AnswerRankFilter": "The answer fits the question better than other answers do",
}


class _Text(GrowingText):
    """A text that can be switched between reading and editing. Ctrl+Return and Esc end the editing."""

    done = Signal(bool)

    def __init__(self, name: str) -> None:
        super().__init__(name, most=16)
        self.document().setDocumentMargin(0)
        self.allow(False)

    def allow(self, editing: bool) -> None:
        self.setReadOnly(not editing)
        self.setProperty("surface", "" if editing else "clear")
        self.style().unpolish(self)
        self.style().polish(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self.isReadOnly() and event.key() == Qt.Key.Key_Escape:
            self.done.emit(False)
        elif (
            not self.isReadOnly()
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and event.modifiers() & Qt.KeyboardModifier.ControlModifier
        ):
            self.done.emit(True)
        else:
            super().keyPressEvent(event)


class SampleCard(QFrame):
    """`edited(question, answer)` when the person saves an edit, `editing_ended` always; `wanted(id)`: another."""

    edited = Signal(str, str)
    editing_ended = Signal()
    wanted = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self._entry: Entry | None = None
        self._job: Path | None = None
        self._alike: Sequence[tuple[Sample, float]] = ()
        self._dot = StateDot()
        self._state = label(step="label", tone="muted")
        self._leaf = label(step="small", tone="muted")
        self._made = Provenance()
        self._made.wanted.connect(self.wanted)
        self.question = _Text("Question")
        self.question.setProperty("type", "heading")
        self.answer = _Text("Answer")
        self._checks = column(gap=XS)
        self._checks_panel = panel(label("Checks", "label", "muted"), self._checks, gap=S, margin=M, surface="sunken")
        self._lines: list[QWidget] = []
        save = button("Save (Ctrl+Return)", lambda: self._end(True), kind="primary")
        cancel = button("Cancel (Esc)", lambda: self._end(False), kind="quiet")
        self._editing = holder(row(save, cancel, None))
        self._editing.hide()
        self.question.done.connect(self._end)
        self.answer.done.connect(self._end)
        inside = QWidget()
        inside.setLayout(
            column(
                row(self._dot, self._state, None, self._leaf, gap=S),
                FormRow("Question", self.question),
                FormRow("Answer", self.answer),
                self._editing,
                self._checks_panel,
                self._made,
                None,
                gap=L,
                margin=XL,
            )
        )
        keys = label(_KEYS, "small", "muted", wrap=True)
        keys.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        keys.setContentsMargins(M, S, M, M)
        self.setLayout(column(scrolling(inside, "The sample", widest=_WIDEST), keys, gap=0))

    @property
    def is_editing(self) -> bool:
        return not self.answer.isReadOnly()

    def show_entry(self, entry: Entry, job: Path | None = None, alike: Sequence[tuple[Sample, float]] = ()) -> None:
        """Shows an entry of the generation in the folder `job`, and the samples most like it with their likeness; an
        edit that was going on is dropped."""
        self._job, self._alike = job, alike
        self._entry = entry
        self._allow(False)
        self._dot.show_state(entry.state)
        self._state.setText(entry.state.words)
        self._leaf.setText(title_of(entry.sample.leaf))
        self.question.setPlainText(harmless(entry.question))
        self.answer.setPlainText(harmless(entry.answer))
        self._show_checks(entry.sample)
        self._made.show_sample(entry.sample, job, alike)

    def edit(self) -> None:
        """Lets the person correct the texts."""
        if self._entry is not None:
            self.question.setPlainText(self._entry.question)
            self.answer.setPlainText(self._entry.answer)
            self._allow(True)
            self.answer.setFocus()
            self.answer.selectAll()

    def _show_checks(self, sample: Sample) -> None:
        for old in self._lines:
            self._checks.removeWidget(old)
            old.deleteLater()
        self._lines = [
            label(_check_words(verdict.filter, verdict.passed, verdict.score, verdict.reason), "small", wrap=True)
            for verdict in sample.verdicts
        ]
        for made in self._lines:
            self._checks.addWidget(made)
        self._checks_panel.setVisible(bool(self._lines))

    def _allow(self, editing: bool) -> None:
        self.question.allow(editing)
        self.answer.allow(editing)
        self._editing.setVisible(editing)

    def _end(self, keep: bool) -> None:
        if self._entry is None or not self.is_editing:
            return
        question, answer = self.question.toPlainText().strip(), self.answer.toPlainText().strip()
        changed = (question, answer) != (self._entry.question, self._entry.answer)
        self.show_entry(self._entry, self._job, self._alike)
        if keep and changed and question and answer:
            self.edited.emit(question, answer)
        self.editing_ended.emit()


def _check_words(name: str, passed: bool, score: float | None, reason: str) -> str:
    sign = "✓" if passed else "✗"
    points = f" ({score:.2f})" if score is not None else ""
    return f"{sign} {check_name(name)}{points}{'. ' + harmless(reason) if reason else ''}"


def check_name(name: str) -> str:
    """A filter's name in plain words: "DuplicateFilter" says something new; others lose their capitals."""
    if name in _CHECKS:
        return _CHECKS[name]
    apart = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name.removesuffix("Filter")).replace("_", " ")
    return apart.strip().capitalize()
