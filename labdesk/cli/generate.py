"""`labdesk generate`: multiply seed examples into samples, and freeze what stands after review into a dataset."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.cli.run_job import run_job
from labdesk.core.conditions import Conditions, next_time, write_conditions
from labdesk.core.workspace import Workspace
from labdesk.jobs.datasets import freeze_generation
from labdesk.jobs.requests import named_teacher, request_generation


def generate(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."),
    leaf: list[str] = typer.Option([], "--leaf", help="Only this leaf (path below taxonomy). May be given often."),
    teacher: str = typer.Option(
        "", help="GGUF file of the model that writes, or the address of a server. Default: the starter model."
    ),
    again: bool = typer.Option(False, "--again", help="Start anew instead of continuing an unfinished generation."),
    at: str = typer.Option("", "--at", metavar="TIME", help="Begin at this time of day, such as 22:00, or tonight."),
    mains_only: bool = typer.Option(False, "--mains-only", help="Work only while the computer is plugged in."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Write samples for the leaves of a workspace; prints the folder of the dataset last."""
    opened = Workspace.open(workspace)
    job = request_generation(opened, leaf, named_teacher(teacher), again)
    write_conditions(job.path, Conditions(not_before=next_time(at) if at else 0.0, mains_only=mains_only))
    state = run_job(job, as_json)
    dataset = freeze_generation(opened, job)
    if as_json:
        emit({"type": "result", "job": job.id, "kept": state.kept, "dataset": str(dataset)})
        return
    typer.echo(f"\n{state.done.summary if state.done else ''}\nDataset: {dataset}")
