"""A server over real sockets that says what a test tells it to say."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Reply = tuple[int, Any] | tuple[int, Any, dict[str, str]]
Script = Callable[[str, dict[str, Any]], Reply]


def chat(text: str, **more: Any) -> Reply:
    """A whole answer as OpenAI's form has it."""
    choice = {"index": 0, "message": {"role": "assistant", "content": text}, "finish_reason": "stop", **more}
    return 200, {"choices": [choice], "usage": {"prompt_tokens": 10, "completion_tokens": len(text.split())}}


class FakeServer:
    """Counts calls; `bodies` and `keys` are what came, `most` how many were under way at once."""

    def __init__(self, script: Script, port: int = 0) -> None:
        self.script = script
        self.bodies: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.most = self._now = 0
        self._lock = threading.Lock()
        outer = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["content-length"])))
                with outer._lock:
                    outer.bodies.append(body)
                    outer.keys.append(self.headers.get("authorization", ""))
                    outer._now += 1
                    outer.most = max(outer.most, outer._now)
                try:
                    self.say(*outer.script(self.path, body))
                finally:
                    with outer._lock:
                        outer._now -= 1

            def do_GET(self) -> None:
                self.say(200, {"data": [{"id": "small"}, {"id": "large"}]})

            def say(self, status: int, value: Any, headers: dict[str, str] | None = None) -> None:
                data = value if isinstance(value, bytes) else json.dumps(value).encode()
                try:
                    self.send_response(status)
                    for name, text in (headers or {}).items():
                        self.send_header(name, text)
                    self.send_header("content-length", str(len(data)))
                    self.end_headers()
                    self.wfile.write(data)
                except (BrokenPipeError, ConnectionResetError):
                    pass

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._server.daemon_threads = True
        self.port = self._server.server_address[1]
        self.address = f"http://127.0.0.1:{self.port}/v1"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


@contextmanager
def serving(script: Script, port: int = 0) -> Iterator[FakeServer]:
    server = FakeServer(script, port)
    try:
        yield server
    finally:
        server.close()
