"""A teacher behind real sockets: retries, back-pressure, several servers, and answers that are never asked twice."""

from __future__ import annotations

import threading
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from labdesk.core.errors import ModelError
from labdesk.core.models.remote import Server
from labdesk.engine.runtimes import Completed, Completion, Scored, Scoring
from labdesk.engine.runtimes.remote.probe import probe
from labdesk.engine.runtimes.remote.runtime import RemoteRuntime
from tests.engine.runtimes.remote.company_of_servers import Reply, chat, serving


def echo(_path: str, body: dict[str, Any]) -> Reply:
    return chat(f"{body['messages'][-1]['content']} {body['seed']}")


def runtime(*addresses: str, folder: Path | None = None, said: list[str] | None = None, **more: Any) -> RemoteRuntime:
    servers = [Server(address=address, model="m", parallel=more.pop("parallel", 3)) for address in addresses]
    tell = (lambda text, level: said.append(text)) if said is not None else (lambda text, level: None)
    return RemoteRuntime(servers, lambda address: "sk-x", folder, tell, **more)


def ask(teacher: RemoteRuntime, count: int = 12) -> dict[str, Completed]:
    found: dict[str, Completed] = {}
    asks = [Completion(f"k{number}", f"Question {number}", 16, seed=number) for number in range(count)]
    teacher.complete(asks, lambda done: found.__setitem__(done.key, done), lambda: False)
    return found


def test_all_are_answered_with_the_key_and_not_too_many_at_once() -> None:
    def slow(path: str, body: dict[str, Any]) -> Reply:
        time.sleep(0.02)
        return echo(path, body)

    with serving(slow) as server:
        teacher = runtime(server.address)
        found = ask(teacher)
        teacher.close()
    assert {key: done.text for key, done in found.items()} == {f"k{n}": f"Question {n} {n}" for n in range(12)}
    assert 1 < server.most <= 3
    assert set(server.keys) == {"Bearer sk-x"}
    assert found["k0"].by == f"m at 127.0.0.1:{server.port}"


def test_several_servers_share_the_work_always_in_the_same_way() -> None:
    with serving(echo) as one, serving(echo) as other:
        first, second = runtime(one.address, other.address), runtime(one.address, other.address)
        by = [{key: done.by for key, done in ask(teacher).items()} for teacher in (first, second)]
        for teacher in (first, second):
            teacher.close()
    assert by[0] == by[1]
    assert min(Counter(by[0].values()).values()) >= 2


def test_a_server_that_goes_away_leaves_its_share_to_the_other() -> None:
    said: list[str] = []
    with serving(echo) as one:
        other = "http://127.0.0.1:9/v1"
        teacher = runtime(one.address, other, said=said, first_patience=0.3)
        assert len(ask(teacher)) == 12
        teacher.close()
    assert any("other servers take over" in text for text in said)


def test_a_busy_server_is_asked_again_and_more_slowly() -> None:
    refusals = iter([True] * 4)

    def busy(path: str, body: dict[str, Any]) -> Reply:
        return (429, {"error": {"message": "slow down"}}) if next(refusals, False) else echo(path, body)

    with serving(busy) as server:
        teacher = runtime(server.address)
        assert len(ask(teacher, 6)) == 6
        teacher.close()
    assert len(server.bodies) == 10


def test_what_a_server_does_not_know_is_left_out() -> None:
    def old(path: str, body: dict[str, Any]) -> Reply:
        for name in ("top_logprobs", "logprobs", "seed"):
            if name in body:
                return 400, {"error": {"message": f"Unrecognized request argument: {name}"}}
        if "max_tokens" in body:
            return 400, {"error": {"message": "Use 'max_completion_tokens' instead."}}
        return chat("Yes.")

    with serving(old) as server:
        teacher = runtime(server.address, parallel=1)
        found: list[Scored] = []
        teacher.score([Scoring("a", "Is it?", ("Yes", "No"))], found.append, lambda: False)
        teacher.close()
    assert found[0].logprobs[0] == 0.0
    assert "max_completion_tokens" in server.bodies[-1]


@pytest.mark.parametrize(
    ("status", "words"), [(401, "does not accept the key"), (404, "does not know the model"), (307, "another place")]
)
def test_what_no_patience_mends_is_said_at_once(status: int, words: str) -> None:
    with serving(lambda path, body: (status, {"detail": "no"}, {"location": "http://elsewhere/"})) as server:
        teacher = runtime(server.address)
        with pytest.raises(ModelError, match=words):
            ask(teacher)
        teacher.close()


def test_a_page_instead_of_an_answer_is_explained() -> None:
    with serving(lambda path, body: (200, b"<html>Welcome</html>")) as server:
        teacher = runtime(server.address)
        with pytest.raises(ModelError, match="no answer of a language model"):
            ask(teacher)
        teacher.close()


def test_a_prompt_that_is_too_long_costs_one_sample_not_the_run() -> None:
    def short(path: str, body: dict[str, Any]) -> Reply:
        if body["messages"][-1]["content"].endswith(" 3"):
            return 400, {"error": {"message": "the request exceeds the available context size"}}
        return echo(path, body)

    with serving(short) as server:
        teacher = runtime(server.address)
        found = ask(teacher, 5)
        teacher.close()
    assert [key for key, done in found.items() if done.finish == "too_long"] == ["k3"]
    assert len(found) == 5


def test_no_server_at_all_is_an_error_within_seconds() -> None:
    teacher = runtime("http://127.0.0.1:9/v1", first_patience=0.3)
    started = time.monotonic()
    with pytest.raises(ModelError, match="does not answer"):
        ask(teacher)
    assert time.monotonic() - started < 5
    teacher.close()


def test_a_stop_is_obeyed_while_an_answer_is_awaited() -> None:
    free = threading.Event()

    def never(path: str, body: dict[str, Any]) -> Reply:
        free.wait(10)
        return echo(path, body)

    with serving(never) as server:
        teacher = runtime(server.address)
        started = time.monotonic()
        teacher.complete([Completion("a", "Q", 4)], lambda done: None, lambda: time.monotonic() - started > 0.2)
        assert time.monotonic() - started < 2
        teacher.close()
        free.set()


def test_what_was_answered_is_never_asked_again(tmp_path: Path) -> None:
    said: list[str] = []
    with serving(echo) as server:
        teacher = runtime(server.address, folder=tmp_path)
        whole = ask(teacher)
        teacher.close()
        count = len(server.bodies)
        again = runtime(server.address, folder=tmp_path)
        assert ask(again) == whole
        again.close()
        assert len(server.bodies) == count
    gone = runtime(server.address, folder=tmp_path, said=said)  # nobody listens any more
    assert ask(gone) == whole
    gone.close()
    assert not said
    assert "sk-x" not in (tmp_path / "answers.jsonl").read_text()


def test_a_server_that_dies_and_comes_back_loses_nothing(tmp_path: Path) -> None:
    said: list[str] = []
    server_box: list[Any] = []

    def dying(path: str, body: dict[str, Any]) -> Reply:
        if len(server_box[0].bodies) == 6:
            threading.Thread(target=restart).start()
        return echo(path, body)

    def restart() -> None:
        port = server_box[0].port
        server_box[0].close()
        time.sleep(0.3)
        context = serving(echo, port)
        server_box.append(context.__enter__())

    with serving(dying) as server:
        server_box.append(server)
        teacher = runtime(server.address, folder=tmp_path, said=said, patience=20)
        asks = [Completion(f"k{number}", f"Question {number}", 16, seed=number) for number in range(30)]
        found: dict[str, Completed] = {}
        teacher.complete(asks, lambda done: found.__setitem__(done.key, done), lambda: False)
        teacher.close()
    server_box[1].close()
    assert {key: done.text for key, done in found.items()} == {f"k{n}": f"Question {n} {n}" for n in range(30)}


def test_the_probe_finds_models_and_abilities() -> None:
    def able(path: str, body: dict[str, Any]) -> Reply:
        if body.get("logprobs"):
            top = [{"token": "Yes", "logprob": -0.1}]
            return chat("Yes", logprobs={"content": [{"token": "Yes", "top_logprobs": top}]})
        thought = "Hm. " if body["max_tokens"] < 100 else ""
        return chat(f"<think>{thought}" if thought else "<think>Hm.</think>The sea is wide.")

    with serving(able) as server:
        found = probe(Server(address=server.address, model=""), "")
    assert found.models == ("small", "large")
    assert (found.server.model, found.server.thinking, found.server.seeds) == ("small", 1024, True)
    assert found.answer == "The sea is wide."
