"""`labdesk hub`: find models on the Hugging Face hub or a mirror of it, and fetch them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import psutil
import typer

from labdesk.cli.output import emit
from labdesk.cli.run_job import run_job
from labdesk.core import paths, settings
from labdesk.core.models.hub import gguf_files
from labdesk.core.models.recommended import class_for, preferred, read_recommended
from labdesk.core.secrets import find_key, keep_key
from labdesk.core.workspace import Workspace
from labdesk.jobs.model_requests import forget_download, request_download

if TYPE_CHECKING:
    from labdesk.engine.download.catalogue import Catalogue

app = typer.Typer(help="Models of the Hugging Face hub: search, files, download, token.", no_args_is_help=True)

_JSON = typer.Option(False, "--json", help="One JSON object a line, for scripts.")
_REPOSITORY = typer.Argument(..., help="Owner and name, such as Qwen/Qwen3-4B-GGUF, or the address of its page.")


@app.command("search")
def search(words: list[str] = typer.Argument(..., help="What its name holds."), as_json: bool = _JSON) -> None:
    """Find models with GGUF files, the most fetched first."""
    for model in _catalogue().search(" ".join(words)):
        if as_json:
            emit({"type": "model", **msgspec.to_builtins(model)})
            continue
        terms = ", terms to agree to" if model.gated else ""
        typer.echo(
            f"{model.repository}: fetched {model.downloads:,} times, {model.licence or 'no licence named'}{terms}"
        )


@app.command("files")
def files(repository: str = _REPOSITORY, as_json: bool = _JSON) -> None:
    """List the GGUF files of a model with their sizes."""
    model = _catalogue().files(repository)
    for file in gguf_files(model):
        if as_json:
            only = msgspec.structs.replace(model, files=(file,))
            emit({"type": "file", "name": file.name, "size": file.size, "model": msgspec.to_builtins(only)})
        else:
            typer.echo(f"{file.name}: {file.size / 1e6:,.0f} MB")
    if not as_json and not gguf_files(model):
        typer.echo("It has no GGUF in one file. Search for the same name with GGUF behind it.")


@app.command("recommended")
def recommended(
    memory: int = typer.Option(0, help="Memory in GB. Default: this computer's."), as_json: bool = _JSON
) -> None:
    """Name models that suit this computer. Asks nobody."""
    classes = read_recommended(paths.resources() / "models" / "recommended.yaml")
    chosen = class_for(classes, memory * 1_000_000_000 or psutil.virtual_memory().total)
    for one in chosen.models:
        if as_json:
            emit({"type": "recommended", "memory": chosen.memory, **msgspec.to_builtins(one)})
        else:
            typer.echo(f"{one.repository} ({' and '.join(one.roles)}): {one.about}")


@app.command("download")
def download(
    repository: str = _REPOSITORY,
    workspace: Path = typer.Option(Path(), help="The workspace whose job it is. The model itself goes to all."),
    file: str = typer.Option("", help="The file, or a part of its name such as Q8_0. Default: about four bits."),
    into: Path = typer.Option(None, help="Folder for models. Default: labdesk's own."),
    as_json: bool = _JSON,
) -> None:
    """Fetch a model. Stopped or killed, the same command goes on where it was; it is checked before it can be used."""
    opened = Workspace.open(workspace)
    model = _catalogue().files(repository)
    wanted = msgspec.structs.replace(model, files=(preferred(model, file),))
    job = request_download(opened, wanted, into or paths.models_folder(), _endpoint())
    state = run_job(job, as_json)
    path = state.artifact("model") or ""
    if as_json:
        emit({"type": "result", "job": job.id, "model": path})
        return
    typer.echo(f"\n{path}")


@app.command("forget")
def forget(
    job: str = typer.Argument(..., help="The download's name."),
    workspace: Path = typer.Option(Path(), help="The workspace whose job it is."),
    as_json: bool = _JSON,
) -> None:
    """Give up a download: what came of it is deleted."""
    forget_download(Workspace.open(workspace).job(job))
    if as_json:
        emit({"type": "result", "job": job})


@app.command("token")
def token(
    kept: bool = typer.Option(False, "--kept", help="Only say whether one is kept."), as_json: bool = _JSON
) -> None:
    """Keep your token for the hub, read from standard input, in the system's keyring; an empty one is taken away."""
    if kept:
        found = bool(find_key(_endpoint()))
        if as_json:
            emit({"type": "result", "endpoint": _endpoint(), "kept": found})
        else:
            typer.echo("A token is kept." if found else "No token is kept.")
        return
    prompt = "Token (empty: take it away)"
    secret = (
        str(typer.prompt(prompt, hide_input=True, default="", show_default=False))
        if sys.stdin.isatty()
        else sys.stdin.readline().strip()
    )
    keep_key(_endpoint(), secret)
    if as_json:
        emit({"type": "result", "endpoint": _endpoint(), "kept": bool(secret)})


def _endpoint() -> str:
    return settings.hub_endpoint(settings.load(paths.settings_file()))


def _catalogue() -> Catalogue:
    from labdesk.engine.download.catalogue import Catalogue  # the hub's client takes most of a second to load

    return Catalogue(_endpoint(), find_key(_endpoint()))
