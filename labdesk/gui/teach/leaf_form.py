"""The form of one leaf: what it is about, and its examples as cards. Brought up to date in place, never rebuilt.

Cards are made a few at a time, so that a leaf with a hundred passages opens at once."""

from __future__ import annotations

import functools
import time
from collections.abc import Sequence

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QScrollArea, QWidget

from labdesk.core.taxonomy.leaf import Leaf, LeafKind, SeedContext, SeedExample
from labdesk.core.taxonomy.problem import Problem, where_of
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.attribution_card import AttributionCard
from labdesk.gui.teach.facts import required_texts
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.fit import form_fits
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.seed_cards import EMPTY_PAIR, PAIRS, SEEDS, ContextCard, ExampleCard, SeedCard, fill
from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, panel, row, scrolling
from labdesk.gui.widgets.text import label

_TURN_SECONDS = 0.006
_WIDEST = 760
_UNFIT = "This file is written in a way that the form cannot show. Mend it in the YAML tab first."
#: key, title, help, only for these kinds (None: all)
_HEAD: tuple[tuple[str, str, str, str], ...] = (
    ("task_description", "What should the model learn to do?", "One sentence, as you would tell a colleague.", "skill"),
    ("document_outline", "What is the document about?", "One sentence that sums it up.", "knowledge"),
    ("domain", "Field", "A word or two: history, plumbing, places.", "knowledge"),
    ("created_by", "Written by", "Your name, so that others know whom to ask.", ""),
)


class LeafForm(QWidget):
    """`passage_wanted(index)` asks to show a passage in the source document; `completed` when all cards are there."""

    passage_wanted = Signal(int)
    completed = Signal()

    def __init__(self, editor: LeafEditor, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._leaf: Leaf | None = None
        self._wanted_cards: Sequence[SeedExample | SeedContext] = ()
        self._head = {key: self._head_row(key, title, help_text) for key, title, help_text, _kind in _HEAD}
        self.cards: list[SeedCard] = []
        self._cards_title = label("Examples", "heading")
        self._cards_help = label(step="small", tone="muted", wrap=True)
        self._list = column(gap=M)
        self.attribution = AttributionCard(workspace)
        self._add = button("Add an example", self.add_seed, glyph="plus")
        self._unfit = label(_UNFIT, tone="warn", wrap=True)
        self._unfit.setContentsMargins(XL, M, XL, 0)
        self._unfit.hide()
        self._content = content = QWidget()
        head = panel(*self._head.values(), gap=L, margin=L, surface="card")
        examples = (self._cards_title, self._cards_help, self._list, row(self._add, None))
        content.setLayout(column(head, S, *examples, S, self.attribution, None, gap=M, margin=XL))
        self._scroll: QScrollArea = scrolling(content, "The leaf's form", widest=_WIDEST)
        self.setLayout(column(self._unfit, self._scroll, gap=0))
        self._builder = QTimer(self)
        self._builder.setInterval(0)
        self._builder.timeout.connect(self._build_some)

    def show_leaf(self, leaf: Leaf) -> None:
        """Shows a leaf; fields that did not change are not touched."""
        if self._leaf is None or self._leaf.path != leaf.path:
            self._scroll.verticalScrollBar().setValue(0)
        self._leaf = leaf
        knowledge = leaf.kind is LeafKind.KNOWLEDGE
        for key, _title, _help, kind in _HEAD:
            self._head[key].setVisible(not kind or (kind == "knowledge") is knowledge)
            fill(self._head[key], getattr(leaf, key))
        self._cards_title.setText("Passages and questions" if knowledge else "Examples")
        self._cards_help.setText(
            "Five passages from the document, each with three questions that it answers."
            if knowledge
            else "Five or more. The teacher writes new ones in the manner of these."
        )
        self._add.setText("Add a passage" if knowledge else "Add an example")
        self.attribution.show_leaf(leaf.path)
        fits = form_fits(leaf)
        self._content.setEnabled(fits)
        self._unfit.setVisible(not fits)
        self._wanted_cards = (leaf.seed_contexts if knowledge else leaf.seed_examples) if fits else ()
        self._drop_unfitting()
        self._build_some()

    def save(self) -> None:
        """Hands over whatever is typed and not saved yet."""
        for field in self.findChildren(TextField):
            field.save()

    def add_seed(self) -> None:
        """Adds an empty example and puts the cursor into it."""
        if self._leaf is None:
            return
        match self._leaf.kind:
            case LeafKind.KNOWLEDGE:
                value: object = {"context": "", PAIRS: [EMPTY_PAIR] * 3}
            case LeafKind.GROUNDED:
                value = {"context": "", **EMPTY_PAIR}
            case _:
                value = EMPTY_PAIR
        self._editor.insert((SEEDS,), len(self._wanted_cards), value)
        QTimer.singleShot(0, self, lambda: self.go_to((SEEDS, len(self.cards) - 1)))

    def go_to(self, path: YamlPath) -> bool:
        """Puts the cursor into the field at a path (or the first field below it); False when there is none."""
        rows = self._rows()
        found = next((rows[key] for key in rows if key[: len(path)] == path), None)
        if found is None:
            return False
        found.field.setFocus()
        self._scroll.ensureWidgetVisible(found, 0, XL * 3)
        return True

    def show_problems(self, problems: Sequence[Problem]) -> list[Problem]:
        """Puts each problem beside its field; returns those that have no field here.

        A field that is still empty is a gap, not a mistake: nothing red stands there until something is written."""
        rows = {where_of(path): made for path, made in self._rows().items()}
        placed: dict[str, Problem] = {}
        left: list[Problem] = []
        for problem in problems:
            if problem.where in rows:
                placed.setdefault(problem.where, problem)
            elif not self._is_gap(problem):
                left.append(problem)
        for where, made in rows.items():
            self._show_problem(made, placed.get(where))
        return left

    def _show_problem(self, made: FormRow, problem: Problem | None) -> None:
        assert isinstance(made.field, TextField)
        if problem is not None and not made.field.toPlainText().strip() and problem.fix is None:
            problem = None
        made.show_problem(problem.message if problem else "", problem.fix.title if problem and problem.fix else "")
        made.run_fix = functools.partial(self._editor.fix, problem) if problem else None

    def _is_gap(self, problem: Problem) -> bool:
        """Whether it only says that something is still to be written or chosen."""
        if self._leaf is None:
            return False
        if problem.where.startswith("document"):
            return self._leaf.document is None or not any(self._leaf.document.patterns)
        empty = any(not text.strip() for text in required_texts(self._leaf))
        return empty and problem.where.endswith((SEEDS, PAIRS))

    def _rows(self) -> dict[YamlPath, FormRow]:
        rows: dict[YamlPath, FormRow] = {(key,): made for key, made in self._head.items()}
        for card in self.cards:
            rows.update(card.rows)
        return rows

    def _head_row(self, key: str, title: str, help_text: str) -> FormRow:
        edit = TextField((key,), title, most=4)
        edit.edited.connect(self._editor.set)
        return FormRow(title, edit, help_text)

    def _drop_unfitting(self) -> None:
        keep = 0
        for card, seed in zip(self.cards, self._wanted_cards, strict=False):
            if not self._fits(card, seed):
                break
            keep += 1
        for card in self.cards[keep:]:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        del self.cards[keep:]
        for card, seed in zip(self.cards, self._wanted_cards, strict=False):
            card.show_seed(seed)
        self._mark_last()

    def _fits(self, card: SeedCard, seed: SeedExample | SeedContext) -> bool:
        if isinstance(seed, SeedContext):
            return isinstance(card, ContextCard)
        return isinstance(card, ExampleCard) and card.grounded == self._grounded

    @property
    def _grounded(self) -> bool:
        return self._leaf is not None and self._leaf.kind is LeafKind.GROUNDED

    def _build_some(self) -> None:
        deadline = time.perf_counter() + _TURN_SECONDS
        while len(self.cards) < len(self._wanted_cards):
            self._build_one(len(self.cards))
            if time.perf_counter() > deadline:
                break
        if len(self.cards) < len(self._wanted_cards):
            self._builder.start()
            return
        self._builder.stop()
        self._mark_last()
        self.completed.emit()

    def _build_one(self, index: int) -> None:
        seed = self._wanted_cards[index]
        if isinstance(seed, SeedContext):
            card: SeedCard = ContextCard(self._editor, index, self.passage_wanted.emit)
        else:
            card = ExampleCard(self._editor, index, grounded=self._grounded)
        card.show_seed(seed)
        self.cards.append(card)
        self._list.addWidget(card)

    def _mark_last(self) -> None:
        for card in self.cards:
            card.set_last(card.index == len(self._wanted_cards) - 1)
