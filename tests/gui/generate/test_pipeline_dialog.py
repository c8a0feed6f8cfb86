"""What will run: the diagram, the prompts, and an edit that reaches the workspace and can be taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.workspace import Workspace
from labdesk.gui.generate.pipeline_dialog import PipelineDialog
from labdesk.gui.generate.pipeline_model import Step, StepModel, lines
from labdesk.gui.window import Window
from labdesk.jobs.pipelines import edited_folder, load_pipeline

LEAF = "knowledge/places/marrowby_light"
SERVER = "http://localhost:8080/v1#m"


def step(name: str, rows: int = 0, **more: bool) -> Step:
    return Step(name, "T", "Does it.", more.get("makes", False), more.get("writes", False), rows, {"a": 1}, {})


@pytest.fixture
def dialog(window: Window, workspace: Workspace, qtbot: QtBot) -> Iterator[PipelineDialog]:
    made = PipelineDialog(str(workspace.root), SERVER, [LEAF], window)
    qtbot.waitUntil(lambda: made.model.rowCount() > 0, timeout=60_000)
    yield made
    made.reject()


def test_the_model_keeps_to_qt_and_counts_what_is_checked(qtbot: QtBot) -> None:
    model = StepModel()
    tester = QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Warning)
    steps = (step("one", 3, makes=True), step("two", 4, makes=True, writes=True), step("check"))
    model.show(steps)
    model.show(steps[:1])
    assert [line.aside for line in lines(steps)] == ["3 samples", "4 samples", "checks up to 7"]
    assert tester.model() is model


def test_a_prompt_is_read_copied_edited_and_reset(dialog: PipelineDialog, workspace: Workspace, qtbot: QtBot) -> None:
    names = [dialog.model.step(dialog.model.index(row)) for row in range(dialog.model.rowCount())]
    at = next(row for row, one in enumerate(names) if one is not None and one.name == "questions")
    dialog.list.setCurrentIndex(dialog.model.index(at))
    assert "{statement}" in dialog.prompt.toPlainText() and not dialog.save.isEnabled()
    dialog.copy.click()
    assert QGuiApplication.clipboard().text() == dialog.prompt.toPlainText()
    dialog.prompt.setPlainText("Ask in rhyme about {statement}")
    dialog.save.click()
    qtbot.waitUntil(lambda: dialog.shown is not None and dialog.shown.edited, timeout=60_000)
    assert dialog.list.currentIndex().row() == at and not dialog.reset.isHidden()
    assert load_pipeline("knowledge-chat", edited_folder(workspace.root)).edited
    dialog.prompt.setPlainText("Ask about {nobody}")
    dialog.save.click()
    qtbot.waitUntil(lambda: "{nobody}" in dialog.banner.words, timeout=60_000)
    dialog.reset.click()
    qtbot.waitUntil(lambda: dialog.shown is not None and not dialog.shown.edited, timeout=60_000)
    assert not load_pipeline("knowledge-chat", edited_folder(workspace.root)).edited


def test_the_whole_file_can_be_edited(dialog: PipelineDialog, workspace: Workspace, qtbot: QtBot) -> None:
    dialog.whole.click()
    dialog.file.setPlainText(dialog.file.plain_text().replace("per_seed: 8", "per_seed: 2"))
    assert dialog.save.isEnabled()
    dialog.save.click()
    qtbot.waitUntil(lambda: dialog.shown is not None and dialog.shown.edited, timeout=60_000)
    assert "per_seed: 2" in (edited_folder(workspace.root) / "knowledge-chat.yaml").read_text("utf-8")


def test_after_a_run_the_steps_say_what_came_out() -> None:
    made = Step("one", "T", "Does it.", True, False, 5, {}, {}, came=5, passed=4)
    check = Step("check", "F", "Checks.", False, False, 0, {}, {}, came=4, passed=3)
    assert [line.aside for line in lines((made, check))] == ["4 of 5 written", "3 of 4 passed"]
