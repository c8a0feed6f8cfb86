"""The server over real sockets: the openai client's calls work, and 40 hostile requests get nothing."""

from __future__ import annotations

import http.client
import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import psutil
import pytest

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes import Completion, Runtime
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.engine.server.protocol import NotServing, Serve, Served, ServerReply, Serving, decode_reply, encode
from labdesk.engine.server.requests import Refused, read_request
from labdesk.engine.server.serve import run_server

KEY = "sk-labdesk-0123456789abcdef"
ASK = {"model": "taught", "messages": [{"role": "user", "content": "Who lit the lamp?"}]}


def script(request: Completion) -> str:
    if "slow" in request.prompt:
        time.sleep(0.3)
    if "endless" in request.prompt:
        return "word " * 2_000
    if "broken" in request.prompt:
        raise ModelError("The model broke.", remedy="Load it again.")
    return "Agnes lit it. " + ("Freely." if request.temperature else "")


class Slow(ScriptedRuntime):
    """Waits a moment before every word."""

    def stream(self, request: Any, on_text: Any, should_stop: Any) -> Any:
        return super().stream(request, lambda text: (time.sleep(0.001), on_text(text)), should_stop)


class Host:
    """A server in a thread and our ends of its pipes."""

    def __init__(self, serve: Serve, context: int = 4096) -> None:
        self.runtime = Slow(script, name="taught", context_tokens=context)
        their_in, our_out = os.pipe()
        our_in, their_out = os.pipe()
        self.out: BinaryIO = os.fdopen(our_out, "wb", buffering=0)
        self._in = os.fdopen(our_in, "rb")
        self._theirs = os.fdopen(their_in, "rb"), os.fdopen(their_out, "wb")
        self.thread = threading.Thread(target=run_server, args=(*self._theirs, self._open), daemon=True)
        self.thread.start()
        self.out.write(encode(serve))
        self.begun = self.hear()
        self.port = self.begun.port if isinstance(self.begun, Serving) else 0

    def _open(self, path: Path, _context: int) -> tuple[Runtime, str]:
        if path.name == "missing":
            raise ModelError("It is not there.", cause="no file", remedy="choose another")
        return self.runtime, "a script"

    def hear(self) -> ServerReply:
        return decode_reply(self._in.readline())

    def end(self) -> None:
        self.out.close()
        self.thread.join(15)
        assert not self.thread.is_alive(), "the server did not end with its pipe"
        for pipe in (self._in, *self._theirs):
            pipe.close()


@pytest.fixture(scope="module")
def server() -> Iterator[Host]:
    made = Host(Serve("taught.gguf", KEY, name="taught"))
    yield made
    made.end()


def ask(
    port: int, method: str = "POST", path: str = "/v1/chat/completions", body: bytes | None = None, **headers: str
) -> tuple[int, dict[str, Any], dict[str, str]]:
    """One request; headers may replace or (with "") remove the good ones."""
    data = json.dumps(ASK).encode() if body is None else body
    good = {"Host": f"127.0.0.1:{port}", "Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    if method == "POST":
        good["Content-Length"] = str(len(data))
    wanted = {name: value for name, value in {**good, **headers}.items() if value}
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
        for name, value in wanted.items():
            connection.putheader(name, value)
        connection.endheaders(data if method == "POST" else None)
        response = connection.getresponse()
        text = response.read()
        return response.status, json.loads(text) if text[:1] == b"{" else {}, dict(response.getheaders())
    finally:
        connection.close()


def test_the_openai_client_talks_with_it(server: Host) -> None:
    openai = pytest.importorskip("openai", reason="the openai client is not installed")
    with openai.OpenAI(base_url=f"http://127.0.0.1:{server.port}/v1", api_key=KEY, max_retries=0) as client:
        assert [model.id for model in client.models.list()] == ["taught"]
        assert client.models.retrieve("taught").owned_by == "labdesk"
        answer = client.chat.completions.create(**ASK)
        assert answer.choices[0].message.content.strip() == "Agnes lit it."
        assert answer.choices[0].finish_reason == "stop" and answer.usage.completion_tokens == 3
        pieces = list(client.chat.completions.create(**ASK, stream=True, stream_options={"include_usage": True}))
        text = "".join(piece.choices[0].delta.content or "" for piece in pieces if piece.choices)
        assert text.strip() == "Agnes lit it." and pieces[-1].usage.total_tokens > 3 and len(pieces) > 4
        free = client.chat.completions.create(**ASK, temperature=0.7, max_tokens=100, seed=3, stop=["zzz"])
        assert free.choices[0].message.content.strip().endswith("Freely.")
        cut = client.chat.completions.create(**ASK, max_completion_tokens=2)
        assert cut.choices[0].finish_reason == "length"
        with pytest.raises(openai.BadRequestError, match="n must be 1"):
            client.chat.completions.create(**ASK, n=2)
        with pytest.raises(openai.InternalServerError, match="The model broke"):
            client.chat.completions.create(model="taught", messages=[{"role": "user", "content": "broken"}])
    with (
        openai.OpenAI(base_url=f"http://127.0.0.1:{server.port}/v1", api_key="wrong", max_retries=0) as stranger,
        pytest.raises(openai.AuthenticationError),
    ):
        stranger.models.list()


def test_a_good_request_is_answered(server: Host) -> None:
    status, reply, headers = ask(server.port)
    assert status == 200 and reply["choices"][0]["message"]["content"].startswith("Agnes")
    assert not any(name.lower().startswith("access-control") for name in headers)
    assert ask(server.port, Host=f"localhost:{server.port}")[0] == 200


HOSTILE: dict[str, tuple[int, dict[str, Any]]] = {
    "no key": (401, {"Authorization": ""}),
    "a wrong key": (401, {"Authorization": "Bearer sk-wrong"}),
    "a longer key": (401, {"Authorization": f"Bearer {KEY}x"}),
    "a shorter key": (401, {"Authorization": f"Bearer {KEY[:-1]}"}),
    "an empty key": (401, {"Authorization": "Bearer "}),
    "another scheme": (401, {"Authorization": f"Basic {KEY}"}),
    "the key as the whole header": (401, {"Authorization": KEY}),
    "the key in the address": (401, {"Authorization": "", "path": f"/v1/chat/completions?key={KEY}"}),
    "the key in a cookie": (401, {"Authorization": "", "Cookie": f"Authorization=Bearer {KEY}"}),
    "a foreign host": (403, {"Host": "evil.example"}),
    "a foreign host with our port": (403, {"Host": "evil.example:{port}"}),
    "a rebound name": (403, {"Host": "127.0.0.1.evil.example:{port}"}),
    "another port": (403, {"Host": "127.0.0.1:1"}),
    "no port": (403, {"Host": "127.0.0.1"}),
    "any address": (403, {"Host": "0.0.0.0:{port}"}),
    "a mapped address": (403, {"Host": "[::ffff:127.0.0.1]:{port}"}),
    "a short address": (403, {"Host": "127.1:{port}"}),
    "user in host": (403, {"Host": "a@127.0.0.1:{port}"}),
    "a web page": (403, {"Origin": "https://evil.example"}),
    "a null origin": (403, {"Origin": "null"}),
    "a local page": (403, {"Origin": "http://localhost:3000"}),
    "our own origin": (403, {"Origin": "http://127.0.0.1:{port}"}),
    "a file's page": (403, {"Origin": "file://"}),
    "fetched across sites": (403, {"Sec-Fetch-Site": "cross-site"}),
    "a simple form": (415, {"Content-Type": "text/plain"}),
    "a form": (415, {"Content-Type": "application/x-www-form-urlencoded"}),
    "no kind of body": (415, {"Content-Type": ""}),
    "a preflight": (403, {"method": "OPTIONS", "Origin": "https://evil.example", "Authorization": ""}),
    "a preflight without origin": (401, {"method": "OPTIONS", "Authorization": ""}),
    "generation by GET": (405, {"method": "GET"}),
    "a deletion": (405, {"method": "DELETE"}),
    "another path": (404, {"method": "GET", "path": "/"}),
    "a path that climbs": (404, {"method": "GET", "path": "/v1/../../etc/passwd"}),
    "another model's card": (404, {"method": "GET", "path": "/v1/models/../secret"}),
    "no JSON": (400, {"body": b"hello"}),
    "half of it": (400, {"body": json.dumps(ASK).encode()[:-5]}),
    "no UTF-8": (400, {"body": b'{"messages": "\xff\xfe"}'}),
    "deep JSON": (400, {"body": b"[" * 100_000}),
    "nothing said": (400, {"body": b'{"messages": []}'}),
    "a list of 3000": (400, {"body": json.dumps({"messages": [{"role": "user", "content": "x"}] * 3000}).encode()}),
    "an unknown role": (400, {"body": b'{"messages": [{"role": "root", "content": "x"}]}'}),
    "a picture": (400, {"body": b'{"messages": [{"role": "user", "content": [{"type": "image_url"}]}]}'}),
    "a wild temperature": (400, {"body": json.dumps({**ASK, "temperature": 99}).encode()}),
    "a negative length": (400, {"body": json.dumps({**ASK, "max_tokens": -1}).encode()}),
    "a huge length": (400, {"body": json.dumps({**ASK, "max_tokens": 10**9}).encode()}),
    "tools": (400, {"body": json.dumps({**ASK, "tools": [{}]}).encode()}),
    "too large": (413, {"body": b" " * (5 << 20)}),
    "a lie about its length": (413, {"Content-Length": "99999999999"}),
    "no length": (411, {"Content-Length": ""}),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_requests_get_nothing(name: str, server: Host) -> None:
    expected, changes = HOSTILE[name]
    seen = len(server.runtime.seen)
    wanted = {k: v.replace("{port}", str(server.port)) if isinstance(v, str) else v for k, v in changes.items()}
    status, reply, _headers = ask(server.port, **wanted)
    assert status == expected, reply
    assert len(server.runtime.seen) == seen, "the model was asked"
    assert KEY not in json.dumps(reply)


@pytest.mark.parametrize(
    "raw",
    [
        b"GARBAGE\r\n\r\n",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /v1/chat/completions HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"POST /v1/chat/completions HTTP/1.1\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        b"GET /v1/models HTTP/1.1\r\nX: " + b"a" * 200_000 + b"\r\n\r\n",
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03",
    ],
    ids=["garbage", "version", "two hosts", "smuggling", "long header", "tls"],
)
def test_broken_http_gets_an_error_and_no_more(raw: bytes, server: Host) -> None:
    reply = b""
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection, suppress(OSError):
        connection.sendall(raw)
        connection.shutdown(socket.SHUT_WR)
        while piece := connection.recv(65_536):
            reply += piece
    assert b" 200 " not in reply.split(b"\r\n")[0]
    assert ask(server.port)[0] == 200


def test_only_this_computer_can_reach_it(server: Host) -> None:
    ours = [one for one in psutil.Process().net_connections("inet") if one.laddr and one.laddr.port == server.port]
    listening = {one.laddr.ip for one in ours if one.status == psutil.CONN_LISTEN}
    assert listening == {"127.0.0.1"}


def test_a_program_that_goes_away_stops_its_answer(server: Host) -> None:
    body = json.dumps({**ASK, "messages": [{"role": "user", "content": "endless"}], "stream": True, "max_tokens": 2000})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=10)
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    connection.request("POST", "/v1/chat/completions", body, headers)
    response = connection.getresponse()
    assert response.read(40)
    response.close()
    connection.close()
    start = time.monotonic()
    assert ask(server.port)[0] == 200
    assert time.monotonic() - start < 8


def test_too_many_are_sent_away(server: Host) -> None:
    body = json.dumps({"messages": [{"role": "user", "content": "slow"}]}).encode()
    statuses: list[int] = []
    threads = [threading.Thread(target=lambda: statuses.append(ask(server.port, body=body)[0])) for _ in range(14)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert set(statuses) == {200, 429} and statuses.count(200) >= 8


def test_old_messages_go_first_and_the_system_prompt_never() -> None:
    made = Host(Serve("taught.gguf", KEY), context=300)
    try:
        old = [{"role": "user", "content": "old " * 30}, {"role": "assistant", "content": "said " * 30}] * 10
        told = [{"role": "system", "content": "SYSTEM stays"}, *old, {"role": "user", "content": "the newest"}]
        assert ask(made.port, body=json.dumps({"messages": told, "max_tokens": 40}).encode())[0] == 200
        prompt = made.runtime.seen[-1].prompt
        assert "SYSTEM stays" in prompt and "the newest" in prompt and len(prompt.split()) < 270
        huge = {"messages": [{"role": "user", "content": "word " * 900}]}
        status, reply, _headers = ask(made.port, body=json.dumps(huge).encode())
        assert status == 400 and "300" in reply["error"]["message"]
    finally:
        made.end()


def test_it_tells_what_went_out_and_frees_the_model() -> None:
    made = Host(Serve("taught.gguf", KEY))
    ask(made.port)
    told = made.hear()
    assert isinstance(told, Served) and told.answers == 1 and told.tokens == 3
    made.end()
    assert made.runtime.closed
    with pytest.raises(OSError):
        ask(made.port)


@pytest.mark.parametrize(
    ("serve", "word"), [(Serve("missing", KEY), "not there"), (Serve("x", "short"), "too short")], ids=["model", "key"]
)
def test_what_cannot_be_served_is_explained(serve: Serve, word: str) -> None:
    made = Host(serve)
    assert isinstance(made.begun, NotServing) and word in made.begun.message
    made.end()


def test_a_taken_port_is_explained() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        made = Host(Serve("x", KEY, port=other.getsockname()[1]))
        assert isinstance(made.begun, NotServing) and "port" in made.begun.message.lower()
        made.end()


def test_requests_are_read_leniently_where_clients_differ() -> None:
    parts = (
        b'{"messages": [{"role": "developer", "content": [{"type": "text", "text": "a"}], "name": "x"}], "user": "y"}'
    )
    assert read_request(parts).messages[0].role == "developer"
    with pytest.raises(Refused):
        read_request(b"{}")
