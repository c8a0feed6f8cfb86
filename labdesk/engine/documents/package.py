"""Word and PowerPoint files are zips of XML: looked over before anything unpacks or parses them.

Refused: bombs, entries beyond the limits, and any DOCTYPE (no entity can then grow or name a file). Office writes none.
"""

from __future__ import annotations

import io
import zipfile
import zlib

from labdesk.core.errors import DocumentError
from labdesk.engine.documents.result import damaged, too_large

MAX_ENTRIES = 10_000
MAX_UNPACKED = 512 << 20
MAX_XML = 64 << 20
_PEEK = 1 << 16


def kind_of(data: bytes) -> str:
    """ "docx", "pptx", or "" for a zip that is neither. Raises DocumentError for a damaged zip."""
    names = {entry.filename for entry in _entries(data)}
    if "word/document.xml" in names:
        return "docx"
    return "pptx" if "ppt/presentation.xml" in names else ""


def checked(data: bytes) -> io.BytesIO:
    """The file, ready to be read, once everything in it is within the limits. Raises DocumentError."""
    entries = _entries(data)
    if len(entries) > MAX_ENTRIES or sum(entry.file_size for entry in entries) > MAX_UNPACKED:
        raise too_large(f"unpacked it has more than {MAX_UNPACKED >> 20} MB or {MAX_ENTRIES} parts")
    if any(entry.flag_bits & 1 for entry in entries):
        raise DocumentError("This document is locked with a password.", remedy="Save a copy without it, and add that.")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        for entry in entries:
            if entry.filename.lower().endswith((".xml", ".rels")):
                _check_part(package, entry)
    return io.BytesIO(data)


def _entries(data: bytes) -> list[zipfile.ZipInfo]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            return package.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise damaged("document", f"{str(error)[:200]}.") from error


def _check_part(package: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    """Unpack one part piece by piece: its true size counts, not what the zip says of it."""
    size, tail = 0, b""
    try:
        with package.open(entry) as part:
            while piece := part.read(_PEEK):
                size += len(piece)
                if size > MAX_XML:
                    raise too_large(f"its part “{entry.filename[-60:]}” unpacks to more than {MAX_XML >> 20} MB")
                window = (tail + piece).replace(b"\0", b"")  # UTF-16 puts a zero beside each letter
                if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
                    raise DocumentError(
                        "This document is not opened: it is not made as office programs make them.",
                        cause=f"Its part “{entry.filename[-60:]}” declares entities, which could fill the memory.",
                        remedy="Open it in an office program, save it as a new file, and add that.",
                    )
                tail = piece[-32:]
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError) as error:
        raise damaged("document", f"Its part “{entry.filename[-60:]}” cannot be unpacked.") from error
