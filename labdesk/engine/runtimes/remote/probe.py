"""One short talk with a server: does it answer, how fast, and what can it do? Nothing of the person's is sent."""

from __future__ import annotations

import asyncio
import time
from typing import Final

import msgspec

from labdesk.core.errors import ModelError
from labdesk.core.models.remote import Server
from labdesk.engine.runtimes import Completion, Scoring
from labdesk.engine.runtimes.remote.line import Line
from labdesk.engine.runtimes.remote.wire import Answer, ask_for, ask_verdict

#: Tokens that a model which thinks may think before each answer.
THINKING: Final = 1024
_SECONDS: Final = 5.0
_QUESTION: Final = "Write one short sentence about the sea."
_CHOICE: Final = "Is the sea made of water? Reply with Yes or No."


class Probe(msgspec.Struct, frozen=True, kw_only=True):
    """What was found. `models`: all that the server names; `server`: as it should be kept; `answer`: what it wrote."""

    server: Server
    models: tuple[str, ...]
    answer: str
    seconds: float
    tokens_per_second: float


def probe(server: Server, key: str) -> Probe:
    """Talk to a server for some seconds. Raises ModelError with what is wrong and what to do."""
    return asyncio.run(_probe(server, key))


async def _probe(server: Server, key: str) -> Probe:
    line = Line(server, key, lambda text, level: None, _SECONDS, _SECONDS)
    try:
        models = await line.models()
        if not server.model and len(models) > 1:
            server = msgspec.structs.replace(server, model=models[0])
        elif models and server.model not in models:
            server = msgspec.structs.replace(server, model=server.model or models[0])
        line.server = server
        started = time.monotonic()
        first = await _say(line, 0.8)
        if first.thought:
            server = msgspec.structs.replace(server, thinking=THINKING)
            line.server = server
            started = time.monotonic()
            first = await _say(line, 0.8)
        seconds = time.monotonic() - started
        if not first.text.strip():
            raise ModelError(
                f"{server.host} answered with nothing.",
                cause=f"The model “{server.model}” wrote no text.",
                remedy="Choose another model of that server.",
            )
        again = await _say(line, 0.8)
        chosen = await line.ask(ask_verdict(Scoring("", _CHOICE, ("Yes", "No"))))
    finally:
        await line.close()
    found = msgspec.structs.replace(
        server, seeds=first.text == again.text, logits=bool(chosen.top) and not server.thinking
    )
    rate = first.tokens / seconds if seconds > 0 else 0.0
    return Probe(server=found, models=models, answer=first.text.strip(), seconds=seconds, tokens_per_second=rate)


async def _say(line: Line, temperature: float) -> Answer:
    return await line.ask(ask_for(Completion("", _QUESTION, 32, temperature=temperature, seed=7)))
