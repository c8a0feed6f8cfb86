"""States of Models for the screenshots: the hub's page, a download, an export, and the dialogs."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QWidget

from labdesk.core.events import Artifact, Done, Event, Failed, Hello, Note, Progress, Stage
from labdesk.core.job_folder import JobFolder
from labdesk.core.models.catalog import ModelCard
from labdesk.core.models.hub import HubFile, HubModel
from labdesk.core.specs import DownloadSpec, ExportSpec
from labdesk.core.storage import Journal
from labdesk.core.workspace import Workspace
from labdesk.gui.models.delete_dialog import DeleteDialog
from labdesk.gui.models.export_dialog import ExportDialog
from labdesk.gui.models.hub_rows import Found, search_row
from labdesk.gui.models.model_rows import ModelRow
from labdesk.gui.models.token_dialog import TokenDialog

_SIZES = {"Q4_K_M": 2.5e9, "Q5_K_M": 2.9e9, "Q6_K": 3.3e9, "Q8_0": 4.3e9, "F16": 8.1e9, "F32": 36e9}
MODEL = HubModel(
    repository="Qwen/Qwen3-4B-GGUF",
    commit="0" * 40,
    licence="apache-2.0",
    downloads=812_345,
    files=tuple(HubFile(name=f"Qwen3-4B-{kind}.gguf", url="", size=int(size)) for kind, size in _SIZES.items()),
)


def _job(workspace: Workspace, kind: str, spec: Any, title: str, *events: Event) -> JobFolder:
    made = workspace.add_job(kind, spec, title)
    journal = Journal(made.events_path)
    for event in (Hello(made.id, kind, 0, time.time()), *events):
        journal.append(event, durable=False)
    journal.close()
    return made


def downloads(workspace: Workspace) -> list[JobFolder]:
    """One at work, one that was interrupted, one that wants a token."""
    spec = DownloadSpec(model=MODEL, folder="/tmp", endpoint="https://huggingface.co")
    at = Progress(1180.0, 2500.0, "MB", "Fetching", 310.0)
    running = _job(workspace, "download", spec, "Fetch Qwen3-4B-GGUF", Stage("fetch", "Fetch"), at)
    _job(
        workspace, "download", spec, "Fetch granite-3.3-2b-GGUF", Stage("fetch", "Fetch"), Progress(300.0, 2700.0, "MB")
    )
    refused = Failed(
        "The hub wants to know who you are before it gives this model.",
        "Its owner asks people to agree to terms first.",
        "Agree on the model’s page, make a token with the right to read, and keep it in labdesk: Models, Token.",
    )
    _job(workspace, "download", spec, "Fetch gemma-3-4b-GGUF", Stage("fetch", "Fetch"), refused)
    return [running]


def searched(view: Any) -> None:
    """As if the hub had answered."""
    view.get_models()
    names = ("Qwen/Qwen3-4B-GGUF", "unsloth/Qwen3-4B-Instruct-2507-GGUF", "Qwen/Qwen3-0.6B-GGUF", "maker/Gated-4B-GGUF")
    hits = [
        HubModel(repository=name, licence="apache-2.0", downloads=812_345 // (at + 1), gated=at == 3)
        for at, name in enumerate(names)
    ]
    view.hub.words.setText("qwen3 4b")
    view.hub.rows.show([search_row(hit) for hit in hits])
    view.hub.heading.setText("4 models with GGUF files, the most fetched first")
    view.hub.detail.show_waiting(Found(MODEL.repository), "https://huggingface.co")
    view.hub.detail.show_model(MODEL, Found(MODEL.repository, "Q4_K_M"))
    view.hub._pages.setCurrentWidget(view.hub.detail)


def exported(workspace: Workspace) -> JobFolder:
    """An export that ends while it is looked at."""
    spec = ExportSpec(run="/tmp/run", target="/media/ada/labdesk exports/Marrowby", name="Marrowby")
    return _job(workspace, "export", spec, "Export Marrowby", Stage("export", "Write and check the model files", 1, 3))


def end_export(view: Any) -> None:
    (job,) = view._context.bridge.jobs("export")
    journal = Journal(job.events_path)
    for event in (
        Note("Ollama has it: ollama run Marrowby"),
        Artifact("export", "/tmp"),
        Done("3 files are in /media/ada/labdesk exports/Marrowby. Each was loaded and chose the run's word in 99 % of "
             "places or more.", "Open them in LM Studio, or chat in a terminal: ollama run Marrowby"),
    ):  # fmt: skip
        journal.append(event, durable=False)
    journal.close()


def get(view: Any) -> None:
    view.get_models()


def _inside(view: QWidget, dialog: QDialog) -> None:
    """A dialog is a window of its own, so it is shown inside the view."""
    dialog.setParent(view, Qt.WindowType.Widget)
    dialog.adjustSize()
    dialog.move((view.width() - dialog.width()) // 2, 40)
    dialog.setAutoFillBackground(True)
    dialog.show()
    dialog.raise_()


def taught_row() -> ModelRow:
    path = Path("/media/ada/Marrowby/.labdesk/runs/20261124/merged.gguf")
    card = ModelCard("m", path, 145_000_000, "Q8_0", 135_000_000, 8192, "smollm", "apache-2.0", True, True, True)
    return ModelRow(card, "taught", "Taught 4 leaves, 24 Nov, 10:12", ("student",))


def ask_export(view: Any) -> None:
    shown = taught_row()
    _inside(view, ExportDialog(shown, "Marrowby", Path("/media/ada/labdesk exports")))


def ask_delete(view: Any) -> None:
    shown = taught_row()
    uses = [
        "It is your student: the starter model takes its place.",
        "Its run keeps the adapter: “Export” can write the model again.",
    ]
    _inside(view, DeleteDialog(shown, uses))


def ask_token(view: Any) -> None:
    _inside(view, TokenDialog("https://huggingface.co"))
