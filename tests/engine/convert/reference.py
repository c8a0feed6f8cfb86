"""The same tokens through llama.cpp, in full float precision: what every conversion is held against."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from pathlib import Path

import llama_cpp
import numpy as np
import numpy.typing as npt
from llama_cpp import llama_cpp as native

Logits = npt.NDArray[np.float32]

_silent = ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(lambda *_: None)


def llama_logits(model: Path, tokens: Sequence[int], adapter: Path | None = None) -> Logits:
    """Logits (tokens, vocabulary) of llama.cpp; `adapter` is applied with scale 1."""
    llama_cpp.llama_log_set(_silent, None)
    llama_cpp.llama_backend_init()
    handle = llama_cpp.llama_model_load_from_file(str(model).encode(), llama_cpp.llama_model_default_params())
    assert handle
    params = llama_cpp.llama_context_default_params()
    params.n_ctx, params.n_batch, params.n_ubatch = 256, 256, 256
    params.n_threads = params.n_threads_batch = 1
    params.flash_attn_type, params.type_k, params.type_v = 0, 0, 0
    context = llama_cpp.llama_init_from_model(handle, params)
    assert context
    if adapter is not None:
        lora = llama_cpp.llama_adapter_lora_init(handle, str(adapter).encode())
        assert lora
        one = (native.llama_adapter_lora_p_ctypes * 1)(lora)
        llama_cpp.llama_set_adapters_lora(context, one, 1, (ctypes.c_float * 1)(1.0))
    batch = llama_cpp.llama_batch_init(len(tokens), 0, 1)
    batch.n_tokens = len(tokens)
    for place, token in enumerate(tokens):
        batch.token[place], batch.pos[place], batch.logits[place] = token, place, True
        batch.n_seq_id[place], batch.seq_id[place][0] = 1, 0
    assert llama_cpp.llama_decode(context, batch) == 0
    size = llama_cpp.llama_vocab_n_tokens(llama_cpp.llama_model_get_vocab(handle))
    rows = [
        np.ctypeslib.as_array(llama_cpp.llama_get_logits_ith(context, place), (size,)).copy()
        for place in range(len(tokens))
    ]
    llama_cpp.llama_batch_free(batch)
    llama_cpp.llama_free(context)
    llama_cpp.llama_model_free(handle)
    return np.stack(rows)


def relative_difference(one: Logits, other: Logits) -> float:
    """Largest absolute difference over the largest value."""
    return float(np.abs(one - other).max() / np.abs(other).max())
