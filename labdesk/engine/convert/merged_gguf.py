"""The student with its LoRA folded in, as one GGUF that every llama.cpp program loads.

Every key of the base is copied (tokenizer, chat template, licence, rotary settings); only the adapted matrices change.
Tensors are written one by one, so memory stays at one unpacked tensor whatever the size of the model.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Literal

import numpy as np
import numpy.typing as npt
from gguf import GGUFReader, GGUFValueType, GGUFWriter
from gguf.constants import GGML_QUANT_SIZES, GGMLQuantizationType
from gguf.quants import quantize

from labdesk.core.errors import ModelError
from labdesk.core.models.fingerprint import fingerprint
from labdesk.core.models.gguf_header import read_header
from labdesk.engine.convert.families import family_of
from labdesk.engine.convert.gguf_tensors import Array, GgufTensors
from labdesk.engine.convert.gguf_writing import writing_gguf
from labdesk.engine.convert.lora_file import LoraFile, as_gguf, read_lora

MergedKind = Literal["F32", "F16", "Q8_0"]
#: Value of `general.file_type` for each kind (llama.h, enum llama_ftype).
FILE_TYPES: Final[dict[str, int]] = {"F32": 0, "F16": 1, "Q8_0": 7}


def export_merged(
    base: Path,
    weights: Path,
    target: Path,
    *,
    kind: MergedKind = "F16",
    progress: Callable[[float], None] | None = None,
) -> None:
    """Write `base` with the LoRA file `weights` folded in as `target`, matrices stored as `kind`.

    `progress` is told the share done, 0 to 1. Raises ModelError (wrong base, unreadable) or StorageError (disk).
    """
    tensors = GgufTensors(base)
    lora = read_lora(weights)
    _check_base(base, lora)
    pairs = as_gguf(lora, family_of(tensors.header), tensors.header)
    formats = {name: _stored_as(tensors.shape(name), GGMLQuantizationType[kind]) for name in tensors.names}
    with writing_gguf(target, tensors.header.architecture) as writer:
        _copy_keys(base, writer, FILE_TYPES[kind])
        for name in tensors.names:
            _announce(writer, name, tensors.shape(name), formats[name])
        writer.write_header_to_file()
        writer.write_kv_data_to_file()
        writer.write_ti_data_to_file()
        for number, name in enumerate(tensors.names):
            values = tensors.read(name)
            if name in pairs:
                down, up = pairs[name]
                values = values + np.float32(lora.scale) * (up @ down)
            writer.write_tensor_data(_packed(values, formats[name]))
            if progress is not None:
                progress((number + 1) / len(tensors.names))


def _check_base(base: Path, lora: LoraFile) -> None:
    if lora.base and lora.base != fingerprint(base):
        raise ModelError(
            "This adapter was trained on another model.",
            cause=f"Its student had the fingerprint {lora.base[:12]}, {base.name} has another.",
            remedy="Choose the student the run was trained on.",
        )


def _stored_as(shape: tuple[int, ...], kind: GGMLQuantizationType) -> GGMLQuantizationType:
    """Vectors stay float32; a matrix whose rows do not fill whole blocks is stored as F16."""
    if len(shape) < 2:
        return GGMLQuantizationType.F32
    block, _size = GGML_QUANT_SIZES[kind]
    return kind if shape[-1] % block == 0 else GGMLQuantizationType.F16


def _copy_keys(base: Path, writer: GGUFWriter, file_type: int) -> None:
    """Copy all metadata of `base`, checked before by `read_header`; only the file type is new."""
    read_header(base)
    for key, field in GGUFReader(base).fields.items():
        if key.startswith("GGUF.") or key in ("general.architecture", "general.file_type"):
            continue
        kind = field.types[0]
        writer.add_key_value(
            key, field.contents(), kind, sub_type=field.types[-1] if kind == GGUFValueType.ARRAY else None
        )
    writer.add_uint32("general.file_type", file_type)


def _announce(writer: GGUFWriter, name: str, shape: tuple[int, ...], kind: GGMLQuantizationType) -> None:
    block, size = GGML_QUANT_SIZES[kind]
    values = int(np.prod(shape))
    if kind in (GGMLQuantizationType.F32, GGMLQuantizationType.F16):
        dtype: type[np.generic] = np.float32 if kind == GGMLQuantizationType.F32 else np.float16
        writer.add_tensor_info(name, shape, np.dtype(dtype), values * size)
    else:
        packed = (*shape[:-1], shape[-1] // block * size)
        writer.add_tensor_info(name, packed, np.dtype(np.uint8), values // block * size, raw_dtype=kind)


def _packed(values: Array, kind: GGMLQuantizationType) -> npt.NDArray[Any]:
    return np.ascontiguousarray(quantize(np.ascontiguousarray(values), kind))
