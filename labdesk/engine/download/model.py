"""Fetches a model of one or several files: nothing of it can be chosen before all of it is here and checked."""

from __future__ import annotations

import shutil
import time
from collections import deque
from collections.abc import Callable
from pathlib import Path
from typing import Final

from labdesk.core.errors import JobStopped, ModelError, StorageError
from labdesk.core.models.folder_guard import check_folder
from labdesk.core.models.gguf_header import read_header
from labdesk.core.models.hub import HubModel, check_commit, check_files, waiting_room
from labdesk.core.part_file import publish
from labdesk.core.process_lock import ProcessLock
from labdesk.core.storage import write_json
from labdesk.engine.download.ranged import Fetcher

#: What must stay free on the disk.
MARGIN: Final = 200_000_000
SOURCE: Final = "labdesk.source.json"
_WINDOW = 20.0

#: Told: bytes here, bytes of all, bytes a second (0 while unknown).
Told = Callable[[int, int, float], None]


def home_of(models: Path, model: HubModel) -> Path:
    """The folder a model ends in."""
    owner, name = model.repository.split("/")
    return models / owner / name


def fetch_model(
    model: HubModel, models: Path, fetcher: Fetcher, told: Told, should_stop: Callable[[], bool] = lambda: False
) -> tuple[Path, ...]:
    """The files of a model, checked and in their place. Raises JobStopped, ModelError, StorageError, JobError (it is
    being fetched already)."""
    check_commit(model.commit)
    check_files(model.files)
    room, home = waiting_room(models, model), home_of(models, model)
    with ProcessLock(room / ".lock"):
        check_space(model, room)
        speed = _Speed(model, told)
        for file in sorted(model.files, key=lambda one: one.size):  # the texts first: a refused config costs nothing
            if should_stop():
                raise JobStopped
            fetcher.fetch(file, room / file.name, lambda here, name=file.name: speed.moved(name, here))  # type: ignore[misc]
            if file.name.endswith(".json"):
                check_folder(room)
            if file.name.lower().endswith(".gguf"):
                _check_gguf(room / file.name)
        write_json(room / SOURCE, model)
    return _settle(model, room, home)


def check_space(model: HubModel, room: Path) -> None:
    """Raises StorageError when the rest of a model does not fit on the disk."""
    here = sum(path.stat().st_size for path in room.glob("*") if path.is_file())
    need = sum(file.size for file in model.files) - here + MARGIN
    free = shutil.disk_usage(room).free
    if need > free:
        raise StorageError(
            f"There is not enough space for {model.repository}.",
            cause=f"It needs {max(0, need) / 1e9:.1f} GB more; {free / 1e9:.1f} GB are free.",
            remedy="Free some space, or choose a smaller file of this model.",
        )


def _check_gguf(path: Path) -> None:
    try:
        read_header(path)
    except ModelError:
        path.unlink(missing_ok=True)
        raise


def _settle(model: HubModel, room: Path, home: Path) -> tuple[Path, ...]:
    """Files join what is already in the model's folder one by one, each whole; a folder of texts and weights moves at
    once."""
    (room / ".lock").unlink(missing_ok=True)
    if any(file.name.endswith(".safetensors") for file in model.files):
        publish(room, home)
        return tuple(home / file.name for file in model.files)
    for file in model.files:
        publish(room / file.name, home / file.name)
    publish(room / SOURCE, home / SOURCE)
    room.rmdir()
    return tuple(home / file.name for file in model.files)


class _Speed:
    """Adds up the files of a model, and measures over the last seconds, so that a pause does not spoil the estimate."""

    def __init__(self, model: HubModel, told: Told) -> None:
        self._here: dict[str, int] = {}
        self._total = sum(file.size for file in model.files)
        self._told = told
        self._marks: deque[tuple[float, int]] = deque()

    def moved(self, name: str, here: int) -> None:
        self._here[name] = here
        done, now = sum(self._here.values()), time.monotonic()
        if not self._marks or now - self._marks[-1][0] > 0.5:
            self._marks.append((now, done))
        while len(self._marks) > 2 and now - self._marks[0][0] > _WINDOW:
            self._marks.popleft()
        then, before = self._marks[0]
        self._told(done, self._total, max(0.0, (done - before) / (now - then)) if now - then > 1 else 0.0)
