"""Teachers behind servers: in Settings, in the plan, and the question before texts leave the computer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QScrollArea

from labdesk.core.models.remote import Server
from labdesk.gui.generate.consent import ConsentDialog
from labdesk.gui.settings.server_dialog import ServerDialog

HERE = Server(address="http://localhost:8080/v1", model="qwen3-8b-q4", logits=True, seeds=True, parallel=4)
FAR = Server(address="https://models.example.org/v1", model="gpt-oss-120b", parallel=16, thinking=1024)


def added(view: Any) -> None:
    """Two servers, one of them just tested."""
    view._store.change(servers=(HERE, FAR))
    card = view.servers
    probe = {"server": {"address": HERE.address, "model": HERE.model, "logits": True, "seeds": True}, "models": []}
    card.rows[HERE.name]._on_answer({**probe, "answer": "Blue.", "tokens_per_second": 41.0})
    _scroll_to(view, card)


def adding(view: Any) -> None:
    """The dialog with the answer of a server on another computer."""
    view.servers.ask()
    dialog = view.findChildren(ServerDialog)[0]
    dialog.address.setText("https://models.example.org/v1")
    dialog.key.setText("secret")
    server = {"address": FAR.address, "model": FAR.model, "thinking": 1024}
    answer = "The sea is wide, and it keeps its own hours."
    dialog._on_answer(
        {"server": server, "models": [FAR.model, "qwen3-32b"], "answer": answer, "tokens_per_second": 55.0}
    )
    _inside(view, dialog)


def planned(view: Any) -> None:
    """A plan with a teacher on another computer, for tonight."""
    view._context.settings.change(servers=(HERE, FAR), teacher=FAR.name)
    view.plan.options.start.setCurrentIndex(1)
    view.plan.options.mains.setChecked(True)


def asked(view: Any) -> None:
    """The question before the first text goes there."""
    planned(view)
    view._start(())
    _inside(view, view.findChildren(ConsentDialog)[0])
    view._context.settings.change(servers=(), teacher="")


def _inside(view: Any, dialog: QDialog) -> None:
    """A dialog is a window of its own, so it is shown inside the view."""
    dialog.setParent(view)
    dialog.setWindowFlags(Qt.WindowType.Widget)
    dialog.move((view.width() - dialog.width()) // 2, 40)
    dialog.setAutoFillBackground(True)
    dialog.show()
    dialog.raise_()


def _scroll_to(view: Any, card: Any) -> None:
    view.findChild(QScrollArea).ensureWidgetVisible(card)
