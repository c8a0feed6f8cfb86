"""“Draft questions for me”: starts the job, follows it, and puts what a person accepts into the leaf.

Nothing enters the file unasked: a draft lives here and in its job's folder until somebody accepts it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.errors import LabdeskError
from labdesk.core.events import Event
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.specs import DraftSpec
from labdesk.core.storage import JournalReader
from labdesk.core.taxonomy.leaf import Leaf
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.draft_session import DraftSession, Proposal
from labdesk.gui.teach.draft_tray import DraftTray
from labdesk.gui.teach.example_cards import ContextCard
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.leaf_form import LeafForm
from labdesk.gui.teach.seed_cards import SeedCard
from labdesk.gui.teach.shapes import PAIRS, SEEDS

_EMPTY = "Copy or type a passage first; the questions are about it."


class SeedDrafts(QObject):
    """Follows a LeafForm: every open passage has a tray. A session is known by its leaf and its passage, so drafts come
    back when the leaf is opened again."""

    failed = Signal(object)

    def __init__(self, context: GuiContext, editor: LeafEditor, form: LeafForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._editor = editor
        self._form = form
        self._trays: dict[ContextCard, DraftTray] = {}
        self._sessions: dict[tuple[str, str], DraftSession] = {}
        self._readers: dict[str, tuple[DraftSession, JournalReader[Event]]] = {}
        form.completed.connect(self.refresh)
        form.card_opened.connect(self._on_opened)
        context.bridge.job_events.connect(self._on_events)
        context.bridge.job_changed.connect(self._on_state)

    @Slot()
    def refresh(self) -> None:
        """Gives every open passage its tray and shows how its drafts stand."""
        self._trays = {card: tray for card, tray in self._trays.items() if card in self._form.cards}
        for card in self._form.cards:
            self._on_opened(card)

    def tray(self, index: int) -> DraftTray | None:
        """The tray of a passage, if its card is open."""
        card = self._form.cards[index] if index < len(self._form.cards) else None
        return self._trays.get(card) if isinstance(card, ContextCard) else None

    def draft(self, index: int) -> None:
        """Asks the teacher for questions about a passage of the open leaf."""
        self._form.save()
        leaf = self._editor.leaf
        passage = _passage(leaf, index)
        tray = self.tray(index)
        if leaf is None or tray is None:
            return
        if not passage.strip():
            tray.say(_EMPTY)
            return
        session = self._sessions.setdefault((leaf.path, passage), DraftSession(leaf.path, passage))
        if session.running:
            return
        busy = next((job for job in self._context.bridge.running()), None)
        if busy is not None:
            session.error = f"“{busy.request.title}” is at work. Ask again when it is done: two models may not fit."
            self.refresh()
            return
        spec = DraftSpec(leaf=leaf.path, passage=passage, teacher=self._context.settings.values.teacher)
        try:
            job = self._context.jobs.start("draft", spec, f"Draft questions for “{leaf.title}”")
        except LabdeskError as error:
            self.failed.emit(error)
            return
        self._begin(session, job)
        self.refresh()

    @Slot(object)
    def _on_opened(self, card: SeedCard) -> None:
        if isinstance(card, ContextCard) and card.rows:
            if card not in self._trays:
                self._attach(card)
            self._trays[card].show_session(self._session(card))

    def _attach(self, card: ContextCard) -> None:
        tray = DraftTray(card.name.lower())
        card.add_note(tray)
        self._trays[card] = tray
        tray.wanted.connect(lambda: self.draft(card.index))
        tray.stop_wanted.connect(lambda: self._stop(card))
        tray.accepted.connect(lambda proposal, question, answer: self._accept(card, proposal, question, answer))
        tray.discarded.connect(lambda proposal: self._decide(card, proposal, accepted=False))

    def _session(self, card: ContextCard) -> DraftSession | None:
        leaf = self._editor.leaf
        return self._sessions.get((leaf.path, _passage(leaf, card.index))) if leaf is not None else None

    def _accept(self, card: ContextCard, proposal: Proposal, question: str, answer: str) -> None:
        """Into the first pair of the passage that is still empty, else as a new one: one step to undo."""
        self._form.save()
        leaf = self._editor.leaf
        if leaf is None or card.index >= len(leaf.seed_contexts):
            return
        pairs = leaf.seed_contexts[card.index].pairs
        value = {"question": question, "answer": answer}
        where = (SEEDS, card.index, PAIRS)
        empty = next((n for n, pair in enumerate(pairs) if not pair.question.strip() and not pair.answer.strip()), None)
        self._decide(card, proposal, accepted=True)
        if empty is None:
            self._editor.insert(where, len(pairs), value)
        else:
            self._editor.set((*where, empty), value)

    def _decide(self, card: ContextCard, proposal: Proposal, *, accepted: bool) -> None:
        session = self._session(card)
        if session is not None:
            session.decide(proposal, accepted=accepted)
            self.refresh()

    def _stop(self, card: ContextCard) -> None:
        session = self._session(card)
        if session is not None and session.job is not None:
            try:
                self._context.jobs.stop(session.job)
            except LabdeskError as error:
                self.failed.emit(error)

    @Slot(str, object)
    def _on_events(self, job_id: str, _events: object) -> None:
        if job_id in self._readers:
            session, reader = self._readers[job_id]
            session.take(reader.read_new())
            self.refresh()

    @Slot(str, object)
    def _on_state(self, job_id: str, state: JobState) -> None:
        """Also a worker that died without a last word must be seen, and one that an earlier window started."""
        if job_id not in self._readers and state.kind == "draft" and state.status == "running":
            self._adopt(job_id)
        if job_id in self._readers:
            session, reader = self._readers[job_id]
            session.take(reader.read_new())
            if state.status == "interrupted":
                session.state = state
            self.refresh()

    def _adopt(self, job_id: str) -> None:
        job = next((one for one in self._context.bridge.jobs("draft") if one.id == job_id), None)
        if job is not None:
            spec = job.spec(DraftSpec)
            self._begin(
                self._sessions.setdefault((spec.leaf, spec.passage), DraftSession(spec.leaf, spec.passage)), job
            )

    def _begin(self, session: DraftSession, job: JobFolder) -> None:
        session.begin(job)
        self._readers[job.id] = (session, job.reader())


def _passage(leaf: Leaf | None, index: int) -> str:
    return leaf.seed_contexts[index].context if leaf is not None and index < len(leaf.seed_contexts) else ""
