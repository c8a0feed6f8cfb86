"""The one way to the network for documents: git over https to one public host, with limits and nothing remembered."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import urllib3
from dulwich.client import Urllib3HttpGitClient
from dulwich.config import StackedConfig
from dulwich.errors import GitProtocolError, HangupException, NotGitRepository
from dulwich.object_store import DiskObjectStore
from dulwich.objects import ObjectID
from urllib3.connection import HTTPSConnection
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import HTTPError

from labdesk.core.errors import DocumentError
from labdesk.core.git.sources import MAX_PACK

MAX_SECONDS = 300.0
_CONNECT_SECONDS = 20.0


class Https:
    """A Transport; `received` hears how many bytes came so far.

    It asks for no password, reads no configuration, and follows no redirect to another host.
    """

    def __init__(
        self, stop: Callable[[], bool] = lambda: False, received: Callable[[int], object] = lambda _count: None
    ) -> None:
        self._stop = stop
        self._received = received

    def fetch(self, url: str, commit: str, into: DiskObjectStore) -> None:
        """Fetch one commit without its history. Raises DocumentError."""
        parts = urlsplit(url)
        client = self._client(parts.hostname or "")
        file, done, abandon = into.add_pack()
        limit = _Limit(file.write, self._stop, self._received)
        try:
            client.fetch_pack(
                parts.path, lambda refs, depth=None: [ObjectID(commit.encode())], _Nothing(), limit.write, depth=1
            )
            done()
        except DocumentError:
            abandon()
            raise
        except (HTTPError, OSError, GitProtocolError, HangupException, NotGitRepository, ValueError, KeyError) as error:
            abandon()
            raise DocumentError(
                f"“{parts.hostname}” did not send the document.",
                cause=f"{str(error)[:300] or type(error).__name__}.",
                remedy="Check the address, the commit and the network, or put the document beside qna.yaml.",
            ) from error

    def _client(self, host: str) -> Urllib3HttpGitClient:
        return Urllib3HttpGitClient(f"https://{host}/", pool_manager=_OneHost(host), config=StackedConfig([]))


class _Limit:
    """Passes bytes on until there are too many, it takes too long, or somebody says stop."""

    def __init__(
        self,
        write: Callable[[bytes], int],
        stop: Callable[[], bool],
        received: Callable[[int], object] = lambda _count: None,
    ) -> None:
        self._write = write
        self._received = received
        self._stop = stop
        self._left = MAX_PACK
        self._until = time.monotonic() + MAX_SECONDS

    def write(self, data: bytes) -> int:
        self._left -= len(data)
        if self._left < 0 or time.monotonic() > self._until or self._stop():
            raise DocumentError(
                "Fetching the document was stopped.",
                cause=f"The repository is larger than {MAX_PACK >> 20} MB, too slow, or you stopped it.",
                remedy="Put the document itself beside qna.yaml.",
            )
        self._received(MAX_PACK - self._left)
        return self._write(data)


class _Nothing:
    """Tells the server that nothing is here yet, so that it sends one whole commit."""

    shallow: frozenset[bytes] = frozenset()

    def __next__(self) -> ObjectID | None:
        return None

    def ack(self, sha: ObjectID) -> None:
        pass

    def nak(self) -> None:
        pass


class _PublicConnection(HTTPSConnection):
    """Connects to the very address that was looked at: a name that changes its meaning in between gains nothing."""

    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        self._dns_host = public_address(name, self.port or 443)
        try:
            return super()._new_conn()
        finally:
            self._dns_host = name


class _PublicPool(HTTPSConnectionPool):
    ConnectionCls = _PublicConnection


class _OneHost(urllib3.PoolManager):
    """Speaks https with one host only, also when it redirects."""

    def __init__(self, host: str) -> None:
        timeout = urllib3.Timeout(connect=_CONNECT_SECONDS, read=MAX_SECONDS)
        super().__init__(timeout=timeout, retries=urllib3.Retry(total=3, redirect=3))
        self.pool_classes_by_scheme = {"https": _PublicPool}
        self._host = host.lower()

    def urlopen(self, method: str, url: str, redirect: bool = True, **more: Any) -> urllib3.BaseHTTPResponse:  # type: ignore[override]
        parts = urlsplit(url)
        if parts.scheme != "https" or (parts.hostname or "").lower() != self._host or parts.port not in (None, 443):
            raise DocumentError(
                f"“{self._host}” sends labdesk to another place, which is not followed.",
                cause=f"It names {url[:200]}.",
                remedy="Check the address, and write the final one into the leaf.",
            )
        return super().urlopen(method, url, redirect, **more)


def public_address(host: str, port: int) -> str:
    """The address of a host. Raises DocumentError when any of its addresses is not one of the public internet."""
    found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for address in found:
        number = ipaddress.ip_address(address.partition("%")[0])
        mapped = getattr(number, "ipv4_mapped", None) or number
        if not mapped.is_global or mapped.is_multicast:
            raise DocumentError(
                f"“{host}” is not on the public internet, so nothing is fetched from it.",
                cause=f"Its address is {address}.",
                remedy="Put the document beside qna.yaml.",
            )
    return found[0]
