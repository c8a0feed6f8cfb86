"""Fetches one file over HTTP: goes on where it stopped, believes no server, and names the file only when it is right.

The hub's own client starts anew after a kill and compares sizes only (huggingface_hub since 1.18), hence this.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from pathlib import Path

import httpx2
import msgspec

from labdesk.core.errors import JobStopped, ModelError
from labdesk.core.models.hub import HubFile
from labdesk.core.part_file import BLOCK, PartFile, discard
from labdesk.engine.download.answer import judge, strong_etag


class Patience(msgspec.Struct, frozen=True):
    """How long a download waits. seconds: until the next byte; pause: before the first new try, then twice as long up
    to `longest`; tries: in a row without a byte; slow: bytes a second under which a connection is given up after
    `slow_after` seconds."""

    seconds: float = 30.0
    pause: float = 0.5
    longest: float = 30.0
    tries: int = 8
    slow: float = 1024.0
    slow_after: float = 60.0


class Fetcher:
    """Fetches files with one client. `moved(bytes)` is told how many bytes of a file are here."""

    def __init__(
        self,
        token: str = "",
        *,
        should_stop: Callable[[], bool] = lambda: False,
        patience: Patience = Patience(),
        block: int = BLOCK,
    ) -> None:
        self._stop = should_stop
        self._patience = patience
        self._block = block
        self._token = token
        self._client = httpx2.Client(
            timeout=httpx2.Timeout(patience.seconds),
            headers={"Accept-Encoding": "identity", "User-Agent": "labdesk"},
            max_redirects=5,
            event_hooks={"response": [_refuse_downgrade]},
        )

    def __enter__(self) -> Fetcher:
        return self

    def __exit__(self, *_details: object) -> None:
        self._client.close()

    def fetch(self, file: HubFile, target: Path, moved: Callable[[int], None] = lambda _bytes: None) -> None:
        """`target` holds the file, checked, when this returns. What came stays for the next time when it raises.

        Raises JobStopped, StorageError (disk), ModelError (refused, gone, wrong again and again, no connection).
        """
        if target.is_file() and target.stat().st_size == file.size and _right(file, target):
            moved(file.size)
            return
        with PartFile(target, file.url, file.size, self._block) as part:
            for attempt in range(3):
                self._fill(part, file, moved)
                part.flush()
                if _right(file, part.path):
                    part.finish()
                    return
                if attempt < 2:
                    part.restart()
        discard(target)
        raise ModelError(
            f"“{file.name}” does not arrive as it should.",
            cause="Three times its checksum was not the one that the hub names: it was damaged or changed on its way.",
            remedy="Try again later, from another network or another mirror. Nothing damaged was kept.",
        )

    def _fill(self, part: PartFile, file: HubFile, moved: Callable[[int], None]) -> None:
        """Ask until all bytes are here."""
        tries, whole = 0, False
        while part.end < file.size:
            before, problem = part.end, ""
            if whole and part.end:
                part.restart()
            try:
                verdict = self._ask(part, file, moved)
            except httpx2.TooManyRedirects as error:
                raise ModelError(
                    "The hub sends labdesk in circles.", cause=str(error), remedy="Try again later, or set a mirror."
                ) from error
            except (httpx2.TransportError, httpx2.DecodingError, httpx2.InvalidURL) as error:
                verdict, problem = "again", str(error) or type(error).__name__
            if verdict == "complete":
                return
            whole = whole or verdict == "whole"
            tries = 0 if part.end > before and verdict != "anew" else tries + 1
            if part.end < file.size and tries >= self._patience.tries:
                raise ModelError(
                    f"“{file.name}” cannot be fetched now.",
                    cause=problem or "The server breaks off, or does not keep to what it announces.",
                    remedy="Check the network and continue later: what came so far is kept.",
                )
            if part.end < file.size:
                self._wait(min(self._patience.longest, self._patience.pause * 2 ** min(tries, 10)))

    def _ask(self, part: PartFile, file: HubFile, moved: Callable[[int], None]) -> str:
        """One request; its bytes go into the part."""
        headers = {"Range": f"bytes={part.end}-"} if part.end else {}
        if part.end and part.etag:
            headers["If-Range"] = part.etag
        if self._token:
            headers["Authorization"] = f"Bearer {self._token}"
        with self._client.stream("GET", file.url, headers=headers, follow_redirects=True) as answer:
            verdict = judge(answer.status_code, answer.headers, part.end, file.size, part.etag)
            if verdict == "anew" and part.end:
                part.restart()
            if verdict in ("anew", "go on"):
                part.note_etag(strong_etag(answer.headers))
                self._take(answer, part, file, moved)
            return verdict

    def _take(self, answer: httpx2.Response, part: PartFile, file: HubFile, moved: Callable[[int], None]) -> None:
        """Bytes as they come, never more than the file has."""
        began, first = time.monotonic(), part.end
        # As they come: pieces of a fixed size would be thrown away half filled when the connection breaks.
        for data in answer.iter_bytes() if "content-encoding" in answer.headers else answer.iter_raw():
            if part.end + len(data) > file.size:
                part.restart()
                raise httpx2.RemoteProtocolError("The server sends more than the file has")
            part.add(data)
            moved(part.end)
            if self._stop():
                raise JobStopped
            spent = time.monotonic() - began
            if spent > self._patience.slow_after and (part.end - first) / spent < self._patience.slow:
                raise httpx2.ReadTimeout("The server sends almost nothing")

    def _wait(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if self._stop():
                raise JobStopped
            time.sleep(min(left, 0.1))


def _right(file: HubFile, path: Path) -> bool:
    """Whether the bytes on the disk are those that the hub names."""
    if path.stat().st_size != file.size:
        return False
    if file.sha256:
        with open(path, "rb") as opened:
            return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256
    blob = hashlib.sha1(b"blob %d\0" % file.size, usedforsecurity=False)
    blob.update(path.read_bytes())  # only small texts have no SHA-256
    return blob.hexdigest() == file.git_sha1


def _refuse_downgrade(answer: httpx2.Response) -> None:
    """A redirect from an encrypted to an open address is refused."""
    if not answer.has_redirect_location or answer.request.url.scheme != "https":
        return
    following = answer.request.url.join(answer.headers["location"])
    if following.scheme != "https":
        raise ModelError(
            "The hub sends labdesk to an address without encryption.",
            cause=f"It names {following.host}.",
            remedy="Do not use this network or mirror for models.",
        )
