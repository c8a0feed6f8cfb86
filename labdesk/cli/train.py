"""`labdesk train`: train the student on a dataset in two phases, knowledge then skills, and merge."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.cli.run_job import run_job
from labdesk.core.workspace import Workspace
from labdesk.jobs.requests import request_replay, request_training


def train(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."),
    dataset: str = typer.Option(
        "", help="A dataset by its name or folder, also an imported or mixed one. Default: the newest."
    ),
    student: str = typer.Option("", help="GGUF file of the model that learns. Default: the starter model."),
    again: bool = typer.Option(False, "--again", help="Start anew instead of continuing an unfinished training."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Train on a dataset; prints the path of the merged model last."""
    opened = Workspace.open(workspace)
    rehearsal = run_job(request_replay(opened, student), as_json)
    job = request_training(opened, dataset, student, rehearsal.artifact("replay") or "", again)
    state = run_job(job, as_json)
    merged, adapter = state.artifact("merged") or "", state.artifact("adapter") or ""
    if as_json:
        emit({"type": "result", "job": job.id, "adapter": adapter, "merged": merged})
        return
    typer.echo(f"\nAdapter:      {adapter}\nTaught model: {merged}")
