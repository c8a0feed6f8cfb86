"""Finds and reads the source documents of a knowledge leaf, offline, and never a file outside the leaf's folder."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

from labdesk.core.documents.fetched import fetched_text, sources_folder
from labdesk.core.errors import DocumentError, TaxonomyError
from labdesk.core.taxonomy.files import is_inside, read_regular
from labdesk.core.taxonomy.leaf import DocumentRef

MAX_BYTES = 16 << 20
MAX_FILES = 2_000
MAX_DEPTH = 8
SUFFIXES = (".md", ".markdown", ".txt")


class SourceDocument(msgspec.Struct, frozen=True):
    """A document's text, with line ends as \\n. `name` is its path in the leaf's folder, with slashes.

    `note` says in plain words when this is not simply the file that the leaf names.
    """

    name: str
    text: str
    note: str = ""


def read_documents(
    leaf_dir: Path, ref: DocumentRef | None, taxonomy_root: Path, contexts: Sequence[str] = ()
) -> tuple[SourceDocument, ...]:
    """The documents that `ref` means, in the order of its patterns.

    Of a repository the files that were fetched before are used (`core.documents.fetched`), else a document beside
    `qna.yaml`: nothing is read from the network here. Without any file the seed `contexts` stand in, with a note.
    Raises DocumentError when there is nothing.
    """
    if not is_inside(leaf_dir, taxonomy_root):
        raise DocumentError(
            "The leaf's folder leads out of the taxonomy.",
            cause="It is missing, or a link to somewhere else.",
            remedy="Copy the folder itself into the taxonomy.",
        )
    files = list(_text_files(leaf_dir))
    patterns = ref.patterns if ref else ()
    chosen = _unique(name for pattern in patterns for name in files if matches(pattern, name))
    note = "" if ref is None or ref.is_local else f"Read from the leaf's folder, not from {ref.repo[:200]}."
    if not chosen and files:
        ends = [pattern.rpartition("/")[2] for pattern in patterns]
        chosen = _unique(name for end in ends for name in files if matches(end, name.rpartition("/")[2])) or files
        wanted = ", ".join(patterns)[:200] or "a document"
        note = f"The leaf names {wanted}; labdesk uses {', '.join(chosen)[:200]}, which lies beside it."
    if ref is not None and not ref.is_local and (fetched := _fetched(ref, taxonomy_root)):
        return fetched
    if chosen:
        return tuple(_read(leaf_dir, name, note) for name in chosen)
    return _from_contexts(ref, contexts)


def _fetched(ref: DocumentRef, taxonomy_root: Path) -> tuple[SourceDocument, ...]:
    folder = fetched_text(ref, sources_folder(taxonomy_root))
    names = list(_text_files(folder)) if folder is not None else []
    note = f"Fetched from {ref.repo[:200]} at {ref.commit[:10]}; kept for offline use."
    return tuple(_read(folder, name, note) for name in names) if folder is not None else ()


def _from_contexts(ref: DocumentRef | None, contexts: Sequence[str]) -> tuple[SourceDocument, ...]:
    texts = _unique(context.strip() for context in contexts if context.strip())
    wanted = ", ".join(ref.patterns)[:200] if ref else "no document"
    if not texts:
        raise DocumentError(
            "This leaf has no source document to teach from.",
            cause=f"It names {wanted or 'nothing'}, and no text file lies beside qna.yaml.",
            remedy="Put the document beside qna.yaml as a .md or .txt file and name it under document: patterns.",
        )
    note = f"The document ({wanted}) is not here; the passages quoted in the seed examples stand in for it."
    return (SourceDocument("seed examples", "\n\n".join(texts) + "\n", note),)


def _text_files(folder: Path, prefix: str = "", depth: int = 0) -> Iterator[str]:
    """Relative paths of the text files in a leaf's folder. Folders that hold a leaf of their own are not entered."""
    count = 0
    with os.scandir(folder) as entries:
        ordered = sorted(entries, key=lambda entry: entry.name)
    if depth and any(entry.name == "qna.yaml" for entry in ordered):
        return
    for entry in ordered:
        count += 1
        if count > MAX_FILES:
            return
        if entry.name.startswith("."):
            continue
        if entry.is_dir(follow_symlinks=False):
            if depth < MAX_DEPTH:
                yield from _text_files(Path(entry.path), f"{prefix}{entry.name}/", depth + 1)
        elif _is_text(entry, folder):
            yield f"{prefix}{entry.name}"


def _is_text(entry: os.DirEntry[str], folder: Path) -> bool:
    """An ordinary text file, or a link to one that lies in the same folder or below."""
    if not entry.name.lower().endswith(SUFFIXES) or entry.name == "attribution.txt":
        return False
    return entry.is_file() and (not entry.is_symlink() or is_inside(Path(entry.path), folder))


def _read(leaf_dir: Path, name: str, note: str) -> SourceDocument:
    try:
        data = read_regular(leaf_dir / name, leaf_dir, MAX_BYTES)
    except TaxonomyError as error:
        raise DocumentError(error.message, cause=error.cause, remedy=error.remedy) from error
    if len(data) > MAX_BYTES:
        raise DocumentError(
            f"“{name}” is larger than {MAX_BYTES >> 20} MB.", remedy="Split it into several documents and leaves."
        )
    if b"\0" in data:
        raise DocumentError(
            f"“{name}” is not a text file.", cause="It holds binary data.", remedy="Convert it to Markdown first."
        )
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", errors="replace")
        note = f"{note} The file is not UTF-8; odd characters may be wrong.".strip()
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise DocumentError(f"“{name}” is empty.", remedy="Write or paste the document's text into it.")
    return SourceDocument(name, text, note)


def matches(pattern: str, name: str) -> bool:
    """Glob on relative paths: `*` stays inside a folder, `**` does not. A pattern that climbs out matches nothing."""
    pattern = pattern.strip().removeprefix("./")
    if not pattern or len(pattern) > 500 or pattern.startswith("/") or ".." in pattern.split("/"):
        return False
    parts, names = pattern.split("/"), name.split("/")
    return _match_parts(parts, names) if parts.count("**") <= 4 else False


def _match_parts(parts: list[str], names: list[str]) -> bool:
    if not parts:
        return not names
    if parts[0] == "**":
        return any(_match_parts(parts[1:], names[skip:]) for skip in range(len(names) + 1))
    return bool(names) and _match_name(parts[0], names[0]) and _match_parts(parts[1:], names[1:])


def _match_name(pattern: str, name: str) -> bool:
    """`*` and `?` by splitting at the stars: linear, whatever the pattern."""
    pieces = [re.escape(piece).replace(r"\?", ".") for piece in pattern.split("*")]
    if len(pieces) == 1:
        return re.fullmatch(pieces[0], name) is not None
    head, tail = re.match(pieces[0], name), re.search(pieces[-1] + r"\Z", name)
    if head is None or tail is None or head.end() > tail.start():
        return False
    position = head.end()
    for piece in pieces[1:-1]:
        found = re.compile(piece).search(name, position, tail.start())
        if found is None:
            return False
        position = found.end()
    return True


def _unique(values: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(values))
