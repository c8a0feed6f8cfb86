"""Finds and reads the source documents of a knowledge leaf, offline, and never a file outside the leaf's folder."""

from __future__ import annotations

import codecs
import io
import os
import re
from collections.abc import Generator, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import msgspec

from labdesk.core.documents.fetched import fetched_text, sources_folder
from labdesk.core.errors import DocumentError, TaxonomyError
from labdesk.core.taxonomy.files import is_inside, read_pieces
from labdesk.core.taxonomy.leaf import DocumentRef

MAX_BYTES = 16 << 20
MAX_FILES = 2_000
MAX_DEPTH = 8
_PIECE = 1 << 20
_Made = TypeVar("_Made")
SUFFIXES = (".md", ".markdown", ".txt")


class SourceDocument(msgspec.Struct, frozen=True):
    """A document's text, with line ends as \\n. `name` is its path in the leaf's folder, with slashes.

    `note` says in plain words when this is not simply the file that the leaf names.
    """

    name: str
    text: str
    note: str = ""


class DocumentFile(msgspec.Struct, frozen=True):
    """A document that was found and not read yet: a file `name` in a folder, or (without one) the `text` itself."""

    name: str
    folder: Path | None
    note: str = ""
    text: str = ""

    def reading(self) -> Generator[None, None, SourceDocument]:
        """Reads it, in steps of a few milliseconds. Raises DocumentError."""
        if self.folder is None:
            return SourceDocument(self.name, self.text, self.note)
        data: list[bytes] = []
        try:
            for piece in read_pieces(self.folder / self.name, self.folder, MAX_BYTES, _PIECE):
                if b"\0" in piece:
                    raise DocumentError(
                        f"“{self.name}” is not a text file.",
                        cause="It holds binary data.",
                        remedy="Convert it to Markdown first.",
                    )
                data.append(piece)
                yield
        except TaxonomyError as error:
            raise DocumentError(error.message, cause=error.cause, remedy=error.remedy) from error
        if sum(map(len, data)) > MAX_BYTES:
            raise DocumentError(
                f"“{self.name}” is larger than {MAX_BYTES >> 20} MB.",
                remedy="Split it into several documents and leaves.",
            )
        text = yield from _decoded(data, "utf-8-sig", "strict")
        if text is not None:
            return self._made(text, self.note)
        text = yield from _decoded(data, "cp1252", "replace")
        return self._made(text or "", f"{self.note} The file is not UTF-8; odd characters may be wrong.".strip())

    def _made(self, text: str, note: str) -> SourceDocument:
        if not text or text.isspace():
            raise DocumentError(f"“{self.name}” is empty.", remedy="Write or paste the document's text into it.")
        return SourceDocument(self.name, text, note)


def read_documents(
    leaf_dir: Path, ref: DocumentRef | None, taxonomy_root: Path, contexts: Sequence[str] = ()
) -> tuple[SourceDocument, ...]:
    """All documents that `find_documents` finds, at once. Raises DocumentError when there is none to read."""
    found = drawn(find_documents(leaf_dir, ref, taxonomy_root, contexts))
    return tuple(drawn(one.reading()) for one in found)


def find_documents(
    leaf_dir: Path, ref: DocumentRef | None, taxonomy_root: Path, contexts: Sequence[str] = ()
) -> Generator[None, None, tuple[DocumentFile, ...]]:
    """The documents that `ref` means, in the order of its patterns; found in steps of a few milliseconds.

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
    if ref is not None and not ref.is_local and (fetched := _fetched(ref, taxonomy_root)):
        return fetched
    files: list[str] = []
    for name in _text_files(leaf_dir):
        files.append(name)
        yield
    patterns = ref.patterns if ref else ()
    chosen = yield from _matching(patterns, files)
    note = "" if ref is None or ref.is_local else f"Read from the leaf's folder, not from {ref.repo[:200]}."
    if not chosen and files:
        ends = [pattern.rpartition("/")[2] for pattern in patterns]
        chosen = (yield from _matching(ends, files, last=True)) or files
        wanted = ", ".join(patterns)[:200] or "a document"
        note = f"The leaf names {wanted}; labdesk uses {', '.join(chosen)[:200]}, which lies beside it."
    if chosen:
        return tuple(DocumentFile(name, leaf_dir, note) for name in chosen)
    return (_from_contexts(ref, contexts),)


def drawn(steps: Generator[None, None, _Made]) -> _Made:
    """What a generator returns, without pauses."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            made: _Made = end.value
            return made


def _matching(patterns: Sequence[str], files: Sequence[str], *, last: bool = False) -> Generator[None, None, list[str]]:
    """The files that a pattern matches, by their whole path or by its `last` part alone."""
    chosen: dict[str, None] = {}
    for pattern in patterns:
        for name in files:
            if matches(pattern, name.rpartition("/")[2] if last else name):
                chosen[name] = None
            yield
    return list(chosen)


def _fetched(ref: DocumentRef, taxonomy_root: Path) -> tuple[DocumentFile, ...]:
    folder = fetched_text(ref, sources_folder(taxonomy_root))
    names = list(_text_files(folder)) if folder is not None else []
    note = f"Fetched from {ref.repo[:200]} at {ref.commit[:10]}; kept for offline use."
    return tuple(DocumentFile(name, folder, note) for name in names)


def _from_contexts(ref: DocumentRef | None, contexts: Sequence[str]) -> DocumentFile:
    texts = _unique(context.strip() for context in contexts if context.strip())
    wanted = ", ".join(pattern for pattern in ref.patterns if pattern)[:200] if ref else ""
    if not texts:
        raise DocumentError(
            "This leaf has no source document to teach from.",
            cause=f"It names {wanted or 'nothing'}, and no text file lies beside qna.yaml.",
            remedy="Put the document beside qna.yaml as a .md or .txt file and name it under document: patterns.",
        )
    which = f"The document ({wanted}) is not here" if wanted else "The leaf names no document"
    note = f"{which}; the passages quoted in the seed examples stand in for it."
    return DocumentFile("seed examples", None, note, "\n\n".join(texts) + "\n")


def _decoded(data: Sequence[bytes], encoding: str, errors: str) -> Generator[None, None, str | None]:
    """The text with line ends as \\n; None when these bytes are not in that encoding."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)(errors), translate=True)
    parts: list[str] = []
    try:
        for number, piece in enumerate(data, 1):
            parts.append(decoder.decode(piece, final=number == len(data)))
            yield
    except UnicodeDecodeError:
        return None
    return "".join(parts)


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
