"""Finds where the passages of a leaf stand in a document, a few milliseconds at a time, so that nothing waits."""

from __future__ import annotations

from collections.abc import Generator, Sequence

from PySide6.QtCore import QObject, Signal

from labdesk.core.documents.citations import Quotable, Span
from labdesk.gui.slices import Slices

Found = list[tuple[Span, ...]]


class PassageFinder(QObject):
    """`found(list)` has the spans of each quotation, in order; none for one that is not in the document.

    A new question takes the place of one that is under way. The document is made ready only once."""

    found = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._document = ""
        self._quotable: Quotable | None = None
        self._known: dict[str, tuple[Span, ...]] = {}
        self._work = Slices(self)
        self._work.done.connect(self.found)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._work.busy

    def look(self, document: str, quotes: Sequence[str]) -> None:
        """Looks for these quotations."""
        if document is not self._document:
            self._document, self._quotable, self._known = document, None, {}
        self._work.start(self._find(document, tuple(quotes)))

    def _find(self, document: str, quotes: tuple[str, ...]) -> Generator[None, None, Found]:
        yield  # the text itself is shown first
        if self._quotable is None:
            fresh = Quotable(document, ready=False)
            yield from fresh.prepare()
            self._quotable = fresh
        for quote in quotes:
            if quote not in self._known:
                self._known[quote] = yield from self._quotable.finding_parts(quote)
                yield
        return [self._known[quote] for quote in quotes]
