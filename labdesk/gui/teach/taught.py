"""What became of each leaf, read from the jobs: when its samples were written, whether it changed since, its score."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Iterable
from pathlib import Path

import msgspec
from PySide6.QtCore import QObject, QTimer, Signal, Slot

from labdesk.core.errors import LabdeskError
from labdesk.core.exam.learning_map import LeafScore
from labdesk.core.exam.report import REPORT_JSON
from labdesk.core.history.whereabouts import Whereabouts
from labdesk.core.inputs import LEAVES_JSON, LeafInputs, documents_differ
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.specs import GenerateSpec, TeachSpec
from labdesk.core.storage import read_json
from labdesk.core.taxonomy.facts import Glance
from labdesk.core.workspace import Workspace
from labdesk.gui.bridge import Bridge
from labdesk.gui.slices import Slices
from labdesk.gui.teach.leaf_book import Progress

_PAUSE_MS = 100
_AT_ONCE = 200


class _Scores(msgspec.Struct, frozen=True):
    """The part of an exam report that is wanted here."""

    leaves: tuple[LeafScore, ...] = ()


@dataclasses.dataclass(frozen=True)
class _Made:
    """When samples of a leaf were asked for (seconds since 1970), what it was then (if that was noted), and whether one
    of its documents is another now."""

    time: float
    was: LeafInputs
    new_document: bool = False


@dataclasses.dataclass(frozen=True)
class _Word:
    """What one job says of its leaves, by the paths they had then."""

    made: dict[str, _Made]
    scores: tuple[LeafScore, ...]


class Taught(QObject):
    """`changed(paths)`: `progress(path)` may say something else about these leaves now."""

    changed = Signal(object)

    def __init__(
        self, workspace: Workspace, bridge: Bridge, seen: Callable[[str], Glance | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._bridge = bridge
        self._seen = seen
        self._made: dict[str, _Made] = {}
        self._scores: dict[str, LeafScore] = {}
        self._work = Slices(self)
        self._work.done.connect(self._take)
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(_PAUSE_MS)
        self._later.timeout.connect(lambda: self._work.start(self._look()))
        self._words: dict[str, _Word] = {}  # of jobs that are done: they say the same for ever
        bridge.jobs_listed.connect(self._later.start)
        bridge.job_changed.connect(self._on_job)
        self._later.start()

    def progress(self, path: str) -> Progress:
        """What became of a leaf."""
        made, score, seen = self._made.get(path), self._scores.get(path), self._seen(path)
        if made is None and score is None:
            return Progress()
        changed = made is not None and seen is not None and _differs(made, seen)
        return Progress(True, changed, score.before if score else None, score.after if score else None)

    def look(self) -> None:
        """The taxonomy was listed anew: leaves may be elsewhere, documents may be others."""
        self._later.start()

    def progress_of(self, paths: Iterable[str]) -> dict[str, Progress]:
        """`progress` of several leaves."""
        return {path: self.progress(path) for path in paths}

    def close_work(self) -> None:
        """Looks no more; for the window that closes."""
        self._later.stop()
        self._work.stop()

    @Slot(str, object)
    def _on_job(self, _job_id: str, state: JobState) -> None:
        if state.status == "done":
            self._later.start()

    def _look(self) -> Generator[None, None, tuple[dict[str, _Made], dict[str, LeafScore]]]:
        """The newest word on each leaf, wherever it is now: newest job first."""
        made: dict[str, _Made] = {}
        scores: dict[str, LeafScore] = {}
        done, undone = self._workspace.history.steps, self._workspace.history.undone
        for job in reversed(self._bridge.jobs()):
            state = self._bridge.state(job.id)
            if state.status != "done" or job.request.kind not in ("generate", "teach"):
                continue
            yield
            if job.id not in self._words:
                self._words[job.id] = _Word(_made_by(job), self._scores_of(job, state))
            word, moved = self._words[job.id], Whereabouts(done, undone, job.request.created)
            for number, (path, one) in enumerate(word.made.items()):
                made.setdefault(moved.now(path), one)
                if not number % _AT_ONCE:
                    yield
            for score in word.scores:
                scores.setdefault(moved.now(score.leaf), score)
        for path, one in made.items():
            if path and one.was.documents:
                made[path] = dataclasses.replace(one, new_document=self._is_new(path, one))
                yield
        return made, scores

    def _is_new(self, path: str, made: _Made) -> bool:
        return documents_differ(self._workspace.taxonomy / path, made.was)

    def _scores_of(self, job: JobFolder, state: JobState) -> tuple[LeafScore, ...]:
        named = state.artifact("report")
        folder = Path(named).parent if named else self._workspace.runs_folder / job.id / "exam"
        try:
            return read_json(folder / REPORT_JSON, _Scores).leaves
        except LabdeskError:
            return ()

    @Slot(object)
    def _take(self, found: tuple[dict[str, _Made], dict[str, LeafScore]]) -> None:
        before = self._made.keys() | self._scores.keys()
        self._made, self._scores = found
        self.changed.emit(before | self._made.keys() | self._scores.keys())


def _made_by(job: JobFolder) -> dict[str, _Made]:
    try:
        leaves = job.spec(TeachSpec).leaves if job.request.kind == "teach" else job.spec(GenerateSpec).leaves
        # A step of “Teach” reads what was noted when the whole was asked for.
        noted = job.path.with_name(job.request.parent or job.id) / LEAVES_JSON
        leaves_then = read_json(noted, dict[str, LeafInputs | str]) if noted.exists() else {}
    except (LabdeskError, msgspec.DecodeError, msgspec.ValidationError):
        return {}
    return {leaf: _Made(job.request.created, _inputs(leaves_then.get(leaf, ""))) for leaf in leaves}


def _inputs(noted: LeafInputs | str) -> LeafInputs:
    return LeafInputs(noted) if isinstance(noted, str) else noted


def _differs(made: _Made, seen: Glance) -> bool:
    """By content; where that was not noted, by time."""
    text = made.was.sha256 != seen.sha256 if made.was.sha256 else seen.mtime_ns > made.time * 1e9
    return text or made.new_document
