"""Who made what a leaf is based on, and under which licence: the file attribution.txt as a small form."""

from __future__ import annotations

import msgspec
from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from labdesk.core.errors import LabdeskError, TaxonomyError
from labdesk.core.taxonomy.attribution import (
    ATTRIBUTION_FILE,
    LICENCES,
    MAX_BYTES,
    Attribution,
    read_attribution,
    write_attribution,
)
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.workspace import Workspace
from labdesk.gui.theme import L, M
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_FIELDS = (
    ("title", "Title of the work", "The document, book or page that this rests on."),
    ("link", "Where it can be found", "An address, or - when there is none."),
    ("revision", "Revision or date", ""),
    ("creators", "Made by", "The author, or yourself."),
)


class AttributionCard(QFrame):
    """Shows the first work of a leaf and saves a field when it is left; further works in the file stay as they are."""

    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._workspace = workspace
        self._path = ""
        self._works: tuple[Attribution, ...] = ()
        self._edits = {name: QLineEdit() for name, _title, _help in _FIELDS}
        rows = [FormRow(title, self._edits[name], help_text) for name, title, help_text in _FIELDS]
        self._licence = QComboBox()
        for name, words in LICENCES.items():
            self._licence.addItem(f"{name}: {words}", name)
        self._licence.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        for edit in self._edits.values():
            edit.editingFinished.connect(self._save)
        self._licence.activated.connect(lambda *_: self._save())
        rows.append(FormRow("Licence", self._licence, "Under which others may use it."))
        pairs = [row(one, other, gap=L) for one, other in zip(rows[:4:2], rows[1:4:2], strict=True)]
        self.setLayout(column(label("Source and licence", "heading"), *pairs, rows[4], gap=M, margin=L))

    def show_leaf(self, path: str) -> None:
        """Shows the attribution of a leaf."""
        self._path = path
        self._works = self._read()
        first = self._works[0] if self._works else Attribution()
        for name, edit in self._edits.items():
            if edit.text() != getattr(first, name) and not edit.isModified():
                edit.setText(getattr(first, name))
        found = self._licence.findData(first.licence)
        if found < 0 and first.licence:
            self._licence.addItem(f"{first.licence}: not accepted upstream", first.licence)
            found = self._licence.count() - 1
        self._licence.setCurrentIndex(found)

    def _read(self) -> tuple[Attribution, ...]:
        folder = self._workspace.inside_taxonomy(self._path)
        if not (folder / ATTRIBUTION_FILE).exists():
            return ()
        try:
            return read_attribution(read_regular(folder / ATTRIBUTION_FILE, self._workspace.taxonomy, MAX_BYTES))
        except TaxonomyError:
            return ()

    def _save(self) -> None:
        first = self._works[0] if self._works else Attribution()
        values = {name: edit.text().strip() for name, edit in self._edits.items()}
        wanted = msgspec.structs.replace(first, **values, licence=self._licence.currentData() or first.licence)
        for edit in self._edits.values():
            edit.setModified(False)
        if wanted == first or not self._path:
            return
        self._works = (wanted, *self._works[1:])
        try:
            text = write_attribution(self._works)
            self._workspace.write_leaf_file(
                f"{self._path}/{ATTRIBUTION_FILE}", text.encode("utf-8"), origin="attribution"
            )
        except LabdeskError as error:
            self.failed.emit(error)
