"""Turns a qna.yaml into one that reads as wished, by the fewest edits that keep the rest of its text as it is."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from labdesk.core.taxonomy.edit import insert_item, remove_item, set_field
from labdesk.core.taxonomy.yaml_source import YamlPath, read_yaml

LIKENESS = 0.6
MAX_COMPARED = 2_000
"""Characters of an item that are looked at to find its earlier version."""


def rewrite(data: bytes, goal: Any) -> bytes:
    """The file with `goal` as its data. Raises TaxonomyError when its text is written in too unusual a way, and Fault
    when it is not YAML.
    """
    return _to(data, (), read_yaml(data).data, goal)


def _to(data: bytes, path: YamlPath, now: Any, goal: Any) -> bytes:
    if same(now, goal):
        return data
    if isinstance(now, Mapping) and isinstance(goal, Mapping):
        return _mapping_to(data, path, now, goal)
    if isinstance(now, list) and isinstance(goal, list) and now and goal:
        return _list_to(data, path, now, goal)
    return set_field(data, path, goal)


def _mapping_to(data: bytes, path: YamlPath, now: Mapping[Any, Any], goal: Mapping[Any, Any]) -> bytes:
    for key, value in goal.items():
        inner = (*path, str(key))
        data = _to(data, inner, now[key], value) if key in now else set_field(data, inner, value)
    for key in now:
        if key not in goal:
            data = remove_item(data, (*path, str(key)))
    return data


def _list_to(data: bytes, path: YamlPath, now: Sequence[Any], goal: Sequence[Any]) -> bytes:
    """From the end to the front, so that the places of what is still to come stay. Items are added before others are
    taken out, so that a list that the file shows as a block never becomes an empty `[]` on the way."""
    steps = list(_steps(now, goal))
    for origin, target in reversed(steps):
        if origin is not None and target is not None:
            data = _to(data, (*path, origin), now[origin], goal[target])
    place = len(now)
    added: list[tuple[int, Any]] = []
    for origin, target in reversed(steps):
        if origin is not None:
            place = origin
        elif target is not None:
            added.append((place, goal[target]))
    for place, value in added:
        data = insert_item(data, path, place, value)
    gone = [origin for origin, target in steps if target is None]
    shift = {origin: sum(1 for place, _ in added if place <= (origin or 0)) for origin in gone}
    for origin in reversed(gone):
        assert origin is not None
        data = remove_item(data, (*path, origin + shift[origin]))
    return data


def _steps(now: Sequence[Any], goal: Sequence[Any]) -> Iterator[tuple[int | None, int | None]]:
    """(old place, new place) in the order of the result; None for an item that is new or taken out."""
    partner = dict(pairs_of(now, goal))
    taken = set(partner.values())
    origin = 0
    back = {target: source for source, target in partner.items()}
    for target in range(len(goal)):
        if target in taken:
            source = back[target]
            yield from ((gone, None) for gone in range(origin, source))
            origin = source + 1
            yield source, target
        else:
            yield None, target
    yield from ((gone, None) for gone in range(origin, len(now)))


def pairs_of(old: Sequence[Any], new: Sequence[Any]) -> list[tuple[int, int]]:
    """Which item of `old` became which of `new`, in rising order: equal ones, then edited ones between them."""
    left, right = [repr(one) for one in old], [repr(one) for one in new]
    pairs: list[tuple[int, int]] = []
    for kind, i1, i2, j1, j2 in difflib.SequenceMatcher(None, left, right, autojunk=False).get_opcodes():
        if kind == "equal":
            pairs += zip(range(i1, i2), range(j1, j2), strict=True)
        elif kind == "replace":
            pairs += _edited_pairs(old, new, (i1, i2), (j1, j2))
    return pairs


def _edited_pairs(
    old: Sequence[Any], new: Sequence[Any], left: tuple[int, int], right: tuple[int, int]
) -> Iterator[tuple[int, int]]:
    """In a run where items differ: as many on both sides are each other's edits; else those that are alike."""
    if left[1] - left[0] == right[1] - right[0] and left[1] - left[0] == 1:
        yield left[0], right[0]
        return
    start = right[0]
    for origin in range(*left):
        for target in range(start, right[1]):
            if _alike(old[origin], new[target]):
                yield origin, target
                start = target + 1
                break


def _alike(one: Any, other: Any) -> bool:
    """Whether two items are versions of each other: they share a field's value, or most of their words."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        shared = (key for key in one if key in other and isinstance(one[key], str) and len(one[key].strip()) > 3)
        if any(one[key] == other[key] for key in shared):
            return True
    left, right = repr(one)[:MAX_COMPARED].split(), repr(other)[:MAX_COMPARED].split()
    return difflib.SequenceMatcher(None, left, right, autojunk=False).ratio() > LIKENESS


def same(one: Any, other: Any) -> bool:
    """Equal, and of the same types: true is not 1. The order of keys does not count."""
    return repr(_ordered(one)) == repr(_ordered(other))


def _ordered(value: Any) -> Any:
    if isinstance(value, Mapping):
        return [(key, _ordered(value[key])) for key in sorted(value, key=repr)]
    if isinstance(value, list | tuple):
        return [_ordered(inner) for inner in value]
    return value
