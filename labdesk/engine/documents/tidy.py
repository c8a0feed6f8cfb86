"""The last touch on converted text: one kind of line end, no invisible characters, no piles of blank lines."""

from __future__ import annotations

import re

_INVISIBLE = dict.fromkeys((*range(9), *range(0x0B, 0x20), 0x7F, 0xAD, 0x200B, 0x2060, 0xFEFF))
_LIGATURES = {
    0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xA0: " ",
    # Letters that change the direction of what is read, or that cannot be written to a file.
    **dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xD800, 0xE000))),
}  # fmt: skip
_PAGE_MARK = re.compile(r"<!--.*?-->", re.DOTALL)


def tidy(markdown: str) -> str:
    """Markdown as it is written into the leaf's folder. Ends with one line end."""
    text = markdown.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").translate(_INVISIBLE)
    text = _PAGE_MARK.sub("", text.translate(_LIGATURES))
    lines = [line.rstrip() for line in text.split("\n")]
    kept: list[str] = []
    for line in lines:
        if line or (kept and kept[-1]):
            kept.append(line)
    return "\n".join(kept).strip("\n") + "\n"


def headings_in(markdown: str) -> int:
    """How many lines are headings."""
    return len(re.findall(r"^#{1,6} ", markdown, re.MULTILINE))
