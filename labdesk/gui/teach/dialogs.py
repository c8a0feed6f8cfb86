"""Two small questions: how a new branch is to be called, and where leaves are to go."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSortFilterProxyModel, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QListView, QWidget

from labdesk.core.taxonomy.names import safe_name
from labdesk.core.taxonomy.outline import in_words
from labdesk.gui.theme import XL, L, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.form_row import FormRow
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_WIDTH = 420
_HEIGHT = 420


class NameDialog(QDialog):
    """Asks for the name of a new branch below `under`. `chosen(str)` carries its whole path, safely spelled."""

    chosen = Signal(str)

    def __init__(self, under: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("New branch")
        self.setMinimumWidth(_WIDTH)
        self._under = under
        self.name = QLineEdit()
        self.name.setPlaceholderText("Lighthouses")
        self._ok = button("Make branch", self.accept, kind="primary")
        self._ok.setDefault(True)
        self._ok.setEnabled(False)
        self.name.textChanged.connect(lambda text: self._ok.setEnabled(bool(text.strip())))
        self.setLayout(
            column(
                label(f"New branch in {in_words(under)}", "heading", wrap=True),
                FormRow("Name", self.name, "A branch groups leaves. Its folder gets small letters and underscores."),
                row(None, button("Cancel", self.reject), self._ok),
                gap=L,
                margin=XL,
            )
        )
        self.accepted.connect(lambda: self.chosen.emit(self.path()))

    def path(self) -> str:
        """The path of the branch as typed so far."""
        return f"{self._under}/{safe_name(self.name.text())}"


class MoveDialog(QDialog):
    """Asks for a branch to move into: type to narrow the list, Return to go. `chosen(str)` carries its path."""

    chosen = Signal(str)

    def __init__(self, what: str, branches: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Move to…")
        self.resize(_WIDTH, _HEIGHT)
        self._branches: dict[str, str] = {}
        for path in branches:
            words = in_words(path)
            self._branches[f"{words} ({path})" if words in self._branches else words] = path
        self.field = QLineEdit()
        self.field.setPlaceholderText("Type a part of the branch's name")
        self.field.setAccessibleName("Narrow the branches")
        self.field.setClearButtonEnabled(True)
        self._proxy = QSortFilterProxyModel(self)
        self._proxy.setSourceModel(QStringListModel(list(self._branches), self))
        self._proxy.setFilterCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        self.list = QListView()
        self.list.setModel(self._proxy)
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName("Branches")
        self.list.setEditTriggers(QListView.EditTrigger.NoEditTriggers)
        self._ok = button("Move here", self.accept, kind="primary")
        self._ok.setDefault(True)
        self.setLayout(
            column(
                label(f"Where should {what} go?", "heading", wrap=True),
                self.field,
                self.list,
                row(None, button("Cancel", self.reject), self._ok),
                gap=L,
                margin=XL,
            )
        )
        self.layout().setSpacing(S)  # type: ignore[union-attr]
        self.field.textChanged.connect(self._narrow)
        self.list.doubleClicked.connect(lambda *_: self.accept())
        self.list.selectionModel().currentChanged.connect(lambda *_: self._allow())
        self.accepted.connect(lambda: self.chosen.emit(self.branch()))
        self._narrow("")

    def branch(self) -> str:
        """The branch that is chosen; "" for none."""
        return self._branches.get(str(self.list.currentIndex().data() or ""), "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and down go through the list while the person types."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.field.hasFocus():
            step = 1 if event.key() == Qt.Key.Key_Down else -1
            at = self._proxy.index(self.list.currentIndex().row() + step, 0)
            if at.isValid():
                self.list.setCurrentIndex(at)
            return
        super().keyPressEvent(event)

    def _narrow(self, text: str) -> None:
        self._proxy.setFilterFixedString(text.strip())
        self.list.setCurrentIndex(self._proxy.index(0, 0))
        self._allow()

    def _allow(self) -> None:
        self._ok.setEnabled(bool(self.branch()))
