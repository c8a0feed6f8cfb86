"""What the window and a chat worker say to each other: one JSON object a line, told apart by its "type".

Importing this loads no engine. The worker answers every Load with Loaded or Failed, every Ask with Tokens and one
Finished per side, or Failed, and every Measure with Measured. Stop ends the answer that is being written. The worker
remembers no conversation: each question brings the turns before it, so that branches cost nothing. When the pipe closes
the worker ends.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Final, Literal

import msgspec

from labdesk.core.errors import LabdeskError

Side = str
MAX_LINE: Final = 16 * 1024 * 1024


class SideModel(msgspec.Struct, frozen=True):
    """One side of a chat: a model file, perhaps with an adapter on it.

    Sides with the same `model` share it in memory. `merged_from`: the adapter that was merged into the model, if it is
    known; it is not loaded, only its hash is told, as the proof of which training answers.
    """

    key: Side
    model: str
    adapter: str = ""
    adapter_scale: float = 1.0
    merged_from: str = ""


class Load(msgspec.Struct, frozen=True, tag="load"):
    """Open the models of these sides, replacing those open now. context: longest prompt plus answer in tokens."""

    sides: tuple[SideModel, ...]
    context: int = 4096


class Turn(msgspec.Struct, frozen=True):
    """What was said before."""

    role: Literal["user", "assistant"]
    text: str


class Ask(msgspec.Struct, frozen=True, tag="ask"):
    """Ask these sides one after another the same question; empty: all sides there are. `turns` are by side; `id` comes
    back with every reply."""

    text: str
    id: str = ""
    sides: tuple[Side, ...] = ()
    turns: dict[Side, tuple[Turn, ...]] = {}
    system: str = ""
    temperature: float = 0.0
    top_p: float = 0.95
    repeat_penalty: float = 1.05
    max_tokens: int = 512
    seed: int = 0


class Measure(msgspec.Struct, frozen=True, tag="measure"):
    """How much of the context would this question take, asked of this side? Nothing is written."""

    text: str
    side: Side
    turns: tuple[Turn, ...] = ()
    system: str = ""
    max_tokens: int = 512


class Stop(msgspec.Struct, frozen=True, tag="stop"):
    """Stop writing the present answer; what there is of it stays."""


class Close(msgspec.Struct, frozen=True, tag="close"):
    """End the worker."""


Command = Load | Ask | Measure | Stop | Close


class LoadedSide(msgspec.Struct, frozen=True):
    """A side that can be asked. adapter: SHA-256 of its adapter (on it, or merged into it) or empty; merged: which."""

    key: Side
    name: str
    adapter: str = ""
    merged: bool = False


class Loaded(msgspec.Struct, frozen=True, tag="loaded"):
    """The models are open. memory: bytes this process uses."""

    sides: tuple[LoadedSide, ...]
    device: str
    memory: int
    context: int

    def side(self, key: Side) -> LoadedSide | None:
        """One of the sides."""
        return next((side for side in self.sides if side.key == key), None)


class Token(msgspec.Struct, frozen=True, tag="token"):
    """A piece of an answer."""

    side: Side
    text: str
    id: str = ""


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
    id: str = ""


class Measured(msgspec.Struct, frozen=True, tag="measured"):
    """prompt_tokens would be read, `room` tokens are left for the answer (0: the message is too long), `forgotten` old
    turns would be left out."""

    side: Side
    prompt_tokens: int
    room: int
    forgotten: int
    context: int


class Failed(msgspec.Struct, frozen=True, tag="failed"):
    """A command could not be carried out; the worker goes on. `id` names the Ask; "" for any other command."""

    message: str
    cause: str
    remedy: str
    id: str = ""


ChatReply = Loaded | Token | Finished | Measured | Failed

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


def failure(error: Exception, id: str = "") -> Failed:
    """The reply that tells of an error, to the question `id`."""
    if isinstance(error, LabdeskError):
        return Failed(error.message, error.cause, error.remedy, id)
    unexpected = "Something unexpected went wrong in the chat."
    return Failed(unexpected, f"{type(error).__name__}: {error}", "Try again.", id)


def lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of a pipe until it closes; a line beyond MAX_LINE is handed over cut (and will not decode)."""
    while line := stream.readline(MAX_LINE):
        if line.strip():
            yield line
