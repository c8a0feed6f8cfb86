"""Reads a pipeline file: YAML, `version: "1.0"`, a list of blocks {name, type, config}, as InstructLab has them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import yaml

from labdesk.core.errors import GenerationError

VERSION = "1.0"


class BlockEntry(msgspec.Struct, frozen=True):
    """One step of a pipeline: `type` names the class, `name` is free and unique, `config` are its options. Columns are
    dropped, and rows that are alike in some, behind a block of InstructLab's format."""

    name: str
    type: str
    config: dict[str, Any] = {}
    drop_columns: tuple[str, ...] = ()
    drop_duplicates: tuple[str, ...] = ()


class Budget(msgspec.Struct, frozen=True):
    """Gives up when more than the share `discards` of the last `window` rows the teacher wrote were discarded.

    `quota`: a fact of which fewer rows in the teacher's words were kept gets further tries, so that filters do not thin
    out what is hard to ask for. 0 leaves it at what the blocks asked for.
    """

    window: int = 50
    discards: float = 0.9
    quota: int = 0


class PipelineDefinition(msgspec.Struct, frozen=True):
    """A pipeline as data. `style` tells how the teacher is spoken to: completion or chat.

    `careful` are filters that stand behind the others when a budget is set: the teacher then writes most of the rows.
    """

    version: str
    blocks: tuple[BlockEntry, ...]
    careful: tuple[BlockEntry, ...] = ()
    title: str = ""
    style: str = "completion"
    budget: Budget = Budget()
    name: str = ""
    edited: str = ""  # how samples name it, where it is not labdesk's own


def read_pipeline(path: Path) -> PipelineDefinition:
    """Read and check a pipeline file. Raises GenerationError that names the file and what is wrong in it."""
    try:
        return parse_pipeline(path.read_bytes(), path.stem)
    except OSError as error:
        raise _fault(path.stem, f"{error.strerror}.") from error


def parse_pipeline(text: bytes, name: str) -> PipelineDefinition:
    """The pipeline in the text of a file. Raises GenerationError."""
    try:
        definition = msgspec.convert(yaml.safe_load(text), PipelineDefinition)
    except (yaml.YAMLError, msgspec.ValidationError, ValueError, RecursionError) as error:
        raise _fault(name, str(error)) from error
    if definition.version != VERSION:
        raise _fault(name, f"Its version is “{definition.version}”; labdesk reads version “{VERSION}”.")
    names = [block.name for block in (*definition.blocks, *definition.careful)]
    twice = next((one for one in names if names.count(one) > 1), None)
    if twice is not None:
        raise _fault(name, f"Two blocks are named “{twice}”.")
    return msgspec.structs.replace(definition, name=name)


def _fault(name: str, cause: str) -> GenerationError:
    return GenerationError(
        f"The pipeline “{name}.yaml” cannot be used.",
        cause=cause,
        remedy="Correct the file, or choose another pipeline.",
    )
