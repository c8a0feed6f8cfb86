"""What is known of the drafts for a passage or a skill: those that wait, how many were taken or not. No widgets."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable

from labdesk.core.events import Event, SampleMade
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState, fold_all
from labdesk.gui.teach.draft_decisions import Decision


@dataclasses.dataclass(frozen=True)
class Proposal:
    """A question and its answer (and the text they work on, of a grounded skill) that wait for a decision."""

    question: str
    answer: str
    context: str = ""


@dataclasses.dataclass
class DraftSession:
    """The drafts for a passage of a leaf; for a skill ("" as passage) new examples. The same question is never proposed
    twice, also not by a second job."""

    leaf: str
    passage: str
    job: JobFolder | None = None
    state: JobState = dataclasses.field(default_factory=JobState)
    waiting: list[Proposal] = dataclasses.field(default_factory=list)
    accepted: int = 0
    discarded: int = 0
    error: str = ""
    _seen: set[tuple[str, str]] = dataclasses.field(default_factory=set)

    def begin(self, job: JobFolder) -> None:
        """Another job proposes."""
        self.job, self.state, self.error = job, JobState(), ""

    def take(self, events: Iterable[Event]) -> None:
        """What the worker said."""
        events = list(events)
        self.state = fold_all(events, self.state)
        for event in events:
            if isinstance(event, SampleMade) and event.kept:
                made = Proposal(event.question, event.answer, event.context)
                known = (made.context, made.question)
                if known not in self._seen:
                    self._seen.add(known)
                    self.waiting.append(made)

    def recall(self, job: JobFolder, events: Iterable[Event], decisions: Iterable[Decision]) -> bool:
        """A job of an earlier window that has ended: offers again what nobody decided about. True if there is any."""
        before = len(self.waiting)
        state = self.state
        self.take(events)
        self.state = state
        for one in decisions:
            made = next((draft for draft in self.waiting if (draft.context, draft.question) == _key(one)), None)
            if made is not None:
                self.waiting.remove(made)
        if len(self.waiting) > before and self.job is None:
            self.job, self.state = job, JobState(kind="draft", status="done")
        return len(self.waiting) > before

    def decide(self, proposal: Proposal, *, accepted: bool) -> None:
        """Takes one away."""
        if proposal in self.waiting:
            self.waiting.remove(proposal)
            self.accepted += accepted
            self.discarded += not accepted

    @property
    def running(self) -> bool:
        """Whether more may come."""
        return self.job is not None and not self.error and self.state.status in ("waiting", "running")

    def trouble(self) -> str:
        """Why there is no draft, and what to do; "" when there is none."""
        if self.error or self.running or self.job is None:
            return self.error
        if self.state.failed is not None:
            failed = self.state.failed
            return " ".join(part for part in (failed.message, failed.cause, failed.remedy) if part)
        if self.state.status == "interrupted":
            return "The process that drafts ended by itself, perhaps for want of memory. Try again."
        return ""

    def summary(self) -> str:
        """How it stands, in a few words; "" before anything was asked."""
        if self.running or self.job is None:
            return ""
        counts = ((len(self.waiting), "to decide"), (self.accepted, "accepted"), (self.discarded, "discarded"))
        said = " · ".join(f"{count} {words}" for count, words in counts if count)
        if said or self.trouble():
            return said
        stopped = self.state.status in ("stopped", "paused")
        return "Stopped. Nothing was written into the leaf." if stopped else "Nothing that was not proposed before."


def _key(decision: Decision) -> tuple[str, str]:
    return decision.context, decision.question
