"""`labdesk plan`: what a generation or a training would cost, before anything runs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer

from labdesk.cli.generate import show_budgets
from labdesk.cli.output import emit, minutes
from labdesk.core.plans.budget import COUNTED_LEAVES
from labdesk.core.storage import MANIFEST
from labdesk.core.workspace import Workspace
from labdesk.jobs.forecast import budgets_by_leaf, forecast_budgets, forecast_generation
from labdesk.jobs.requests import named_teacher
from labdesk.jobs.training_forecast import forecast_dataset, forecast_training


def plan(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."),
    leaf: list[str] = typer.Option([], help="A leaf or branch below the taxonomy; several times for several."),
    teacher: str = typer.Option(
        "", help="GGUF file of the model that writes, or the address of a server. Default: the starter model."
    ),
    training: str = typer.Option(
        "", metavar="JOB", help="Plan a training on this finished generation or dataset instead."
    ),
    student: str = typer.Option("", help="GGUF file of the model that learns. Default: the starter model."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Say how many samples, tokens and minutes a generation would take, or what a training needs."""
    if training:
        _training(Workspace.open(workspace), training, student, as_json)
        return
    opened = Workspace.open(workspace)
    found = forecast_generation(opened, leaf, named_teacher(teacher))
    if as_json:
        emit({"type": "plan", **msgspec.to_builtins(found)})
        few = [one.leaf for one in found.leaves][:COUNTED_LEAVES]
        for path, budgets in budgets_by_leaf(opened, few, named_teacher(teacher)):
            emit({"type": "budgets", "leaf": path, "budgets": msgspec.to_builtins(budgets)})
        return
    for one in found.leaves:
        typer.echo(f"{one.leaf}: {one.by_rule + one.by_teacher} samples, about {minutes(one.seconds)}")
    typer.echo(f"{found.samples} samples, {found.tokens} tokens to write, about {minutes(60 * found.minutes)}.")
    typer.echo("\nOr so many tokens of samples for each token of the source (“labdesk generate --budget 30”):")
    show_budgets(forecast_budgets(opened, leaf, named_teacher(teacher)), as_json)


def _training(workspace: Workspace, job: str, student: str, as_json: bool) -> None:
    folder = workspace.datasets_folder / job
    if (folder / MANIFEST).is_file():
        found = forecast_dataset(workspace, folder, student)
    else:
        found = forecast_training(workspace, workspace.job(job), student)
    if as_json:
        emit({"type": "plan", **msgspec.to_builtins(found)})
        return
    gigabytes = found.peak_memory / 1e9
    typer.echo(
        f"About {minutes(found.seconds)}, {gigabytes:.1f} GB of memory: {found.verdict}. {found.advice}".rstrip()
    )
