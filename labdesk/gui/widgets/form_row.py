"""One field of a form: label, field, one plain help sentence, and its problem when it has one."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QLabel, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from labdesk.gui.theme import XS, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import ElidedLabel, label, set_property, set_tone


class FormRow(QWidget):
    """Gives the field its accessible name and description, and shows a problem beside it.

    The help stands below the field, or with `dense` behind the label on its line (below it where there is no room);
    `example` is shown in the field while it is empty.
    """

    def __init__(
        self,
        title: str,
        field: QWidget,
        help_text: str = "",
        parent: QWidget | None = None,
        *,
        example: str = "",
        dense: bool = False,
    ) -> None:
        super().__init__(parent)
        self.field = field
        self.caption = caption = label(title, "label")
        caption.setBuddy(field)
        self.run_fix: Callable[[], object] | None = None
        self._words: QBoxLayout | None = None
        self._notes: list[QWidget] = []
        self._trouble: QWidget | None = None
        self._problem: QLabel | None = None
        self._fix: QPushButton | None = None
        field.setAccessibleName(title)
        self._explain(help_text, example)
        if dense:
            self.help: QLabel = ElidedLabel(help_text, "small", "muted")
            self._words = row(caption, self.help, gap=S)
            self._words.setStretch(1, 1)
            self._line = row(self._words, gap=S)
            self._line.setStretch(0, 1)
            self._column: QVBoxLayout = column(self._line, field, gap=XS)
        else:
            self.help = label(help_text, "small", "muted", wrap=True)
            self._line = row(caption, gap=S)
            self._column = column(self._line, field, self.help, gap=XS)
        self.help.setVisible(bool(help_text))
        self.setLayout(self._column)

    def rename(self, title: str) -> None:
        """Another title, for a field whose meaning depends on an answer before it."""
        self.caption.setText(title)
        self.field.setAccessibleName(title)

    @property
    def problem(self) -> QLabel:
        """The label that says the problem."""
        self._make_trouble()
        assert self._problem is not None
        return self._problem

    @property
    def fix(self) -> QPushButton:
        """The button that fixes the problem."""
        self._make_trouble()
        assert self._fix is not None
        return self._fix

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_help()

    def _place_help(self) -> None:
        """Behind the label if there is room for all of it, else below."""
        if self._words is None or self.help.isHidden():
            return
        notes = sum(note.sizeHint().width() + S for note in self._notes)
        wanted = self.caption.sizeHint().width() + S + self.help.sizeHint().width() + notes
        along, below = QBoxLayout.Direction.LeftToRight, QBoxLayout.Direction.TopToBottom
        direction = along if wanted <= self.width() else below
        if self._words.direction() != direction:
            self._words.setDirection(direction)
            self._words.setSpacing(S if direction == along else 0)

    def add_note(self, note: QWidget) -> None:
        """Puts something small at the end of the label's line: a count, a meter."""
        self._line.addWidget(note)
        self._notes.append(note)

    def show_problem(self, message: str, fix: str = "", *, remark: bool = False) -> None:
        """Marks the field and says why; "" clears it. `fix` is the label of the fix button, "" hides it. A `remark` is
        said in a milder tone, and the field is not marked."""
        if not message and self._trouble is None:
            return
        set_property(self.field, "problem", "true" if message and not remark else "false")
        set_tone(self.problem, "warn" if remark else "bad")
        self.problem.setText(message)
        self.fix.setText(fix)
        self.fix.setAccessibleName(f"{fix}: {message}")
        self.fix.setVisible(bool(fix))
        assert self._trouble is not None
        self._trouble.setVisible(bool(message))

    def _explain(self, help_text: str, example: str) -> None:
        for_example = f"For example: {example}" if example else ""
        words = " ".join(part for part in (help_text, for_example) if part)
        self.field.setAccessibleDescription(words)
        if example:
            self.field.setToolTip(words)
            if isinstance(self.field, QLineEdit | QPlainTextEdit):
                self.field.setPlaceholderText(f"e.g. {example}")

    def _make_trouble(self) -> None:
        """Most fields never have a problem; a leaf may have a thousand fields."""
        if self._trouble is not None:
            return
        self._problem = label(step="small", tone="bad", wrap=True)
        self._fix = button("Fix", self._run_fix, kind="link")
        across = row(self._problem, self._fix, gap=XS)
        across.setStretch(0, 1)
        self._trouble = QWidget()
        self._trouble.setLayout(across)
        self._trouble.hide()
        self._column.insertWidget(2, self._trouble)

    def _run_fix(self) -> None:
        if self.run_fix is not None:
            self.run_fix()
