"""What the window and a token worker say to each other: one JSON object a line, told apart by its "type".

Importing this loads no engine. Open is answered with Opened or Failed, Count with Counted or Failed. When the pipe
closes the worker ends.
"""

from __future__ import annotations

from typing import Final

import msgspec


class Open(msgspec.Struct, frozen=True, tag="open"):
    """Read the vocabulary of a GGUF file, in place of the one that is open."""

    model: str


class Count(msgspec.Struct, frozen=True, tag="count"):
    """How many tokens is this text? `key` comes back with the answer."""

    key: str
    text: str


class Opened(msgspec.Struct, frozen=True, tag="opened"):
    """The vocabulary of `model` is there. context: the tokens that labdesk lets this model read and write at once."""

    model: str
    name: str
    context: int


class Counted(msgspec.Struct, frozen=True, tag="counted"):
    """The answer to a Count."""

    key: str
    tokens: int


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A command could not be carried out; the worker goes on."""

    message: str
    cause: str = ""
    remedy: str = ""


Command = Open | Count
Reply = Opened | Counted | Failed

_COMMANDS: Final[msgspec.json.Decoder[Command]] = msgspec.json.Decoder(Command)
_REPLIES: Final[msgspec.json.Decoder[Reply]] = msgspec.json.Decoder(Reply)


def encode(message: Command | Reply) -> bytes:
    """One line, with its newline."""
    return msgspec.json.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Raises msgspec.DecodeError for anything that is not a command."""
    return _COMMANDS.decode(line)


def decode_reply(line: bytes) -> Reply:
    """Raises msgspec.DecodeError for anything that is not a reply."""
    return _REPLIES.decode(line)
