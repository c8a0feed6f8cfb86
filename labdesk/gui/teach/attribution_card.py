"""Who made what a leaf is based on, and under which licence: the file attribution.txt as a small form."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from labdesk.core.errors import LabdeskError, TaxonomyError
from labdesk.core.taxonomy.attribution import (
    ATTRIBUTION_FILE,
    MAX_BYTES,
    Attribution,
    edit_attribution,
    read_attribution,
)
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy.licences import ACCEPTED, COMMON, licence_named
from labdesk.core.workspace import Workspace
from labdesk.gui.theme import L, M
from labdesk.gui.widgets.choice import SearchableChoice
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label
from labdesk.gui.words import counted

_FIELDS = (
    ("title", "Title of the work", "What this rests on.", "The Lighthouse of Marrowby"),
    ("link", "Where it can be found", "An address, or - for none.", "https://example.org/marrowby"),
    ("revision", "Revision or date", "So that others find the same.", "2nd edition, 2021"),
    ("creators", "Made by", "The author, or yourself.", "Ada Penrose"),
)
_LICENCE_HELP = "Under which others may use it. Type to search, or write another name."


class AttributionCard(QFrame):
    """Shows the first work of a leaf and saves a field when it is left; all else in the file stays as it is."""

    failed = Signal(object)

    def __init__(self, workspace: Workspace, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._workspace = workspace
        self._path = ""
        self._first = Attribution()
        self._edits = {name: QLineEdit() for name, *_texts in _FIELDS}
        rows = [
            FormRow(title, self._edits[name], help_text, example=example) for name, title, help_text, example in _FIELDS
        ]
        entries = [(one.name, f"{one.title}. {one.means}") for one in COMMON]
        self.licence = SearchableChoice("Licence", entries)
        edit = self.licence.lineEdit()
        if edit is not None:
            edit.setPlaceholderText("For example: CC-BY-4.0")
        for field in self._edits.values():
            field.editingFinished.connect(self.save)
        self.licence.chosen.connect(lambda _key: self.save())
        self._means = label(step="small", tone="muted", wrap=True)
        self._more = label(step="small", tone="muted", wrap=True)
        pairs = [row(one, other, gap=L) for one, other in zip(rows[:4:2], rows[1:4:2], strict=True)]
        licence = FormRow("Licence", self.licence, _LICENCE_HELP)
        self.setLayout(
            column(label("Source and licence", "heading"), *pairs, licence, self._means, self._more, gap=M, margin=L)
        )

    def show_leaf(self, path: str) -> None:
        """Shows the attribution of a leaf. What is being typed on the same leaf is left alone."""
        other = path != self._path
        self._path = path
        works = self._works()
        first = works[0] if works else Attribution()
        for name, edit in self._edits.items():
            now = getattr(first, name)
            if (other or edit.text() == getattr(self._first, name)) and edit.text() != now:
                edit.setText(now)
        if other or self.licence.key == self._first.licence:
            self.licence.show_key(first.licence)
        self._first = first
        self._explain()
        more = len(works) - 1
        self._more.setVisible(more > 0)
        self._more.setText(f"{counted(more, 'further work')} in attribution.txt, kept as it stands there.")

    def save(self) -> None:
        """Writes the fields that differ from the file, and only these."""
        typed = {name: edit.text().strip() for name, edit in self._edits.items()} | {"licence": self.licence.key}
        changes = {name: text for name, text in typed.items() if text != getattr(self._first, name)}
        if not changes or not self._path:
            return
        try:
            data = self._data()
            self._workspace.write_leaf_file(
                f"{self._path}/{ATTRIBUTION_FILE}", edit_attribution(data, changes), origin="attribution"
            )
        except LabdeskError as error:
            self.failed.emit(error)
            return
        self.show_leaf(self._path)

    def _explain(self) -> None:
        key = self.licence.key
        known = licence_named(key)
        if known is not None and known.accepted:
            words = f"{known.title}: {known.means}"
        elif key:
            words = f"{known.title}: {known.means}" if known else f"labdesk does not know “{key}”."
            words += f" A contribution to InstructLab needs one of {', '.join(ACCEPTED)}."
        else:
            words = "Teaching works without; a contribution to InstructLab needs it."
        self._means.setText(words)

    def _data(self) -> bytes:
        folder = self._workspace.inside_taxonomy(self._path)
        if not (folder / ATTRIBUTION_FILE).exists():
            return b""
        return read_regular(folder / ATTRIBUTION_FILE, self._workspace.taxonomy, MAX_BYTES)

    def _works(self) -> tuple[Attribution, ...]:
        try:
            return read_attribution(self._data())
        except TaxonomyError:
            return ()
