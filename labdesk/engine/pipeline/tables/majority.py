"""Sets a column to its most frequent value."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of


class SetToMajorityValueBlock(Plain):
    """Sets `col_name` to its most frequent value, among the rows of one seed example or piece."""

    type: ClassVar[str] = "SetToMajorityValueBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The column."""

        col_name: str

    def __init__(self, options: Options) -> None:
        self._column = options.col_name

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows, alike in this column. Raises GenerationError. Of equally frequent values the least one is taken."""
        columns_of(name, rows, self._column)
        counts = Counter(row.text(self._column) for row in rows)
        best = min(counts, key=lambda value: (-counts[value], value), default="")
        return [row.having(**{self._column: best}) for row in rows]
