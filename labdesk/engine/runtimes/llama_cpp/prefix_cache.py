"""What each sequence of the context remembers, and how prompts that begin alike share it.

In a unified llama.cpp memory one cell (the keys and values of one token) can belong to several sequences. This class
mirrors that exactly: every sequence is a list of tokens and of cell numbers, and a cell is free when nobody lists it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Sequence
from typing import Protocol


class Memory(Protocol):
    """The operations on the real memory. Positions count from 0; `keep` tokens stay."""

    def copy(self, source: int, target: int, keep: int) -> None:
        """Let `target`, which is empty, share the first `keep` tokens of `source`."""

    def cut(self, sequence: int, keep: int) -> bool:
        """Forget all but the first `keep` tokens; False where this kind of model cannot."""

    def clear(self) -> None:
        """Be as empty as a new memory."""


class PrefixCache:
    """Tokens and cells of every sequence. `variant` names the weights (base or adapter) that computed them."""

    def __init__(self, memory: Memory, sequences: int, can_share: bool = True) -> None:
        self._memory = memory
        self._can_share = can_share
        self._tokens = [bytearray() for _ in range(sequences)]
        self._cells: list[list[int]] = [[] for _ in range(sequences)]
        self._variants = [""] * sequences
        self._owners: Counter[int] = Counter()
        self._last_used = [0] * sequences
        self._clock = 0
        self._next_cell = 0

    @property
    def used(self) -> int:
        """Cells in use over all sequences."""
        return len(self._owners)

    def length(self, sequence: int) -> int:
        """Tokens a sequence remembers."""
        return len(self._cells[sequence])

    def match(self, key: bytes, variant: str) -> tuple[int, int]:
        """The sequence that shares most leading tokens with a packed prompt, and how many (-1, 0 where none does)."""
        best, shared = -1, 0
        for sequence, tokens in enumerate(self._tokens):
            if self._can_share and self._variants[sequence] == variant:
                count = common_tokens(tokens, key)
                if count > shared:
                    best, shared = sequence, count
        return best, shared

    def begin(self, sequence: int, source: int, keep: int, variant: str) -> int:
        """Make `sequence` hold exactly the first `keep` tokens of `source`; returns how many it holds in the end."""
        self.touch(sequence)
        if source == sequence:
            self._variants[sequence] = variant
            return keep if self.trim(sequence, keep) else 0
        self.trim(sequence, 0)
        self._variants[sequence] = variant
        if source < 0 or keep == 0:
            return 0
        self.touch(source)
        self._memory.copy(source, sequence, keep)
        self._tokens[sequence] = self._tokens[source][: 4 * keep]
        self._cells[sequence] = self._cells[source][:keep]
        self._owners.update(self._cells[sequence])
        return keep

    def extend(self, sequence: int, tokens: Sequence[int]) -> None:
        """Note that these tokens were computed at the end of a sequence."""
        new = range(self._next_cell, self._next_cell + len(tokens))
        self._next_cell += len(tokens)
        self._tokens[sequence] += pack(tokens)
        self._cells[sequence].extend(new)
        self._owners.update(new)

    def trim(self, sequence: int, keep: int) -> bool:
        """Forget all but the first `keep` tokens; a memory that cannot do that forgets everything (False)."""
        if keep >= self.length(sequence):
            return True
        done = self._memory.cut(sequence, keep)
        if not done:
            self._memory.cut(sequence, keep := 0)
        for cell in self._cells[sequence][keep:]:
            self._owners[cell] -= 1
            if not self._owners[cell]:
                del self._owners[cell]
        del self._cells[sequence][keep:]
        del self._tokens[sequence][4 * keep :]
        return done

    def clear(self) -> None:
        """Be as if nothing had ever been computed."""
        self._memory.clear()
        for sequence in range(len(self._tokens)):
            self._tokens[sequence], self._cells[sequence], self._last_used[sequence] = bytearray(), [], 0
        self._owners.clear()

    def resync(self, sequence: int) -> None:
        """Make the real memory forget what was computed but never noted here (a step that was interrupted)."""
        if not self._memory.cut(sequence, self.length(sequence)):
            self.trim(sequence, 0)

    def is_redundant(self, sequence: int) -> bool:
        """Whether another sequence remembers everything this one does."""
        mine, variant = self._tokens[sequence], self._variants[sequence]
        return any(
            other != sequence and self._variants[other] == variant and tokens.startswith(mine)
            for other, tokens in enumerate(self._tokens)
        )

    def touch(self, sequence: int) -> None:
        """Mark as used now; `oldest` counts from here."""
        self._clock += 1
        self._last_used[sequence] = self._clock

    def oldest(self, among: Sequence[int]) -> int | None:
        """Of these sequences the one that holds something and was used longest ago."""
        holding = [sequence for sequence in among if self._cells[sequence]]
        return min(holding, key=lambda sequence: self._last_used[sequence], default=None)


def pack(tokens: Sequence[int]) -> bytes:
    """Tokens as bytes, four each: comparing prefixes is then one memory comparison."""
    return array("i", tokens).tobytes()


def common_tokens(one: bytes | bytearray, other: bytes | bytearray) -> int:
    """How many leading tokens two packed prompts share (binary search over equal prefixes)."""
    low, high = 0, min(len(one), len(other)) // 4
    if one[: 4 * high] == other[: 4 * high]:
        return high
    while low < high - 1:
        middle = (low + high) // 2
        if one[: 4 * middle] == other[: 4 * middle]:
            low = middle
        else:
            high = middle
    return low
