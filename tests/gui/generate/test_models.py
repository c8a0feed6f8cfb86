"""The Qt models of Generate: samples in batches, leaves in place, a choice that survives."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.modeltest import ModelTester
from pytestqt.qtbot import QtBot

from labdesk.gui.generate.leaf_choice import LeafChoice
from labdesk.gui.generate.leaf_model import LeafModel
from labdesk.gui.generate.leaf_survey import SurveyedLeaf
from labdesk.gui.generate.sample_model import BATCH, SampleModel, Wanted
from tests.gui.jobs_by_hand import LEAF, a_sample


@pytest.fixture(autouse=True)
def _app(app: QApplication) -> None:
    pass


def test_samples_wait_for_the_timer_and_come_in_one_insertion(qtbot: QtBot, qtmodeltester: ModelTester) -> None:
    model = SampleModel()
    qtmodeltester.check(model)
    inserted: list[int] = []
    model.rowsInserted.connect(lambda _parent, first, last: inserted.append(last - first + 1))
    model.take(a_sample(n) for n in range(50))
    assert model.rowCount() == 0
    qtbot.waitUntil(lambda: model.rowCount() == 50, timeout=2000)
    assert inserted == [50]


def test_a_flood_is_split_so_that_no_turn_takes_long() -> None:
    model = SampleModel()
    model.take(a_sample(n) for n in range(BATCH + 5))
    model.flush()
    assert model.rowCount() == BATCH
    model.flush()
    assert model.rowCount() == BATCH + 5


def test_a_restart_that_tells_samples_again_adds_none() -> None:
    model = SampleModel()
    for _ in range(2):
        model.take([a_sample(1), a_sample(2)])
        model.flush()
    assert model.rowCount() == 2


def test_a_step_of_the_funnel_shows_what_was_lost_there(qtmodeltester: ModelTester) -> None:
    model = SampleModel()
    model.take([a_sample(1), a_sample(2, kept=False, lost_at="unique"), a_sample(3, kept=False, lost_at="grounded")])
    model.flush()
    shown = {}
    for step in ("", "unique", "grounded", "kept", "parsed"):
        model.show_only(Wanted(step))
        shown[step] = [model.row(model.index(at, 0)).id for at in range(model.rowCount())]  # type: ignore[union-attr]
    assert shown == {"": ["s1", "s2", "s3"], "unique": ["s2"], "grounded": ["s3"], "kept": ["s1"], "parsed": []}
    qtmodeltester.check(model)


def test_new_samples_respect_the_filter() -> None:
    model = SampleModel()
    model.show_only(Wanted(leaf="elsewhere"))
    model.take([a_sample(1), a_sample(2, leaf="elsewhere")])
    model.flush()
    assert model.rowCount() == 1 and model.total == 2


def test_hidden_characters_of_a_sample_are_made_visible() -> None:
    model = SampleModel()
    model.take([a_sample(1).__class__("x", LEAF, "a\u202eb?", "c\x00d", True)])
    model.flush()
    row = model.row(model.index(0, 0))
    assert row is not None and "\u202e" not in row.question and "\x00" not in row.answer


def test_leaves_change_where_they_stand(qtmodeltester: ModelTester) -> None:
    model = LeafModel()
    qtmodeltester.check(model)
    model.show_funnels({}, ["a/one", "a/two"])
    assert [model.index(at, 0).data() for at in range(3)] == ["All leaves: waiting", "one: waiting", "two: waiting"]
    changed: list[int] = []
    model.dataChanged.connect(lambda first, *_: changed.append(first.row()))
    model.show_funnels({"a/two": {"asked": 10, "kept": 4}, "": {"asked": 10, "kept": 4}}, ["a/one", "a/two"], "a/two")
    assert sorted(changed) == [0, 2]
    assert model.index(2, 0).data() == "two: writing · 4 of 10 kept"


def test_a_choice_survives_a_new_survey(qtmodeltester: ModelTester) -> None:
    one, two, bad = (
        SurveyedLeaf("a/one", "One", "knowledge", 5, ""),
        SurveyedLeaf("a/two", "Two", "knowledge", 5, ""),
        SurveyedLeaf("a/bad", "Bad", "", 0, "A question has no answer."),
    )
    model = LeafChoice()
    qtmodeltester.check(model)
    model.show_leaves([one, two, bad])
    assert [leaf.path for leaf in model.chosen] == ["a/one", "a/two"]
    assert model.setData(model.index(0, 0), Qt.CheckState.Unchecked, Qt.ItemDataRole.CheckStateRole)
    model.show_leaves([bad, one, two])
    assert [leaf.path for leaf in model.chosen] == ["a/two"] and not model.all_chosen
    assert not model.setData(model.index(0, 0), Qt.CheckState.Checked, Qt.ItemDataRole.CheckStateRole)
    assert "no answer" in model.index(0, 0).data()
