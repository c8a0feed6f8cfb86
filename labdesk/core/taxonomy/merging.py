"""Three versions of a qna.yaml become one: what was loaded, what the person made of it, what another program did.

Changes to different fields are both kept. Where both changed the same field, the version on disk (theirs) stands in the
result and the conflict is returned as data, for the person to decide. Lists are compared item by item, so that a seed
example that one side added and another that the other side edited do not meet.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from typing import Any

import msgspec

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.edit import remove_item, set_field
from labdesk.core.taxonomy.merge_values import MISSING, Conflict, Missing, merge_values
from labdesk.core.taxonomy.rewrite import rewrite, same
from labdesk.core.taxonomy.yaml_source import Fault, YamlPath, read_yaml

MOST_COMPARED = 250_000
"""Pairs of lines. Beyond that a changed part is taken as one whole: it would take seconds to find what it shares."""


class Merge(msgspec.Struct, frozen=True):
    """The merged file, with theirs where both changed the same. Without conflicts it can be written as it is.

    `lost_comments` are comment lines that only mine has and that found no place in the result.
    """

    data: bytes
    conflicts: tuple[Conflict, ...] = ()
    lost_comments: tuple[str, ...] = ()


def merge(base: bytes, mine: bytes, theirs: bytes) -> Merge:
    """Merge two descendants of `base`. Never raises and never drops a change unsaid."""
    if mine in (base, theirs):
        return Merge(theirs)
    if theirs == base:
        return Merge(mine)
    try:
        old, one, two = (read_yaml(data).data for data in (base, mine, theirs))
    except Fault:
        return _by_lines(base, mine, theirs)
    conflicts: list[Conflict] = []
    goal = merge_values((), old, one, two, conflicts)
    lines = merge_lines(base, mine, theirs)
    if not conflicts and lines is not None and _reads_as(lines, goal):
        return Merge(lines)  # keeps the comments of both
    try:
        result = rewrite(theirs, goal)
        return Merge(result, tuple(conflicts), _lost_comments(base, mine, result))
    except (TaxonomyError, Fault):
        return Merge(theirs, (_whole(base, mine, theirs),))


def resolve(data: bytes, conflict: Conflict, value: Any) -> bytes:
    """The merged file with `value` at the place of a conflict: its `mine`, its `theirs`, or something third.

    Resolve conflicts from the last to the first: taking out an item moves those behind it. Raises TaxonomyError.
    """
    if not conflict.path:
        return str(value).encode("utf-8")
    if isinstance(value, Missing):
        exists = _at(data, conflict.path) is not MISSING
        return remove_item(data, conflict.path) if exists else data
    return set_field(data, conflict.path, value)


def merge_lines(base: bytes, mine: bytes, theirs: bytes) -> bytes | None:
    """Merge line by line; None when both changed the same or neighbouring lines."""
    old, one, two = (data.splitlines(keepends=True) for data in (base, mine, theirs))
    changes = sorted([*_changes(old, one), *_changes(old, two)], key=lambda change: (change[0], change[1]))
    result: list[bytes] = []
    position = 0
    for number, (start, stop, lines) in enumerate(changes):
        if number and changes[number - 1] == (start, stop, lines):
            continue
        if number and start <= changes[number - 1][1]:
            return None
        result += old[position:start] + lines
        position = stop
    return b"".join(result + old[position:])


def _changes(old: list[bytes], new: list[bytes]) -> Iterator[tuple[int, int, list[bytes]]]:
    """What differs; the lines that both begin and end with are not looked at twice (a long leaf has thousands)."""
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    stop = 0
    while stop < shortest - start and old[-1 - stop] == new[-1 - stop]:
        stop += 1
    inner, now = old[start : len(old) - stop], new[start : len(new) - stop]
    if len(inner) * len(now) > MOST_COMPARED:
        yield start, start + len(inner), now
        return
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, inner, now, autojunk=False).get_opcodes():
        if kind != "equal":
            yield start + i1, start + i2, now[j1:j2]


def _by_lines(base: bytes, mine: bytes, theirs: bytes) -> Merge:
    """For a file that is not YAML, now or on one of the sides."""
    lines = merge_lines(base, mine, theirs)
    return Merge(lines) if lines is not None else Merge(theirs, (_whole(base, mine, theirs),))


def _whole(base: bytes, mine: bytes, theirs: bytes) -> Conflict:
    return Conflict((), *(data.decode("utf-8", errors="replace") for data in (base, mine, theirs)))


def _lost_comments(base: bytes, mine: bytes, result: bytes) -> tuple[str, ...]:
    known = {line.strip() for data in (base, result) for line in data.splitlines()}
    lines = (line.strip() for line in mine.splitlines())
    return tuple(line.decode("utf-8") for line in lines if line.startswith(b"#") and line not in known)


def _reads_as(data: bytes, goal: Any) -> bool:
    try:
        return same(read_yaml(data).data, goal)
    except Fault:
        return False


def _at(data: bytes, path: YamlPath) -> Any:
    value = read_yaml(data).data
    try:
        for part in path:
            value = value[part]
    except (KeyError, IndexError, TypeError):
        return MISSING
    return value
