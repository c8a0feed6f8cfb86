"""`labdesk export`: what a run taught, as files for Ollama, LM Studio, llama.cpp and mlx-lm."""

from __future__ import annotations

from pathlib import Path

import typer

from labdesk.cli.output import emit
from labdesk.cli.run_job import run_job
from labdesk.core.models.other_programs import lm_studio_models
from labdesk.core.workspace import Workspace
from labdesk.jobs.model_requests import request_export


def export(
    target: Path = typer.Argument(..., help="The folder for the files."),
    workspace: Path = typer.Option(Path(), help="The workspace folder."),
    run: str = typer.Option("", help="The run's name or folder. Default: the newest."),
    name: str = typer.Option("", help="Name of the model. Default: the workspace's name."),
    kind: list[str] = typer.Option(["Q8_0"], help="F16, Q8_0, Q6_K, Q5_K_M or Q4_K_M; may be given several times."),
    ollama: bool = typer.Option(False, "--ollama", help="Give it to Ollama."),
    lm_studio: bool = typer.Option(False, "--lm-studio", help="Put it into LM Studio's folder of models."),
    as_json: bool = typer.Option(False, "--json", help="One JSON object a line, for scripts."),
) -> None:
    """Write model files, the adapter, a model card and a Modelfile. Each file is loaded and held against the run."""
    opened = Workspace.open(workspace)
    place = str(lm_studio_models()) if lm_studio else ""
    state = run_job(request_export(opened, target, run, name, kind, ollama=ollama, lm_studio=place), as_json)
    if as_json:
        emit({"type": "result", "folder": state.artifact("export") or ""})
        return
    typer.echo(f"\n{state.done.summary if state.done else ''}")
