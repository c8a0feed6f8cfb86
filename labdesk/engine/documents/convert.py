"""One file to Markdown: the content decides which reader it gets, whatever its name says."""

from __future__ import annotations

import importlib
import re
from collections.abc import Callable

from labdesk.core.documents.conversion import LEAST_TEXT, MAX_TEXT
from labdesk.core.errors import DocumentError
from labdesk.engine.documents import package
from labdesk.engine.documents.result import Reading, too_large
from labdesk.engine.documents.tidy import tidy

KINDS = ("pdf", "docx", "pptx", "web", "text")
"""The formats; the module of this name in this package reads one. Loaded when first needed: some take a second."""
_ENDINGS = {"pdf": (".pdf",), "docx": (".docx",), "pptx": (".pptx",), "web": (".html", ".htm", ".xhtml")}
_HTML = re.compile(rb"\s*(?:<\?xml[^>]{0,200}>\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE)
_MEDIA = ((b"\x89PNG", "a picture"), (b"\xff\xd8\xff", "a picture"), (b"GIF8", "a picture"), (b"II*\0", "a picture"))


def convert(data: bytes, name: str) -> Reading:
    """The document as tidy Markdown. Text and Markdown that are fine come back unchanged. Raises DocumentError."""
    if not data.strip():
        raise DocumentError("This file is empty.", remedy="Choose a file with text in it.")
    kind = kind_of(data, name)
    found = reader(kind)(data)
    markdown = found.markdown if kind == "text" else tidy(found.markdown)
    if len(markdown.encode("utf-8", "replace")) > MAX_TEXT:
        raise too_large(f"its text is longer than {MAX_TEXT >> 20} MB")
    if sum(character.isalnum() for character in markdown) < LEAST_TEXT:
        raise DocumentError(
            "There is no text to teach in this document.",
            cause="Only pictures, or a few letters, were found.",
            remedy="Choose another document, or write the passages that matter into a text file.",
        )
    notes = found.notes
    if _misnamed(kind, name):
        notes = (f"Its name says otherwise, but this is a {found.kind}; it was read as that.", *notes)
    return Reading(markdown, found.kind, notes)


def reader(kind: str) -> Callable[[bytes], Reading]:
    """What reads one of KINDS."""
    read: Callable[[bytes], Reading] = importlib.import_module(f"labdesk.engine.documents.{kind}").read
    return read


def kind_of(data: bytes, name: str) -> str:
    """One of KINDS. Raises DocumentError for a format that labdesk does not read."""
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(b"PK\x03\x04"):
        kind = package.kind_of(data)
        if kind:
            return kind
        raise _unknown("a zip, spreadsheet or e-book")
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise DocumentError(
            "This is an older Office file, or one with a password.",
            remedy="Open it, save it as .docx, .pptx or PDF without a password, and add that.",
        )
    for sign, words in _MEDIA:
        if data.startswith(sign):
            raise _unknown(words)
    if data.startswith(b"{\\rtf"):
        raise _unknown("a rich text (RTF) file")
    ending = name.lower().rpartition(".")[2]
    return "web" if ending in ("html", "htm", "xhtml") or _HTML.match(data[:4096]) else "text"


def _misnamed(kind: str, name: str) -> bool:
    """Whether the name's ending belongs to another format than the content."""
    ending = name.lower().rpartition(".")[1] + name.lower().rpartition(".")[2]
    claimed = next((one for one, endings in _ENDINGS.items() if ending in endings), "text")
    return claimed != kind


def _unknown(what: str) -> DocumentError:
    return DocumentError(
        "labdesk cannot read this kind of file.",
        cause=f"It is {what}.",
        remedy="Save it as PDF, Word, PowerPoint, HTML, Markdown or text, and add that.",
    )
