"""When a job may work: the next time of day, in words and as data."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.conditions import Conditions, clock_of, next_time, read_conditions, write_conditions
from labdesk.core.errors import JobError

NOON = datetime(2026, 11, 23, 12, 0).timestamp()


@given(st.integers(0, 23), st.integers(0, 59), st.floats(1.7e9, 1.9e9))
def test_the_next_time_is_ahead_and_shows_that_clock(hour: int, minute: int, now: float) -> None:
    found = next_time(f"{hour}:{minute:02}", now)
    assert 0 < found - now <= 86_400 + 3_600
    assert datetime.fromtimestamp(found).strftime("%H:%M") == f"{hour:02}:{minute:02}"


def test_words() -> None:
    assert clock_of(next_time("tonight", NOON), NOON) == "22:00"
    assert clock_of(next_time("04:00", NOON), NOON) == "04:00 tomorrow"


@given(st.text(max_size=8))
def test_no_text_is_a_crash(text: str) -> None:
    try:
        assert next_time(text) > time.time() - 1
    except JobError as error:
        assert error.remedy


def test_conditions_come_back(tmp_path: Path) -> None:
    assert read_conditions(tmp_path) == Conditions()
    write_conditions(tmp_path, Conditions(not_before=5.0, mains_only=True))
    assert read_conditions(tmp_path) == Conditions(not_before=5.0, mains_only=True)
    (tmp_path / "conditions.json").write_bytes(b"{")
    assert read_conditions(tmp_path) == Conditions()


@pytest.mark.parametrize("clock", ["24:00", "noon", "1:2:3", "-1:00"])
def test_no_time_of_day(clock: str) -> None:
    with pytest.raises(JobError):
        next_time(clock)
