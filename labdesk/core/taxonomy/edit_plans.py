"""Plans an edit: the replacements of characters that would give a field its new value, most welcome first.

A plan promises nothing; `edit` applies it, reads the result and keeps it only when it says what was meant.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

import yaml

from labdesk.core.taxonomy.problem import Replacement
from labdesk.core.taxonomy.render import Style, block_lines, scalar_candidates, style_of
from labdesk.core.taxonomy.spans import content_end, is_block_scalar, is_flow, item_lines, line_stop
from labdesk.core.taxonomy.yaml_source import YamlPath, YamlSource

Plan = list[Replacement]


def replacing(source: YamlSource, path: YamlPath, value: Any) -> Iterator[Plan]:
    """Ways to write `value` where the node at `path` stands now."""
    node = source.find(path)
    if node is not None:
        for change in _replacements(source, node, path, value):
            yield [change]


def _replacements(source: YamlSource, node: yaml.Node, path: YamlPath, value: Any) -> Iterator[Replacement]:
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
        end += len(text[end:]) - len(text[end:].lstrip(" \t"))  # blanks that ended the old text's last line
    lead = "" if text[start - 1 : start] in (" ", "") or start == end == 0 else " "
    for candidate in scalar_candidates(value, style, shape, column, flow=flow):
        first, line_break, rest = candidate.partition(style.line_end)
        if line_break and candidate[:1] in "|>":
            yield Replacement(start, end + len(tail), f"{lead}{first}{comment or tail}{line_break}{rest}")
        yield Replacement(start, end, lead + candidate + comment)


def _replacing_by_block(
    source: YamlSource, node: yaml.Node, path: YamlPath, value: Any, style: Style
) -> Iterator[Replacement]:
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


def adding(source: YamlSource, path: YamlPath, value: Any) -> Iterator[Plan]:
    """The new `key: value` as the last of its mapping."""
    style, text = style_of(source), source.text
    mapping = source.find(path[:-1])
    if source.node is None:
        body = style.line_end.join(block_lines({path[-1]: value}, style, 0))
        yield [Replacement(len(text), len(text), _break_before(text, len(text), style) + body + style.line_end)]
        return
    if not isinstance(mapping, yaml.MappingNode) or not mapping.value:
        return
    if mapping.flow_style:
        last = mapping.value[-1][1].end_mark.index
        yield [Replacement(last, last, f", {_one_line({path[-1]: value})[1:-1]}")]
        return
    column = mapping.value[0][0].start_mark.column
    place = line_stop(text, content_end(text, mapping))
    body = " " * column + style.line_end.join(block_lines({path[-1]: value}, style, column))
    yield from _whole_lines(text, place, body, style)


def insertion(source: YamlSource, path: YamlPath, index: int, value: Any) -> Iterator[Plan]:
    """The new item on lines of its own, after the item before it."""
    text, style, sequence = source.text, style_of(source), source.find(path)
    if not isinstance(sequence, yaml.SequenceNode):
        return
    if sequence.flow_style:
        body = _one_line(value)
        if index < len(sequence.value):
            place = sequence.value[index].start_mark.index
            yield [Replacement(place, place, f"{body}, ")]
        else:
            place = sequence.value[-1].end_mark.index
            yield [Replacement(place, place, f", {body}")]
        return
    around = item_lines(text, sequence, max(0, index - 1))
    if around is not None:
        column = sequence.start_mark.column
        body = " " * column + style.line_end.join(block_lines([value], style, column))
        yield from _whole_lines(text, around[1] if index else around[0], body, style)


def _whole_lines(text: str, place: int, body: str, style: Style) -> Iterator[Plan]:
    """`body` as lines of its own at `place`; a file without a last line break goes on without one where that works."""
    before = style.line_end if place and not text[:place].endswith("\n") else ""
    if before and place == len(text):
        yield [Replacement(place, place, before + body)]
    yield [Replacement(place, place, before + body + style.line_end)]


def _one_line(value: Any) -> str:
    """A value on one line, for lists in square brackets."""
    dumped = yaml.safe_dump(value, default_flow_style=True, width=float("inf"), allow_unicode=True, sort_keys=False)
    return dumped.removesuffix("\n").removesuffix("\n...").strip()


def removal(source: YamlSource, path: YamlPath, index: int) -> Iterator[Plan]:
    """The item's lines, or its place between the commas, taken out."""
    sequence = source.find(path)
    if not isinstance(sequence, yaml.SequenceNode):
        return
    text, items = source.text, sequence.value
    if len(items) == 1:
        yield [Replacement(sequence.start_mark.index, content_end(text, sequence), "[]")]
    elif sequence.flow_style and index + 1 < len(items):
        yield [Replacement(items[index].start_mark.index, items[index + 1].start_mark.index, "")]
    elif sequence.flow_style:
        yield [Replacement(items[index - 1].end_mark.index, items[index].end_mark.index, "")]
    elif (lines := item_lines(text, sequence, index)) is not None:
        start, end = lines
        if end == len(text) and not text.endswith("\n"):  # the file goes on ending without a line break
            yield [Replacement(start - len(source.line_end), end, "")]
        yield [Replacement(start, end, "")]


def moving(source: YamlSource, path: YamlPath, origin: int, target: int) -> Iterator[Plan]:
    """The lines of the items between the two places, dealt out anew; what stands between the items stays."""
    sequence = source.find(path)
    if not isinstance(sequence, yaml.SequenceNode) or is_flow(sequence):
        return
    order = list(range(len(sequence.value)))
    order.insert(target, order.pop(origin))
    plan: Plan = []
    for place in range(min(origin, target), max(origin, target) + 1):
        old = item_lines(source.text, sequence, place)
        new = item_lines(source.text, sequence, order[place])
        if old is None or new is None:
            return
        plan.append(Replacement(*old, _with_break_like(source, source.text[slice(*new)], old)))
    yield plan


def _with_break_like(source: YamlSource, moved: str, old: tuple[int, int]) -> str:
    """`moved` with a line break at its end exactly when the lines that it replaces have one."""
    bare = moved.removesuffix("\n").removesuffix("\r")
    return bare + source.line_end if source.text[slice(*old)].endswith("\n") else bare


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
