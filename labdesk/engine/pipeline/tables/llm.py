"""Asks the teacher with the same prompt for every row."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

import msgspec

from labdesk.core.errors import GenerationError
from labdesk.core.models.chat_template import Message
from labdesk.engine.pipeline.tables.parsing import Parser, ParserOptions
from labdesk.engine.pipeline.tables.seam import Asker, Plain, Row, Sampling
from labdesk.engine.pipeline.tables.wording import Wording

#: Rows that are expected of an answer that may hold several (seen with teachers of 7 billion parameters: 3 to 6).
_MANY = 6
#: Columns that hold verdicts: being asked for these does not make a teacher the author of a row.
_VERDICTS = frozenset({"evaluation", "score", "explanation", "judgment", "judgement", "feedback", "rating", "verdict"})


class LLMOptions(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """InstructLab's options. The file at `config_path` was read into `prompt`, `start_tags` and `end_tags` when the
    folder was loaded. Models and their families are passed over: the teacher is the one that was chosen."""

    output_cols: tuple[str, ...]
    prompt: str = ""
    start_tags: tuple[str | None, ...] = ()
    end_tags: tuple[str | None, ...] = ()
    gen_kwargs: Sampling = Sampling()
    parser_kwargs: ParserOptions = ParserOptions()
    batch_kwargs: dict[str, Any] = {}
    config_path: str = ""
    model_id: str | None = None
    model_family: str | None = None
    model_prompt: str | None = None


class LLMBlock(Plain):
    """Asks the teacher for `output_cols`."""

    type: ClassVar[str] = "LLMBlock"
    asks: ClassVar[bool] = True
    Options: ClassVar[Any] = LLMOptions

    def __init__(self, options: LLMOptions) -> None:
        if not options.prompt.strip():
            raise GenerationError(
                "A block asks the teacher without a prompt.",
                cause=f"The file “{options.config_path}” was not read." if options.config_path else "",
                remedy="Load the whole folder: “labdesk pipelines load”.",
            )
        self._setup(options, {"": Wording(options.prompt, options.config_path or "prompt")})

    def _setup(self, options: LLMOptions, wordings: Mapping[str, Wording]) -> None:
        if not options.output_cols:
            raise GenerationError("A block asks the teacher for no column.", remedy="Name its output_cols.")
        self._options, self._wordings = options, wordings
        self._parser = Parser(options.output_cols, options.start_tags, options.end_tags, options.parser_kwargs)
        wanted = options.batch_kwargs.get("num_samples")
        self._each = wanted if isinstance(wanted, int) and 0 < wanted <= 100 else _MANY if self._parser.many else 1

    def most(self, rows: int) -> int:
        """So many texts for each row, and several rows in some of them."""
        return rows * self._options.gen_kwargs.texts * self._each

    def tokens(self, rows: int) -> int:
        """The most that may be written."""
        return rows * self._options.gen_kwargs.texts * self._options.gen_kwargs.max_tokens

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """A row for each thing that was written. Raises JobStopped, GenerationError."""
        wanted = self._options.batch_kwargs.get("num_samples")
        more = {} if wanted is None else {"num_samples": wanted}
        found: list[Row] = []
        asked: list[tuple[Row, str]] = []
        for row in rows:
            row = row if "num_samples" in row.values else row.having(**more)
            try:
                asked.append((row, self._prompt(row, asker)))
            except KeyError as error:
                found.append(row.losing(str(error.args[0])))
        answers = asker.ask(name, [prompt for _row, prompt in asked], self._options.gen_kwargs) if asked else []
        for (row, prompt), texts in zip(asked, answers, strict=True):
            for text, by in texts:
                found += self._read(name, row, prompt, text, by)
        return found

    def _read(self, name: str, row: Row, prompt: str, text: str, by: str) -> list[Row]:
        parts = self._parser.read(text)
        if not parts:
            why = "did not keep to the form that it asks for" if text else "wrote nothing"
            return [row.losing(f"In step “{name}” of your pipeline the teacher {why}.")]
        if _VERDICTS.issuperset(self._options.output_cols):
            return [row.having(**one) for one in parts]
        return [Row({**row.values, **one}, prompt, by) for one in parts]

    def _wording(self, row: Row) -> Wording:
        return self._wordings[""]

    def _prompt(self, row: Row, asker: Asker) -> str:
        text = self._wording(row).fill(row.values)
        return text if self._options.model_prompt == "" else asker.kit.runtime.chat_prompt([Message("user", text)])
