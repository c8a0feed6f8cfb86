"""Takes over the column that another column names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of


class SelectorBlock(Plain):
    """Copies into `output_col` the column that `choice_col` points to."""

    type: ClassVar[str] = "SelectorBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """From the value of the choice to the column that is taken."""

        choice_map: dict[str, str]
        choice_col: str
        output_col: str

    def __init__(self, options: Options) -> None:
        self._options = options

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows with the chosen column. Raises GenerationError."""
        options = self._options
        columns_of(name, rows, options.choice_col, *options.choice_map.values())
        found = []
        for row in rows:
            column = options.choice_map.get(row.text(options.choice_col))
            fault = f"Step “{name}” knows no choice “{row.text(options.choice_col)[:60]}”."
            chosen = {options.output_col: row.values.get(column or "")}
            found.append(row.losing(fault) if column is None else row.having(**chosen))
        return found
