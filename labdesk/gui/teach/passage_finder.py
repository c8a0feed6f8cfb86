"""Finds where the passages of a leaf stand in a document, a few milliseconds at a time, so that nothing waits."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QObject, QTimer, Signal

from labdesk.core.documents.citations import Quotable, Span

_TURN_SECONDS = 0.006

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
        self._work: Iterator[None] | None = None
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._turn)

    @property
    def busy(self) -> bool:
        """Whether an answer is still to come."""
        return self._work is not None

    def look(self, document: str, quotes: Sequence[str]) -> None:
        """Looks for these quotations."""
        if document is not self._document:
            self._document, self._quotable, self._known = document, None, {}
        self._work = self._find(document, tuple(quotes))
        self._timer.start()

    def _find(self, document: str, quotes: tuple[str, ...]) -> Iterator[None]:
        if self._quotable is None:
            fresh = Quotable(document, ready=False)
            yield from fresh.prepare()
            self._quotable = fresh
        for quote in quotes:
            if quote not in self._known:
                self._known[quote] = self._quotable.find_parts(quote)
                yield
        self.found.emit([self._known[quote] for quote in quotes])

    def _turn(self) -> None:
        until = time.perf_counter() + _TURN_SECONDS
        work = self._work
        while work is not None and time.perf_counter() < until:
            try:
                next(work)
            except StopIteration:
                if self._work is work:
                    self._work = None
                work = None
        if self._work is None:
            self._timer.stop()
