"""Copies columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of


class DuplicateColumnsBlock(Plain):
    """Copies columns: `columns_map`."""

    type: ClassVar[str] = "DuplicateColumnsBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """From the column to the name of its copy."""

        columns_map: dict[str, str]

    def __init__(self, options: Options) -> None:
        self._map = options.columns_map

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows with the copies. Raises GenerationError."""
        columns_of(name, rows, *self._map)
        return [row.having(**{new: row.values.get(old) for old, new in self._map.items()}) for row in rows]
