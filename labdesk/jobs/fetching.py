"""Fetches what a leaf names in a git repository, and turns it into text: from then on the leaf works offline."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from labdesk.core import storage
from labdesk.core.documents.conversion import Converted, Outcome, Refused
from labdesk.core.documents.fetched import fetched_text, text_folder
from labdesk.core.documents.source import SUFFIXES
from labdesk.core.errors import DocumentError
from labdesk.core.git.https import Https
from labdesk.core.git.references import check_reference
from labdesk.core.git.sources import Transport, fetch_files
from labdesk.core.taxonomy.leaf import DocumentRef
from labdesk.jobs.documents import convert_documents

_SAY_SECONDS = 0.25


class Received(msgspec.Struct, frozen=True, tag="received"):
    """So many bytes came from `host` so far."""

    host: str
    bytes: int


def fetch_documents(
    state: Path,
    ref: DocumentRef,
    say: Callable[[Received | Outcome], object],
    should_stop: Callable[[], bool] = lambda: False,
    transport: Transport | None = None,
) -> Path:
    """The folder with the text of what `ref` names, fetched into `state` (a workspace's `.labdesk`) if need be.

    Raises DocumentError (unsafe, nothing there, no answer, no text in it), StorageError, JobStopped; then nothing is
    kept that was not whole.
    """
    host = check_reference(ref)
    cache = state / "sources"
    known = fetched_text(ref, cache)
    if known is not None:
        return known
    files = fetch_files(ref, cache, transport or Https(should_stop, _Teller(host, say)))
    found = [path for path in sorted(files.rglob("*")) if path.is_file() and path.name != storage.MANIFEST]
    pdfs = [path for path in found if not path.name.lower().endswith(SUFFIXES)]
    text = storage.new_folder(text_folder(ref, cache))
    try:
        for path in found:
            if path not in pdfs:
                storage.write_new(text / path.relative_to(files), path.read_bytes())
        for path in pdfs:
            name = path.relative_to(files)
            storage.write_new(text / name.with_name(f"{name.name}.md"), _converted(state, path, say, should_stop))
        storage.commit_folder(text, text_folder(ref, cache))
    except BaseException:
        storage.remove_folder(text)
        raise
    return text_folder(ref, cache)


def _converted(
    state: Path, path: Path, say: Callable[[Received | Outcome], object], should_stop: Callable[[], bool]
) -> bytes:
    """The text of one PDF. Raises DocumentError with the reason when there is none."""
    outcomes: list[Outcome] = []
    staged = convert_documents(state, [path], outcomes.append, should_stop)
    for outcome in outcomes:
        if isinstance(outcome, Refused):
            raise DocumentError(outcome.message, cause=f"{path.name}: {outcome.cause}", remedy=outcome.remedy)
        if isinstance(outcome, Converted):
            data = (Path(staged.folder) / outcome.markdown).read_bytes()
            storage.remove_folder(Path(staged.folder))
            say(outcome)
            return data
    raise DocumentError(f"“{path.name}” was not converted.", remedy="Fetch it again.")


class _Teller:
    """Says how much came, a few times a second."""

    def __init__(self, host: str, say: Callable[[Received | Outcome], object]) -> None:
        self._host = host
        self._say = say
        self._last = 0.0

    def __call__(self, count: int) -> None:
        now = time.monotonic()
        if now - self._last > _SAY_SECONDS:
            self._last = now
            self._say(Received(self._host, count))
