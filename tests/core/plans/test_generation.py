"""The forecast of a generation: rules are free, the teacher's rows cost what was measured."""

from __future__ import annotations

import pytest

from labdesk.core.plans.generation import BlockLoad, TeacherSpeed, forecast


def test_forecast_adds_up() -> None:
    loads = {"a": [BlockLoad(block="w", rows=400), BlockLoad(block="q", rows=100, max_tokens=32)], "b": []}
    plan = forecast(loads, TeacherSpeed(written=100, read=1000), measured_share=0.5)
    assert plan.samples == 500
    assert plan.tokens == 1600
    assert plan.leaves[0].by_rule == 400
    assert plan.minutes == pytest.approx((16 + 15) / 60)
    assert plan.leaves[1].seconds == 0


def test_a_slower_teacher_takes_longer() -> None:
    loads = {"a": [BlockLoad(block="q", rows=10, max_tokens=32)]}
    assert forecast(loads, TeacherSpeed(written=10)).minutes > forecast(loads, TeacherSpeed(written=100)).minutes
