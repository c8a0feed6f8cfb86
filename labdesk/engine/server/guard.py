"""Who may ask: only programs of this computer that know the key, never a web page.

A web page reaches a local server through the browser (with an Origin), or through a name that points to 127.0.0.1 (with
a foreign Host): both are refused, as is everything without the key (reliability.md T11)."""

from __future__ import annotations

import hmac

from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Receive, Scope, Send

MAX_BODY = 4 * 1024 * 1024
_NAMES = ("127.0.0.1", "localhost", "[::1]")


def problem(status: int, message: str, kind: str = "invalid_request_error") -> JSONResponse:
    """An error in the form that OpenAI's clients read."""
    return JSONResponse({"error": {"message": message, "type": kind, "param": None, "code": None}}, status)


class Guard:
    """Looks at every request before anything else does."""

    def __init__(self, app: ASGIApp, key: str, port: int) -> None:
        self._app = app
        self._key = key.encode()
        self._hosts = {f"{name}:{port}" for name in _NAMES}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await self._app(scope, receive, send)
            return
        refusal = self._refusal(scope) if scope["type"] == "http" else problem(400, "Only HTTP is spoken here.")
        if refusal is None:
            await self._app(scope, receive, send)
        elif scope["type"] == "http":
            await refusal(scope, receive, send)
        else:
            await send({"type": "websocket.close", "code": 1008})

    def _refusal(self, scope: Scope) -> JSONResponse | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0].lower() not in self._hosts:
            return problem(403, "This server answers only to programs on this computer.")
        if "origin" in headers or headers.get("sec-fetch-site", "none") not in ("none", "same-origin"):
            return problem(403, "Web pages may not use this server.")
        scheme, _, given = headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not hmac.compare_digest(given.strip().encode("latin-1"), self._key):
            return problem(401, "The key is missing or wrong.", "authentication_error")
        if scope["method"] == "POST":
            return self._refusal_of_body(headers)
        return None

    @staticmethod
    def _refusal_of_body(headers: Headers) -> JSONResponse | None:
        if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
            return problem(415, "The body must be application/json.")
        length = headers.get("content-length", "")
        if not length.isdigit():
            return problem(411, "The length of the body must be told.")
        if int(length) > MAX_BODY:
            return problem(413, f"The body is larger than {MAX_BODY} bytes.")
        return None
