"""Teachers behind a server: how a setting or a spec names them, and whether texts for them leave this computer.

`https://host:8000/v1#model` names one; several with a space between them share the work. A spec so says by itself where
texts go, and means the same for life. Keys are never part of it (`core.secrets`).
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable
from typing import Final
from urllib.parse import quote, unquote, urlsplit

import msgspec

from labdesk.core.errors import ModelError

#: Variables with the keys of servers begin so.
KEY_PREFIX: Final = "LABDESK_KEY_"
_MOST: Final = 500
_CALLS: Final = ("/chat/completions", "/completions", "/models")


class Server(msgspec.Struct, frozen=True, kw_only=True):
    """A server a person added. `address` is the base of its calls, with /v1.

    parallel: requests at once. thinking: tokens that its model may think before each answer (0: it does not).
    allowed: the person agreed that texts are sent there. logits: it tells how likely its words are. seeds: the same
    seed gave the same text.
    """

    address: str
    model: str
    parallel: int = 4
    thinking: int = 0
    allowed: bool = False
    logits: bool = False
    seeds: bool = False

    @property
    def name(self) -> str:
        """As a teacher is written in settings and specs."""
        return f"{self.address}#{quote(self.model)}"

    @property
    def host(self) -> str:
        """Host and port, for people."""
        return host_of(self.address)

    @property
    def here(self) -> bool:
        """Whether it runs on this computer: then no text leaves it."""
        return is_here(self.address)


def is_remote(teacher: str) -> bool:
    """Whether a teacher's name means servers rather than a model file."""
    return teacher.startswith(("http://", "https://"))


def local_model(teacher: str) -> str:
    """The model file that a teacher's name means; "" (the starter model) for a server."""
    return "" if is_remote(teacher) else teacher


def servers_of(teacher: str, known: Iterable[Server] = ()) -> tuple[Server, ...]:
    """The servers in a teacher's name, with what is known of each. Raises ModelError for one that is none."""
    found = {server.name: server for server in known}
    servers = []
    for part in dict.fromkeys(teacher.split()):
        address, _, model = part.partition("#")
        server = Server(address=clean_address(address), model=unquote(model))
        servers.append(found.get(server.name, server))
    return tuple(servers)


def teacher_name(servers: Iterable[Server]) -> str:
    """The name that means these servers together."""
    return " ".join(server.name for server in servers)


def known_teacher(teacher: str, known: Iterable[Server]) -> str:
    """A teacher's name as it is written in specs: an address or host alone means the server added there.

    Raises ModelError.
    """
    some = tuple(known)
    hosts = {server.host: server.address for server in some}
    teacher = " ".join(hosts.get(part, part) for part in teacher.split(" "))
    if not is_remote(teacher):
        return teacher
    found = []
    for server in servers_of(teacher, some):
        same = [one for one in some if one.address == server.address]
        found.append(same[0] if same and not server.model else server)
    return teacher_name(found)


def spoken(teacher: str) -> str:
    """What to call servers in front of a person: qwen3-32b at 192.168.1.7:8000."""
    try:
        return " and ".join(f"{server.model or 'its model'} at {server.host}" for server in servers_of(teacher))
    except ModelError:
        return teacher


def clean_address(text: str) -> str:
    """The base of a server's calls from what a person typed or pasted. Raises ModelError when it is no address."""
    text = text.strip()
    if text and "://" not in text:
        text = f"http://{text}" if is_here(f"http://{text}") else f"https://{text}"
    try:
        parts = urlsplit(text)
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and len(text) <= _MOST and parts.port != 0
    except ValueError:
        good = False
    if not good or not text.isprintable() or " " in text:
        raise ModelError(
            f"“{text[:80]}” is no address of a server.",
            remedy="Write it like http://localhost:8080/v1 or https://…/v1.",
        )
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise ModelError(
            "An address may hold no user name, password or question mark.",
            cause="It is written into files and shown on the screen.",
            remedy="Give the address alone, and the key in the field for it.",
        )
    path = parts.path.rstrip("/")
    for call in _CALLS:
        path = path.removesuffix(call)
    return f"{parts.scheme}://{parts.netloc.lower()}{path or '/v1'}"


def host_of(address: str) -> str:
    """Host and port of an address."""
    return urlsplit(address).netloc


def variable(address: str) -> str:
    """The environment variable that may hold the key of a server: LABDESK_KEY_API_EXAMPLE_COM for api.example.com."""
    return KEY_PREFIX + re.sub(r"[^A-Z0-9]+", "_", host_of(address).upper()).strip("_")


def is_here(address: str) -> bool:
    """Whether an address is of this computer itself."""
    try:
        name = (urlsplit(address).hostname or "").lower()
        return name == "localhost" or ipaddress.ip_address(name).is_loopback
    except ValueError:
        return False
