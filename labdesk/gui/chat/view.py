"""The view behind Chat: header, transcript and composer around one chat worker."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from labdesk.core.errors import LabdeskError
from labdesk.core.job_state import JobState
from labdesk.engine.chat.protocol import Ask, Finished, Loaded, Side
from labdesk.gui.chat.choices import RUNS, Choice, Choices, file_choices, run_choice, starter_choice
from labdesk.gui.chat.client import ChatClient
from labdesk.gui.chat.composer import Composer
from labdesk.gui.chat.exam_questions import exam_questions
from labdesk.gui.chat.header import ChatHeader
from labdesk.gui.chat.opening import ChatOpening
from labdesk.gui.chat.transcript import Transcript
from labdesk.gui.context import GuiContext
from labdesk.gui.theme import L
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.layout import column, holder, line, row
from labdesk.gui.widgets.safe_text import harmless


class ChatView(QWidget):
    """`show_item` takes a ChatOpening, or the path of a model file."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self.client = ChatClient(self)
        self.choices = Choices(self)
        self.header = ChatHeader(self.choices)
        self.banner = Banner()
        self.transcript = Transcript()
        self.composer = Composer()
        self._choice: Choice | None = None  # the model of this conversation
        self._compare = True
        self._question = ""  # waits for its model to be loaded
        self._opened: list[str] = []  # files that were asked for from elsewhere
        self._picked = False  # whether the person (or another place) chose the model
        notice = holder(row(self.banner, margin=(L, L, L, 0)))
        self.banner.visibility.connect(notice.setVisible)
        notice.hide()
        whole = column(self.header, line(), notice, self.transcript, line(), self.composer, gap=0)
        whole.setStretch(3, 1)
        self.setLayout(whole)
        self._connect()
        self._take_choices()

    def show_item(self, item: object) -> None:
        """Called when another place sends a person here."""
        opening = ChatOpening(item) if isinstance(item, Path) else item
        if not isinstance(opening, ChatOpening):
            return
        self._picked = True
        self._take_choices()
        if self.choices.row_of(opening.model) < 0:
            self._opened.append(str(opening.model))
            self._take_choices()
        choice = self.choices.choice(self.choices.row_of(opening.model))
        if choice is not None:
            self._compare = True
            self._choose(choice)
            if opening.questions:
                self.transcript.offer(opening.questions)
            self._load()

    def focus_first(self) -> None:
        """The place was entered by keyboard or rail."""
        self.composer.field.setFocus()

    def leave(self) -> None:
        """The window closes: the worker has no more to do."""
        self.client.close()

    def _connect(self) -> None:
        client, bridge, actions = self.client, self._context.bridge, self._context.actions
        client.loaded.connect(self._on_loaded)
        client.text.connect(self.transcript.add)
        client.finished.connect(self._on_finished)
        client.failed.connect(self._on_failed)
        client.changed.connect(self._on_client)
        self.composer.asked.connect(self.ask)
        self.composer.stop_wanted.connect(client.stop)
        self.transcript.suggested.connect(self.ask)
        self.header.chosen.connect(self._pick)
        self.header.compared.connect(self._set_compare)
        self.header.new_wanted.connect(self._new)
        bridge.job_changed.connect(self._on_job)
        bridge.jobs_listed.connect(self._take_choices)
        self._context.settings.changed.connect(self._take_choices)
        actions.on("chat.new", self._new)
        actions.on("chat.compare", self.header.compare.click)
        actions.on("chat.stop", client.stop)
        actions.allow("chat.stop", False)

    @Slot(str)
    def ask(self, text: str) -> None:
        """Asks the chosen model; loads it first when it is not in memory."""
        if self.client.state in ("loading", "answering") or self._choice is None:
            return
        self.banner.dismiss()
        sides = self._sides()
        self.transcript.begin(text, sides, self._names(sides))
        if self.client.model is None:
            self._question = text
            self._load()
        else:
            self.client.ask(Ask(text))

    def _sides(self) -> tuple[Side, ...]:
        if self._choice is None or not self._choice.taught:
            return ("base",)
        return ("base", "tuned") if self._compare else ("tuned",)

    def _names(self, sides: tuple[Side, ...]) -> dict[Side, str]:
        if self._choice is None or self._choice.base is None:
            return {"base": self._choice.title if self._choice else ""}
        return (
            {"base": "as it was before", "tuned": self._choice.title}
            if len(sides) > 1
            else {"tuned": self._choice.title}
        )

    def _load(self) -> None:
        if self._choice is not None:
            self.header.show_loading(self._choice)
            self.client.load(self._choice.load(compare=self._compare))

    @Slot(object)
    def _pick(self, choice: Choice | None) -> None:
        """The person chose a model."""
        if choice is not None and choice != self._choice:
            self._picked = True
            self._choose(choice)

    def _choose(self, choice: Choice | None) -> None:
        """Another model: another conversation."""
        if choice is None:
            return
        self._choice = choice
        self.header.select(choice)
        self._begin_anew()
        self.transcript.offer(exam_questions(choice, self._context.workspace.runs_folder))

    @Slot(bool)
    def _set_compare(self, on: bool) -> None:
        self._compare = on
        self._begin_anew()

    @Slot()
    def _new(self) -> None:
        """Forgets the conversation; the model stays in memory."""
        self.client.stop()
        self.client.rewind(len(self.transcript.exchanges))
        self.transcript.clear()
        self.banner.dismiss()
        self.composer.field.setFocus()

    def _begin_anew(self) -> None:
        """The models in memory are not those that are chosen any more."""
        self.client.close()
        self.transcript.clear()
        self.banner.dismiss()
        self._question = ""
        choice = self._choice
        taught = choice is not None and choice.taught
        self.header.show_compare(taught, self._compare)
        self.header.show_nothing(choice)
        self._context.actions.allow("chat.compare", taught)
        if choice is not None:
            words = "Ask it what you taught. " + (
                "The base model answers beside it." if self._compare else "Only the taught model answers."
            )
            self.transcript.say_empty(
                f"Ask “{choice.title}” something",
                words if taught else "This model was not taught by you. It answers from what it learned elsewhere.",
            )
        self._context.intents.model_loaded.emit("", "")

    @Slot()
    def _take_choices(self) -> None:
        bridge, settings = self._context.bridge, self._context.settings.values
        runs = [
            choice
            for job in reversed(bridge.jobs())
            if job.request.kind in RUNS and not job.request.parent
            if (choice := run_choice(job, bridge.state(job.id))) is not None
        ]
        starter = starter_choice()
        others = file_choices((settings.student, settings.teacher, *self._opened))
        others = [other for other in others if starter is None or other.model != starter.model]
        self.choices.show_choices([*runs, *([starter] if starter else []), *others])
        self.composer.setEnabled(self.choices.rowCount() > 0)
        first = self.choices.choice(0)
        if first is not None and first != self._choice and not self._picked and not self.transcript.exchanges:
            self._choose(first)  # the newest taught model, until the person chooses another
        elif self._choice is not None:
            self.header.select(self._choice)

    @Slot(str, object)
    def _on_job(self, _job_id: str, state: JobState) -> None:
        if state.kind in RUNS and state.status == "done":
            self._take_choices()

    @Slot(object)
    def _on_loaded(self, loaded: Loaded) -> None:
        if self._choice is None:
            return
        self.header.show_loaded(self._choice, loaded)
        self._context.intents.model_loaded.emit(self._choice.title, loaded.adapter[:8])
        if self._question:
            question, self._question = self._question, ""
            self.client.ask(Ask(question))

    @Slot(object)
    def _on_finished(self, end: Finished) -> None:
        self.transcript.finish(end)
        self._context.intents.speed.emit(end.tokens_per_second)
        if end.finish == "cancelled":
            self.transcript.give_up("Stopped before it answered.")

    @Slot(object)
    def _on_failed(self, error: LabdeskError) -> None:
        self._question = ""
        self.transcript.give_up(f"No answer: {harmless(error.message, 200)}")
        self.banner.say_error(error)

    @Slot(str)
    def _on_client(self, state: str) -> None:
        self.composer.show_busy(state == "answering")
        self._context.actions.allow("chat.stop", state == "answering")
        if state == "empty" and self.client.model is None:
            self.header.show_nothing(self._choice)
