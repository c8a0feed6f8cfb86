"""A whole generate job with a teacher behind `labdesk serve`, whose process is killed in the middle: nothing is lost."""

from __future__ import annotations

import time
from pathlib import Path

import msgspec
import pytest

from labdesk.core import paths, settings
from labdesk.core.job_folder import JobFolder
from labdesk.core.models.remote import Server, variable
from labdesk.core.samples.sample import Sample
from labdesk.core.settings import Settings
from labdesk.core.storage import replay
from labdesk.core.workspace import Workspace
from labdesk.jobs.chat_server_client import ModelServer
from labdesk.jobs.datasets import read_samples
from labdesk.jobs.launch import launch
from labdesk.jobs.pipelines import pipeline_text, save_pipeline
from labdesk.jobs.requests import request_generation

KEY = "labdesk-a-key-for-this-test"
LEAF = "compositional_skills/writing/freeform/harbour_note"
PATIENCE = 400.0
SHORT = (
    ("per_seed: 10", "per_seed: 4"),
    ("max_tokens: 300", "max_tokens: 24"),
    ("max_tokens: 400", "max_tokens: 24"),
)


def a_workspace(folder: Path) -> Workspace:
    """With a pipeline that is soon done: few short rows, which the starter model need not write well."""
    workspace = Workspace.create(folder)
    text = pipeline_text("freeform-chat", None)[0]
    for old, new in SHORT:
        text = text.replace(old, new)
    save_pipeline(workspace.root, "freeform-chat", f"{text}\nbudget: {{window: 10000}}\n")
    return workspace


def written(job: JobFolder) -> list[Sample]:
    return [row for row in replay(job.path / "samples.jsonl", Sample) if row.provenance.prompt_sha]


def ended(job: JobFolder) -> bool:
    return job.state().status in ("done", "failed", "interrupted")


def finish(job: JobFolder) -> None:
    worker = launch(job)
    assert worker is not None
    assert worker.wait(PATIENCE) == 0 or ended(job)


def until(check: object, patience: float = PATIENCE) -> None:
    stop = time.monotonic() + patience
    while not check():  # type: ignore[operator]
        assert time.monotonic() < stop
        time.sleep(0.3)


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_the_server_and_the_job_are_killed_and_nothing_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with ModelServer(key=KEY) as server:
        port = server.port
        teacher = Server(address=f"http://127.0.0.1:{port}/v1", model=server.name, parallel=2)
        monkeypatch.setenv(variable(teacher.address), KEY)
        settings.save(paths.settings_file(), Settings(servers=(teacher,)))
        calm = request_generation(a_workspace(tmp_path / "calm"), [LEAF], teacher.name)
        finish(calm)
        assert calm.state().status == "done", calm.state().failed
        job = request_generation(a_workspace(tmp_path / "torn"), [LEAF], teacher.name)
        worker = launch(job)
        assert worker is not None
        until(lambda: any(path.stat().st_size for path in job.path.glob("answers*")) or ended(job))
    # The server is gone in the middle of the work; then the job's own process is killed as well.
    time.sleep(1.0)
    worker.kill()
    worker.wait()
    kept = {row.id: row for row in written(job)}
    with ModelServer(key=KEY, port=port):
        finish(job)
    assert job.state().status == "done", job.state().failed
    rows = read_samples(job)
    assert len({row.id for row in rows}) == len(rows)
    assert all(msgspec.structs.asdict(row) == msgspec.structs.asdict(kept.get(row.id, row)) for row in rows)
    assert [(row.id, row.question, row.answer) for row in rows] == [
        (row.id, row.question, row.answer) for row in read_samples(calm)
    ]
