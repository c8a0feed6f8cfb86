"""One source document to read and to take passages from: the text, its coverage bar, and what is marked at present."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QWidget

from labdesk.core.documents.citations import Span
from labdesk.gui.teach.coverage_bar import CoverageBar
from labdesk.gui.teach.document_text import DocumentText
from labdesk.gui.teach.passage_finder import PassageFinder
from labdesk.gui.theme import XS, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, number

_HINT = "Return marks a paragraph."
#: Characters. No teacher reads a longer passage, and counting its words would take time.
_MOST_COUNTED = 100_000


class DocumentView(QWidget):
    """`passage_chosen(text)`; `covered(passages found, share of the document, 0 to 1)`; `at(offset)`: the cursor."""

    passage_chosen = Signal(str)
    covered = Signal(int, float)
    at = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._document = ""
        self._spans: list[tuple[Span, ...]] = []
        self._wanted: int | None = None
        self.text = DocumentText()
        self.bar = CoverageBar()
        self.finder = PassageFinder(self)
        self.use = button("Make it a passage", self.use_selection, glyph="quotes")
        self.use.setToolTip("The marked text becomes a passage of the leaf (Return in the text, or Ctrl+D)")
        self.use.setEnabled(False)
        self._marked = label(_HINT, "small", "muted", wrap=True)
        across = row(self.text, self.bar, gap=XS)
        across.setStretch(0, 1)
        foot = row(self._marked, self.use, gap=S)
        foot.setStretch(0, 1)
        body = column(across, foot, gap=S)
        body.setStretch(0, 1)
        self.setLayout(body)
        self.text.selectionChanged.connect(self._on_selection)
        self.text.chosen.connect(self.use_selection)
        self.text.scrolled.connect(lambda: self.bar.show_view(*self.text.in_view()))
        self.text.at.connect(self.at)
        self.bar.wanted.connect(self.text.go_to)
        self.finder.found.connect(self._on_found)

    def show_document(self, text: str) -> None:
        """Shows a document from its beginning, without passages."""
        self._document, self._spans, self._wanted = text, [], None
        self.text.show_document(text)
        self.bar.show_cover(len(text), ())

    def show_passages(self, quotes: Sequence[str]) -> None:
        """Highlights where these passages stand, as soon as they are found."""
        self.finder.look(self._document, quotes)

    def show_passage(self, index: int) -> None:
        """Scrolls to where a passage stands; waits if it is still being looked for."""
        if self.finder.busy:
            self._wanted = index
        elif index < len(self._spans) and self._spans[index]:
            self.text.go_to(self._spans[index][0].start)

    @Slot()
    def use_selection(self) -> None:
        """Offers the marked text as a passage."""
        start, end = self.text.selected()
        chosen = self._document[start:end].strip() if end - start <= _MOST_COUNTED else ""
        if chosen:
            cursor = self.text.textCursor()
            cursor.setPosition(cursor.selectionEnd())
            self.text.setTextCursor(cursor)
            self.passage_chosen.emit(chosen)

    @Slot(object)
    def _on_found(self, spans: list[tuple[Span, ...]]) -> None:
        self._spans = spans
        flat = [(span.start, span.end, index) for index, found in enumerate(spans) for span in found]
        self.text.mark([(start, end) for start, end, _number in flat])
        self.bar.show_cover(len(self._document), flat)
        cited = sum(end - start for start, end, _number in flat)
        self.covered.emit(sum(1 for found in spans if found), min(1.0, cited / max(1, len(self._document))))
        if self._wanted is not None:
            index, self._wanted = self._wanted, None
            self.show_passage(index)

    @Slot()
    def _on_selection(self) -> None:
        start, end = self.text.selected()
        if end - start > _MOST_COUNTED:
            self.use.setEnabled(False)
            self._marked.setText(f"{number(end - start)} characters marked. That is too much for one passage.")
            return
        words = len(self._document[start:end].split())
        self.use.setEnabled(words > 0)
        self._marked.setText(f"{counted(words, 'word')} marked" if words else _HINT)
