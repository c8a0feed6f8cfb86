"""Models: what the list says, choosing teacher and student, adding a file that is good, bad, or cut off."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDropEvent
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from labdesk.core.models.catalog import ModelCard, starter_model
from labdesk.gui.models.model_list import ModelList
from labdesk.gui.models.model_rows import card_from, parameters, row_of
from labdesk.gui.models.view import ModelsView

STARTER = "SmolLM2 135M (starter)"


def card(path: str, *, can: bool = True) -> ModelCard:
    reasons = () if can else ("The file is damaged.",)
    return ModelCard("name", Path(path), 98_000_000, "Q4_1", 135_000_000, 8192, "smollm", "", can, can, can, reasons)


def titles(view: ModelsView) -> list[str]:
    return [row.title for row in view.page.library.models.rows]


def test_the_starter_is_there_and_says_what_it_can_do(view: ModelsView) -> None:
    assert titles(view) == [STARTER]
    shown = view.page.current
    assert shown is not None and shown.uses == ("teacher", "student")
    assert not view.page.detail.teacher.isEnabled() and view.page.detail.chat.isEnabled()
    assert "small" in view.page.detail.reasons.text()


def test_a_dropped_file_is_added_and_can_become_the_student(view: ModelsView, qtbot: QtBot, tmp_path: Path) -> None:
    copy = tmp_path / "My model.gguf"
    shutil.copy(starter_model(), copy)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(copy))])
    view.dropEvent(
        QDropEvent(
            QPointF(5, 5), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        )
    )
    qtbot.waitUntil(lambda: "My model" in titles(view), timeout=30_000)
    qtbot.waitUntil(lambda: view.page.current is not None and view.page.current.title == "My model", timeout=5000)
    view.page.detail.student.click()
    assert view._context.settings.values.student == str(copy)
    assert view.page.current is not None and view.page.current.uses == ("student",)
    qtbot.waitUntil(lambda: not view.page.library._list.busy, timeout=30_000)
    view.page.detail.forget.click()
    assert view._context.settings.values.model_files == ()


@pytest.mark.parametrize("size", [0, 3, 5000])
def test_a_cut_file_is_refused_with_a_remedy(view: ModelsView, qtbot: QtBot, tmp_path: Path, size: int) -> None:
    cut = tmp_path / "cut.gguf"
    cut.write_bytes(starter_model().read_bytes()[:size])
    view.page.add(cut)
    qtbot.waitUntil(lambda: bool(view.banner.words), timeout=30_000)
    assert "cannot be used" in view.banner.words and "cut.gguf" in view.banner.words
    assert view._context.settings.values.model_files == ()


def test_the_list_keeps_its_order_and_changes_in_place(qtmodeltester: ModelTester) -> None:
    models = ModelList()
    qtmodeltester.check(models)
    starter, taught = Path("/m/starter.gguf"), {Path("/m/z.gguf"): "Taught 4 leaves"}
    for path in ("/m/b.gguf", "/m/z.gguf", "/m/a.gguf", "/m/starter.gguf"):
        models.put(row_of(card(path), starter, taught, ()))
    assert [row.title for row in models.rows] == [STARTER, "Taught 4 leaves", "a", "b"]
    models.put(row_of(card("/m/a.gguf"), starter, taught, ("teacher",)))
    assert "teacher" in models.index(2, 0).data()
    models.keep_only({starter})
    assert models.rowCount() == 1


def test_a_model_that_can_do_nothing_says_why() -> None:
    line = row_of(card("/m/x.gguf", can=False), None, {}, ()).line
    assert line.detail == "The file is damaged." and line.aside == "cannot be used"


def test_numbers_in_words() -> None:
    assert [parameters(count) for count in (135_000_000, 1_700_000_000)] == ["135 M", "1.7 B"]


def test_an_answer_of_another_version_is_left_out() -> None:
    assert card_from({"type": "model", "name": 3}) is None
