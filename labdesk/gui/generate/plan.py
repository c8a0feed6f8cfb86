"""What a generation will cost, in the words of the plan card. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.core.plans.generation import GenerationForecast
from labdesk.gui.generate.leaf_survey import SurveyedLeaf
from labdesk.gui.words import counted, duration, number, size


def forecast_from(answer: dict[str, Any]) -> GenerationForecast | None:
    """The forecast in an answer of `labdesk plan --json`."""
    try:
        return msgspec.convert(answer, GenerationForecast)
    except msgspec.ValidationError:
        return None


def plan_rows(
    leaves: Sequence[SurveyedLeaf], teacher: str, forecast: GenerationForecast | None
) -> list[tuple[str, str]]:
    """Label and value of each line. Without a forecast the lines that it would fill say that it is being made."""
    seeds = sum(leaf.seeds for leaf in leaves)
    rows = [
        ("Leaves", counted(len(leaves), "leaf", "leaves")),
        ("Seed examples", number(seeds)),
    ]
    chosen = {leaf.path for leaf in leaves}
    if forecast is None or not chosen <= {leaf.leaf for leaf in forecast.leaves}:
        rows += [("Samples", "counting…"), ("Time", "counting…")]
    else:
        ours = [leaf for leaf in forecast.leaves if leaf.leaf in chosen]
        written = sum(leaf.by_teacher for leaf in ours)
        rows += [
            ("Samples", f"about {number(written + sum(leaf.by_rule for leaf in ours))}"),
            ("Written by the teacher", number(written)),
            ("Time", f"about {duration(max(1.0, sum(leaf.seconds for leaf in ours)))}"),
        ]
    return [*rows, ("Teacher", teacher_name(teacher)), ("Memory", f"{memory(teacher)} and its context")]


def teacher_name(path: str) -> str:
    """The file's name, or what "" stands for."""
    return Path(path).stem if path else "SmolLM2 135M (starter)"


def memory(path: str) -> str:
    """The size of the teacher's file: it is held in memory as it is."""
    try:
        return size((Path(path) if path else starter_model()).stat().st_size)
    except (OSError, ModelError):
        return "the model file"
