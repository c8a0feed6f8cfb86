"""Asks before a model file goes into the trash: what uses it, and how much room that gives."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtWidgets import QDialog, QWidget

from labdesk.core.errors import JobError
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import GenerateSpec, TeachSpec, TrainSpec
from labdesk.gui.context import GuiContext
from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.theme import XL, L
from labdesk.gui.widgets.button import button
from labdesk.gui.widgets.layout import column, row
from labdesk.gui.widgets.text import label
from labdesk.gui.words import size

_WIDTH = 480
_MOST = 4


def uses_of(context: GuiContext, shown: ModelRow) -> list[str]:
    """What would miss a model, as sentences."""
    words = [f"It is your {use}: the starter model takes its place." for use in shown.uses]
    path = shown.card.path
    waiting = [
        job
        for job in context.bridge.jobs()
        if _wants(job, path) and context.bridge.state(job.id).status not in ("done", "failed")
    ]
    words += [f"“{job.request.title}” is not finished and needs it." for job in waiting[:_MOST]]
    if shown.origin == "taught":
        words.append("Its run keeps the adapter: “Export” can write the model again.")
    return words


def _wants(job: JobFolder, path: Path) -> bool:
    kinds: dict[str, type[GenerateSpec] | type[TeachSpec] | type[TrainSpec]] = {
        "generate": GenerateSpec, "teach": TeachSpec, "train": TrainSpec,
    }  # fmt: skip
    kind = kinds.get(job.request.kind)
    if kind is None:
        return False
    try:
        spec = job.spec(kind)
    except JobError:
        return False
    return str(path) in (getattr(spec, "teacher", ""), getattr(spec, "student", ""))


class DeleteDialog(QDialog):
    """Accepted when the file may go."""

    def __init__(self, shown: ModelRow, uses: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Move to the trash")
        self.setFixedWidth(_WIDTH)
        self.ok = button("Move to the trash", self.accept, kind="danger", glyph="trash")
        cancel = button("Cancel", self.reject)
        cancel.setDefault(True)
        room = (
            f"{size(shown.card.size)} will be free when you empty the trash of your system. "
            f"Until then it can be put back."
        )
        self.words = "\n".join((*uses, room))
        self.setLayout(
            column(
                label(f"Move “{shown.title}” to the trash?", "title", wrap=True),
                *(label(use, tone="warn" if "needs" in use or "your" in use else "muted", wrap=True) for use in uses),
                label(room, tone="muted", wrap=True),
                row(None, cancel, self.ok),
                gap=L,
                margin=XL,
            )
        )
