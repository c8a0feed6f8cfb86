"""What the converter of documents says, one JSON object a line, and the limits that it keeps.

For each file: `Reading`, then `Converted` or `Refused`. The converted files lie in a folder of the workspace until a
person takes them (`core.documents.adding`).
"""

from __future__ import annotations

import msgspec

MAX_ORIGINAL = 100 << 20
"""Bytes of a file that is converted."""
MAX_TEXT = 16 << 20
"""Bytes of the text that comes out; the same limit as for reading a document later."""
MAX_SECONDS = 120.0
"""Seconds for one file."""
MAX_MEMORY = 1 << 30
"""Bytes that converting may take beyond what the process has at its start."""
MAX_PAGES = 3_000
MAX_FILES = 500
"""Files taken from one drop; a folder may hold many."""
LEAST_TEXT = 10
"""Visible characters below which a document counts as holding no text."""

SUFFIXES = (".pdf", ".docx", ".pptx", ".html", ".htm", ".xhtml", ".md", ".markdown", ".txt")
"""What can be converted. The content decides how a file is read, its ending only whether a folder's file is taken."""


class Reading(msgspec.Struct, frozen=True, tag="reading"):
    """A file is being read: `number` from 1 of `total`. `share` (0 to 1) of all bytes lies behind it."""

    name: str
    number: int
    total: int
    share: float = 0.0


class Converted(msgspec.Struct, frozen=True, tag="converted"):
    """A file became `markdown` (a file name in the staging folder). `original` is the name of its copy, "" for none
    (the text itself is the original). `kind` in words: “PDF, 12 pages”.
    """

    name: str
    markdown: str
    original: str
    kind: str
    characters: int
    headings: int = 0
    notes: tuple[str, ...] = ()


class Refused(msgspec.Struct, frozen=True, tag="refused"):
    """A file that could not be converted, with the three texts of a LabdeskError."""

    name: str
    message: str
    cause: str = ""
    remedy: str = ""


class Staged(msgspec.Struct, frozen=True, tag="staged"):
    """All files were read; what was converted lies in `folder` (absolute)."""

    folder: str
    converted: int
    refused: int


Outcome = Reading | Converted | Refused | Staged


def to_line(outcome: Outcome) -> bytes:
    """One outcome as one JSON line."""
    return msgspec.json.encode(outcome) + b"\n"


_decoder: msgspec.json.Decoder[Outcome] = msgspec.json.Decoder(Outcome)


def from_line(line: bytes) -> Outcome | None:
    """The outcome in a line; None for what is none."""
    try:
        return _decoder.decode(line)
    except (msgspec.DecodeError, msgspec.ValidationError):
        return None


def outcome_of(answer: object) -> Outcome | None:
    """The same from a line that was already decoded into plain data."""
    try:
        found: Outcome = msgspec.convert(answer, Outcome)
        return found
    except msgspec.ValidationError:
        return None
