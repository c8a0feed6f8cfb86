"""Lets rows pass by what a column holds."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final, Literal

import msgspec

from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, columns_of

_SHOWN: Final = 60
_WORDS: Final = {
    "eq": "", "ne": "anything but ", "lt": "less than ", "le": "at most ", "gt": "more than ", "ge": "at least ",
    "contains": "a text with ",
}  # fmt: skip
Value = str | float | bool | int | None


class FilterByValueBlock(Plain):
    """Lets a row pass when `filter_column` is `filter_value`."""

    type: ClassVar[str] = "FilterByValueBlock"

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """The column is compared with each value; one that fits is enough. What cannot be converted is the default."""

        filter_column: str
        filter_value: Value | tuple[Value, ...]
        operation: Literal["eq", "ne", "lt", "le", "gt", "ge", "contains"]
        convert_dtype: Literal["int", "float", "bool", ""] | None = None
        default_value: Value = None

    def __init__(self, options: Options) -> None:
        self._options = options
        given = options.filter_value if isinstance(options.filter_value, tuple) else (options.filter_value,)
        self._values = [self._converted(value) for value in given]

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows that pass, and the others with what the column held. Raises GenerationError."""
        column = self._options.filter_column
        columns_of(name, rows, column)
        found = []
        for row in rows:
            value = self._converted(row.values.get(column))
            wanted = " or ".join(f"“{one}”" for one in self._values)
            said = f"{column} is “{row.text(column)[:_SHOWN]}”, not {_WORDS[self._options.operation]}{wanted}"
            passed = any(self._fits(value, one) for one in self._values)
            kept = row.having(**{column: value})
            found.append(kept if passed else row.losing(f"Step “{name}” of your pipeline dropped it: {said}."))
        return found

    def _fits(self, value: Any, wanted: Any) -> bool:
        if self._options.operation == "contains":
            return str(wanted) in str(value)
        compare: Callable[[Any, Any], bool] = getattr(operator, self._options.operation)
        try:
            return bool(compare(value, wanted))
        except TypeError:
            return False

    def _converted(self, value: Any) -> Any:
        kind = self._options.convert_dtype
        if not kind:
            return value
        convert: Callable[[Any], Any] = {"int": int, "float": float, "bool": bool}[kind]
        default = self._options.default_value
        try:
            return convert(value)
        except (TypeError, ValueError, OverflowError):
            return convert(0) if default is None else _tried(convert, default)


def _tried(convert: Callable[[Any], Any], value: Any) -> Any:
    try:
        return convert(value)
    except (TypeError, ValueError, OverflowError):
        return convert(0)
