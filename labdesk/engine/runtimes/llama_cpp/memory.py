"""How much memory a model will need, found out by a dry run of llama.cpp that allocates none of it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

import msgspec

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes.llama_cpp.library import NATIVE_LOG, checked_header, native
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions, context_params

# "llama_kv_cache: size =  517.50 MiB (...", "sched_reserve: CPU compute buffer size =  466.38 MiB"
_MEMORY: Final = re.compile(r"(?:cache|memory\w*): size\s*=\s*([0-9.]+) MiB")
_COMPUTE: Final = re.compile(r"(?:compute|output) buffer size\s*=\s*([0-9.]+) MiB")


class MemoryNeed(msgspec.Struct, frozen=True):
    """Bytes: the weights, what is remembered of texts, and working space of one step."""

    weights: int
    texts: int
    working: int

    @property
    def total(self) -> int:
        """All three together."""
        return self.weights + self.texts + self.working


def memory_need(path: Path, options: LoadOptions | None = None) -> MemoryNeed:
    """What loading this model with these options would take. Raises ModelError as loading would."""
    options = options or LoadOptions()
    header = checked_header(path)
    params = native.llama_model_default_params()
    params.no_alloc = True
    params.load_mode = native.LLAMA_LOAD_MODE_NONE
    NATIVE_LOG.clear()
    model = native.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ModelError(f"The model {path.name} cannot be loaded.", cause=NATIVE_LOG.first_problem())
    context = min(options.context, native.llama_model_n_ctx_train(model) or options.context)
    made = native.llama_init_from_model(model, context_params(header, context, options))
    lines = "\n".join(NATIVE_LOG.lines())
    if made:
        native.llama_free(made)
    native.llama_model_free(model)
    weights = sum(tensor.size for tensor in header.tensors)
    return MemoryNeed(weights, _megabytes(_MEMORY, lines), _megabytes(_COMPUTE, lines))


def _megabytes(pattern: re.Pattern[str], text: str) -> int:
    return round(sum(float(value) for value in pattern.findall(text)) * 1024 * 1024)
