"""The rows of one decode step: a llama_batch over numpy arrays, so that whole prompts are copied in at once."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence

import numpy as np

from labdesk.engine.runtimes.llama_cpp.library import native


class TokenBatch:
    """Up to `size` rows (token, position, sequence, wants logits); each row belongs to one sequence."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._token = np.zeros(size, np.int32)
        self._pos = np.zeros(size, np.int32)
        self._count = np.ones(size, np.int32)
        self._sequence = np.zeros(size, np.int32)
        self._wanted = np.zeros(size, np.int8)
        # llama_batch wants for each row a pointer to its sequence numbers: here always to one cell of _sequence.
        base, step = self._sequence.ctypes.data, self._sequence.itemsize
        self._pointers = (ctypes.POINTER(ctypes.c_int32) * size)(
            *(ctypes.cast(base + row * step, ctypes.POINTER(ctypes.c_int32)) for row in range(size))
        )
        self.native = native.llama_batch()
        self.native.n_tokens = 0
        self.native.token = self._token.ctypes.data_as(ctypes.POINTER(ctypes.c_int32))
        self.native.pos = self._pos.ctypes.data_as(ctypes.POINTER(ctypes.c_int32))
        self.native.n_seq_id = self._count.ctypes.data_as(ctypes.POINTER(ctypes.c_int32))
        self.native.seq_id = ctypes.cast(self._pointers, ctypes.POINTER(ctypes.POINTER(ctypes.c_int32)))
        self.native.logits = self._wanted.ctypes.data_as(ctypes.POINTER(ctypes.c_int8))

    @property
    def used(self) -> int:
        """Rows filled so far."""
        return int(self.native.n_tokens)

    @property
    def free(self) -> int:
        """Rows left."""
        return self.size - self.used

    def clear(self) -> None:
        """Start the next step."""
        self.native.n_tokens = 0

    def add(self, tokens: Sequence[int], position: int, sequence: int, outputs_from: int) -> int:
        """Append tokens of one sequence from `position` on; those at positions >= `outputs_from` want logits.

        Returns the row of the first.
        """
        start = self.used
        end = start + len(tokens)
        self._token[start:end] = tokens
        self._pos[start:end] = np.arange(position, position + len(tokens), dtype=np.int32)
        self._sequence[start:end] = sequence
        self._wanted[start:end] = self._pos[start:end] >= outputs_from
        self.native.n_tokens = end
        return start
