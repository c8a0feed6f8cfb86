"""What the head of an HTTP answer means for a download that stands at some byte. Pure: opens nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final, Literal

from labdesk.core.errors import ModelError

#: go on: the body continues where we are. anew: it starts at the first byte. again: ask again after a pause.
#: complete: we have it all. whole: this server does not speak of ranges truthfully, ask for everything.
Verdict = Literal["go on", "anew", "again", "complete", "whole"]

_RANGE: Final = re.compile(r"bytes (\d+)-(\d+)/(\d+|\*)")
_PASSING: Final = frozenset({408, 425, 429, 500, 502, 503, 504})


def judge(status: int, headers: Mapping[str, str], have: int, size: int, etag: str) -> Verdict:
    """What to do with an answer when `have` of `size` bytes are here, of the version `etag` ("" is unknown).

    Raises ModelError when no patience helps: the file is gone, or a token is wanted.
    """
    encoded = headers.get("content-encoding", "identity").lower() not in ("", "identity")
    if status == 206:
        return _judge_part(headers, have, size, etag, encoded)
    if status == 200:
        length = headers.get("content-length", "")
        if length.isdigit() and int(length) != size and not encoded:
            return "again"
        return "anew"
    if status == 416:
        return "complete" if have == size else "whole"
    if status in _PASSING or (status in (401, 403) and have > 0):
        return "again"  # an address that was signed for an hour is refused in the middle: asked anew, it is signed anew
    raise refusal(status, headers)


def _judge_part(headers: Mapping[str, str], have: int, size: int, etag: str, encoded: bool) -> Verdict:
    found = _RANGE.fullmatch(headers.get("content-range", "").strip())
    if encoded or found is None or int(found[1]) != have or int(found[2]) >= size:
        return "whole"
    if found[3] != "*" and int(found[3]) != size:
        return "whole"
    if etag and headers.get("etag", etag) != etag:
        return "whole"
    return "go on"


def refusal(status: int, headers: Mapping[str, str]) -> ModelError:
    """Why the hub does not give a file, in plain words."""
    if status in (401, 403):
        return ModelError(
            "The hub wants to know who you are before it gives this model.",
            cause="Its owner asks people to agree to terms first."
            if headers.get("x-error-code") == "GatedRepo"
            else f"It answered {status}.",
            remedy="Agree on the model's page, make a token with the right to read, and keep it in labdesk: "
            "Models, Token, or “labdesk hub token”.",
        )
    if status == 404:
        return ModelError(
            "The file is not on the hub any more.",
            cause="It answered 404.",
            remedy="Search the model again: its files may have other names now.",
        )
    return ModelError(
        "The hub does not give this file.", cause=f"It answered {status}.", remedy="Try again later, or set a mirror."
    )


def strong_etag(headers: Mapping[str, str]) -> str:
    """The etag if it names exact bytes; "" for a weak one or none."""
    etag = headers.get("etag", "").strip()
    return etag if etag.startswith('"') and etag.endswith('"') and len(etag) < 300 else ""
