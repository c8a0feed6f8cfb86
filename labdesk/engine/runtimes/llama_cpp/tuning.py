"""Finds out, once per model and machine, how many sequences and threads generate fastest."""

from __future__ import annotations

import hashlib
import os
import platform
from collections.abc import Sequence
from pathlib import Path
from typing import Final

import msgspec
import psutil

from labdesk.core.models.fingerprint import fingerprint
from labdesk.core.storage import write_json
from labdesk.engine.runtimes import Completion, ShouldStop
from labdesk.engine.runtimes.llama_cpp.model import LoadOptions, default_threads
from labdesk.engine.runtimes.llama_cpp.runtime import LlamaCppRuntime

_PROMPT: Final = "The history of the town begins with a river, a bridge and a market."
_TOKENS: Final = 16
# A larger number of sequences must be so much faster to be worth its memory.
_WORTH_IT: Final = 1.05


class Tuning(msgspec.Struct, frozen=True):
    """The fastest setting found, its tokens per second, and all that was measured as (parallel, threads, tokens/s)."""

    parallel: int
    threads: int
    tokens_per_second: float
    measured: tuple[tuple[int, int, float], ...]


def tune(path: Path, should_stop: ShouldStop, sequences: Sequence[int] = (1, 2, 4, 8, 16, 32)) -> Tuning:
    """Measure: first more and more sequences until that stops helping, then other thread counts. Raises ModelError.

    Takes seconds to a minute. Stopped early, the best so far is returned.
    """
    options = LoadOptions(context=256, parallel=max(sequences), cells=max(sequences) * 128)
    threads = default_threads()
    measured: list[tuple[int, int, float]] = []
    with LlamaCppRuntime(path, options) as runtime:
        _rate(runtime, 1)  # the first call pays for reading the file
        best = sequences[0]
        for count in sequences:
            measured.append((count, threads, _rate(runtime, count)))
            rate = {number: speed for number, _, speed in measured}
            if should_stop() or rate[count] < rate[best] * 0.9:
                break
            if rate[count] > rate[best] * _WORTH_IT:
                best = count
        for other in _other_threads(threads):
            if should_stop():
                break
            runtime.set_threads(other)
            measured.append((best, other, _rate(runtime, best)))
    parallel, threads, speed = max((m for m in measured if m[0] == best), key=lambda m: m[2])
    return Tuning(parallel, threads, speed, tuple(measured))


def remembered_tuning(path: Path, folder: Path, should_stop: ShouldStop) -> Tuning:
    """The tuning for this model on this machine: read from `folder`, or measured now and written there."""
    known = known_tuning(path, folder)
    if known is not None:
        return known
    found = tune(path, should_stop)
    if not should_stop():
        write_json(_file(path, folder), found)
    return found


def known_tuning(path: Path, folder: Path) -> Tuning | None:
    """What was measured before for this model on this machine; None when nothing was, or it cannot be read."""
    try:
        return msgspec.json.decode(_file(path, folder).read_bytes(), type=Tuning)
    except (OSError, msgspec.DecodeError):
        return None


def _file(path: Path, folder: Path) -> Path:
    return folder / f"{_machine_and_model(path)}.json"


def _rate(runtime: LlamaCppRuntime, sequences: int) -> float:
    """Tokens per second with so many answers at once."""
    requests = [Completion(str(i), _PROMPT, _TOKENS, temperature=1.0, seed=i) for i in range(sequences)]
    usage = runtime.complete(requests, lambda done: None, lambda: False)
    return usage.generated_tokens / max(usage.seconds, 1e-6)


def _other_threads(default: int) -> list[int]:
    logical = os.cpu_count() or 1
    physical = psutil.cpu_count(logical=False) or logical
    return sorted({max(1, default // 2), physical, logical, default - 1} - {default, 0})


def _machine_and_model(path: Path) -> str:
    machine = f"{platform.node()} {platform.processor()} {platform.machine()} {os.cpu_count()}"
    return hashlib.sha256(f"{fingerprint(path)} {machine}".encode()).hexdigest()[:16]
