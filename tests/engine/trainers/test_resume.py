"""A run that is stopped or dies anywhere and is continued ends in the same bytes as one that was not."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import msgspec
import pytest

from labdesk.core import storage
from labdesk.core.errors import JobStopped, StorageError, TrainingError
from labdesk.engine.trainers import PhasePlan, TrainedAdapter
from labdesk.engine.trainers.mlx.trainer import MlxTrainer
from tests.engine.trainers.training import Listener, make_rows, small_plan, tiny_base

PLAN = small_plan(
    PhasePlan(name="knowledge", steps=7, batch_size=3, learning_rate=1e-2, validate_every=2, blur=0.5),
    PhasePlan(name="skills", steps=5, batch_size=4, learning_rate=1e-2, schedule="cosine"),
)
ROWS = {"knowledge": make_rows(8), "skills": make_rows(6, seed=4)}
HELD_OUT = {"knowledge": make_rows(3, seed=5)}
STEPS = 12
ROOT = Path(__file__).resolve().parents[3]


class Died(BaseException):
    """Stands for the end of a process: nothing may catch it to save something."""


def train(base: Path, folder: Path, events: Listener) -> TrainedAdapter:
    return MlxTrainer().train(PLAN, ROWS, HELD_OUT, base=base, folder=folder, events=events)


def die_at(step: int) -> Listener:
    def perhaps(count: int) -> None:
        if count == step:
            raise Died

    return Listener(perhaps)


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes, bytes]:
    """The student, and the bytes of both phases' weights of an uninterrupted run."""
    folder = tmp_path_factory.mktemp("reference")
    base = tiny_base(folder)
    result = train(base, folder / "run", Listener())
    first, second = (phase.weights.read_bytes() for phase in result.phases)
    assert first != second
    return base, first, second


def same(result: TrainedAdapter, reference: tuple[Path, bytes, bytes]) -> bool:
    return tuple(phase.weights.read_bytes() for phase in result.phases) == reference[1:]


@pytest.mark.parametrize("step", range(1, STEPS + 1))
def test_a_death_after_any_step_changes_nothing(
    tmp_path: Path, reference: tuple[Path, bytes, bytes], step: int
) -> None:
    base = reference[0]
    with pytest.raises(Died):
        train(base, tmp_path / "run", die_at(step))
    heard = Listener()
    assert same(train(base, tmp_path / "run", heard), reference)
    assert len(heard.steps) <= STEPS - step + PLAN.checkpoint_every, "at most one interval is lost"


@pytest.mark.parametrize("step", [1, 4, 7, 9])
def test_a_stop_saves_and_a_start_continues(tmp_path: Path, reference: tuple[Path, bytes, bytes], step: int) -> None:
    base = reference[0]
    with pytest.raises(JobStopped):
        train(base, tmp_path / "run", Listener(stop_after=step))
    heard = Listener()
    assert same(train(base, tmp_path / "run", heard), reference)
    assert len(heard.steps) == STEPS - step
    assert heard.notes == [f"Continued after step {step}."]


def test_many_deaths_in_one_run(tmp_path: Path, reference: tuple[Path, bytes, bytes]) -> None:
    for _ in range(3):
        with pytest.raises(Died):
            train(reference[0], tmp_path / "run", die_at(4))
    assert same(train(reference[0], tmp_path / "run", Listener()), reference)


def test_a_finished_run_is_finished(tmp_path: Path, reference: tuple[Path, bytes, bytes]) -> None:
    train(reference[0], tmp_path / "run", Listener())
    heard = Listener()
    assert same(train(reference[0], tmp_path / "run", heard), reference)
    assert heard.steps == []


def test_a_damaged_checkpoint_is_passed_over(tmp_path: Path, reference: tuple[Path, bytes, bytes]) -> None:
    base, folder = reference[0], tmp_path / "run"
    with pytest.raises(Died):
        train(base, folder, die_at(7))
    newest, older = sorted((folder / "checkpoints").glob("step-*"), reverse=True)
    with open(newest / "optimizer.safetensors", "r+b") as file:
        file.seek(-3, os.SEEK_END)
        file.write(b"\xff")
    heard = Listener()
    assert same(train(base, folder, heard), reference)
    assert heard.notes == [f"Continued after step {int(older.name.split('-')[1])}."]


def test_a_folder_is_only_continued_with_the_same_plan(tmp_path: Path, reference: tuple[Path, bytes, bytes]) -> None:
    base, folder = reference[0], tmp_path / "run"
    with pytest.raises(JobStopped):
        train(base, folder, Listener(stop_after=2))
    other = msgspec.structs.replace(PLAN, seed=2)
    with pytest.raises(TrainingError, match="another training"):
        MlxTrainer().train(other, ROWS, HELD_OUT, base=base, folder=folder, events=Listener())


def test_a_full_disk_loses_no_checkpoint(
    tmp_path: Path, reference: tuple[Path, bytes, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    base, folder = reference[0], tmp_path / "run"
    honest, calls = storage.flush_to_disk, iter(range(10_000))

    def full_after_a_while(descriptor: int) -> None:
        if next(calls) > 12:
            raise OSError(errno.ENOSPC, "No space left on device")
        honest(descriptor)

    monkeypatch.setattr(storage, "flush_to_disk", full_after_a_while)
    with pytest.raises(StorageError, match="disk is full"):
        train(base, folder, Listener())
    monkeypatch.setattr(storage, "flush_to_disk", honest)
    assert not list((folder / "checkpoints").glob(".labdesk-tmp-*"))
    heard = Listener()
    assert same(train(base, folder, heard), reference)
    assert heard.notes, "it went on from a checkpoint"


def test_a_killed_process_is_continued(tmp_path: Path, reference: tuple[Path, bytes, bytes]) -> None:
    """A real worker, a real SIGKILL (TerminateProcess on Windows), at three moments."""
    folder = tmp_path / "run"
    script = (
        "from labdesk.engine.convert.openblas import prepare_mlx\nprepare_mlx()\nimport sys\nfrom pathlib import Path\n"
        "from tests.engine.trainers.test_resume import train\nfrom tests.engine.trainers.training import Listener\n"
        "train(Path(sys.argv[1]), Path(sys.argv[2]), Listener(lambda n: print(n, flush=True)))\n"
    )
    command = [sys.executable, "-c", script, str(reference[0]), str(folder)]
    for lines in (2, 3, 1):
        worker = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        assert worker.stdout is not None
        for _ in range(lines):
            assert worker.stdout.readline()
        time.sleep(0.02 * lines)
        worker.send_signal(getattr(signal, "SIGKILL", signal.SIGTERM))
        worker.wait()
        worker.stdout.close()
    assert same(train(reference[0], folder, Listener()), reference)
