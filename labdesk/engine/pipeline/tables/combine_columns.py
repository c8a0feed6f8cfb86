"""Joins columns into one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of


class CombineColumnsBlock(Plain):
    """Joins `columns` into `output_col`."""

    type: ClassVar[str] = "CombineColumnsBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """Which, into which, and what stands between them."""

        columns: tuple[str, ...]
        output_col: str
        separator: str = "\n\n"

    def __init__(self, options: Options) -> None:
        self._options = options

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows with the joined column. Raises GenerationError."""
        columns_of(name, rows, *self._options.columns)
        joined = [self._options.separator.join(row.text(column) for column in self._options.columns) for row in rows]
        return [row.having(**{self._options.output_col: text}) for row, text in zip(rows, joined, strict=True)]
