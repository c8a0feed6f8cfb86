"""Several processes that train one student together, on one machine or many: each computes some rows of every step.

    mlx.launch -n 2 script.py            # or --hosts a,b: MLX's own launcher (ring over TCP, MPI, NCCL, JACCL)

Every process holds the whole student and makes the same update from the same sum of gradients, so their weights never
differ and each can write its own checkpoints. A process that was not started by a launcher is alone and pays nothing.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

import mlx.core as mx

from labdesk.engine.trainers.mlx.batches import share_out
from labdesk.engine.trainers.mlx.lora import Weights

#: What MLX's launcher sets in the processes that it starts, whatever the backend; MPI's own launchers set theirs.
_LAUNCHED = ("MLX_RANK", "OMPI_COMM_WORLD_RANK", "PMI_RANK")


class Ranks:
    """This process (`rank`, from 0) among the `size` that train together."""

    def __init__(self) -> None:
        launched = any(name in os.environ for name in _LAUNCHED)
        self._group: mx.distributed.Group | None = mx.distributed.init() if launched else None
        self.rank: int = 0
        self.size: int = 1
        if self._group is not None:
            self.rank, self.size = self._group.rank(), self._group.size()

    @property
    def leads(self) -> bool:
        """Whether this process is the one that reports and writes results."""
        return self.rank == 0

    def own(self, lengths: Sequence[int]) -> list[int]:
        """Which of some rows (by their lengths in tokens) this process computes; maybe none."""
        if self.size == 1:
            return list(range(len(lengths)))
        piles = share_out(lengths, self.size)
        return sorted(piles[self.rank]) if self.rank < len(piles) else []

    def add(self, loss: mx.array | None, gradients: Weights, like: Weights) -> tuple[mx.array, Weights]:
        """The sums over all processes. One without a row of this step brings None and {}; `like` has the shapes."""
        if self.size == 1:
            assert loss is not None
            return loss, gradients
        names = list(like)
        own = [gradients.get(name, mx.zeros_like(like[name])).reshape(-1) for name in names]
        flat = mx.concatenate([(mx.zeros(1) if loss is None else loss.reshape(1)), *own])
        total = mx.distributed.all_sum(flat, group=self._group)
        found: Weights = {}
        at = 1
        for name in names:
            found[name] = total[at : at + like[name].size].reshape(like[name].shape)
            at += like[name].size
        return total[0], found

    def sum(self, value: float) -> float:
        """The sum of a number over all processes."""
        return value if self.size == 1 else number(self._gathered(value).sum())

    def least(self, value: int) -> int:
        """The smallest of a number over all processes."""
        return value if self.size == 1 else int(number(self._gathered(value).min()))

    def any(self, flag: bool) -> bool:
        """Whether it is so in one process at least: all must stop at the same step."""
        return flag if self.size == 1 else bool(self._gathered(float(flag)).max().item())

    def _gathered(self, value: float) -> mx.array:
        gathered: mx.array = mx.distributed.all_gather(mx.array([value]), group=self._group)
        return gathered


def number(value: mx.array) -> float:
    """The one value of a scalar array."""
    result: Any = value.item()
    return float(result)
