"""Watches the memory of the computer while a run trains, and makes steps smaller before the system begins to swap."""

from __future__ import annotations

import psutil

from labdesk.engine.trainers.mlx.fast_math import on_cpu
from labdesk.engine.trainers.mlx.step import GPU_WAVE_TOKENS, WAVE_TOKENS

#: Below this share of all memory, or this many bytes, free memory is called short.
SHORT_SHARE = 0.04
SHORT_BYTES = 400_000_000
#: Fewer tokens at a time save nothing any more: weights and optimizer are what is left.
LEAST_WAVE = 64


def first_wave() -> int:
    """How many tokens are computed at a time while there is memory enough."""
    return WAVE_TOKENS if on_cpu() else GPU_WAVE_TOKENS


def is_short() -> bool:
    """Whether the computer is about to run out of memory. Takes less than a millisecond."""
    memory = psutil.virtual_memory()
    return bool(memory.available < min(SHORT_BYTES, SHORT_SHARE * memory.total))


def step_down(wave: int) -> int:
    """How many tokens to compute at a time from now on; the same number where less would not help."""
    return max(LEAST_WAVE, wave // 2) if wave > LEAST_WAVE else wave
