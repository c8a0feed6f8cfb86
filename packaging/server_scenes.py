"""Teachers behind servers: in Settings, in the plan, and the question before texts leave the computer."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QScrollArea

from labdesk.core.models.remote import Server
from labdesk.gui.generate.consent import ConsentDialog
from labdesk.gui.generate.pipeline_dialog import PipelineDialog
from labdesk.gui.review.dataset_dialog import DatasetDialog
from labdesk.gui.review.dataset_rows import DatasetRow
from labdesk.gui.settings.server_dialog import ServerDialog
from labdesk.gui.words import ago

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


def steps(view: Any) -> None:
    """The diagram of what will run, at a step with a prompt."""
    view._context.settings.change(servers=(HERE,), teacher=HERE.name)
    view.show_steps()
    dialog = view.findChildren(PipelineDialog)[0]
    dialog.asking.ended.connect(lambda: dialog.list.setCurrentIndex(dialog.model.index(3)))
    _inside(view, dialog)
    view._context.settings.change(servers=(), teacher="")


def datasets(view: Any) -> None:
    """Two datasets, compared."""
    view.show_datasets()
    dialog = view.findChildren(DatasetDialog)[0]
    _inside(view, dialog)
    dialog.listing.close()
    made = (("3fa91c07", "Generate 4 leaves", 814, 1.79e9), ("77b0e1aa", "Marrowby", 640, 1.789e9))
    rows = [DatasetRow(digest, title, count, "", at, "", ("a", "b", "c", "d")) for digest, title, count, at in made]
    dialog.rows.show([one.line(ago(one.made_at)) for one in rows], rows)
    dialog.list.selectAll()
    dialog._doing = "compare"
    for leaf, both, one, other in (("marrowby_light", 402, 22, 8), ("visitor_book", 90, 0, 41)):
        dialog._on_line({"leaf": leaf, "both": both, "only_first": one, "only_second": other})
    dialog._on_done()


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
