"""Cards for the seed examples: one question and answer (skills), or a passage with several pairs (knowledge)."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from labdesk.core.taxonomy.leaf import SeedContext, SeedExample, SeedPair
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

SEEDS = "seed_examples"
PAIRS = "questions_and_answers"
EMPTY_PAIR = {"question": "", "answer": ""}


class SeedCard(QFrame):
    """What both kinds share: a heading with buttons, and fields that edit the leaf. `rows` by their path."""

    word = "Example"

    def __init__(self, editor: LeafEditor, index: int) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self.editor = editor
        self.index = index
        self.rows: dict[YamlPath, FormRow] = {}
        self.last = False
        name = f"{self.word} {index + 1}"
        self.setAccessibleName(name)
        self._up = tool_button("arrow-up", f"Move {name} up", lambda: self._move(-1))
        self._down = tool_button("arrow-down", f"Move {name} down", lambda: self._move(1))
        self._copy = tool_button("copy", f"Duplicate {name}", self._duplicate)
        self._remove = tool_button("trash", f"Remove {name}", lambda: editor.remove((SEEDS, index)))
        self._up.setEnabled(index > 0)
        self.heading = label(name, "heading")
        head = row(self.heading, None, self._up, self._down, self._copy, self._remove, gap=0)
        self.body: QVBoxLayout = column(head, gap=M, margin=(L, M, M, L))
        self.setLayout(self.body)

    def set_last(self, last: bool) -> None:
        """Whether no card follows."""
        self.last = last
        self._down.setEnabled(not last)

    def field(self, path: YamlPath, title: str, *, least: int = 1, never_empty: bool = False) -> FormRow:
        """A text field for one part of the leaf. `never_empty` writes a blank for nothing (a skill stays grounded)."""
        edit = TextField(path, title, least=least)
        edit.edited.connect(lambda where, text: self.editor.set(where, text or " " * never_empty))
        made = FormRow(title, edit)
        edit.setAccessibleName(f"{title}, {self.word.lower()} {self.index + 1}")
        self.rows[path] = made
        return made

    def show_seed(self, seed: SeedExample | SeedContext) -> None:
        """Shows the example as the file has it."""
        raise NotImplementedError

    def value(self) -> object:
        """The example as data, for duplicating."""
        raise NotImplementedError

    def first_field(self) -> QWidget:
        """Where typing begins."""
        return next(iter(self.rows.values())).field

    def _move(self, step: int) -> None:
        self.editor.move((SEEDS,), self.index, self.index + step)

    def _duplicate(self) -> None:
        self.editor.insert((SEEDS,), self.index + 1, self.value())


def fill(made: FormRow, text: str) -> None:
    """Shows a text in a row's field."""
    assert isinstance(made.field, TextField)
    made.field.fill(text)


class ExampleCard(SeedCard):
    """A skill's example; with a text to work on when the skill is grounded."""

    def __init__(self, editor: LeafEditor, index: int, *, grounded: bool) -> None:
        super().__init__(editor, index)
        self.grounded = grounded
        base: YamlPath = (SEEDS, index)
        self._seed = SeedExample("", "", "", 0)
        if grounded:
            self._context = self.field((*base, "context"), "Text to work on", least=2, never_empty=True)
            self.body.addWidget(self._context)
        self._question = self.field((*base, "question"), "Question or task", least=1)
        self._answer = self.field((*base, "answer"), "Ideal answer", least=2)
        self.body.addWidget(self._question)
        self.body.addWidget(self._answer)

    def show_seed(self, seed: SeedExample | SeedContext) -> None:
        """Shows an example."""
        assert isinstance(seed, SeedExample)
        self._seed = seed
        if self.grounded:
            fill(self._context, seed.context)
        fill(self._question, seed.question)
        fill(self._answer, seed.answer)

    def value(self) -> object:
        context = {"context": self._seed.context} if self.grounded else {}
        return {**context, "question": self._seed.question, "answer": self._seed.answer}


class ContextCard(SeedCard):
    """A passage of the source document with its question-answer pairs. `on_focus` hears which passage is worked on."""

    word = "Passage"

    def __init__(self, editor: LeafEditor, index: int, on_show: Callable[[int], None]) -> None:
        super().__init__(editor, index)
        self._seed = SeedContext("", (), 0)
        self._pairs: list[tuple[QWidget, FormRow, FormRow]] = []
        find = button("Show in document", lambda: on_show(index), kind="link", glyph="magnifying-glass")
        self._context = self.field((SEEDS, index, "context"), "Passage, as it stands in the document", least=3)
        self._list = column(gap=S)
        add = button("Add a question", self._add, kind="link", glyph="plus")
        self.body.addWidget(self._context)
        self.body.addLayout(self._list)
        self.body.addLayout(row(add, None, find))

    def show_seed(self, seed: SeedExample | SeedContext) -> None:
        """Shows a passage and its pairs."""
        assert isinstance(seed, SeedContext)
        self._seed = seed
        fill(self._context, seed.context)
        while len(self._pairs) > len(seed.pairs):
            self._drop_pair()
        while len(self._pairs) < len(seed.pairs):
            self._make_pair(len(self._pairs))
        for (_widget, question, answer), pair in zip(self._pairs, seed.pairs, strict=True):
            self._show_pair(question, answer, pair)

    def value(self) -> object:
        pairs = [{"question": pair.question, "answer": pair.answer} for pair in self._seed.pairs]
        return {"context": self._seed.context, PAIRS: pairs}

    def _show_pair(self, question: FormRow, answer: FormRow, pair: SeedPair) -> None:
        fill(question, pair.question)
        fill(answer, pair.answer)

    def _make_pair(self, number: int) -> None:
        path: YamlPath = (SEEDS, self.index, PAIRS, number)
        question = self.field((*path, "question"), f"Question {number + 1}")
        answer = self.field((*path, "answer"), "Answer")
        answer.field.setAccessibleName(f"Answer {number + 1}, passage {self.index + 1}")
        drop = tool_button(
            "x", f"Remove question {number + 1} of passage {self.index + 1}", lambda: self.editor.remove(path)
        )
        across = row(column(question, None), column(answer, None), column(XS + L, drop, None, gap=0), gap=M)
        across.setStretch(0, 3)
        across.setStretch(1, 2)
        widget = QWidget()
        widget.setLayout(across)
        self._pairs.append((widget, question, answer))
        self._list.addWidget(widget)

    def _drop_pair(self) -> None:
        number = len(self._pairs) - 1
        widget, _question, _answer = self._pairs.pop()
        for key in ("question", "answer"):
            del self.rows[(SEEDS, self.index, PAIRS, number, key)]
        self._list.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _add(self) -> None:
        self.editor.insert((SEEDS, self.index, PAIRS), len(self._pairs), EMPTY_PAIR)
        if self._pairs:
            self._pairs[-1][1].field.setFocus()
