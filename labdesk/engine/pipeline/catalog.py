"""Finds blocks and filters by the `type` they declare: every module in blocks/ and filters/ is looked at once."""

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
from labdesk.engine.pipeline.definition import BlockEntry
from labdesk.engine.pipeline.seams import Block, Filter


@cache
def block_types() -> dict[str, type[Any]]:
    """Every block class by its type."""
    return {found.type: found for found in _classes(blocks_package, "make")}


@cache
def filter_types() -> dict[str, type[Any]]:
    """Every filter class by its type."""
    return {found.type: found for found in _classes(filters_package, "judge")}


def is_block(entry: BlockEntry) -> bool:
    """Whether an entry names a block rather than a filter. Raises GenerationError when it names neither."""
    if entry.type not in block_types() and entry.type not in filter_types():
        known = ", ".join(sorted([*block_types(), *filter_types()]))
        raise GenerationError(
            f"The pipeline names a block of the unknown type “{entry.type}”.",
            cause=f"Known types are {known}.",
            remedy="Correct the type in the pipeline file, or put the block's file into the blocks folder.",
        )
    return entry.type in block_types()


def build_block(entry: BlockEntry) -> Block:
    """The block that an entry names, with its options. Raises GenerationError when they do not fit."""
    return cast(Block, _with_options(block_types()[entry.type], entry))


def build_filter(entry: BlockEntry) -> Filter:
    """The filter that an entry names, with its options. Raises GenerationError when they do not fit."""
    return cast(Filter, _with_options(filter_types()[entry.type], entry))


def _with_options(found: type[Any], entry: BlockEntry) -> object:
    try:
        options = msgspec.convert(entry.config, found.Options)
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
