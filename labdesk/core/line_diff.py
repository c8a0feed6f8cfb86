"""Two versions of a text beside each other, line by line: what is the same, changed, added, removed. Plain data."""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterator
from typing import Literal

import msgspec

Kind = Literal["same", "changed", "added", "removed", "gap"]
CONTEXT = 3
MOST_ROWS = 2_000
#: Beyond these, lines are matched roughly and words within them not at all: an answer within a second matters more.
_EXACT_LINES = 3_000
_LONGEST_LINE = 4_000

Spans = tuple[tuple[int, int], ...]


class DiffRow(msgspec.Struct, frozen=True, array_like=True):
    """One line of both sides. Numbers count from 1; 0 where a side has no line. `left_spans` and `right_spans` are the
    characters (start, end) that differ within a changed line. A "gap" stands for `left_number` lines that are the same;
    at the very end for lines that were too many.
    """

    kind: Kind
    left_number: int = 0
    left: str = ""
    right_number: int = 0
    right: str = ""
    left_spans: Spans = ()
    right_spans: Spans = ()


def side_by_side(
    before: str, after: str, *, context: int | None = CONTEXT, most: int = MOST_ROWS
) -> tuple[DiffRow, ...]:
    """The rows, with `context` equal lines around each change (all of them when None); nothing when both are equal."""
    if before == after:
        return ()
    old, new = before.splitlines(), after.splitlines()
    rows: list[DiffRow] = []
    for row in _only_line_ends(old, context) if old == new else _rows(old, new, context):
        if len(rows) == most:
            rows.append(DiffRow("gap", len(new) - max((one.right_number for one in rows), default=0)))
            break
        rows.append(row)
    return tuple(rows)


def _only_line_ends(lines: list[str], context: int | None) -> Iterator[DiffRow]:
    """The same words with other line ends: the last line stands for all of them."""
    last = len(lines) - 1
    yield from _equal(lines[:last], 0, last, 0, context, first=True, last=False)
    yield DiffRow("changed", last + 1, lines[last], last + 1, lines[last])


def _rows(old: list[str], new: list[str], context: int | None) -> Iterator[DiffRow]:
    matcher = difflib.SequenceMatcher(None, old, new, autojunk=len(old) + len(new) > _EXACT_LINES)
    last = len(matcher.get_opcodes()) - 1
    for number, (tag, i, i_end, j, j_end) in enumerate(matcher.get_opcodes()):
        if tag == "equal":
            yield from _equal(old, i, i_end, j, context, first=number == 0, last=number == last)
        else:
            yield from _block(old[i:i_end], new[j:j_end], i, j)


def _equal(
    old: list[str], i: int, end: int, j: int, context: int | None, *, first: bool, last: bool
) -> Iterator[DiffRow]:
    """Equal lines, the middle of many left out."""
    head = 0 if first or context is None else context
    tail = 0 if last or context is None else context
    count = end - i
    if context is None or (count <= head + tail + 1 and not (first and last)):
        head, tail = count, 0
    for k in range(head):
        yield DiffRow("same", i + k + 1, old[i + k], j + k + 1, old[i + k])
    if count > head + tail:
        yield DiffRow("gap", count - head - tail)
    for k in range(count - tail, count):
        yield DiffRow("same", i + k + 1, old[i + k], j + k + 1, old[i + k])


def _block(old: list[str], new: list[str], i: int, j: int) -> Iterator[DiffRow]:
    """Lines that differ: those that are alike beside each other, in order; the others alone."""
    k = m = 0
    while k < len(old) or m < len(new):
        if k < len(old) and m < len(new) and (len(old) - k == len(new) - m or _alike(old[k], new[m])):
            left, right = _spans(old[k], new[m])
            yield DiffRow("changed", i + k + 1, old[k], j + m + 1, new[m], left, right)
            k, m = k + 1, m + 1
        elif k < len(old) and (m == len(new) or len(old) - k > len(new) - m):
            yield DiffRow("removed", i + k + 1, old[k])
            k += 1
        else:
            yield DiffRow("added", 0, "", j + m + 1, new[m])
            m += 1


def _alike(one: str, other: str) -> bool:
    if max(len(one), len(other)) > _LONGEST_LINE:
        return False
    matcher = difflib.SequenceMatcher(None, one.strip(), other.strip(), autojunk=False)
    return matcher.real_quick_ratio() > 0.5 and matcher.quick_ratio() > 0.5


def _spans(one: str, other: str) -> tuple[Spans, Spans]:
    """The words that differ. Nothing for lines that have too little in common: they differ as a whole."""
    if max(len(one), len(other)) > _LONGEST_LINE:
        return (), ()
    left, right = _words(one), _words(other)
    matcher = difflib.SequenceMatcher(None, left, right, autojunk=False)
    if matcher.ratio() < 0.3:
        return (), ()
    found: tuple[list[tuple[int, int]], list[tuple[int, int]]] = ([], [])
    for tag, i, i_end, j, j_end in matcher.get_opcodes():
        if tag != "equal":
            for side, words, start, end in ((0, left, i, i_end), (1, right, j, j_end)):
                if end > start:
                    at = sum(map(len, words[:start]))
                    found[side].append((at, at + sum(map(len, words[start:end]))))
    return tuple(found[0]), tuple(found[1])


def _words(text: str) -> list[str]:
    return re.findall(r"\w+|\s+|[^\w\s]", text)
