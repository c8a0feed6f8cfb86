"""Moving leaves and branches by drag and drop: what is carried, and where it may be let go."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
from PySide6.QtCore import QByteArray, QMimeData

MIME = "application/x-labdesk-taxonomy-paths"


def packed(paths: Iterable[str]) -> QMimeData:
    """Paths on their way. Other programs get them as text."""
    chosen = outermost(paths)
    data = QMimeData()
    data.setData(MIME, QByteArray(msgspec.json.encode(chosen)))
    data.setText("\n".join(chosen))
    return data


def unpacked(data: QMimeData) -> list[str]:
    """The paths that are carried; [] for anything that labdesk did not pack."""
    try:
        return msgspec.json.decode(bytes(data.data(MIME).data()), type=list[str])
    except (msgspec.DecodeError, msgspec.ValidationError, UnicodeDecodeError):
        return []


def outermost(paths: Iterable[str]) -> list[str]:
    """The paths less those that lie in another one of them, sorted: what is done to a branch is done to all in it."""
    kept: list[str] = []
    for path in sorted(set(paths), key=lambda path: path.split("/")):
        if not kept or not path.startswith(f"{kept[-1]}/"):
            kept.append(path)
    return kept


def welcome(paths: Sequence[str], branch: str) -> bool:
    """Whether all of them can go into a branch, and one of them is not there already."""
    if not paths or not branch:
        return False
    inside = any(f"{branch}/".startswith(f"{path}/") for path in paths)
    return not inside and any(path.rpartition("/")[0] != branch for path in paths)
