"""Finds a one-line repair for a file that is not YAML. A repair is offered only once tried: it must read better."""

from __future__ import annotations

import re
from collections.abc import Iterator

from labdesk.core.taxonomy.problem import BOM, Fix, Replacement
from labdesk.core.taxonomy.render import double_quoted
from labdesk.core.taxonomy.spans import line_start, line_stop
from labdesk.core.taxonomy.yaml_layout import layout_fixes
from labdesk.core.taxonomy.yaml_source import MAX_BYTES, Fault, read_yaml

MAX_TRIES = 24
LINES_BACK = 3
"""How far above the reported line its reason is looked for; a quotation mark often goes wrong earlier."""

_FIELD = re.compile(r"^(?P<lead>[ ]*(?:-[ ]+)?[A-Za-z_]+:[ \t]+)(?P<text>\S.*?)(?P<end>[ \t]*\r?)$")
_ENTRY = re.compile(r"^(?P<lead>[ ]*-[ ]+)(?P<text>\S.*?)(?P<end>[ \t]*\r?)$")
_BLOCK_SIGN = re.compile(r"[|>][-+]?[ \t]+(?=[^#\s])")


def fix_syntax(data: bytes, fault: Fault) -> Fix | None:
    """A repair of the line that YAML stumbles over, or None. Tried: after it the file reads, or breaks further down."""
    if len(data) > MAX_BYTES // 8:
        return None
    head = BOM if data.startswith(BOM) else b""
    try:
        text = data[len(head) :].decode("utf-8")
    except UnicodeDecodeError:
        return None
    best: tuple[int, Fix] | None = None
    for number, fix in enumerate(_candidates(text, fault)):
        if number >= MAX_TRIES:
            break
        reached = _reads_until(fix.apply(data))
        if reached is None:
            return fix
        if reached > fault.line + 1 and (best is None or reached > best[0]):
            best = (reached, fix)
    return best[1] if best else None


def _reads_until(data: bytes) -> int | None:
    """The line of the first fault, or None for a file that reads."""
    try:
        read_yaml(data)
    except Fault as fault:
        return fault.line
    return None


def _candidates(text: str, fault: Fault) -> Iterator[Fix]:
    starts = _lines_to_try(text, fault.line)
    yield from layout_fixes(text, starts)
    for start in starts:
        stop = line_stop(text, start)
        line = text[start:stop].removesuffix("\n")
        if "\t" in line:
            yield Fix("Replace the tabs by spaces", (Replacement(start, start + len(line), _without_tabs(line)),))
        match = _FIELD.match(line) or _ENTRY.match(line)
        if match:
            yield from _quotings(start, match)
    if "\t" in text:
        yield Fix("Replace all tabs by spaces", tuple(_all_tabs(text)))


def _lines_to_try(text: str, line: int) -> list[int]:
    """Offsets of the reported line and a few above it, nearest first."""
    offset = 0
    for _ in range(line - 1):
        offset = line_stop(text, offset)
    starts = []
    for _ in range(LINES_BACK + 1):
        start = line_start(text, offset)
        starts.append(start)
        if start == 0:
            break
        offset = start - 1
    return starts


def _quotings(start: int, match: re.Match[str]) -> Iterator[Fix]:
    """The text of a one-line field in quotation marks, with those inside it escaped."""
    text = match["text"]
    span = start + match.start("text"), start + match.end("text")
    sign = _BLOCK_SIGN.match(text)
    if sign:
        quoted = double_quoted(text[sign.end() :])
        yield Fix(f"Remove the “{text[0]}” before the text", (Replacement(*span, quoted),))
    wrapped = text[:1] in "\"'"
    whole = text[1:-1] if wrapped and len(text) > 1 and text[-1] == text[0] and not _closes_early(text) else text
    yield Fix("Put the text in quotation marks", (Replacement(*span, double_quoted(whole)),))
    if wrapped and text[-1] != text[0]:
        yield Fix("Close the quotation mark", (Replacement(*span, double_quoted(text[1:])),))


def _closes_early(text: str) -> bool:
    """Whether the first mark is closed before the last: in `"me" and "you"`, not in `"a "big" one"` or `'don't'`."""
    inner = text.find(text[0], 1)
    after, before = text[inner + 1 : inner + 2], text[inner - 1]
    return inner < len(text) - 1 and not after.isalnum() and not before.isspace()


def _without_tabs(line: str) -> str:
    """Tabs before the text become two blanks each, those after it one."""
    body = line.lstrip(" \t")
    return line[: len(line) - len(body)].replace("\t", "  ") + body.replace("\t", " ")


def _all_tabs(text: str) -> Iterator[Replacement]:
    start = 0
    while start < len(text):
        stop = line_stop(text, start)
        line = text[start:stop]
        if "\t" in line:
            yield Replacement(start, stop, _without_tabs(line))
        start = stop
