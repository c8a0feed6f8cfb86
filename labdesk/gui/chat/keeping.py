"""Keeps the list of chats and the open chat in step, and exports one to a file the person chooses."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from labdesk.core import storage
from labdesk.core.chats.chat import Chat
from labdesk.core.chats.export import as_json, as_markdown, file_name
from labdesk.core.chats.store import ChatStore
from labdesk.core.chats.style import Style
from labdesk.core.errors import LabdeskError
from labdesk.gui.chat.history import HistoryPane
from labdesk.gui.chat.session import ChatSession

_NOTE_MS = 200
_FILTERS = {"md": "Markdown (*.md)", "json": "JSON (*.json)"}


class Keeping(QObject):
    """Connects the history pane with the session."""

    failed = Signal(object)
    #: tone, heading, text
    said = Signal(str, str, str)

    def __init__(self, store: ChatStore, session: ChatSession, history: HistoryPane, owner: QWidget) -> None:
        super().__init__(owner)
        self._store, self._session, self._history, self._owner = store, session, history, owner
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(_NOTE_MS)
        self._soon.timeout.connect(self._note)
        session.kept.connect(lambda *_: self._soon.start())
        session.path_changed.connect(self._select)
        history.chosen.connect(self._open)
        history.gone.connect(self._on_gone)
        history.renamed.connect(self._on_renamed)
        history.export_wanted.connect(self.export)
        history.model.complete.connect(self._select)

    def menu(self, parent: QWidget) -> QMenu:
        """What can be done with the open chat."""
        menu = QMenu(parent)
        for text, verb in (
            ("Rename this chat…", self._history.rename),
            ("Export as Markdown…", lambda: self.export(self._session.chat.id, "md")),
            ("Export as JSON…", lambda: self.export(self._session.chat.id, "json")),
            ("Delete this chat", self._history.delete),
        ):
            menu.addAction(text).triggered.connect(lambda *_, run=verb: run())
        verbs = menu.actions()
        menu.aboutToShow.connect(lambda: self._allow(verbs))
        return menu

    def _allow(self, verbs: Sequence[QAction]) -> None:
        for action in verbs:
            action.setEnabled(bool(self._session.chat.exchanges))

    @Slot(object)
    def restyle(self, style: Style) -> None:
        """The person chose another style."""
        self._try(lambda: self._session.restyle(style))

    def export(self, id: str, ending: str) -> None:
        """Asks where to put a chat, and puts it there."""
        self._try(lambda: self._ask_where(self._chat(id), ending))

    def write(self, chat: Chat, file: Path) -> None:
        """Writes a chat in the format of the file's ending."""

        def put() -> None:
            data = as_json(chat) if file.suffix == ".json" else as_markdown(chat).encode()
            storage.write_bytes(file, data)
            self.said.emit("good", f"“{file.name}” is written", str(file.parent))

        self._try(put)

    def _ask_where(self, chat: Chat, ending: str) -> None:
        dialog = QFileDialog(self._owner, "Export this chat", str(Path.home() / file_name(chat, ending)))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setNameFilter(_FILTERS[ending])
        dialog.setDefaultSuffix(ending)
        dialog.fileSelected.connect(lambda path: self.write(chat, Path(path)))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _chat(self, id: str) -> Chat:
        if id == self._session.chat.id:
            return self._session.chat
        chat = self._store.open(id)
        chat.close()
        return chat

    def _note(self) -> None:
        self._history.model.note(self._session.chat)
        self._select()

    @Slot()
    def _select(self) -> None:
        self._history.select(self._session.chat.id)

    @Slot(str)
    def _open(self, id: str) -> None:
        self._try(lambda: self._session.open(id))

    @Slot(str)
    def _on_gone(self, id: str) -> None:
        if id == self._session.chat.id:
            self._session.new()

    @Slot(str)
    def _on_renamed(self, id: str) -> None:
        if id == self._session.chat.id:
            self._session.chat.catch_up()

    def _try(self, verb: Callable[[], object]) -> None:
        try:
            verb()
        except LabdeskError as error:
            self.failed.emit(error)
