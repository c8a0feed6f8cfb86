"""The three kinds of card: a skill's example, a passage with its questions, and an entry that is neither."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from labdesk.core.taxonomy.leaf import SeedContext, SeedExample
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.seed_cards import SeedCard, fill
from labdesk.gui.teach.shapes import EMPTY_PAIR, PAIRS, OddSeed, Seed
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.text import label

_PAIRS_HELP = "Three or more questions that this passage answers, each with its answer as short as it can be."
_QUESTION_HELP = "A question that the passage answers."
_ANSWER_HELP = "The answer, as the passage has it."


class ExampleCard(SeedCard):
    """A skill's example; with a text to work on when the skill is grounded."""

    def __init__(self, editor: LeafEditor, index: int, *, grounded: bool) -> None:
        super().__init__(editor, index)
        self.grounded = grounded

    def build(self) -> None:
        """Question and answer, below the text that they are about."""
        if self.grounded:
            self._context = self.field(
                (*self.path, "context"),
                "Text to work on",
                "What the model is handed together with the question.",
                "a letter, a table, a paragraph to sum up",
                least=2,
                blank=" ",
            )
            self.body.addWidget(self._context)
        self._question = self.field(
            (*self.path, "question"),
            "Question or task",
            "As a person would put it.",
            "Write a thank-you note to the lighthouse keeper.",
        )
        self._answer = self.field(
            (*self.path, "answer"),
            "Ideal answer",
            "Word for word what the model should say.",
            "Dear keeper, thank you for the tour …",
            least=2,
        )
        self.body.addWidget(self._question)
        self.body.addWidget(self._answer)

    def fill_body(self) -> None:
        """Shows the example."""
        seed = _example(self.seed)
        if self.grounded:
            fill(self.editor, self._context, seed.context)
        fill(self.editor, self._question, seed.question)
        fill(self.editor, self._answer, seed.answer)

    def summary(self) -> str:
        """Its question."""
        return _example(self.seed).question or _example(self.seed).context


class ContextCard(SeedCard):
    """A passage of the source document with its question-answer pairs. `on_show` asks for its place in the document."""

    word = "Passage"

    def __init__(self, editor: LeafEditor, index: int, on_show: Callable[[int], None]) -> None:
        super().__init__(editor, index)
        self._on_show = on_show
        self._pairs: list[tuple[QWidget, FormRow, FormRow]] = []

    def build(self) -> None:
        """The passage, its pairs, and what can be done with them."""
        self._context = self.field(
            (*self.path, "context"),
            "Passage",
            "Copied from the document, up to 500 words.",
            "The tower of Marrowby was built in 1874 of grey granite …",
            least=3,
        )
        find = button("Show in document", lambda: self._on_show(self.index), kind="link", glyph="magnifying-glass")
        self._column = column(label(_PAIRS_HELP, "small", "muted", wrap=True), gap=S)
        add = button("Add a question", self._add, kind="link", glyph="plus")
        self.body.addWidget(self._context)
        self.body.addLayout(self._column)
        self.body.addLayout(row(add, None, find))

    def fill_body(self) -> None:
        """Shows the passage and its pairs."""
        seed = _passage(self.seed)
        fill(self.editor, self._context, seed.context)
        while len(self._pairs) > len(seed.pairs):
            self._drop_pair()
        while len(self._pairs) < len(seed.pairs):
            self._make_pair(len(self._pairs))
        for (_widget, question, answer), pair in zip(self._pairs, seed.pairs, strict=True):
            fill(self.editor, question, pair.question)
            fill(self.editor, answer, pair.answer)

    def summary(self) -> str:
        """How the passage begins."""
        seed = _passage(self.seed)
        return seed.context.strip() or " · ".join(pair.question for pair in seed.pairs)

    def _make_pair(self, number: int) -> None:
        path: YamlPath = (*self.path, PAIRS, number)
        question = self.field(
            (*path, "question"), f"Question {number + 1}", _QUESTION_HELP, "When was it built?", beside=False
        )
        answer = self.field((*path, "answer"), f"Answer {number + 1}", _ANSWER_HELP, "In 1874.", beside=False)
        drop = tool_button(
            "x", f"Remove question {number + 1} of passage {self.index + 1}", lambda: self.editor.remove(path)
        )
        across = row(column(question, None), column(answer, None), column(L, drop, None, gap=0), gap=M)
        across.setStretch(0, 1)
        across.setStretch(1, 1)
        widget = holder(across)
        self._pairs.append((widget, question, answer))
        self._column.addWidget(widget)

    def _drop_pair(self) -> None:
        number = len(self._pairs) - 1
        widget, _question, _answer = self._pairs.pop()
        for key in ("question", "answer"):
            del self.rows[(*self.path, PAIRS, number, key)]
        self._column.removeWidget(widget)
        widget.hide()
        widget.deleteLater()

    def _add(self) -> None:
        self.editor.insert((*self.path, PAIRS), len(self._pairs), EMPTY_PAIR)
        if self._pairs:
            self._pairs[-1][1].field.setFocus()


class OddCard(SeedCard):
    """An entry of the list that is no example. It is shown as it stands; it can be taken out, or mended as text."""

    word = "Entry"

    def build(self) -> None:
        """What it says, and the way to the YAML tab."""
        words = "This entry is not written as an example. Mend it in the YAML tab, or remove it."
        self._text = label(step="mono", wrap=True)
        go = button("Show in the YAML tab", self._go, kind="link", glyph="code")
        self.body.addWidget(label(words, tone="warn", wrap=True))
        self.body.addWidget(self._text)
        self.body.addLayout(row(go, None))

    def fill_body(self) -> None:
        """Shows its text."""
        self._text.setText(_odd(self.seed).text)

    def summary(self) -> str:
        """How it begins."""
        return f"Not written as an example: {_odd(self.seed).text}"

    def _go(self) -> None:
        self.line_wanted.emit(_odd(self.seed).line, 1)


def fits(card: SeedCard, seed: Seed, *, grounded: bool) -> bool:
    """Whether a card that is there can show a seed."""
    match seed:
        case SeedContext():
            return isinstance(card, ContextCard)
        case SeedExample():
            return isinstance(card, ExampleCard) and card.grounded == (grounded or bool(seed.context))
        case OddSeed():
            return isinstance(card, OddCard)


def _example(seed: Seed | None) -> SeedExample:
    assert isinstance(seed, SeedExample)
    return seed


def _passage(seed: Seed | None) -> SeedContext:
    assert isinstance(seed, SeedContext)
    return seed


def _odd(seed: Seed | None) -> OddSeed:
    assert isinstance(seed, OddSeed)
    return seed
