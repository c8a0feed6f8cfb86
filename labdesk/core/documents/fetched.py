"""Where documents of repositories are kept once they were fetched: below `.labdesk/sources`, by what the leaf names.

One sealed folder holds the files as they came, one beside it their text (PDFs converted), which is what leaves read.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

from labdesk.core.storage import MANIFEST
from labdesk.core.taxonomy.leaf import DocumentRef


def sources_folder(taxonomy: Path) -> Path:
    """The cache of the workspace that a taxonomy belongs to."""
    return taxonomy.parent / ".labdesk" / "sources"


def fetched_folder(ref: DocumentRef, cache: Path) -> Path:
    """The folder for the files that a reference names, whether it is there or not."""
    key = "\n".join((ref.repo.strip(), ref.commit.strip(), *ref.patterns))
    return cache / hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:32]


def text_folder(ref: DocumentRef, cache: Path) -> Path:
    """The folder for their text, whether it is there or not."""
    files = fetched_folder(ref, cache)
    return files.with_name(f"{files.name}-text")


def fetched_text(ref: DocumentRef, cache: Path) -> Path | None:
    """The folder with the text of everything that a reference names; None when it was not fetched."""
    folder = text_folder(ref, cache)
    return folder if (folder / MANIFEST).is_file() else None
