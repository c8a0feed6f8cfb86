"""Teachers behind servers in jobs: nothing is sent before a person agrees, and a real server may die in between."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from labdesk.core import paths, settings
from labdesk.core.errors import NotAllowed
from labdesk.core.models.remote import Server
from labdesk.core.settings import Settings
from labdesk.core.workspace import Workspace
from labdesk.engine.runtimes import Completed, Completion, Scored, Scoring
from labdesk.engine.runtimes.remote.runtime import RemoteRuntime
from labdesk.jobs.chat_server_client import ModelServer
from labdesk.jobs.command import worker_environment
from labdesk.jobs.requests import named_teacher, request_generation, request_preview, request_teach

FAR = Server(address="https://api.example.com/v1", model="large")
KEY = "sk-labdesk-a-key-for-this-test"


def test_no_text_leaves_the_computer_before_a_person_agrees(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "ws")
    for request in (request_generation, request_preview, request_teach):
        with pytest.raises(NotAllowed) as caught:
            request(workspace, teacher=FAR.name)
        assert "api.example.com" in caught.value.message
    assert workspace.jobs() == []
    settings.save(
        paths.settings_file(), Settings(servers=(FAR.__class__(address=FAR.address, model="large", allowed=True),))
    )
    job = request_generation(workspace, teacher=named_teacher("api.example.com"))
    assert FAR.name in job.path.joinpath("job.json").read_text("utf-8")


def test_a_server_of_this_computer_needs_no_leave(tmp_path: Path) -> None:
    workspace = Workspace.create(tmp_path / "ws")
    assert request_generation(workspace, teacher="http://localhost:8080/v1#m").request.kind == "generate"


def test_keys_go_only_where_teachers_are_spoken_with(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LABDESK_KEY_API_EXAMPLE_COM", KEY)
    assert KEY in worker_environment(keys=True).values()
    assert KEY not in worker_environment().values()


@pytest.mark.slow
def test_a_real_server_with_the_starter_model_dies_and_comes_back(tmp_path: Path) -> None:
    """`labdesk serve` in a process of its own is killed in the middle; the texts are those of a calm run."""
    asks = [
        Completion(f"k{n}", f"Write one question about the number {n}.", 12, temperature=0.8, top_p=0.9, seed=n + 1)
        for n in range(10)
    ]

    def write(port: int, folder: Path, on_done: object = None) -> dict[str, str]:
        found: dict[str, str] = {}

        def take(done: Completed) -> None:
            found[done.key] = done.text
            if on_done is not None and len(found) == 3:
                on_done()  # type: ignore[operator]

        server = Server(address=f"http://127.0.0.1:{port}/v1", model="", parallel=2)
        teacher = RemoteRuntime([server], lambda address: KEY, folder, patience=60.0)
        teacher.complete(asks, take, lambda: False)
        judged: list[Scored] = []
        teacher.score(
            [Scoring("j", "Is water wet? Reply with Yes or No.", ("Yes", "No"))], judged.append, lambda: False
        )
        teacher.close()
        assert len(judged) == 1
        return found

    with ModelServer(key=KEY) as server:
        port = server.port
        calm = write(port, tmp_path / "calm")
    first, second = ModelServer(key=KEY, port=port), ModelServer(key=KEY, port=port)
    first.__enter__()
    again: list[threading.Thread] = []

    def kill_and_start_again() -> None:
        assert first._process is not None
        first._process.kill()
        first._process.wait()
        again.append(threading.Thread(target=second.__enter__))
        again[0].start()

    try:
        stormy = write(port, tmp_path / "stormy", kill_and_start_again)
    finally:
        for thread in again:
            thread.join()
        first.__exit__(None, None, None)
        second.__exit__(None, None, None)
    assert stormy == calm
