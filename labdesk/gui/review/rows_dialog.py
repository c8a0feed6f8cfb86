"""The first rows of a file before they are imported, and the leaf they will belong to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QComboBox, QDialog, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.gui.errand import Errand
from labdesk.gui.review.dataset_rows import Lines
from labdesk.gui.teach.leaf_book import title_of
from labdesk.gui.theme import XL, XS, M
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import label
from labdesk.gui.widgets.two_line import TwoLine, TwoLineDelegate, list_view
from labdesk.gui.words import counted

_SIZE = (620, 560)


class RowsDialog(QDialog):
    """`wanted(leaf)` when the person agrees."""

    wanted = Signal(str)

    def __init__(self, file: Path, leaves: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Import rows")
        self.resize(*_SIZE)
        self._lines: list[TwoLine] = []
        self.banner = Banner()
        self.summary = label("Reading…", tone="muted", wrap=True)
        self.leaf = QComboBox()
        for path in leaves:
            self.leaf.addItem(title_of(path), path)
        self.rows = Lines(self)
        self.list = list_view("First rows", self.rows, TwoLineDelegate())
        self.ok = button("Import", self._take, kind="primary", glyph="download-simple")
        self.ok.setEnabled(False)
        whole = column(
            label(f"Import “{harmless(file.name)}”", "title"),
            self.banner,
            FormRow("Leaf", self.leaf, "The rows are taught as part of it, and never asked in its exam."),
            self.summary,
            panel(self.list, gap=0, margin=XS, surface="card"),
            row(None, button("Cancel", self.reject), self.ok),
            gap=M,
            margin=XL,
        )
        whole.setStretch(4, 1)
        self.setLayout(whole)
        self.errand = Errand(self)
        self.errand.line.connect(self._on_line)
        self.errand.failed.connect(self._on_failure)
        self.finished.connect(self.errand.close)
        self.errand.run("dataset", "look", str(file))

    @Slot(object)
    def _on_line(self, answer: dict[str, Any]) -> None:
        if answer.get("type") == "row":
            self._lines.append(TwoLine(harmless(str(answer["question"]), 300), harmless(str(answer["answer"]), 300)))
            return
        count = int(answer.get("count", 0))
        self.rows.show(self._lines, [])
        self.summary.setText(
            f"{counted(count, 'row')}. These are the first:" if count > len(self._lines) else counted(count, "row")
        )
        self.ok.setText(f"Import {counted(count, 'row')}")
        self.ok.setEnabled(self.leaf.count() > 0)

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.summary.setText("")
        self.banner.say_error(error)

    def _take(self) -> None:
        self.wanted.emit(str(self.leaf.currentData()))
        self.accept()
