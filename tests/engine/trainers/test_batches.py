"""The order of rows and their layout: everything is seen once, nothing is padded, a resumed run sees what it would have."""

from __future__ import annotations

from itertools import islice

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from labdesk.engine.trainers import TrainingRow
from labdesk.engine.trainers.mlx.batches import (
    batches_from,
    batches_per_epoch,
    cut,
    epoch_batches,
    lay_out,
    loss_weight,
    share_out,
    shared_prefix,
    supervised_positions,
)

stages = st.lists(st.integers(0, 2), min_size=1, max_size=40)
sizes = st.integers(1, 9)


@given(stages, sizes, st.integers(0, 5), st.integers(0, 3))
def test_an_epoch_shows_every_row_once_and_stages_in_order(own: list[int], size: int, seed: int, epoch: int) -> None:
    batches = epoch_batches(own, size, seed, epoch)
    assert sorted(row for batch in batches for row in batch) == list(range(len(own)))
    order = [own[row] for batch in batches for row in batch]
    assert order == sorted(order)
    assert all(len(batch) <= size for batch in batches)
    assert len(batches) == batches_per_epoch(own, size)
    assert batches == epoch_batches(own, size, seed, epoch)


@given(stages, sizes, st.integers(0, 30))
def test_a_resumed_order_goes_on_where_it_was(own: list[int], size: int, done: int) -> None:
    whole = list(islice(batches_from(own, size, 7, 0), done + 12))
    assert list(islice(batches_from(own, size, 7, done), 12)) == whole[done:]


def test_epochs_are_drawn_anew() -> None:
    own = [0] * 30
    assert len({str(epoch_batches(own, 6, 3, epoch)) for epoch in range(5)}) == 5


def test_work_is_shared_evenly() -> None:
    piles = share_out([10, 9, 8, 3, 2, 1], 2)
    assert sorted(row for pile in piles for row in pile) == list(range(6))
    loads = [sum([10, 9, 8, 3, 2, 1][row] for row in pile) for pile in piles]
    assert max(loads) - min(loads) <= 3
    assert share_out([5], 4) == [[0]]


rows = st.lists(
    st.tuples(st.lists(st.integers(0, 50), min_size=2, max_size=20), st.integers(1, 19), st.sampled_from([1.0, 0.5])),
    min_size=1,
    max_size=5,
)


@given(rows, st.integers(0, 4))
def test_a_layout_holds_every_token_in_its_place(drawn: list[tuple[list[int], int, float]], prefix: int) -> None:
    beginning = tuple(range(60, 60 + prefix))
    made = [
        TrainingRow(
            tokens=(*beginning, *body),
            supervised=((prefix + min(at, len(body) - 1), prefix + len(body)),),
            prefix=prefix,
            weight=weight,
        )
        for body, at, weight in drawn
    ]
    total = loss_weight(made)
    layout = lay_out(made, total)
    assert layout.prefix == prefix
    assert len(layout.tokens) == prefix + sum(len(row.tokens) - prefix for row in made)
    padded = np.append(layout.tokens[prefix:], -1)[layout.pad].reshape(layout.rows, layout.longest)
    for row, cells in zip(made, padded, strict=True):
        body = row.tokens[prefix:]
        assert tuple(cells[: len(body)]) == body
        assert set(cells[len(body) :]) <= {-1}
    assert (layout.pad[layout.unpad] == np.arange(len(layout.tokens) - prefix)).all()
    expected = [row.tokens[place] for row in made for place in supervised_positions(row)]
    assert list(layout.target) == expected
    asked = [row.tokens[at] for row in made for at in range(prefix, len(row.tokens)) if at < row.supervised[0][0]]
    assert [layout.tokens[at] for at in layout.read] == asked
    assert np.isclose(layout.weight.sum(), 1.0)


def test_a_token_right_behind_the_prefix_is_predicted_by_the_prefix() -> None:
    row = TrainingRow(tokens=(9, 8, 7, 6), supervised=((2, 4),), prefix=2)
    layout = lay_out([row, row], 4.0)
    assert list(layout.tokens) == [9, 8, 7, 6, 7, 6]
    assert list(layout.source) == [1, 2, 1, 4]


def test_a_prefix_that_is_learned_or_not_shared_is_not_shared() -> None:
    one = TrainingRow(tokens=(1, 2, 3, 4), supervised=((3, 4),), prefix=2)
    assert shared_prefix([one, one]) == 2
    assert shared_prefix([one, TrainingRow(tokens=(1, 9, 3, 4), supervised=((3, 4),), prefix=2)]) == 0
    assert shared_prefix([one, TrainingRow(tokens=(1, 2, 3, 4), supervised=((1, 4),), prefix=2)]) == 0


def test_long_rows_are_cut_and_position_zero_is_never_learned() -> None:
    row = TrainingRow(tokens=tuple(range(10)), supervised=((0, 10),))
    assert supervised_positions(row) == list(range(1, 10))
    assert supervised_positions(cut(row, 4)) == [1, 2, 3]
    assert cut(row, 0) is row
