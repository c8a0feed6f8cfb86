"""What a generation will cost, in the words of the plan card. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from labdesk.gui.generate.leaf_survey import SurveyedLeaf
from labdesk.gui.words import counted, number


def plan_rows(leaves: Sequence[SurveyedLeaf], teacher: str) -> list[tuple[str, str]]:
    """Label and value of each line."""
    return [
        ("Leaves", counted(len(leaves), "leaf", "leaves")),
        ("Seed examples", number(sum(leaf.seeds for leaf in leaves))),
        ("Teacher", teacher_name(teacher)),
    ]


def teacher_name(path: str) -> str:
    """The file's name, or what "" stands for."""
    return Path(path).stem if path else "SmolLM2 135M (starter)"
