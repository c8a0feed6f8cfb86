"""What the window and a chat worker say to each other: one JSON object a line, told apart by its "type".

Importing this loads no engine. The worker answers every Load with Loaded or Failed, and every Ask with Tokens and one
Finished per side, or Failed. Stop ends the answer that is being written. When the pipe closes the worker ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, Literal

import msgspec

from labdesk.core.errors import LabdeskError

Side = Literal["base", "tuned"]
MAX_LINE: Final = 4 * 1024 * 1024


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Open a model, replacing the one open now. Give an adapter, or a merged model, to have a tuned side.

    With an adapter both sides are one model in memory; with a merged model they are two. An empty `model` with a merged
    one loads only the tuned side. context: longest prompt plus answer in tokens.
    """

    model: str
    adapter: str = ""
    adapter_scale: float = 1.0
    merged: str = ""
    system: str = ""
    context: int = 4096


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Ask these sides one after another the same question; empty: all sides there are."""

    text: str
    sides: tuple[Side, ...] = ()
    temperature: float = 0.0
    top_p: float = 0.95
    repeat_penalty: float = 1.05
    max_tokens: int = 512
    seed: int = 0


class Rewind(msgspec.Struct, frozen=True, tag="rewind"):
    """Forget the last exchanges on all sides: to ask again, or to ask something else."""

    exchanges: int = 1


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """Stop writing the present answer; what there is of it stays."""


class Close(msgspec.Struct, frozen=True, tag="close"):
    """End the worker."""


Command = Load | Ask | Rewind | Stop | Close


class Loaded(msgspec.Struct, frozen=True, tag="loaded"):
    """A model is open. adapter: SHA-256 of the adapter file or empty; memory: bytes this process uses."""

    name: str
    base: str
    adapter: str
    device: str
    memory: int
    context: int
    sides: tuple[Side, ...]


class Token(msgspec.Struct, frozen=True, tag="token"):
    """A piece of an answer."""

    side: Side
    text: str


class Finished(msgspec.Struct, frozen=True, tag="finished"):
    """An answer is complete. finish: eos, length, or cancelled; forgotten: old turns the model no longer sees."""

    side: Side
    tokens: int
    seconds: float
    tokens_per_second: float
    first_token_ms: float
    finish: str
    prompt_tokens: int
    forgotten: int


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A command could not be carried out; the worker goes on."""

    message: str
    cause: str
    remedy: str


ChatReply = Loaded | Token | Finished | Failed

_COMMANDS: Final[msgspec.json.Decoder[Command]] = msgspec.json.Decoder(Command)
_REPLIES: Final[msgspec.json.Decoder[ChatReply]] = msgspec.json.Decoder(ChatReply)


def encode(message: Command | ChatReply) -> bytes:
    """One line, with its newline."""
    return msgspec.json.encode(message) + b"\n"


def decode_command(line: bytes) -> Command:
    """Raises msgspec.DecodeError for anything that is not a command."""
    return _COMMANDS.decode(line)


def decode_reply(line: bytes) -> ChatReply:
    """Raises msgspec.DecodeError for anything that is not a reply."""
    return _REPLIES.decode(line)


def failure(error: Exception) -> Failed:
    """The reply that tells of an error."""
    if isinstance(error, LabdeskError):
        return Failed(error.message, error.cause, error.remedy)
    return Failed("Something unexpected went wrong in the chat.", f"{type(error).__name__}: {error}", "Try again.")


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of a pipe until it closes; a line beyond MAX_LINE is handed over cut (and will not decode)."""
    while line := stream.readline(MAX_LINE):
        if line.strip():
            yield line
