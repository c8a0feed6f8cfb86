"""The earlier versions of a leaf: commits of its repository, and what labdesk itself wrote, which needs none."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.git.leaf_states import leaf_versions
from labdesk.core.git.repository import GitFolder
from labdesk.core.history.acts import Write
from labdesk.core.history.history import History
from labdesk.core.taxonomy.tree import LEAF_FILE

MOST_SHOWN = 100
Source = Literal["commit", "labdesk"]


class Earlier(msgspec.Struct, frozen=True):
    """A version of a leaf's qna.yaml. `number` finds it again: of a blob, or a SHA-256; "" when it was deleted then.
    `time` is in seconds since 1970, 0 for unknown. `data` is None when the content is lost.
    """

    source: Source
    number: str
    title: str
    author: str
    time: int
    data: bytes | None


def leaf_history(taxonomy: Path, leaf: str) -> tuple[Earlier, ...]:
    """Every version that is known, newest first. Reading many commits takes seconds. Raises TaxonomyError."""
    found = [*_committed(taxonomy, leaf), *_written(taxonomy, leaf)]
    found.sort(key=lambda one: one.time, reverse=True)  # stable: within a second the order of each source stays
    return tuple(found[:MOST_SHOWN])


def version_data(taxonomy: Path, source: Source, number: str) -> bytes:
    """The content of a version. Raises TaxonomyError, StorageError when it is not there."""
    if source == "labdesk":
        return _history(taxonomy).blobs.get(number)
    folder = GitFolder.find(taxonomy)
    if folder is None:
        raise TaxonomyError("This taxonomy lies in no git repository.", remedy="Take another version.")
    with folder:
        return folder.blob(number)


def _committed(taxonomy: Path, leaf: str) -> list[Earlier]:
    folder = GitFolder.find(taxonomy)
    if folder is None:
        return []
    with folder:
        return [
            Earlier(
                "commit",
                one.blob,
                one.message.partition("\n")[0],
                one.author.partition(" <")[0],
                one.time,
                folder.blob(one.blob) if one.blob else b"",
            )
            for one in leaf_versions(folder, leaf, MOST_SHOWN)
        ]


def _written(taxonomy: Path, leaf: str) -> list[Earlier]:
    """The steps of labdesk's own history that wrote this file, newest first, and what was there before."""
    history = _history(taxonomy)
    path = f"taxonomy/{leaf}/{LEAF_FILE}"
    found: list[Earlier] = []
    first: Write | None = None
    for step in history.steps:
        for act in step.acts:
            if isinstance(act, Write) and act.path == path:
                first = first or act
                data = _content(history, act.after)
                found.append(Earlier("labdesk", act.after or "", step.label, "", int(step.time), data))
    if first is not None and first.before is not None:
        start = Earlier(
            "labdesk", first.before, "Before labdesk's first change", "", 0, _content(history, first.before)
        )
        found.insert(0, start)
    return found[::-1]


def _content(history: History, number: str | None) -> bytes | None:
    if number is None:
        return b""
    try:
        return history.blobs.get(number)
    except StorageError:
        return None


def _history(taxonomy: Path) -> History:
    root = taxonomy.resolve().parent
    return History(root, root / ".labdesk" / "history")
