"""What every block of a chain is, the rows it is given, and how it asks the teacher."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Protocol

import msgspec

from labdesk.core.errors import GenerationError, JobStopped
from labdesk.core.samples.identity import sample_id, sample_seed
from labdesk.engine.pipeline.seams import Kit
from labdesk.engine.runtimes import Completion

#: Rows that one seed example or piece of a document may become on the way, and characters of one of their texts.
MOST_ROWS = 512
_SHARED_LEAST = 80


class Row(msgspec.Struct, frozen=True):
    """One line of the table. `lost` says in plain words why it goes no further; `prompt` and `by` tell how the teacher
    was last asked for what is no verdict, and who answered."""

    values: Mapping[str, Any]
    prompt: str = ""
    by: str = ""
    lost: str = ""

    def text(self, column: str) -> str:
        """The text in a column; "" where it has none."""
        value = self.values.get(column)
        return "" if value is None else str(value)

    def having(self, **columns: Any) -> Row:
        """The row with other columns."""
        return msgspec.structs.replace(self, values={**self.values, **columns})

    def losing(self, reason: str) -> Row:
        """The row, given up."""
        return msgspec.structs.replace(self, lost=reason)


class Sampling(msgspec.Struct, frozen=True):
    """`gen_kwargs` of a block; what a server may know beyond these is passed over. `n`: texts for each row; "scaled"
    is what InstructLab makes of it by default."""

    temperature: float = 0.0
    top_p: float = 1.0
    max_tokens: int = 2048
    n: int | str = 1
    seed: int = 0
    stop: tuple[str, ...] | str = ()

    @property
    def texts(self) -> int:
        """How many texts are asked for. Without chance all would be the same, so it is one."""
        if self.temperature <= 0:
            return 1
        return self.n if isinstance(self.n, int) else int(self.n) if self.n.isdigit() else SCALED


#: What "scaled" stands for (InstructLab's default of sdg_scale_factor).
SCALED = 30


class Asker:
    """Asks the teacher for the rows of one unit. Seeds come from the place in the chain, so a restart asks the same."""

    def __init__(self, kit: Kit, leaf: str, unit: str) -> None:
        self.kit = kit
        self._place = (leaf, unit)
        self._turn = 0

    def ask(self, block: str, prompts: Sequence[str], options: Sampling) -> list[list[tuple[str, str]]]:
        """For each prompt its texts, each with the name of who wrote it ("" is the teacher). Raises JobStopped."""
        self._turn += 1
        leaf, unit = self._place
        shared = _common(prompts) if len(prompts) > 1 or options.texts > 1 else 0
        stop = (options.stop,) if isinstance(options.stop, str) else options.stop
        keys = [
            [sample_id(self.kit.seed + options.seed, leaf, f"{block} {self._turn}", unit, at * MOST_ROWS + number)
             for number in range(options.texts)]
            for at in range(len(prompts))
        ]  # fmt: skip
        limit = max(1, min(options.max_tokens, self.kit.runtime.context_tokens // 2))
        answers = self.kit.complete(
            [
                Completion(
                    key=key, prompt=prompt, max_tokens=limit, temperature=max(0.0, options.temperature),
                    top_p=options.top_p, seed=sample_seed(key), stop=stop,
                    prefix_chars=shared if shared >= _SHARED_LEAST else 0,
                )
                for prompt, own in zip(prompts, keys, strict=True)
                for key in own
            ]
        )  # fmt: skip
        if any(key not in answers for own in keys for key in own):
            raise JobStopped
        by = self.kit.written_by
        return [[(answers[key].text.strip(), by.pop(key, "")) for key in own] for own in keys]


class Table(Protocol):
    """One block. `asks`: the teacher is asked. Options are InstructLab's, by their names."""

    type: ClassVar[str]
    asks: ClassVar[bool]

    def most(self, rows: int) -> int:
        """How many rows it makes of so many, at most or as is expected."""
        ...

    def tokens(self, rows: int) -> int:
        """Tokens the teacher may write for so many rows."""
        ...

    def change(self, name: str, rows: Sequence[Row], asker: Asker) -> list[Row]:
        """The next table. A row that goes no further stays, with the reason. Raises JobStopped, GenerationError."""
        ...


class Plain:
    """What most blocks share: one row in, one row out, and nobody is asked."""

    asks: ClassVar[bool] = False

    def most(self, rows: int) -> int:
        """As many as there were."""
        return rows

    def tokens(self, rows: int) -> int:
        """None."""
        return 0


def _common(prompts: Sequence[str]) -> int:
    """Characters that all prompts begin with."""
    least, most = min(prompts), max(prompts)  # the beginning of these two is that of all between them
    return next((at for at, (one, other) in enumerate(zip(least, most, strict=False)) if one != other), len(least))


def missing(name: str, column: str) -> GenerationError:
    """A block names a column that no row has."""
    return GenerationError(
        f"The block “{name}” of the pipeline wants the column “{column}”, which does not exist there.",
        remedy="Correct the block, or the ones before it.",
    )


def columns_of(name: str, rows: Sequence[Row], *columns: str) -> None:
    """Raises GenerationError when a column is missing in all rows."""
    for column in columns:
        if rows and not any(column in row.values for row in rows):
            raise missing(name, column)
