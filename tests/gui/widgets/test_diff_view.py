"""Two texts beside each other: the model keeps Qt's rules, long lines are wrapped without loss, lines can be copied."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core.line_diff import side_by_side
from labdesk.gui.widgets.diff_delegate import wrapped
from labdesk.gui.widgets.diff_view import DiffView

OLD = "version: 3\ncreated_by: me\nseed: one\n" + "same\n" * 30 + "last: a\n"
NEW = "version: 3\ncreated_by: you\nseed: one\n" + "same\n" * 30 + f"last: {'long ' * 80}\n"


@given(st.text(st.sampled_from("ab 漢–\t"), max_size=120), st.integers(12, 40))
def test_wrapping_loses_nothing_and_fits(text: str, columns: int) -> None:
    lines = wrapped(text, columns)
    assert "".join(text[start:end] for start, end in lines) == text
    for start, end in lines:
        assert len(text[start:end].rstrip(" ")) <= columns


def test_words_stay_whole() -> None:
    text = "alpha beta gamma"
    assert [text[start:end] for start, end in wrapped(text, 12)] == ["alpha beta ", "gamma"]


def test_rows_are_shown_spoken_and_copied(app: QApplication, qtbot: QtBot) -> None:
    view = DiffView("What changed")
    qtbot.addWidget(view)
    view.resize(700, 300)
    view.show()
    tester = QAbstractItemModelTester(view.model, QAbstractItemModelTester.FailureReportingMode.QtTest)
    view.name_sides("Last commit", "Now")
    view.show_rows(side_by_side(OLD, NEW))
    spoken = [view.model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in range(view.model.rowCount())]
    assert "Line 2 changed from created_by: me to created_by: you" in spoken
    assert "⋯ 25 lines without a change" in spoken
    heights = {view.list.sizeHintForIndex(view.model.index(row)).height() for row in range(view.model.rowCount())}
    assert len(heights) > 1  # the long line takes several
    view.grab()
    view.list.setCurrentIndex(view.model.index(spoken.index("Line 2 changed from created_by: me to created_by: you")))
    view.copy()
    assert QGuiApplication.clipboard().text() == "created_by: you"
    view.show_rows(())
    assert view.model.rowCount() == 0
    assert tester is not None
