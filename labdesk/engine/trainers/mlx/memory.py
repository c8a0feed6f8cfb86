"""How much memory the training process has taken at most."""

from __future__ import annotations

import sys

import mlx.core as mx
import psutil

from labdesk.engine.trainers.mlx.fast_math import on_cpu


def peak_memory() -> int:
    """Bytes: the peak of the process on a CPU, of MLX's own allocations on a GPU."""
    if not on_cpu():
        return int(mx.get_peak_memory())
    if sys.platform == "win32":
        return int(psutil.Process().memory_info().peak_wset)
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024
