"""Changes one field of a qna.yaml and not one character elsewhere: comments, quoting, line ends and indentation stay.

Every function takes and returns the bytes of the file, finds the span of the part to change, writes the new text
there, parses the result and compares it with what was meant. A result that differs is thrown away with a TaxonomyError.
A change that changes nothing returns the very same bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.problem import Replacement, where_of
from labdesk.core.taxonomy.render import Style, block_lines, one_scalar, scalar_candidates, style_of
from labdesk.core.taxonomy.spans import content_end, is_block_scalar, is_flow, item_lines, line_stop, removal_of_key
from labdesk.core.taxonomy.yaml_source import Fault, YamlPath, YamlSource, read_yaml


def set_field(data: bytes, path: YamlPath, value: Any) -> bytes:
    """Give the field at `path` a new value; a missing last key is added to its mapping. Raises TaxonomyError."""
    source = _open(data)
    if not path:
        raise TaxonomyError("There is no field to change.")
    node = source.find(path)
    goal = _plain(source.data if source.data is not None else {})
    parent = _at(goal, path[:-1])
    if node is not None and _same(_at(goal, path), _plain(value)):
        return data
    if node is None and isinstance(path[-1], int):
        return insert_item(data, path[:-1], path[-1], value)
    if not isinstance(parent, dict | list):
        raise _no_place(path)
    parent[_key(parent, path[-1])] = _plain(value)
    changes = _replacing(source, node, path, value) if node is not None else _adding(source, path, value)
    return _first_that_fits(source, changes, goal, path)


def insert_item(data: bytes, path: YamlPath, index: int, value: Any) -> bytes:
    """Put `value` into the list at `path` so that it becomes item `index`. Raises TaxonomyError."""
    source = _open(data)
    goal = _plain(source.data)
    items, sequence = _at(goal, path), source.find(path)
    if not isinstance(items, list) or not items:
        return set_field(data, path, [value])
    if not isinstance(sequence, yaml.SequenceNode):
        raise _no_place(path)
    index = max(0, min(index, len(items)))
    items.insert(index, _plain(value))
    return _first_that_fits(source, [_insertion(source, sequence, index, value)], goal, path)


def remove_item(data: bytes, path: YamlPath) -> bytes:
    """Take out the list item or the key at `path`; comments of the neighbours stay. Raises TaxonomyError."""
    source = _open(data)
    goal = _plain(source.data)
    parent = _at(goal, path[:-1])
    if not path or source.find(path) is None or not isinstance(parent, dict | list):
        raise _no_place(path)
    del parent[_key(parent, path[-1])]
    if isinstance(parent, dict):
        change = removal_of_key(source, path)
    else:
        change = _removal(source, source.find(path[:-1]), int(path[-1]))
    return _first_that_fits(source, [change] if change else [], goal, path)


def move_item(data: bytes, path: YamlPath, origin: int, target: int) -> bytes:
    """Move item `origin` of the list at `path` so that it becomes item `target`; its text moves unchanged."""
    source = _open(data)
    goal = _plain(source.data)
    items, sequence = _at(goal, path), source.find(path)
    if not isinstance(items, list) or not isinstance(sequence, yaml.SequenceNode) or not 0 <= origin < len(items):
        raise _no_place((*path, origin))
    target = max(0, min(target, len(items) - 1))
    if origin == target:
        return data
    items.insert(target, items.pop(origin))
    spans = [item_lines(source.text, sequence, number) for number in range(len(sequence.value))]
    wanted = list(range(len(spans)))
    wanted.insert(target, wanted.pop(origin))
    low, high = min(origin, target), max(origin, target)
    changes: list[Replacement] = []
    for place in range(low, high + 1):
        old, new = spans[place], spans[wanted[place]]
        if is_flow(sequence) or old is None or new is None:
            raise _cannot((*path, origin))
        changes.append(Replacement(*old, _with_break_like(source, source.text[slice(*new)], old)))
    return _verified(source, changes, goal, (*path, origin))


def _open(data: bytes) -> YamlSource:
    try:
        return read_yaml(data)
    except Fault as fault:
        raise TaxonomyError(
            "This leaf is not YAML, so its fields cannot be changed one by one.",
            cause=f"Line {fault.line}: {fault.message}",
            remedy="Correct that line first, in the YAML tab or with the fix beside the problem.",
        ) from None


def _replacing(source: YamlSource, node: yaml.Node, path: YamlPath, value: Any) -> Iterable[Replacement]:
    """Ways to write `value` where `node` stands now."""
    text, style = source.text, style_of(source)
    start, end = node.start_mark.index, content_end(source.text, node)
    column, flow = _column(source, path), _in_flow(source, path)
    if isinstance(value, Mapping | list | tuple):
        yield from _replacing_by_block(source, node, path, value, style)
        return
    if not isinstance(node, yaml.ScalarNode):
        start = _after_key(source, path, start)
    shape = node.style or None if isinstance(node, yaml.ScalarNode) else style.quote
    tail, comment = _rest_of_line(text, end), ""
    if isinstance(node, yaml.ScalarNode) and is_block_scalar(node):
        style = _as_written(source, node, style, column)
        header = re.match(r"[|>][-+0-9]*([ \t]+#[^\r\n]*)?", text[start:end])
        tail, comment = "", (header.group(1) or "") if header else ""
    lead = "" if text[start - 1 : start] in (" ", "") or start == end == 0 else " "
    for candidate in scalar_candidates(value, style, shape, column, flow=flow):
        first, line_break, rest = candidate.partition(style.line_end)
        if line_break and candidate[:1] in "|>":
            yield Replacement(start, end + len(tail), f"{lead}{first}{comment or tail}{line_break}{rest}")
        yield Replacement(start, end, lead + candidate + comment)


def _replacing_by_block(
    source: YamlSource, node: yaml.Node, path: YamlPath, value: Any, style: Style
) -> Iterable[Replacement]:
    column = _column(source, path)
    start, end = _after_key(source, path, node.start_mark.index), content_end(source.text, node)
    if isinstance(path[-1], int) or not value:
        body = block_lines(value, style, column + style.dash_width)
        yield Replacement(node.start_mark.index, end, style.line_end.join(body))
        yield Replacement(start, end, " " + style.line_end.join(body))
        return
    inner = column + (style.step if isinstance(value, Mapping) else style.sequence_offset)
    lines = block_lines(value, style, inner)
    yield Replacement(start, end, style.line_end.join(["", " " * inner + lines[0], *lines[1:]]))


def _adding(source: YamlSource, path: YamlPath, value: Any) -> Iterable[Replacement]:
    """The new `key: value` as the last of its mapping."""
    style, text = style_of(source), source.text
    mapping = source.find(path[:-1])
    if source.node is None:
        body = style.line_end.join(block_lines({path[-1]: value}, style, 0))
        yield Replacement(len(text), len(text), _break_before(text, len(text), style) + body + style.line_end)
        return
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        raise _no_place(path)
    end = content_end(text, mapping)
    if mapping.flow_style:
        last = mapping.value[-1][1].end_mark.index
        key = one_scalar(str(path[-1]), Style(), 0)
        for candidate in scalar_candidates(value, style, style.quote, 0, flow=True):
            yield Replacement(last, last, f", {key}: {candidate}")
        return
    column = mapping.value[0][0].start_mark.column
    place = line_stop(text, end - 1) if end else 0
    body = style.line_end.join(block_lines({path[-1]: value}, style, column))
    lead = _break_before(text, place, style) + " " * column
    yield Replacement(place, place, lead + body + _break_after(text, place, style))


def _insertion(source: YamlSource, sequence: yaml.SequenceNode, index: int, value: Any) -> Replacement:
    text, style = source.text, style_of(source)
    if sequence.flow_style:
        body = double_line(value)
        if index < len(sequence.value):
            place = sequence.value[index].start_mark.index
            return Replacement(place, place, f"{body}, ")
        place = sequence.value[-1].end_mark.index
        return Replacement(place, place, f", {body}")
    column = sequence.start_mark.column
    lines = block_lines([value], style, column)
    around = item_lines(text, sequence, max(0, index - 1))
    if around is None:
        raise _cannot(())
    place = around[1] if index else around[0]
    body = " " * column + style.line_end.join(lines)
    return Replacement(place, place, _break_before(text, place, style) + body + _break_after(text, place, style))


def double_line(value: Any) -> str:
    """A value on one line, for lists in square brackets."""
    dumped = yaml.safe_dump(value, default_flow_style=True, width=float("inf"), allow_unicode=True, sort_keys=False)
    return dumped.removesuffix("\n").removesuffix("\n...").strip()


def _removal(source: YamlSource, sequence: yaml.Node | None, index: int) -> Replacement | None:
    if not isinstance(sequence, yaml.SequenceNode):
        return None
    text, items = source.text, sequence.value
    if len(items) == 1:
        return Replacement(sequence.start_mark.index, content_end(text, sequence), "[]")
    if sequence.flow_style:
        if index + 1 < len(items):
            return Replacement(items[index].start_mark.index, items[index + 1].start_mark.index, "")
        return Replacement(items[index - 1].end_mark.index, items[index].end_mark.index, "")
    lines = item_lines(text, sequence, index)
    if lines is None:
        return None
    start, end = lines
    if end == len(text) and not text.endswith("\n"):  # the file goes on ending without a line break
        start -= len(source.line_end)
    return Replacement(start, end, "")


def _with_break_like(source: YamlSource, moved: str, old: tuple[int, int]) -> str:
    """`moved` with a line break at its end exactly when the lines that it replaces have one."""
    bare = moved.removesuffix("\n").removesuffix("\r")
    return bare + source.line_end if source.text[slice(*old)].endswith("\n") else bare


def _first_that_fits(source: YamlSource, changes: Iterable[Replacement], goal: Any, path: YamlPath) -> bytes:
    for change in changes:
        try:
            return _verified(source, [change], goal, path)
        except TaxonomyError:
            continue
    raise _cannot(path)


def _verified(source: YamlSource, changes: list[Replacement], goal: Any, path: YamlPath) -> bytes:
    """Apply, parse, compare. Raises TaxonomyError when the file would not say what was meant."""
    text = source.text
    for change in sorted(changes, key=lambda one: one.start, reverse=True):
        text = text[: change.start] + change.text + text[change.end :]
    try:
        result = source.encode(text)
        if _same(_plain(read_yaml(result).data), goal):
            return result
    except (Fault, UnicodeEncodeError):
        pass
    raise _cannot(path)


def _after_key(source: YamlSource, path: YamlPath, start: int) -> int:
    """Offset after the colon (or dash) that leads to the value at `path`."""
    before = source.text[:start].rstrip(" \r\n\t")
    return len(before) if before.endswith((":", "-")) else start


def _column(source: YamlSource, path: YamlPath) -> int:
    """Column of the key or dash that the value at `path` hangs on."""
    parent = source.find(path[:-1])
    if isinstance(parent, yaml.MappingNode):
        for key, _ in parent.value:
            if key.value == str(path[-1]):
                return int(key.start_mark.column)
    return int(parent.start_mark.column) if parent is not None else 0


def _in_flow(source: YamlSource, path: YamlPath) -> bool:
    return any(node is not None and is_flow(node) for node in (source.find(path[:i]) for i in range(len(path))))


def _as_written(source: YamlSource, node: yaml.ScalarNode, style: Style, column: int) -> Style:
    """`style` with the indentation that this very block text has."""
    for line in source.text[node.start_mark.index : node.end_mark.index].splitlines()[1:]:
        if line.strip():
            step = len(line) - len(line.lstrip(" ")) - column
            return Style(max(1, step), style.sequence_offset, style.dash_width, style.quote, style.line_end)
    return style


def _rest_of_line(text: str, end: int) -> str:
    """A comment that follows on the same line, with the blanks before it; else nothing."""
    rest = text[end : line_stop(text, end)].rstrip("\r\n")
    return rest if rest.lstrip(" \t").startswith("#") else ""


def _break_before(text: str, place: int, style: Style) -> str:
    return style.line_end if place and not text[:place].endswith("\n") else ""


def _break_after(text: str, place: int, style: Style) -> str:
    return "" if place == len(text) and text and not text.endswith("\n") else style.line_end


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


def _cannot(path: YamlPath) -> TaxonomyError:
    return TaxonomyError(
        f"“{where_of(path)}” cannot be changed without touching other parts of the file.",
        cause="It is written in an unusual way, for instance shared by reference (*name).",
        remedy="Change it in the YAML tab.",
    )
