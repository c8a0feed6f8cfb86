"""Chooses how to load a model so that it fits into the memory that is free, before any of it is loaded."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import msgspec
import psutil

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes.llama_cpp.library import checked_header, native
from labdesk.engine.runtimes.llama_cpp.memory import MemoryNeed, memory_need
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions, cells_for

#: Share of the free memory that a model may take: the rest of the computer goes on working.
SHARE: Final = 0.9
#: Shorter than this no document paragraph and its questions would fit.
LEAST_CONTEXT: Final = 1024
_GB: Final = 1e9


def fitting_options(path: Path, options: LoadOptions, available: int | None = None) -> LoadOptions:
    """The options, or the nearest smaller ones that fit into `available` bytes (what is free now when None).

    First fewer texts are remembered at once, then the context gets shorter. Raises ModelError when nothing fits, or as
    loading would. A build for graphics cards decides about its own memory, so its options stay as they are.
    """
    if native.llama_supports_gpu_offload():
        return options
    free = psutil.virtual_memory().available if available is None else available
    need: MemoryNeed | None = None
    for smaller in _ladder(path, options):
        need = memory_need(path, smaller)
        if need.total <= free * SHARE:
            return smaller
    assert need is not None, "the ladder has no step"
    raise ModelError(
        f"{path.stem} does not fit into the memory that is free now.",
        cause=f"It needs at least {need.total / _GB:.1f} GB; {free * SHARE / _GB:.1f} GB may be used.",
        remedy="Close other programs and start again: the work continues. Or choose a smaller model.",
    )


def _ladder(path: Path, options: LoadOptions) -> Iterator[LoadOptions]:
    """The options, then smaller and smaller ones."""
    yield options
    cells = cells_for(checked_header(path), options.context, options)
    while cells // 2 >= options.context:
        cells //= 2
        yield msgspec.structs.replace(options, cells=cells)
    context = options.context
    while context // 2 >= LEAST_CONTEXT:
        context //= 2
        yield msgspec.structs.replace(options, context=context, cells=context)
