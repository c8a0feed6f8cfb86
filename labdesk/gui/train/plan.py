"""What a training will cost, in the words of the plan card. Pure."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import msgspec

from labdesk.core.job_state import JobState
from labdesk.core.plans.training import TrainingForecast
from labdesk.core.samples.dataset import DatasetAbout
from labdesk.gui.roles import Tone
from labdesk.gui.widgets.plan_card import Verdict
from labdesk.gui.words import counted, duration, size


@dataclasses.dataclass(frozen=True)
class Source:
    """A finished generation to train on, or a dataset (then `job` is the name of its folder)."""

    job: str
    title: str
    leaves: int
    kept: int

    @classmethod
    def of_dataset(cls, name: str, about: DatasetAbout) -> Source:
        """From the description of a dataset."""
        return cls(name, f"Dataset {about.name}", len(about.leaves), sum(leaf.samples for leaf in about.leaves))

    @classmethod
    def of(cls, job_id: str, title: str, state: JobState) -> Source:
        """From the state of its job."""
        funnels = {leaf: counts for leaf, counts in state.funnels.items() if leaf}
        total = state.funnels.get("", {}).get("kept", sum(counts.get("kept", 0) for counts in funnels.values()))
        return cls(job_id, title, len(funnels), total or state.kept)


def forecast_from(answer: dict[str, Any]) -> TrainingForecast | None:
    """The forecast in an answer of `labdesk plan --training --json`."""
    try:
        return msgspec.convert(answer, TrainingForecast)
    except msgspec.ValidationError:
        return None


def verdict_of(forecast: TrainingForecast | None) -> Verdict | None:
    """What the card says about this machine."""
    if forecast is None:
        return None
    tones: dict[str, tuple[Tone, str]] = {
        "fits": ("good", "It fits in the memory of this computer."),
        "tight": ("warn", "It is tight: close other programs first."),
        "does not fit": ("bad", "It does not fit in the free memory."),
    }
    tone, words = tones[forecast.verdict]
    return Verdict(tone, words, forecast.advice)


def plan_rows(source: Source, student: str, forecast: TrainingForecast | None) -> list[tuple[str, str]]:
    """Label and value of each line."""
    rows = [("Student", student_name(student)), ("Samples", f"{counted(source.kept, 'sample')} kept")]
    if source.leaves:
        rows.append(("From", counted(source.leaves, "leaf", "leaves")))
    rows.append(("Phases", "knowledge, then skills"))
    if forecast is None:
        return [*rows, ("Time", "counting…"), ("Memory", "counting…")]
    return [
        *rows,
        ("Time", f"about {duration(forecast.seconds)}, and the exams"),
        ("Memory", f"up to {size(forecast.peak_memory)}"),
        ("Disk", f"about {size(forecast.disk)}"),
    ]


def student_name(path: str) -> str:
    """The file's name, or what "" stands for."""
    return Path(path).stem if path else "SmolLM2 135M (starter)"
