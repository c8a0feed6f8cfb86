"""Shows what an import would add and where it meets files of the person's own; does it when they agree."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QCheckBox, QDialog, QStackedWidget, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.context import GuiContext
from labdesk.gui.errand import Errand
from labdesk.gui.teach.changes.answers import read
from labdesk.gui.theme import XL, XS, L
from labdesk.gui.transfer.import_rows import ImportRows, Preview, replace_arguments
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.empty_state import EmptyState
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view
from labdesk.gui.words import counted

_SIZE = (640, 600)
_SAFE = "Nothing of yours is replaced unless you tick it here. The whole import is one step that Undo takes back."


class ImportDialog(QDialog):
    """`source` is a zip or a folder with a taxonomy. Reading and writing are done by other processes."""

    def __init__(self, context: GuiContext, source: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = context
        self._source = source
        self._running = False
        self.preview: Preview | None = None
        self.setWindowTitle("Import")
        self.resize(*_SIZE)
        self.banner = Banner()
        self.summary = label("", wrap=True)
        self.rows = ImportRows(self)
        self.list = list_view("What the import changes", self.rows, TwoLineDelegate())
        self.all = QCheckBox("Replace all files of mine that are different")
        self.all.toggled.connect(self.rows.tick_all)
        self.empty = EmptyState("download-simple", "Looking into it…", "Every file is compared with yours.")
        self.pages = QStackedWidget()
        self.pages.addWidget(self.empty)
        self.pages.addWidget(panel(self.list, margin=XS, surface="card"))
        self.ok = button("Import", self.run, kind="primary", glyph="download-simple")
        self.ok.setEnabled(False)
        self.ok.setDefault(True)
        self.cancel = button("Cancel", self.reject)
        where = ElidedLabel(harmless(str(source)), "small", "muted")
        body = column(
            column(label(f"Import “{harmless(source.name)}”", "title"), where, gap=XS),
            self.banner, self.summary, self.pages, self.all, label(_SAFE, "small", "muted", wrap=True),
            row(None, self.cancel, self.ok),
            gap=L, margin=XL,
        )  # fmt: skip
        body.setStretch(3, 1)
        self.setLayout(body)
        self.summary.hide()
        self.all.hide()
        self.errand = Errand(self)
        self.errand.line.connect(self._on_answer)
        self.errand.failed.connect(self._on_failure)
        self.finished.connect(self.errand.close)
        self.rows.dataChanged.connect(lambda *_: self._show_ok())
        self.errand.run("taxonomy", "import", str(context.workspace.root), str(source), "--dry-run")

    def run(self) -> None:
        """Imports what is shown."""
        self._running = True
        self.banner.dismiss()
        self.ok.setEnabled(False)
        self.ok.setText("Importing…")
        self.list.setEnabled(False)
        told = replace_arguments(self.rows.rows, self.rows.replaced)
        self.errand.run("taxonomy", "import", str(self._context.workspace.root), str(self._source), *told)

    @Slot(object)
    def _on_answer(self, answer: object) -> None:
        try:
            preview = read(Preview, answer)
        except LabdeskError as error:
            self._on_failure(error)
            return
        if preview.imported:
            self._finish(preview)
            return
        self.preview = preview
        self.rows.show_preview(preview)
        fresh = sum(one.is_new for one in self.rows.rows)
        others = sum(bool(one.different) for one in self.rows.rows)
        parts = [f"{counted(fresh, 'leaf', 'leaves')} to add"] if fresh else []
        parts += [f"{counted(others, 'leaf', 'leaves')} here with another content"] if others else []
        parts += [f"{counted(len(preview.same), 'file')} already here"] if preview.same else []
        self.summary.setText(", ".join(parts) + "." if parts else "")
        self.summary.setVisible(bool(parts))
        self.all.setVisible(others > 1)
        if self.rows.rows:
            self.pages.setCurrentIndex(1)
            self.list.setCurrentIndex(self.rows.index(0))
        else:
            self.empty.say("Everything is here already", "There is nothing in it that your taxonomy does not have.")
        self._show_ok()

    def _show_ok(self) -> None:
        if self.preview is not None and not self._running:
            count = sum(bool(row.new) for row in self.rows.rows) + len(
                {name.rpartition("/")[0] for name in self.rows.replaced}
            )
            self.ok.setEnabled(bool(self.preview.new or self.rows.replaced))
            self.ok.setText(f"Import {counted(count, 'leaf', 'leaves')}" if count else "Import")

    def _finish(self, preview: Preview) -> None:
        replaced = len(self.rows.replaced)
        words = f"{counted(len(preview.new), 'file')} added" + (f", {replaced} replaced" if replaced else "")
        text = "Undo in Teach takes the whole import back. What you change from now on stands in Changes."
        self._context.intents.say.emit("good", f"Imported “{harmless(self._source.name)}”: {words}.", text)
        self._context.workspace.announce("taxonomy")
        self.accept()

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self._running = False
        self.list.setEnabled(True)
        self.banner.say_error(error)
        if self.preview is None:
            self.empty.say("This cannot be imported", "Choose a zip or a folder that holds a taxonomy.")
        self._show_ok()
