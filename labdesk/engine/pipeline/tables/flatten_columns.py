"""Makes rows of columns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of


class FlattenColumnsBlock(Plain):
    """Makes a row of each of the columns `var_cols`."""

    type: ClassVar[str] = "FlattenColumnsBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The columns, and where a row keeps their text and their name."""

        var_cols: tuple[str, ...]
        value_name: str
        var_name: str

    def __init__(self, options: Options) -> None:
        self._options = options

    def most(self, rows: int) -> int:
        """One for each column."""
        return rows * len(self._options.var_cols)

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """All rows for the first column, then all for the next. Raises GenerationError."""
        options = self._options
        columns_of(name, rows, *options.var_cols)
        found = []
        for column in options.var_cols:
            for row in rows:
                rest = {key: value for key, value in row.values.items() if key not in options.var_cols}
                values = {**rest, options.value_name: row.values.get(column), options.var_name: column}
                found.append(msgspec.structs.replace(row, values=values))
        return found
