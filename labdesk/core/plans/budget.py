"""Budgets: how many tokens of samples to make for each token of the source, and what that will cost and cover.

Facts are learned from many wordings: hundreds in continued training (EntiGraph, ICLR 2025), 20 to 40 showings of each
in a LoRA on a laptop. Every tenfold of tokens brings about the same gain again, so the choices are steps of three.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from labdesk.core.samples.ledger import COVERED_FROM, Fact

BUDGETS: Final = (10, 30, 100)
#: Of more leaves than these the budgets are not counted for a window: it would take minutes.
COUNTED_LEAVES: Final = 200
#: Share of rows by rule that pass the filters (seen: 0.93 on the two knowledge leaves of InstructLab's taxonomy).
RULE_KEPT: Final = 0.93
#: The same for rows that the teacher writes, for a tiny teacher (seen on those leaves with the careful filters: 0.06)
#: and for one that follows instructions (not measured).
TEACHER_KEPT: Final = {"completion": 0.06, "chat": 0.6}
#: Rules find only so many sensible wordings: more than twice the usual number would be the same again.
RULES_MOST: Final = 2.0


class FactLoad(msgspec.Struct, frozen=True):
    """Rows that a plan asks for about one fact."""

    by_rule: int = 0
    by_teacher: int = 0


class BudgetForecast(msgspec.Struct, frozen=True, kw_only=True):
    """What one budget means. `budget` 0 is the pipeline as it stands. `kept_tokens` and `covered` are expectations:
    tokens of the samples that pass the filters, and facts that enough samples will teach."""

    budget: int
    samples: int
    tokens_written: int
    minutes: float
    source_tokens: int
    kept_tokens: int
    facts: int
    covered: int


def together(leaves: Sequence[Sequence[BudgetForecast]]) -> tuple[BudgetForecast, ...]:
    """The sums of several leaves, budget by budget, in the order of the first leaf."""
    return tuple(
        BudgetForecast(
            budget=some[0].budget,
            samples=sum(one.samples for one in some),
            tokens_written=sum(one.tokens_written for one in some),
            minutes=sum(one.minutes for one in some),
            source_tokens=sum(one.source_tokens for one in some),
            kept_tokens=sum(one.kept_tokens for one in some),
            facts=sum(one.facts for one in some),
            covered=sum(one.covered for one in some),
        )
        for some in zip(*leaves, strict=True)
    )


def quota(budget: int) -> int:
    """How many kept samples in the teacher's own words each fact should have."""
    return 0 if budget <= 0 else 1 if budget <= 10 else 2 if budget <= 30 else 4


def expected_tokens(facts: Sequence[Fact], loads: Mapping[str, FactLoad], style: str) -> tuple[float, float]:
    """Tokens that will be kept: (of the rows by rule, of the teacher's rows)."""
    by_rule = sum(fact.row_tokens * loads.get(fact.name, FactLoad()).by_rule for fact in facts)
    by_teacher = sum(fact.row_tokens * loads.get(fact.name, FactLoad()).by_teacher for fact in facts)
    return RULE_KEPT * by_rule, TEACHER_KEPT[style] * by_teacher


def expected_covered(facts: Sequence[Fact], loads: Mapping[str, FactLoad], style: str) -> int:
    """How many facts can be expected to have enough samples."""
    found = [loads.get(fact.name, FactLoad()) for fact in facts]
    return sum(RULE_KEPT * one.by_rule + TEACHER_KEPT[style] * one.by_teacher >= COVERED_FROM for one in found)


def factors(target: float, by_rule: float, by_teacher: float) -> tuple[float, float]:
    """By how much to multiply the rows of rules and of the teacher so that together they have `target` tokens.

    Both alike while the rules have more to say; beyond that the teacher writes the rest. A pipeline without a teacher's
    rows stays at what its rules can do.
    """
    both = target / max(1.0, by_rule + by_teacher)
    rules = min(both, RULES_MOST)
    rest = target - rules * by_rule
    return rules, max(rest / by_teacher, 0.0) if by_teacher else 0.0
