"""What the machine gives: memory taken at most, and the speed of plain matrix products."""

from __future__ import annotations

import sys
import time

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


def matrix_speed(seconds: float = 1.0) -> float:
    """Operations per second of matrix products as a small student has them, all cores together: the limit of training.

    Takes about `seconds`. The best of the tries counts, because other programs only ever slow it down.
    """
    left = mx.random.normal((512, 1024))
    right = mx.random.normal((1024, 1024))
    mx.eval(left @ right)
    best, end = float("inf"), time.perf_counter() + seconds
    while time.perf_counter() < end:
        started = time.perf_counter()
        mx.eval(left @ right)
        best = min(best, time.perf_counter() - started)
    return 2 * 512 * 1024 * 1024 / best
