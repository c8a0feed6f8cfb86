"""Markdown in a small, safe reading: blocks of plain text, each character knowing where it stands in the original.

Nothing is rendered and no link is followed; marks of emphasis, links and images are dropped and their words kept.
"""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterator
from enum import StrEnum

import msgspec

_HEADING = re.compile(r" {0,3}(#{1,6})(?:[ \t]+(.*?))?(?:[ \t]+#+)?[ \t]*$")
_UNDERLINE = re.compile(r" {0,3}(=+|-{2,})[ \t]*$")
_RULE = re.compile(r" {0,3}([-*_])[ \t]*(?:\1[ \t]*){2,}$")
_ITEM = re.compile(r"[ \t]*(?:[-*+•]|\d{1,4}[.)])[ \t]+(?:\[[ xX]\][ \t]+)?")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})")
_QUOTE = re.compile(r" {0,3}(?:>[ \t]?)+")
_TABLE_LINE = re.compile(r"[ \t]*\|?[ \t]*:?-+:?[ \t]*(?:\|[ \t]*:?-+:?[ \t]*)*\|?[ \t]*$")
_INLINE = re.compile(
    r"(?P<drop>!\[[^\]\n]{0,300}\]\([^)\n]{0,500}\)|</?[A-Za-z][^<>\n]{0,300}>|\[\^[^\]\n]{1,40}\])"
    r"|(?P<link>\[(?P<words>[^\]\n]{1,300})\]\([^)\n]{0,500}\))"
    r"|(?P<mark>\*{1,3}|~~|`+|(?<![A-Za-z0-9])_{1,3}|_{1,3}(?![A-Za-z0-9]))"
    r"|\\(?P<escaped>[-\\`*_{}\[\]()#+.!|<>~])"
    r"|(?P<entity>&(?:[A-Za-z]{2,20}|#\d{1,6});)"
    r"|(?P<blank>\s*\n {0,3}(?:>[ \t]?)+|\s+)",
    re.DOTALL,
)


class BlockKind(StrEnum):
    """What a block was in the document."""

    PARAGRAPH = "paragraph"
    ITEM = "item"
    ROW = "row"


class Mapped(msgspec.Struct, frozen=True):
    """Plain text and, for each of its characters, its offset in the original."""

    text: str
    offsets: tuple[int, ...]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where plain characters `start` to `end` (at least one) stand in the original."""
        return self.offsets[start], self.offsets[end - 1] + 1


class Block(msgspec.Struct, frozen=True):
    """A paragraph, list item or table row. `titles` are the headings above it, outermost first.

    `lead` is text from elsewhere that the block needs to be understood: the line that introduces a list.
    """

    kind: BlockKind
    titles: tuple[str, ...]
    plain: Mapped
    lead: str = ""


def plain_of(text: str, start: int, end: int) -> Mapped:
    """The words of `text[start:end]` without marks; runs of blanks become one."""
    characters: list[str] = []
    offsets: list[int] = []

    def put(words: str, offset: int, spread: int) -> None:
        for number, character in enumerate(words):
            characters.append(character)
            offsets.append(offset + min(number, spread))

    position = start
    for match in _INLINE.finditer(text, start, end):
        put(text[position : match.start()], position, end)
        position = match.end()
        if match["link"]:
            inner = plain_of(text, match.start("words"), match.end("words"))
            characters.extend(inner.text)
            offsets.extend(inner.offsets)
        elif match["escaped"]:
            put(match["escaped"], match.start() + 1, 0)
        elif match["entity"]:
            put(html.unescape(match["entity"]), match.start(), 0)
        elif match["blank"] and characters and characters[-1] != " ":
            put(" ", match.start(), 0)
    put(text[position:end], position, end)
    while characters and characters[-1] == " ":
        characters.pop()
        offsets.pop()
    return Mapped("".join(characters), tuple(offsets))


class _Line(msgspec.Struct, frozen=True):
    start: int
    end: int
    text: str


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of a Markdown or plain text, in order. Code, comments and front matter are left out."""
    return tuple(block for block in _Reader(_without_comments(text)).blocks() if block.plain.text)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.lines = _visible_lines(text)
        self.titles: list[tuple[int, str]] = []
        self.paragraph: list[_Line] = []
        self.item = False
        self.lead = ""

    def blocks(self) -> Iterator[Block]:
        """Walk the lines; a paragraph ends at a blank line or where another kind of line begins."""
        number = 0
        while number < len(self.lines):
            line = self.lines[number]
            following = self.lines[number + 1] if number + 1 < len(self.lines) else None
            if not line.text.strip():
                yield from self._flush()
            elif heading := _HEADING.match(line.text):
                yield from self._flush()
                self._title(len(heading.group(1)), line.start + heading.start(2), line.start + heading.end(2))
            elif self.paragraph and not self.item and (mark := _UNDERLINE.match(line.text)):
                self._title(1 if mark.group(1)[0] == "=" else 2, self.paragraph[0].start, self.paragraph[-1].end)
                self.paragraph = []
            elif _RULE.match(line.text):
                yield from self._flush()
            elif following and "|" in line.text and "|" in following.text and _TABLE_LINE.match(following.text):
                yield from self._flush()
                stop = self._table_stop(number + 2)
                yield from self._table(line, self.lines[number + 2 : stop])
                number = stop - 1
            elif item := _ITEM.match(line.text):
                yield from self._flush(keep_lead=True)
                self.item = True
                self.paragraph = [_Line(line.start + item.end(), line.end, line.text[item.end() :])]
            else:
                self.paragraph.append(line)
            number += 1
        yield from self._flush()

    def _flush(self, *, keep_lead: bool = False) -> Iterator[Block]:
        if not self.paragraph:
            return
        plain = plain_of(self.text, self.paragraph[0].start, self.paragraph[-1].end)
        kind = BlockKind.ITEM if self.item else BlockKind.PARAGRAPH
        if not self.item:
            self.lead = plain.text if plain.text.endswith(":") else ""
        yield Block(kind, self._path(), plain, self.lead if self.item else "")
        self.paragraph, self.item = [], False

    def _title(self, level: int, start: int, end: int) -> None:
        self.lead = ""
        self.titles = [one for one in self.titles if one[0] < level]
        if start >= 0 and (words := plain_of(self.text, start, end).text):
            self.titles.append((level, words))

    def _path(self) -> tuple[str, ...]:
        return tuple(words for _, words in self.titles)

    def _table_stop(self, number: int) -> int:
        while number < len(self.lines) and "|" in self.lines[number].text:
            number += 1
        return number

    def _table(self, head: _Line, rows: list[_Line]) -> Iterator[Block]:
        """Each row as a sentence: `Ward Alder: Beds 12, Nurse Holm`."""
        names = [plain_of(self.text, start, end).text for start, end in _cells(head)]
        for row in rows:
            cells = [plain_of(self.text, start, end) for start, end in _cells(row)]
            plain = _row_sentence(names, cells, row.start)
            yield Block(BlockKind.ROW, self._path(), plain)


def _row_sentence(names: list[str], cells: list[Mapped], at: int) -> Mapped:
    text: list[str] = []
    offsets: list[int] = []
    for number, cell in enumerate(cells):
        if not cell.text:
            continue
        name = names[number] if number < len(names) else ""
        joint = "" if not text else ": " if len(cells) > 1 and number == 1 else ", "
        words = f"{joint}{name} " if name else joint
        here = cell.offsets[0]
        text.extend(words + cell.text)
        offsets.extend([offsets[-1] if offsets else here] * len(joint))
        offsets.extend([here] * (len(words) - len(joint)))
        offsets.extend(cell.offsets)
    return Mapped("".join(text), tuple(offsets or [at] * len(text)))


def _cells(line: _Line) -> list[tuple[int, int]]:
    """Offsets of the cells between the bars of a table line."""
    body = line.text.strip()
    start = line.start + line.text.index(body)
    bars = [m.start() for m in re.finditer(r"(?<!\\)\|", body)]
    edges = [-1, *bars, len(body)]
    cells = [(start + left + 1, start + right) for left, right in itertools.pairwise(edges)]
    if body.startswith("|"):
        cells = cells[1:]
    if body.endswith("|") and not body.endswith("\\|"):
        cells = cells[:-1]
    return cells


def _without_comments(text: str) -> str:
    """`<!-- ... -->` as blanks: every other character keeps its place."""
    start = text.find("<!--")
    while start >= 0:
        end = text.find("-->", start)
        if end < 0:
            break
        hidden = re.sub(r"[^\n]", " ", text[start : end + 3])
        text = text[:start] + hidden + text[end + 3 :]
        start = text.find("<!--", end)
    return text


def _visible_lines(text: str) -> list[_Line]:
    """The lines without front matter, fenced code and quotation marks of replies; those become blank."""
    lines: list[_Line] = []
    start, fence, front = 0, "", text.startswith("---\n") and "\n---" in text[4:4000]
    for number, raw in enumerate(text.split("\n")):
        mark = _FENCE.match(raw)
        if front:
            front = number == 0 or raw.rstrip() not in ("---", "...")
            shown = ""
        elif fence:
            fence = "" if mark and mark.group(1).startswith(fence) else fence
            shown = ""
        elif mark:
            fence, shown = mark.group(1), ""
        else:
            shown = raw
        quote = _QUOTE.match(shown)
        skip = quote.end() if quote else 0
        lines.append(_Line(start + skip, start + len(raw), shown[skip:]))
        start += len(raw) + 1
    return lines
