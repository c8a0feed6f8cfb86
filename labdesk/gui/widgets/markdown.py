"""Reads Markdown into pieces that can be shown: running text and blocks of code. Knows no HTML and loads nothing.

What would take long to read (thousands of brackets in a row) is one piece of plain text instead."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Sequence
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.token import Token

from labdesk.gui.widgets.safe_text import harmless

#: Longer texts are cut for showing (copying takes all).
LONGEST = 24_000
#: And so many lines: a document of Qt lays out some ten thousand in a second.
MOST_LINES = 1_000
#: So many signs with a meaning are read within some 30 ms at worst (measured with brackets alone).
MOST_SIGNS = 4_000
_SIGNS = "[]*_`|~<&!>\n"

_PARSER = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])


@dataclasses.dataclass(frozen=True)
class Prose:
    """Running text: paragraphs, headings, lists, tables, as markdown-it's tokens."""

    tokens: tuple[Token, ...]


@dataclasses.dataclass(frozen=True)
class Code:
    """A block of code. `language` is what the author called it."""

    text: str
    language: str


@dataclasses.dataclass(frozen=True)
class Plain:
    """Text to be shown as it is."""

    text: str


Piece = Prose | Code | Plain


def read_markdown(text: str) -> list[Piece]:
    """The pieces of a text, adjacent running text joined. Never raises for content."""
    return join(piece for piece, _line in read_blocks(text))


def shortened(text: str) -> str:
    """What is shown of a text: each line costs as much as a hundred characters."""
    text = text[:LONGEST]
    if text.count("\n") < MOST_LINES:
        return text
    return "\n".join(text.split("\n", MOST_LINES)[:MOST_LINES])


def read_blocks(text: str) -> list[tuple[Piece, int]]:
    """One piece per outermost block, with the line it begins in (from 0)."""
    text = shortened(text)
    if sum(map(text.count, _SIGNS)) > MOST_SIGNS:
        return [(Plain(text), 0)]
    found: list[tuple[Piece, int]] = []
    block: list[Token] = []
    for token in _PARSER.parse(text):
        block.append(token)
        if token.level == 0 and token.nesting <= 0:
            line = next((one.map[0] for one in block if one.map), 0)
            found.append((_piece(block), line))
            block = []
    return found


def _piece(block: Sequence[Token]) -> Piece:
    only = block[0]
    if only.type in ("fence", "code_block"):
        language = only.info.split()[0] if only.info.split() else ""
        return Code(harmless(only.content.rstrip("\n")), harmless(language, 24))
    return Prose(tuple(block))


def join(pieces: Iterable[Piece]) -> list[Piece]:
    """Puts running text that follows running text into one piece."""
    found: list[Piece] = []
    for piece in pieces:
        last = found[-1] if found else None
        if isinstance(piece, Prose) and isinstance(last, Prose):
            found[-1] = Prose((*last.tokens, *piece.tokens))
        else:
            found.append(piece)
    return found


def web_address(url: str) -> str:
    """The host of a web address that a person may open (https or http, without a user in it); "" for any other."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    plain = url.isascii() and url.isprintable() and " " not in url
    return host if plain and parts.scheme in ("https", "http") and "@" not in parts.netloc else ""
