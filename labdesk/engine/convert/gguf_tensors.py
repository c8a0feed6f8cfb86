"""Reads the weights of a GGUF file one tensor at a time, as float32 numpy arrays, without torch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
from gguf.constants import GGMLQuantizationType
from gguf.quants import dequantize

from labdesk.core.errors import ModelError
from labdesk.core.models.gguf_header import GgufHeader, GgufTensor, read_header

Array = npt.NDArray[np.float32]


class GgufTensors:
    """The tensors of one file. Only the tensor asked for is in memory; the file is mapped, never written.

    Raises ModelError when the file is missing, damaged, or packed in a way that cannot be unpacked.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.header: GgufHeader = read_header(path)
        self._tensors = {tensor.name: tensor for tensor in self.header.tensors}
        self._bytes: npt.NDArray[np.uint8] = np.memmap(path, dtype=np.uint8, mode="r")

    def __contains__(self, name: str) -> bool:
        return name in self._tensors

    @property
    def names(self) -> list[str]:
        """All tensor names, in file order."""
        return list(self._tensors)

    def shape(self, name: str) -> tuple[int, ...]:
        """Shape with the slowest dimension first, as numpy has it: (out, in) for a weight."""
        return tuple(reversed(self._find(name).shape))

    def read(self, name: str) -> Array:
        """The tensor unpacked to float32, shape as `shape` says."""
        tensor = self._find(name)
        shape = self.shape(name)
        packed = self.packed(name)
        try:
            values = dequantize(packed.reshape(*shape[:-1], -1), GGMLQuantizationType[tensor.type])
        except (KeyError, NotImplementedError, ValueError) as error:
            raise ModelError(
                f"The weights in {self.path.name} cannot be unpacked for training.",
                cause=f"The tensor {name!r} has the number format {tensor.type}.",
                remedy="Choose another file of this model, for example one marked Q8_0, Q4_K_M or F16.",
            ) from error
        return np.asarray(values, dtype=np.float32).reshape(shape)

    def packed(self, name: str) -> npt.NDArray[np.uint8]:
        """The bytes of the tensor as they lie in the file (a view, one dimension)."""
        tensor = self._find(name)
        return self._bytes[tensor.offset : tensor.offset + tensor.size]

    def type_of(self, name: str) -> str:
        """Number format of the tensor, for example Q4_K."""
        return self._find(name).type

    def _find(self, name: str) -> GgufTensor:
        tensor = self._tensors.get(name)
        if tensor is None:
            raise ModelError(
                f"The model file {self.path.name} lacks a part that its kind of model must have.",
                cause=f"There is no tensor {name!r}.",
                remedy="Delete the file and download it again, or choose another model.",
            )
        return tensor
