"""The Qt models of Train: the learning map, the answers, the history of runs."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester

from labdesk.core.job_state import JobState
from labdesk.core.specs import TeachSpec
from labdesk.core.workspace import Workspace
from labdesk.gui.train.answer_list import AnswerList
from labdesk.gui.train.history import History
from labdesk.gui.train.map_delegate import arrow_of, tone_of
from labdesk.gui.train.map_model import AFTER, BEFORE, GAIN, MapModel
from tests.gui.train.exams import a_report


@pytest.fixture(autouse=True)
def _app(app: QApplication) -> None:
    pass


def rows(model: MapModel, parent: QModelIndex, depth: int = 0) -> list[str]:
    """The tree as indented text."""
    found = []
    for at in range(model.rowCount(parent)):
        cells = [model.index(at, column, parent).data() for column in range(model.columnCount())]
        found.append("  " * depth + " | ".join(cells))
        found += rows(model, model.index(at, 0, parent), depth + 1)
    return found


def test_the_map_shows_each_branch_with_its_scores(qtmodeltester: ModelTester) -> None:
    model = MapModel()
    model.show_map(a_report().map)
    qtmodeltester.check(model)
    assert rows(model, QModelIndex()) == [
        "Knowledge › Places | 0 % | 100 % | +100",
        "  Marrowby light | 0 % | 100 % | +100",
        "Compositional skills › Writing | 50 % | 0 % | −50",
        "  Harbour note | 100 % | 0 % | −100",
        "  Other | 0 % | 0 % | ±0",
    ]


def test_a_screen_reader_hears_the_numbers_that_the_bars_show() -> None:
    model = MapModel()
    model.show_map(a_report().map)
    said = model.index(0, BEFORE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert said == "Knowledge › Places: 2 questions, 0 % before, 100 % after, +100 points"
    assert (model.columnCount(), GAIN - AFTER) == (4, 1)


def test_what_the_skills_cost_stands_in_a_tooltip() -> None:
    model = MapModel()
    model.show_map(a_report().map)
    writing = model.index(1, 0)
    assert writing.data(Qt.ItemDataRole.ToolTipRole) == "50 % after the knowledge phase, 0 % after the skills"


def test_another_report_replaces_the_map(qtmodeltester: ModelTester) -> None:
    model = MapModel()
    qtmodeltester.check(model)
    model.show_map(a_report().map)
    model.show_map(None)
    assert model.rowCount() == 0


def test_signs_never_stand_alone() -> None:
    assert [tone_of(score) for score in (0, 40, 75)] == ["bad", "warn", "good"]
    assert len({arrow_of(points)[0] for points in (-50, 0, 50)}) == 3


def test_answers_say_what_changed(qtmodeltester: ModelTester) -> None:
    model = AnswerList()
    qtmodeltester.check(model)
    model.show_pairs(a_report().answers)
    said = [model.index(at, 0).data() for at in range(model.rowCount())]
    assert [text.rsplit(", ", 1)[1] for text in said] == [
        "learned",
        "learned",
        "forgotten",
        "still wrong",
        "still right",
    ]


def test_history_is_newest_first_and_updated_in_place(workspace: Workspace, qtmodeltester: ModelTester) -> None:
    history = History()
    qtmodeltester.check(history)
    old = workspace.add_job("teach", TeachSpec(), "Old")
    new = workspace.add_job("teach", TeachSpec(), "New")
    first, second = old, new
    for job in (second, first):
        history.show_job(job, JobState(status="running"))
    assert history.newest is not None and history.newest.id == second.id
    changed: list[int] = []
    history.dataChanged.connect(lambda index, *_: changed.append(index.row()))
    history.show_job(first, JobState(status="failed"))
    history.show_job(first, JobState(status="failed"))
    assert changed == [1] and "failed" in history.index(1, 0).data()
