"""Checkpoint folders: everything a run needs to go on as if nothing had happened, sealed with hashes.

    checkpoints/step-000040/   MANIFEST.json  progress.json  adapter.safetensors  optimizer.safetensors
    checkpoints/best-<phase>-000030/   the same, at the lowest held-out loss of that phase

A folder appears under its name only when it is whole and flushed; the loader takes the newest that verifies.
"""

from __future__ import annotations

import errno
import os
from pathlib import Path

import mlx.core as mx
import msgspec

from labdesk.core.errors import StorageError
from labdesk.core.storage import (
    commit_folder,
    explain,
    new_folder,
    read_json,
    remove_folder,
    sweep_temporaries,
    verify_folder,
    write_json,
)
from labdesk.engine.convert.lora_file import load_arrays, read_lora, save_lora
from labdesk.engine.trainers import PhaseName
from labdesk.engine.trainers.mlx.lora import Weights
from labdesk.engine.trainers.mlx.optimizer import AdamState

ADAPTER = "adapter.safetensors"
OPTIMIZER = "optimizer.safetensors"
PROGRESS = "progress.json"
#: How many ordinary checkpoints stay, beside the best of each phase.
KEPT = 2


class PhaseRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a finished phase left behind, without paths, so that a run's folder may be moved."""

    name: PhaseName
    steps: int
    first_loss: float
    last_loss: float
    best_validation: float | None
    best_step: int
    seconds: float


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """Where a run stands. `step` counts within the phase, `total` over the run; the order of the data is a function
    of the plan's seed and `step`, so no other cursor is needed. `rate_factor` falls when a loss was not a number;
    `wave` is how many tokens are computed at a time since memory ran short (0: as many as usual)."""

    plan: str
    phase: int = 0
    step: int = 0
    total: int = 0
    streams: int = 1
    rate_factor: float = 1.0
    wave: int = 0
    bad_steps: int = 0
    first_loss: float = 0.0
    last_loss: float = 0.0
    best_loss: float | None = None
    best_step: int = 0
    without_gain: int = 0
    seconds: float = 0.0
    finished: tuple[PhaseRecord, ...] = ()


class Checkpoint(msgspec.Struct, frozen=True):
    """A checkpoint in memory. `optimizer` is None where a phase begins with a fresh one."""

    progress: Progress
    weights: Weights
    optimizer: AdamState | None


class Checkpoints:
    """The checkpoints of one run. `rank`, `alpha` and `base` are written into every adapter file."""

    def __init__(self, folder: Path, *, rank: int, alpha: float, base: str) -> None:
        self.folder = folder
        self._rank, self._alpha, self._base = rank, alpha, base

    def save(self, checkpoint: Checkpoint) -> Path:
        """Write `step-N`, then drop all but the newest two. Raises StorageError; older ones are then untouched."""
        path = self._write(self.folder / f"step-{checkpoint.progress.total:06d}", checkpoint)
        for old in self._steps()[KEPT:]:
            remove_folder(old)
        return path

    def save_best(self, phase: str, checkpoint: Checkpoint) -> Path:
        """Write `best-<phase>-<step>`. The one before stays, because the run may be resumed from before this step."""
        path = self._write(self.folder / f"best-{phase}-{checkpoint.progress.step:06d}", checkpoint)
        for old in sorted(self.folder.glob(f"best-{phase}-*"), reverse=True)[KEPT:]:
            remove_folder(old)
        return path

    def newest(self) -> Checkpoint | None:
        """The newest checkpoint that verifies, or None."""
        if self.folder.is_dir():
            sweep_temporaries(self.folder)
        return next((self.load(path) for path in self._steps() if verify_folder(path)), None)

    def at(self, total: int) -> Checkpoint | None:
        """The checkpoint after `total` steps, or None where it is missing or does not verify."""
        path = self.folder / f"step-{total:06d}"
        return self.load(path) if verify_folder(path) else None

    def best(self, phase: str, step: int) -> Checkpoint | None:
        """The best checkpoint of a phase, saved at `step`, or None where it is missing or does not verify."""
        path = self.folder / f"best-{phase}-{step:06d}"
        return self.load(path) if verify_folder(path) else None

    def load(self, path: Path) -> Checkpoint:
        """Read one checkpoint folder. Raises StorageError or ModelError."""
        progress = read_json(path / PROGRESS, Progress)
        return Checkpoint(progress, read_lora(path / ADAPTER).weights, _read_optimizer(path / OPTIMIZER))

    def _steps(self) -> list[Path]:
        return sorted(self.folder.glob("step-*"), reverse=True)

    def _write(self, final: Path, checkpoint: Checkpoint) -> Path:
        temporary = new_folder(final)
        try:
            save_lora(temporary / ADAPTER, checkpoint.weights, rank=self._rank, alpha=self._alpha, base=self._base)
            if checkpoint.optimizer is not None:
                _save_optimizer(temporary / OPTIMIZER, checkpoint.optimizer)
            write_json(temporary / PROGRESS, checkpoint.progress)
            commit_folder(temporary, final)
        except (RuntimeError, OSError) as error:  # mlx reports a full disk as RuntimeError
            remove_folder(temporary)
            raise _write_error(error, final) from error
        except BaseException:
            remove_folder(temporary)
            raise
        return final


def _write_error(error: Exception, final: Path) -> StorageError:
    if "Unable to write" in str(error):  # how mlx says that a disk took only a part
        error = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    if isinstance(error, OSError):
        return explain(error, final)
    return StorageError(
        f"The checkpoint “{final.name}” could not be written.",
        cause=str(error),
        remedy="Free some space, then continue: the earlier checkpoints are untouched.",
    )


def _save_optimizer(path: Path, state: AdamState) -> None:
    arrays = {f"first.{name}": value for name, value in state.first.items()}
    arrays |= {f"second.{name}": value for name, value in state.second.items()}
    mx.save_safetensors(str(path), arrays, metadata={"updates": str(state.updates)})


def _read_optimizer(path: Path) -> AdamState | None:
    if not path.exists():
        return None
    arrays, metadata = load_arrays(path)
    first = {name.removeprefix("first."): value for name, value in arrays.items() if name.startswith("first.")}
    second = {name.removeprefix("second."): value for name, value in arrays.items() if name.startswith("second.")}
    return AdamState(first, second, int(metadata["updates"]))
