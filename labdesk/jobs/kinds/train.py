"""Trains the student on a dataset in two phases, knowledge then skills, and merges what it learned into a model file.

The run's folder holds run.json, the trainer's checkpoints, adapter.gguf (also one per phase) and merged.gguf.
"""

from __future__ import annotations

import time
from pathlib import Path

import msgspec

from labdesk.core import paths
from labdesk.core.errors import TrainingError
from labdesk.core.events import Artifact, Done, Metric, Note, Progress, Stage
from labdesk.core.models.catalog import model_path
from labdesk.core.models.gguf_header import read_header
from labdesk.core.plans.measured import MEASURED, Measured
from labdesk.core.plans.recipe import Recipe, read_recipe
from labdesk.core.plans.training import operations_per_step, peak_memory, shape_of
from labdesk.core.samples import dataset
from labdesk.core.samples.holding_out import held_out
from labdesk.core.samples.mixing import Mix, mix
from labdesk.core.samples.sample import Sample
from labdesk.core.specs import TrainSpec
from labdesk.core.storage import write_json
from labdesk.engine.context import JobContext
from labdesk.engine.convert.merged_gguf import export_merged
from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary
from labdesk.engine.trainers import PhasePlan, StepReport, TrainingPlan, TrainingRow, ValidationReport
from labdesk.engine.trainers.mlx.costs import load_of
from labdesk.engine.trainers.mlx.trainer import MlxTrainer
from labdesk.engine.trainers.rows import RowMaker, token_counter

Spec = TrainSpec

#: How often the held-out loss of a phase is measured.
MEASUREMENTS = 8
#: The first step prepares memory; the next two say what a token really costs here.
_PROBES = range(2, 4)
FEWEST_STEPS = 20
TITLES = {"knowledge": "Learn the knowledge", "skills": "Learn the skills"}


class RunRecord(msgspec.Struct, frozen=True, kw_only=True):
    """What a run is: written before it starts. Paths as in the spec."""

    dataset: str
    student: str
    recipe: Recipe
    rows: dict[str, int]
    tokens: int
    started_at: float


def run(spec: TrainSpec, context: JobContext) -> Done:
    """Train or continue. Raises TrainingError, ModelError, StorageError, JobStopped."""
    base = model_path(spec.student)
    folder = Path(spec.run)
    recipe = read_recipe(paths.resources() / "recipes" / f"{spec.recipe}.yaml")
    context.report(Stage("prepare", "Prepare the rows", 0, 4))
    rows, validation, mixed = _rows(spec, recipe, base)
    plan = _plan(recipe, rows)
    load = load_of(plan, rows)
    write_json(folder / "run.json", _record(spec, recipe, rows, mixed))
    context.report(Artifact("run", str(folder)))
    trainer = MlxTrainer()
    reason = trainer.unavailable_because()
    if reason is not None:
        raise TrainingError("This computer cannot train.", cause=reason, remedy="Train on another computer.")
    reporter = _Reporter(context, rows, plan)
    trained = trainer.train(plan, rows, validation, base=base, folder=folder, events=reporter)
    shape = shape_of(read_header(base))
    reporter.keep_measurements(folder, spec.student, operations_per_step(shape, load), peak_memory(shape, load))
    context.report(Artifact("adapter", str(trained.adapter)))
    merged = folder / "merged.gguf"
    context.report(Stage("merge", "Merge what was learned into the model", 3, 4))
    export_merged(
        base, trained.weights, merged, kind=spec.merge_as,
        progress=lambda share: context.report(Progress(100 * share, 100, "%", "Merging")),
    )  # fmt: skip
    context.report(Artifact("merged", str(merged)))
    return Done("The student is trained and merged.", "Hold the exam, or chat with it.")


def _rows(
    spec: TrainSpec, recipe: Recipe, base: Path
) -> tuple[dict[str, list[TrainingRow]], dict[str, list[TrainingRow]], Mix]:
    """The tokenised rows of each phase that has any, those held out to measure it by, and the mix they come from."""
    samples = dataset.read(Path(spec.dataset)).train
    vocabulary = Vocabulary.open(base)
    try:
        mixed = mix(samples, _replay(spec), recipe, token_counter(vocabulary), seed=0)
        maker = RowMaker(vocabulary)
        phases = {"knowledge": maker.rows(mixed.knowledge), "skills": maker.rows(mixed.skills)}
        apart = {name: [maker.row(one) for one in some] for name, some in held_out(samples, mixed).items()}
    finally:
        vocabulary.close()
    return {name: found for name, found in phases.items() if found}, apart, mixed


def _replay(spec: TrainSpec) -> list[Sample]:
    if not spec.replay:
        return []
    return [msgspec.json.decode(line, type=Sample) for line in Path(spec.replay).read_bytes().splitlines()]


def _plan(recipe: Recipe, rows: dict[str, list[TrainingRow]]) -> TrainingPlan:
    """Each row is one visit, so every phase is one pass."""
    rates = {"knowledge": recipe.learning_rate, "skills": recipe.skills_learning_rate}
    return TrainingPlan(
        phases=tuple(
            PhasePlan(
                name=name,  # type: ignore[arg-type]
                epochs=1.0,
                batch_size=recipe.batch_size,
                learning_rate=rates[name],
                blur=recipe.blur,
                warmup=recipe.warmup,
                schedule=recipe.schedule,  # type: ignore[arg-type]
                validate_every=max(1, len(rows[name]) // recipe.batch_size // MEASUREMENTS),
                # The exams of the default recipe were measured with the last weights; the held-out loss is for people.
                keep="last",
            )
            for name in rows
        ),
        rank=recipe.rank,
        alpha=recipe.alpha,
    )


def _record(spec: TrainSpec, recipe: Recipe, rows: dict[str, list[TrainingRow]], mixed: Mix) -> RunRecord:
    counts = {name: len(found) for name, found in rows.items()}
    return RunRecord(
        dataset=spec.dataset,
        student=spec.student,
        recipe=recipe,
        rows=counts,
        tokens=mixed.tokens,
        started_at=time.time(),
    )


def minutes_in_words(seconds: float) -> str:
    """A duration for a sentence."""
    whole = max(1, round(seconds / 60))
    return "1 minute" if whole == 1 else f"{whole} minutes"


class _Reporter:
    """Turns what the trainer tells into events of the job."""

    def __init__(self, context: JobContext, rows: dict[str, list[TrainingRow]], plan: TrainingPlan) -> None:
        self._context = context
        self._phases = [phase.name for phase in plan.phases]
        self._phase = ""
        self._seconds = 0.0
        self._steps = 0
        self._all = sum(len(row.tokens) for found in rows.values() for row in found)
        self._done, self._spent, self._probed, self._count, self._peak = 0, 0.0, (0, 0.0), 0, 0

    def on_note(self, text: str) -> None:
        self._context.report(Note(text))

    def on_step(self, report: StepReport) -> None:
        if report.phase != self._phase:
            self._phase = report.phase
            self._seconds, self._steps = 0.0, 0
            place = 1 if report.phase == "knowledge" else 2
            self._context.report(Stage(report.phase, TITLES[report.phase], place, 4))
        self._seconds += report.seconds
        self._steps += 1
        self._measure(report)
        values = {
            "loss": report.loss,
            "learning_rate": report.learning_rate,
            "gradient_norm": report.gradient_norm,
            "tokens_per_second": report.tokens_per_second,
            "memory": float(report.peak_memory),
        }
        left = self._seconds / self._steps * (report.steps - report.step)
        self._context.report(Metric(report.step, values, report.phase))
        self._context.report(Progress(report.step, report.steps, "steps", TITLES[report.phase], left))

    def _measure(self, report: StepReport) -> None:
        """Sums up, and after two probe steps says what the whole will take on this computer as it is now."""
        self._count += 1
        self._done += report.tokens
        self._spent += report.seconds
        self._peak = report.peak_memory
        if self._count in _PROBES:
            tokens, seconds = self._probed
            self._probed = tokens + report.tokens, seconds + report.seconds
            if self._count == _PROBES[-1] and report.step == self._count:
                left = self._probed[1] / self._probed[0] * (self._all - self._done)
                self._context.report(
                    Note(f"Two steps were timed: about {minutes_in_words(left)} of training are left.")
                )

    def keep_measurements(self, folder: Path, student: str, operations: float, predicted: int) -> None:
        """Write down what this start took, for the next forecast. Few steps say nothing."""
        if self._count >= FEWEST_STEPS:
            measured = Measured(
                student=student,
                operations=operations * self._count,
                seconds=self._spent,
                peak_memory=self._peak,
                predicted_memory=predicted,
            )
            write_json(folder / MEASURED, measured)

    def on_validation(self, report: ValidationReport) -> None:
        self._context.report(Metric(report.step, {"validation_loss": report.loss}, report.phase))

    def on_checkpoint(self, path: Path, step: int) -> None:
        self._context.report(Artifact("checkpoint", str(path)))

    def should_stop(self) -> bool:
        return self._context.should_stop()
