"""Fetches a model from the hub: may be paused, stopped, killed; the next start goes on where it was."""

from __future__ import annotations

from pathlib import Path

from labdesk.core.events import Artifact, Done, Progress, Stage
from labdesk.core.secrets import find_key
from labdesk.core.specs import DownloadSpec
from labdesk.engine.context import JobContext
from labdesk.engine.download.model import fetch_model
from labdesk.engine.download.ranged import Fetcher

Spec = DownloadSpec


def run(spec: DownloadSpec, context: JobContext) -> Done:
    """Put the model's files into the folder of models. Raises ModelError, StorageError, JobError, JobStopped."""
    context.report(Stage("fetch", f"Fetch {spec.model.repository}", 0, 1))

    def told(here: int, total: int, speed: float) -> None:
        left = (total - here) / speed if speed > 0 else None
        pace = f", {speed / 1e6:.1f} MB/s" if speed > 0 else ""
        context.report(Progress(here / 1e6, total / 1e6, "MB", f"Fetching{pace}", left))

    with Fetcher(find_key(spec.endpoint), should_stop=context.should_stop) as fetcher:
        files = fetch_model(spec.model, Path(spec.folder), fetcher, told, context.should_stop)
    for file in files:
        context.report(Artifact("model", str(file)))
    size = sum(file.size for file in spec.model.files) / 1e6
    return Done(
        f"{spec.model.repository} is here: {size:,.0f} MB, checked against the hub's checksum.",
        "Choose it in Models as your teacher or student.",
    )
