"""Measures Review on 10,000 samples: the longest time that each act holds the window up, own processor time beside it.

QT_QPA_PLATFORM=offscreen python -m tests.bench.review [--samples 10000]
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QApplication

from labdesk.core.samples.sample import Provenance, Sample, SourceSpan, Verdict
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace
from labdesk.gui.app import Desk, make_context
from labdesk.gui.context import SettingsStore
from labdesk.gui.review.many import BulkDialog
from labdesk.gui.review.view import ReviewView
from labdesk.gui.window import Window
from labdesk.jobs.datasets import SAMPLES

LIMIT_MS = 100.0


class Watch:
    """The event loop turned by hand, each turn timed."""

    def __init__(self, app: QApplication) -> None:
        self._app = app
        self.worst = 0.0

    def until(self, ready: Callable[[], bool], seconds: float = 120.0) -> None:
        deadline = time.monotonic() + seconds
        while not ready() and time.monotonic() < deadline:
            start = time.thread_time()
            self._app.processEvents()
            self.worst = max(self.worst, time.thread_time() - start)
        assert ready()

    def act(self, name: str, act: Callable[[], object], ready: Callable[[], bool] = lambda: True) -> None:
        """Times an act and what it sets going."""
        self.worst = 0.0
        wall, own = time.monotonic(), time.thread_time()
        act()
        self.worst = time.thread_time() - own
        direct = time.monotonic() - wall
        self.until(ready)
        for _ in range(20):
            own = time.thread_time()
            self._app.processEvents()
            self.worst = max(self.worst, time.thread_time() - own)
        sign = "" if self.worst * 1000 < LIMIT_MS else "   OVER THE LIMIT"
        print(f"{name:34} {self.worst * 1000:6.1f} ms longest turn, own; the call itself {direct * 1000:6.1f} ms{sign}")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--samples", type=int, default=10_000)
    count = parser.parse_args().samples
    app = QApplication(sys.argv[:1])
    with tempfile.TemporaryDirectory() as scratch:
        workspace = Workspace.create(Path(scratch) / "w")
        job = workspace.add_job("generate", GenerateSpec(), "Write samples")
        journal = Journal(job.path / SAMPLES)
        journal.append_all([_sample(number) for number in range(count)])
        journal.close()
        desk = Desk(app, SettingsStore(Path(scratch) / "settings.json"))
        context = make_context(workspace, desk.settings)
        window = Window(context)
        window.show()
        watch = Watch(app)
        load = os.getloadavg()[0] if hasattr(os, "getloadavg") else 0.0
        print(f"{count} samples, load of the machine {load:.1f}, limit {LIMIT_MS:.0f} ms")
        view = window.go("review")
        assert isinstance(view, ReviewView)
        _measure(view, watch, count)
        window.close()


def _measure(view: ReviewView, watch: Watch, count: int) -> None:
    watch.act("read them", lambda: None, lambda: len(view.samples.entries) == count)
    watch.act("next (J)", lambda: view.step(1))
    watch.act("accept (A)", lambda: view.decide("accepted"))
    watch.act("reject (R)", lambda: view.decide("rejected"))
    watch.act("undo (U)", view.undo)
    view.search.setText("lamp 77")
    watch.act("search", view._apply_choice)
    view.search.setText("")
    watch.act("all again", view._apply_choice)
    watch.act("open “Decide on many”", view.decide_many)
    (bulk,) = view.findChildren(BulkDialog)
    watch.act("choose points", lambda: bulk.points.setValue(50), lambda: bulk.preview.found < count - 1000)
    watch.act(f"accept {bulk.preview.found}", bulk.ok.click)
    watch.act("undo all of it", view.undo)
    view.list.setCurrentIndex(view.model.index(9))
    watch.act("an edit, and who is alike", lambda: view._save_edit("Which lamp?", "Lamp 9 was lit in 1882."))


def _sample(number: int) -> Sample:
    return Sample(
        id=f"{number:024x}", leaf=f"knowledge/places/marrowby_light{number % 4 or ''}", root="knowledge", form="short",
        origin="rephrased", fact=f"seed {number % 40}",
        question=f"In what year did the people of Marrowby light lamp {number} of {number % 97} for the first time?",
        answer=f"Lamp {number} was lit in 1881.", source=SourceSpan("marrowby_light.md", 10, 90),
        provenance=Provenance("rewordings", "SmolLM2", "0" * 16, number),
        verdicts=(Verdict("FormFilter", True), Verdict("DuplicateFilter", True),
                  Verdict("JudgeFilter", True, (number * 37 % 100) / 100)),
    )  # fmt: skip


if __name__ == "__main__":
    main()
