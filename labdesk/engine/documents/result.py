"""What reading a document gives, and the errors that several formats share."""

from __future__ import annotations

import msgspec

from labdesk.core.errors import DocumentError


class Reading(msgspec.Struct, frozen=True):
    """A document as Markdown. `kind` in words for a person; `notes` say what may be missing or wrong."""

    markdown: str
    kind: str
    notes: tuple[str, ...] = ()


def damaged(what: str, cause: str) -> DocumentError:
    """The error for a file that ends early or is not what it claims to be."""
    return DocumentError(
        f"This {what} is damaged.",
        cause=cause,
        remedy="Open it in the program it was made with, save it again, and add that copy.",
    )


def too_large(what: str, remedy: str = "Split it into several documents.") -> DocumentError:
    """The error for a document beyond a limit."""
    return DocumentError(f"This document is too large: {what}.", remedy=remedy)
