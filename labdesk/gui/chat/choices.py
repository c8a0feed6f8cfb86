"""Which models a person can chat with: what their runs taught, the base models, and files they opened."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import msgspec
from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from labdesk.core.errors import ModelError
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.models.catalog import starter_model
from labdesk.core.specs import TeachSpec, TrainSpec
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TWO_LINE, TwoLine

Index = QModelIndex | QPersistentModelIndex
RUNS = ("teach", "train")
ADAPTER = "adapter.gguf"
STARTER = "SmolLM2 135M (starter)"


@dataclasses.dataclass(frozen=True)
class Choice:
    """One model to chat with. `model` is the file that answers; `base` the file it was taught from (None for a base
    model itself), `adapter` what both phases learned and `knowledge` what the first one did, where these still exist.
    `proof` says in a few words where it comes from. `job` is the run's."""

    title: str
    detail: str
    model: Path
    base: Path | None = None
    adapter: Path | None = None
    knowledge: Path | None = None
    proof: str = ""
    job: str = ""

    @property
    def taught(self) -> bool:
        return self.base is not None


def starter_choice() -> Choice | None:
    """The model that came with labdesk; None when it is not installed."""
    try:
        return Choice(STARTER, "Comes with labdesk, as it was before any teaching", starter_model())
    except ModelError:
        return None


def run_choice(job: JobFolder, state: JobState) -> Choice | None:
    """The merged model of a finished run; None while there is none on the disk."""
    found = state.artifact("merged")
    if not found or not Path(found).is_file():
        return None
    base = _base_of(job)
    if base is None:
        return None
    when = time.strftime("%d %b, %H:%M", time.localtime(job.request.created))
    title = job.request.title.replace("Teach", "Taught", 1).replace("Train on", "Taught", 1)
    folder = Path(found).parent
    skills, knowledge = _file(folder / "skills" / ADAPTER), _file(folder / "knowledge" / ADAPTER)
    adapter = _file(Path(state.artifact("adapter") or folder)) or skills or knowledge
    phase = {"knowledge": "after the knowledge phase", "skills": "after both phases"}.get(state.phase, "merged")
    return Choice(
        title=harmless(title, 120),
        detail=f"{when} · from {_name(base)}",
        model=Path(found),
        base=base,
        adapter=adapter,
        knowledge=knowledge if skills else None,  # without a second phase it is the same as the result
        proof=f"{phase} · run {job.id}",
        job=job.id,
    )


def _file(path: Path) -> Path | None:
    return path if path.is_file() else None


def _base_of(job: JobFolder) -> Path | None:
    try:
        train = job.request.kind == "train"
        student = job.spec(TrainSpec).student if train else job.spec(TeachSpec).student
        path = Path(student) if student else starter_model()
    except (ModelError, msgspec.ValidationError):
        return None
    return path if path.is_file() else None


def _name(path: Path) -> str:
    starter = starter_choice()
    return "the starter" if starter is not None and starter.model == path else harmless(path.stem, 60)


def file_choices(paths: Iterable[str]) -> list[Choice]:
    """Model files that a person chose as teacher or student."""
    found = [Path(path) for path in dict.fromkeys(paths) if path]
    return [Choice(harmless(path.stem, 80), harmless(str(path.parent), 120), path) for path in found if path.is_file()]


def known_choices(jobs: Iterable[tuple[JobFolder, JobState]], files: Iterable[str]) -> list[Choice]:
    """What the runs among `jobs` taught, in their order, then the starter, then other files."""
    runs = [
        choice
        for job, state in jobs
        if job.request.kind in RUNS and not job.request.parent
        if (choice := run_choice(job, state)) is not None
    ]
    starter = starter_choice()
    others = [other for other in file_choices(files) if starter is None or other.model != starter.model]
    return [*runs, *([starter] if starter else []), *others]


class Choices(QAbstractListModel):
    """The list behind the picker. Mirrors what it is given by difference, so that the chosen one stays chosen."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._choices: list[Choice] = []

    def show_choices(self, choices: Sequence[Choice]) -> None:
        """Takes the present choices, in this order."""
        wanted = {choice.model for choice in choices}
        for at in reversed(range(len(self._choices))):
            if self._choices[at].model not in wanted:
                self.beginRemoveRows(QModelIndex(), at, at)
                del self._choices[at]
                self.endRemoveRows()
        for at, choice in enumerate(choices):
            old = self.row_of(choice.model)
            if old < 0:
                self.beginInsertRows(QModelIndex(), at, at)
                self._choices.insert(at, choice)
                self.endInsertRows()
            elif self._choices[old] != choice:
                self._choices[old] = choice
                self.dataChanged.emit(self.index(old, 0), self.index(old, 0))

    def row_of(self, model: Path) -> int:
        """Where a model stands; -1 when it is not here."""
        return next((at for at, choice in enumerate(self._choices) if choice.model == model), -1)

    def choice(self, row: int) -> Choice | None:
        """The choice in a row."""
        return self._choices[row] if 0 <= row < len(self._choices) else None

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._choices)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        choice = self.choice(index.row()) if index.isValid() else None
        if choice is None:
            return None
        if role == TWO_LINE:
            glyph, tint = ("graduation-cap", "accent_text") if choice.taught else ("cube", "muted")
            return TwoLine(choice.title, choice.detail, glyph, tint)
        if role == Qt.ItemDataRole.DisplayRole:
            return choice.title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{choice.title}, {choice.detail}"
        return None
