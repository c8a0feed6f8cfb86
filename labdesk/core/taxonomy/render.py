"""Writes values as YAML in the style of the file around them.

A text can often be written in several ways; `scalar_candidates` gives them from the most to the least welcome, and the
caller keeps the first that reads back as intended. Double quotes with escapes come last and can hold any text.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec
import yaml

from labdesk.core.taxonomy.spans import is_block_scalar, is_flow
from labdesk.core.taxonomy.yaml_source import YamlSource

WRAP_AT = 80
LONG_LINE = 100


class Style(msgspec.Struct, frozen=True):
    """How a file is written. Lengths in characters."""

    step: int = 2
    """how far a block text stands right of its key"""
    sequence_offset: int = 2
    """how far a list's dashes stand right of its key"""
    dash_width: int = 2
    """from a dash to the text after it"""
    quote: str | None = None
    """how a one-line text is usually written: None (plain), ' or \""""
    line_end: str = "\n"


def style_of(source: YamlSource) -> Style:
    """Read the file's own habits from what is there."""
    steps: Counter[int] = Counter()
    offsets: Counter[int] = Counter()
    dashes: Counter[int] = Counter()
    quotes: Counter[str | None] = Counter()
    for parent, key, value in _values(source.node):
        if isinstance(parent, yaml.MappingNode) and key is not None:
            if isinstance(value, yaml.SequenceNode) and not is_flow(value) and value.value:
                offsets[value.start_mark.column - key.start_mark.column] += 1
            if is_block_scalar(value):
                steps[max(1, _content_indent(source.text, value) - key.start_mark.column)] += 1
        elif value.start_mark.line == parent.start_mark.line:
            dashes[max(2, value.start_mark.column - parent.start_mark.column)] += 1
        if isinstance(value, yaml.ScalarNode) and not is_block_scalar(value):
            quotes[value.style or None] += 1
    return Style(
        step=_most(steps, 2),
        sequence_offset=max(0, _most(offsets, 2)),
        dash_width=_most(dashes, 2),
        quote=quotes.most_common(1)[0][0] if quotes else None,
        line_end=source.line_end,
    )


def _most(counts: Counter[int], default: int) -> int:
    return counts.most_common(1)[0][0] if counts else default


def _values(node: yaml.Node | None) -> Iterator[tuple[yaml.CollectionNode, yaml.Node | None, yaml.Node]]:
    """Every (parent, key or None, value) of a tree, without those that an alias repeats."""
    pending: list[yaml.Node] = [node] if node is not None else []
    seen: set[int] = set()
    while pending:
        parent = pending.pop()
        if not isinstance(parent, yaml.CollectionNode) or id(parent) in seen:
            continue
        seen.add(id(parent))
        pairs = parent.value if isinstance(parent, yaml.MappingNode) else [(None, one) for one in parent.value]
        for key, value in pairs:
            yield parent, key, value
            pending.append(value)


def _content_indent(text: str, node: yaml.Node) -> int:
    """Column at which the lines of a block text begin (0 when it has none)."""
    for line in text[node.start_mark.index : node.end_mark.index].splitlines()[1:]:
        if line.strip():
            return len(line) - len(line.lstrip(" "))
    return 0


def scalar_candidates(value: Any, style: Style, shape: str | None, column: int, *, flow: bool) -> Iterator[str]:
    """Ways to write a scalar after `key: ` or `- `, best first; lines after the first carry their indentation.

    `shape` is the style wished for (None, ', \", | or >); `column` that of the key or dash; `flow`: inside [ ] or { }.
    """
    if not isinstance(value, str):
        yield "null" if value is None else json.dumps(value, default=str)
        return
    # A block text whose last line is blank cannot be told from the empty lines after it.
    block = value.rstrip("\n").rpartition("\n")[2].strip() != "" and not flow
    if block and ("\n" in value or shape in ("|", ">")):
        if shape == ">":
            yield from _folded(value, style, column)
        yield from _literal(value, style, column)
    elif block and shape is None and len(value) > LONG_LINE:
        yield from _folded(value, style, column)
    if "\n" not in value:
        if shape in (None, "|", ">") and value:
            yield value
        single = "'" + value.replace("'", "''") + "'"
        if shape == "'" or (shape != '"' and ('"' in value or "\\" in value)):
            yield single
    yield double_quoted(value)


def double_quoted(value: str) -> str:
    """A text in double quotation marks: escapes what YAML would not print as it is."""
    quoted = json.dumps(value, ensure_ascii=False)
    return re.sub("[\x7f-\x9f\u2028\u2029\ufeff]", lambda one: f"\\u{ord(one.group()):04x}", quoted)


def _literal(value: str, style: Style, column: int) -> Iterator[str]:
    lines = value.rstrip("\n").split("\n")
    for chomp, extra in _chomps(value):
        header = "|" + _indent_sign(value, style) + chomp
        yield _block(header, lines, style, column + style.step, extra)


def _folded(value: str, style: Style, column: int) -> Iterator[str]:
    """Long lines wrapped at single spaces; a line break of the text becomes an empty line."""
    indent = column + style.step
    width = max(40, WRAP_AT - indent)
    lines: list[str] = []
    for number, paragraph in enumerate(value.rstrip("\n").split("\n")):
        if number:
            lines.append("")
        if paragraph:
            lines.extend(_wrapped(paragraph, width))
    for chomp, extra in _chomps(value):
        yield _block(">" + _indent_sign(value, style) + chomp, lines, style, indent, extra)


def _wrapped(paragraph: str, width: int) -> list[str]:
    lines: list[str] = []
    current = ""
    for word in re.split(r"(?<=[^ ]) (?=[^ ])", paragraph):
        if current and len(current) + 1 + len(word) > width:
            lines.append(current)
            current = word
        else:
            current = f"{current} {word}" if current else word
    return [*lines, current]


def _chomps(value: str) -> list[tuple[str, int]]:
    """(chomping sign, empty lines to add at the end) by how many line breaks end the value."""
    breaks = len(value) - len(value.rstrip("\n"))
    if breaks == 0:
        return [("-", 0)]
    # With "+" the empty lines may stand in the file already, after the text that is replaced.
    return [("", 0)] if breaks == 1 else [("+", 0), ("+", breaks - 1)]


def _indent_sign(value: str, style: Style) -> str:
    first = next((line for line in value.split("\n") if line), "")
    return str(min(9, style.step)) if first[:1] in (" ", "\t") or value[:1] == "\n" else ""


def _block(header: str, lines: list[str], style: Style, indent: int, extra: int) -> str:
    pad = " " * indent
    body = [header, *(pad + line if line else "" for line in lines), *[""] * extra]
    return style.line_end.join(body)


def block_lines(value: Any, style: Style, column: int) -> list[str]:
    """A value as block YAML lines that begin at `column` (the first line without its indentation)."""
    if isinstance(value, Mapping) and value:
        lines: list[str] = []
        for key, inner in value.items():
            lines.extend(_pair_lines(str(key), inner, style, column, first=not lines))
        return lines
    if isinstance(value, list | tuple) and value:
        return _sequence_lines(list(value), style, column)
    if isinstance(value, Mapping | list | tuple):
        return ["{}" if isinstance(value, Mapping) else "[]"]
    return one_scalar(value, style, column).split(style.line_end)


def _sequence_lines(values: list[Any], style: Style, column: int) -> list[str]:
    lines: list[str] = []
    for number, inner in enumerate(values):
        lead = (" " * column if number else "") + "-" + " " * (style.dash_width - 1)
        nested = isinstance(inner, Mapping | list | tuple)
        body = block_lines(inner, style, column + style.dash_width if nested else column)
        lines.append(lead + body[0])
        lines.extend(body[1:])
    return lines


def _pair_lines(key: str, value: Any, style: Style, column: int, *, first: bool) -> list[str]:
    lead = ("" if first else " " * column) + one_scalar(key, Style(line_end=style.line_end), column) + ":"
    if isinstance(value, list | tuple | Mapping) and value:
        inner = column + (style.step if isinstance(value, Mapping) else style.sequence_offset)
        body = block_lines(value, style, inner)
        return [lead, " " * inner + body[0], *body[1:]]
    body = block_lines(value, style, column)
    return [f"{lead} {body[0]}", *body[1:]]


def one_scalar(value: Any, style: Style, column: int) -> str:
    """The first way to write a scalar that reads back, in the file's own habit."""
    shape = style.quote
    for candidate in scalar_candidates(value, style, shape, column, flow=False):
        if _reads_back(candidate, value, style, column):
            return candidate
    return double_quoted(str(value))


def _reads_back(candidate: str, value: Any, style: Style, column: int) -> bool:
    sample = f"{' ' * column}k: {candidate}{style.line_end}"
    try:
        return bool(yaml.load(sample, Loader=yaml.CSafeLoader) == {"k": value})
    except (yaml.YAMLError, ValueError):
        return False
