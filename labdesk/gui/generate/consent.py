"""Asks, before the first text goes there, whether a server on another computer may have the person's texts."""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from PySide6.QtWidgets import QDialog, QWidget

from labdesk.core.models.remote import Server
from labdesk.gui.context import SettingsStore
from labdesk.gui.theme import XL, L
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label

_WIDTH = 480
_LATER = "labdesk asks once for each server. To take it back, remove the server in Settings."


class ConsentDialog(QDialog):
    """Says what would be sent where; accepted when the person agrees. The careful answer has the focus."""

    def __init__(self, servers: tuple[Server, ...], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        hosts = " and ".join(dict.fromkeys(server.host for server in servers))
        self.setWindowTitle("Texts leave this computer")
        self.setFixedWidth(_WIDTH)
        self.agree = button(f"Send to {hosts}", self.accept, kind="primary", glyph="paper-plane-tilt")
        self.refuse = button("Keep them here", self.reject)
        self.refuse.setDefault(True)
        plain = any(server.address.startswith("http:") for server in servers)
        self.setLayout(
            column(
                label(f"Send your texts to {hosts}?", "title", wrap=True),
                label(
                    "This teacher works on another computer. Your seed examples and passages of your documents are "
                    "sent there, and whoever runs it can read them." + (" They travel unencrypted." if plain else ""),
                    wrap=True,
                ),
                label(_LATER, "small", "muted", wrap=True),
                row(None, self.refuse, self.agree),
                gap=L,
                margin=XL,
            )
        )  # fmt: skip
        self.refuse.setFocus()


def with_leave(
    store: SettingsStore, servers: tuple[Server, ...], parent: QWidget, then: Callable[[], object]
) -> ConsentDialog | None:
    """Does `then` at once where no text leaves this computer or the person agreed before, else asks first."""
    asked = tuple(server for server in servers if not server.here and not server.allowed)
    if not asked:
        then()
        return None
    dialog = ConsentDialog(asked, parent)

    def agreed() -> None:
        names = {server.name for server in asked}
        others = tuple(server for server in store.values.servers if server.name not in names)
        store.change(servers=(*others, *(msgspec.structs.replace(one, allowed=True) for one in asked)))
        then()

    dialog.accepted.connect(agreed)
    dialog.finished.connect(dialog.deleteLater)
    dialog.open()
    return dialog
