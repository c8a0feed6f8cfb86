"""Continuous batching: many pieces of work in one context, a freed sequence taking the next piece at once.

One step computes one token of every sequence that is writing, and fills the rest of the batch with chunks of prompts
still being read. Waiting work is ordered by its tokens, so prompts that begin alike follow one another; the first reads
the common beginning, the others wait for it and then share its memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Final

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes.llama_cpp.library import native
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel
from labdesk.engine.runtimes.llama_cpp.prefix_cache import PrefixCache, common_tokens
from labdesk.engine.runtimes.llama_cpp.token_batch import TokenBatch
from labdesk.engine.runtimes.llama_cpp.work import Work

# Work read ahead and sorted together; waiting for a shared beginning pays from so many tokens on.
_WINDOW: Final = 64
_WORTH_WAITING: Final = 16


@dataclass
class _Slot:
    """A busy sequence: `todo` are tokens not yet computed, the first of them at position `at`."""

    sequence: int
    work: Work
    at: int
    todo: list[int]
    outputs_from: int
    reserved: int


@dataclass
class Totals:
    """Tokens of a run: read in prompts, of those shared instead of computed."""

    prompt: int = 0
    reused: int = 0


class NativeMemory:
    """The operations of PrefixCache on llama.cpp's own memory."""

    def __init__(self, model: LoadedModel) -> None:
        self._memory = model.memory

    def copy(self, source: int, target: int, keep: int) -> None:
        native.llama_memory_seq_cp(self._memory, source, target, 0, keep)

    def cut(self, sequence: int, keep: int) -> bool:
        return bool(native.llama_memory_seq_rm(self._memory, sequence, keep, -1))

    def clear(self) -> None:
        native.llama_memory_clear(self._memory, False)


class BatchEngine:
    """Runs work on one model. `variant` says which weights answer now (see PrefixCache)."""

    def __init__(self, model: LoadedModel) -> None:
        self._model = model
        self._cache = PrefixCache(NativeMemory(model), model.parallel, model.can_share)
        self._batch = TokenBatch(model.batch)
        self._slots: list[_Slot] = []
        self._pending: deque[Work] = deque()
        self._totals = Totals()
        self.variant = ""

    def run(self, works: Iterable[Work], should_stop: Callable[[], bool]) -> Totals:
        """Do all work, or leave it when told to stop. Raises ModelError when the engine fails."""
        self._totals = Totals()
        source = iter(works)
        try:
            while not should_stop():
                self._read_ahead(source)
                self._admit()
                if not self._slots:
                    if not self._pending:
                        break
                    continue
                if not self._step(should_stop):
                    break
        finally:
            self._drop_everything()
        return self._totals

    def forget(self) -> None:
        """Forget every beginning and start at the first cell again. Call it between runs.

        Where a text lies in the memory decides in which order its sums are rounded, so clearing each sequence is not
        enough to get the same numbers twice.
        """
        self._cache.clear()

    def _read_ahead(self, source: Iterator[Work]) -> None:
        """When nothing waits any more, take the next window of work, sorted so that equal beginnings are neighbours."""
        if self._pending:
            return
        self._pending.extend(sorted(islice(source, _WINDOW), key=lambda work: work.key))

    def _admit(self) -> None:
        """Give free sequences to waiting work."""
        busy = {slot.sequence for slot in self._slots}
        free = [sequence for sequence in range(self._model.parallel) if sequence not in busy]
        waiting: list[Work] = []
        while free and self._pending:
            work = self._pending.popleft()
            source, shared = self._cache.match(work.key, self.variant)
            # The last token is always computed: its logits are what the work is about.
            shared = min(shared, work.outputs_from)
            if not work.is_possible(self._model.context):
                work.too_long()
                work.close()
            elif self._is_being_read(work, shared):
                waiting.append(work)
            elif self._fits(work, shared, free, source):
                self._start(work, source, shared, free)
            elif self._slots:
                waiting.append(work)
                break
            else:
                work.too_long()
                work.close()
        self._pending.extendleft(reversed(waiting))

    def _is_being_read(self, work: Work, shared: int) -> bool:
        """Whether a sequence is just reading a longer common beginning than what can be shared now."""
        for slot in self._slots:
            if len(slot.todo) > 1 and self._model.can_share:
                common = min(common_tokens(slot.work.key, work.key), work.outputs_from)
                if common >= shared + _WORTH_WAITING and slot.at < common:
                    return True
        return False

    def _fits(self, work: Work, shared: int, free: list[int], source: int) -> bool:
        """Whether the memory holds this work to its end; forgets idle sequences, oldest first, to make room."""
        need = len(work.tokens) - shared + work.room
        promised = sum(slot.reserved - slot.at for slot in self._slots)
        while self._cache.used + promised + need > self._model.cells:
            idle = self._cache.oldest([sequence for sequence in free if sequence != source])
            if idle is not None:
                self._cache.trim(idle, 0)
            elif source in free and self._cache.length(source) > shared:
                self._cache.trim(source, shared)
            else:
                return False
        return True

    def _start(self, work: Work, source: int, shared: int, free: list[int]) -> None:
        """Put work on a free sequence: the one it shares with, else an empty one, else the one idle for longest."""
        if source in free:
            sequence = source
        else:
            empty = [number for number in free if not self._cache.length(number)]
            oldest = self._cache.oldest(free)
            sequence = empty[0] if empty else free[0] if oldest is None else oldest
        free.remove(sequence)
        held = self._cache.begin(sequence, source, shared, self.variant)
        self._totals.prompt += len(work.tokens)
        self._totals.reused += held
        reserved = len(work.tokens) + work.room
        self._slots.append(_Slot(sequence, work, held, work.tokens[held:], work.outputs_from, reserved))

    def _step(self, should_stop: Callable[[], bool]) -> bool:
        """Compute one batch and deal with its logits; False when stopped meanwhile."""
        self._batch.clear()
        parts = self._fill()
        code = self._model.decode(self._batch.native, should_stop)
        if code == 1:
            self._forget_idle()
            code = self._model.decode(self._batch.native, should_stop)
        if code == 2:
            return False
        if code == 1:
            raise ModelError(
                "The engine ran out of room for the conversation.",
                cause=f"{self._cache.used} of {self._model.cells} places were in use.",
                remedy="Use fewer sequences at once, or a shorter context.",
            )
        for slot, count, row in parts:
            self._cache.extend(slot.sequence, slot.todo[:count])
            first, slot.at, slot.todo = slot.at, slot.at + count, slot.todo[count:]
            following: int | None = None
            for position in range(max(first, slot.outputs_from), slot.at):
                following = slot.work.output(row + position - first, position)
            if following is not None:
                slot.todo, slot.outputs_from = [following], slot.at
            if not slot.todo:
                self._finish(slot)
        return True

    def _fill(self) -> list[tuple[_Slot, int, int]]:
        """Rows for this step: (slot, tokens taken, first row), writing sequences first, then prompts in order."""
        parts: list[tuple[_Slot, int, int]] = []
        outputs = self._model.max_outputs
        for slot in sorted(self._slots, key=lambda slot: len(slot.todo) > 1):
            count = min(len(slot.todo), self._batch.free)
            # Rows that want logits are limited; positions before outputs_from want none.
            count = min(count, max(0, slot.outputs_from - slot.at) + outputs)
            if count == 0:
                continue
            outputs -= max(0, slot.at + count - max(slot.at, slot.outputs_from))
            row = self._batch.add(slot.todo[:count], slot.at, slot.sequence, slot.outputs_from)
            parts.append((slot, count, row))
        return parts

    def _finish(self, slot: _Slot) -> None:
        """Free the sequence, but remember the beginning that other work or a later call can share."""
        self._slots.remove(slot)
        slot.work.close()
        self._pending.extendleft(reversed(slot.work.follow_up))
        key = slot.work.key
        keep = max([slot.work.keep, *(common_tokens(key, work.key) for work in self._pending)])
        self._retire(slot.sequence, keep)

    def _forget_idle(self) -> None:
        busy = {slot.sequence for slot in self._slots}
        for sequence in range(self._model.parallel):
            if sequence not in busy:
                self._cache.trim(sequence, 0)

    def _retire(self, sequence: int, keep: int) -> None:
        self._cache.trim(sequence, keep)
        if self._cache.is_redundant(sequence):
            self._cache.trim(sequence, 0)

    def _drop_everything(self) -> None:
        """End of a run, however it ended: close unfinished work; keep only computed beginnings worth keeping."""
        for slot in self._slots:
            slot.work.close()
            # A stopped step may have written beyond what is noted.
            self._cache.resync(slot.sequence)
            self._retire(slot.sequence, min(slot.work.keep, slot.at))
        for work in self._pending:
            work.close()
        self._slots.clear()
        self._pending.clear()
