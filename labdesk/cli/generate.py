"""`labdesk generate`: multiply seed examples into samples, and freeze what stands after review into a dataset."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import msgspec
import typer

from labdesk.cli.output import emit, minutes, say_left_out
from labdesk.cli.run_job import run_job
from labdesk.core.conditions import Conditions, next_time, write_conditions
from labdesk.core.plans.budget import BudgetForecast
from labdesk.core.workspace import Workspace
from labdesk.jobs.datasets import freeze_generation
from labdesk.jobs.forecast import forecast_budgets
from labdesk.jobs.requests import left_out, named_teacher, request_generation


def generate(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."),
    leaf: list[str] = typer.Option([], "--leaf", help="Only this leaf (path below taxonomy). May be given often."),
    teacher: str = typer.Option(
        "", help="GGUF file of the model that writes, or the address of a server. Default: the starter model."
    ),
    budget: int = typer.Option(
        0, min=0, max=1000, help="Tokens of samples for each token of the source, such as 10, 30 or 100. 0: as usual."
    ),
    plan: bool = typer.Option(False, "--plan", help="Only say what each budget would cost and cover."),
    again: bool = typer.Option(False, "--again", help="Start anew instead of continuing an unfinished generation."),
    ready: bool = typer.Option(False, "--ready", help="Leave out leaves that are not ready instead of stopping."),
    at: str = typer.Option("", "--at", metavar="TIME", help="Begin at this time of day, such as 22:00, or tonight."),
    mains_only: bool = typer.Option(False, "--mains-only", help="Work only while the computer is plugged in."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Write samples for the leaves of a workspace; prints the folder of the dataset last."""
    opened = Workspace.open(workspace)
    if plan:
        show_budgets(forecast_budgets(opened, leaf, named_teacher(teacher)), as_json)
        return
    job = request_generation(opened, leaf, named_teacher(teacher), again, budget, whole=not ready)
    write_conditions(job.path, Conditions(not_before=next_time(at) if at else 0.0, mains_only=mains_only))
    say_left_out(left_out(job), as_json)
    state = run_job(job, as_json)
    dataset = freeze_generation(opened, job)
    if as_json:
        emit({"type": "result", "job": job.id, "kept": state.kept, "dataset": str(dataset)})
        return
    typer.echo(f"\n{state.done.summary if state.done else ''}\nDataset: {dataset}")


def show_budgets(budgets: Sequence[BudgetForecast], as_json: bool) -> None:
    """A line for each budget."""
    if as_json:
        emit({"type": "budgets", "budgets": msgspec.to_builtins(budgets)})
        return
    typer.echo(f"{'budget':>8}  {'samples':>8}  {'kept tokens':>11}  {'time':>8}  facts covered")
    for one in budgets:
        reached = one.kept_tokens / max(1, one.source_tokens)
        name = f"{one.budget}x" if one.budget else f"usual {reached:.0f}x"
        time = minutes(60 * one.minutes)
        typer.echo(f"{name:>8}  {one.samples:8}  {one.kept_tokens:11}  {time:>8}  {one.covered} of {one.facts}")
