"""`labdesk dataset`: list the datasets of a workspace, export one for other tools, import rows of other programs."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.core.errors import JobError
from labdesk.core.samples.export_instructlab import SYSTEM_PROMPT
from labdesk.core.workspace import Workspace
from labdesk.jobs.dataset_files import datasets, export_dataset, find_dataset, import_rows

app = typer.Typer(help="Datasets: list, export, import.", no_args_is_help=True)

_JSON = typer.Option(False, "--json", help="One JSON object a line, for scripts.")


@app.command("list")
def list_datasets(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."), as_json: bool = _JSON
) -> None:
    """List the datasets, oldest first."""
    for path, about in datasets(Workspace.open(workspace)):
        samples = sum(leaf.samples for leaf in about.leaves)
        if as_json:
            emit({"type": "dataset", "name": path.name, "title": about.name, "samples": samples, "path": str(path)})
        else:
            typer.echo(f"{path.name}  {samples} samples, {len(about.leaves)} leaves  {about.name}")


@app.command("export")
def export(
    workspace: Path = typer.Argument(..., help="The workspace folder."),
    target: Path = typer.Argument(..., help="The folder (instructlab) or file (messages) to write."),
    dataset: str = typer.Option("", help="Name of the dataset. Default: the newest."),
    form: str = typer.Option("instructlab", "--format", help="instructlab, or messages: one chat a line."),
    system: str = typer.Option(SYSTEM_PROMPT, help="The system prompt in InstructLab's files."),
    as_json: bool = _JSON,
) -> None:
    """Write a dataset in the files that InstructLab's training reads, or as plain chat messages."""
    if form not in ("instructlab", "messages"):
        raise JobError(f"“{form}” is no format.", remedy="Give --format instructlab or --format messages.")
    opened = Workspace.open(workspace)
    made = export_dataset(opened, find_dataset(opened, dataset), form, target, system)  # type: ignore[arg-type]
    if as_json:
        emit({"type": "result", "samples": made.samples, "files": [str(path) for path in made.files]})
        return
    typer.echo(f"{made.samples} samples in {len(made.files)} file{'s' if len(made.files) > 1 else ''}:")
    for path in made.files:
        typer.echo(f"  {path}")


@app.command("import")
def import_file(
    workspace: Path = typer.Argument(..., help="The workspace folder."),
    file: Path = typer.Argument(..., help="JSON lines with questions and answers."),
    leaf: str = typer.Option(..., "--leaf", help="The leaf (path below taxonomy) that the rows belong to."),
    dataset: str = typer.Option("", help="The dataset to add them to. Default: the newest."),
    as_json: bool = _JSON,
) -> None:
    """Make a new dataset of an old one and the rows of a file. The old one stays as it is."""
    opened = Workspace.open(workspace)
    opened.inside_taxonomy(leaf)
    made = import_rows(opened, file, leaf, find_dataset(opened, dataset))
    if as_json:
        emit({"type": "result", "dataset": str(made.dataset), "rows": made.rows, "held_out": made.held_out})
        return
    typer.echo(f"{made.rows} rows added. Dataset: {made.dataset}")
    if made.held_out:
        typer.echo(f"{made.held_out} rows were left out: they are nearly questions of the exam.")
