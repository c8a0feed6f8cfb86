"""Cutting the vocabulary in numpy leaves exactly the tokens that llama.cpp's own top-p leaves, in its order."""

from __future__ import annotations

import ctypes

import numpy as np
import numpy.typing as npt
import pytest

from labdesk.engine.runtimes.llama_cpp.library import native
from labdesk.engine.runtimes.llama_cpp.samplers import CANDIDATE, nucleus


def by_llama(logits: npt.NDArray[np.float32], share: float) -> list[int]:
    candidates = np.zeros(len(logits), CANDIDATE)
    candidates["id"], candidates["logit"] = np.arange(len(logits)), logits
    data = ctypes.cast(candidates.ctypes.data, native.llama_token_data_p)
    array = native.llama_token_data_array(data, len(logits), -1, False)
    sampler = native.llama_sampler_init_top_p(share, 1)
    native.llama_sampler_apply(sampler, ctypes.byref(array))
    native.llama_sampler_free(sampler)
    return [array.data[at].id for at in range(array.size)]


@pytest.mark.parametrize("spread", [0.01, 1.0, 3.0, 8.0])
@pytest.mark.parametrize("share", [0.5, 0.9, 0.95, 0.999])
def test_the_same_tokens_as_llama_cpp(spread: float, share: float) -> None:
    draw = np.random.default_rng(7)
    for size in (3, 700, 49_152):
        logits = (draw.standard_normal(size) * spread).astype(np.float32)
        ours, theirs = list(nucleus(logits, share)), by_llama(logits, share)
        # The last token may fall on either side of the border where exp rounds differently.
        assert abs(len(ours) - len(theirs)) <= max(1, len(theirs) // 1000)
        shorter = min(len(ours), len(theirs))
        assert np.array_equal(logits[ours[:shorter]], logits[theirs[:shorter]])


def test_one_certain_token() -> None:
    assert list(nucleus(np.array([0, 90, 0], np.float32), 0.9)) == [1]
