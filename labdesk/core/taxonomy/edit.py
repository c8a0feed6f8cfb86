"""Changes one field of a qna.yaml and not one character elsewhere: comments, quoting, line ends and indentation stay.

Every function takes and returns the bytes of the file, finds the span of the part to change, writes the new text
there, parses the result and compares it with what was meant. A result that differs is thrown away with a TaxonomyError.
A change that changes nothing returns the very same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

import yaml

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.edit_plans import Plan, adding, insertion, moving, removal, replacing
from labdesk.core.taxonomy.problem import where_of
from labdesk.core.taxonomy.spans import is_block_scalar, removals_of_key
from labdesk.core.taxonomy.yaml_source import Fault, YamlPath, YamlSource, read_yaml

Planner = Callable[[YamlSource], Iterable[Plan]]


def set_field(data: bytes, path: YamlPath, value: Any) -> bytes:
    """Give the field at `path` a new value; a missing last key is added to its mapping. Raises TaxonomyError."""
    source = _open(data)
    if not path:
        raise TaxonomyError("There is no field to change.")
    exists = source.find(path) is not None
    goal = _plain(source.data if source.data is not None else {})
    parent = _at(goal, path[:-1])
    if exists and _same(_at(goal, path), _plain(value)):
        return data
    if not exists and isinstance(path[-1], int):
        return insert_item(data, path[:-1], path[-1], value)
    if not isinstance(parent, dict | list):
        raise _no_place(path)
    parent[_key(parent, path[-1])] = _plain(value)
    return _edited(source, goal, path, lambda now: (replacing if exists else adding)(now, path, value))


def insert_item(data: bytes, path: YamlPath, index: int, value: Any) -> bytes:
    """Put `value` into the list at `path` so that it becomes item `index`. Raises TaxonomyError."""
    source = _open(data)
    goal = _plain(source.data)
    items = _at(goal, path)
    if not isinstance(items, list) or not items:
        return set_field(data, path, [value])
    index = max(0, min(index, len(items)))
    items.insert(index, _plain(value))
    return _edited(source, goal, path, lambda now: insertion(now, path, index, value))


def duplicate_item(data: bytes, path: YamlPath, index: int) -> bytes:
    """Put a copy of item `index` of the list at `path` behind it, with all its fields. Raises TaxonomyError."""
    items = _at(_plain(_open(data).data), path)
    if not isinstance(items, list) or not 0 <= index < len(items):
        raise _no_place((*path, index))
    return insert_item(data, path, index + 1, items[index])


def remove_item(data: bytes, path: YamlPath) -> bytes:
    """Take out the list item or the key at `path`; comments of the neighbours stay. Raises TaxonomyError."""
    source = _open(data)
    goal = _plain(source.data)
    parent = _at(goal, path[:-1])
    if not path or source.find(path) is None or not isinstance(parent, dict | list):
        raise _no_place(path)
    del parent[_key(parent, path[-1])]

    def plan(now: YamlSource) -> Iterable[Plan]:
        if isinstance(parent, list):
            return removal(now, path[:-1], int(path[-1]))
        return [removals_of_key(now, path)]

    return _edited(source, goal, path, plan)


def move_item(data: bytes, path: YamlPath, origin: int, target: int) -> bytes:
    """Move item `origin` of the list at `path` so that it becomes item `target`; its text moves unchanged."""
    source = _open(data)
    goal = _plain(source.data)
    items = _at(goal, path)
    if not isinstance(items, list) or not 0 <= origin < len(items):
        raise _no_place((*path, origin))
    target = max(0, min(target, len(items) - 1))
    if origin == target:
        return data
    items.insert(target, items.pop(origin))
    return _edited(source, goal, (*path, origin), lambda now: moving(now, path, origin, target))


def _open(data: bytes) -> YamlSource:
    try:
        return read_yaml(data)
    except Fault as fault:
        raise TaxonomyError(
            "This leaf is not YAML, so its fields cannot be changed one by one.",
            cause=f"Line {fault.line}: {fault.message}",
            remedy="Correct that line first, in the YAML tab or with the fix beside the problem.",
        ) from None


def _edited(source: YamlSource, goal: Any, path: YamlPath, planner: Planner) -> bytes:
    """The first plan whose result reads as `goal`. Raises TaxonomyError when none does."""
    for result in _results(source, planner):
        if _reads_as(result, goal):
            return result
    raise TaxonomyError(
        f"“{where_of(path)}” cannot be changed without touching other parts of the file.",
        cause="It is written in an unusual way, for instance shared by reference (*name).",
        remedy="Change it in the YAML tab.",
    )


def _results(source: YamlSource, planner: Planner) -> Iterator[bytes]:
    """What each plan makes of the file, as it is and, if that fails, with its last line ended."""
    yield from (result for plan in planner(source) if (result := _applied(source, plan)) is not None)
    ended = _terminated(source)
    if ended is not None:
        yield from (result for plan in planner(ended) if (result := _applied(ended, plan)) is not None)


def _applied(source: YamlSource, plan: Plan) -> bytes | None:
    text = source.text
    for change in sorted(plan, key=lambda one: one.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    try:
        return source.encode(text)
    except UnicodeEncodeError:  # half of a surrogate pair: no file can hold it
        return None


def _reads_as(result: bytes, goal: Any) -> bool:
    try:
        return _same(_plain(read_yaml(result).data), goal)
    except Fault:
        return False


def _terminated(source: YamlSource) -> YamlSource | None:
    """The same data with a line break at the end, when the file stops inside a `|` or `>` text without one.

    There the missing break is part of the text, so that nothing can be put after it unless its header says so (`|-`).
    """
    last = source.node
    while isinstance(last, yaml.CollectionNode) and last.value:
        last = last.value[-1][1] if isinstance(last, yaml.MappingNode) else last.value[-1]
    if last is None or not is_block_scalar(last) or source.text.endswith("\n"):
        return None
    text, start = source.text, last.start_mark.index + 1
    while text[start] in "-+0123456789":
        start += 1
    header = text[last.start_mark.index : start].replace("+", "").replace("-", "") + "-"
    changed = text[: last.start_mark.index] + header + text[start:] + source.line_end
    try:
        result = read_yaml(source.encode(changed))
    except Fault:
        return None
    return result if _same(_plain(result.data), _plain(source.data)) else None


def _key(parent: Any, part: str | int) -> Any:
    """The key as the data has it: YAML may have read `1` or `yes` as something else than text."""
    if isinstance(parent, dict) and part not in parent:
        return next((key for key in parent if str(key) == str(part)), part)
    return part


def _at(data: Any, path: YamlPath) -> Any:
    for part in path:
        try:
            data = data[_key(data, part)]
        except (KeyError, IndexError, TypeError):
            return None
    return data


def _plain(value: Any) -> Any:
    """A copy that shares nothing: what an alias repeats becomes its own."""
    if isinstance(value, Mapping):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


def _same(left: Any, right: Any) -> bool:
    """Strict: true is not 1, 1 is not 1.0, and not-a-number equals itself."""
    return repr(left) == repr(right)


def _no_place(path: YamlPath) -> TaxonomyError:
    return TaxonomyError(f"There is no field “{where_of(path)}” in this leaf.", remedy="Reload the leaf.")
