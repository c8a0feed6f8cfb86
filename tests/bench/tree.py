"""How Teach behaves with ten thousand leaves: shown, checked cold and warm, searched, scrolled, and what it needs.

    python tests/bench/tree.py [--leaves 10000] [--folder FOLDER]

Times are wall times of this machine as it is, and beside them the processor time that the window itself needed: that
one counts when the machine was busy. A stall is the longest time that the event loop was kept from turning.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

_TICK_MS = 4
_HOUR_NS = 3_600_000_000_000


def main() -> int:
    """Prints the figures of a cold and of a warm start."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--leaves", type=int, default=10_000)
    parser.add_argument("--folder", type=Path, help="a workspace to use (its cache is deleted first)")
    parser.add_argument("--part", choices=("window",))
    arguments = parser.parse_args()
    if arguments.part:
        print(json.dumps(_window(arguments.folder)))
        return 0
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or make(Path(scratch) / "many", arguments.leaves)
        shutil.rmtree(folder / ".labdesk/cache", ignore_errors=True)
        for start in ("cold", "warm"):
            figures = _child(folder)
            print(start, json.dumps(figures, indent=2))
    return 0


def make(folder: Path, leaves: int) -> Path:
    """A workspace with leaves of about 5 kB below all three roots: 20 branches of 5 groups each in every root."""
    from labdesk.core.workspace import Workspace

    workspace = Workspace.create(folder)
    models = [path.read_bytes() for path in sorted(workspace.taxonomy.rglob("qna.yaml"))]
    workspace.ignore_state()
    old = time.time_ns() - _HOUR_NS
    for number in range(leaves - len(models)):
        root = ("knowledge", "foundational_skills", "compositional_skills")[number % 3]
        place = workspace.taxonomy / root / f"area_{number % 20}" / f"group_{number // 100}" / f"leaf_{number}"
        place.mkdir(parents=True)
        file = place / "qna.yaml"
        file.write_bytes(models[number % len(models)] + b"# leaf %d\n" % number)
        os.utime(file, ns=(old, old))
    return workspace.root


def _child(folder: Path) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as home:
        environment = {**os.environ, "LABDESK_HOME": home}
        environment.setdefault("QT_QPA_PLATFORM", "offscreen")
        command = [sys.executable, __file__, "--part", "window", "--folder", str(folder)]
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=True, timeout=900)
    return dict(json.loads(done.stdout.splitlines()[-1]))


class _Stalls:
    """Ticks as fast as it can; remembers the longest gap in wall time and in processor time of this thread."""

    def __init__(self) -> None:
        from PySide6.QtCore import Qt, QTimer

        self.reset()
        self._timer = QTimer()
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._tick)
        self._timer.start(_TICK_MS)

    def reset(self) -> None:
        self._last = time.perf_counter(), time.thread_time()
        self.wall = self.own = 0.0

    def _tick(self) -> None:
        now = time.perf_counter(), time.thread_time()
        self.wall = max(self.wall, (now[0] - self._last[0]) * 1000)
        self.own = max(self.own, (now[1] - self._last[1]) * 1000)
        self._last = now

    def take(self) -> list[float]:
        found = [round(self.wall, 1), round(self.own, 1)]
        self.reset()
        return found


def _window(folder: Path) -> dict[str, Any]:
    import psutil
    from PySide6.QtCore import QEventLoop
    from PySide6.QtWidgets import QApplication

    from labdesk.core import paths
    from labdesk.gui.app import Desk
    from labdesk.gui.context import SettingsStore

    app = QApplication([])
    desk = Desk(app, SettingsStore(paths.settings_file()))
    began, busy = time.perf_counter(), time.thread_time()

    def note(name: str) -> None:
        figures[name] = [round(time.perf_counter() - began, 2), round(time.thread_time() - busy, 2)]
        print(name, figures[name], file=sys.stderr, flush=True)

    window = desk.open(folder)
    view: Any = window.go("teach")
    figures: dict[str, Any] = {}
    note("window there, seconds (wall, own)")
    stalls, process = _Stalls(), psutil.Process()
    most, survey = 0, 0.0

    def run(until: Callable[[], bool]) -> float:
        nonlocal most, survey
        start, looked = time.perf_counter(), 0.0
        while not until():
            app.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
            if time.perf_counter() - looked > 0.2:
                looked = time.perf_counter()
                everyone = [process, *process.children(recursive=True)]
                most = max(most, sum(one.memory_info().rss for one in everyone))
                survey = max([survey, *(one.cpu_times().user + one.cpu_times().system for one in everyone[1:])])
        return round(time.perf_counter() - start, 2)

    view.tree.shown.connect(lambda: shown.append(time.perf_counter()))
    shown: list[float] = []
    run(lambda: bool(shown))
    note("all leaves shown, seconds (wall, own)")
    figures["stall while listing, ms (wall, own)"] = stalls.take()
    run(lambda: view.facts.count and view.facts.known == view.facts.count)
    note("all leaves checked, seconds (wall, own)")
    figures["processor time of the survey, seconds"] = round(survey, 2)
    figures["stall while checking, ms (wall, own)"] = stalls.take()
    run(lambda: not view.facts._client.busy and not view.facts._timer.isActive())
    for text in ("w", "walnut oil", "leaf 77"):
        stalls.reset()
        done: list[object] = []
        view.tree.shown.connect(lambda done=done: done.append(1))
        view.tree.search.setText(text)
        figures[f"search “{text}” seconds"] = run(lambda done=done: bool(done))
        figures[f"stall in search “{text}” ms"] = stalls.take()
    done = []
    view.tree.shown.connect(lambda: done.append(1))
    view.tree.bar.clear()
    figures["all again seconds"] = run(lambda: bool(done))
    figures["stall all again ms"] = stalls.take()
    figures["scroll frame ms (median, worst)"] = _scroll(app, view)
    stalls.reset()
    leaf = view._tree.leaves[-1].path
    view.verbs.rename(leaf, "renamed_leaf")
    run(lambda: not view.reader.busy and not view.facts._timer.isActive())
    figures["stall after a rename ms"] = stalls.take()
    view.undo.undo()
    run(lambda: not view.reader.busy and not view.facts._timer.isActive())
    figures["memory of all processes, MB"] = round(most / 1e6)
    figures["memory of the window, MB"] = round(process.memory_info().rss / 1e6)
    window.close()
    return figures


def _scroll(app: Any, view: Any) -> list[float]:
    """Everything open, a page a frame."""
    tree = view.tree.view
    tree.expandAll()
    bar, frames = tree.verticalScrollBar(), []
    for step in range(60):
        start = time.thread_time()
        bar.setValue(bar.maximum() * step // 60)
        tree.viewport().repaint()
        frames.append((time.thread_time() - start) * 1000)
        app.processEvents()
    frames.sort()
    return [round(frames[30], 1), round(frames[-1], 1)]


if __name__ == "__main__":
    sys.exit(main())
