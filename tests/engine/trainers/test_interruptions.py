"""A hundred kills of a 40-step run and twenty full disks: the adapter is the same to the byte, no checkpoint is lost."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.engine.trainers.interruptions import (
    DISK_LEVELS,
    STEPS,
    killed_and_continued,
    moments,
    train,
)
from tests.engine.trainers.training import Listener, tiny_base

ROOT = Path(__file__).resolve().parents[3]

pytestmark = pytest.mark.skipif(os.name == "nt", reason="kills itself with a POSIX signal")


@pytest.fixture(scope="module")
def reference(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """The student, and the hash of the adapter of a run that nobody disturbed."""
    folder = tmp_path_factory.mktemp("reference")
    base = tiny_base(folder)
    return base, train(base, folder / "run", Listener())


def disturbed(reference: tuple[Path, str], folder: Path, kills: list[tuple[int, float]]) -> list[str]:
    """The kills after which the adapter was another, or which came too late to be one."""
    wrong = []
    for number, (step, delay) in enumerate(kills):
        killed, found = killed_and_continued(reference[0], folder / f"run{number}", step, delay)
        if found != reference[1] or not (killed or delay):
            wrong.append(f"killed {delay * 1000:.0f} ms after step {step}: {found[:12]} instead of {reference[1][:12]}")
        shutil.rmtree(folder / f"run{number}")
    return wrong


def test_a_few_kills_change_nothing(reference: tuple[Path, str], tmp_path: Path) -> None:
    assert disturbed(reference, tmp_path, [(1, 0.0), (26, 0.0), (40, 0.0), *moments(2)]) == []


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_hundred_kills_change_nothing(reference: tuple[Path, str], tmp_path: Path) -> None:
    kills = [(step, 0.0) for step in range(1, STEPS + 1)] + moments(60)
    wrong = disturbed(reference, tmp_path, kills)
    print(f"{len(kills) - len(wrong)} of {len(kills)} interrupted runs ended in the bytes of the undisturbed one")
    assert wrong == []


@pytest.mark.slow
def test_twenty_full_disks_lose_no_checkpoint(reference: tuple[Path, str], tmp_path: Path) -> None:
    """Real file systems of 20 sizes, in a mount namespace of their own."""
    mount = tmp_path / "disk"
    mount.mkdir()
    namespace = ["unshare", "--map-root-user", "--mount"]
    if shutil.which("unshare") is None or subprocess.run([*namespace, "true"], capture_output=True).returncode:
        pytest.skip("this system lets nobody mount a small disk")
    script = [sys.executable, "-m", "tests.engine.trainers.interruptions", "disk", str(reference[0]), str(mount)]
    done = subprocess.run([*namespace, *script], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout.splitlines()[-1])
    assert len(found) == DISK_LEVELS
    assert [one for one in found if not one["intact"] or one["sha256"] != reference[1]] == []
    assert [one["error"] for one in found if "full" not in one["error"].lower()] == []
