"""Remembers what was said about a leaf, so that a large taxonomy is checked again in a second.

A result counts as long as the file's size, time and inode are the same. A file that was written within two seconds of
its check may change without any of them moving; its content is compared then. Results of other rules do not count.
"""

from __future__ import annotations

import contextlib
import hashlib
import importlib.metadata
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

import msgspec

import labdesk
from labdesk.core import storage
from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.problem import Level, Problem, Verdict
from labdesk.core.taxonomy.rules import Report, check
from labdesk.core.taxonomy.tree import LeafEntry, Tree
from labdesk.core.taxonomy.yaml_source import MAX_BYTES

CHUNK_SECONDS = 0.008
_SAME_TICK_NS = 2_000_000_000


class Checked(msgspec.Struct, frozen=True):
    """A leaf and what is to be said about it."""

    entry: LeafEntry
    report: Report


class _Known(msgspec.Struct, frozen=True, array_like=True):
    size: int
    mtime_ns: int
    inode: int
    settled: bool
    """False when the file was so new that its time says nothing."""
    sha256: str
    report: Report


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    rules: str
    leaves: dict[str, _Known]


class VerdictCache:
    """Results by leaf path, read from `file` when first asked. Without a file it works in memory only."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._leaves: dict[str, _Known] | None = None
        self._fresh: dict[str, _Known] = {}
        self._changed = False

    @classmethod
    def of_workspace(cls, root: Path) -> VerdictCache:
        """The cache of a workspace, below `.labdesk/`; in memory only where there is no such folder."""
        state = root / ".labdesk"
        return cls(state / "cache" / "verdicts.msgpack" if state.is_dir() else None)

    def report(self, entry: LeafEntry, root: Path) -> Report:
        """What is to be said about a leaf of the taxonomy `root`; a file that cannot be read counts as not YAML."""
        known = self._all().get(entry.path)
        if known is not None and known.settled and _stamp(known) == _stamp(entry):
            self._fresh[entry.path] = known
            return known.report
        self._changed = True
        try:
            data = read_regular(entry.file, root, MAX_BYTES)
        except TaxonomyError as error:
            return Report(Verdict.NOT_YAML, (Problem(1, 1, "", str(error), Level.ERROR),))
        digest = hashlib.sha256(data).hexdigest()
        report = known.report if known is not None and known.sha256 == digest else check(data, entry.path)
        settled = entry.mtime_ns + _SAME_TICK_NS < time.time_ns()
        self._fresh[entry.path] = _Known(entry.size, entry.mtime_ns, entry.inode, settled, digest, report)
        return report

    def save(self) -> None:
        """Store the results asked for since opening, and those of leaves not asked about. Raises StorageError."""
        if self._file is None or not self._changed:
            return
        leaves = {**self._all(), **self._fresh}
        storage.write_bytes(self._file, msgspec.msgpack.encode(_Stored(rules_version(), leaves)))
        self._leaves, self._changed = leaves, False

    def forget_all_but(self, tree: Tree) -> None:
        """Drop the results of leaves that are not in the tree any more."""
        paths = {entry.path for entry in tree.leaves}
        gone = self._all().keys() - paths
        for path in gone:
            del self._all()[path]
        self._changed = self._changed or bool(gone)

    def _all(self) -> dict[str, _Known]:
        if self._leaves is None:
            self._leaves = _read(self._file)
        return self._leaves


def check_all(
    tree: Tree, cache: VerdictCache, first: Sequence[str] = (), seconds: float = CHUNK_SECONDS
) -> Iterator[list[Checked]]:
    """Check every leaf, a chunk of work at a time, those at the paths `first` (what the person looks at) before others.

    A chunk takes about `seconds`; only one oversized leaf can make it longer (a quarter of a second at most). The cache
    is saved at the end, where it may be written.
    """
    urgent = set(first)
    order = [entry for entry in tree.leaves if entry.path in urgent]
    order += [entry for entry in tree.leaves if entry.path not in urgent]
    chunk: list[Checked] = []
    until = time.perf_counter() + seconds
    for entry in order:
        chunk.append(Checked(entry, cache.report(entry, tree.root)))
        if time.perf_counter() >= until:
            yield chunk
            chunk = []
            until = time.perf_counter() + seconds
    yield chunk
    cache.forget_all_but(tree)
    with contextlib.suppress(StorageError):  # a workspace that may only be read is checked all the same
        cache.save()


def _stamp(of: _Known | LeafEntry) -> tuple[int, int, int]:
    return of.size, of.mtime_ns, of.inode


def _read(file: Path | None) -> dict[str, _Known]:
    """What was stored; nothing when there is no file, a damaged one, or one made by other rules."""
    if file is None:
        return {}
    try:
        stored = msgspec.msgpack.decode(file.read_bytes(), type=_Stored)
    except (OSError, msgspec.DecodeError, msgspec.ValidationError):
        return {}
    return stored.leaves if stored.rules == rules_version() else {}


def rules_version() -> str:
    """Changes whenever the same file might be judged otherwise: labdesk, the schema, in a checkout also the sources."""
    sources = sorted(Path(__file__).parent.glob("*.py"))
    newest = max((path.stat().st_mtime_ns for path in sources), default=0)
    return f"{labdesk.__version__} {importlib.metadata.version('instructlab-schema')} {newest}"
