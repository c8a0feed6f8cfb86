"""One model and its context in memory: loading, decoding a batch, adapters, freeing."""

from __future__ import annotations

import ctypes
import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

import msgspec
import numpy as np
import numpy.typing as npt
import psutil

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufHeader
from labdesk.core.storage import sha256_of
from labdesk.engine.runtimes.llama_cpp.library import NATIVE_LOG, checked_header, native
from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary

_KV_BUDGET: Final = 512 * 1024 * 1024
# Without flash attention the working memory of a step grows with batch x cells x heads: 150 MB for the starter model.
_MAX_CELLS: Final = 16384
_ALL_LAYERS: Final = 999
_ABORT = ctypes.CFUNCTYPE(ctypes.c_bool, ctypes.c_void_p)


class LoadOptions(msgspec.Struct, frozen=True):
    """How to load a model. Zeros mean: decide by yourself.

    context: longest prompt plus answer, tokens. parallel: sequences computed at once, 1 to 64. cells: tokens remembered
    over all sequences. batch: prompt tokens read in one step. gpu_layers: -1 = all that a GPU build can take.
    """

    context: int = 4096
    parallel: int = 8
    cells: int = 0
    threads: int = 0
    batch: int = 256
    gpu_layers: int = -1


class LoadedModel:
    """A model with one context. All calls must come from one thread."""

    def __init__(self, path: Path, options: LoadOptions) -> None:
        """Raises ModelError: file damaged, kind of model unknown to the engine, not enough memory."""
        self.path = path
        self.header = checked_header(path)
        self._model = _load_weights(path, options)
        self.context: int = min(options.context, native.llama_model_n_ctx_train(self._model) or options.context)
        try:
            self._context = _new_context(self._model, self.header, self.context, options)
        except ModelError:
            native.llama_model_free(self._model)
            raise
        self.parallel = options.parallel
        self.cells: int = native.llama_n_ctx(self._context)
        self.batch = options.batch
        self.max_outputs = output_rows(options)
        self.memory = native.llama_get_memory(self._context)
        self.vocabulary = Vocabulary(self._model, self.header.chat_template, owned=False)
        # Recurrent memories hold one running state, which cannot be cut back to a shared prefix.
        self.can_share = not (native.llama_model_is_recurrent(self._model) or native.llama_model_is_hybrid(self._model))
        self._adapters: dict[str, native.llama_adapter_lora_p] = {}
        self._should_stop: Callable[[], bool] | None = None
        self._asked = 0.0
        self._abort = _ABORT(self._abort_now)
        native.llama_set_abort_callback(self._context, self._abort, ctypes.c_void_p(0))

    @property
    def device(self) -> str:
        """What computes, in words."""
        if native.llama_supports_gpu_offload():
            return "graphics card"
        return f"processor, {self.threads} threads"

    @property
    def threads(self) -> int:
        """Processor threads in use."""
        return int(native.llama_n_threads(self._context))

    def set_threads(self, count: int) -> None:
        """Use another number of processor threads from the next step on."""
        native.llama_set_n_threads(self._context, count, count)

    @property
    def native_context(self) -> int:
        """The llama_context pointer, for samplers."""
        return self._context

    def decode(self, batch: ctypes.Structure, should_stop: Callable[[], bool]) -> int:
        """Compute a batch: 0 done, 1 no room in the memory, 2 stopped. Raises ModelError when the engine fails."""
        self._should_stop = should_stop
        NATIVE_LOG.clear()
        code: int = native.llama_decode(self._context, batch)
        self._should_stop = None
        if code < 0:
            raise ModelError(
                "The engine could not compute the next words.",
                cause=NATIVE_LOG.first_problem() or f"llama_decode returned {code}",
                remedy="Close other programs to free memory, or choose a smaller model.",
            )
        return code

    def logits(self, row: int) -> npt.NDArray[np.float32]:
        """Scores of every vocabulary token after batch row `row`, shape (vocabulary,): a view, valid until decode."""
        pointer = native.llama_get_logits_ith(self._context, row)
        return np.ctypeslib.as_array(pointer, (self.vocabulary.size,))

    def set_adapter(self, path: Path | None, scale: float) -> None:
        """Apply one LoRA adapter, or none. The header must have been checked. Raises ModelError."""
        handles = (native.llama_adapter_lora_p_ctypes * 1)()
        scales = (ctypes.c_float * 1)(scale)
        if path is not None:
            handles[0] = self._adapter(path)
        if native.llama_set_adapters_lora(self._context, handles, 0 if path is None else 1, scales) != 0:
            raise ModelError("The adapter could not be applied.", cause=NATIVE_LOG.first_problem())

    def _adapter(self, path: Path) -> native.llama_adapter_lora_p:
        """The loaded adapter of this file as it is now: a file trained again is loaded again."""
        key = sha256_of(path)
        if key in self._adapters:
            return self._adapters[key]
        NATIVE_LOG.clear()
        handle = native.llama_adapter_lora_init(self._model, str(path).encode())
        if not handle:
            raise ModelError(
                f"The adapter {path.name} does not fit this model.",
                cause=NATIVE_LOG.first_problem(),
                remedy="Choose the adapter that was trained on this model, or the model it was trained on.",
            )
        self._adapters[key] = handle
        return handle

    def close(self) -> None:
        """Free the context, the adapters (the model owns them) and the model."""
        native.llama_free(self._context)
        native.llama_model_free(self._model)
        self._adapters.clear()

    def _abort_now(self, _data: object) -> bool:
        # Called by the engine between operations, thousands of times a second: ask ten times a second.
        now = time.monotonic()
        if self._should_stop is None or now - self._asked < 0.1:
            return False
        self._asked = now
        return self._should_stop()


def output_rows(options: LoadOptions) -> int:
    """How many rows of logits one step may ask for: enough for every sequence, little beside the vocabulary's size."""
    return max(options.parallel, 64)


def default_threads() -> int:
    """Processor threads worth using: those this process may run on, but not both halves of a core on big machines."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    physical = psutil.cpu_count(logical=False) or allowed
    return allowed if allowed <= 4 else min(allowed, physical)


def cells_for(header: GgufHeader, context: int, options: LoadOptions) -> int:
    """Tokens to remember: all sequences full if that costs little, never less than one full context."""
    if options.cells:
        return max(options.cells, context)
    architecture = header.architecture
    heads = header.number(f"{architecture}.attention.head_count") or 1
    kv_heads = header.number(f"{architecture}.attention.head_count_kv") or heads
    head = header.number(f"{architecture}.attention.key_length")
    head = head or header.number(f"{architecture}.embedding_length") // heads
    # Keys and values, two bytes each, for every layer.
    bytes_per_cell = max(1, header.number(f"{architecture}.block_count") * kv_heads * head * 4)
    return max(context, min(options.parallel * context, _KV_BUDGET // bytes_per_cell, _MAX_CELLS))


def context_params(header: GgufHeader, context: int, options: LoadOptions) -> native.llama_context_params:
    """The native context settings of these options."""
    params = native.llama_context_default_params()
    params.n_ctx = cells_for(header, context, options)
    params.n_batch = params.n_ubatch = options.batch
    params.n_seq_max = options.parallel
    params.n_outputs_max = output_rows(options)
    params.n_threads = params.n_threads_batch = options.threads or default_threads()
    params.kv_unified = True
    if not native.llama_supports_gpu_offload():
        # On processors flash attention adds up in 16 bits: not faster, and 200 times noisier than without.
        params.flash_attn_type = native.LLAMA_FLASH_ATTN_TYPE_DISABLED
    params.no_perf = True
    return params


def _load_weights(path: Path, options: LoadOptions) -> int:
    params = native.llama_model_default_params()
    params.n_gpu_layers = _ALL_LAYERS if options.gpu_layers < 0 else options.gpu_layers
    NATIVE_LOG.clear()
    model = native.llama_model_load_from_file(str(path).encode(), params)
    if not model:
        raise ModelError(
            f"The model {path.name} cannot be loaded.",
            cause=NATIVE_LOG.first_problem(),
            remedy="Choose another model, or a copy of this one that ends in Q4_K_M.gguf or Q8_0.gguf.",
        )
    return int(model)


def _new_context(model: int, header: GgufHeader, context: int, options: LoadOptions) -> int:
    NATIVE_LOG.clear()
    made = native.llama_init_from_model(model, context_params(header, context, options))
    if not made:
        raise ModelError(
            f"There is not enough memory to use {header.name or 'this model'}.",
            cause=NATIVE_LOG.first_problem(),
            remedy="Close other programs, or choose a smaller model or a shorter context.",
        )
    return int(made)
