"""Puts converted documents into a leaf: one step of the history, so that one undo takes all of it back.

The Markdown lies beside `qna.yaml` and is named there; the file it was made from lies in the leaf's own hidden folder
`.labdesk/originals`, which goes where the leaf goes (rename, copy, trash) but is never a leaf, never exported and never
committed. InstructLab looks only at what `qna.yaml` names.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Collection, Sequence
from pathlib import Path

from labdesk.core import storage, swap
from labdesk.core.documents.conversion import LEAST_TEXT, Converted
from labdesk.core.documents.source import SUFFIXES as TEXT_SUFFIXES
from labdesk.core.errors import DocumentError
from labdesk.core.history.acts import Act, Folder, Move, Write, digest
from labdesk.core.taxonomy.edit import set_field
from labdesk.core.taxonomy.leaf import DocumentRef, parse_leaf
from labdesk.core.taxonomy.tree import LEAF_FILE
from labdesk.core.taxonomy_store import TaxonomyStore

STAGED_FILE = "staged.json"
ORIGINALS = ".labdesk/originals"
_MOST_NAME = 80
_SMALL_TEXT = 1 << 20


def document_name(name: str, taken: set[str], *, keep_ending: bool = False) -> str:
    """A file name that works on every computer and as a pattern: `Über uns (2).docx` is `Über-uns-2.md`.

    It differs from all in `taken` (also on disks that do not tell capitals apart) and is put there.
    """
    plain = unicodedata.normalize("NFC", name)
    parts = re.fullmatch(r"(.+)\.([A-Za-z0-9]{1,8})", plain, re.DOTALL)
    stem, ending = (parts.group(1), parts.group(2)) if parts else (plain, "")
    stem = re.sub(r"[^\w.]+", "-", stem).strip("-._ ")[:_MOST_NAME].rstrip("-._") or "document"
    if stem.lower() in ("qna", "attribution", "con", "prn", "aux", "nul"):
        stem += "-text"
    tail = (f".{ending}" if ending else "") if keep_ending else ".md"
    number, found = 1, f"{stem}{tail}"
    while found.casefold() in taken:
        number += 1
        found = f"{stem}-{number}{tail}"
    taken.add(found.casefold())
    return found


def staged_documents(folder: Path) -> tuple[Converted, ...]:
    """What lies in a staging folder. Raises StorageError when it is gone."""
    return tuple(storage.read_json(folder / STAGED_FILE, list[Converted]))


def stage_text(store: TaxonomyStore, path: Path) -> Path | None:
    """A staging folder for a small text or Markdown file, which needs no conversion; None for everything else.

    Raises StorageError.
    """
    if path.suffix.lower() not in TEXT_SUFFIXES or not path.is_file() or path.stat().st_size > _SMALL_TEXT:
        return None
    data = path.read_bytes()
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\0" in text or sum(character.isalnum() for character in text) < LEAST_TEXT:
        return None
    folder = storage.new_folder(store.state / "incoming" / "documents")
    one = Converted(path.name, document_name(path.name, set()), "", "text", len(text))
    storage.write_new(folder / one.markdown, data)
    storage.write_json(folder / STAGED_FILE, [one])
    return folder


def add_documents(store: TaxonomyStore, leaf: str, staged: Path, chosen: Collection[str] = ()) -> tuple[str, ...]:
    """Take the converted documents in `staged` (those whose `markdown` is in `chosen`, or all) into a knowledge leaf.

    `staged` is a folder of this workspace. Returns the file names as the leaf names them; a document that lies there
    already, letter by letter, is not doubled. Raises DocumentError, TaxonomyError, StorageError: nothing has changed.
    """
    file = store.inside_taxonomy(f"{leaf}/{LEAF_FILE}")
    before = swap.current(file)
    if before is None:
        raise DocumentError("The leaf is not there any more.", remedy="Reload the taxonomy.")
    documents = [one for one in staged_documents(staged) if not chosen or one.markdown in chosen]
    if not documents:
        raise DocumentError("No document was chosen.", remedy="Choose at least one.")
    moves = _Moves(store, leaf, staged)
    names = [moves.take(one) for one in documents]
    reference = parse_leaf(before, leaf).document
    after = set_field(before, ("document",), _reference(reference, names))
    acts = moves.acts
    contents = {}
    writes = ((LEAF_FILE, before, after), *moves.unpublished())
    for name, was, becomes in writes:
        if was != becomes:
            path = f"taxonomy/{leaf}/{name}"
            acts.append(Write(path, digest(was), digest(becomes)))
            contents[path] = becomes
    title = names[0] if len(names) == 1 else f"{len(names)} documents"
    if acts:
        store.do(f"Add “{title}”", acts, contents, leaf)
    (staged / STAGED_FILE).unlink(missing_ok=True)
    return tuple(names)


def _reference(old: DocumentRef | None, names: Sequence[str]) -> dict[str, object]:
    """The `document` of the leaf: the new files behind the local ones that it names already."""
    known = [pattern for pattern in old.patterns if pattern.strip()] if old and old.is_local else []
    return {"repo": ".", "commit": "local", "patterns": list(dict.fromkeys((*known, *names)))}


class _Moves:
    """The acts that bring files from the staging folder into a leaf."""

    def __init__(self, store: TaxonomyStore, leaf: str, staged: Path) -> None:
        self._store = store
        self._leaf = leaf
        self._staged = staged.resolve()
        self._taken = {entry.name.casefold() for entry in os.scandir(store.taxonomy / leaf)}
        originals = store.taxonomy / leaf / ORIGINALS
        self._has_originals = originals.is_dir()
        self._taken_originals = {e.name.casefold() for e in os.scandir(originals)} if self._has_originals else set()
        self.acts: list[Act] = []

    def take(self, one: Converted) -> str:
        source = self._staged / one.markdown
        there = self._store.taxonomy / self._leaf / one.markdown
        text = swap.current(source)
        if text is None:
            raise DocumentError("The converted text is not there any more.", remedy="Add the document again.")
        if swap.current(there) == text:
            return one.markdown
        name = document_name(one.markdown, self._taken)
        self._move(source, name)
        if one.original:
            if not self._has_originals:
                self.acts.append(Folder(f"taxonomy/{self._leaf}/{ORIGINALS}"))
                self._has_originals = True
            original = document_name(Path(one.original).name, self._taken_originals, keep_ending=True)
            self._move(self._staged / one.original, f"{ORIGINALS}/{original}")
        return name

    def unpublished(self) -> tuple[tuple[str, bytes | None, bytes], ...]:
        """The file that keeps originals out of a repository: they may be large, and not free to give away."""
        if not any(isinstance(act, Move) and f"/{ORIGINALS}/" in act.target for act in self.acts):
            return ()
        name = f"{ORIGINALS.partition('/')[0]}/.gitignore"
        return ((name, swap.current(self._store.taxonomy / self._leaf / name), b"*\n"),)

    def _move(self, source: Path, name: str) -> None:
        self.acts.append(Move(source.relative_to(self._store.root).as_posix(), f"taxonomy/{self._leaf}/{name}"))
