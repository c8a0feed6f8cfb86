"""A person's way through Generate and Review in the real window, with the real starter teacher and real workers:
plan, five rows to look at, run, pause, continue, a killed worker, continue to the end, twenty decisions by keyboard."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget
from pytestqt.qtbot import QtBot

from labdesk.core import paths
from labdesk.core.job_folder import JobFolder
from labdesk.core.samples.sample import Sample
from labdesk.core.storage import replay
from labdesk.core.workspace import Workspace
from labdesk.gui import theme
from labdesk.gui.app import make_context
from labdesk.gui.context import SettingsStore
from labdesk.gui.generate.view import GenerateView
from labdesk.gui.review.view import ReviewView
from labdesk.gui.window import Window
from labdesk.jobs.pipelines import save_pipeline

LEAF = "knowledge/places/marrowby_light"
_MINUTES = 60_000
#: What a person might leave of labdesk's own pipeline to see a result soon: fewer rows by rule and by the teacher.
SHORT = """
version: "1.0"
title: Knowledge, short
style: completion
budget: {window: 50, discards: 0.98}
blocks:
  - {name: seeds, type: Seeds}
  - {name: wordings, type: Wordings, config: {per_seed: 3}}
  - name: questions
    type: StatementQuestions
    config: {style: completion, per_statement: 2, limit: 24, sampling: {temperature: 0.4, max_tokens: 32}}
  - name: rewordings
    type: Rewordings
    config: {style: completion, per_seed: 3, sampling: {temperature: 0.6, max_tokens: 32}}
  - {name: form, type: FormFilter}
  - {name: duplicates, type: DuplicateFilter}
  - {name: grounding, type: GroundingFilter}
  - {name: judge, type: AnswerRankFilter, config: {rivals: 3}}
"""

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="uses POSIX signals")]


def by_teacher(job: JobFolder) -> list[Sample]:
    return [one for one in replay(job.path / "samples.jsonl", Sample) if one.provenance.teacher]


def press(widget: QWidget, words: str) -> None:
    """A button that is shown, by its words, with the space bar."""
    found = next(b for b in widget.findChildren(QAbstractButton) if b.text() == words and not b.isHidden())
    QTest.keyClick(found, Qt.Key.Key_Space)


@pytest.mark.timeout(900)
def test_from_the_plan_to_twenty_reviewed_rows(qapp: QApplication, qtbot: QtBot, tmp_path: Path) -> None:
    theme.apply(qapp, "light")
    workspace = Workspace.create(tmp_path / "lighthouse")
    save_pipeline(workspace.root, "knowledge-completion", SHORT)
    context = make_context(workspace, SettingsStore(paths.settings_file()))
    window = Window(context)
    for owned in (context.bridge, context.actions, context.intents, context.jobs, context.settings):
        owned.setParent(window)
    qtbot.addWidget(window)
    window.show()
    window.activateWindow()

    def until(true: Callable[[], bool], minutes: float = 10.0) -> None:
        qtbot.waitUntil(true, timeout=int(minutes * _MINUTES))

    view = window.go("generate")
    assert isinstance(view, GenerateView)
    until(lambda: view.plan.choice.rowCount() == 4)
    view.plan.choice.choose_only([LEAF])
    until(lambda: dict(view.plan.card._rows).get("Samples", "").startswith("about"))
    assert not workspace.jobs()

    press(view.plan, "Try five rows")
    until(lambda: view.trial.state.status == "done")
    until(lambda: view.plan.trial.samples.rowCount() == 5)  # rows come in bundles, a moment after the state
    assert "of 5 rows would be kept" in view.plan.trial.words.text()

    press(view.plan, "Generate")
    job = workspace.jobs("generate")[-1]
    until(lambda: len(by_teacher(job)) > 0)
    press(view.run, "Pause")
    until(lambda: view.watch.state.status == "paused" and job.worker() is None)
    paused = {one.id: one for one in replay(job.path / "samples.jsonl", Sample)}
    press(view.run, "Continue")
    until(
        lambda: view.watch.state.status == "running" and len(replay(job.path / "samples.jsonl", Sample)) > len(paused)
    )

    worker = job.worker()
    assert worker is not None
    os.kill(worker.pid, signal.SIGKILL)
    until(lambda: view.watch.state.status == "interrupted")
    assert "interrupted" in view.run.banner.words
    killed = {one.id: one for one in replay(job.path / "samples.jsonl", Sample)}
    press(view.run, "Continue")
    until(lambda: view.watch.state.status == "done")
    rows = replay(job.path / "samples.jsonl", Sample)
    final = {one.id: one for one in rows}
    assert len(final) == len(rows), "a sample was written twice"
    assert all(final[key] == one for key, one in (paused | killed).items()), "an acknowledged sample changed"

    assert {one.provenance.pipeline.partition(",")[0] for one in rows} == {"knowledge-completion"}

    press(view.run, "Review them")
    review = window.go("review")
    assert isinstance(review, ReviewView)
    until(lambda: review.samples.job is not None and review.model.rowCount() > 20)
    with pytest.warns(DeprecationWarning):  # offscreen, the platform grants it only to the first window of a process
        QApplication.setActiveWindow(window)
    review.focus_first()
    for number in range(20):
        qtbot.keyClick(review.list, Qt.Key.Key_R if number % 5 == 4 else Qt.Key.Key_A)
    qtbot.keyClick(review.list, Qt.Key.Key_K)
    qtbot.keyClick(review.list, Qt.Key.Key_U)
    decisions = workspace.reviews(job.id)
    verbs = [one.verdict for one in decisions.values()]
    assert (verbs.count("accepted"), verbs.count("rejected")) == (16, 3)
    assert review.samples.counts().decided == 19
    for child in context.jobs._children:
        child.wait(timeout=60)
    view.leave()
    window.close()
