"""Two texts beside each other: nothing is lost, nothing is made up, and the middle of what is equal is left out."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from labdesk.core.line_diff import DiffRow, side_by_side

LINES = st.lists(
    st.sampled_from(["a: 1", "b: two words", "b: three words", "  - c", "", "ü – é", "z" * 90]), max_size=25
)


@given(LINES, LINES)
@example(["", "a: 1"], ["", "a: 1", ""])
@example(["a: 1"], ["a: 1", ""])
def test_both_texts_can_be_read_off_the_rows(old: list[str], new: list[str]) -> None:
    rows = side_by_side("\n".join(old), "\n".join(new), context=None)
    if not rows:
        assert "\n".join(old) == "\n".join(new)
        return
    left = [row for row in rows if row.left_number]
    right = [row for row in rows if row.right_number]
    assert [row.left for row in left] == "\n".join(old).splitlines()
    assert [row.right for row in right] == "\n".join(new).splitlines()
    assert [row.left_number for row in left] == list(range(1, len(left) + 1))
    assert [row.right_number for row in right] == list(range(1, len(right) + 1))
    only_line_ends = left == right
    for row in rows[:-1] if only_line_ends else rows:
        assert (row.kind == "same") == (row.left_number > 0 < row.right_number and row.left == row.right)
        for text, spans in ((row.left, row.left_spans), (row.right, row.right_spans)):
            assert all(0 <= start < end <= len(text) for start, end in spans)


@given(LINES, LINES, st.integers(0, 3))
@example(["", "a: 1"], ["", "a: 1", ""], 0)
def test_with_context_every_change_stays_and_gaps_count_right(old: list[str], new: list[str], context: int) -> None:
    before, after = "\n".join(old), "\n".join(new)
    rows = side_by_side(before, after, context=context)
    whole = side_by_side(before, after, context=None)
    assert [row for row in rows if row.kind not in ("same", "gap")] == [row for row in whole if row.kind != "same"]
    shown = sum(row.left_number if row.kind == "gap" else row.left_number > 0 for row in rows)
    assert shown == (len(before.splitlines()) if rows else 0)


def test_the_words_that_differ_are_marked() -> None:
    (row,) = side_by_side("answer: It was lit in 1895.", "answer: It was lit in 1896.")
    assert row.kind == "changed"
    assert [row.left[start:end] for start, end in row.left_spans] == ["1895"]
    assert [row.right[start:end] for start, end in row.right_spans] == ["1896"]


def test_equal_texts_have_no_rows_and_a_missing_last_line_end_has_one() -> None:
    assert side_by_side("a\nb\n", "a\nb\n") == ()
    assert side_by_side("a\nb", "a\nb\n") == (DiffRow("same", 1, "a", 1, "a"), DiffRow("changed", 2, "b", 2, "b"))


def test_too_many_rows_end_in_a_gap() -> None:
    rows = side_by_side("", "\n".join(f"line {number}" for number in range(500)), most=20)
    assert len(rows) == 21
    assert rows[-1] == DiffRow("gap", 480)


def test_a_long_text_with_many_changes_is_quick() -> None:
    old = "\n".join(f"- question: {number}\n  answer: it is {number}" for number in range(6_000))
    assert len(side_by_side(old, old.replace("it is 7", "it was 7"))) > 100
