"""Which exact weights a model file holds: binds an adapter to the base it was trained on.

The fingerprint is the SHA-256 over, in this order: the architecture; for each tensor sorted by name its name, type and
shape; then for each of at most 64 tensors spread evenly over that list, its first and last 32 kB. So at most 4 MB are
read whatever the size of the model, renaming the file or editing its metadata changes nothing, and another quantization
or another training of the same model gives another fingerprint (training or requantizing moves every tensor).
It is an identity check against mistakes, not a signature against forgery.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Final

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufTensor, read_header

# The metadata key under which an adapter GGUF carries the fingerprint of its base.
ADAPTER_BASE_KEY: Final = "labdesk.base.fingerprint"

_SAMPLED_TENSORS = 64
_SLICE_BYTES = 32 * 1024


def fingerprint(path: Path) -> str:
    """64 hex digits that identify the weights of a GGUF file. Raises ModelError when the file cannot be read."""
    header = read_header(path)
    tensors = sorted(header.tensors, key=lambda tensor: tensor.name)
    digest = hashlib.sha256(b"labdesk fingerprint 1\n")
    digest.update(header.architecture.encode() + b"\n")
    for tensor in tensors:
        digest.update(f"{tensor.name!r} {tensor.type} {tensor.shape}\n".encode())
    try:
        with path.open("rb") as file:
            for tensor in _spread(tensors):
                _add_slices(digest.update, file, tensor)
    except OSError as error:
        raise ModelError(
            f"The model file {path.name} cannot be read.", cause=str(error), remedy="Check the disk the model is on."
        ) from error
    return digest.hexdigest()


def _spread(tensors: list[GgufTensor]) -> list[GgufTensor]:
    if len(tensors) <= _SAMPLED_TENSORS:
        return tensors
    return [tensors[index * len(tensors) // _SAMPLED_TENSORS] for index in range(_SAMPLED_TENSORS)]


def _add_slices(update: Callable[[bytes], None], file: BinaryIO, tensor: GgufTensor) -> None:
    file.seek(tensor.offset)
    update(file.read(min(tensor.size, _SLICE_BYTES)))
    if tensor.size > _SLICE_BYTES:
        file.seek(tensor.offset + tensor.size - _SLICE_BYTES)
        update(file.read(_SLICE_BYTES))
