"""Where a sample comes from: its span in the source document, or the text it works on."""

from __future__ import annotations

from collections.abc import Generator

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QWidget

from labdesk.core.documents.citations import find_quote
from labdesk.core.documents.source import SourceDocument, find_documents
from labdesk.core.samples.sample import Sample
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.workspace import Workspace
from labdesk.gui.slices import Slices
from labdesk.gui.theme import L, M, S
from labdesk.gui.widgets.layout import column, panel
from labdesk.gui.widgets.safe_text import LONGEST, SafeText
from labdesk.gui.widgets.text import label

#: Looking for a passage reads every character; a longer document is not searched.
_LONGEST_SEARCHED = 60_000


class SourcePane(QWidget):
    """Keeps the documents of the leaf that was shown last."""

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._workspace = workspace
        self._leaf = ""
        self._sample: Sample | None = None
        self._reading = Slices(self)
        self._reading.done.connect(self._show)
        self._reading.failed.connect(self._show)  # the leaf was moved since; the sample is still there to be judged
        self._documents: dict[str, SourceDocument] = {}
        self._passages: dict[str, str] = {}
        self._title = label("Source", "heading")
        self._note = label(step="small", tone="muted", wrap=True)
        self.text = SafeText("Source of the sample")
        self.setLayout(column(panel(self._title, self._note, self.text, gap=S, margin=(L, M, L, M))))

    def show_sample(self, sample: Sample | None) -> None:
        """Shows the source of a sample; the documents of another leaf are read first, in slices."""
        self._sample = sample
        if sample is None or sample.leaf == self._leaf:
            if not self._reading.busy:
                self._show()
            return
        self._leaf, self._passages, self._documents = sample.leaf, {}, {}
        self._reading.start(self._read(sample.leaf))
        if self._reading.busy:
            self._say("Source", "Reading …", "")

    @Slot()
    def _show(self) -> None:
        sample = self._sample
        if sample is None:
            self._say("Source", "", "")
        elif sample.source is not None and (document := self._documents.get(sample.source.document)) is not None:
            self._title.setText(document.name)
            self._note.setText(document.note)
            if self.text.toPlainText() != document.text:
                self.text.show_text(document.text)
            if sample.source.end <= min(len(document.text), LONGEST):
                self.text.mark([(sample.source.start, sample.source.end)], scroll_to=0)
        elif sample.source is None and not sample.context and self._show_passage(sample):
            return
        elif sample.context:
            self._say("Text to work on", "The sample is about this text.", sample.context)
        else:
            self._say("Source", "This sample rests on your examples, not on a document.", "")

    def _say(self, title: str, note: str, text: str) -> None:
        self._title.setText(title)
        self._note.setText(note)
        self.text.show_text(text)

    def _show_passage(self, sample: Sample) -> bool:
        """A question that the person wrote: shows the passage that they wrote it for."""
        passage = self._passages.get(sample.question, "")
        for document in self._documents.values() if passage else ():
            span = find_quote(document.text, passage) if len(document.text) <= _LONGEST_SEARCHED else None
            if span is not None:
                self._say(document.name, document.note, document.text)
                self.text.mark([(span.start, span.end)], scroll_to=0)
                return True
        return False

    def _read(self, path: str) -> Generator[None, None, None]:
        folder = self._workspace.inside_taxonomy(path)
        leaf = read_leaf(folder, self._workspace.taxonomy)
        self._passages = {pair.question: seed.context for seed in leaf.seed_contexts for pair in seed.pairs}
        contexts = [seed.context for seed in leaf.seed_contexts]
        for file in (yield from find_documents(folder, leaf.document, self._workspace.taxonomy, contexts)):
            document = yield from file.reading()
            self._documents[document.name] = document
