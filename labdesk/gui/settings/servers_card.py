"""Teachers behind servers: those that were added, a button to test and one to remove each, and a way to add more."""

from __future__ import annotations

from typing import Any

import msgspec
from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QLabel, QVBoxLayout, QWidget

from labdesk.core.errors import LabdeskError
from labdesk.core.models.remote import Server
from labdesk.core.settings import Settings
from labdesk.gui.context import SettingsStore
from labdesk.gui.errand import Errand
from labdesk.gui.settings.server_dialog import Found, ServerDialog, abilities, place_of
from labdesk.gui.theme import XS, L, M, S
from labdesk.gui.widgets.banner import Banner
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.text import ElidedLabel, label, set_tone
from labdesk.gui.words import counted

_HELP = (
    "A model on a server writes and judges in place of one on this computer: faster, and it may be larger. "
    "Choose it as the teacher in Generate."
)


class ServersCard(QFrame):
    """Changes the settings; the key of a server goes through another process into the system's keyring."""

    def __init__(self, store: SettingsStore, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "card")
        self._store = store
        self._shown: tuple[Server, ...] = ()
        self.rows: dict[str, ServerRow] = {}
        self.banner = Banner()
        self._list = QVBoxLayout()
        self._list.setSpacing(M)
        self.add = button("Add a server…", self.ask, glyph="plus")
        head = column(label("Teachers on servers", "label"), label(_HELP, "small", "muted", wrap=True), gap=XS)
        self.setLayout(column(head, self.banner, self._list, row(self.add, None), gap=M, margin=L))
        self.forgetting = Errand(self)
        self.forgetting.failed.connect(self.banner.say_error)
        store.changed.connect(self.show_values)
        self.show_values(store.values)

    def close_errands(self) -> None:
        """The window closes."""
        self.forgetting.close()
        for one in self.rows.values():
            one.errand.close()

    def ask(self) -> None:
        """Opens the dialog."""
        dialog = ServerDialog(self)
        dialog.added.connect(self.take)
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    @Slot(object)
    def take(self, server: Server) -> None:
        """Keeps a server; one of the same name is replaced."""
        others = tuple(one for one in self._store.values.servers if one.name != server.name)
        self.banner.attempt(lambda: self._store.change(servers=(*others, server)))

    def remove(self, server: Server) -> None:
        """Forgets a server, and its key with its last model; a teacher that used it is the starter model again."""
        left = tuple(one for one in self._store.values.servers if one.name != server.name)
        values = self._store.values
        teacher = "" if server.name in values.teacher.split() else values.teacher
        if self.banner.attempt(lambda: self._store.change(servers=left, teacher=teacher)):
            self.banner.say("normal", f"{server.host} is removed.", "", "Undo", lambda: self._put_back(server))
            if not any(one.address == server.address for one in left):
                self.forgetting.run("teachers", "key", server.address, said="")

    def _put_back(self, server: Server) -> None:
        self.take(server)
        self.banner.say("normal", f"{server.host} is back.", "Its key is not: add it again if the server wants one.")

    @Slot(object)
    def show_values(self, values: Settings) -> None:
        """Shows the servers of the settings."""
        if values.servers == self._shown and self.rows:
            return
        self._shown = values.servers
        for old in self.rows.values():
            old.errand.close()
            self._list.removeWidget(old)
            old.deleteLater()
        self.rows = {server.name: ServerRow(server, self) for server in values.servers}
        for one in self.rows.values():
            self._list.addWidget(one)


class ServerRow(QWidget):
    """One server with its buttons and what the last test said."""

    def __init__(self, server: Server, card: ServersCard) -> None:
        super().__init__(card)
        self.server = server
        name = ElidedLabel(harmless(server.model or server.host), "label")
        where = f"{server.host} · {place_of(server)} · {counted(server.parallel, 'request')} at once"
        self.result: QLabel = label(step="small", wrap=True)
        self.result.hide()
        self.test = button("Test", self.try_it, glyph="broadcast")
        self.test.setAccessibleName(f"Test {server.host}")
        self.drop = button("Remove", lambda: card.remove(server), kind="quiet", glyph="trash")
        self.drop.setAccessibleName(f"Remove {server.host}")
        across = row(column(name, ElidedLabel(where, "small", "muted"), gap=XS), self.test, self.drop, gap=S)
        across.setStretch(0, 1)
        self.setLayout(column(across, self.result, gap=XS))
        self.errand = Errand(self)
        self.errand.line.connect(self._on_answer)
        self.errand.failed.connect(self._on_failure)

    @Slot()
    def try_it(self) -> None:
        """Talks with the server, with the key that is kept."""
        self.test.setEnabled(False)
        self._say("Testing…", "muted")
        model = ("--model", self.server.model) if self.server.model else ()
        self.errand.run("teachers", "test", self.server.address, *model)

    @Slot(object)
    def _on_answer(self, answer: dict[str, Any]) -> None:
        self.test.setEnabled(True)
        self._say(f"It answers. {abilities(msgspec.convert(answer, Found))}", "good")

    @Slot(object)
    def _on_failure(self, error: LabdeskError) -> None:
        self.test.setEnabled(True)
        self._say(str(error), "bad")

    def _say(self, words: str, tone: str) -> None:
        self.result.setText(harmless(words))
        set_tone(self.result, tone)  # type: ignore[arg-type]
        self.result.show()
