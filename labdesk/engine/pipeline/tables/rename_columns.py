"""Gives columns other names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of


class RenameColumnsBlock(Plain):
    """Gives columns other names: `columns_map`."""

    type: ClassVar[str] = "RenameColumnsBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """From the old name to the new one; all are renamed at once."""

        columns_map: dict[str, str]

    def __init__(self, options: Options) -> None:
        self._map = options.columns_map

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows under the new names. Raises GenerationError."""
        columns_of(name, rows, *self._map)
        return [
            msgspec.structs.replace(row, values={self._map.get(key, key): value for key, value in row.values.items()})
            for row in rows
        ]
