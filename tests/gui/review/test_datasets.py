"""The window's datasets with the real command line behind them: export, import with a look, compare, mix."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from labdesk.core.samples import dataset
from labdesk.core.samples.dataset import DatasetAbout
from labdesk.core.workspace import Workspace
from labdesk.gui.review.dataset_dialog import DatasetDialog
from labdesk.gui.review.rows_dialog import RowsDialog
from labdesk.gui.review.view import ReviewView
from labdesk.gui.window import Window
from tests.jobs.test_dataset_mixing import LEAF, sample

Wait = Callable[[Callable[[], bool]], None]


@pytest.fixture
def wait(qtbot: QtBot) -> Wait:
    return lambda until: qtbot.waitUntil(until, timeout=60_000)


@pytest.fixture
def dialog(window: Window, workspace: Workspace, wait: Wait) -> Iterator[DatasetDialog]:
    for number, rows in enumerate(([sample(1), sample(2)], [sample(2), sample(3)])):
        about = DatasetAbout(name=f"Lights {number}", job="job", made_at=1.7e9 + number)
        dataset.freeze(workspace.datasets_folder / f"set-{number}", about, rows, [])
    view = window.go("review")
    assert isinstance(view, ReviewView)
    view.show_datasets()
    made = view.findChildren(DatasetDialog)[0]
    wait(lambda: made.rows.rowCount() == 2)
    yield made
    made.reject()


def test_the_newest_is_chosen_and_can_be_exported_as_chats(dialog: DatasetDialog, wait: Wait, tmp_path: Path) -> None:
    assert [one.name for one in dialog.chosen] == ["set-1"]
    assert dialog.export.isEnabled() and not dialog.compare.isEnabled()
    dialog.export_chats(str(tmp_path / "rows.jsonl"))
    wait(lambda: "rows.jsonl" in dialog.banner.words)
    rows = [json.loads(line) for line in (tmp_path / "rows.jsonl").read_text("utf-8").splitlines()]
    assert len(rows) == 2 and rows[0]["messages"][-1]["content"] == "Thing 2"


def test_an_export_that_cannot_be_is_explained(dialog: DatasetDialog, wait: Wait) -> None:
    dialog.export_chats("/proc/nowhere/rows.jsonl")
    wait(lambda: bool(dialog.banner.words))
    assert "sample" not in dialog.banner.words.split(":")[0]


def test_two_are_compared_and_mixed(dialog: DatasetDialog, workspace: Workspace, wait: Wait) -> None:
    dialog.list.selectAll()
    assert dialog.compare.isEnabled() and dialog.mix.isEnabled() and not dialog.export.isEnabled()
    dialog.compare.click()
    wait(lambda: dialog.outcome.rowCount() == 1)
    assert "1 in both" in str(dialog.outcome.index(0).data())
    dialog.mix.click()
    wait(lambda: dialog.rows.rowCount() == 3)
    assert "3 samples" in str(dialog.rows.index(0).data())


def test_rows_of_another_program_are_looked_at_before_they_come_in(
    dialog: DatasetDialog, wait: Wait, tmp_path: Path
) -> None:
    file = tmp_path / "other.jsonl"
    file.write_text('{"question": "Who swept the stairs?", "answer": "Agnes"}\n' * 2, "utf-8")
    dialog.show_rows(str(file))
    look = dialog.findChildren(RowsDialog)[0]
    wait(look.ok.isEnabled)
    assert look.ok.text() == "Import 1 row" and look.leaf.currentData() == LEAF
    look.ok.click()
    wait(lambda: dialog.rows.rowCount() == 3)
    assert "1 row added" in dialog.banner.words


def test_a_file_that_is_none_says_which_line(dialog: DatasetDialog, wait: Wait, tmp_path: Path) -> None:
    file = tmp_path / "bad.jsonl"
    file.write_text("{}\n", "utf-8")
    dialog.show_rows(str(file))
    look = dialog.findChildren(RowsDialog)[0]
    wait(lambda: "Line 1" in look.banner.words)
    assert not look.ok.isEnabled()
    look.reject()
