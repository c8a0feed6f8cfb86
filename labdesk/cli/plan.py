"""`labdesk plan`: what a generation or a training would cost, before anything runs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer

from labdesk.cli.output import emit, minutes
from labdesk.core.workspace import Workspace
from labdesk.jobs.forecast import forecast_generation
from labdesk.jobs.requests import named_teacher
from labdesk.jobs.training_forecast import forecast_training


def plan(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."),
    leaf: list[str] = typer.Option([], help="A leaf or branch below the taxonomy; several times for several."),
    teacher: str = typer.Option(
        "", help="GGUF file of the model that writes, or the address of a server. Default: the starter model."
    ),
    training: str = typer.Option("", metavar="JOB", help="Plan a training on this finished generation instead."),
    student: str = typer.Option("", help="GGUF file of the model that learns. Default: the starter model."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Say how many samples, tokens and minutes a generation would take, or what a training needs."""
    if training:
        _training(Workspace.open(workspace), training, student, as_json)
        return
    found = forecast_generation(Workspace.open(workspace), leaf, named_teacher(teacher))
    if as_json:
        emit({"type": "plan", **msgspec.to_builtins(found)})
        return
    for one in found.leaves:
        typer.echo(f"{one.leaf}: {one.by_rule + one.by_teacher} samples, about {minutes(one.seconds)}")
    typer.echo(f"{found.samples} samples, {found.tokens} tokens to write, about {minutes(60 * found.minutes)}.")


def _training(workspace: Workspace, job: str, student: str, as_json: bool) -> None:
    found = forecast_training(workspace, workspace.job(job), student)
    if as_json:
        emit({"type": "plan", **msgspec.to_builtins(found)})
        return
    gigabytes = found.peak_memory / 1e9
    typer.echo(
        f"About {minutes(found.seconds)}, {gigabytes:.1f} GB of memory: {found.verdict}. {found.advice}".rstrip()
    )
