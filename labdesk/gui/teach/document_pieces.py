"""Asks into which facts a leaf's documents are cut; in another process, because a long document takes seconds."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from labdesk.core.documents.citations import Span
from labdesk.core.workspace import Workspace
from labdesk.gui.errand import Errand


class DocumentPieces(QObject):
    """`found(name of the document, list of Span)` for each document of the leaf that was asked about last."""

    found = Signal(str, object)

    def __init__(self, workspace: Workspace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._errand = Errand(self)
        self._errand.line.connect(self._on_line)

    def look(self, leaf: str) -> None:
        """Looks at the documents as they are now."""
        self._errand.run("taxonomy", "pieces", str(self._workspace.taxonomy / leaf))

    def close(self) -> None:
        """Gives up what is under way."""
        self._errand.close()

    @Slot(object)
    def _on_line(self, answer: object) -> None:
        if isinstance(answer, dict) and answer.get("type") == "pieces":
            spans = [Span(int(start), int(end)) for start, end in answer.get("pieces", ())]
            self.found.emit(str(answer.get("name", "")), spans)
