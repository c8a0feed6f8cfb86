"""In what order rows are seen, and how the rows of a step are laid out for the model. Pure: numpy in, numpy out.

The order is a function of (seed, epoch) alone, so a run that is resumed sees what it would have seen. The rows of a
batch are laid end to end without padding; what they share at their beginning stands there once:

    tokens  [ prefix | rest of row 0 | rest of row 1 | ... ]
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
import numpy as np
import numpy.typing as npt

from labdesk.engine.trainers import TrainingRow

Ints = npt.NDArray[np.int32]


class Layout(msgspec.Struct, frozen=True, kw_only=True):
    """Rows laid end to end, T tokens in all; R of them behind the shared prefix, in B rows, the longest of length L.

    tokens   (T,) the tokens. prefix: how many of them stand before the rows.
    pad      (B * L,) for each cell of the rectangle of rows its index among the R tokens; R for an empty cell.
    unpad    (R,) the inverse: the cell of each token.
    read     (Q,) index into T of the tokens behind the prefix that are only read: the questions.
    source   (S,) index into T of the position whose hidden state predicts a supervised token.
    target   (S,) the supervised tokens. weight: (S,) their factors in the loss.
    """

    tokens: Ints
    prefix: int
    rows: int
    longest: int
    pad: Ints
    unpad: Ints
    read: Ints
    source: Ints
    target: Ints
    weight: npt.NDArray[np.float32]


def epoch_batches(stages: Sequence[int], batch_size: int, seed: int, epoch: int) -> list[list[int]]:
    """The batches of one epoch as lists of row numbers; every row occurs once.

    `stages` gives each row's stage: lower stages come first. Within a stage rows are drawn at random, and where their
    number is not a multiple of `batch_size` all batches are made about equally large.
    """
    batches: list[list[int]] = []
    for stage in sorted(set(stages)):
        members = np.array([row for row, own in enumerate(stages) if own == stage])
        order = np.random.Generator(np.random.PCG64([seed, epoch, stage])).permutation(members)
        count = -(-len(order) // batch_size)
        batches += [[int(row) for row in part] for part in np.array_split(order, count)]
    return batches


def batches_from(stages: Sequence[int], batch_size: int, seed: int, done: int) -> Iterator[tuple[int, list[int]]]:
    """Endless (epoch, batch) pairs, without the first `done` batches: where a resumed run goes on."""
    epoch = 0
    while True:
        batches = epoch_batches(stages, batch_size, seed, epoch)
        for batch in batches[done:]:
            yield epoch, batch
        done = max(0, done - len(batches))
        epoch += 1


def batches_per_epoch(stages: Sequence[int], batch_size: int) -> int:
    """How many batches `epoch_batches` makes."""
    return sum(-(-list(stages).count(stage) // batch_size) for stage in set(stages))


def share_out(lengths: Sequence[int], parts: int) -> list[list[int]]:
    """Divide rows among at most `parts` workers so that their totals of tokens are about equal (longest first)."""
    piles: list[list[int]] = [[] for _ in range(min(parts, len(lengths)))]
    loads = [0] * len(piles)
    for row in sorted(range(len(lengths)), key=lambda index: (-lengths[index], index)):
        lightest = loads.index(min(loads))
        piles[lightest].append(row)
        loads[lightest] += lengths[row]
    return piles


def shared_prefix(rows: Sequence[TrainingRow]) -> int:
    """How many leading tokens all rows declare shared, and really share; 0 where one of them learns any of these."""
    length = min(min(row.prefix, len(row.tokens) - 1) for row in rows)
    if length <= 0 or any(start < length for row in rows for start, _end in row.supervised):
        return 0
    first = rows[0].tokens[:length]
    return length if all(row.tokens[:length] == first for row in rows) else 0


def lay_out(rows: Sequence[TrainingRow], total_weight: float, prefix: int | None = None) -> Layout:
    """Lay rows end to end. Weights are divided by `total_weight`: the loss of a step is a mean over its batch.
    `prefix`: that of the rows' shared beginning, where they are a part of more rows."""
    prefix = shared_prefix(rows) if prefix is None else prefix
    lengths = [len(row.tokens) - prefix for row in rows]
    longest, count = max(lengths), sum(lengths)
    pad = np.full(len(rows) * longest, count, np.int32)
    unpad = np.empty(count, np.int32)
    tokens = [np.array(rows[0].tokens[:prefix], np.int32)]
    read: list[int] = []
    source: list[int] = []
    target: list[int] = []
    weight: list[float] = []
    start = 0
    for number, (row, length) in enumerate(zip(rows, lengths, strict=True)):
        cells = np.arange(number * longest, number * longest + length, dtype=np.int32)
        pad[cells] = np.arange(start, start + length, dtype=np.int32)
        unpad[start : start + length] = cells
        tokens.append(np.array(row.tokens[prefix:], np.int32))
        learned = supervised_positions(row)
        read += [start + place for place in sorted(set(range(prefix, len(row.tokens))).difference(learned))]
        for position in learned:
            # The token at the first position behind the prefix is predicted by the prefix's last hidden state.
            source.append(position - 1 if position <= prefix else start + position - 1)
            target.append(row.tokens[position])
            weight.append(row.weight / total_weight)
        start += length
    return Layout(
        tokens=np.concatenate(tokens),
        prefix=prefix,
        rows=len(rows),
        longest=longest,
        pad=pad,
        unpad=unpad,
        read=np.array(read, np.int32),
        source=np.array(source, np.int32),
        target=np.array(target, np.int32),
        weight=np.array(weight, np.float32),
    )


def places_in(rows: Sequence[TrainingRow], chosen: Sequence[int], prefix: int) -> Ints:
    """Where the tokens of the layout of some `chosen` rows stand in the layout of all rows with the same prefix."""
    lengths = [len(row.tokens) - prefix for row in rows]
    starts = np.cumsum([prefix, *lengths])
    parts = [np.arange(prefix), *(np.arange(starts[row], starts[row] + lengths[row]) for row in chosen)]
    return np.concatenate(parts).astype(np.int32)


def supervised_positions(row: TrainingRow) -> list[int]:
    """Positions of a row's supervised tokens, each once, in order; position 0 cannot be predicted and is left out."""
    end = len(row.tokens)
    return sorted({p for first, last in row.supervised for p in range(max(first, 1), min(last, end))})


def loss_weight(rows: Sequence[TrainingRow]) -> float:
    """Sum of the weights of all supervised tokens."""
    return float(sum(row.weight * len(supervised_positions(row)) for row in rows))


def cut(row: TrainingRow, max_tokens: int) -> TrainingRow:
    """The row with at most `max_tokens` tokens (0: unchanged); spans beyond the cut lose their tail."""
    if not max_tokens or len(row.tokens) <= max_tokens:
        return row
    return msgspec.structs.replace(row, tokens=row.tokens[:max_tokens])
