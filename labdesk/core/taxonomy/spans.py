"""Where the parts of a YAML text begin and end, so that an edit can replace exactly one of them."""

from __future__ import annotations

import re

import yaml

from labdesk.core.taxonomy.problem import Replacement
from labdesk.core.taxonomy.yaml_source import YamlPath, YamlSource

_KEEP = re.compile(r"[|>][0-9]?\+")


def line_start(text: str, offset: int) -> int:
    """Offset of the first character of the line that holds `offset`."""
    return text.rfind("\n", 0, offset) + 1


def line_stop(text: str, offset: int) -> int:
    """Offset just after the line break of the line that holds `offset` (or the end of the text)."""
    stop = text.find("\n", offset)
    return len(text) if stop < 0 else stop + 1


def is_block_scalar(node: yaml.Node) -> bool:
    """Whether the node is a `|` or `>` text."""
    return isinstance(node, yaml.ScalarNode) and node.style in ("|", ">")


def is_flow(node: yaml.Node) -> bool:
    """Whether the node is a `[...]` or `{...}`."""
    return isinstance(node, yaml.CollectionNode) and bool(node.flow_style)


def content_end(text: str, node: yaml.Node) -> int:
    """Offset after the last character of the node's own content. libyaml's end marks run on over blank lines."""
    start, end = node.start_mark.index, node.end_mark.index
    if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
        return max(_last_child_end(text, node), start)
    if is_block_scalar(node):
        written = text[start:end]
        if _KEEP.match(written):  # the empty lines after it belong to it
            return int(start) + len(written.removesuffix("\n").removesuffix("\r"))
        return int(start) + max(1, len(written.rstrip()))
    return int(end)


def _last_child_end(text: str, node: yaml.CollectionNode) -> int:
    last = node.value[-1]
    if isinstance(node, yaml.SequenceNode):
        if last.start_mark.index < node.start_mark.index:  # an alias: its node stands at the anchor
            return line_stop(text, node.end_mark.index - 1) - 1
        return content_end(text, last)
    key, value = last
    if value.start_mark.index < key.start_mark.index:
        return line_stop(text, key.end_mark.index) - 1
    return max(content_end(text, value), _after_colon(text, key))


def _after_colon(text: str, key: yaml.Node) -> int:
    match = re.compile(r"\s*:").match(text, key.end_mark.index)
    return match.end() if match else int(key.end_mark.index)


def first_on_line(text: str, offset: int) -> bool:
    """Whether only blanks stand before `offset` on its line."""
    return not text[line_start(text, offset) : offset].strip(" ")


def dash_of(text: str, sequence: yaml.SequenceNode, index: int) -> int | None:
    """Offset of the `-` of an item of a block sequence, or None when it cannot be told."""
    column = sequence.start_mark.column
    position = sequence.value[index].start_mark.index
    if index == 0:
        return int(sequence.start_mark.index)
    lowest = content_end(text, sequence.value[index - 1])
    while position >= lowest:
        start = line_start(text, position)
        dash = start + column
        if dash < len(text) and text[dash] == "-" and not text[start:dash].strip(" "):
            return int(dash)
        position = start - 1
    return None


def item_lines(text: str, sequence: yaml.SequenceNode, index: int) -> tuple[int, int] | None:
    """Offsets of the whole lines of an item: from its dash's line to the end of its content's last line."""
    dash = dash_of(text, sequence, index)
    if dash is None or not first_on_line(text, dash):
        return None
    last = max(content_end(text, sequence.value[index]), dash)
    return line_start(text, dash), line_stop(text, last)


def removals_of_key(source: YamlSource, path: YamlPath) -> list[Replacement]:
    """The replacements that take `key: value` out of its mapping, every time it is written there."""
    mapping = source.find(path[:-1])
    if not isinstance(mapping, yaml.MappingNode):
        return []
    places = [number for number, (key, _) in enumerate(mapping.value) if key.value == str(path[-1])]
    return [_removal_of_pair(source.text, mapping, place) for place in places]


def _removal_of_pair(text: str, mapping: yaml.MappingNode, position: int) -> Replacement:
    key, value = mapping.value[position]
    following = mapping.value[position + 1][0] if position + 1 < len(mapping.value) else None
    end = max(content_end(text, value), _after_colon(text, key))
    if mapping.flow_style:
        return _removal_in_flow(mapping, position, end, following)
    start = key.start_mark.index
    if first_on_line(text, start):
        if len(mapping.value) == 1:
            return Replacement(start, end, "{}")
        return Replacement(line_start(text, start), line_stop(text, max(end, start)), "")
    if following is None:
        return Replacement(start, end, "{}")
    return Replacement(start, following.start_mark.index, "")


def _removal_in_flow(mapping: yaml.MappingNode, position: int, end: int, following: yaml.Node | None) -> Replacement:
    start = mapping.value[position][0].start_mark.index
    if following is not None:
        return Replacement(start, following.start_mark.index, "")
    if position:
        return Replacement(mapping.value[position - 1][1].end_mark.index, end, "")
    return Replacement(start, end, "")
