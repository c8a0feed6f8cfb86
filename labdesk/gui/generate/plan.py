"""What a generation will cost, in the words of the plan card. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.remote import Server, is_remote, spoken
from labdesk.core.plans.budget import COUNTED_LEAVES, BudgetForecast, together
from labdesk.core.plans.generation import GenerationForecast
from labdesk.gui.generate.leaf_survey import SurveyedLeaf
from labdesk.gui.words import counted, duration, number, size


def forecast_from(answer: dict[str, Any]) -> GenerationForecast | None:
    """The forecast in an answer of `labdesk plan --json`."""
    try:
        return msgspec.convert(answer, GenerationForecast)
    except msgspec.ValidationError:
        return None


def budgets_from(answer: dict[str, Any]) -> tuple[BudgetForecast, ...]:
    """The budgets of a leaf in an answer of `labdesk plan --json`."""
    try:
        return msgspec.convert(answer.get("budgets"), tuple[BudgetForecast, ...])
    except msgspec.ValidationError:
        return ()


def plan_rows(
    leaves: Sequence[SurveyedLeaf],
    teacher: str,
    forecast: GenerationForecast | None,
    budget: int = 0,
    budgets: Mapping[str, tuple[BudgetForecast, ...]] | None = None,
) -> list[tuple[str, str]]:
    """Label and value of each line. Without a forecast the lines that it would fill say that it is being made.
    `budgets`: what is known of each leaf for the budgets that can be chosen."""
    seeds = sum(leaf.seeds for leaf in leaves)
    rows = [
        ("Leaves", counted(len(leaves), "leaf", "leaves")),
        ("Seed examples", number(seeds)),
    ]
    chosen = {leaf.path for leaf in leaves}
    known = [budgets[path] for path in chosen if path in budgets] if budgets else []
    sums = {one.budget: one for one in together(known)} if len(known) == len(chosen) else {}
    if budget:
        rows += _of_budget(sums.get(budget), teacher, many=len(chosen) > COUNTED_LEAVES)
    elif forecast is None or not chosen <= {leaf.leaf for leaf in forecast.leaves}:
        rows += [("Samples", "counting…"), ("Time", "counting…")]
    else:
        ours = [leaf for leaf in forecast.leaves if leaf.leaf in chosen]
        written = sum(leaf.by_teacher for leaf in ours)
        rows += [
            ("Samples", f"about {number(written + sum(leaf.by_rule for leaf in ours))}"),
            ("Written by the teacher", number(written)),
            ("Time", needed(sum(leaf.seconds for leaf in ours), teacher)),
        ]
        rows += _covered(sums.get(0))
    return [
        *rows,
        ("Memory", "the server’s, not yours" if is_remote(teacher) else f"{memory(teacher)} and its context"),
    ]


def _of_budget(found: BudgetForecast | None, teacher: str, *, many: bool) -> list[tuple[str, str]]:
    if found is None:
        unknown = "not counted for so many leaves" if many else "counting…"
        return [("Samples", unknown), ("Time", unknown)]
    return [
        ("Samples", f"about {number(found.samples)}"),
        ("Time", needed(60 * found.minutes, teacher)),
        *_covered(found),
    ]


def _covered(found: BudgetForecast | None) -> list[tuple[str, str]]:
    """How much it will be, and how many facts it will teach; nothing while that is not counted."""
    if found is None or not found.source_tokens:
        return []
    times = found.kept_tokens / found.source_tokens
    return [
        ("Kept text", f"about {times:.0f} times the source"),
        ("Facts taught", f"{number(found.covered)} of {number(found.facts)}"),
    ]


def needed(seconds: float, teacher: str) -> str:
    """How long it will take; nothing is known of servers."""
    return "depends on the server" if is_remote(teacher) else f"about {duration(max(1.0, seconds))}"


def name_of(teacher: str, servers: Sequence[Server] = ()) -> str:
    """What to call a teacher: the file's name, the server's model, or what "" stands for."""
    if is_remote(teacher):
        count = len(teacher.split())
        known = len(servers) if count == len(servers) else 0
        return f"All {known} servers together" if count > 1 and known else spoken(teacher)
    return Path(teacher).stem if teacher else "SmolLM2 135M (starter)"


def memory(path: str) -> str:
    """The size of the teacher's file: it is held in memory as it is."""
    try:
        return size((Path(path) if path else starter_model()).stat().st_size)
    except (OSError, ModelError):
        return "the model file"
