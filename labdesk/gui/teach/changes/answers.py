"""What `labdesk taxonomy bases`, `diff` and `history` answer, as plain data for the views."""

from __future__ import annotations

from typing import Any, Literal, TypeVar

import msgspec

from labdesk.core.errors import JobError
from labdesk.core.line_diff import DiffRow

T = TypeVar("T")

LeafState = Literal["new", "changed", "deleted", "same"]


class Base(msgspec.Struct, frozen=True):
    """Something to compare with. `time` in seconds since 1970, 0 for none."""

    name: str
    title: str
    detail: str = ""
    time: int = 0


class Standing(msgspec.Struct, frozen=True):
    """Where the taxonomy stands. `repository` is "" where there is none; `unfinished` says why nothing is committed."""

    repository: str = ""
    branch: str = ""
    unfinished: str = ""
    shallow: bool = False
    bases: tuple[Base, ...] = ()

    @property
    def comparable(self) -> bool:
        """Whether there is any earlier version at all."""
        return any(base.name != NOTHING for base in self.bases)


class ChangedLeaf(msgspec.Struct, frozen=True):
    """A leaf that differs. `rows` by file; a file that is no text has None; None as a whole: still to be asked for."""

    path: str
    state: LeafState
    files: tuple[str, ...] = ()
    rows: dict[str, tuple[DiffRow, ...] | None] | None = None


class Version(msgspec.Struct, frozen=True):
    """An earlier version of a leaf; `rows` against the one before it. `lost`: its content is gone."""

    source: Literal["commit", "labdesk"]
    number: str
    title: str
    author: str = ""
    time: int = 0
    lost: bool = False
    rows: tuple[DiffRow, ...] = ()


NOTHING = "empty"
HEAD = "HEAD"


def read(kind: type[T], answer: Any) -> T:
    """An answer as a struct. Raises JobError for one of another form (another version of labdesk on the path)."""
    try:
        return msgspec.convert(answer, kind)
    except msgspec.ValidationError as error:
        raise JobError(
            "labdesk does not understand its own answer.", cause=str(error), remedy="Restart labdesk."
        ) from error
