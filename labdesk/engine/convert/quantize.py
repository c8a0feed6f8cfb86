"""Makes a smaller copy of a GGUF model with fewer bits per weight, through llama.cpp's own quantizer."""

from __future__ import annotations

import os
import shutil
import tempfile
from ctypes import byref
from pathlib import Path
from typing import Final, Literal, get_args

from labdesk.core.errors import ModelError, StorageError
from labdesk.core.models.gguf_header import GgufHeader, read_header
from labdesk.core.storage import TEMPORARY_PREFIX, explain, flush_folder, flush_to_disk
from labdesk.engine.runtimes.llama_cpp.library import NATIVE_LOG, native

QuantKind = Literal["F16", "Q8_0", "Q6_K", "Q5_K_M", "Q4_K_M"]

# llama_ftype numbers and bits per weight, source: llama.h and the block sizes of each type.
_FTYPE: Final[dict[str, int]] = {"F16": 1, "Q8_0": 7, "Q6_K": 18, "Q5_K_M": 17, "Q4_K_M": 15}
_BITS: Final[dict[str, float]] = {"F16": 16, "Q8_0": 8.5, "Q6_K": 6.6, "Q5_K_M": 5.7, "Q4_K_M": 4.9}
# Anything coarser has already lost what a second rounding would need.
_FINE_ENOUGH: Final = frozenset({"F32", "F16", "BF16", "Q8_0"})


def quantize(source: Path, target: Path, kind: QuantKind, threads: int = 0) -> None:
    """Write `source` with the numbers of `kind` to `target`; `target` appears only when it is complete.

    threads: 0 = all. Raises ModelError (source damaged or already compressed), StorageError (no space, not writable).
    """
    header = read_header(source)
    _check(header, source, target, kind)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        descriptor, name = tempfile.mkstemp(prefix=TEMPORARY_PREFIX, suffix=".gguf", dir=target.parent)
    except OSError as error:
        raise explain(error, target) from error
    os.close(descriptor)
    temporary = Path(name)
    try:
        _run(source, temporary, kind, threads)
        read_header(temporary)
        with temporary.open("rb+") as file:
            flush_to_disk(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(target)
        flush_folder(target.parent)
    except OSError as error:
        raise explain(error, target) from error
    finally:
        temporary.unlink(missing_ok=True)


def expected_size(header: GgufHeader, kind: QuantKind) -> int:
    """About how large the result will be, bytes: weights at the kind's bits, plus vocabulary and header."""
    weights = sum(tensor.size for tensor in header.tensors)
    return round(header.parameters * _BITS[kind] / 8 * 1.03) + max(0, header.file_size - weights)


def _check(header: GgufHeader, source: Path, target: Path, kind: QuantKind) -> None:
    if kind not in get_args(QuantKind):
        raise ModelError(f"labdesk cannot write {kind}.", remedy=f"Choose one of {', '.join(get_args(QuantKind))}.")
    if header.quantization not in _FINE_ENOUGH:
        raise ModelError(
            f"{source.name} is already compressed.",
            cause=f"It is {header.quantization}; rounding it a second time to {kind} would harm it.",
            remedy="Start from the F16 or Q8_0 file of this model.",
        )
    if source.resolve() == target.resolve():
        raise ModelError("A model cannot be compressed onto itself.", remedy="Choose another name for the result.")
    folder = next(parent for parent in target.parents if parent.is_dir())
    need, free = expected_size(header, kind), shutil.disk_usage(folder).free
    if need > free:
        raise StorageError(
            f"There is not enough space for {target.name}.",
            cause=f"It needs about {need // 1_000_000} MB; {free // 1_000_000} MB are free in {folder}.",
            remedy="Free some space, or choose a smaller kind.",
        )


def _run(source: Path, target: Path, kind: QuantKind, threads: int) -> None:
    params = native.llama_model_quantize_default_params()
    params.ftype = _FTYPE[kind]
    params.nthread = threads
    params.allow_requantize = True
    NATIVE_LOG.clear()
    if native.llama_model_quantize(str(source).encode(), str(target).encode(), byref(params)) != 0:
        raise ModelError(
            f"{source.name} could not be compressed to {kind}.",
            cause=NATIVE_LOG.first_problem(),
            remedy="Check the free space on the disk, or choose another kind.",
        )
