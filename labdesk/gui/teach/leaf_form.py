"""The form of one leaf: what it is about, and its examples as cards. Brought up to date in place, never rebuilt.

Cards are made a few at a time, and their fields only when a card is opened, so that a leaf with hundreds of examples
opens at once."""

from __future__ import annotations

import time

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QApplication, QScrollArea, QWidget

from labdesk.core.taxonomy.leaf import Leaf, LeafKind, SeedContext, SeedExample
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.attribution_card import AttributionCard
from labdesk.gui.teach.example_cards import ContextCard, ExampleCard, OddCard, fits
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.seed_cards import SeedCard, fill
from labdesk.gui.teach.shapes import EMPTY_PAIR, PAIRS, SEEDS, Seed, Shape, shape_of
from labdesk.gui.theme import XL, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, panel, row, scrolling
from labdesk.gui.widgets.text import label

_TURN_SECONDS = 0.008
_PAINT_SECONDS = 0.2
_FIRST_CARDS = 30
_LATER_MS = 25
_WIDEST = 760
#: Up to so many cards are open from the start.
FEW_CARDS = 12
#: key, title, help, example, of which kind ("": all)
_HEAD: tuple[tuple[str, str, str, str, str], ...] = (
    (
        "task_description",
        "What should the model learn to do?",
        "One sentence, as you would tell a colleague.",
        "Write short notices for the harbour board.",
        "skill",
    ),
    (
        "document_outline",
        "What is the document about?",
        "One sentence that sums it up.",
        "The lighthouse of Marrowby, its keepers and its visitors.",
        "knowledge",
    ),
    ("domain", "Field", "A word or two that say what subject this is.", "history, plumbing, places", "knowledge"),
    ("created_by", "Written by", "Your name, so that others know whom to ask.", "ada", ""),
)


class LeafForm(QWidget):
    """`passage_wanted(index)` asks to show a passage in the source document; `line_wanted(line, column)` for the YAML
    tab; `completed` when the cards in view are there, and when all are; `card_opened(card)` when it has fields now."""

    passage_wanted = Signal(int)
    line_wanted = Signal(int, int)
    completed = Signal()
    card_opened = Signal(object)

    def __init__(self, editor: LeafEditor, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._editor = editor
        self._leaf: Leaf | None = None
        self.shape = Shape()
        self._to_open: list[SeedCard] = []
        self._painted = 0.0
        self._kinds = {key: kind for key, _title, _help, _example, kind in _HEAD}
        self._head = {key: self._head_row(key, *texts) for key, *texts, _kind in _HEAD}
        self.cards: list[SeedCard] = []
        self.attribution = AttributionCard(workspace)
        self._lay_out()
        for keys, step in (("Alt+Up", "up"), ("Alt+Down", "down")):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda step=step: self._move_focused(step))
        self._builder = QTimer(self)
        self._builder.setInterval(0)
        self._builder.timeout.connect(self._build_some)

    def show_leaf(self, leaf: Leaf) -> None:
        """Shows a leaf; fields that did not change are not touched."""
        another = self._leaf is None or self._leaf.path != leaf.path
        if another:
            self._scroll.verticalScrollBar().setValue(0)
            self._to_open = []
        self._leaf = leaf
        self.shape = shape_of(leaf)
        knowledge = leaf.kind is LeafKind.KNOWLEDGE
        for key, made in self._head.items():
            of_kind = not self._kinds[key] or (self._kinds[key] == "knowledge") is knowledge
            made.setVisible(of_kind or bool(getattr(leaf, key)))
            fill(self._editor, made, getattr(leaf, key))
        self._say_kind(knowledge)
        self.attribution.show_leaf(leaf.path)
        self._content.setEnabled(not self.shape.why_not)
        self._unfit.setText(self.shape.why_not)
        self._unfit.setVisible(bool(self.shape.why_not))
        self._add.setEnabled(self.shape.takes_more)
        self._match_cards()
        if another:
            for card in self.cards:
                card.set_open(len(self.shape.seeds) <= FEW_CARDS)
        self._build_some()

    def save(self) -> None:
        """Hands over whatever is typed and not saved yet."""
        self._editor.commit()
        self.attribution.save()

    def add_seed(self) -> None:
        """Adds an empty example and puts the cursor into it."""
        if self._leaf is None or not self.shape.takes_more:
            return
        match self._leaf.kind:
            case LeafKind.KNOWLEDGE:
                value: object = {"context": "", PAIRS: [EMPTY_PAIR] * 3}
            case LeafKind.GROUNDED:
                value = {"context": " " * (not self.shape.seeds), **EMPTY_PAIR}
            case _:
                value = EMPTY_PAIR
        place = len(self.shape.seeds)
        self._editor.insert((SEEDS,), place, value)
        QTimer.singleShot(0, self, lambda: self.go_to((SEEDS, place)))

    def go_to(self, path: YamlPath) -> bool:
        """Puts the cursor into the field at a path (or the first field below it); False when there is none."""
        if len(path) > 1 and path[0] == SEEDS and isinstance(path[1], int) and path[1] < len(self.shape.seeds):
            self._build_up_to(path[1])
            self._paint(True)
            self.cards[path[1]].set_open(True)
        rows = self.rows()
        found = next((rows[key] for key in rows if key[: len(path)] == path), None)
        if found is None:
            return False
        found.field.setFocus()
        # Once the layout knows how high the card is now.
        QTimer.singleShot(0, found, lambda: self._scroll.ensureWidgetVisible(found, 0, XL * 3))
        return True

    def focused_path(self) -> YamlPath:
        """The path of the field that has the cursor; () when none has."""
        widget = QApplication.focusWidget()
        return widget.path if isinstance(widget, TextField) and self.isAncestorOf(widget) else ()

    def rows(self) -> dict[YamlPath, FormRow]:
        """The fields that are made, by their path."""
        rows: dict[YamlPath, FormRow] = {(key,): made for key, made in self._head.items() if not made.isHidden()}
        for card in self.cards:
            rows.update(card.rows)
        return rows

    def add_note(self, note: QWidget) -> None:
        """Puts something of another kind below the examples (drafts of more of them, for instance)."""
        self._notes.addWidget(note)

    def open_all(self, wanted: bool) -> None:
        """Opens or closes every card, a few at a time."""
        self._to_open = [*self.cards] if wanted else []
        if not wanted:
            for card in self.cards:
                card.set_open(False)
        self._build_some()

    def _lay_out(self) -> None:
        self._cards_title = label("Examples", "heading")
        self._cards_help = label(step="small", tone="muted", wrap=True)
        self._open_all = button("Open all", lambda: self.open_all(True), kind="link")
        self._close_all = button("Close all", lambda: self.open_all(False), kind="link")
        self._list = column(gap=M)
        self._add = button("Add an example", self.add_seed, glyph="plus")
        self._unfit = label(tone="warn", wrap=True)
        self._unfit.setContentsMargins(XL, M, XL, 0)
        self._unfit.hide()
        self._content = content = QWidget()
        head = panel(*self._head.values(), gap=L, margin=L, surface="card")
        title = row(self._cards_title, None, self._open_all, self._close_all, gap=S)
        self._notes = column(gap=S)
        examples = (title, self._cards_help, self._list, row(self._add, None), self._notes)
        content.setLayout(column(head, S, *examples, S, self.attribution, None, gap=M, margin=XL))
        self._scroll: QScrollArea = scrolling(content, "The leaf's form", widest=_WIDEST)
        self.setLayout(column(self._unfit, self._scroll, gap=0))

    def _say_kind(self, knowledge: bool) -> None:
        self._cards_title.setText("Passages and questions" if knowledge else "Examples")
        self._cards_help.setText(
            "Five passages from the document, each with three questions that it answers."
            if knowledge
            else "Five or more. The teacher writes new ones in the manner of these."
        )
        self._add.setText("Add a passage" if knowledge else "Add an example")
        self._add.setAccessibleName(self._add.text())

    def _head_row(self, key: str, title: str, help_text: str, example: str) -> FormRow:
        edit = TextField((key,), title, most=4)
        edit.typed.connect(self._editor.type)
        edit.left.connect(self._editor.commit)
        edit.entered.connect(self._editor.enter)
        return FormRow(title, edit, help_text, example=example, dense=True)

    @property
    def _grounded(self) -> bool:
        return self._leaf is not None and self._leaf.kind is LeafKind.GROUNDED

    def _match_cards(self) -> None:
        """Keeps the cards that can show what the file holds now, and has the others made anew."""
        keep = 0
        for card, seed in zip(self.cards, self.shape.seeds, strict=False):
            if not fits(card, seed, grounded=self._grounded):
                break
            keep += 1
        self._drop_cards(keep)
        for card, seed in zip(self.cards, self.shape.seeds, strict=False):
            card.show_seed(seed)
        self._mark_last()

    def _drop_cards(self, keep: int) -> None:
        for card in self.cards[keep:]:
            self._list.removeWidget(card)
            card.hide()
            card.deleteLater()
        del self.cards[keep:]
        self._to_open = [card for card in self._to_open if card in self.cards]

    def _build_some(self) -> None:
        now = time.perf_counter()
        deadline = now + _TURN_SECONDS
        while len(self.cards) < len(self.shape.seeds) or self._to_open:
            if len(self.cards) < len(self.shape.seeds):
                self._build_one(len(self.cards))
            else:
                self._to_open.pop(0).set_open(True)
            if time.perf_counter() > deadline:
                break
        if len(self.cards) < len(self.shape.seeds) or self._to_open:
            first = len(self.cards) < _FIRST_CARDS or bool(self._to_open)
            if not self._builder.isActive():
                self._painted = now
                self._builder.start(0)
            elif not first and not self._builder.interval():
                self._builder.start(_LATER_MS)  # what is in view is there; the rest takes its time
                self._paint(True)
                self.completed.emit()
            self._paint(now - self._painted > _PAINT_SECONDS)
            return
        self._builder.stop()
        self._paint(True)
        self._mark_last()
        self.completed.emit()

    def _paint(self, wanted: bool) -> None:
        """While cards are made, each turn would lay out and paint the whole form: that is done now and then only."""
        if wanted:
            self._painted = time.perf_counter()
        if self._content.updatesEnabled() != wanted:
            self._list.setEnabled(wanted)
            self._content.setUpdatesEnabled(wanted)
            if wanted:
                self._list.invalidate()

    def _build_up_to(self, index: int) -> None:
        while len(self.cards) <= index:
            self._build_one(len(self.cards))

    def _build_one(self, index: int) -> None:
        seed = self.shape.seeds[index]
        card = self._make_card(index, seed)
        card.show_seed(seed)
        card.wished.connect(self._obey)
        card.opened.connect(self.card_opened)
        card.line_wanted.connect(self.line_wanted)
        self.cards.append(card)
        self._list.addWidget(card)
        if len(self.shape.seeds) <= FEW_CARDS:
            card.set_open(True)

    def _make_card(self, index: int, seed: Seed) -> SeedCard:
        match seed:
            case SeedContext():
                return ContextCard(self._editor, index, self.passage_wanted.emit)
            case SeedExample():
                return ExampleCard(self._editor, index, grounded=self._grounded or bool(seed.context))
        return OddCard(self._editor, index)

    def _mark_last(self) -> None:
        for card in self.cards:
            card.set_last(card.index == len(self.shape.seeds) - 1)

    def _obey(self, index: int, wish: str) -> None:
        """Does what a button of a card asks for; open cards stay open, and the cursor goes along."""
        states = [card.is_open for card in self.cards]
        target = index
        match wish:
            case "up" | "down":
                target = index + (1 if wish == "down" else -1)
                if not 0 <= target < len(self.shape.seeds):
                    return
                self._editor.move((SEEDS,), index, target)
                states.insert(target, states.pop(index))
            case "copy":
                target = index + 1
                self._editor.duplicate((SEEDS,), index)
                states.insert(target, True)
            case _:
                self._editor.remove((SEEDS, index))
                del states[index]
        self._build_up_to(min(len(states), len(self.shape.seeds)) - 1)
        for card, wanted in zip(self.cards, states, strict=False):
            card.set_open(wanted)
        if wish != "remove" and target < len(self.cards):
            self.cards[target].setFocus()

    def _move_focused(self, step: str) -> None:
        widget = QApplication.focusWidget()
        for card in self.cards:
            if widget is not None and card.isAncestorOf(widget):
                path = self.focused_path()
                self._obey(card.index, step)
                target = card.index + (1 if step == "down" else -1)
                if path and 0 <= target < len(self.cards):
                    self.go_to((SEEDS, target, *path[2:]))
                return
