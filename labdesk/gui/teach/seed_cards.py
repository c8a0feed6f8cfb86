"""What every card of the form shares: a heading with its buttons, one line that sums it up, and a body that is made
when it is opened for the first time (a leaf may have hundreds of examples)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QEnterEvent
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from labdesk.core.taxonomy.problem import Level, Problem
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.icons import icon
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.shapes import SEEDS, Seed
from labdesk.gui.theme import XS, M, S
from labdesk.gui.widgets.button import tool_button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.problem_list import ProblemList, ProblemRow
from labdesk.gui.widgets.text import ElidedLabel, label, set_tone
from labdesk.gui.words import counted

Wish = Literal["up", "down", "copy", "remove"]
_SUMMARY = 300


def fill(editor: LeafEditor, made: FormRow, text: str) -> None:
    """Shows in a row's field what the file says, or what is typed there."""
    assert isinstance(made.field, TextField)
    made.field.fill(text, editor.typed.get(made.field.path))


class SeedCard(QFrame):
    """`wished(index, Wish)`; `opened(card)` when the body was made; `line_wanted(line)` asks for the YAML tab.

    `rows` are the fields by their path, as far as they are made.
    """

    wished = Signal(int, str)
    opened = Signal(object)
    line_wanted = Signal(int, int)
    word = "Example"

    def __init__(self, editor: LeafEditor, index: int) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.editor = editor
        self.index = index
        self.rows: dict[YamlPath, FormRow] = {}
        self.seed: Seed | None = None
        self.is_open = False
        self._problems: list[Problem] = []
        self._list: ProblemList | None = None
        self.name = f"{self.word} {index + 1}"
        self.setAccessibleName(self.name)
        self._fold = tool_button("caret-right", f"Open {self.name}", self.toggle)
        self._summary = ElidedLabel(step="small", tone="muted")
        self._count: QLabel | None = None
        self._head = row(self._fold, label(self.name, "heading"), self._summary, gap=S)
        self._head.setStretch(2, 1)
        self._last = False
        self._buttons: dict[str, QWidget] = {}
        self._place = row(gap=0)
        self.body: QVBoxLayout = column(gap=M, margin=(S, 0, XS, S))
        self._body: QWidget | None = None
        self._rows = column(row(self._head, self._place, gap=S), gap=S, margin=(S, S, M, S))
        self.setLayout(self._rows)
        self._fold.installEventFilter(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._make_buttons()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusIn:
            self._make_buttons()
        return super().eventFilter(watched, event)

    def set_last(self, last: bool) -> None:
        """Whether no card follows."""
        self._last = last
        if self._buttons:
            self._buttons["down"].setEnabled(not last)

    def toggle(self) -> None:
        """Opens or closes the card."""
        self.set_open(not self.is_open)

    def set_open(self, wanted: bool) -> None:
        """Opens the card (its body is made now if it never was) or closes it to one line."""
        if wanted == self.is_open:
            return
        self.is_open = wanted
        if self._body is None:
            self._body = holder(self.body)
            self._rows.addWidget(self._body)
            self.build()
            self._fill_body()
            self.opened.emit(self)
        self._make_buttons()
        self._body.setVisible(wanted)
        self._fold.setIcon(icon("caret-down" if wanted else "caret-right"))
        words = f"{'Close' if wanted else 'Open'} {self.name}"
        self._fold.setAccessibleName(words)
        self._fold.setToolTip(words)
        self._sum_up()

    def show_seed(self, seed: Seed) -> None:
        """Shows the example as the file has it."""
        self.seed = seed
        self._sum_up()
        if self._body is not None:
            self._fill_body()

    def show_problems(self, problems: Sequence[Problem]) -> None:
        """Those that belong to the example as a whole, or to a field that is not made."""
        self._problems = list(problems)
        self._sum_up()
        if self._body is None or (self._list is None and not problems):
            return
        if self._list is None:
            self._list = ProblemList()
            self._list.fix_wanted.connect(lambda number: self.editor.fix(self._problems[number]))
            self._list.chosen.connect(
                lambda number: self.line_wanted.emit(self._problems[number].line, self._problems[number].column)
            )
            self.body.insertWidget(0, self._list)
        self._list.show_problems(
            [ProblemRow(one.message, f"Line {one.line}", "bad" if one.level == "error" else "warn",
                        one.fix.title if one.fix else "") for one in problems]
        )  # fmt: skip

    def first_field(self) -> QWidget:
        """Where typing begins."""
        return next(iter(self.rows.values())).field if self.rows else self._fold

    def add_note(self, note: QWidget) -> None:
        """Puts something of another kind at the end of the body (drafts of questions, for instance)."""
        self.body.addWidget(note)

    def summary(self) -> str:
        """The example in one line."""
        raise NotImplementedError

    def build(self) -> None:
        """Makes the fields."""
        raise NotImplementedError

    def fill_body(self) -> None:
        """Shows `seed` in the fields."""
        raise NotImplementedError

    def field(
        self,
        path: YamlPath,
        title: str,
        help_text: str,
        example: str,
        *,
        least: int = 1,
        blank: str = "",
        beside: bool = True,
    ) -> FormRow:
        """A text field for one part of the leaf; without `beside` its help is only in the tooltip."""
        edit = TextField(path, title, least=least, blank=blank)
        edit.typed.connect(self.editor.type)
        edit.left.connect(self.editor.commit)
        edit.entered.connect(self.editor.enter)
        made = FormRow(title, edit, help_text, example=example, dense=True)
        made.help.setVisible(beside)
        edit.setAccessibleName(f"{title}, {self.name.lower()}")
        self.rows[path] = made
        return made

    @property
    def path(self) -> YamlPath:
        """Where the example stands in the file."""
        return (SEEDS, self.index)

    def _fill_body(self) -> None:
        if self.seed is not None:
            self.fill_body()

    def _sum_up(self) -> None:
        closed = not self.is_open
        self._summary.setText(" ".join(self.summary()[:_SUMMARY].split()) if closed and self.seed is not None else "")
        if self._count is None and self._problems:
            self._count = label(step="small", tone="bad")
            self._head.addWidget(self._count)
        if self._count is not None:
            errors = sum(one.level is Level.ERROR for one in self._problems)
            remarks = counted(len(self._problems), "remark")
            self._count.setText(counted(errors, "problem") if errors else remarks)
            set_tone(self._count, "bad" if errors else "warn")
            self._count.setVisible(closed and bool(self._problems))

    def _make_buttons(self) -> None:
        """When somebody comes near: a closed card of hundreds does without."""
        if self._buttons:
            return
        for wish in ("up", "down", "copy", "remove"):
            self._buttons[wish] = made = self._button(wish)
            self._place.addWidget(made)
        self._buttons["up"].setEnabled(self.index > 0)
        self._buttons["down"].setEnabled(not self._last)

    def _button(self, wish: str) -> QWidget:
        glyph, words = {
            "up": ("arrow-up", f"Move {self.name} up (Alt+Up)"),
            "down": ("arrow-down", f"Move {self.name} down (Alt+Down)"),
            "copy": ("copy", f"Duplicate {self.name}"),
            "remove": ("trash", f"Remove {self.name}"),
        }[wish]
        return tool_button(glyph, words, lambda: self.wished.emit(self.index, wish))
