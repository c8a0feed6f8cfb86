"""A hub that misbehaves by a script: it drops, lies about ranges, changes, truncates, flips bytes, redirects, expires."""

from __future__ import annotations

import dataclasses
import gzip
import json
import random
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import sha1, sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from labdesk.core.models.hub import HubFile

COMMIT = "0123456789abcdef0123456789abcdef01234567"
REPOSITORY = "maker/model-GGUF"


def content(size: int, seed: int = 1) -> bytes:
    """Bytes that do not compress and do not repeat."""
    return random.Random(seed).randbytes(size)


@dataclasses.dataclass
class Turn:
    """How one request is answered; the default is how a good server does it."""

    status: int = 0  # 0: 200 or 206, as asked
    headers: dict[str, str] = dataclasses.field(default_factory=dict)
    drop_after: int | None = None  # bytes of the body, then the connection is cut
    short: int = 0  # bytes that are announced and never sent, connection closed politely
    more: bytes = b""  # behind the body, announced
    flip: int | None = None  # byte of the body that is damaged
    ignore_range: bool = False
    shift: int = 0  # answers a range that begins so many bytes elsewhere, and says so
    lie: int = 0  # the same bytes under a wrong Content-Range
    etag: str | None = None
    zipped: bool = False
    redirect: str = ""
    other: bytes | None = None  # another content altogether


class Hub:
    """One file and the model around it. `turns` are used up in order; then it is good. `sent` counts body bytes."""

    def __init__(self, body: bytes, name: str = "model-Q8_0.gguf") -> None:
        self.body, self.name = body, name
        self.turns: list[Turn] = []
        self.always: Turn | None = None
        self.sent = 0
        self.asked: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.token = ""
        self.pace: Callable[[], None] = lambda: None
        self.url = ""

    @property
    def file(self) -> HubFile:
        address = f"{self.url}/{REPOSITORY}/resolve/{COMMIT}/{self.name}"
        return HubFile(name=self.name, url=address, size=len(self.body), sha256=sha256(self.body).hexdigest())

    def info(self) -> bytes:
        """What the hub's API says of the model."""
        readme = b"# A model"
        blob = sha1(b"blob %d\0" % len(readme) + readme).hexdigest()
        oid = sha256(self.body).hexdigest()
        siblings = [
            {"rfilename": "README.md", "size": len(readme), "blobId": blob},
            {"rfilename": "setup.py", "size": 3, "blobId": blob},
            {
                "rfilename": self.name, "size": len(self.body), "blobId": blob,
                "lfs": {"sha256": oid, "size": len(self.body), "pointerSize": 134},
            },
        ]  # fmt: skip
        about = {
            "_id": "1", "id": REPOSITORY, "modelId": REPOSITORY, "sha": COMMIT, "private": False, "gated": False,
            "disabled": False, "downloads": 7, "likes": 2, "tags": ["gguf", "license:apache-2.0"], "siblings": siblings,
        }  # fmt: skip
        return json.dumps(about).encode()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    hub: Hub

    def log_message(self, *_details: object) -> None:
        """Silent."""

    def do_GET(self) -> None:
        hub = self.hub
        hub.asked.append(dict(self.headers))
        hub.paths.append(self.path)
        if self.path.startswith("/api/"):
            listing = self.path.startswith("/api/models?")
            self._say(200, b"[" + hub.info() + b"]" if listing else hub.info(), {"Content-Type": "application/json"})
            return
        if hub.token and self.headers.get("Authorization") != f"Bearer {hub.token}":
            self._say(401, b"", {"X-Error-Code": "GatedRepo"})
            return
        turn = hub.turns.pop(0) if hub.turns else hub.always or Turn()
        if turn.redirect:
            self._say(302, b"", {"Location": turn.redirect, **turn.headers})
        elif turn.status:
            self._say(turn.status, b"no", turn.headers)
        else:
            self._file(turn)

    def _file(self, turn: Turn) -> None:
        whole = turn.other if turn.other is not None else self.hub.body
        etag = turn.etag if turn.etag is not None else f'"{sha256(whole).hexdigest()[:16]}"'
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", ""))
        start = int(asked[1]) if asked and not turn.ignore_range else 0
        if asked and self.headers.get("If-Range", etag) != etag:
            start = 0
        start = max(0, start + (turn.shift if start else 0))
        if start >= len(whole) and start:
            self._say(416, b"", {"Content-Range": f"bytes */{len(whole)}"})
            return
        body = bytearray(whole[start:])
        if turn.flip is not None and start <= turn.flip < len(whole):
            body[turn.flip - start] ^= 1
        headers = {"ETag": etag, **turn.headers}
        status = 206 if start or (asked and not turn.ignore_range) else 200
        if status == 206:
            first = start + turn.lie
            headers["Content-Range"] = f"bytes {first}-{first + len(body) - 1}/{len(whole)}"
        data = bytes(body) + turn.more
        if turn.zipped:
            data, headers["Content-Encoding"] = gzip.compress(data, 1), "gzip"
        self._say(status, data, headers, turn)

    def _say(self, status: int, data: bytes, headers: dict[str, str], turn: Turn | None = None) -> None:
        turn = turn or Turn()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", headers.get("Content-Length", str(len(data))))
        if turn.short or turn.drop_after is not None:
            self.send_header("Connection", "close")
            self.close_connection = True
        self.end_headers()
        data = data[: len(data) - turn.short] if turn.short else data
        data = data if turn.drop_after is None else data[: turn.drop_after]
        try:
            for at in range(0, len(data), 65536):
                self.hub.pace()
                self.wfile.write(data[at : at + 65536])
                self.hub.sent += len(data[at : at + 65536])
        except OSError:
            self.close_connection = True


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_details: object) -> None:
        """A client that was killed is no error of the server."""


@contextmanager
def serving(hub: Hub) -> Iterator[Hub]:
    """The hub on a port of this computer."""
    server = _Server(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    hub.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=lambda: server.serve_forever(0.02), daemon=True)
    thread.start()
    try:
        yield hub
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
