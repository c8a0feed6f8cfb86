"""Asks the teacher with a prompt that a column chooses."""

from __future__ import annotations

from typing import Any, ClassVar

import msgspec

from labdesk.core.errors import GenerationError
from labdesk.engine.pipeline.tables.llm import LLMBlock, LLMOptions
from labdesk.engine.pipeline.tables.seam import Row
from labdesk.engine.pipeline.tables.wording import Wording

_ALL = "All"


class ConditionalOptions(LLMOptions, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """The column that chooses. The files of `config_paths` were read into `prompts` when the folder was loaded."""

    selector_column_name: str
    config_paths: tuple[tuple[str, str], ...] = ()
    prompts: dict[str, str] = msgspec.field(default_factory=dict)


class ConditionalLLMBlock(LLMBlock):
    """Asks the teacher for `output_cols`, with the prompt that `selector_column_name` chooses."""

    type: ClassVar[str] = "ConditionalLLMBlock"
    Options: ClassVar[Any] = ConditionalOptions

    def __init__(self, options: ConditionalOptions) -> None:
        if not options.prompts:
            raise GenerationError("A block that chooses its prompt has none.", remedy="Name its config_paths.")
        self._column = options.selector_column_name
        self._setup(options, {key: Wording(text, key) for key, text in options.prompts.items()})

    def _wording(self, row: Row) -> Wording:
        if set(self._wordings) == {_ALL}:
            return self._wordings[_ALL]
        chosen = row.text(self._column)
        if chosen not in self._wordings:
            raise KeyError(f"No prompt of your pipeline is for “{chosen[:60]}” in {self._column}.")
        return self._wordings[chosen]
