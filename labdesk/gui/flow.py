"""“Generate & train”: starts the whole job, walks along with it from place to place, and ends in Chat.

It leads a person only while that person stays where it left them: whoever went elsewhere gets a message instead."""

from __future__ import annotations

import functools
from collections.abc import Callable, Generator
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Slot
from PySide6.QtWidgets import QWidget

from labdesk.core.conditions import Conditions, next_time, write_conditions
from labdesk.core.errors import StorageError
from labdesk.core.exam.report import read_report
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.steps import Step
from labdesk.gui.chat.exam_questions import suggestions
from labdesk.gui.chat.opening import ChatOpening
from labdesk.gui.context import GuiContext
from labdesk.gui.generate.consent import ConsentDialog, with_leave
from labdesk.gui.generate.options import chosen_servers
from labdesk.gui.job_request import JobRequest
from labdesk.jobs.requests import requesting_teach

#: Where the steps of a teach job are shown, by the kind of the child job.
_PLACES = {"generate": "generate", "replay": "train", "exam": "train", "train": "train"}
_SHOWN = ("teach", "generate", "train")
_FIRST_LOOK_MS = 3000
_LIVE = ("running", "waiting")
_ENDED = ("failed", "interrupted", "stopped", "paused")


class Flow(QObject):
    """`current` tells which place is shown, `go` shows one."""

    def __init__(
        self,
        context: GuiContext,
        current: Callable[[], str],
        go: Callable[[str, object], object],
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._window = parent
        self.asking: ConsentDialog | None = None
        self._context = context
        self._current = current
        self._go = go
        self._live: set[str] = set()  # teach jobs that this window saw at work
        self._led: str = ""  # the job whose steps the window follows
        self._left_at = ""  # the place where it last left the person
        self._looking = True  # for jobs that outlived an earlier window
        self._request = JobRequest(context, self)
        self._request.begun.connect(self._on_begun)
        self._request.failed.connect(context.intents.failed)
        bridge = context.bridge
        bridge.job_changed.connect(self._on_job)
        bridge.jobs_listed.connect(self._on_listed)
        QTimer.singleShot(_FIRST_LOOK_MS, self, self._stop_looking)
        context.intents.teach.connect(self.teach)
        context.intents.teach_tonight.connect(self.teach_tonight)

    @Slot(object)
    def teach(self, leaves: tuple[str, ...] = ()) -> None:
        """Starts (or continues) the whole job for these leaves, all of them when there are none. Asks first where texts
        would leave this computer."""
        self._begin(leaves, Conditions())

    @Slot(object)
    def teach_tonight(self, leaves: tuple[str, ...] = ()) -> None:
        """The same, but it waits for the evening with nothing in memory."""
        self._begin(leaves, Conditions(not_before=next_time("tonight")))

    def _begin(self, leaves: tuple[str, ...], conditions: Conditions) -> None:
        self._looking = False
        store = self._context.settings
        then = functools.partial(self._ask, leaves, conditions)
        self.asking = with_leave(store, chosen_servers(store.values), self._window, then)

    def _ask(self, leaves: tuple[str, ...], conditions: Conditions) -> None:
        self._request.ask(self._asking(leaves, conditions))

    def _asking(self, leaves: tuple[str, ...], conditions: Conditions) -> Generator[Step, Any, JobFolder]:
        chosen = self._context.settings.values
        job = yield from requesting_teach(self._context.workspace, leaves, chosen.teacher, chosen.student)
        write_conditions(job.path, conditions)
        return job

    @Slot(object)
    def _on_begun(self, job: JobFolder) -> None:
        self._live.add(job.id)
        self._lead(job.id, "generate")

    def _lead(self, job_id: str, place: str) -> None:
        self._led, self._left_at = job_id, place
        self._go(place, job_id)

    @Slot()
    def _on_listed(self) -> None:
        """Jobs that outlived an earlier window are shown again, unless the person is busy already."""
        running = [
            job for job in self._context.bridge.running() if not job.request.parent and job.request.kind in _SHOWN
        ]
        if self._looking and running and self._current() in ("", "teach"):
            job = running[-1]
            self._lead(job.id, self._place_of(job) if job.request.kind == "teach" else _PLACES[job.request.kind])
        self._looking = False

    @Slot()
    def _stop_looking(self) -> None:
        self._looking = False

    @Slot(str, object)
    def _on_job(self, job_id: str, state: JobState) -> None:
        job = next((job for job in self._context.bridge.jobs("teach") if job.id == job_id), None)
        if job is None:
            if state.status in _LIVE and self._led:
                self._follow_child(job_id)
            return
        if state.status in _LIVE:
            self._live.add(job_id)
        elif job_id in self._live:
            self._live.discard(job_id)
            if state.status == "done":
                self._arrive(job, state)
            elif state.status in _ENDED and not self._accompanied(job_id):
                self._context.intents.say.emit(
                    "warn", f"“{job.request.title}” has ended early", "Open Train to see why."
                )

    def _follow_child(self, job_id: str) -> None:
        """A step of the followed job began: show it where its place is."""
        child = next((job for job in self._context.bridge.jobs() if job.id == job_id), None)
        if child is None or child.request.parent != self._led or not self._accompanied(self._led):
            return
        place = _PLACES.get(child.request.kind, self._left_at)
        if place != self._left_at:
            self._lead(self._led, place)

    def _place_of(self, job: JobFolder) -> str:
        children = [child for child in self._context.bridge.jobs() if child.request.parent == job.id]
        return _PLACES.get(children[-1].request.kind, "generate") if children else "generate"

    def _accompanied(self, job_id: str) -> bool:
        return job_id == self._led and self._current() == self._left_at

    def _arrive(self, job: JobFolder, state: JobState) -> None:
        """The model is taught: open the chat with it, or say so to a person who is elsewhere."""
        merged = state.artifact("merged")
        if self._accompanied(job.id) and merged is not None:
            self._led = ""
            self._go("chat", ChatOpening(Path(merged), _questions(state)))
        else:
            self._context.intents.say.emit(
                "good", "Your model is taught", "Open Chat to ask it, beside the model as it was."
            )


def _questions(state: JobState) -> tuple[str, ...]:
    """Questions of the exam to try, the best learned first."""
    report = state.artifact("report")
    if report is None:
        return ()
    try:
        return suggestions(read_report(Path(report).parent))
    except StorageError:
        return ()
