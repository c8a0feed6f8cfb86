"""What a verb of the workspace changed: few, coarse announcements, so that every view can decide for itself."""

from __future__ import annotations

from typing import Literal

import msgspec

Part = Literal["taxonomy", "jobs", "datasets", "runs", "reviews", "settings"]


class Change(msgspec.Struct, frozen=True):
    """`part` of the workspace moved; `ids` names which (leaf paths, job ids), empty for "look at all of it".
    `origin` lets the view that made the edit skip its own echo."""

    part: Part
    ids: tuple[str, ...] = ()
    origin: str = ""
