"""What a generation will cost, before it runs: samples, tokens and minutes per leaf, from measured speeds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

#: Mean share of `max_tokens` that a teacher uses before it ends a row (seen: 20 of 32 with the starter teacher).
USED_SHARE = 0.65
#: Tokens of new prompt per row when prompts share their beginning (seen: a sentence and its label).
PROMPT_PER_ROW = 30
#: Rows the teacher writes are judged by logits: so many tokens are read for each (a question and four answers).
JUDGED_PER_ROW = 120


class TeacherSpeed(msgspec.Struct, frozen=True, kw_only=True):
    """Tokens per second, measured by a short calibration or taken from the last run on this machine.

    The defaults were measured with SmolLM2-135M Q4_1 on 2 cores with several sequences at once.
    """

    written: float = 100.0
    read: float = 700.0


class BlockLoad(msgspec.Struct, frozen=True, kw_only=True):
    """What one block of a pipeline will do on a leaf. `max_tokens` is 0 for a block that needs no teacher."""

    block: str
    rows: int
    max_tokens: int = 0


class LeafForecast(msgspec.Struct, frozen=True, kw_only=True):
    """The cost of one leaf. `by_rule` samples cost nothing worth counting; `by_teacher` are written and judged."""

    leaf: str
    by_rule: int
    by_teacher: int
    tokens_written: int
    tokens_read: int
    seconds: float


class GenerationForecast(msgspec.Struct, frozen=True, kw_only=True):
    """The cost of a generation. `shared_read` tokens of common prompt are read once per leaf."""

    leaves: tuple[LeafForecast, ...]

    @property
    def samples(self) -> int:
        """Rows asked for; filters will discard some."""
        return sum(leaf.by_rule + leaf.by_teacher for leaf in self.leaves)

    @property
    def tokens(self) -> int:
        """Tokens the teacher will write."""
        return sum(leaf.tokens_written for leaf in self.leaves)

    @property
    def minutes(self) -> float:
        """Time the teacher needs, loading not counted."""
        return sum(leaf.seconds for leaf in self.leaves) / 60


def forecast(
    loads: Mapping[str, Sequence[BlockLoad]], speed: TeacherSpeed, measured_share: float = USED_SHARE
) -> GenerationForecast:
    """The cost of generating for each leaf. `measured_share` is tokens written / tokens allowed, from an earlier run.

    seconds = written / speed.written + read / speed.read
    """
    return GenerationForecast(
        leaves=tuple(_leaf(leaf, blocks, speed, measured_share) for leaf, blocks in loads.items())
    )


def _leaf(leaf: str, blocks: Sequence[BlockLoad], speed: TeacherSpeed, share: float) -> LeafForecast:
    taught = [block for block in blocks if block.max_tokens]
    rows = sum(block.rows for block in taught)
    written = round(sum(block.rows * block.max_tokens for block in taught) * share)
    read = rows * (PROMPT_PER_ROW + JUDGED_PER_ROW)
    return LeafForecast(
        leaf=leaf,
        by_rule=sum(block.rows for block in blocks) - rows,
        by_teacher=rows,
        tokens_written=written,
        tokens_read=read,
        seconds=written / speed.written + read / speed.read,
    )
