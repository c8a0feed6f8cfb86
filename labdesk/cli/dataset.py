"""`labdesk dataset`: list the datasets of a workspace, export one for other tools, import rows of other programs."""

from __future__ import annotations

from pathlib import Path

import msgspec
import typer

from labdesk.cli.output import emit
from labdesk.core.errors import JobError
from labdesk.core.samples.export_instructlab import SYSTEM_PROMPT
from labdesk.core.samples.import_rows import read_rows
from labdesk.core.workspace import Workspace
from labdesk.jobs.dataset_files import datasets, export_dataset, find_dataset, import_rows
from labdesk.jobs.dataset_mixing import compare, mix
from labdesk.jobs.datasets import freeze_generation

app = typer.Typer(help="Datasets: list, make, compare, mix, export, import.", no_args_is_help=True)

#: Rows of a file that are shown before it is imported.
_LOOK = 20
_JSON = typer.Option(False, "--json", help="One JSON object a line, for scripts.")


@app.command("list")
def list_datasets(
    workspace: Path = typer.Argument(Path(), help="The workspace folder."), as_json: bool = _JSON
) -> None:
    """List the datasets, oldest first."""
    for path, about in datasets(Workspace.open(workspace)):
        samples = sum(leaf.samples for leaf in about.leaves)
        if as_json:
            emit(
                {
                    "type": "dataset",
                    "name": path.name,
                    "title": about.name,
                    "samples": samples,
                    "path": str(path),
                    "made_at": about.made_at,
                    "teacher": about.teacher,
                    "leaves": [leaf.leaf for leaf in about.leaves],
                }
            )
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


@app.command("freeze")
def freeze(
    workspace: Path = typer.Argument(..., help="The workspace folder."),
    job: str = typer.Option("", help="The generation. Default: the newest that is done."),
    as_json: bool = _JSON,
) -> None:
    """Make a dataset of a generation as it stands after review; the same decisions give the same dataset."""
    opened = Workspace.open(workspace)
    done = [one for one in opened.jobs("generate") if one.id == job or (not job and one.state().status == "done")]
    if not done:
        raise JobError("There is no finished generation to make a dataset of.", remedy="Generate samples first.")
    made = freeze_generation(opened, done[-1])
    if as_json:
        emit({"type": "result", "name": made.name, "path": str(made)})
    else:
        typer.echo(made)


@app.command("compare")
def compare_two(
    workspace: Path = typer.Argument(..., help="The workspace folder."),
    first: str = typer.Argument(..., help="Name of a dataset."),
    second: str = typer.Argument(..., help="Name of another."),
    as_json: bool = _JSON,
) -> None:
    """Count, leaf by leaf, which samples two datasets share."""
    opened = Workspace.open(workspace)
    for one in compare(find_dataset(opened, first), find_dataset(opened, second)):
        if as_json:
            emit({"type": "leaf", **msgspec.to_builtins(one)})
        else:
            typer.echo(
                f"{one.leaf}: {one.both} in both, {one.only_first} only in {first}, {one.only_second} only in {second}"
            )


@app.command("mix")
def mix_some(
    workspace: Path = typer.Argument(..., help="The workspace folder."),
    names: list[str] = typer.Argument(..., help="Names of two datasets or more."),
    as_json: bool = _JSON,
) -> None:
    """Make a new dataset of several. The old ones stay as they are."""
    opened = Workspace.open(workspace)
    made = mix(opened, [find_dataset(opened, name) for name in names])
    if as_json:
        emit({"type": "result", "name": made.dataset.name, "samples": made.samples, "held_out": made.held_out})
        return
    typer.echo(f"{made.samples} samples. Dataset: {made.dataset}")
    if made.held_out:
        typer.echo(f"{made.held_out} samples were left out: they are nearly questions of the exams.")


@app.command("look")
def look(
    file: Path = typer.Argument(..., help="JSON lines with questions and answers."),
    leaf: str = typer.Option("compositional_skills/imported", "--leaf", help="The leaf that the rows would belong to."),
    as_json: bool = _JSON,
) -> None:
    """Show the first rows of a file as an import would read them. Changes nothing."""
    rows = read_rows(file, leaf)
    for one in rows[:_LOOK]:
        if as_json:
            emit({"type": "row", "question": one.question, "answer": one.answer})
        else:
            typer.echo(f"{one.question}\n    {one.answer}")
    if as_json:
        emit({"type": "rows", "count": len(rows)})
    else:
        typer.echo(f"{len(rows)} rows")


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
