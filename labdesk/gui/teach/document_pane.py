"""The right of Teach: the source documents of a knowledge leaf, to read, to add to, and to take passages from."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from labdesk.core.documents.citations import Span
from labdesk.core.documents.fetched import fetched_text, sources_folder
from labdesk.core.documents.source import SourceDocument, read_documents
from labdesk.core.errors import LabdeskError
from labdesk.core.git.references import check_reference, host_of
from labdesk.core.taxonomy.leaf import Leaf, LeafKind
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.document_drop import KINDS, DropStack, accept_nothing
from labdesk.gui.teach.document_import import DocumentImport
from labdesk.gui.teach.document_pieces import DocumentPieces
from labdesk.gui.teach.document_view import DocumentView
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.button import button, tool_button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.words import counted

_NONE = "No source document yet"
_CUT = "Show the facts that the document is cut into: each is what the teacher writes questions about"
_CHOOSE = f"Drop a file or a folder here: {KINDS}. It is copied into the leaf; nothing is sent anywhere."


class DocumentPane(QWidget):
    """`passage_chosen(text)` when the person makes the selection a passage; `document_wanted` and `folder_wanted` to
    add documents; `files_dropped(list of Path)`."""

    passage_chosen = Signal(str)
    document_wanted = Signal()
    folder_wanted = Signal()
    files_dropped = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._leaf: Leaf | None = None
        self._documents: tuple[SourceDocument, ...] = ()
        self._cover = (0, 0.0)
        self.view = DocumentView()
        self.text, self.use = self.view.text, self.view.use
        self.importing = DocumentImport(workspace)
        self._which = QComboBox()
        self._which.setAccessibleName("Source document")
        self._which.activated.connect(self._show_document)
        self._name = ElidedLabel("Source document", "heading")
        self._note = label(step="small", tone="muted", wrap=True)
        self.cut = tool_button("rows", "Show what is taught from this document", hint=_CUT)
        self.cut.setCheckable(True)
        self.cut.toggled.connect(self._show_pieces)
        self._pieces = DocumentPieces(workspace, self)
        self._pieces.found.connect(self._on_pieces)
        more = tool_button("plus", "Add a document", self.document_wanted.emit)
        head = row(self._name, self._which, self.cut, more, gap=XS)
        head.setStretch(0, 1)
        head.setStretch(1, 1)
        self.fetch = button("Fetch it", self._fetch, glyph="cloud-arrow-down")
        self._fetch_too = button("Fetch it", self._fetch, glyph="cloud-arrow-down")
        page = panel(head, self._note, row(self.fetch, None), self.view, gap=S, margin=(L, M, L, M))
        page.layout().setStretch(3, 1)  # type: ignore[union-attr]
        self._page = page
        self._empty = EmptyState(
            "file-text",
            _NONE,
            _CHOOSE,
            button("Choose a document…", self.document_wanted.emit, kind="primary", glyph="file-plus"),
            button("A folder…", self.folder_wanted.emit, kind="quiet"),
            self._fetch_too,
        )
        self._stack = DropStack()
        for made in (page, self._empty, self.importing):
            self._stack.addWidget(made)
            accept_nothing(made)
        self.setLayout(column(self._stack))
        self._stack.dropped.connect(self.files_dropped)
        self.view.passage_chosen.connect(self.passage_chosen)
        self.view.covered.connect(self._say_cover)
        self.importing.began.connect(self._choose_page)
        self.importing.ended.connect(self._choose_page)
        self.importing.fetched.connect(self._on_fetched)

    def show_leaf(self, leaf: Leaf) -> None:
        """Shows the document of a knowledge leaf; hides itself for a skill, which needs none."""
        self.setVisible(leaf.kind is LeafKind.KNOWLEDGE)
        if leaf.kind is not LeafKind.KNOWLEDGE:
            return
        before, self._leaf = self._leaf, leaf
        if before is None or (before.path, before.document) != (leaf.path, leaf.document) or not self._documents:
            self._load(leaf)
        if self._documents:
            self.view.show_passages([seed.context for seed in leaf.seed_contexts])

    def show_passage(self, index: int) -> None:
        """Scrolls to where a passage of the leaf stands."""
        self.view.show_passage(index)

    def use_selection(self) -> None:
        """Offers the selected text as a passage."""
        self.view.use_selection()

    def close(self) -> bool:
        """The window closes: no process is left behind."""
        self.importing.close()
        self._pieces.close()
        return super().close()

    def _load(self, leaf: Leaf) -> None:
        try:
            folder = self._workspace.inside_taxonomy(leaf.path)
            contexts = [seed.context for seed in leaf.seed_contexts]
            self._documents = read_documents(folder, leaf.document, self._workspace.taxonomy, contexts)
        except LabdeskError as error:
            self._documents = ()
            unset = leaf.document is None or not any(leaf.document.patterns)
            why = _refusal(leaf) or error
            self._empty.say(_NONE if unset else why.message, _CHOOSE if unset else f"{why.cause} {why.remedy}")
        self._offer_fetch(leaf)
        self._which.clear()
        self._which.addItems([document.name for document in self._documents])
        several = len(self._documents) > 1
        self._which.setVisible(several)
        self._name.setVisible(not several)
        self._choose_page()
        self._show_document(0)

    @Slot(bool)
    def _show_pieces(self, wanted: bool) -> None:
        """Bands behind the facts that the teacher is given, or none."""
        if wanted and self._leaf is not None and self._documents:
            self._note.setText("Looking for the facts in this document …")
            self._note.show()
            self._pieces.look(self._leaf.path)
        else:
            self.view.text.mark_pieces(())
            self._say_cover(*self._cover)

    @Slot(str, object)
    def _on_pieces(self, name: str, pieces: list[Span]) -> None:
        if self.cut.isChecked() and self._documents and self._shown.name == name:
            self.view.text.mark_pieces(pieces)
            known = "What has no band is not taught: headings, code, fragments."
            self._note.setText(f"{counted(len(pieces), 'fact')} to write questions about, band by band. {known}")
            self._note.show()

    @property
    def _shown(self) -> SourceDocument:
        return self._documents[max(0, self._which.currentIndex())]

    def _offer_fetch(self, leaf: Leaf) -> None:
        """A button that names the host, for a leaf whose repository was not fetched yet."""
        ref, host = leaf.document, ""
        if ref is not None and not ref.is_local and ref.repo.strip():
            fetched = fetched_text(ref, sources_folder(self._workspace.taxonomy))
            host = host_of(ref) if fetched is None else ""
        for made in (self.fetch, self._fetch_too):
            made.setVisible(bool(host))
            made.setText(f"Fetch from {host}")
            made.setAccessibleName(f"Fetch the document from {host}")
            made.setToolTip(f"Asks {host} once for the files that this leaf names; they are kept for offline use.")

    def _fetch(self) -> None:
        ref = self._leaf.document if self._leaf is not None else None
        if self._leaf is not None and ref is not None and (host := host_of(ref)):
            self.importing.fetch(self._leaf.path, host)

    @Slot(str)
    def _on_fetched(self, leaf: str) -> None:
        if self._leaf is not None and self._leaf.path == leaf:
            self._load(self._leaf)

    @Slot()
    def _choose_page(self) -> None:
        """An import is shown only with the leaf that it is for."""
        if self._leaf is not None and self.importing.leaf == self._leaf.path:
            self._stack.setCurrentWidget(self.importing)
        else:
            self._stack.setCurrentWidget(self._page if self._documents else self._empty)

    @Slot(int)
    def _show_document(self, index: int) -> None:
        if not 0 <= index < len(self._documents) or self._leaf is None:
            return
        self._name.setText(self._documents[index].name)
        self.view.show_document(self._documents[index].text)
        self._say_cover(0, 0.0)
        self._show_pieces(self.cut.isChecked())
        self.view.show_passages([seed.context for seed in self._leaf.seed_contexts])

    @Slot(int, float)
    def _say_cover(self, found: int, share_of: float) -> None:
        if not self._documents:  # the search was still under way when they went
            return
        self._cover = (found, share_of)
        if self.cut.isChecked():
            return
        document = self._shown
        said = f"{counted(found, 'passage')} highlighted, {round(100 * share_of)} % of the document."
        self._note.setText(" ".join(part for part in (said if found else "", document.note) if part))
        self._note.setVisible(bool(self._note.text()))


def _refusal(leaf: Leaf) -> LabdeskError | None:
    """Why the repository of a leaf is not fetched, if it is not."""
    try:
        if leaf.document is not None and not leaf.document.is_local:
            check_reference(leaf.document)
    except LabdeskError as error:
        return error
    return None
