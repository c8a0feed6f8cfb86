"""`labdesk pipelines`: what a generation will run, with counts and prompts; edit it, reset it, load a folder."""

from __future__ import annotations

import inspect
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import msgspec
import typer

from labdesk.cli.output import emit
from labdesk.core.plans.generation import BlockLoad
from labdesk.core.samples.step_counts import StepCount, counted_by_step
from labdesk.core.taxonomy.readiness import ready_leaves
from labdesk.core.workspace import Workspace
from labdesk.engine.pipeline.catalog import class_of, is_block
from labdesk.engine.pipeline.definition import PipelineDefinition
from labdesk.jobs.datasets import samples_of_newest
from labdesk.jobs.forecast import english, planned_loads, style_of
from labdesk.jobs.materials import read_material
from labdesk.jobs.pipelines import (
    KINDS,
    edited_folder,
    load_folder,
    load_pipeline,
    pipeline_text,
    reset_pipeline,
    save_pipeline,
    set_prompt,
)
from labdesk.jobs.requests import named_teacher

app = typer.Typer(help="Pipelines: show, edit, reset, load.", no_args_is_help=True)

_JSON = typer.Option(False, "--json", help="One JSON object a line, for scripts.")
_WORKSPACE = typer.Argument(Path(), help="The workspace folder.")
_NAME = typer.Argument(..., help="The pipeline, such as knowledge-chat.")


@app.command("show")
def show(
    workspace: Path = _WORKSPACE,
    leaf: list[str] = typer.Option([], "--leaf", help="Count for this leaf. May be given often."),
    teacher: str = typer.Option("", help="The teacher: it decides which pipelines run. Default: the starter model."),
    every: bool = typer.Option(False, "--all", help="Count for all leaves that can be taught."),
    text: bool = typer.Option(False, "--text", help="The files themselves."),
    as_json: bool = _JSON,
) -> None:
    """Show what each block does, how many samples it will ask for, and its prompts."""
    opened = Workspace.open(workspace)
    style, edited = style_of(named_teacher(teacher)), edited_folder(opened.root)
    chosen = ready_leaves(opened.taxonomy).leaves if every else leaf
    materials = [read_material(opened.taxonomy, path)[0] for path in chosen]
    loads = planned_loads(materials, style, english(near=False), 0, edited=edited)
    for kind in KINDS:
        wanted = [one.leaf for one in materials if one.kind == kind]
        if chosen and not wanted:
            continue
        name = f"{kind}-{style}"
        definition = load_pipeline(name, edited)
        whole, own = pipeline_text(name, edited)
        was = counted_by_step(samples_of_newest(opened, wanted))
        blocks = list(_blocks(definition, [block for one in wanted for block in loads[one]], was))
        if as_json:
            about = {"name": name, "title": definition.title, "edited": own, "text": whole, "leaves": len(wanted)}
            emit({"type": "pipeline", **about, "blocks": blocks})
        elif text:
            typer.echo(whole)
        else:
            typer.echo(f"{definition.title} ({name}{', edited' if own else ''})")
            for block in blocks:
                count = f", {block['rows']} samples" if block["rows"] else ""
                then = f" (last time {block['passed']} of {block['came']} passed)" if block["came"] else ""
                typer.echo(f"  {block['name']}: {block['about']}{count}{then}")


@app.command("save")
def save(workspace: Path = _WORKSPACE, name: str = _NAME, as_json: bool = _JSON) -> None:
    """Keep an edited pipeline, read from standard input; it runs from the next generation on."""
    save_pipeline(Workspace.open(workspace).root, name, typer.get_text_stream("stdin").read())
    if as_json:
        emit({"type": "result", "saved": name})


@app.command("prompt")
def prompt(
    workspace: Path = _WORKSPACE,
    name: str = _NAME,
    block: str = typer.Argument(..., help="The block whose prompt is exchanged."),
    option: str = typer.Option("prompt", help="Which of its prompts."),
    as_json: bool = _JSON,
) -> None:
    """Exchange one prompt, read from standard input."""
    set_prompt(Workspace.open(workspace).root, name, block, option, typer.get_text_stream("stdin").read())
    if as_json:
        emit({"type": "result", "saved": name})


@app.command("reset")
def reset(workspace: Path = _WORKSPACE, name: str = _NAME, as_json: bool = _JSON) -> None:
    """Take an edited pipeline away: labdesk's own runs again."""
    found = reset_pipeline(Workspace.open(workspace).root, name)
    if as_json:
        emit({"type": "result", "reset": name, "was_edited": found})


@app.command("load")
def load(
    workspace: Path = _WORKSPACE,
    folder: Path = typer.Argument(..., help="A folder of pipeline files, with InstructLab's names or labdesk's."),
    teacher: str = typer.Option("", help="For this teacher. Default: for teachers that follow instructions."),
    as_json: bool = _JSON,
) -> None:
    """Take the pipelines of a folder, in place of labdesk's own."""
    style = style_of(named_teacher(teacher)) if teacher else "chat"
    names = load_folder(Workspace.open(workspace).root, folder, style)
    if as_json:
        emit({"type": "result", "loaded": names})
    else:
        typer.echo("\n".join(names))


def _blocks(
    definition: PipelineDefinition, loads: Iterable[BlockLoad], was: Mapping[str, StepCount]
) -> Iterable[dict[str, Any]]:
    """Each block for a person: what it does, its options, its prompts, how many samples it will ask for, and how many
    came to it and passed in the newest generation."""
    rows: dict[str, int] = {}
    for load in loads:
        rows[load.block] = rows.get(load.block, 0) + load.rows
    for entry in definition.blocks:
        found = class_of(entry)
        step = was.get(entry.name if is_block(entry) else entry.type, StepCount())
        options = msgspec.to_builtins(msgspec.convert(entry.config, found.Options, strict=False))
        prompts = {key: value for key, value in options.items() if key.endswith("prompt")}
        chat = options.get("style", "chat") == "chat"
        yield {
            "name": entry.name,
            "type": entry.type,
            "about": _about(found, options),
            "makes": is_block(entry),
            "writes": bool(getattr(found, "generates", False) or getattr(found, "asks", False)),
            "rows": rows.get(entry.name, 0),
            "came": step.came,
            "passed": step.passed,
            "options": {key: value for key, value in options.items() if key not in prompts and value not in ((), [])},
            "prompts": prompts if chat else {},
        }


def _about(found: Any, options: dict[str, Any]) -> str:
    """What a block does, with the values of its options in place of their names."""
    words = (inspect.getdoc(found) or "").partition("\n\n")[0].replace("\n", " ")
    return re.sub(r"`(\w+)`", lambda name: _word(options.get(name[1], name[1])), words)


def _word(value: Any) -> str:
    if isinstance(value, dict):
        return " and ".join(f"{key} as {one}" for key, one in value.items())
    return " and ".join(str(one) for one in value) if isinstance(value, list | tuple) else str(value)
