"""Reads the header of a GGUF model file without trusting it: hard limits on every count, no tensor is loaded.

Run before any native library sees a file, because those have had memory-safety bugs in their own readers. What passes
here has consistent counts, unique names, and tensors that lie one after another inside the file (as llama.cpp demands).
"""

from __future__ import annotations

import mmap
import struct
from collections import Counter
from math import prod
from pathlib import Path
from typing import Final

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_cursor import MAX_STRING, REMEDY, Cursor, damaged
from labdesk.core.models.gguf_types import ARRAY, FILE_TYPES, SCALAR_CODES, STRING, TENSOR_TYPES

MAX_KEYS: Final = 4096
MAX_TENSORS: Final = 65536
MAX_NAME: Final = 256
MAX_ARRAY: Final = 4 * 1024 * 1024
MAX_DIMENSIONS: Final = 4
MAX_VALUES: Final = 1 << 48


class GgufArray(msgspec.Struct, frozen=True):
    """An array in the metadata: only its length and value type are kept."""

    count: int
    item_type: int


class GgufTensor(msgspec.Struct, frozen=True):
    """One tensor: shape as stored (fastest dimension first), offset from the start of the file, sizes in bytes."""

    name: str
    shape: tuple[int, ...]
    type: str
    offset: int
    size: int


Value = str | int | float | bool | GgufArray


class GgufHeader(msgspec.Struct, frozen=True):
    """What a GGUF file says about itself; texts are empty and numbers 0 where it says nothing."""

    architecture: str
    name: str
    parameters: int
    context_length: int
    quantization: str
    chat_template: str
    license: str
    tokenizer_model: str
    file_size: int
    kv: dict[str, Value]
    tensors: tuple[GgufTensor, ...]

    def text(self, key: str) -> str:
        """The string value of a key, or an empty text."""
        value = self.kv.get(key)
        return value if isinstance(value, str) else ""

    def number(self, key: str) -> int:
        """The integer value of a key, or 0."""
        value = self.kv.get(key)
        return value if isinstance(value, int) and not isinstance(value, bool) else 0


def read_header(path: Path) -> GgufHeader:
    """Read and check the header of a GGUF file. Raises ModelError: missing, not GGUF, damaged, unsupported."""
    try:
        size = path.stat().st_size
        if size < 32:
            raise damaged(path, f"it is only {size} bytes long")
        with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
            return _parse(path, Cursor(path, data, size))
    except FileNotFoundError:
        raise ModelError(
            f"The model file {path.name} is not there.",
            cause=f"Nothing was found at {path}.",
            remedy="Choose the file again, or download the model.",
        ) from None
    except (OSError, ValueError) as error:
        raise ModelError(f"The model file {path.name} cannot be read.", cause=str(error), remedy=REMEDY) from error


def _parse(path: Path, cursor: Cursor) -> GgufHeader:
    if cursor.bytes(4) != b"GGUF":
        raise ModelError(
            f"{path.name} is not a GGUF model.",
            cause="It does not begin with the four letters every GGUF file begins with.",
            remedy="Choose a file that ends in .gguf, or download the model again.",
        )
    version = cursor.integer("<I")
    if version not in (2, 3):
        raise ModelError(
            f"The model file {path.name} is written in a GGUF version labdesk cannot read.",
            cause=f"Version {version} (0x{version:x}) instead of 2 or 3.",
            remedy="Download a newer copy of the model.",
        )
    tensor_count = cursor.count(MAX_TENSORS, "tensors")
    key_count = cursor.count(MAX_KEYS, "metadata keys")
    kv = _read_metadata(cursor, key_count)
    tensors = _read_tensors(cursor, tensor_count, _alignment(path, kv))
    return _describe(kv, tensors, cursor.size)


def _alignment(path: Path, kv: dict[str, Value]) -> int:
    value = kv.get("general.alignment", 32)
    if not isinstance(value, int) or isinstance(value, bool) or not 8 <= value <= 65536 or value & (value - 1):
        raise damaged(path, f"its alignment {value!r} is not a power of two between 8 and 65536")
    return value


def _read_metadata(cursor: Cursor, count: int) -> dict[str, Value]:
    kv: dict[str, Value] = {}
    for _ in range(count):
        key = cursor.text(MAX_NAME)
        if key in kv:
            raise damaged(cursor.path, f"the key {key!r} occurs twice")
        kv[key] = _read_value(cursor, cursor.integer("<I"))
    return kv


def _read_value(cursor: Cursor, kind: int) -> Value:
    if kind == STRING:
        return cursor.text()
    if kind in SCALAR_CODES:
        return cursor.scalar(SCALAR_CODES[kind])
    if kind != ARRAY:
        raise damaged(cursor.path, f"it uses the unknown value type {kind}")
    item_type = cursor.integer("<I")
    count = cursor.count(MAX_ARRAY, "values in one array")
    if item_type in SCALAR_CODES:
        cursor.skip(count * struct.calcsize(SCALAR_CODES[item_type]))
    elif item_type == STRING:
        for _ in range(count):
            cursor.skip(cursor.count(MAX_STRING, "bytes in one text"))
    else:
        raise damaged(cursor.path, f"it holds an array of the unsupported type {item_type}")
    return GgufArray(count, item_type)


def _read_tensors(cursor: Cursor, count: int, alignment: int) -> tuple[GgufTensor, ...]:
    found: list[tuple[str, tuple[int, ...], str, int, int]] = []
    names: set[str] = set()
    expected = 0
    for _ in range(count):
        name = cursor.text(MAX_NAME)
        if name in names:
            raise damaged(cursor.path, f"the tensor {name!r} occurs twice")
        names.add(name)
        shape = _read_shape(cursor, name)
        kind, size = _tensor_size(cursor, name, shape)
        offset = cursor.integer()
        if offset != expected:
            raise damaged(cursor.path, f"the tensor {name!r} starts at {offset} where {expected} was expected")
        found.append((name, shape, kind, offset, size))
        expected += -(-size // alignment) * alignment
    start = -(-cursor.at // alignment) * alignment
    tensors = tuple(GgufTensor(name, shape, kind, start + offset, size) for name, shape, kind, offset, size in found)
    if tensors and tensors[-1].offset + tensors[-1].size > cursor.size:
        missing = tensors[-1].offset + tensors[-1].size - cursor.size
        raise damaged(cursor.path, f"{missing} bytes are missing at its end")
    return tensors


def _read_shape(cursor: Cursor, name: str) -> tuple[int, ...]:
    dimensions = cursor.count(MAX_DIMENSIONS, f"dimensions of {name!r}", "<I")
    shape = tuple(cursor.integer() for _ in range(dimensions))
    if not shape or min(shape) < 1 or prod(shape) > MAX_VALUES:
        raise damaged(cursor.path, f"the tensor {name!r} has the impossible shape {shape}")
    return shape


def _tensor_size(cursor: Cursor, name: str, shape: tuple[int, ...]) -> tuple[str, int]:
    """The type name and size in bytes of a tensor; rows must be whole blocks."""
    number = cursor.integer("<I")
    kind = TENSOR_TYPES.get(number)
    if kind is None:
        raise ModelError(
            f"The model file {cursor.path.name} uses a number format labdesk does not know.",
            cause=f"The tensor {name!r} has type {number}.",
            remedy="Choose another file of this model, for example one marked Q4_K_M or Q8_0.",
        )
    if shape[0] % kind.block:
        raise damaged(cursor.path, f"a row of {name!r} has {shape[0]} values, not a multiple of {kind.block}")
    return kind.name, prod(shape) // kind.block * kind.block_bytes


def _describe(kv: dict[str, Value], tensors: tuple[GgufTensor, ...], size: int) -> GgufHeader:
    def text(key: str) -> str:
        value = kv.get(key, "")
        return value if isinstance(value, str) else ""

    architecture = text("general.architecture")
    context = kv.get(f"{architecture}.context_length", 0)
    return GgufHeader(
        architecture=architecture,
        name=text("general.name"),
        parameters=sum(prod(tensor.shape) for tensor in tensors),
        context_length=context if isinstance(context, int) else 0,
        quantization=_quantization(kv, tensors),
        chat_template=text("tokenizer.chat_template"),
        license=text("general.license"),
        tokenizer_model=text("tokenizer.ggml.model"),
        file_size=size,
        kv=kv,
        tensors=tensors,
    )


def _quantization(kv: dict[str, Value], tensors: tuple[GgufTensor, ...]) -> str:
    """The file's own name for its number format, else the type that holds most bytes."""
    declared = kv.get("general.file_type")
    if isinstance(declared, int) and declared in FILE_TYPES:
        return FILE_TYPES[declared]
    volume: Counter[str] = Counter()
    for tensor in tensors:
        volume[tensor.type] += tensor.size
    return volume.most_common(1)[0][0] if volume else ""
