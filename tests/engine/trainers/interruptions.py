"""Runs that are killed or run out of disk, each in a process of its own: what the tests of interruptions do.

python -m tests.engine.trainers.interruptions disk BASE MOUNT     # inside a mount namespace: 20 sizes of a real disk
"""

from __future__ import annotations

import json
import multiprocessing
import os
import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

from labdesk.core.errors import StorageError
from labdesk.core.storage import verify_folder
from labdesk.engine.convert.openblas import prepare_mlx

prepare_mlx()

from labdesk.engine.trainers import PhasePlan  # noqa: E402
from labdesk.engine.trainers.mlx.trainer import MlxTrainer  # noqa: E402
from tests.engine.trainers.training import Listener, make_rows, small_plan  # noqa: E402

#: 40 steps in two phases, with held-out rows, noise and a schedule: everything that a resume has to find again.
PLAN = small_plan(
    PhasePlan(name="knowledge", steps=26, batch_size=3, learning_rate=1e-2, validate_every=6, blur=0.5),
    PhasePlan(name="skills", steps=14, batch_size=4, learning_rate=1e-2, schedule="cosine"),
    checkpoint_every=5,
)
STEPS = 40
ROWS = {"knowledge": make_rows(8), "skills": make_rows(6, seed=4)}
HELD_OUT = {"knowledge": make_rows(3, seed=5)}
DISK_LEVELS = 20


def train(base: Path, folder: Path, events: Listener) -> str:
    """The hash of the final adapter."""
    return MlxTrainer().train(PLAN, ROWS, HELD_OUT, base=base, folder=folder, events=events).sha256


def doomed(base: Path, folder: Path, step: int, delay: float) -> None:
    """Train, and be killed without warning `delay` seconds after step `step` of the run (0: after the start)."""

    def die() -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def perhaps(count: int) -> None:
        if count == step:
            die() if not delay else threading.Timer(delay, die).start()

    if step == 0:
        threading.Timer(delay, die).start()
    train(base, folder, Listener(perhaps))


def survivor(base: Path, folder: Path) -> None:
    """Train to the end and write down the hash."""
    (folder.parent / f"{folder.name}.sha256").write_text(train(base, folder, Listener()), encoding="utf-8")


def killed_and_continued(base: Path, folder: Path, step: int, delay: float) -> tuple[bool, str]:
    """Whether the process was killed in time, and the hash of the adapter after a second start."""
    # A fork server has the engine imported already and no thread of it running: a start costs no second.
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    first = processes.Process(target=doomed, args=(base, folder, step, delay))
    first.start()
    first.join(120)
    killed = first.exitcode == -signal.SIGKILL
    second = processes.Process(target=survivor, args=(base, folder))
    second.start()
    second.join(120)
    assert second.exitcode == 0, f"the second start ended with {second.exitcode}"
    return killed, (folder.parent / f"{folder.name}.sha256").read_text(encoding="utf-8")


def moments(count: int, seed: int = 7) -> list[tuple[int, float]]:
    """Random moments of a run: behind which step, and how long after it."""
    draw = random.Random(seed)
    return [(draw.randrange(STEPS), draw.uniform(0.0, 0.03)) for _ in range(count)]


def fill_disks(base: Path, mount: Path) -> list[dict[str, object]]:
    """Train on disks of 20 sizes, from almost nothing to almost enough, each run continued on a larger one.

    Needs a mount namespace of its own. Per disk: what went wrong, whether the last checkpoint that was reported is whole,
    and the hash after the second start.
    """
    needed = _used_by_a_run(base, mount)
    found: list[dict[str, object]] = []
    for level in range(DISK_LEVELS):
        size = 16_384 + (needed - 16_384) * level // DISK_LEVELS
        _mount(mount, size)
        heard, error = Listener(), ""
        try:
            train(base, mount / "run", heard)
        except StorageError as caught:
            error = str(caught)
        intact = not heard.checkpoints or verify_folder(heard.checkpoints[-1])
        subprocess.run(["mount", "-o", f"remount,size={4 * needed}", str(mount)], check=True)
        found.append({"error": error, "intact": intact, "sha256": train(base, mount / "run", Listener())})
        subprocess.run(["umount", str(mount)], check=True)
    return found


def _used_by_a_run(base: Path, mount: Path) -> int:
    """Bytes that an unhindered run takes at most: seen at each of its steps."""
    _mount(mount, 1 << 28)
    used = [0]

    def look(_count: int) -> None:
        status = os.statvfs(mount)
        used.append((status.f_blocks - status.f_bfree) * status.f_frsize)

    train(base, mount / "run", Listener(look))
    look(0)
    subprocess.run(["umount", str(mount)], check=True)
    return max(used)


def _mount(mount: Path, size: int) -> None:
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "none", str(mount)], check=True)


if __name__ == "__main__":
    print(json.dumps(fill_disks(Path(sys.argv[2]), Path(sys.argv[3]))))
