"""Which leaves a search and a choice of state leave over: found in slices while the person types."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Generator, Sequence

from PySide6.QtCore import QObject, Signal

from labdesk.core.taxonomy.names import above
from labdesk.core.taxonomy.tree import Branch
from labdesk.gui.slices import Slices
from labdesk.gui.teach.leaf_book import LeafBook

_AT_ONCE = 200


@dataclasses.dataclass(frozen=True)
class Choice:
    """One entry of the filter menu."""

    title: str
    help: str
    fits: Callable[[LeafBook, str], bool]


EVERYTHING = Choice("All leaves", "Shows every leaf.", lambda _book, _path: True)
CHOICES = (
    EVERYTHING,
    Choice("Ready", "Leaves that can be taught as they are.", lambda book, path: book.state(path).kind == "done"),
    Choice(
        "Not ready",
        "Drafts, and leaves with a problem.",
        lambda book, path: book.state(path).kind in ("draft", "attention", "bad"),
    ),
    Choice("Changed", "Changed since their samples were written.", lambda book, path: book.of(path).changed),
    Choice("Taught", "A model was taught and examined on them.", lambda book, path: book.of(path).after is not None),
    Choice("Not taught", "No model was examined on them yet.", lambda book, path: book.of(path).after is None),
)


class TreeFilter(QObject):
    """`ask(...)`, then `found(paths)`: a set of leaf paths, or None when nothing is left out."""

    found = Signal(object)

    def __init__(self, book: LeafBook, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._book = book
        self._work = Slices(self)
        self._work.done.connect(self.found)

    def ask(self, text: str, choice: Choice, leaves: Sequence[str]) -> None:
        """Looks through these leaves; an earlier question that is not answered yet is dropped."""
        words = text.lower().split()
        if not words and choice is EVERYTHING:
            self._work.stop()
            self.found.emit(None)
        else:
            self._work.start(_look(self._book, words, choice, leaves))

    def stop(self) -> None:
        """Gives up what is under way."""
        self._work.stop()


def _look(book: LeafBook, words: Sequence[str], choice: Choice, leaves: Sequence[str]) -> Generator[None, None, object]:
    hits: set[str] = set()
    for number, path in enumerate(leaves):
        if not number % _AT_ONCE:
            yield
        if choice.fits(book, path) and has_words(book, path, words):
            hits.add(path)
    return hits


def has_words(book: LeafBook, path: str, words: Sequence[str]) -> bool:
    """Whether a leaf's names or texts hold all of the words (in lower case)."""
    seen = book.seen.get(path)
    text, names = seen.text if seen else "", path.replace("_", " ").lower()
    return all(word in names or word in text for word in words)


def excerpt(text: str, words: Sequence[str], width: int = 90) -> str:
    """The place in a leaf's text where the first of the words stands; "" where none does."""
    at = next((found for word in words if (found := text.find(word)) >= 0), -1)
    if at < 0:
        return ""
    start = max(text.rfind("\n", 0, at) + 1, at - width // 3)
    end = text.find("\n", at)
    cut = text[start : min(end if end >= 0 else len(text), start + width)].strip()
    return f"…{cut}…"


def part_of(top: Branch, hits: set[str]) -> Generator[None, None, Branch]:
    """A tree less the leaves that are no hit and the branches that lead to none, made in steps."""
    return (yield from _part(top, hits, {way for path in hits for way in above(path)}))


def _part(branch: Branch, hits: set[str], ways: set[str]) -> Generator[None, None, Branch]:
    yield
    inner: list[Branch] = []
    for one in branch.branches:
        if one.path in ways:
            inner.append((yield from _part(one, hits, ways)))
        elif one.path in hits:
            inner.append(Branch(one.path, one.name, (), one.leaf, False) if one.branches else one)
    leaf = branch.leaf if branch.path in hits else None
    return Branch(branch.path, branch.name, tuple(inner), leaf, leaf is None and not inner)
