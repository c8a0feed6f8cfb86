"""PDF: headings, lists, tables and the order of columns come from pdf-inspector (Rust, MIT; it runs no script)."""

from __future__ import annotations

import itertools
from collections.abc import Iterable

import pdf_inspector

from labdesk.core.documents.conversion import LEAST_TEXT, MAX_PAGES
from labdesk.core.errors import DocumentError
from labdesk.engine.documents.result import Reading, damaged, too_large

_OCR = (
    "Let a scanner program or a text recognition (OCR) program make it a “searchable PDF”, and add that one. "
    "Or type the passages that matter into a text file."
)


def read(data: bytes) -> Reading:
    """The text of a PDF. Raises DocumentError: no text in it (scanned), locked, damaged, too long."""
    pages = _page_count(data)
    if pages > MAX_PAGES:
        raise too_large(f"{pages} pages, and at most {MAX_PAGES} are read", "Split it into parts of fewer pages.")
    try:
        found = pdf_inspector.process_pdf_bytes(data)
    except (ValueError, RuntimeError, OSError) as error:
        raise _refused(error) from error
    text = found.markdown or ""
    if sum(character.isalnum() for character in text) < LEAST_TEXT:
        raise DocumentError(
            "This PDF holds pictures of pages, but no text.",
            cause=f"It was probably scanned: none of its {pages} pages has letters that can be copied.",
            remedy=_OCR,
        )
    notes = []
    if missing := list(found.pages_needing_ocr):
        notes.append(f"No text on {_pages(missing)}: probably pictures. What they say is missing.")
    if found.has_encoding_issues:
        notes.append("Some letters have no readable code in this PDF; look for odd characters.")
    return Reading(text, f"PDF, {pages} page{'' if pages == 1 else 's'}", tuple(notes))


def _page_count(data: bytes) -> int:
    try:
        return int(pdf_inspector.classify_pdf_bytes(data).page_count)
    except (ValueError, RuntimeError, OSError) as error:
        raise _refused(error) from error


def _refused(error: Exception) -> DocumentError:
    said = str(error)
    if any(word in said.lower() for word in ("encrypt", "password", "decrypt")):
        return DocumentError(
            "This PDF is locked with a password.",
            remedy="Open it with the password, print or save it as a PDF without one, and add that copy.",
        )
    return damaged("PDF", f"{said[:200]}.")


def _pages(numbers: Iterable[int]) -> str:
    """[3, 7, 8, 9] as "pages 3, 7 to 9"."""
    parts = []
    for _, run in itertools.groupby(enumerate(sorted(numbers)), lambda pair: pair[1] - pair[0]):
        group = [number for _, number in run]
        parts.append(str(group[0]) if len(group) == 1 else f"{group[0]} to {group[-1]}")
    single = len(parts) == 1 and parts[0].isdecimal()
    return f"page {parts[0]}" if single else f"pages {', '.join(parts[:12])}{' …' if len(parts) > 12 else ''}"
