"""Measures the window: seconds from process start to usable (warm), and the longest stall of its main thread while a
job's events stream in.

    python tests/bench/window.py [--seconds 8] [--rate 200] [--leaves 4]
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

LIMIT_START_SECONDS = 2.0
LIMIT_STALL_MS = 100.0
_TICK_MS = 2
_AHEAD_MS = 4000


def main() -> int:
    """Prints both figures and returns 1 when one of them is over its limit."""
    arguments = _arguments()
    if arguments.part == "start":
        return _start(arguments)
    if arguments.part == "stall":
        return _stall(arguments)
    if arguments.part == "write":
        return _write(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        workspace = _workspace(Path(scratch), arguments.leaves)
        _child("start", workspace, arguments)  # cold: fills the caches of the system and of Python
        starts = [_child("start", workspace, arguments) for _ in range(3)]
        start, start_own = (min(one[name] for one in starts) for name in ("seconds", "own"))
        stall = _child("stall", workspace, arguments)
    load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
    print(
        f"start to usable, warm:       {start:5.2f} s   (limit {LIMIT_START_SECONDS:.0f} s; own processor time "
        f"{start_own:.2f} s; load of the machine {load:.1f})"
    )
    print(
        f"longest stall, streaming:    {stall['longest_ms']:5.0f} ms  (limit {LIMIT_STALL_MS:.0f} ms; own processor time "
        f"{stall['longest_own_ms']:.0f} ms; p99 {stall['p99_ms']:.0f} ms; {stall['events']:.0f} events)"
    )
    print(
        f"longest stall, first 4 seconds:  {stall['ahead_ms']:.0f} ms "
        f"(own processor time {stall['ahead_own_ms']:.0f} ms; the first leaf, then the other places built ahead)"
    )
    print(
        f"longest stall, first opening of a place: {stall['opening_ms']:.0f} ms "
        f"(own processor time {stall['opening_own_ms']:.0f} ms)"
    )
    return int(start > LIMIT_START_SECONDS or stall["longest_ms"] > LIMIT_STALL_MS)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seconds", type=float, default=8.0)
    parser.add_argument("--rate", type=float, default=200.0, help="events per second")
    parser.add_argument("--leaves", type=int, default=4, help="at least this many leaves in the taxonomy")
    parser.add_argument("--part", choices=("start", "stall", "write"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def _workspace(scratch: Path, leaves: int) -> Path:
    from labdesk.core.workspace import Workspace

    workspace = Workspace.create(scratch / "bench")
    model = workspace.taxonomy / "compositional_skills/writing/freeform/harbour_note/qna.yaml"
    for number in range(max(0, leaves - 4)):
        copy = workspace.taxonomy / f"compositional_skills/bench/group_{number // 50}/leaf_{number}"
        copy.mkdir(parents=True)
        (copy / "qna.yaml").write_bytes(model.read_bytes())
    return workspace.root


def _child(part: str, workspace: Path, arguments: argparse.Namespace) -> dict[str, float]:
    environment = {**os.environ, "LABDESK_HOME": str(workspace.parent / "home")}
    environment.setdefault("QT_QPA_PLATFORM", "offscreen")
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    command = [sys.executable, __file__, "--part", part, "--folder", str(workspace)]
    done = subprocess.run(
        [*command, *_amount(arguments)], env=environment, stdout=subprocess.PIPE, check=True, timeout=120
    )
    return dict(json.loads(done.stdout.splitlines()[-1]))


def _amount(arguments: argparse.Namespace) -> list[str]:
    return ["--seconds", str(arguments.seconds), "--rate", str(arguments.rate)]


def _open(folder: Path):  # type: ignore[no-untyped-def]  # returns (QApplication, Window); Qt is imported late on purpose
    from PySide6.QtWidgets import QApplication

    from labdesk.core import paths
    from labdesk.gui.app import Desk
    from labdesk.gui.context import SettingsStore

    app = QApplication([])
    desk = Desk(app, SettingsStore(paths.settings_file()))
    return app, desk.open(folder), desk


def _start(arguments: argparse.Namespace) -> int:
    """Usable: painted, the first leaf's form complete, and the event loop has nothing left to do."""
    import psutil

    app, window, _desk = _open(arguments.folder)
    view = window.go("teach")
    while view.editor.leaf is None or len(view.leaf.form.cards) < 5:
        app.processEvents()
    app.processEvents()
    print(json.dumps({"seconds": time.time() - psutil.Process().create_time(), "own": time.process_time()}))
    return 0


def _stall(arguments: argparse.Namespace) -> int:
    """Runs the event loop with a fine timer; a gap between two ticks is a stall."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    app, window, _desk = _open(arguments.folder)
    gaps: list[float] = []
    own: list[float] = []  # the same in processor time: what the window itself did, whoever else is busy
    last = [time.perf_counter(), time.thread_time()]

    def tick() -> None:
        now, busy = time.perf_counter(), time.thread_time()
        gaps.append((now - last[0]) * 1000 - _TICK_MS)
        own.append((busy - last[1]) * 1000)
        last[:] = now, busy

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(_TICK_MS)
    names = [place.name for place in window.places]
    loop = QEventLoop()  # not app.quit, which closes the windows first
    QTimer.singleShot(_AHEAD_MS, loop.quit)  # the first leaf is read, then the other places are built ahead
    loop.exec()
    ahead, ahead_own = max(gaps), max(own)
    gaps.clear()
    own.clear()
    last[:] = time.perf_counter(), time.thread_time()
    for number, name in enumerate(names):
        QTimer.singleShot(400 * (number + 1), window, lambda name=name: window.go(name))
    QTimer.singleShot(400 * (len(names) + 2), loop.quit)
    loop.exec()
    opening, opening_own = max(gaps), max(own)
    window.go("generate" if "generate" in names else names[0])
    writer = subprocess.Popen(
        [sys.executable, __file__, "--part", "write", "--folder", str(arguments.folder), *_amount(arguments)]
    )
    app.processEvents()
    gaps.clear()
    own.clear()
    last[:] = time.perf_counter(), time.thread_time()
    turns = ("generate", "review", "train", "teach")
    for number in range(int(arguments.seconds)):
        name = turns[number % len(turns)]
        if name in names:
            QTimer.singleShot(1000 * number, window, lambda name=name: window.go(name))
    QTimer.singleShot(round(1000 * arguments.seconds) + 1500, loop.quit)
    loop.exec()
    writer.wait()
    gaps.sort()
    job = window.context.bridge.jobs()[-1]
    figures = {
        "longest_ms": gaps[-1],
        "p99_ms": gaps[int(len(gaps) * 0.99)],
        "longest_own_ms": max(own),
        "ahead_ms": ahead,
        "ahead_own_ms": ahead_own,
        "opening_ms": opening,
        "opening_own_ms": opening_own,
        "events": float(len(job.events())),
    }
    print(json.dumps(figures))
    return 0


def _write(arguments: argparse.Namespace) -> int:
    """Another process: a generation that writes samples and events, as a worker does."""
    from labdesk.core.events import Done, Funnel, Hello, Progress, SampleMade, Stage
    from labdesk.core.samples.sample import Provenance, Sample
    from labdesk.core.specs import GenerateSpec
    from labdesk.core.storage import Journal
    from labdesk.core.workspace import Workspace

    leaf = "knowledge/places/marrowby_light"
    job = Workspace.open(arguments.folder).add_job("generate", GenerateSpec(), "Write samples")
    many = int(arguments.seconds * arguments.rate / 2)
    with job.lock():
        events, samples = Journal(job.events_path), Journal(job.path / "samples.jsonl")
        events.append(Hello(job.id, "generate", os.getpid(), time.time()), durable=False)
        events.append(Stage("write", "Writing samples", 0, 1), durable=False)
        for number in range(many):
            time.sleep(2 / arguments.rate)
            question, answer = f"What is number {number} of the lighthouse?", f"It is number {number}, painted yellow."
            samples.append(
                Sample(
                    id=f"s{number}", leaf=leaf, root="knowledge", form="short", origin="pattern", fact=f"f{number}",
                    question=question, answer=answer, provenance=Provenance(block="bench"),
                ),
                durable=False,
            )  # fmt: skip
            events.append(SampleMade(f"s{number}", leaf, question, answer, kept=number % 5 > 0), durable=False)
            if number % 10 == 0:
                counts = dict.fromkeys(("asked", "written", "parsed", "unique", "grounded", "kept"), number)
                events.append(Funnel("", counts), durable=False)
            events.append(Progress(number, many, "samples", seconds_left=float(many - number)), durable=False)
        events.append(Done(f"{many} samples kept."), durable=False)
        events.close()
        samples.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
