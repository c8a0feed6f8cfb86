"""`labdesk exam`: ask the held-out questions of a dataset of any model, and print the score per leaf."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.cli.run_job import run_job
from labdesk.core.exam.choices import choice_scores, read_choices
from labdesk.core.exam.sitting import leaf_scores, read_sitting
from labdesk.core.workspace import Workspace
from labdesk.jobs.requests import request_exam


def exam(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."),
    model: str = typer.Option("", help="GGUF file of the model to ask. Default: the starter model."),
    adapter: str = typer.Option("", help="GGUF file of an adapter to put on it."),
    dataset: str = typer.Option("", help="The dataset whose held-out questions are asked. Default: the newest."),
    choices: bool = typer.Option(
        False, "--choices", help="Ask again as multiple choice, wrong answers taken from the documents."
    ),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Hold a closed-book exam: questions that training never saw, asked without the document."""
    opened = Workspace.open(workspace)
    job = request_exam(opened, dataset, model, adapter, choices)
    state = run_job(job, as_json)
    sitting = read_sitting(Path(state.artifact("sitting") or ""))
    for leaf, score, count in leaf_scores(sitting):
        if as_json:
            emit({"type": "score", "leaf": leaf, "score": score, "questions": count})
        else:
            typer.echo(f"{score:4.0%}  {leaf} ({count} questions)")
    for leaf, score, count in choice_scores(read_choices(job.path)) if choices else ():
        if as_json:
            emit({"type": "choice_score", "leaf": leaf, "score": score, "questions": count})
        else:
            typer.echo(f"{score:4.0%}  {leaf} ({count} multiple-choice questions; guessing gives 25%)")
