"""Writes a GGUF file whole or not at all: into a temporary file beside the target, flushed, then renamed over it."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gguf import GGUFWriter

from labdesk.core.storage import TEMPORARY_PREFIX, explain, flush_folder, flush_to_disk


@contextmanager
def writing_gguf(target: Path, architecture: str) -> Iterator[GGUFWriter]:
    """A GGUFWriter whose file becomes `target` when the block ends without an error.

    The block adds keys and tensor infos, then calls the writer's `write_*` methods. Raises StorageError (disk).
    """
    temporary: Path | None = None
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=".gguf", dir=target.parent)
        os.close(descriptor)
        temporary = Path(name)
        writer = GGUFWriter(temporary, architecture)
        try:
            yield writer
        finally:
            writer.close()
        descriptor = os.open(temporary, os.O_RDWR)
        try:
            flush_to_disk(descriptor)
        finally:
            os.close(descriptor)
        temporary.chmod(0o644)
        temporary.replace(target)
        temporary = None
        flush_folder(target.parent)
    except OSError as error:
        raise explain(error, target) from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)
