"""Five rows before the whole run, pausing, totals per leaf, and speed against what was measured."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from labdesk.core.events import Done, Event, Failed, Funnel, Hello, Metric, SampleMade, Stage
from labdesk.core.job_state import fold_all
from labdesk.core.samples.funnel import PLANNED
from labdesk.core.specs import PreviewSpec
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace
from labdesk.engine.context import JobContext
from labdesk.gui.generate.leaf_model import LeafModel
from labdesk.gui.generate.run_view import RunView
from labdesk.gui.generate.view import GenerateView
from labdesk.gui.window import Window
from labdesk.jobs.kinds import preview
from tests.gui.jobs_by_hand import LEAF
from tests.jobs.company import Company

Settle = Callable[[Callable[[], bool]], None]


def test_five_rows_are_tried_and_shown(
    window: Window, workspace: Workspace, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda job: None)
    view = window.go("generate")
    assert isinstance(view, GenerateView)
    settle(lambda: view._stack.currentWidget() is view.plan and view.plan.trial.start.isEnabled())
    view.plan.trial.start.click()
    settle(lambda: view.plan.trial.start.isHidden())
    (job,) = workspace.jobs("preview")
    assert job.spec(PreviewSpec).rows == 5 and view.plan.trial.start.isHidden()
    journal = Journal(job.events_path)
    with job.lock():
        made: list[Event] = [Hello(job.id, "preview", 1, 0.0), Stage("preview", "Try “Marrowby”", 0, 1)]
        made += [
            SampleMade(str(n), LEAF, f"Question {n}?", "Answer", n != 2, "No." if n == 2 else "") for n in range(5)
        ]
        journal.append_all([*made, Done("4 of 5 rows would be kept.", "Generate all of them.")])
    journal.close()
    settle(lambda: view.plan.trial.samples.rowCount() == 5 and "4 of 5" in view.plan.trial.words.text())
    assert view.plan.trial.list.isVisible() and view.plan.trial.start.text() == "Try five other rows"
    assert not window.context.bridge.jobs("generate"), "a trial is no generation"
    view.leave()


def test_a_trial_that_failed_says_why(window: Window) -> None:
    view = window.go("generate")
    assert isinstance(view, GenerateView)
    job = fold_all([Hello("j", "preview", 1, 0.0), Failed("No memory.", "4 GB.", "Close programs.")])
    view.plan.trial.show_state(job)
    assert view.plan.trial.words.text() == "No memory. 4 GB. Close programs."
    view.leave()


def test_the_worker_of_a_trial_spreads_its_rows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def company(*_: object) -> Iterator[Company]:
        yield Company()

    monkeypatch.setattr(preview, "open_teacher", company)
    workspace = Workspace.create(tmp_path / "w")
    leaves = (LEAF, "compositional_skills/grounded/extraction/visitor_book")
    job = workspace.add_job("preview", PreviewSpec(leaves=leaves), "Preview")
    events: list[Event] = []
    done = preview.run(job.spec(PreviewSpec), JobContext(job.path, workspace.root, events.append, lambda: False))
    made = [event for event in events if isinstance(event, SampleMade)]
    assert [event.leaf for event in made] == [leaves[0]] * 3 + [leaves[1]] * 2
    assert "of 5 rows would be kept" in done.summary


def test_leaves_say_how_far_they_are() -> None:
    model = LeafModel()
    model.show_funnels({"a/b": {"asked": 30, "kept": 20, PLANNED: 120}, "a/c": {PLANNED: 40}}, ("a/b", "a/c"), "a/b")
    words = [model.data(model.index(row)) for row in range(model.rowCount())]
    assert words == [
        "All leaves: waiting · 160 samples to come",
        "b: 30 of 120 · 20 kept",
        "c: waiting · 40 samples to come",
    ]
    found = model.row(model.index(1))
    assert found is not None and found.fraction == 0.25


def test_speed_stands_beside_the_fastest_that_was_measured(qapp: object) -> None:
    run = RunView()
    values = {"tokens_per_second": 90.0, "tokens_per_second_limit": 100.0}
    run.show_state(fold_all([Hello("j", "generate", 1, 0.0), Metric(1, values), Funnel("", {"asked": 1})]))
    assert run._speed.text() == "90 tokens/s · 90 % of the fastest measured here"
