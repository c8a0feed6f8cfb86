"""Markdown and plain text: taken as they are; only an older encoding is turned into UTF-8."""

from __future__ import annotations

from labdesk.core.errors import DocumentError
from labdesk.engine.documents.result import Reading
from labdesk.engine.documents.web import decoded


def read(data: bytes) -> Reading:
    """The text of a file. Raises DocumentError when it is none."""
    if b"\0" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise DocumentError(
            "This is not a text document.",
            cause="It holds data that only a program can read.",
            remedy="Add a PDF, Word, PowerPoint, HTML, Markdown or text file.",
        )
    try:
        return Reading(data.decode("utf-8-sig"), "text")
    except UnicodeDecodeError:
        return Reading(
            decoded(data), "text", ("The file was not UTF-8; labdesk turned it into that. Look for odd characters.",)
        )
