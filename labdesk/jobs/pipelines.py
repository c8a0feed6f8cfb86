"""Which pipeline runs: labdesk's own for the kind of leaf and teacher, or the copy of it that the person edited.

Edited copies lie in the workspace's `.labdesk/pipelines/`. A job copies what it runs into its own folder at its first
start, so that an edit in between does not mix two pipelines in one generation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
import yaml

from labdesk.core import paths, storage
from labdesk.core.errors import GenerationError
from labdesk.core.samples.material import Material
from labdesk.core.samples.phrasebook import read_phrasebook
from labdesk.engine.pipeline.definition import PipelineDefinition, parse_pipeline, read_pipeline
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.pipeline_folders import MOST_BYTES, UPSTREAM, self_contained

FOLDER: Final = "pipelines"
_TITLES: Final = {"knowledge": "Knowledge", "freeform": "Freeform skill", "grounded": "Grounded skill"}
KINDS: Final = ("knowledge", "freeform", "grounded")
STYLES: Final = ("chat", "completion")
NAMES: Final = tuple(f"{kind}-{style}" for kind in KINDS for style in STYLES)


def edited_folder(workspace: Path) -> Path:
    """Where the edited copies of a workspace lie."""
    return workspace / ".labdesk" / FOLDER


def built_in(name: str) -> Path:
    """labdesk's own file. Raises GenerationError for a name that is none."""
    if name not in NAMES:
        raise GenerationError(f"“{name}” is no pipeline.", remedy=f"There are {', '.join(NAMES)}.")
    return paths.resources() / "pipelines" / f"{name}.yaml"


def pipeline_text(name: str, edited: Path | None) -> tuple[str, bool]:
    """The text of the pipeline that runs, and whether it is an edited copy from the folder `edited`.

    Raises GenerationError when the copy cannot be read.
    """
    own = built_in(name).read_text("utf-8")
    copy = edited / f"{name}.yaml" if edited is not None else None
    if copy is None or not copy.is_file():
        return own, False
    try:
        with open(copy, "rb") as file:
            text = file.read(MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise GenerationError(
            f"Your pipeline “{name}” cannot be read.", cause=str(error), remedy="Reset it to labdesk's own."
        ) from error
    return text, text != own


def pipeline_for(material: Material, style: str, edited: Path | None = None) -> PipelineDefinition:
    """The pipeline that fits a leaf and a teacher, edited or not. Raises GenerationError when its file is broken."""
    return load_pipeline(f"{material.kind}-{style}", edited)


def load_pipeline(name: str, edited: Path | None = None) -> PipelineDefinition:
    """A pipeline by its name. An edited one says so in the provenance of each sample. Raises GenerationError."""
    text, own = pipeline_text(name, edited)
    if not own:
        return read_pipeline(built_in(name))
    digest = hashlib.sha256(text.encode()).hexdigest()[:8]
    return msgspec.structs.replace(parse_pipeline(text.encode(), name), edited=f"{name}, edited ({digest})")


def keep_for_job(job: Path, workspace: Path, kinds: Iterable[str], style: str) -> Path:
    """The folder with the pipelines of a job, filled by its first start. Raises GenerationError, StorageError."""
    folder = job / FOLDER
    if not folder.is_dir():
        names = [f"{kind}-{style}" for kind in sorted(set(kinds))]
        texts = {name: pipeline_text(name, edited_folder(workspace))[0] for name in names}
        for name, text in texts.items():
            storage.write_text(folder / f"{name}.yaml", text)
    return folder


def save_pipeline(workspace: Path, name: str, text: str) -> None:
    """Keep an edited copy, after a look at whether it can run. Raises GenerationError, StorageError."""
    built_in(name)
    check_pipeline(text, name)
    storage.write_text(edited_folder(workspace) / f"{name}.yaml", text)


def set_prompt(workspace: Path, name: str, block: str, option: str, prompt: str) -> None:
    """Exchange one prompt of a pipeline and keep the copy. Raises GenerationError, StorageError."""
    text, _own = pipeline_text(name, edited_folder(workspace))
    check_pipeline(text, name)
    whole = yaml.safe_load(text)
    found = next((one for one in whole["blocks"] if one["name"] == block), None)
    if found is None or not option.endswith("prompt"):
        raise GenerationError(f"The pipeline “{name}” has no block “{block}” with such a prompt.")
    found.setdefault("config", {})[option] = prompt.rstrip("\n")
    save_pipeline(workspace, name, yaml.dump(whole, Dumper=_Readable, sort_keys=False, allow_unicode=True, width=100))


class _Readable(yaml.SafeDumper):
    """Texts of several lines stay as they are read."""


_Readable.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def check_pipeline(text: str, name: str) -> PipelineDefinition:
    """Raises GenerationError that names what is wrong: the form, an unknown block or option, a prompt's placeholder."""
    if len(text) > MOST_BYTES:
        raise GenerationError(f"The pipeline “{name}” is too large.", remedy="A pipeline has at most 1 MB.")
    definition = parse_pipeline(text.encode(), name)
    book = read_phrasebook(paths.resources() / "phrasing" / "english.json", near=False)
    Pipeline(definition, Kit(ScriptedRuntime(), book))
    if not definition.blocks:
        raise GenerationError(f"The pipeline “{name}” has no block.", remedy="Add a block that makes samples.")
    return definition


def reset_pipeline(workspace: Path, name: str) -> bool:
    """Take an edited copy away; labdesk's own runs again. False when there was none. Raises StorageError."""
    built_in(name)
    copy = edited_folder(workspace) / f"{name}.yaml"
    if not copy.is_file():
        return False
    try:
        copy.unlink()
    except OSError as error:
        raise storage.explain(error, copy) from error
    return True


def load_folder(workspace: Path, folder: Path, style: str = "chat") -> list[str]:
    """Take the pipelines of a folder, with InstructLab's file names or labdesk's; all of them or none.

    Raises GenerationError that names the file and the block which cannot run.
    """
    found: dict[str, str] = {}
    for file in sorted(folder.glob("*.yaml")):
        name = f"{UPSTREAM[file.stem]}-{style}" if file.stem in UPSTREAM else file.stem
        if name in NAMES:
            if file.stat().st_size > MOST_BYTES:
                raise GenerationError(f"“{file.name}” is too large for a pipeline.")
            own = self_contained(file, f"{_TITLES[name.partition('-')[0]]}, from “{folder.name}”")
            found[name] = file.read_text("utf-8", errors="replace") if own is None else own
    if not found:
        raise GenerationError(
            f"There is no pipeline in “{folder.name}”.",
            cause=f"No file there is named {', '.join(f'{name}.yaml' for name in UPSTREAM)}.",
            remedy="Choose the folder that holds these files.",
        )
    for name, text in found.items():
        check_pipeline(text, name)
    for name, text in found.items():
        save_pipeline(workspace, name, text)
    return sorted(found)
