"""Runs another block several times."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from labdesk.core.errors import GenerationError
from labdesk.engine.pipeline.catalog import build_table
from labdesk.engine.pipeline.definition import BlockEntry
from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row

_MOST = 100


class IterBlock(Plain):
    """Runs a block of the type `block_type` `num_iters` times on the same rows, and puts what it makes together."""

    type: ClassVar[str] = "IterBlock"
    asks: ClassVar[bool] = True

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """How often, and which block with which options (InstructLab writes these beside the others; they were put
        into `block_config` when the folder was loaded)."""

        num_iters: int
        block_type: str
        block_config: dict[str, Any] = {}

    def __init__(self, options: Options) -> None:
        if not 1 <= options.num_iters <= _MOST or options.block_type == self.type:
            raise GenerationError(
                "A block of the type “IterBlock” cannot run.",
                cause=f"It runs another block 1 to {_MOST} times, and no IterBlock.",
                remedy="Correct num_iters and block_type.",
            )
        self._times = options.num_iters
        self._inner = build_table(BlockEntry(options.block_type, options.block_type, options.block_config))

    def most(self, rows: int) -> int:
        """So many times what the other block makes."""
        return self._times * self._inner.most(rows)

    def tokens(self, rows: int) -> int:
        """So many times what the other block writes."""
        return self._times * self._inner.tokens(rows)

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows of all turns, one turn after the other. Raises JobStopped, GenerationError."""
        return [row for _turn in range(self._times) for row in self._inner.change(name, rows, asker)]
