"""One server: calls it again when it is busy or away, slows down when it says so, leaves out what it does not know."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Final, Literal

import httpx2
import msgspec

from labdesk.core.errors import LabdeskError, ModelError
from labdesk.core.models.remote import Server, variable
from labdesk.engine.runtimes.remote.wire import Answer, Ask, read_answer

_CONNECT_SECONDS: Final = 10.0
#: A large model on a slow computer may write this long at one answer.
_READ_SECONDS: Final = 600.0
_MOST_BYTES: Final = 8 << 20
_LONGEST_WAIT: Final = 30.0
#: A busy server is alive: worth more patience than one that is away.
_BUSY_PATIENCE: Final = 5
_AGAIN: Final = frozenset({408, 409, 425, 429, 500, 502, 503, 504, 529})
_BUSY: Final = frozenset({429, 503, 529})
_OPTIONAL: Final = ("top_logprobs", "logprobs", "seed", "stop", "top_p", "temperature")
#: So many good answers in a row, and one more call at once is tried.
_CONFIDENCE: Final = 8

Tell = Callable[[str, Literal["info", "warning"]], None]


class Away(ModelError):
    """A server that did not answer for too long."""


class TooLong(Exception):
    """The server says that the prompt does not fit."""


class Line:
    """Calls one server, at most `server.parallel` times at once. Lives in one event loop."""

    def __init__(self, server: Server, key: str, tell: Tell, patience: float, first_patience: float) -> None:
        """patience: seconds without an answer before Away is raised; `first_patience` before there ever was one."""
        self.server = server
        headers = {"authorization": f"Bearer {key}"} if key else {}
        self._client = httpx2.AsyncClient(
            base_url=server.address + "/",
            headers={**headers, "user-agent": "labdesk"},
            timeout=httpx2.Timeout(_READ_SECONDS, connect=_CONNECT_SECONDS),
            follow_redirects=False,  # the key and the texts go to this server alone
            trust_env=not server.here,  # a proxy is for other computers
            limits=httpx2.Limits(max_connections=server.parallel + 1),
        )
        self._tell = tell
        self._patience, self._first_patience = patience, first_patience
        self._good_at: float | None = None
        self._trouble_since: float | None = None
        self._not_before = 0.0
        self._limit = server.parallel
        self._active = 0
        self._streak = 0
        self._left_out: set[str] = set()
        self._renamed = False
        self._told = False  # that it is away

    async def ask(self, ask: Ask) -> Answer:
        """The answer. Raises Away, TooLong, and ModelError for what no patience mends (key, address, model)."""
        failures = 0
        while True:
            await self._turn()
            try:
                status, data, later = await self._send(ask)
            except httpx2.TransportError as error:
                failures += 1
                self._trouble(str(error) or type(error).__name__, failures, 0.0, busy=False)
                continue
            finally:
                self._active -= 1
            if status == 200:
                try:
                    answer = read_answer(data)
                except (ValueError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
                    raise self._no_answer(str(error)) from error
                self._good()
                return msgspec.structs.replace(answer, by=f"{self.server.model or 'server'} at {self.server.host}")
            said = _message(data)
            if status in (400, 413, 422) and self._adapt(said):
                continue
            if status in _AGAIN:
                failures += 1
                self._trouble(said or f"status {status}", failures, later, busy=status in _BUSY)
                continue
            raise self._refusal(status, said)

    async def models(self) -> tuple[str, ...]:
        """The models that the server names; none where it does not tell. Raises Away, ModelError."""
        try:
            response = await self._client.get("models")
        except httpx2.TransportError as error:
            raise self._away(str(error) or type(error).__name__) from error
        if response.status_code in (401, 403):
            raise self._refusal(response.status_code, _message(response.content))
        try:
            found = msgspec.json.decode(response.content)
            return tuple(str(one["id"]) for one in found["data"])
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, LookupError, TypeError):
            return ()

    async def close(self) -> None:
        """Ends the connections."""
        await self._client.aclose()

    async def _send(self, ask: Ask) -> tuple[int, bytes, float]:
        """(status, body, seconds to wait if it said so)"""
        async with self._client.stream("POST", ask.path, json=self._body(ask.body)) as response:
            data = b""
            async for piece in response.aiter_bytes():
                data += piece
                if len(data) > _MOST_BYTES:
                    raise self._no_answer("it is too large")
        later = response.headers.get("retry-after", "")
        return response.status_code, data, float(later) if later.isdigit() else 0.0

    def _body(self, body: dict[str, Any]) -> dict[str, Any]:
        """The body as this server understands it."""
        made = {name: value for name, value in body.items() if name not in self._left_out}
        made["max_tokens"] = made["max_tokens"] + self.server.thinking
        if self._renamed:
            made["max_completion_tokens"] = made.pop("max_tokens")
        return {"model": self.server.model, **made} if self.server.model else made

    def _adapt(self, said: str) -> bool:
        """Whether a refusal names something that can be left out; then the next body does. Raises TooLong."""
        words = said.lower()
        if "context" in words and any(hint in words for hint in ("exceed", "length", "too long", "larger", "size")):
            raise TooLong
        if "max_completion_tokens" in words and not self._renamed:
            self._renamed = True
            return True
        name = next((name for name in _OPTIONAL if name in words and name not in self._left_out), None)
        if name is None:
            return False
        self._left_out |= {name, "top_logprobs"} if name == "logprobs" else {name}
        return True

    async def _turn(self) -> None:
        """Waits until a call may go out, and counts it."""
        while self._active >= self._limit or time.monotonic() < self._not_before:
            await asyncio.sleep(0.05)
        self._active += 1

    def _good(self) -> None:
        if self._told:
            self._told = False
            self._tell(f"{self.server.host} answers again.", "info")
        self._good_at, self._trouble_since = time.monotonic(), None
        self._streak += 1
        if self._streak % _CONFIDENCE == 0:
            self._limit = min(self.server.parallel, self._limit + 1)

    def _trouble(self, why: str, failures: int, later: float, *, busy: bool) -> None:
        """Slows down. Raises Away when it lasts too long."""
        now = time.monotonic()
        if self._trouble_since is None:
            self._trouble_since = now
            if not busy:
                self._told = True
                self._tell(f"{self.server.host} does not answer ({why[:120]}). Trying again.", "warning")
        patience = self._patience if self._good_at is not None else self._first_patience
        if now - self._trouble_since > patience * (_BUSY_PATIENCE if busy else 1):
            raise self._away(why)
        self._streak = 0
        self._limit = max(1, self._limit // 2)
        wait = later or min(_LONGEST_WAIT, 0.5 * 2 ** min(failures, 8))
        self._not_before = max(self._not_before, now + min(wait, 10 * _LONGEST_WAIT))

    def _away(self, why: str) -> Away:
        return Away(
            f"The server {self.server.host} does not answer.",
            cause=f"{why[:200]}.",
            remedy="Start it again, or check the address in Settings; then continue: nothing that came is lost.",
        )

    def _no_answer(self, why: str) -> ModelError:
        return ModelError(
            f"What {self.server.host} sent is no answer of a language model.",
            cause=f"{why[:200]}.",
            remedy="Check the address in Settings: the base of an OpenAI-compatible server, often with /v1.",
        )

    def _refusal(self, status: int, said: str) -> LabdeskError:
        host, model = self.server.host, self.server.model
        if status in (401, 403):
            return ModelError(
                f"{host} does not accept the key.",
                cause=said,
                remedy=f"Give the right key in Settings, or in the variable {variable(self.server.address)}.",
            )
        if status == 404:
            return ModelError(
                f"{host} does not know the model “{model}”, or the address is not quite right.",
                cause=said,
                remedy="Test the connection in Settings: it lists the models of the server.",
            )
        if 300 <= status < 400:
            return ModelError(
                f"{host} sends labdesk to another place, which is not followed.",
                cause="Texts and the key would go to a server that you did not choose.",
                remedy="Give the final address in Settings.",
            )
        return ModelError(
            f"{host} refused the request (status {status}).", cause=said, remedy="Choose another model or server."
        )


def _message(data: bytes) -> str:
    """The words of a refusal, as servers give them: OpenAI's form, FastAPI's, or plain text."""
    try:
        found = msgspec.json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return data[:300].decode("utf-8", "replace").strip()
    if isinstance(found, dict):
        error = found.get("error", found.get("detail", found.get("message", "")))
        inner = error.get("message", "") if isinstance(error, dict) else error
        return str(inner)[:300]
    return str(found)[:300]
