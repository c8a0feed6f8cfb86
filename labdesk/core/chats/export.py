"""A chat as a file for other programs: Markdown to read, JSON with every branch, or messages to train with."""

from __future__ import annotations

import re
import time

import msgspec

from labdesk.core.chats.chat import Chat, Exchange


def as_markdown(chat: Chat) -> str:
    """The branch that is shown, as a person would write it down. Answers stand as the model wrote them."""
    parts = [f"# {_one_line(chat.title)}", ""]
    if chat.style.system:
        parts += ["**Told beforehand:**", "", _quoted(chat.style.system), ""]
    for exchange in chat.path():
        parts += ["## You", "", exchange.question.strip(), ""]
        for answer in exchange.answers.values():
            name = _one_line(answer.name or answer.side)
            proof = f" ({_one_line(answer.proof)})" if answer.proof else ""
            parts += [f"## {name}{proof}", "", answer.text.strip(), ""]
    return "\n".join(parts).rstrip() + "\n"


def as_json(chat: Chat) -> bytes:
    """Everything: all branches, all sides, votes and what was taught."""
    value = {
        "format": "labdesk chat 1",
        "id": chat.id,
        "title": chat.title,
        "began": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(chat.at)),
        "style": chat.style,
        "shown": [exchange.id for exchange in chat.path()],
        "exchanges": [_exchange(exchange) for exchange in chat.exchanges.values()],
    }
    return msgspec.json.format(msgspec.json.encode(value), indent=2) + b"\n"


def file_name(chat: Chat, ending: str) -> str:
    """A harmless file name made of the title."""
    words = re.sub(r"[^\w\- ]+", "", chat.title, flags=re.ASCII).strip()[:60].strip() or "chat"
    return f"{words}.{ending}"


def _exchange(exchange: Exchange) -> dict[str, object]:
    return {
        "id": exchange.id,
        "parent": exchange.parent,
        "question": exchange.question,
        "at": exchange.at,
        "answers": list(exchange.answers.values()),
        "vote": exchange.vote,
        "taught": exchange.taught,
    }


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _quoted(text: str) -> str:
    return "\n".join(f"> {line}" for line in text.strip().splitlines())
