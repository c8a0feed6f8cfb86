"""Opens the model that a spec names; "" means the starter model that comes with labdesk."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from labdesk.core.errors import ModelError
from labdesk.core.models.catalog import starter_model
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime


def model_path(name: str) -> Path:
    """The file of a model named in a spec. Raises ModelError when it is not there."""
    path = Path(name) if name else starter_model()
    if not path.is_file():
        raise ModelError(
            f"The model “{path.name}” is not there.",
            cause=f"{path} does not exist.",
            remedy="Choose another model, or put the file back.",
        )
    return path


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
