"""What a finished run took corrects the next forecast, and an accident does not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from labdesk.core.plans.measured import MEASURED, Measured, last_measured
from labdesk.core.plans.training import GIB, Machine, forecast
from labdesk.core.storage import write_json
from tests.core.plans.test_training import LOAD, STARTER

MACHINE = Machine(memory=8 * GIB, flops=200e9)


def measured(student: str = "", seconds: float = 10.0, peak: int = 1100) -> Measured:
    return Measured(student=student, operations=1e12, seconds=seconds, peak_memory=peak, predicted_memory=1000)


def test_a_run_corrects_speed_and_memory() -> None:
    machine = measured().correct(MACHINE)
    assert machine.efficiency == pytest.approx(1e11 / 200e9)
    assert machine.memory_factor == pytest.approx(1.1)
    plain, corrected = forecast(STARTER, LOAD, MACHINE), forecast(STARTER, LOAD, machine)
    assert corrected.seconds == pytest.approx(plain.operations / 1e11)
    assert corrected.peak_memory == pytest.approx(1.1 * plain.peak_memory, rel=1e-6)


def test_accidents_are_bounded() -> None:
    assert measured(peak=10**6).correct(MACHINE).memory_factor == 2.0
    assert measured(seconds=1e-9).correct(MACHINE).efficiency == 1.0
    assert measured(seconds=0.0).correct(MACHINE) == MACHINE


def test_the_newest_run_of_the_same_student_counts(tmp_path: Path) -> None:
    assert last_measured(tmp_path, "") is None
    for age, (run, student) in enumerate((("a", ""), ("b", ""), ("c", "/other.gguf"))):
        (tmp_path / run).mkdir()
        write_json(tmp_path / run / MEASURED, measured(student, seconds=1.0 + age))
        os.utime(tmp_path / run / MEASURED, (age, age))
    (tmp_path / "broken").mkdir()
    (tmp_path / "broken" / MEASURED).write_text("{", encoding="utf-8")
    found, other, unknown = (last_measured(tmp_path, name) for name in ("", "/other.gguf", "/new.gguf"))
    assert found is not None and found.seconds == 2.0
    assert other is not None and other.seconds == 3.0
    assert unknown == other
