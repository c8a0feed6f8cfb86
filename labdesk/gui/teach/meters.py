"""Puts a token meter at the foot of every seed card and keeps it true while a person types."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Slot

from labdesk.core.models.remote import local_model
from labdesk.core.plans.token_room import example_room, passage_room
from labdesk.gui.context import SettingsStore
from labdesk.gui.teach.example_cards import ContextCard
from labdesk.gui.teach.fields import TextField
from labdesk.gui.teach.leaf_form import LeafForm
from labdesk.gui.teach.seed_cards import SeedCard
from labdesk.gui.teach.shapes import PAIRS
from labdesk.gui.teach.token_counter import TokenCounter
from labdesk.gui.teach.token_meter import TokenMeter

_SLICE = 8


class Meters(QObject):
    """Follows a LeafForm and the choice of the teacher; measures a few cards in each turn of the event loop."""

    def __init__(self, form: LeafForm, settings: SettingsStore, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._form = form
        self._counter = counter = TokenCounter(local_model(settings.values.teacher), self)
        self._meters: dict[SeedCard, TokenMeter] = {}
        self._counts: dict[str, int] = {}
        self._todo: list[SeedCard] = []
        self._turn = QTimer(self)
        self._turn.setInterval(0)
        self._turn.timeout.connect(self._measure_some)
        form.completed.connect(self.refresh)
        form.card_opened.connect(self._on_opened)
        settings.changed.connect(lambda values: self._use(values.teacher))
        counter.counted.connect(self._take)
        counter.opened.connect(self.refresh)
        counter.failed.connect(self._say)

    @Slot()
    def refresh(self) -> None:
        """Measures all cards again; what was counted before is known at once."""
        self._meters = {card: meter for card, meter in self._meters.items() if card in self._form.cards}
        self._todo = [card for card in self._form.cards if card.rows]  # a closed card has no fields yet
        for card in self._todo:
            self._attach(card)
        self._turn.start()

    @Slot(object)
    def _on_opened(self, card: SeedCard) -> None:
        self._attach(card)
        self._todo.append(card)
        self._turn.start()

    def close(self) -> None:
        """The window closes: ends the process that counts."""
        self._counter.close()

    def meter(self, index: int) -> TokenMeter | None:
        """The meter of a card, once it was measured."""
        card = self._form.cards[index] if index < len(self._form.cards) else None
        return self._meters.get(card) if card is not None else None

    def _use(self, teacher: str) -> None:
        self._counter.use(local_model(teacher))
        self.refresh()

    def _measure_some(self) -> None:
        for card in self._todo[:_SLICE]:
            if card in self._form.cards:
                self._measure(card)
        del self._todo[:_SLICE]
        if not self._todo:
            self._turn.stop()

    def _attach(self, card: SeedCard) -> None:
        if card not in self._meters:
            meter = TokenMeter(f"Length of {card.name.lower()}", explain=card.index == 0)
            card.add_note(meter)
            self._meters[card] = meter
        for made in card.rows.values():
            if isinstance(made.field, TextField) and not made.field.property("metered"):
                made.field.setProperty("metered", True)
                made.field.textChanged.connect(lambda card=card: self._measure(card))

    def _measure(self, card: SeedCard) -> None:
        if card not in self._meters:
            return
        texts = texts_of(card)
        if not any(text.strip() for text in texts.values()):
            self._meters[card].hide()
            return
        for part, text in texts.items():
            self._counter.want(f"{card.index} {part}", text)

    @Slot(str, int)
    def _take(self, key: str, tokens: int) -> None:
        self._counts[key] = tokens
        number = key.partition(" ")[0]
        meter = self.meter(int(number))
        if meter is None or f"{number} text" not in self._counts:
            return
        context, text = self._counter.context, self._counts[f"{number} text"]
        if isinstance(self._form.cards[int(number)], ContextCard):
            meter.show_count(text, passage_room(context), self._counts.get(f"{number} questions", 0))
        else:
            meter.show_count(text, example_room(context))

    @Slot(str)
    def _say(self, why: str) -> None:
        """Once, at the first card: the same sentence on each would be noise."""
        meter = self.meter(0)
        if meter is not None:
            meter.say(why)


def texts_of(card: SeedCard) -> dict[str, str]:
    """What is counted of a card, as it stands in its fields: its text and, of a passage, its questions."""
    parts: dict[str, list[str]] = {"text": [], "questions": []} if isinstance(card, ContextCard) else {"text": []}
    for path, made in card.rows.items():
        if isinstance(made.field, TextField):
            parts["questions" if PAIRS in path else "text"].append(made.field.toPlainText())
    return {part: "\n".join(text for text in texts if text.strip()) for part, texts in parts.items()}
