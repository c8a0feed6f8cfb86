"""What the leaf editor tells about other programs: in words, with one thing to do about it."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable

from labdesk.core.taxonomy.merging import Merge
from labdesk.gui.roles import Tone


@dataclasses.dataclass(frozen=True)
class Notice:
    """Something that another program did to the leaf, in words, and one thing to do about it."""

    tone: Tone
    heading: str
    text: str = ""
    action: str = ""
    run: Callable[[], object] | None = None


UNDER_TYPING = Notice(
    "muted",
    "Another program is changing this leaf too.",
    "Go on typing: both changes are put together when you leave the field.",
)
DELETED_UNDER_TYPING = Notice(
    "warn",
    "Another program deleted this leaf while you are typing.",
    "It comes back with what you wrote when you leave the field.",
)
BROUGHT_BACK = Notice(
    "warn",
    "Another program had deleted this leaf; it is back with what you wrote.",
    "To delete it after all, move it to the trash.",
)


def merged(merge: Merge) -> Notice:
    lost = f" These remarks of yours found no place: {' '.join(merge.lost_comments)}" if merge.lost_comments else ""
    return Notice("muted", "Another program had changed this leaf too; both changes are in it now.", lost.strip())


def earlier(bring_back: Callable[[], object]) -> Notice:
    """A leaf without unsaved typing was changed on the disk and is shown anew."""
    heading = "Another program changed this leaf; this is how it is now."
    return Notice("muted", heading, "", "Bring the earlier version back", bring_back)


def deleted(title: str, bring_back: Callable[[], object]) -> Notice:
    """The open leaf is gone."""
    return Notice(
        "warn", f"Another program deleted “{title}”.", "labdesk still has its text.", "Bring it back", bring_back
    )


def shelved(title: str) -> Notice:
    """A leaf was left with typing that could not be saved."""
    return Notice(
        "warn",
        f"What you typed in “{title}” is not in its file yet.",
        "It is kept. Open the leaf again to decide what becomes of it.",
    )
