"""The right of Teach: the source documents of a knowledge leaf, to read, to add to, and to take passages from."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QWidget

from labdesk.core.documents.citations import Span
from labdesk.core.documents.fetched import fetched_text, sources_folder
from labdesk.core.documents.source import DocumentFile, SourceDocument, find_documents
from labdesk.core.errors import LabdeskError
from labdesk.core.git.references import check_reference, host_of
from labdesk.core.taxonomy.leaf import Leaf, LeafKind
from labdesk.core.workspace import Workspace
from labdesk.gui.slices import Slices
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
        self._files: tuple[DocumentFile, ...] = ()
        self._document: SourceDocument | None = None
        self._cover = (0, 0.0)
        self.view = DocumentView()
        self.text, self.use = self.view.text, self.view.use
        self.importing = DocumentImport(workspace)
        self._which = QComboBox()
        self._which.setAccessibleName("Source document")
        self._which.activated.connect(self._read_document)
        self._name = ElidedLabel("Source document", "heading")
        self._note = label(step="small", tone="muted", wrap=True)
        self.cut = tool_button("rows", "Show what is taught from this document", hint=_CUT)
        self.cut.setCheckable(True)
        self.cut.toggled.connect(self._show_pieces)
        self._pieces = DocumentPieces(workspace, self)
        self._pieces.found.connect(self._on_pieces)
        self._finding, self._reading = Slices(self), Slices(self)
        self._finding.done.connect(self._on_found)
        self._finding.failed.connect(self._on_none)
        self._reading.done.connect(self._on_read)
        self._reading.failed.connect(self._on_unreadable)
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
        if before is None or (before.path, before.document) != (leaf.path, leaf.document) or not self._files:
            self._load(leaf)
        elif self._document is not None:
            self._show_passages()

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

    @property
    def busy(self) -> bool:
        """Whether a document is still being found or read."""
        return self._finding.busy or self._reading.busy

    def _load(self, leaf: Leaf) -> None:
        """Finds and reads the documents, in slices: a short one is there at once."""
        self._files, self._document = (), None
        self._reading.stop()
        try:
            folder = self._workspace.inside_taxonomy(leaf.path)
        except LabdeskError as error:
            self._finding.stop()
            self._on_none(error)
            return
        contexts = [seed.context for seed in leaf.seed_contexts]
        self._finding.start(find_documents(folder, leaf.document, self._workspace.taxonomy, contexts))

    @Slot(object)
    def _on_found(self, files: tuple[DocumentFile, ...]) -> None:
        if self._leaf is None:
            return
        self._files = files
        self._offer_fetch(self._leaf)
        self._which.clear()
        self._which.addItems([one.name for one in files])
        several = len(files) > 1
        self._which.setVisible(several)
        self._name.setVisible(not several)
        self._choose_page()
        self._read_document(0)

    @Slot(object)
    def _on_none(self, error: LabdeskError) -> None:
        leaf = self._leaf
        if leaf is None:
            return
        unset = leaf.document is None or not any(leaf.document.patterns)
        why = _refusal(leaf) or error
        self._empty.say(_NONE if unset else why.message, _CHOOSE if unset else f"{why.cause} {why.remedy}")
        self._offer_fetch(leaf)
        self._choose_page()

    @Slot(int)
    def _read_document(self, index: int) -> None:
        if 0 <= index < len(self._files):
            self._document = None
            self._name.setText(self._files[index].name)
            self._note.setText("Reading …")
            self._note.show()
            self.view.show_document("")
            self._reading.start(self._files[index].reading())

    @Slot(object)
    def _on_read(self, document: SourceDocument) -> None:
        self._document = document
        self.view.show_document(document.text)
        self._say_cover(0, 0.0)
        self._show_pieces(self.cut.isChecked())
        self._show_passages()

    @Slot(object)
    def _on_unreadable(self, error: LabdeskError) -> None:
        """One of the documents: the others can still be chosen."""
        if len(self._files) == 1:
            self._files = ()
            self._on_none(error)
            return
        self._note.setText(" ".join(part for part in (error.message, error.cause, error.remedy) if part))
        self._note.show()

    def _show_passages(self) -> None:
        if self._leaf is not None:
            self.view.show_passages([seed.context for seed in self._leaf.seed_contexts])

    @Slot(bool)
    def _show_pieces(self, wanted: bool) -> None:
        """Bands behind the facts that the teacher is given, or none."""
        if wanted and self._leaf is not None and self._document is not None:
            self._note.setText("Looking for the facts in this document …")
            self._note.show()
            self._pieces.look(self._leaf.path)
        else:
            self.view.text.mark_pieces(())
            self._say_cover(*self._cover)

    @Slot(str, object)
    def _on_pieces(self, name: str, pieces: list[Span]) -> None:
        if self.cut.isChecked() and self._document is not None and self._document.name == name:
            self.view.text.mark_pieces(pieces)
            known = "What has no band is not taught: headings, code, fragments."
            self._note.setText(f"{counted(len(pieces), 'fact')} to write questions about, band by band. {known}")
            self._note.show()

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
            self._stack.setCurrentWidget(self._page if self._files else self._empty)

    @Slot(int, float)
    def _say_cover(self, found: int, share_of: float) -> None:
        if self._document is None:  # the search was still under way when it went
            return
        self._cover = (found, share_of)
        if self.cut.isChecked():
            return
        said = f"{counted(found, 'passage')} highlighted, {round(100 * share_of)} % of the document."
        self._note.setText(" ".join(part for part in (said if found else "", self._document.note) if part))
        self._note.setVisible(bool(self._note.text()))


def _refusal(leaf: Leaf) -> LabdeskError | None:
    """Why the repository of a leaf is not fetched, if it is not."""
    try:
        if leaf.document is not None and not leaf.document.is_local:
            check_reference(leaf.document)
    except LabdeskError as error:
        return error
    return None
