"""Chooses the next token: a chain of llama.cpp's own samplers per request, with the request's own seed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from labdesk.engine.runtimes import Completion
from labdesk.engine.runtimes.llama_cpp.library import native
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel

_PENALTY_WINDOW: Final = 64
# The one seed value that llama.cpp takes to mean "a different one every time".
_RANDOM_SEED: Final = 0xFFFFFFFF


class Sampler:
    """The sampler chain of one request. Order as in llama.cpp: penalties, top-k, top-p, min-p, temperature, draw."""

    def __init__(self, request: Completion, model: LoadedModel, prompt: Sequence[int]) -> None:
        self._context = model.native_context
        chain = native.llama_sampler_chain_init(native.llama_sampler_chain_default_params())
        assert chain is not None
        self._chain: native.llama_sampler_p | None = chain
        if request.repeat_penalty != 1.0:
            size = model.vocabulary.size
            penalties = native.llama_sampler_init_penalties(size, _PENALTY_WINDOW, request.repeat_penalty, 0.0, 0.0)
            native.llama_sampler_chain_add(chain, penalties)
        if request.temperature <= 0:
            native.llama_sampler_chain_add(chain, native.llama_sampler_init_greedy())
        else:
            _add_draw(chain, request)
        if request.repeat_penalty != 1.0:
            for token in prompt[-_PENALTY_WINDOW:]:
                native.llama_sampler_accept(chain, token)

    def sample(self, row: int) -> int:
        """The token that follows batch row `row` of the last decode."""
        assert self._chain is not None, "a closed sampler was used"
        return int(native.llama_sampler_sample(self._chain, self._context, row))

    def close(self) -> None:
        """Free the chain; safe to call twice."""
        if self._chain is not None:
            native.llama_sampler_free(self._chain)
            self._chain = None


def _add_draw(chain: native.llama_sampler_p, request: Completion) -> None:
    if request.top_k > 0:
        native.llama_sampler_chain_add(chain, native.llama_sampler_init_top_k(request.top_k))
    if request.top_p < 1.0:
        native.llama_sampler_chain_add(chain, native.llama_sampler_init_top_p(request.top_p, 1))
    if request.min_p > 0.0:
        native.llama_sampler_chain_add(chain, native.llama_sampler_init_min_p(request.min_p, 1))
    native.llama_sampler_chain_add(chain, native.llama_sampler_init_temp(request.temperature))
    native.llama_sampler_chain_add(chain, native.llama_sampler_init_dist(request.seed % _RANDOM_SEED))
