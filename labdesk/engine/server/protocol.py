"""What the window (or the terminal) and the server's process say to each other: one JSON object a line.

The key travels over the pipe, never in an argument or the environment, where other programs could read it."""

from __future__ import annotations

from typing import Final

import msgspec


class Serve(msgspec.Struct, frozen=True, tag="serve"):
    """The first line: which model to serve, behind which key. port 0: any that is free."""

    model: str
    key: str
    name: str = ""
    adapter: str = ""
    port: int = 0
    context: int = 4096


class Serving(msgspec.Struct, frozen=True, tag="serving"):
    """It listens, on this port of 127.0.0.1 only."""

    port: int
    name: str


class Served(msgspec.Struct, frozen=True, tag="served"):
    """An answer of so many tokens went out; `answers` is how many did so far."""

    answers: int
    tokens: int


class NotServing(msgspec.Struct, frozen=True, tag="failed"):
    """It could not begin."""

    message: str
    cause: str
    remedy: str


ServerReply = Serving | Served | NotServing

_SERVE: Final[msgspec.json.Decoder[Serve]] = msgspec.json.Decoder(Serve)
_REPLIES: Final[msgspec.json.Decoder[ServerReply]] = msgspec.json.Decoder(ServerReply)


def encode(message: Serve | ServerReply) -> bytes:
    """One line, with its newline."""
    return msgspec.json.encode(message) + b"\n"


def decode_serve(line: bytes) -> Serve:
    """Raises msgspec.DecodeError."""
    return _SERVE.decode(line)


def decode_reply(line: bytes) -> ServerReply:
    """Raises msgspec.DecodeError."""
    return _REPLIES.decode(line)
