"""Whether a model fits into the memory of this computer, by the size of its file: a first answer, before it is loaded.

What a plan card says later is exact (engine/runtimes/llama_cpp/memory.py asks llama.cpp itself).
"""

from __future__ import annotations

from typing import Final, Literal

Fit = Literal["fits", "tight", "too large"]

#: Beside the weights: the engine, a context of 4,096 tokens, and its work space (about a tenth of small models).
_BESIDE: Final = 500_000_000
_SHARE: Final = 1.1
#: The system and a browser keep the rest.
_EASY: Final = 0.6
_MOST: Final = 0.85


def memory_needed(size: int) -> int:
    """Bytes of memory that a model of `size` bytes takes while it is loaded, about."""
    return round(size * _SHARE) + _BESIDE


def fit(size: int, memory: int) -> Fit:
    """How a model of `size` bytes fits into a computer with `memory` bytes in all."""
    share = memory_needed(size) / memory
    return "fits" if share <= _EASY else "tight" if share <= _MOST else "too large"
