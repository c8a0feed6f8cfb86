"""What training on a finished generation would cost on this machine: loads no model, measures one matrix product.

Rows are not tokenised here: a token is taken as four characters, which is what English text comes to.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import psutil

from labdesk.core import paths
from labdesk.core.errors import GenerationError
from labdesk.core.job_folder import JobFolder
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.gguf_header import read_header
from labdesk.core.plans.measured import last_measured
from labdesk.core.plans.recipe import Recipe, read_recipe
from labdesk.core.plans.training import (
    Machine,
    TrainingForecast,
    TrainingLoad,
    forecast,
    shape_of,
    streams_for,
)
from labdesk.core.samples import dataset
from labdesk.core.samples.review import reviewed
from labdesk.core.samples.sample import Sample
from labdesk.core.workspace import Workspace
from labdesk.jobs.datasets import read_samples

CHARACTERS_PER_TOKEN = 4.0
#: Tokens that the chat template adds to a row beside its shared beginning.
TEMPLATE_TOKENS = 8
LONGEST_ROW = 1024
#: How much more than a mean one the largest step holds (seen: 1.3 on the starter workspace's rows).
LARGEST_STEP = 1.3
_SIDE, _ROUNDS = 1024, 3


def forecast_training(
    workspace: Workspace, generation: JobFolder, student: str = "", recipe: str = "laptop"
) -> TrainingForecast:
    """The forecast. Raises GenerationError when nothing is left to train on, ModelError for a student without sizes."""
    return _forecast(workspace, reviewed(read_samples(generation), workspace.reviews(generation.id)), student, recipe)


def forecast_dataset(workspace: Workspace, folder: Path, student: str = "", recipe: str = "laptop") -> TrainingForecast:
    """The same for training on a dataset. Raises StorageError too."""
    return _forecast(workspace, dataset.read(folder).train, student, recipe)


def _forecast(workspace: Workspace, rows: Iterable[Sample], student: str, recipe: str) -> TrainingForecast:
    samples = [sample for sample in rows if sample.answer]
    if not samples:
        raise GenerationError("There is nothing to train on.", remedy="Generate samples, or accept some in Review.")
    chosen = read_recipe(paths.resources() / "recipes" / f"{recipe}.yaml")
    shape = shape_of(read_header(Path(student) if student else starter_model()))
    machine, known = _machine(), last_measured(workspace.runs_folder, student)
    return forecast(shape, _load(samples, chosen), known.correct(machine) if known else machine)


def _load(samples: list[Sample], recipe: Recipe) -> TrainingLoad:
    answers = [len(sample.answer) / CHARACTERS_PER_TOKEN for sample in samples]
    lengths = [
        TEMPLATE_TOKENS + answer + (len(sample.question) + len(sample.context)) / CHARACTERS_PER_TOKEN
        for sample, answer in zip(samples, answers, strict=True)
    ]
    row = sum(lengths) / len(lengths)
    steps = max(1, round(recipe.tokens / row / recipe.batch_size))
    return TrainingLoad(
        steps=steps,
        tokens=row * recipe.batch_size,
        supervised=sum(answers) / len(answers) * recipe.batch_size,
        longest=min(LONGEST_ROW, round(max(lengths))),
        rank=recipe.rank,
        threads=streams_for(os.cpu_count() or 1),
        largest=LARGEST_STEP * row * recipe.batch_size,
        merged_as="Q8_0",
    )


def _machine() -> Machine:
    """Free memory, and operations per second of the best of a few float32 matrix products."""
    left = np.ones((_SIDE, _SIDE), np.float32)
    best = float("inf")
    for _ in range(_ROUNDS):
        started = time.perf_counter()
        left @ left
        best = min(best, time.perf_counter() - started)
    return Machine(memory=psutil.virtual_memory().available, flops=2 * _SIDE**3 / best)
