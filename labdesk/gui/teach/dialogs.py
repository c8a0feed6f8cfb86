"""Two small questions: what a new leaf is, and how something in the tree is to be called."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QComboBox, QDialog, QLineEdit, QRadioButton, QWidget

from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.names import safe_name
from labdesk.gui.theme import XL, XS, L, M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, panel, row
from labdesk.gui.widgets.text import label

_WIDTH = 560


@dataclasses.dataclass(frozen=True)
class NewLeaf:
    """What the person answered: the folder below the taxonomy, the kind, and the sentence about it."""

    path: str
    kind: LeafKind
    about: str


@dataclasses.dataclass(frozen=True)
class _Choice:
    title: str
    help: str
    root: str
    kind: LeafKind


_KNOW, _THINK, _DO = "knowledge", "foundational_skills", "compositional_skills"
_CHOICES = (
    _Choice("Facts from a document", "The model will know what the document says.", _KNOW, LeafKind.KNOWLEDGE),
    _Choice("A task, shown by examples", "Write, translate, answer in a certain way.", _DO, LeafKind.FREEFORM),
    _Choice("A task about a given text", "Summarise, extract, rewrite what it is handed.", _DO, LeafKind.GROUNDED),
    _Choice("A way of thinking", "Order, counting, logic: what other skills rest on.", _THINK, LeafKind.FREEFORM),
)


class NewLeafDialog(QDialog):
    """`chosen(NewLeaf)` when the person says Create."""

    chosen = Signal(object)

    def __init__(self, branches: Sequence[str], under: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New leaf")
        self.setFixedWidth(_WIDTH)
        self._branches = branches
        self._group = QButtonGroup(self)
        cards = []
        for number, choice in enumerate(_CHOICES):
            radio = QRadioButton(choice.title)
            radio.setProperty("type", "heading")
            radio.setAccessibleDescription(choice.help)
            self._group.addButton(radio, number)
            help_text = label(choice.help, "small", "muted", wrap=True)
            cards.append(panel(radio, help_text, gap=XS, margin=M, surface="card"))
        self.about = QLineEdit()
        self.about.setPlaceholderText("The lighthouse of Marrowby, its keepers and its visitors")
        self.name = QLineEdit()
        self.name.setPlaceholderText("marrowby_light")
        self.branch = QComboBox()
        self.branch.setEditable(True)
        self._create = button("Create", self.accept, kind="primary")
        self._create.setDefault(True)
        self.setLayout(
            column(
                label("What do you want to teach?", "title"),
                column(row(*cards[:2], gap=S), row(*cards[2:], gap=S), gap=S),
                FormRow("In one sentence", self.about),
                FormRow("Short name", self.name, "Becomes the folder's name: small letters and underscores."),
                FormRow("Place in the tree", self.branch, "Branches group leaves. A new name makes a new branch."),
                row(None, button("Cancel", self.reject), self._create),
                gap=L,
                margin=XL,
            )
        )  # fmt: skip
        self._group.idToggled.connect(lambda _id, on: self._offer_branches() if on else None)
        self.name.textChanged.connect(self._check)
        start = next((n for n, c in enumerate(_CHOICES) if c.root == under.split("/")[0]), 0)
        self._group.button(start).setChecked(True)
        if under:
            self.branch.setCurrentText(under.partition("/")[2])
        self.accepted.connect(lambda: self.chosen.emit(self.answer()))
        self._check()
        self.about.setFocus()

    def answer(self) -> NewLeaf:
        """What stands in the fields."""
        choice = _CHOICES[self._group.checkedId()]
        parts = [safe_name(part) for part in self.branch.currentText().split("/") if part.strip()]
        path = "/".join((choice.root, *parts, safe_name(self.name.text())))
        return NewLeaf(path, choice.kind, self.about.text().strip())

    def _offer_branches(self) -> None:
        root = _CHOICES[self._group.checkedId()].root
        typed = self.branch.currentText()
        self.branch.clear()
        self.branch.addItems([path.partition("/")[2] for path in self._branches if path.startswith(f"{root}/")])
        self.branch.setCurrentText(typed if typed else self.branch.itemText(0))

    def _check(self) -> None:
        self._create.setEnabled(bool(self.name.text().strip()))


class NameDialog(QDialog):
    """Asks for a new name. `chosen(str)` carries a safe folder name."""

    chosen = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Rename")
        self.setMinimumWidth(_WIDTH * 3 // 4)
        self.name = QLineEdit(name)
        self.name.selectAll()
        ok = button("Rename", self.accept, kind="primary")
        ok.setDefault(True)
        self.name.textChanged.connect(lambda text: ok.setEnabled(bool(text.strip())))
        self.setLayout(
            column(
                FormRow("New name", self.name, "Becomes the folder's name: small letters and underscores."),
                row(None, button("Cancel", self.reject), ok),
                gap=L,
                margin=XL,
            )
        )
        self.accepted.connect(lambda: self.chosen.emit(safe_name(self.name.text())))
