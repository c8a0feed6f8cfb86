"""One question with its answers, one column per side, and below them the vote and what became of a correction."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from labdesk.core.chats.chat import Exchange
from labdesk.gui.chat.answer import WAITING, AnswerCard
from labdesk.gui.chat.differences import differences
from labdesk.gui.chat.lesson_card import LessonCard
from labdesk.gui.chat.question import Question
from labdesk.gui.chat.sides import AFTER, BASE, BEFORE, KNOWLEDGE, TUNED, SideOption
from labdesk.gui.chat.vote import VoteBar
from labdesk.gui.roles import Tone
from labdesk.gui.theme import XS, M
from labdesk.gui.widgets.layout import column, row

TITLES = {BASE: "Base", KNOWLEDGE: "After knowledge", TUNED: "Taught", BEFORE: "Before", AFTER: "After teaching"}


def _unknown(_leaf: str) -> str:
    return ""


class ExchangeView(QWidget):
    """Made from what is kept, and from the sides that are still to answer. Every wish goes out as a signal. `standing`
    says how the votes on a leaf stand."""

    teach_wanted = Signal(str, str)
    again_wanted = Signal(str)
    edited = Signal(str, str)
    turned = Signal(str, int)
    voted = Signal(str, str, bool)
    reteach_wanted = Signal(str)
    stop_wanted = Signal(str)
    leaf_wanted = Signal(str)
    link_wanted = Signal(str)

    def __init__(
        self, exchange: Exchange, awaited: Sequence[SideOption], *, place: int = 0, count: int = 1,
        blind: bool = False, marking: bool = True, standing: Callable[[str], str] = _unknown,
    ) -> None:  # fmt: skip
        super().__init__()
        self._exchange = exchange
        self._key = exchange.id
        self._blind = blind and exchange.vote is None
        self._marking = marking
        self._standing = standing
        self.question = Question(exchange.question, place, count)
        self.question.changed.connect(lambda text: self.edited.emit(self._key, text))
        self.question.turned.connect(lambda step: self.turned.emit(self._key, step))
        self.answers: dict[str, AnswerCard] = {}
        self._columns = row(gap=M)
        names = {side.key: (side.title, side.name) for side in awaited}
        names |= {key: (title_of(key), answer.name) for key, answer in exchange.answers.items()}
        self._names = {key: names[key] for key in self._order(names)}
        self.vote = VoteBar()
        self.vote.voted.connect(lambda winner: self.voted.emit(self._key, winner, self._blind))
        self._lesson: LessonCard | None = None  # most exchanges never need one
        for key in self._names:
            self._add_card(key, alone=len(self._names) == 1)
        for key in exchange.answers:
            self.show_answer(key)
        self._whole = column(self.question, self._columns, self.vote, gap=M, margin=(0, XS, 0, XS))
        self.setLayout(self._whole)
        self.show_lesson()
        self._offer_vote()

    def add(self, side: str, text: str) -> None:
        """A piece more of an answer."""
        if side in self.answers:
            self.answers[side].add(text)

    def show_answer(self, side: str) -> None:
        """An answer is complete and kept; "" when no more will come."""
        found = self._exchange.answers.get(side)
        if found is not None and side in self.answers:
            self.answers[side].show_answer(found, speed=not self._hidden)
        if not side:
            self.give_up("Stopped before it answered.")
        self._mark()
        self._offer_vote()

    def give_up(self, why: str) -> None:
        """What has not been answered never will be."""
        for side, card in self.answers.items():
            if side not in self._exchange.answers and card.foot.text() in (WAITING, "Writing…"):
                card.give_up(why)

    def show_lesson(self) -> None:
        """What became of a correction, if there was one."""
        if self._exchange.taught is not None:
            self.lesson.show_taught(self._exchange.taught)

    @property
    def lesson(self) -> LessonCard:
        """The card of a correction, made when it is first needed."""
        if self._lesson is None:
            self._lesson = LessonCard()
            self._lesson.reteach_wanted.connect(lambda: self.reteach_wanted.emit(self._key))
            self._lesson.stop_wanted.connect(lambda: self.stop_wanted.emit(self._key))
            self._lesson.leaf_wanted.connect(self.leaf_wanted)
            self._whole.addWidget(self._lesson)
        return self._lesson

    def show_vote(self) -> None:
        """A vote was counted: who was who can be told."""
        self._offer_vote()
        for number, (key, card) in enumerate(self.answers.items()):
            card.show_name(*self._named(key, number))
            if key in self._exchange.answers:
                card.show_answer(self._exchange.answers[key])
        self._mark()

    @property
    def _hidden(self) -> bool:
        return self._blind and self._exchange.vote is None and len(self._names) > 1

    def _order(self, names: dict[str, tuple[str, str]]) -> list[str]:
        """Base before taught; in a blind comparison by a lot that is the same each time it is shown."""
        order = [BEFORE, BASE, KNOWLEDGE, TUNED, AFTER]
        keys = sorted(names, key=lambda key: order.index(key) if key in order else len(order))
        if self._blind:
            random.Random(self._key).shuffle(keys)
        return keys

    def _add_card(self, key: str, *, alone: bool) -> None:
        title, name, tone = self._named(key, len(self.answers))
        card = AnswerCard(key, title, "" if alone and title == name else name, tone)
        card.teach_wanted.connect(lambda: self.teach_wanted.emit(self._key, key))
        card.again_wanted.connect(lambda: self.again_wanted.emit(self._key))
        card.link_wanted.connect(self.link_wanted)
        self.answers[key] = card
        self._columns.addWidget(card, 1)

    def _named(self, key: str, number: int) -> tuple[str, str, Tone]:
        """Heading, name and tone of a card."""
        if self._hidden:
            return f"Answer {'ABCDEFGH'[number]}", "", "normal"
        title, name = self._names[key]
        return title, name, "accent" if key in (TUNED, AFTER) else "normal"

    def _offer_vote(self) -> None:
        complete = len(self._exchange.answers) == len(self._names) > 1
        labels = {key: card.heading.text() for key, card in self.answers.items()}
        vote = self._exchange.vote
        standing = self._standing(vote.leaf) if complete and vote is not None and vote.leaf else ""
        self.vote.show_choices(labels if complete else {}, vote, hidden=self._hidden, standing=standing)

    def _mark(self) -> None:
        """Highlights in each answer what the first one does not say."""
        cards = list(self.answers.values())
        complete = len(self._exchange.answers) == len(self._names) > 1
        for card in cards[1:]:
            for own, other in zip(card.body.prose, cards[0].body.prose, strict=False):
                spans = differences(other.toPlainText(), own.toPlainText()) if complete and self._marking else ()
                own.mark(spans)


def title_of(side: str) -> str:
    """What a side is called above its answer."""
    return TITLES.get(side, "Other")
