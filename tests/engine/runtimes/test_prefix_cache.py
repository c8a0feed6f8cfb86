"""The prefix cache mirrors the real memory: checked against a plain model of cells under random operations."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("llama_cpp", reason="llama-cpp-python is not installed")

from labdesk.engine.runtimes.llama_cpp.prefix_cache import PrefixCache, common_tokens, pack

SEQUENCES = 4


class FakeMemory:
    """What llama.cpp does: cells know their sequences; a cell without any is free."""

    def __init__(self, can_cut: bool = True) -> None:
        self.cells: list[tuple[int, int, set[int]]] = []  # position, token, sequences
        self.can_cut = can_cut

    def copy(self, source: int, target: int, keep: int) -> None:
        for position, _, owners in self.cells:
            if source in owners and position < keep:
                owners.add(target)

    def clear(self) -> None:
        self.cells.clear()

    def cut(self, sequence: int, keep: int) -> bool:
        if keep and not self.can_cut:
            return False
        for position, _, owners in self.cells:
            if position >= keep:
                owners.discard(sequence)
        self.cells = [cell for cell in self.cells if cell[2]]
        return True

    def compute(self, sequence: int, start: int, tokens: list[int]) -> None:
        self.cells += [(start + i, token, {sequence}) for i, token in enumerate(tokens)]

    def tokens(self, sequence: int) -> list[int]:
        mine = sorted((position, token) for position, token, owners in self.cells if sequence in owners)
        assert [position for position, _ in mine] == list(range(len(mine))), "a position twice or missing"
        return [token for _, token in mine]


prompts = st.lists(st.integers(0, 2), min_size=1, max_size=12)
steps = st.lists(st.tuples(st.integers(0, SEQUENCES - 1), prompts, st.integers(0, 12), st.booleans()), max_size=40)


@settings(max_examples=150, deadline=None)
@given(steps, st.booleans())
def test_cache_and_memory_never_disagree(plan: list[tuple[int, list[int], int, bool]], can_cut: bool) -> None:
    memory = FakeMemory(can_cut)
    cache = PrefixCache(memory, SEQUENCES)
    for sequence, prompt, keep, tuned in plan:
        variant = "tuned" if tuned else ""
        source, shared = cache.match(pack(prompt), variant)
        held = cache.begin(sequence, source, min(shared, len(prompt) - 1), variant)
        memory.compute(sequence, held, prompt[held:])
        cache.extend(sequence, prompt[held:])
        assert memory.tokens(sequence) == prompt, "a shared beginning was not the prompt's own"
        if keep < 6:
            cache.trim(sequence, keep)
        for number in range(SEQUENCES):
            assert len(memory.tokens(number)) == cache.length(number)
        assert cache.used == len(memory.cells)


def test_weights_are_never_mixed() -> None:
    cache = PrefixCache(FakeMemory(), 2)
    cache.begin(0, -1, 0, "adapter")
    cache.extend(0, [1, 2, 3])
    assert cache.match(pack([1, 2, 3]), "adapter") == (0, 3)
    assert cache.match(pack([1, 2, 3]), "") == (-1, 0)


def test_models_that_cannot_share_never_do() -> None:
    cache = PrefixCache(FakeMemory(), 2, can_share=False)
    cache.extend(0, [1, 2, 3])
    assert cache.match(pack([1, 2, 3]), "") == (-1, 0)


@given(prompts, prompts)
def test_common_tokens(one: list[int], other: list[int]) -> None:
    count = common_tokens(pack(one), pack(other))
    assert one[:count] == other[:count]
    assert count == min(len(one), len(other)) or one[count] != other[count]
