"""What a program may ask, read strictly where it matters and leniently where clients differ."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from labdesk.core.models.chat_template import Message

MAX_MESSAGES = 2_000
MAX_ANSWER = 8_192


class Part(msgspec.Struct):
    """A part of a message; only text is understood."""

    type: str
    text: str = ""


class Said(msgspec.Struct):
    """One message. A `developer` message is what older clients call `system`."""

    role: Literal["system", "developer", "user", "assistant"]
    content: str | list[Part] | None = None


class StreamOptions(msgspec.Struct):
    """Whether the last piece of a stream tells what it took."""

    include_usage: bool = False


class ChatRequest(msgspec.Struct):
    """A request for a chat completion; unknown fields are left out."""

    messages: list[Said]
    model: str = ""
    stream: bool = False
    stream_options: StreamOptions | None = None
    temperature: float | None = None
    top_p: float | None = None
    max_tokens: int | None = None
    max_completion_tokens: int | None = None
    seed: int | None = None
    stop: str | list[str] | None = None
    n: int | None = None
    tools: list[Any] | None = None


class Refused(Exception):
    """The request cannot be answered; the text says why."""


def read_request(body: bytes) -> ChatRequest:
    """Raises Refused."""
    try:
        request = msgspec.json.decode(body, type=ChatRequest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refused(f"The request was not understood: {error}") from None
    if not request.messages or len(request.messages) > MAX_MESSAGES:
        raise Refused(f"There must be 1 to {MAX_MESSAGES} messages.")
    if request.n not in (None, 1):
        raise Refused("One answer a request: n must be 1.")
    if request.tools:
        raise Refused("This model cannot use tools.")
    for name, value, least, most in (
        ("temperature", request.temperature, 0.0, 2.0),
        ("top_p", request.top_p, 0.0, 1.0),
        ("max_tokens", answer_length(request, MAX_ANSWER), 1, MAX_ANSWER),
    ):
        if value is not None and not least <= value <= most:
            raise Refused(f"{name} must be between {least:g} and {most:g}.")
    return request


def answer_length(request: ChatRequest, most: int) -> int:
    """The longest answer that is wanted, in tokens."""
    wanted = request.max_completion_tokens or request.max_tokens
    return most if wanted is None else wanted


def messages_of(request: ChatRequest) -> list[Message]:
    """The conversation as the model's template wants it. Raises Refused."""
    found = []
    for said in request.messages:
        role = "system" if said.role == "developer" else said.role
        found.append(Message(role, _text(said)))
    return found


def stops_of(request: ChatRequest) -> tuple[str, ...]:
    """Texts that end the answer, four at most."""
    stops = [request.stop] if isinstance(request.stop, str) else request.stop or []
    return tuple(stop for stop in stops if stop)[:4]


def _text(said: Said) -> str:
    if said.content is None:
        return ""
    if isinstance(said.content, str):
        return said.content
    if any(part.type != "text" for part in said.content):
        raise Refused("Only text is understood here, no pictures or sounds.")
    return "\n".join(part.text for part in said.content)
