"""The calls: the list of models, and chat completions whole or as a stream, as OpenAI's clients expect them."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import msgspec
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from labdesk.core.errors import LabdeskError
from labdesk.engine.runtimes import Completed
from labdesk.engine.server.answering import MOST_WAITING, Answerer, Busy
from labdesk.engine.server.guard import MAX_BODY, Guard, problem
from labdesk.engine.server.requests import ChatRequest, Refused, read_request

_FINISH = {"eos": "stop", "stop": "stop", "length": "length", "too_long": "length", "cancelled": "stop"}


def make_app(answerer: Answerer, model: str, key: str, port: int, on_answer: Callable[[int], None]) -> Guard:
    """The application behind its guard. `on_answer` is told the tokens of each finished answer."""
    return Guard(_Calls(answerer, model, on_answer).app, key, port)


class _Calls:
    def __init__(self, answerer: Answerer, model: str, on_answer: Callable[[int], None]) -> None:
        self._answerer = answerer
        self._model = model
        self._on_answer = on_answer
        self._began = int(time.time())
        self._pool = ThreadPoolExecutor(MOST_WAITING + 1, "answer")
        self.app = Starlette(
            routes=[
                Route("/v1/models", self.models, methods=["GET"]),
                Route("/v1/models/{model:path}", self.model, methods=["GET"]),
                Route("/v1/chat/completions", self.complete, methods=["POST"]),
            ]
        )

    async def models(self, _request: Request) -> Response:
        return JSONResponse({"object": "list", "data": [self._card()]})

    async def model(self, request: Request) -> Response:
        if request.path_params["model"] != self._model:
            return problem(404, f"There is only the model “{self._model}” here.")
        return JSONResponse(self._card())

    async def complete(self, request: Request) -> Response:
        try:
            body = await asyncio.wait_for(_body(request), timeout=30)
            asked = read_request(body)
        except Refused as error:
            return problem(400, str(error))
        except TimeoutError:
            return problem(408, "The body came too slowly.")
        answer = _Answer(self._answerer, asked, self._pool)
        id, made = f"chatcmpl-{secrets.token_hex(12)}", int(time.time())
        base = {"id": id, "created": made, "model": self._model}
        first = await answer.first()
        if isinstance(first, Exception):
            return _failed(first)
        if asked.stream:
            return StreamingResponse(self._stream(answer, first, base, asked), media_type="text/event-stream")
        return await self._whole(answer, first, base, request)

    async def _whole(self, answer: _Answer, first: str | Completed, base: dict[str, Any], request: Request) -> Response:
        end: Any = first
        while not isinstance(end, Completed | Exception):
            end = await answer.next(0.5)
            if end is None and await request.is_disconnected():
                answer.leave()
        if isinstance(end, Exception):
            return _failed(end)
        self._on_answer(end.tokens)
        message = {"role": "assistant", "content": end.text, "refusal": None}
        choice = {"index": 0, "message": message, "logprobs": None, "finish_reason": _FINISH[end.finish]}
        return JSONResponse({**base, "object": "chat.completion", "choices": [choice], "usage": _usage(end)})

    async def _stream(
        self, answer: _Answer, first: Any, base: dict[str, Any], asked: ChatRequest
    ) -> AsyncIterator[bytes]:
        base = {**base, "object": "chat.completion.chunk"}
        try:
            yield _event(base, {"role": "assistant", "content": ""})
            piece = first
            while not isinstance(piece, Completed | Exception):
                if piece:
                    yield _event(base, {"content": piece})
                piece = await answer.next(30)
            if isinstance(piece, Exception):
                yield b"data: " + bytes(_failed(piece).body) + b"\n\n"
                return
            self._on_answer(piece.tokens)
            yield _event(base, {}, _FINISH[piece.finish])
            if asked.stream_options is not None and asked.stream_options.include_usage:
                yield b"data: " + msgspec.json.encode({**base, "choices": [], "usage": _usage(piece)}) + b"\n\n"
            yield b"data: [DONE]\n\n"
        finally:
            answer.leave()

    def _card(self) -> dict[str, Any]:
        return {"id": self._model, "object": "model", "created": self._began, "owned_by": "labdesk"}


class _Answer:
    """One answer on its way from the thread that computes it to the loop that sends it."""

    def __init__(self, answerer: Answerer, request: ChatRequest, pool: ThreadPoolExecutor) -> None:
        self._loop = asyncio.get_running_loop()
        self._pieces: asyncio.Queue[str | Completed | Exception] = asyncio.Queue()
        self._gone = False
        pool.submit(self._compute, answerer, request)

    def _compute(self, answerer: Answerer, request: ChatRequest) -> None:
        try:
            self._put(answerer.answer(request, self._put, lambda: self._gone))
        except Exception as error:  # whatever it was, the program that asked must hear of it
            self._put(error)

    def _put(self, piece: str | Completed | Exception) -> None:
        self._loop.call_soon_threadsafe(self._pieces.put_nowait, piece)

    async def first(self) -> str | Completed | Exception:
        """The first piece, the whole answer, or the reason why there is none."""
        return await self._pieces.get()

    async def next(self, patience: float) -> str | Completed | Exception | None:
        """The next piece; None when none came within so many seconds."""
        try:
            return await asyncio.wait_for(self._pieces.get(), patience)
        except TimeoutError:
            return None

    def leave(self) -> None:
        """Nobody waits for it any more."""
        self._gone = True


async def _body(request: Request) -> bytes:
    data = b""
    async for piece in request.stream():
        data += piece
        if len(data) > MAX_BODY:
            raise Refused("The body is too large.")
    return data


def _failed(error: Exception) -> JSONResponse:
    if isinstance(error, Refused):
        return problem(400, str(error))
    if isinstance(error, Busy):
        return problem(429, "Other programs are waiting already. Try again soon.", "rate_limit_error")
    if isinstance(error, LabdeskError):
        return problem(500, f"{error.message} {error.remedy}".strip(), "server_error")
    return problem(500, f"Something unexpected went wrong: {type(error).__name__}.", "server_error")


def _event(base: dict[str, Any], delta: dict[str, str], finish: str | None = None) -> bytes:
    choice = {"index": 0, "delta": delta, "logprobs": None, "finish_reason": finish}
    return b"data: " + msgspec.json.encode({**base, "choices": [choice]}) + b"\n\n"


def _usage(end: Completed) -> dict[str, int]:
    return {
        "prompt_tokens": end.prompt_tokens,
        "completion_tokens": end.tokens,
        "total_tokens": end.prompt_tokens + end.tokens,
    }
