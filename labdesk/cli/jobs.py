"""`labdesk jobs`: what ran, what runs, and stopping it."""

from __future__ import annotations

import time
from pathlib import Path

import typer
from rich.console import Console
from rich.table import Column, Table

from labdesk.cli.output import emit
from labdesk.core.job_folder import JobFolder
from labdesk.core.job_state import JobState
from labdesk.core.workspace import Workspace


def jobs(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."),
    stop: str = typer.Option(
        "", "--stop", metavar="JOB", help="Stop this job at the next safe point; “teach” again continues it."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line."),
) -> None:
    """List the jobs of a workspace, newest last."""
    opened = Workspace.open(workspace)
    if stop:
        opened.job(stop).order("stop")
        return
    found = [(job, job.state()) for job in opened.jobs()]
    if as_json:
        for job, state in found:
            emit(_row(job, state))
        return
    if not found:
        typer.echo("No jobs yet. “labdesk teach” starts the first.")
        return
    table = Table(Column("job", no_wrap=True), "what", "state", Column("started", no_wrap=True), box=None)
    for job, state in found:
        started = time.strftime("%Y-%m-%d %H:%M", time.localtime(job.request.created))
        table.add_row(job.id, job.request.title, _in_words(state), started)
    Console().print(table)


def _row(job: JobFolder, state: JobState) -> dict[str, object]:
    return {
        "id": job.id,
        "kind": state.kind,
        "title": job.request.title,
        "status": state.status,
        "created": job.request.created,
        "stage": state.stage.title if state.stage else "",
        "done": state.progress.done if state.progress else None,
        "total": state.progress.total if state.progress else None,
        "summary": state.done.summary if state.done else "",
        "error": state.failed.message if state.failed else "",
    }


def _in_words(state: JobState) -> str:
    if state.status == "running" and state.stage is not None:
        share = f" {state.fraction:.0%}" if state.fraction is not None else ""
        return f"running: {state.stage.title}{share}"
    if state.status == "failed" and state.failed is not None:
        return f"failed: {state.failed.message}"
    return state.status
