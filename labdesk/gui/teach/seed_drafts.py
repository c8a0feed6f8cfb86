"""“Draft questions (or examples) for me”: starts the job, follows it, puts what a person accepts into the leaf.

Nothing enters the file unasked: a draft lives here and in its job's folder until somebody accepts it."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.errors import LabdeskError
from labdesk.core.events import Event
from labdesk.core.history.whereabouts import Whereabouts
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.specs import DraftSpec
from labdesk.core.storage import JournalReader
from labdesk.core.taxonomy.leaf import Leaf, LeafKind, SeedExample, SeedPair
from labdesk.core.taxonomy.yaml_source import YamlPath
from labdesk.gui.context import GuiContext
from labdesk.gui.teach.draft_decisions import Decision, decisions_of, note_decision
from labdesk.gui.teach.draft_session import DraftSession, Proposal
from labdesk.gui.teach.draft_tray import DraftTray
from labdesk.gui.teach.example_cards import ContextCard
from labdesk.gui.teach.leaf_editor import LeafEditor
from labdesk.gui.teach.leaf_form import LeafForm
from labdesk.gui.teach.seed_cards import SeedCard
from labdesk.gui.teach.shapes import PAIRS, SEEDS, Seed

_EMPTY = "Copy or type a passage first; the questions are about it."
_FEW = "Write two examples first: the teacher goes on in their manner."
_LEAST = 2
_OVER = ("done", "failed", "stopped", "paused", "interrupted")
_MANNER = "The teacher proposes more examples in the manner of yours"


class SeedDrafts(QObject):
    """Follows a LeafForm: each open passage has a tray, a skill one for all its examples. A session is known by its
    leaf and its passage ("" for a skill), so drafts come back when the leaf is opened again, also in another window.
    `offered(how many, leaf paths)`: drafts of an earlier window wait."""

    failed = Signal(object)
    offered = Signal(int, object)

    def __init__(self, context: GuiContext, editor: LeafEditor, form: LeafForm, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._editor = editor
        self._form = form
        self._trays: dict[ContextCard, DraftTray] = {}
        self._sessions: dict[tuple[str, str], DraftSession] = {}
        self._readers: dict[str, tuple[DraftSession, JournalReader[Event]]] = {}
        self._recalled: set[str] = set()
        self._offers: list[DraftSession] = []
        self.examples = DraftTray("this skill", "examples", _MANNER)
        self.examples.hide()
        form.add_note(self.examples)
        self._connect(self.examples, None)
        form.completed.connect(self.refresh)
        form.card_opened.connect(self._on_opened)
        context.bridge.job_events.connect(self._on_events)
        context.bridge.job_changed.connect(self._on_state)
        context.bridge.jobs_listed.connect(self._offer)
        for job in context.bridge.jobs("draft"):  # this place may be made after they were listed
            self._on_state(job.id, context.bridge.state(job.id))
        QTimer.singleShot(0, self, self._offer)

    @Slot()
    def refresh(self) -> None:
        """Gives every open passage its tray and shows how its drafts stand."""
        self._trays = {card: tray for card, tray in self._trays.items() if card in self._form.cards}
        for card in self._form.cards:
            self._on_opened(card)
        leaf = self._editor.leaf
        skill = leaf is not None and leaf.kind is not LeafKind.KNOWLEDGE and not self._form.shape.why_not
        self.examples.setVisible(skill)
        self.examples.show_session(self._session(None) if skill else None)

    def tray(self, index: int) -> DraftTray | None:
        """The tray of a passage, if its card is open."""
        card = self._form.cards[index] if index < len(self._form.cards) else None
        return self._trays.get(card) if isinstance(card, ContextCard) else None

    def draft(self, index: int) -> None:
        """Asks the teacher for questions about a passage of the open leaf."""
        self._form.save()
        passage = _passage(self._editor.leaf, index)
        tray = self.tray(index)
        if tray is None:
            return
        if passage.strip():
            self._ask(passage, f"Draft questions for “{self._title}”")
        else:
            tray.say(_EMPTY)

    def draft_examples(self) -> None:
        """Asks the teacher for more examples of the open skill."""
        self._form.save()
        leaf = self._editor.leaf
        if leaf is None:
            return
        if sum(bool(seed.question.strip() and seed.answer.strip()) for seed in leaf.seed_examples) < _LEAST:
            self.examples.say(_FEW)
        else:
            self._ask("", f"Draft examples for “{self._title}”")

    @property
    def _title(self) -> str:
        return self._editor.leaf.title if self._editor.leaf is not None else ""

    def _ask(self, passage: str, title: str) -> None:
        leaf = self._editor.leaf
        if leaf is None:
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
            job = self._context.jobs.start("draft", spec, title)
        except LabdeskError as error:
            self.failed.emit(error)
            return
        self._begin(session, job)
        self.refresh()

    @Slot(object)
    def _on_opened(self, card: SeedCard) -> None:
        if isinstance(card, ContextCard) and card.rows:
            if card not in self._trays:
                self._trays[card] = DraftTray(card.name.lower())
                card.add_note(self._trays[card])
                self._connect(self._trays[card], card)
            self._trays[card].show_session(self._session(card))

    def _connect(self, tray: DraftTray, card: ContextCard | None) -> None:
        tray.wanted.connect(lambda: self.draft_examples() if card is None else self.draft(card.index))
        tray.stop_wanted.connect(lambda: self._stop(card))
        tray.accepted.connect(lambda proposal, edited: self._accept(card, proposal, edited))
        tray.discarded.connect(lambda proposal: self._decide(card, proposal, accepted=False))

    def _session(self, card: ContextCard | None) -> DraftSession | None:
        leaf = self._editor.leaf
        passage = "" if card is None else _passage(leaf, card.index)
        return self._sessions.get((leaf.path, passage)) if leaf is not None else None

    def _accept(self, card: ContextCard | None, proposal: Proposal, edited: Proposal) -> None:
        """Into the first pair or example that is still empty, else as a new one: one step to undo."""
        self._form.save()
        leaf = self._editor.leaf
        if leaf is None or (card is not None and card.index >= len(leaf.seed_contexts)):
            return
        value = {"question": edited.question, "answer": edited.answer}
        if edited.context:
            value = {"context": edited.context, **value}
        where: YamlPath = (SEEDS,) if card is None else (SEEDS, card.index, PAIRS)
        there = self._form.shape.seeds if card is None else leaf.seed_contexts[card.index].pairs
        empty = next((number for number, one in enumerate(there) if _is_empty(one)), None)
        self._decide(card, proposal, accepted=True)
        if empty is None:
            self._editor.insert(where, len(there), value)
        else:
            self._editor.set((*where, empty), value)

    def _decide(self, card: ContextCard | None, proposal: Proposal, *, accepted: bool) -> None:
        session = self._session(card)
        if session is None:
            return
        session.decide(proposal, accepted=accepted)
        if session.job is not None:
            try:
                note_decision(session.job, Decision(proposal.question, proposal.context, accepted))
            except LabdeskError as error:
                self.failed.emit(error)
        self.refresh()

    def _stop(self, card: ContextCard | None) -> None:
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
        if job_id not in self._readers and state.kind == "draft":
            if state.status == "running":
                self._adopt(job_id)
            elif state.status in _OVER and job_id not in self._recalled:
                self._recall(job_id)
        if job_id in self._readers:
            session, reader = self._readers[job_id]
            session.take(reader.read_new())
            if state.status == "interrupted":
                session.state = state
            self.refresh()

    def _adopt(self, job_id: str) -> None:
        job = self._job(job_id)
        if job is not None:
            self._begin(self._session_of(job), job)

    def _recall(self, job_id: str) -> None:
        """A job that ended while no window was open, or whose drafts were left for another day."""
        self._recalled.add(job_id)
        job = self._job(job_id)
        if job is None:
            return
        session = self._session_of(job)
        if session.recall(job, job.reader().read_new(), decisions_of(job)):
            self._offers.append(session)
            self.refresh()

    @Slot()
    def _offer(self) -> None:
        """Says once, when the jobs are known, that drafts wait."""
        leaves = sorted({session.leaf for session in self._offers if session.leaf and session.waiting})
        many = sum(len(session.waiting) for session in self._offers if session.leaf)
        self._offers.clear()
        if many:
            self.offered.emit(many, leaves)

    def _job(self, job_id: str) -> JobFolder | None:
        return next((one for one in self._context.bridge.jobs("draft") if one.id == job_id), None)

    def _session_of(self, job: JobFolder) -> DraftSession:
        """By where its leaf is now."""
        spec, history = job.spec(DraftSpec), self._context.workspace.history
        leaf = Whereabouts(history.steps, history.undone, job.request.created).now(spec.leaf)
        return self._sessions.setdefault((leaf, spec.passage), DraftSession(leaf, spec.passage))

    def _begin(self, session: DraftSession, job: JobFolder) -> None:
        session.begin(job)
        self._readers[job.id] = (session, job.reader())


def _passage(leaf: Leaf | None, index: int) -> str:
    return leaf.seed_contexts[index].context if leaf is not None and index < len(leaf.seed_contexts) else ""


def _is_empty(one: Seed | SeedPair) -> bool:
    match one:
        case SeedPair():
            return not (one.question.strip() or one.answer.strip())
        case SeedExample():
            return not (one.question.strip() or one.answer.strip() or one.context.strip())
    return False
