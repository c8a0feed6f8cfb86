"""What a job reads from the taxonomy: a hash over all of it, and of each leaf what tells later that it changed.

A job is only continued when its inputs are still the same; the tree marks leaves that changed since."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Generator, Iterable
from pathlib import Path

import msgspec

from labdesk.core.errors import TaxonomyError
from labdesk.core.steps import Part
from labdesk.core.taxonomy.tree import LEAF_FILE

LEAVES_JSON = "leaves.json"
"""In the folder of a job: by leaf path the `LeafInputs` (formerly only `LeafInputs.sha256`) when it was asked for."""
_EXAM = "exam.jsonl"
_PIECE = 1 << 20


class DocumentInput(msgspec.Struct, frozen=True, array_like=True):
    """A file beside a qna.yaml: bytes, time of change in ns since 1970, SHA-256 in hex."""

    size: int
    mtime_ns: int
    sha256: str


class LeafInputs(msgspec.Struct, frozen=True, omit_defaults=True):
    """SHA-256 in hex of a qna.yaml, and by name the documents beside it."""

    sha256: str = ""
    documents: dict[str, DocumentInput] = {}


class Inputs(msgspec.Struct, frozen=True):
    """Hex digest over names and bytes of the regular files in all leaf folders, and what each leaf was."""

    sha256: str
    leaves: dict[str, LeafInputs]


def reading_inputs(taxonomy: Path, leaves: Iterable[str]) -> Generator[Part | None, None, Inputs]:
    """What these leaves (paths below `taxonomy`) are now, read in steps. Raises TaxonomyError."""
    whole = hashlib.sha256()
    found: dict[str, LeafInputs] = {}
    wanted = sorted(set(leaves))
    for number, leaf in enumerate(wanted):
        found[leaf] = yield from _leaf(taxonomy / leaf, leaf, whole)
        yield Part(number, len(wanted))
    return Inputs(whole.hexdigest(), found)


def documents_differ(folder: Path, known: LeafInputs) -> bool:
    """Whether a document beside the qna.yaml in `folder` is gone or has another content. Reads only touched ones."""
    for name, was in known.documents.items():
        try:
            info = (folder / name).stat()
            if info.st_size != was.size:
                return True
            if info.st_mtime_ns != was.mtime_ns and _digest(folder / name) != was.sha256:
                return True
        except OSError:
            return True
    return False


def _leaf(folder: Path, leaf: str, whole: hashlib._Hash) -> Generator[None, None, LeafInputs]:
    sha256, documents = "", {}
    try:
        with os.scandir(folder) as entries:
            files = sorted((one for one in entries if one.is_file(follow_symlinks=False)), key=lambda one: one.name)
        for file in files:
            info = file.stat()
            whole.update(f"{leaf}/{file.name}\0{info.st_size}\0".encode())
            own = hashlib.sha256()
            with open(file.path, "rb") as opened:
                while piece := opened.read(_PIECE):
                    whole.update(piece)
                    own.update(piece)
                    yield
            if file.name == LEAF_FILE:
                sha256 = own.hexdigest()
            elif _is_document(file.name):
                documents[file.name] = DocumentInput(info.st_size, info.st_mtime_ns, own.hexdigest())
    except OSError as error:
        raise TaxonomyError(
            f"The leaf “{leaf}” could not be read.",
            cause=f"{os.strerror(error.errno) if error.errno else error}.",
            remedy="Look whether its folder is still there and may be opened; then try again.",
        ) from error
    return LeafInputs(sha256, documents)


def _digest(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()


def _is_document(name: str) -> bool:
    """Exam questions and kept versions beside a leaf are no source of samples."""
    return name != _EXAM and not name.startswith(".") and not name.endswith(".copy")
