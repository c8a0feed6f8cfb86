"""The source document of a knowledge leaf, with the passages that the leaf cites highlighted.

Select text and press the button (or its key): the selection becomes a passage."""

from __future__ import annotations

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QStackedWidget, QWidget

from labdesk.core.documents.citations import Quotable, Span
from labdesk.core.documents.source import SourceDocument, read_documents
from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.leaf import Leaf, LeafKind
from labdesk.core.workspace import Workspace
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import SafeText
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted, share

#: Finding passages looks at every character; beyond this the document is shown without highlights.
_LONGEST_MARKED = 60_000
_NONE = "No source document yet"
_CHOOSE = "Choose a text or Markdown file. It is copied beside the leaf; nothing else is needed."


class DocumentPane(QWidget):
    """`passage_chosen(text)` when the person makes the selection a passage; `document_wanted` to add a document."""

    passage_chosen = Signal(str)
    document_wanted = Signal()

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._leaf: Leaf | None = None
        self._documents: tuple[SourceDocument, ...] = ()
        self._quotable: tuple[str, Quotable] | None = None
        self._spans: list[tuple[Span, ...]] = []
        self._which = QComboBox()
        self._which.setAccessibleName("Source document")
        self._which.activated.connect(self._show_document)
        self._name = label("Source document", "heading")
        self._note = label(step="small", tone="muted", wrap=True)
        self.text = SafeText("Text of the source document")
        self.use = button("Make the selection a passage", self.use_selection, glyph="quotes")
        self.use.setEnabled(False)
        self.text.copyAvailable.connect(self.use.setEnabled)
        page = panel(
            row(self._name, None, self._which), self._note, self.text, row(None, self.use), gap=S, margin=(L, M, L, M)
        )
        self._empty = EmptyState(
            "file-text",
            _NONE,
            _CHOOSE,
            button("Choose a document…", self.document_wanted.emit, kind="primary", glyph="file-plus"),
        )
        self._stack = QStackedWidget()
        self._stack.addWidget(page)
        self._stack.addWidget(self._empty)
        self.setLayout(column(self._stack))
        self._later = QTimer(self)
        self._later.setSingleShot(True)
        self._later.setInterval(0)
        self._later.timeout.connect(self._find_passages)

    def show_leaf(self, leaf: Leaf) -> None:
        """Shows the document of a knowledge leaf; hides itself for a skill, which needs none."""
        self.setVisible(leaf.kind is LeafKind.KNOWLEDGE)
        if leaf.kind is not LeafKind.KNOWLEDGE:
            return
        before, self._leaf = self._leaf, leaf
        if before is None or (before.path, before.document) != (leaf.path, leaf.document) or not self._documents:
            self._load(leaf)
        self._later.start()

    def show_passage(self, index: int) -> None:
        """Scrolls to where a passage of the leaf stands."""
        if index < len(self._spans) and self._spans[index]:
            first = sum(len(spans) for spans in self._spans[:index])
            self.text.mark([(span.start, span.end) for spans in self._spans for span in spans], scroll_to=first)

    def use_selection(self) -> None:
        """Offers the selected text as a passage."""
        start, end = self.text.selected()
        document = self._documents[max(0, self._which.currentIndex())].text if self._documents else ""
        chosen = document[start:end].strip()
        if chosen:
            self.passage_chosen.emit(chosen)

    def _load(self, leaf: Leaf) -> None:
        try:
            folder = self._workspace.inside_taxonomy(leaf.path)
            contexts = [seed.context for seed in leaf.seed_contexts]
            self._documents = read_documents(folder, leaf.document, self._workspace.taxonomy, contexts)
        except LabdeskError as error:
            self._documents = ()
            unset = leaf.document is None or not any(leaf.document.patterns)
            self._empty.say(_NONE if unset else error.message, _CHOOSE if unset else error.remedy)
        self._stack.setCurrentIndex(0 if self._documents else 1)
        self._which.clear()
        self._which.addItems([document.name for document in self._documents])
        self._which.setVisible(len(self._documents) > 1)
        self._show_document(0)

    def _show_document(self, index: int) -> None:
        if not 0 <= index < len(self._documents):
            return
        document = self._documents[index]
        self._name.setText(document.name if len(self._documents) == 1 else "Source documents")
        self.text.show_text(document.text)
        self._quotable = None
        self._later.start()

    def _find_passages(self) -> None:
        if self._leaf is None or not self._documents:
            return
        document = self._documents[max(0, self._which.currentIndex())]
        if len(document.text) > _LONGEST_MARKED:
            self._note.setText("This document is long; passages are not highlighted.")
            return
        if self._quotable is None or self._quotable[0] != document.text:
            self._quotable = (document.text, Quotable(document.text))
        self._spans = [self._quotable[1].find_parts(seed.context) for seed in self._leaf.seed_contexts]
        marks = [(span.start, span.end) for spans in self._spans for span in spans]
        self.text.mark(marks)
        cited = sum(end - start for start, end in marks)
        found = sum(1 for spans in self._spans if spans)
        said = f"{counted(found, 'passage')} highlighted, {share(cited, len(document.text))} of the document."
        self._note.setText(" ".join(part for part in (said, document.note) if part))
