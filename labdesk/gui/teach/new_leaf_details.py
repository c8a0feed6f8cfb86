"""Second page of the new-leaf assistant: one sentence about it, its document, its place and its name."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QLineEdit, QWidget

from labdesk.core.documents.conversion import SUFFIXES
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.names import safe_name
from labdesk.core.taxonomy.outline import Outline, in_words
from labdesk.core.taxonomy.placing import Proposal, branch_from, name_for, propose
from labdesk.core.taxonomy.wishes import WISHES, Wish
from labdesk.gui.icons import icon
from labdesk.gui.theme import ICON, XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, holder, panel, row
from labdesk.gui.widgets.text import ElidedLabel, label

_FILTER = f"Documents ({' '.join(f'*{suffix}' for suffix in SUFFIXES)});;All files (*)"
_NO_DOCUMENT = "None yet. You can also add it later."
_PLACE_HELP = "Branches group leaves. Type another one, with / between its parts, to make it."


class DetailsPage(QWidget):
    """`changed` whenever an answer changes; `path()` is where the leaf goes; `document` the file to teach from."""

    changed = Signal()
    open_wanted = Signal(str)

    def __init__(self, outline: Outline, under: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._outline = outline
        self._under = under
        self._wish: Wish = WISHES[0]
        self._proposals: list[Proposal] = []
        self.document: Path | None = None
        self._title = label(step="title")
        self.about = QLineEdit()
        self._about_row = FormRow(" ", self.about)
        self.place = QComboBox()
        self._typed_place = QLineEdit()
        self._typed_place.setAccessibleName("Place in the tree, typed")
        self.place.setLineEdit(self._typed_place)
        self.place.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self._place_row = FormRow("Place in the tree", self.place, _PLACE_HELP)
        self.name = QLineEdit()
        self._name_row = FormRow("Short name", self.name, "Becomes the folder's name.")
        side_by_side = row(self._place_row, self._name_row, gap=L)
        side_by_side.setStretch(0, 3)
        side_by_side.setStretch(1, 2)
        page = (self._title, self._about_row, self._document_row(), side_by_side, self._result())
        self.setLayout(column(*page, None, gap=L))
        self.about.textEdited.connect(self._propose)
        self.place.editTextChanged.connect(self._show_result)
        self._typed_place.textEdited.connect(lambda *_: self._place_by_hand(True))
        self.place.activated.connect(lambda *_: self._place_by_hand(True))
        self.name.textChanged.connect(self._show_result)
        self.name.textEdited.connect(self._name_by_hand)
        self._own_place = self._own_name = False

    @property
    def missing(self) -> str:
        """What still has to be written, in plain words; "" when nothing is."""
        if not self.about.text().strip():
            return "Say in one sentence what it is about."
        if not self.name.text().strip():
            return "Give it a short name in the letters a to z."
        return ""

    @property
    def is_complete(self) -> bool:
        """Whether the leaf can be made."""
        return not self.missing and self._outline.trouble_at(self.path()) is None

    def path(self) -> str:
        """The leaf's folder below the taxonomy."""
        return f"{branch_from(self.place.currentText(), self._wish.root)}/{safe_name(self.name.text())}"

    def show_wish(self, wish: Wish) -> None:
        """Asks about one kind of thing; what was typed stays."""
        if wish is not self._wish:
            self._own_place = False
        self._wish = wish
        self._title.setText(wish.title)
        self._about_row.rename(wish.ask)
        self.about.setPlaceholderText(wish.example)
        self._document.setVisible(wish.kind is LeafKind.KNOWLEDGE)
        self._propose()

    def take_document(self, path: Path) -> None:
        """The file to teach from; it is copied when the leaf is made."""
        self.document = path
        self._document_name.setText(path.name)
        self._choose.setText("Another…")
        self._drop.show()
        if not self.about.text().strip():
            self.about.setText(in_words(path.stem.replace("-", "_")))
            self._propose()
        self.changed.emit()

    def drop_document(self) -> None:
        """No document after all."""
        self.document = None
        self._document_name.setText(_NO_DOCUMENT)
        self._choose.setText("Choose a file…")
        self._drop.hide()
        self.changed.emit()

    def _document_row(self) -> QWidget:
        self._document_name = ElidedLabel(_NO_DOCUMENT, tone="muted")
        self._choose = button("Choose a file…", self._ask_document, glyph="file-plus")
        self._choose.setAccessibleDescription("The document to teach from. It is copied beside the leaf.")
        self._drop = button("Remove", self.drop_document, kind="link")
        self._drop.setAccessibleName("Remove the document")
        self._drop.hide()
        line = row(self._choose, self._document_name, self._drop, gap=M)
        line.setStretch(1, 1)
        help_text = label(
            "PDF, Word, PowerPoint, HTML, Markdown or text. You can also drop it onto this window.",
            "small",
            "muted",
            wrap=True,
        )
        self._document = holder(column(label("Document", "label"), line, help_text, gap=XS))
        return self._document

    def _result(self) -> QWidget:
        """Where it will lie, in words, or what is in the way and what to do."""
        sign = label()
        sign.setPixmap(icon("folder-open", "muted").pixmap(ICON, ICON))
        self._where = ElidedLabel()
        self._where.setProperty("type", "heading")
        self._folder = ElidedLabel(step="small", tone="muted")
        self._trouble = label(step="small", tone="bad", wrap=True)
        self._open = button("Open it", self._open_leaf, kind="link")
        self._better = button("", self._take_better, kind="link")
        self._ways_out = holder(row(self._better, self._open, None, gap=M))
        head = row(sign, self._where, gap=S)
        head.setStretch(1, 1)
        return panel(head, self._folder, self._trouble, self._ways_out, gap=XS, margin=(M, M, M, M), surface="sunken")

    def _ask_document(self) -> None:
        dialog = QFileDialog(self, "Choose a source document")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(_FILTER)
        dialog.fileSelected.connect(lambda path: self.take_document(Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _propose(self, *_text: str) -> None:
        """New proposals for place and name; what the person chose by hand stays."""
        about = self.about.text()
        self._proposals = propose(about, self._wish, self._outline, self._under)
        typed = self.place.currentText()
        self.place.blockSignals(True)
        self.place.clear()
        self.place.addItems([_shown(one.path) for one in self._proposals])
        self.place.setCurrentText(typed if self._own_place else _shown(self._proposals[0].path))
        self.place.blockSignals(False)
        if not self._own_name:
            self.name.setText(name_for(about))
        self._show_result()

    def _show_result(self, *_text: str) -> None:
        path = self.path()
        missing, trouble = self.missing, self._outline.trouble_at(self.path())
        blocked = trouble is not None and not missing
        branch = path.rpartition("/")[0]
        self._where.setText(in_words(branch if missing else path))
        self._folder.setText(missing or f"Folder taxonomy/{path}")
        self._folder.setVisible(not blocked)
        why = next((one.why for one in self._proposals if one.path == branch), "A new branch; it will be made.")
        self._place_row.help.setText(why if self.place.currentText().strip() else _PLACE_HELP)
        self._trouble.setVisible(blocked)
        self._ways_out.setVisible(blocked)
        if trouble is not None and blocked:
            self._trouble.setText(f"{trouble.message} {trouble.remedy}")
            self._better.setText(f"Make it “{in_words(trouble.better.partition('/')[2])}”")
            self._better.setAccessibleName(self._better.text())
            self._open.setVisible(bool(trouble.leaf))
        self.changed.emit()

    def _open_leaf(self) -> None:
        trouble = self._outline.trouble_at(self.path())
        if trouble is not None and trouble.leaf:
            self.open_wanted.emit(trouble.leaf)

    def _take_better(self) -> None:
        trouble = self._outline.trouble_at(self.path())
        if trouble is not None:
            branch, _, name = trouble.better.rpartition("/")
            self._own_place = self._own_name = True
            self.place.setCurrentText(_shown(branch))
            self.name.setText(name)
            self.name.setFocus()

    def _place_by_hand(self, by_hand: bool) -> None:
        self._own_place = by_hand and bool(self.place.currentText().strip())

    def _name_by_hand(self, text: str) -> None:
        self._own_name = bool(text.strip())


def _shown(path: str) -> str:
    """A branch as the field shows it: `knowledge/science/animals` is `science / animals`."""
    return path.partition("/")[2].replace("/", " / ").replace("_", " ")
