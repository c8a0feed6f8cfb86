"""Hands a conversation in a column to the teacher."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar

import msgspec

from labdesk.core.models.chat_template import Message
from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, Sampling, columns_of


class LLMMessagesBlock(Plain):
    """Lets the teacher answer the conversation in `input_col`."""

    type: ClassVar[str] = "LLMMessagesBlock"
    asks: ClassVar[bool] = True

    class Options(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
        """Where it is and where the answer goes."""

        input_col: str
        output_col: str
        model_id: str | None = None
        gen_kwargs: Sampling = Sampling()

    def __init__(self, options: Options) -> None:
        self._options = options

    def tokens(self, rows: int) -> int:
        """The most that may be written."""
        return rows * self._options.gen_kwargs.max_tokens

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The rows with the answer. Raises JobStopped, GenerationError."""
        columns_of(name, rows, self._options.input_col)
        found: list[Row] = []
        asked: list[tuple[Row, str]] = []
        for row in rows:
            try:
                turns = _turns(row.values.get(self._options.input_col))
            except msgspec.ValidationError:
                found.append(row.losing(f"Step “{name}” of your pipeline found no conversation."))
            else:
                asked.append((row, asker.kit.runtime.chat_prompt(turns)))
        once = msgspec.structs.replace(self._options.gen_kwargs, n=1)
        answers = asker.ask(name, [prompt for _row, prompt in asked], once) if asked else []
        for (row, prompt), [(text, by)] in zip(asked, answers, strict=True):
            found.append(Row({**row.values, self._options.output_col: text}, prompt, by))
        return found


def _turns(value: Any) -> list[Message]:
    """A text is one question. Raises msgspec.ValidationError for what is no conversation."""
    return [Message("user", value)] if isinstance(value, str) else msgspec.convert(value, list[Message])
