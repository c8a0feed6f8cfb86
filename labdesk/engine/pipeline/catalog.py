"""Finds blocks, filters and InstructLab's blocks by the `type` they declare: each module of their folders is looked at
once."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from functools import cache
from types import ModuleType
from typing import Any, cast

import msgspec

from labdesk.core.errors import GenerationError
from labdesk.engine.pipeline import blocks as blocks_package
from labdesk.engine.pipeline import filters as filters_package
from labdesk.engine.pipeline import tables as tables_package
from labdesk.engine.pipeline.definition import BlockEntry
from labdesk.engine.pipeline.seams import Block, Filter
from labdesk.engine.pipeline.tables.seam import Table


@cache
def block_types() -> dict[str, type[Any]]:
    """Every block class by its type."""
    return {found.type: found for found in _classes(blocks_package, "make")}


@cache
def filter_types() -> dict[str, type[Any]]:
    """Every filter class by its type."""
    return {found.type: found for found in _classes(filters_package, "judge")}


@cache
def table_types() -> dict[str, type[Any]]:
    """Every block of InstructLab's format by its type."""
    return {found.type: found for found in _classes(tables_package, "change")}


def class_of(entry: BlockEntry) -> type[Any]:
    """The class that an entry names. Raises GenerationError when there is none."""
    known = {**block_types(), **filter_types(), **table_types()}
    if entry.type not in known:
        raise GenerationError(
            f"The block “{entry.name}” of the pipeline is of the unknown type “{entry.type}”.",
            cause=f"Known types are {', '.join(sorted(known))}.",
            remedy="Correct the type in the pipeline file, or put the block's file into the blocks folder.",
        )
    return known[entry.type]


def is_block(entry: BlockEntry) -> bool:
    """Whether an entry names a block rather than a filter. Raises GenerationError when it names neither."""
    return not hasattr(class_of(entry), "judge")


def is_table(entry: BlockEntry) -> bool:
    """Whether an entry names a block of InstructLab's format."""
    return entry.type in table_types()


def build_block(entry: BlockEntry) -> Block:
    """The block that an entry names, with its options. Raises GenerationError when they do not fit."""
    return cast(Block, _with_options(block_types()[entry.type], entry))


def build_filter(entry: BlockEntry) -> Filter:
    """The filter that an entry names, with its options. Raises GenerationError when they do not fit."""
    return cast(Filter, _with_options(filter_types()[entry.type], entry))


def build_table(entry: BlockEntry) -> Table:
    """The block of InstructLab's format that an entry names. Raises GenerationError when its options do not fit."""
    if not is_table(entry):
        class_of(entry)
        raise GenerationError(
            f"“{entry.type}” is no block of a chain.", remedy=f"Known types are {', '.join(sorted(table_types()))}."
        )
    return cast(Table, _with_options(table_types()[entry.type], entry, strict=False))


def _with_options(found: type[Any], entry: BlockEntry, *, strict: bool = True) -> object:
    try:
        options = msgspec.convert(entry.config, found.Options, strict=strict)
    except msgspec.ValidationError as error:
        raise GenerationError(f"The options of the block “{entry.name}” cannot be used.", cause=str(error)) from error
    return found(options)


def _classes(package: ModuleType, method: str) -> Iterator[type[Any]]:
    """Classes with a `type`, `Options` and the method, defined in the modules of a package."""
    for module_info in sorted(pkgutil.iter_modules(package.__path__), key=lambda info: info.name):
        module = importlib.import_module(f"{package.__name__}.{module_info.name}")
        for value in vars(module).values():
            own = isinstance(value, type) and value.__module__ == module.__name__ and hasattr(value, method)
            if own and isinstance(getattr(value, "type", None), str) and hasattr(value, "Options"):
                yield value
