"""Closes the loop: a corrected answer becomes a seed, its leaf is taught again, and the new model answers once more."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QWidget

from labdesk.core import swap
from labdesk.core.chats.lesson import Lesson, with_lesson
from labdesk.core.chats.records import Taught
from labdesk.core.errors import LabdeskError
from labdesk.core.job_state import ENDED, JobState
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.new_leaf import draft_leaf_text
from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.gui.chat.choices import Choice
from labdesk.gui.chat.conversation import Conversation
from labdesk.gui.chat.exchange import ExchangeView
from labdesk.gui.chat.leaf_index import LeafIndex
from labdesk.gui.chat.session import ChatSession
from labdesk.gui.chat.sides import AFTER, BASE, SideOption
from labdesk.gui.chat.teach_dialog import Correction, TeachDialog
from labdesk.gui.context import GuiContext
from labdesk.gui.words import counted, time_left
from labdesk.jobs.requests import request_teach


@dataclasses.dataclass
class _Followed:
    """A leaf that is being taught for an exchange of a chat."""

    chat: str
    exchange: str


class Teaching(QObject):
    """`begin(exchange, side)` opens the dialog; `reteach(exchange)` teaches the leaf; `taught(exchange, job)` when the
    new model is there."""

    failed = Signal(object)
    taught = Signal(str, str)

    def __init__(
        self, context: GuiContext, session: ChatSession, conversation: Conversation, index: LeafIndex, owner: QWidget
    ) -> None:
        super().__init__(owner)
        self._context, self._session, self._conversation = context, session, conversation
        self._index, self._owner = index, owner
        self.student: Choice | None = None
        self.dialog: TeachDialog | None = None
        self._followed: dict[str, _Followed] = {}
        context.bridge.job_changed.connect(self._on_job)

    @Slot(str, str)
    def begin(self, exchange: str, side: str) -> None:
        """Asks what the answer should have been."""
        one = self._session.chat.exchanges[exchange]
        answer = one.answers.get(side)
        if self.dialog is not None or answer is None:
            return
        self._index.start()
        self.dialog = TeachDialog(self._index, one.question, answer.text, self._owner)
        self.dialog.decided.connect(lambda correction: self._try(lambda: self.keep(exchange, side, correction)))
        self.dialog.finished.connect(self._on_closed)
        self.dialog.open()

    @Slot()
    def begin_with_last(self) -> None:
        """The last answer of the conversation; of several, that of the chosen model."""
        last = self._session.chat.exchanges.get(self._conversation.last)
        if last is not None and last.answers:
            sides = [side for side in last.answers if side != BASE] or list(last.answers)
            self.begin(last.id, sides[-1])

    def keep(self, exchange: str, side: str, correction: Correction) -> None:
        """Writes the correction into its leaf. Raises TaxonomyError, StorageError; then nothing has changed."""
        lesson = self._write(correction)
        self._session.record(Taught(exchange, side, correction.leaf, correction.answer))
        if self.dialog is not None:
            self.dialog.accept()
        self._conversation.renew(exchange)
        self.show_state(exchange)
        if correction.reteach and lesson.missing == 0:
            self.reteach(exchange)

    def _write(self, correction: Correction) -> Lesson:
        workspace = self._context.workspace
        relative = f"{correction.leaf}/{LEAF_FILE}"
        found = swap.current(workspace.inside_taxonomy(relative))
        data = found
        if data is None:
            data = draft_leaf_text(LeafKind.FREEFORM, about=f"Answer questions like: {correction.question}"[:300])
        lesson = with_lesson(data, correction.leaf, correction.question, correction.answer)
        workspace.write_leaf_file(relative, lesson.data, origin="chat", expected=found)
        return lesson

    @Slot(str)
    def reteach(self, exchange: str) -> None:
        """Teaches the leaf to the model that answered: the new model goes on from it, so it keeps what it knows."""
        self._try(lambda: self._start(exchange))

    def _start(self, exchange: str) -> None:
        taught = self._session.chat.exchanges[exchange].taught
        if taught is None:
            return
        student = str(self.student.model) if self.student is not None and self.student.taught else ""
        if self.student is not None and not self.student.taught:
            chosen = self._context.settings.values.student
            student = str(self.student.model) if str(self.student.model) == chosen else ""
        job = request_teach(self._context.workspace, (taught.leaf,), self._context.settings.values.teacher, student)
        self._followed[job.id] = _Followed(self._session.chat.id, exchange)
        self._session.record(msgspec.structs.replace(taught, job=job.id))
        self._context.jobs.resume(job)
        self.show_state(exchange)

    @Slot(str)
    def stop(self, exchange: str) -> None:
        """Ends the teaching at the next safe point; it can be continued."""
        job = next((id for id, one in self._followed.items() if one.exchange == exchange), "")
        if job:
            self._try(lambda: self._context.jobs.stop(self._context.workspace.job(job)))

    @Slot(str, object)
    def show_state(self, exchange: str, view: ExchangeView | None = None) -> None:
        """Brings the card below an exchange up to date; called whenever its view is made."""
        one = self._session.chat.exchanges.get(exchange)
        view = view or self._conversation.view(exchange)
        if one is None or one.taught is None or view is None:
            return
        missing = self._missing(one.taught)
        if one.taught.job:
            job, state = one.taught.job, self._context.bridge.state(one.taught.job)
            self._show_job(view, state)
            if state.status != "done" or not self._asked_since(exchange):
                self._followed.setdefault(job, _Followed(self._session.chat.id, exchange))
            if state.status == "done":  # perhaps while another chat was open, or none
                QTimer.singleShot(0, self, lambda: self._finish(exchange, job))
        elif missing:
            need = counted(missing, "more example")
            view.lesson.show_end(f"This leaf needs {need} before it can be taught. Open it to add them.", again=False)

    def show_after(self, exchange: str, after: SideOption) -> None:
        """Asks the question again of the newly taught model, beside what was said before."""
        taught = self._session.chat.exchanges[exchange].taught
        if taught is not None:
            self._try(lambda: self._session.ask_after(exchange, taught.side, after))

    def _missing(self, taught: Taught) -> int:
        try:
            found = swap.current(self._context.workspace.inside_taxonomy(f"{taught.leaf}/{LEAF_FILE}"))
            if found is None:
                return 0
            question = self._session.chat.exchanges[taught.exchange].question
            return with_lesson(found, taught.leaf, question, taught.answer).missing
        except LabdeskError:
            return 0

    @Slot(str, object)
    def _on_job(self, job_id: str, state: JobState) -> None:
        followed = self._followed.get(job_id)
        if followed is None or followed.chat != self._session.chat.id:
            return
        self._show_job(self._conversation.view(followed.exchange), state)
        if state.status == "done":
            self._finish(followed.exchange, job_id)

    def _finish(self, exchange: str, job_id: str) -> None:
        """The leaf is taught: once, the new model is asked the same question."""
        if job_id in self._followed and not self._session.busy:
            del self._followed[job_id]
            if not self._asked_since(exchange):
                self.taught.emit(exchange, job_id)

    def _asked_since(self, exchange: str) -> bool:
        chat = self._session.chat
        siblings = chat.siblings(exchange)
        later = siblings[siblings.index(exchange) + 1 :]
        return any(AFTER in chat.exchanges[one].answers for one in later)

    def _show_job(self, view: ExchangeView | None, state: JobState) -> None:
        if view is None:
            return
        if state.status in ("running", "waiting"):
            stage = state.stage.title if state.stage else "Starting"
            left = time_left(state.progress.seconds_left) if state.progress else ""
            view.lesson.show_running(" · ".join(part for part in (stage, left) if part), state.fraction)
        elif state.status == "done":
            view.lesson.show_end("The leaf is taught. The new model has answered the same question.", again=False)
        elif state.failed is not None:
            words = " ".join(part for part in (state.failed.message, state.failed.remedy) if part)
            view.lesson.show_end(words, again=True)
        else:
            again = state.status not in ENDED or state.status == "stopped"
            view.lesson.show_end("It was stopped before its end. What is finished is kept.", again=again)

    def _on_closed(self) -> None:
        dialog, self.dialog = self.dialog, None
        if dialog is not None:
            dialog.deleteLater()

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except LabdeskError as error:
            if self.dialog is not None:
                self.dialog.show_problem(" ".join(part for part in (error.message, error.remedy) if part))
            else:
                self.failed.emit(error)
