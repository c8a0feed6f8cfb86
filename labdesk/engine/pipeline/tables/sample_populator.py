"""Adds what a file says for the value of a column."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of


class SamplePopulatorBlock(Plain):
    """Adds the columns that a file holds for the value of `column_name`."""

    type: ClassVar[str] = "SamplePopulatorBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The files, read into `tables` when the folder was loaded."""

        column_name: str
        config_paths: tuple[str, ...] = ()
        post_fix: str = ""
        tables: dict[str, dict[str, Any]] = {}

    def __init__(self, options: Options) -> None:
        self._options = options

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows with what was added. Raises GenerationError."""
        column = self._options.column_name
        columns_of(name, rows, column)
        found = []
        for row in rows:
            more = self._options.tables.get(row.text(column))
            fault = f"Step “{name}” has no file for “{row.text(column)[:60]}”."
            found.append(row.losing(fault) if more is None else row.having(**{str(k): v for k, v in more.items()}))
        return found
