"""`labdesk teach`: the whole job in a terminal, from a taxonomy to a taught model with its exam report."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit, say_left_out
from labdesk.cli.run_job import run_job
from labdesk.core.conditions import Conditions, next_time, write_conditions
from labdesk.core.errors import JobError
from labdesk.core.workspace import Workspace
from labdesk.jobs.requests import left_out, named_teacher, request_teach


def teach(
    workspace: Path = typer.Argument(help="The workspace: a folder that contains a folder “taxonomy”."),
    leaf: list[str] = typer.Option(
        [], "--leaf", help="Teach only this leaf (path below taxonomy). May be given often."
    ),
    teacher: str = typer.Option(
        "", help="GGUF file of the model that writes, or the address of a server. Default: the starter model."
    ),
    student: str = typer.Option("", help="GGUF file of the model that learns. Default: the starter model."),
    create: bool = typer.Option(
        False, "--create", help="Make the workspace with the starter curriculum if it is not there."
    ),
    again: bool = typer.Option(False, "--again", help="Start anew instead of continuing an unfinished job."),
    ready: bool = typer.Option(False, "--ready", help="Leave out leaves that are not ready instead of stopping."),
    at: str = typer.Option("", "--at", metavar="TIME", help="Begin at this time of day, such as 22:00, or tonight."),
    mains_only: bool = typer.Option(False, "--mains-only", help="Work only while the computer is plugged in."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Generate samples, train in two phases, and prove what was learned. Run it again after a stop: it continues."""
    opened = Workspace.create(workspace) if create else Workspace.open(workspace)
    job = request_teach(opened, leaf, named_teacher(teacher), student, again, whole=not ready)
    write_conditions(job.path, Conditions(not_before=next_time(at) if at else 0.0, mains_only=mains_only))
    say_left_out(left_out(job), as_json)
    state = run_job(job, as_json)
    merged, report = state.artifact("merged"), state.artifact("report")
    if merged is None or report is None:
        raise JobError("The job ended without a model.", remedy=f"See {job.path / 'worker.log'}.")
    if as_json:
        emit({"type": "result", "merged": merged, "report": report})
        return
    typer.echo(f"\nTaught model: {merged}\nExam report:  {report}")
