"""Budgets: what is asked of rules and of the teacher, and what can be expected of it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.plans.budget import RULES_MOST, FactLoad, expected_covered, expected_tokens, factors, quota
from labdesk.core.samples.ledger import Fact

FACTS = [Fact(number=n, name=f"f{n}", quote="", row_tokens=20) for n in range(1, 4)]


def test_below_what_rules_can_do_all_grow_alike() -> None:
    assert factors(150, 60, 40) == (1.5, pytest.approx(1.5))
    assert factors(50, 60, 40) == (0.5, pytest.approx(0.5))


@given(st.floats(1, 1e6), st.floats(1, 1e5), st.floats(1, 1e5))
def test_the_target_is_reached_and_rules_are_not_overdone(target: float, by_rule: float, by_teacher: float) -> None:
    rules, taught = factors(target, by_rule, by_teacher)
    assert 0 <= rules <= RULES_MOST and taught >= 0
    assert rules * by_rule + taught * by_teacher == pytest.approx(target)


def test_a_pipeline_without_a_teacher_does_what_it_can() -> None:
    assert factors(1000, 100, 0) == (RULES_MOST, 0.0)


def test_expectations_follow_the_filters() -> None:
    loads = {"f1": FactLoad(by_rule=10), "f2": FactLoad(by_teacher=10)}
    rules, taught = expected_tokens(FACTS, loads, "completion")
    assert 150 < rules <= 200 and 5 < taught < 100
    assert expected_covered(FACTS, loads, "completion") == 1
    assert expected_covered(FACTS, loads, "chat") == 2


def test_larger_budgets_owe_each_fact_more() -> None:
    assert [quota(budget) for budget in (0, 10, 30, 100)] == [0, 1, 2, 4]
