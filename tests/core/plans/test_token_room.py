"""How long a seed example may be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.plans.token_room import Room, example_room, passage_room, read


def test_a_passage_is_best_at_five_hundred_tokens_and_may_fill_half_of_the_context() -> None:
    assert passage_room(4096) == Room(500, 2048)
    assert passage_room(512) == Room(256, 256)


def test_six_examples_fit_into_the_context() -> None:
    assert example_room(4096).most * 6 <= 4096


def test_the_meter_says_what_to_do() -> None:
    room = passage_room(4096)
    assert read(312, room).level == "good"
    assert not read(312, room).advice
    assert read(501, room).level == "near"
    assert "500" in read(501, room).advice
    assert read(2049, room).level == "over"
    assert "Shorten" in read(2049, room).advice
    assert read(480, room, beside=300).level == "good"
    assert read(480, room, beside=1600).level == "over"
    assert read(620, example_room(4096)).level == "near"


@given(st.integers(0, 10**6), st.integers(0, 10**6))
def test_any_count_fits_the_bar_and_more_is_never_better(tokens: int, context: int) -> None:
    order = ["good", "near", "over"]
    for room in (passage_room(context), example_room(context)):
        here, more = read(tokens, room), read(tokens + 1, room)
        assert 0.0 <= here.fraction <= 1.0
        assert order.index(here.level) <= order.index(more.level)
