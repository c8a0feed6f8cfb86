"""The view behind Chat: history, header, style, transcript and composer around one session."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from labdesk.core.chats.summary import tally
from labdesk.core.errors import LabdeskError
from labdesk.core.job_state import JobState
from labdesk.core.models.remote import local_model
from labdesk.engine.chat.protocol import Loaded, Measured
from labdesk.gui.chat.choices import RUNS, Choice, Choices, known_choices
from labdesk.gui.chat.client import ChatClient
from labdesk.gui.chat.composer import Composer
from labdesk.gui.chat.conversation import Conversation
from labdesk.gui.chat.exam_questions import exam_questions
from labdesk.gui.chat.header import ChatHeader
from labdesk.gui.chat.history import WIDTH, HistoryPane
from labdesk.gui.chat.keeping import Keeping
from labdesk.gui.chat.leaf_index import LeafIndex
from labdesk.gui.chat.links import ask_to_open
from labdesk.gui.chat.opening import ChatOpening
from labdesk.gui.chat.serve_dialog import ServeDialog
from labdesk.gui.chat.server_client import ServerClient
from labdesk.gui.chat.session import ChatSession
from labdesk.gui.chat.sides import SideOption, options, own_side, together
from labdesk.gui.chat.style_panel import StylePanel
from labdesk.gui.chat.teaching import Teaching
from labdesk.gui.context import GuiContext
from labdesk.gui.theme import L
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.layout import column, holder, line, row


class ChatView(QWidget):
    """`show_item` takes a ChatOpening, or the path of a model file."""

    def __init__(self, context: GuiContext, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._choice: Choice | None = None  # the model of this conversation
        self._compare = True
        self._opened: list[str] = []  # files that were asked for from elsewhere
        self._picked = False  # whether the person (or another place) chose the model
        store = context.workspace.chats
        self.client = ChatClient(self)
        self.session = ChatSession(store, self.client, self)
        self.server = ServerClient(self)
        self.choices = Choices(self)
        self.index = LeafIndex(context.workspace.taxonomy, self)
        self.header = ChatHeader(self.choices)
        self.style_panel = StylePanel()
        self.banner = Banner()
        self.history = HistoryPane(store)
        self.conversation = Conversation(self.session, self.header.sides, self.index.guess, self._standing, self)
        self.transcript = self.conversation.transcript
        self.composer = Composer()
        self.keeping = Keeping(store, self.session, self.history, self)
        self.teaching = Teaching(context, self.session, self.conversation, self.index, self)
        self._lay_out()
        self._connect()
        self._connect_teaching()
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
            self._new()
            self._choose(choice)
            if opening.questions:
                self.transcript.offer(opening.questions)
            self.session.load()

    def focus_first(self) -> None:
        """The place was entered by keyboard or rail."""
        self.composer.field.setFocus()
        self.index.start()

    def serve(self) -> ServeDialog | None:
        """Shows how other programs can use the chosen model."""
        choice = self._choice
        if choice is None:
            return None
        dialog = ServeDialog(
            self.server, lambda: self.server.start(str(choice.model), choice.title), choice.title, self
        )
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()
        return dialog

    def leave(self) -> None:
        """The window closes: what was typed counts, and the workers have no more to do."""
        self.style_panel.commit()
        self.server.stop()
        self.session.close()

    def _lay_out(self) -> None:
        notice = holder(row(self.banner, margin=(L, L, L, 0)))
        self.banner.visibility.connect(notice.setVisible)
        notice.hide()
        self.style_panel.hide()
        main = column(self.header, self.style_panel, notice, self.transcript, line(), self.composer, gap=0)
        main.setStretch(3, 1)
        self.history.setFixedWidth(WIDTH)
        edge = line(vertical=True)
        self.header.history_shown.connect(edge.setVisible)
        whole = row(self.history, edge, main, gap=0)
        whole.setStretch(2, 1)
        self.setLayout(whole)

    def _connect(self) -> None:
        client, bridge, actions = self.client, self._context.bridge, self._context.actions
        client.loaded.connect(self._on_loaded)
        client.changed.connect(self._on_client)
        self.session.failed.connect(self._on_failed)
        self.session.measured.connect(self._on_measured)
        self.session.answered.connect(self._on_answered)
        self.session.path_changed.connect(self._on_path)
        self.composer.asked.connect(self.ask)
        self.composer.stop_wanted.connect(self.session.stop)
        self.composer.typed.connect(self.session.measure)
        self.transcript.suggested.connect(self.ask)
        self.header.chosen.connect(self._pick)
        self.header.compared.connect(self._set_compare)
        self.header.sides_changed.connect(self._on_sides)
        self.header.new_wanted.connect(self._new)
        self.header.history_shown.connect(self.history.setVisible)
        self.header.style_shown.connect(self.style_panel.setVisible)
        self.style_panel.changed.connect(self.keeping.restyle)
        for source in (self.history, self.conversation, self.keeping, self.teaching):
            source.failed.connect(self.banner.say_error)
        self.keeping.said.connect(self.banner.say)
        bridge.job_changed.connect(self._on_job)
        bridge.jobs_listed.connect(self._take_choices)
        bridge.changed.connect(self.index.on_change)
        self._context.settings.changed.connect(self._take_choices)
        actions.on("chat.new", self._new)
        actions.on("chat.compare", self.header.compare.click)
        actions.on("chat.history", self.header.history.click)
        actions.on("chat.style", self.header.style_toggle.click)
        actions.on("chat.stop", self.session.stop)
        actions.allow("chat.stop", False)
        self.header.more.setMenu(self.keeping.menu(self.header.more))
        self.header.more.menu().addSeparator()
        self.header.more.menu().addAction("Use this model from other programs…").triggered.connect(
            lambda *_: self.serve()
        )
        actions.on("chat.serve", self.serve)

    def _connect_teaching(self) -> None:
        self.conversation.teach_wanted.connect(self.teaching.begin)
        self.conversation.reteach_wanted.connect(self.teaching.reteach)
        self.conversation.stop_wanted.connect(self.teaching.stop)
        self.conversation.made.connect(self.teaching.show_state)
        self.conversation.leaf_wanted.connect(lambda leaf: self._context.intents.go.emit("teach", leaf))
        self.conversation.link_wanted.connect(lambda url: ask_to_open(self, url))
        self.teaching.taught.connect(self._on_taught)
        self._context.actions.on("chat.teach", self.teaching.begin_with_last)

    @Slot(str)
    def ask(self, text: str) -> None:
        """Asks the chosen model; loads it first when it is not in memory."""
        if self._choice is None or self.session.busy:
            return
        self.banner.dismiss()
        self.style_panel.commit()
        try:
            self.session.ask(text)
        except LabdeskError as error:
            self.banner.say_error(error)
            return
        if self.client.model is None:
            self.header.show_loading(self._choice)

    @Slot(object)
    def _pick(self, choice: Choice | None) -> None:
        """The person chose a model."""
        if choice is not None and choice != self._choice:
            self._picked = True
            self._choose(choice)

    def _choose(self, choice: Choice) -> None:
        """Another model answers from now on; what was said stays."""
        self._choice = choice
        self.header.select(choice)
        self.header.sides.show_options(self._options())
        self.teaching.student = choice
        self._on_sides()
        self.transcript.offer(exam_questions(choice, self._context.workspace.runs_folder))

    def _options(self) -> list[SideOption]:
        others = [choice for row in range(self.choices.rowCount()) if (choice := self.choices.choice(row)) is not None]
        return options(self._choice, others) if self._choice is not None else []

    @Slot(bool)
    def _set_compare(self, on: bool) -> None:
        self._compare = on
        self._on_sides()

    @Slot()
    def _on_sides(self) -> None:
        """The models in memory are not those that are wanted any more."""
        choice = self._choice
        if choice is None:
            return
        possible = len(self._options()) > 1
        chosen = self.header.sides.chosen() if self._compare and possible else [own_side(choice)]
        self.session.set_sides(together(choice, chosen))
        self.header.show_compare(possible, self._compare)
        self._context.actions.allow("chat.compare", possible)
        if self.client.model is None:
            self.header.show_nothing(choice)
            self.composer.meter.clear()
            self._context.intents.model_loaded.emit("", "")
        beside = "Other models answer beside it." if len(chosen) > 1 else "Only this model answers."
        words = f"Ask it what you taught. {beside}"
        untaught = "This model was not taught by you. It answers from what it learned elsewhere."
        self.transcript.say_empty(f"Ask “{choice.title}” something", words if choice.taught else untaught)

    @Slot()
    def _new(self) -> None:
        """Begins another conversation; the model stays in memory."""
        self.style_panel.commit()
        self.session.new()
        self.history.select("")
        self.banner.dismiss()
        self.composer.field.setFocus()

    @Slot()
    def _on_path(self) -> None:
        self.style_panel.show_style(self.session.chat.style)
        self.composer.measure()

    def _standing(self, leaf: str) -> str:
        """How often each model won in questions about a leaf, in all chats."""
        self.history.model.note(self.session.chat)
        counts = tally(vote for one in self.history.model.summaries for vote in one.votes).get(leaf, {})
        best = sorted(((name, won) for name, won in counts.items() if name), key=lambda one: -one[1])
        return ", ".join(f"{name} {won}" for name, won in best[:4])

    @Slot()
    def _take_choices(self) -> None:
        bridge, settings = self._context.bridge, self._context.settings.values
        states = [(job, bridge.state(job.id)) for job in reversed(bridge.jobs())]
        files = (settings.student, local_model(settings.teacher), *self._opened)
        self.choices.show_choices(known_choices(states, files))
        self.composer.setEnabled(self.choices.rowCount() > 0)
        first = self.choices.choice(0)
        if first is not None and first != self._choice and not self._picked and not self.transcript.length:
            self._choose(first)  # the newest taught model, until the person chooses another
        elif self._choice is not None:
            self.header.select(self._choice)
            self.header.sides.show_options(self._options())

    @Slot(str, object)
    def _on_job(self, _job_id: str, state: JobState) -> None:
        if state.kind in RUNS and state.status == "done":
            self._take_choices()

    @Slot(str, str)
    def _on_taught(self, exchange: str, job_id: str) -> None:
        """A leaf was taught again: the new model answers the question it got wrong."""
        self._take_choices()
        rows = range(self.choices.rowCount())
        new = next((one for row in rows if (one := self.choices.choice(row)) is not None and one.job == job_id), None)
        if new is None or self.session.busy:
            return
        self._picked = True
        self._choose(new)
        self.teaching.show_after(exchange, own_side(new))

    @Slot(object)
    def _on_loaded(self, loaded: Loaded) -> None:
        if self._choice is not None:
            self.header.show_loaded(self.session.sides, loaded)
            adapters = [side.adapter for side in loaded.sides if side.adapter]
            self._context.intents.model_loaded.emit(self._choice.title, adapters[-1][:8] if adapters else "")
            self.composer.measure()

    @Slot(object)
    def _on_measured(self, found: Measured) -> None:
        self.composer.meter.show_measured(found)

    @Slot(str, str)
    def _on_answered(self, exchange: str, side: str) -> None:
        answer = self.session.chat.exchanges[exchange].answers.get(side)
        if answer is not None:
            self._context.intents.speed.emit(answer.tokens_per_second)
        self.composer.measure()

    @Slot(object, str)
    def _on_failed(self, error: LabdeskError, _exchange: str) -> None:
        self.banner.say_error(error)

    @Slot(str)
    def _on_client(self, state: str) -> None:
        self.composer.show_busy(state == "answering")
        self._context.actions.allow("chat.stop", state == "answering")
        if state == "empty" and self.client.model is None:
            self.header.show_nothing(self._choice)
