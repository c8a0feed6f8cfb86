"""A column of thousands of things: only those in view exist, and what a person reads stays where it is."""

from __future__ import annotations

import itertools
import time

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from labdesk.gui.widgets.layout import column
from labdesk.gui.widgets.reel import Reel


class Item(QWidget):
    """As many lines as its key says."""

    def __init__(self, key: str) -> None:
        super().__init__()
        self.text = QLabel("\n".join(["line"] * (1 + int(key) * 7 % 23)))
        self.setLayout(column(self.text))


@pytest.fixture
def reel(app: QApplication, qtbot: QtBot) -> Reel:
    made = Reel("Things", Item, widest=500)
    made.resize(600, 400)
    qtbot.addWidget(made)
    made.show()
    return made


def settle(reel: Reel, qtbot: QtBot) -> None:
    qtbot.wait(1)
    reel._lay_out()
    while reel._soon.isActive():
        reel._soon.stop()
        reel._lay_out()


def in_view(reel: Reel) -> list[str]:
    rect = reel.viewport().rect()
    return [key for key in reel.keys if (made := reel.made(key)) is not None and made.geometry().intersects(rect)]


def test_it_begins_at_the_end_and_makes_only_what_is_seen(reel: Reel, qtbot: QtBot) -> None:
    reel.show_keys([str(number) for number in range(3000)])
    settle(reel, qtbot)
    assert in_view(reel)[-1] == "2999" and len(reel._made) < 40
    last = reel.made("2999")
    assert last is not None and abs(last.geometry().bottom() + 1 + 16 - reel.viewport().height()) <= 1


def test_it_follows_the_end_only_while_that_is_in_view(reel: Reel, qtbot: QtBot) -> None:
    reel.show_keys([str(number) for number in range(50)])
    settle(reel, qtbot)
    reel.show_keys([str(number) for number in range(60)])
    settle(reel, qtbot)
    assert in_view(reel)[-1] == "59"
    reel.verticalScrollBar().setValue(0)
    reel.show_keys([str(number) for number in range(70)])
    settle(reel, qtbot)
    assert in_view(reel)[0] == "0"
    reel.to_end()
    settle(reel, qtbot)
    assert in_view(reel)[-1] == "69"


def test_what_grows_above_the_view_does_not_move_it(reel: Reel, qtbot: QtBot) -> None:
    reel.show_keys([str(number) for number in range(200)])
    settle(reel, qtbot)
    bar = reel.verticalScrollBar()
    for _step in range(30):  # upwards, where nothing was measured yet
        before = {key: made.y() for key in in_view(reel) if (made := reel.made(key))}
        old = bar.value()
        bar.setValue(old - 100)
        moved = {made.y() - before[key] for key in in_view(reel) if key in before and (made := reel.made(key))}
        assert len(moved) <= 1, "the things in view moved apart"
        assert all(abs(step - 100) <= 1 for step in moved), "what was read has jumped"
        qtbot.wait(1)


def test_a_thing_that_grows_gets_its_room(reel: Reel, qtbot: QtBot) -> None:
    reel.show_keys(["0", "1", "2"])
    settle(reel, qtbot)
    item = reel.made("1")
    assert isinstance(item, Item)
    before = item.height()
    item.text.setText("\n".join(["more"] * 30))
    qtbot.waitUntil(lambda: item.height() > before + 100)
    below = reel.made("2")
    assert below is not None and below.y() > item.geometry().bottom()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.one_of(st.integers(0, 40_000), st.sampled_from(["end", "fewer", "more", "narrow", "wide"])), max_size=12
    )
)
def test_things_never_overlap_and_leave_no_hole(reel: Reel, qtbot: QtBot, steps: list[int | str]) -> None:
    keys = [str(number) for number in range(300)]
    reel.show_keys(keys)
    for step in steps:
        if isinstance(step, int):
            reel.verticalScrollBar().setValue(step)
        elif step == "end":
            reel.to_end()
        elif step in ("narrow", "wide"):
            reel.resize(300 if step == "narrow" else 700, 400)
        else:
            keys = keys[:-50] if step == "fewer" else [*keys, *(str(len(keys) + n) for n in range(50))]
            reel.show_keys(keys or ["0"])
        settle(reel, qtbot)
        seen = in_view(reel)
        rects = [made.geometry() for key in seen if (made := reel.made(key)) is not None]
        assert seen == [key for key in reel.keys if key in seen], "out of order"
        for above, below in itertools.pairwise(rects):
            assert below.top() - above.bottom() == 17, "a hole or an overlap"


def test_scrolling_thousands_costs_little(reel: Reel, qtbot: QtBot) -> None:
    reel.show_keys([str(number) for number in range(2000)])
    settle(reel, qtbot)
    bar = reel.verticalScrollBar()
    worst = 0.0
    for share in (0.0, 0.5, 0.1, 0.9, 0.3, 0.7):
        start = time.process_time()
        bar.setValue(round(share * bar.maximum()))
        worst = max(worst, time.process_time() - start)
    assert worst < 0.1, f"{1000 * worst:.0f} ms of processor time"
