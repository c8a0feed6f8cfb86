"""Merges three versions of plain data: mappings key by key, lists item by item."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from labdesk.core.taxonomy.rewrite import pairs_of, same
from labdesk.core.taxonomy.yaml_source import YamlPath


class Missing(msgspec.Struct, frozen=True):
    """Stands in a conflict for a field or an item that one side does not have."""


MISSING = Missing()


class Conflict(msgspec.Struct, frozen=True):
    """One place that both sides changed. `path` leads to it in the merged file; () means the file as a whole.

    A value is plain data, MISSING where that side does not have it, or the text of the file when `path` is ().
    Theirs stands in the merged file, except where they took out what mine edited: then mine does.
    """

    path: YamlPath
    base: Any
    mine: Any
    theirs: Any


def merge_values(path: YamlPath, base: Any, mine: Any, theirs: Any, conflicts: list[Conflict]) -> Any:
    """The merged plain data of one place; what both changed is added to `conflicts`. MISSING: it is to be absent."""
    if same(mine, theirs) or same(mine, base):
        return theirs
    if same(theirs, base):
        return mine
    if isinstance(mine, Mapping) and isinstance(theirs, Mapping):
        return _merge_mappings(path, base if isinstance(base, Mapping) else {}, mine, theirs, conflicts)
    if isinstance(base, list) and isinstance(mine, list) and isinstance(theirs, list):
        return _merge_lists(path, base, mine, theirs, conflicts)
    conflicts.append(Conflict(path, base, mine, theirs))
    return mine if isinstance(theirs, Missing) else theirs


def _merge_mappings(
    path: YamlPath,
    base: Mapping[Any, Any],
    mine: Mapping[Any, Any],
    theirs: Mapping[Any, Any],
    conflicts: list[Conflict],
) -> dict[Any, Any]:
    result: dict[Any, Any] = {}
    for key in [*theirs, *(key for key in mine if key not in theirs)]:
        old, one, two = (side.get(key, MISSING) for side in (base, mine, theirs))
        value = merge_values((*path, str(key)), old, one, two, conflicts)
        if not isinstance(value, Missing):
            result[key] = value
    return result


def _merge_lists(
    path: YamlPath, base: list[Any], mine: list[Any], theirs: list[Any], conflicts: list[Conflict]
) -> list[Any]:
    """In the order of `base`; what a side added stands behind the item that it was put after, theirs before mine."""
    my_items, my_new = _by_base(base, mine)
    their_items, their_new = _by_base(base, theirs)
    added = [item for items in their_new.values() for item in items]
    result: list[Any] = []
    for place in range(-1, len(base)):
        if place >= 0:
            one, two = my_items.get(place, MISSING), their_items.get(place, MISSING)
            value = merge_values((*path, len(result)), base[place], one, two, conflicts)
            if not isinstance(value, Missing):
                result.append(value)
        result += their_new.get(place, [])
        result += [item for item in my_new.get(place, []) if not any(same(item, other) for other in added)]
    return result


def _by_base(base: Sequence[Any], side: Sequence[Any]) -> tuple[dict[int, Any], dict[int, list[Any]]]:
    """(what became of each item of base, what is new behind each; -1 stands for the beginning)."""
    origin = {target: source for source, target in pairs_of(base, side)}
    items: dict[int, Any] = {}
    new: dict[int, list[Any]] = {}
    behind = -1
    for number, item in enumerate(side):
        if number in origin:
            behind = origin[number]
            items[behind] = item
        else:
            new.setdefault(behind, []).append(item)
    return items, new
