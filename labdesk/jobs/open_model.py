"""Opens the model that a spec names; "" means the starter model that comes with labdesk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labdesk.core.models.catalog import model_path
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime


@contextmanager
def open_model(name: str, adapter: str = "") -> Iterator[LlamaCppRuntime]:
    """A loaded model, freed at the end. Raises ModelError."""
    runtime = LlamaCppRuntime(model_path(name))
    try:
        if adapter:
            runtime.set_adapter(Path(adapter))
        yield runtime
    finally:
        runtime.close()
