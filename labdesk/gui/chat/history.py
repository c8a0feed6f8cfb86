"""The chats that are kept, at the left: find one, go on with it, rename, export, delete and bring back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPoint, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QInputDialog, QLineEdit, QMenu, QWidget

from labdesk.core.chats.records import Titled
from labdesk.core.chats.store import ChatStore
from labdesk.core.chats.summary import Summary
from labdesk.core.errors import LabdeskError
from labdesk.gui.chat.history_model import HistoryModel
from labdesk.gui.icons import icon
from labdesk.gui.theme import M, S
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, holder, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import ElidedLabel, label
from labdesk.gui.widgets.two_line import TwoLineDelegate, list_view

WIDTH = 248
_SEARCH_MS = 120


class HistoryPane(QFrame):
    """`chosen(id)`, `gone(id)` when a chat was deleted, `renamed(id)`, `export_wanted(id, "md" or "json")`."""

    chosen = Signal(str)
    gone = Signal(str)
    renamed = Signal(str)
    export_wanted = Signal(str, str)
    failed = Signal(object)

    def __init__(self, store: ChatStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "pane")
        self._store = store
        self._deleted = ""
        self.model = HistoryModel(store, self)
        self.search = QLineEdit()
        self.search.setAccessibleName("Search your chats")
        self.search.setPlaceholderText("Search your chats")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(icon("magnifying-glass"), QLineEdit.ActionPosition.LeadingPosition)
        self.list = list_view("Your chats", self.model, TwoLineDelegate())
        self.list.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.list.installEventFilter(self)
        self.nothing = label("", "small", "muted", wrap=True)
        self._said = ElidedLabel(step="small", tone="muted")
        self._undo = button("Undo", self.bring_back, kind="link")
        said = row(self._said, self._undo, gap=S, margin=(M, 0, S, S))
        said.setStretch(0, 1)
        self.notice = holder(said)
        self.notice.hide()
        above = holder(column(self.search, self.nothing, gap=S, margin=(M, M, M, S)))
        whole = column(above, self.list, self.notice, gap=0)
        whole.setStretch(1, 1)
        self.setLayout(whole)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(_SEARCH_MS)
        self._wait.timeout.connect(self._search)
        self._connect()
        self.model.read_all()

    def select(self, id: str) -> None:
        """Shows a chat as the open one without announcing it."""
        blocker = QSignalBlocker(self.list.selectionModel())
        self.list.setCurrentIndex(self.model.index(self.model.row_of(id), 0))
        del blocker
        self.list.viewport().update()

    def rename(self) -> None:
        """Asks for a new name of the current chat."""
        summary = self._current()
        if summary is None:
            return
        dialog = QInputDialog(self)
        dialog.setWindowTitle("Rename this chat")
        dialog.setLabelText("Name")
        dialog.setTextValue(harmless(summary.title, 200))
        dialog.textValueSelected.connect(lambda text: self.give_name(summary.id, text))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def give_name(self, id: str, text: str) -> None:
        """Names a chat; nothing for its first question's words again."""

        def write() -> None:
            chat = self._store.open(id)
            try:
                chat.record(Titled(" ".join(text.split())[:200]))
                self.model.note(chat)
            finally:
                chat.close()
            self.renamed.emit(id)

        self._try(write)

    def delete(self) -> None:
        """Moves the current chat into the trash."""
        summary = self._current()
        if summary is None:
            return

        def remove() -> None:
            self.gone.emit(summary.id)
            self._store.remove(summary.id)
            self.model.forget(summary.id)
            self._deleted = summary.id
            self._said.setText(f"Deleted “{harmless(summary.title, 60)}”")
            self.notice.show()

        self._try(remove)

    def bring_back(self) -> None:
        """Takes the last deletion back."""

        def restore() -> None:
            self._store.restore(self._deleted)
            self.model.read_all()
            self.notice.hide()

        self._try(restore)

    def eventFilter(self, watched: object, event: object) -> bool:
        """Keys of the list: F2 renames, Delete deletes."""
        if isinstance(event, QKeyEvent) and event.type() == QKeyEvent.Type.KeyPress and watched is self.list:
            verbs = {Qt.Key.Key_F2: self.rename, Qt.Key.Key_Delete: self.delete}
            verb = verbs.get(Qt.Key(event.key()))
            if verb is not None:
                verb()
                return True
        return super().eventFilter(watched, event)  # type: ignore[arg-type]

    def _connect(self) -> None:
        self.search.textChanged.connect(lambda *_: self._wait.start())
        self.list.selectionModel().currentChanged.connect(self._on_current)
        self.list.customContextMenuRequested.connect(self._show_menu)
        for signal in (self.model.rowsInserted, self.model.rowsRemoved, self.model.complete):
            signal.connect(self._say_nothing)

    def _search(self) -> None:
        self.model.search(self.search.text())
        self._say_nothing()

    def _say_nothing(self, *_: object) -> None:
        """An empty list says why it is empty."""
        searching = bool(self.search.text().strip())
        self.nothing.setText("No chat has these words." if searching else "Your chats are kept here.")
        self.nothing.setVisible(self.model.rowCount() == 0)

    def _on_current(self, now: QModelIndex, _before: QModelIndex) -> None:
        summary = self.model.summary(now.row())
        if summary is not None:
            self.chosen.emit(summary.id)

    def _current(self) -> Summary | None:
        return self.model.summary(self.list.currentIndex().row())

    def menu(self) -> QMenu:
        """What can be done with the current chat."""
        menu = QMenu(self)
        for text, keys, verb in (
            ("Rename…", "F2", self.rename),
            ("Export as Markdown…", "", lambda: self._export("md")),
            ("Export as JSON…", "", lambda: self._export("json")),
            ("Delete", "Del", self.delete),
        ):
            action = menu.addAction(text, keys) if keys else menu.addAction(text)
            action.triggered.connect(lambda *_, run=verb: run())
        return menu

    def _show_menu(self, at: QPoint) -> None:
        index = self.list.indexAt(at)
        if index.isValid():
            self.list.setCurrentIndex(index)
            menu = self.menu()
            menu.aboutToHide.connect(menu.deleteLater)
            menu.popup(self.list.viewport().mapToGlobal(at))

    def _export(self, ending: str) -> None:
        summary = self._current()
        if summary is not None:
            self.export_wanted.emit(summary.id, ending)

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except LabdeskError as error:
            self.failed.emit(error)
