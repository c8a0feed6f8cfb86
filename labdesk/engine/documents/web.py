"""HTML: menus, scripts and hidden text are left out; no link or picture is followed (html-to-markdown: Rust, MIT)."""

from __future__ import annotations

import re

from html_to_markdown import ConversionOptions, convert

from labdesk.core.errors import DocumentError
from labdesk.engine.documents.result import Reading, damaged

_MAX_DEPTH = 400
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_TITLE = re.compile(r"<title[^>]*>(.{1,500}?)</title>", re.IGNORECASE | re.DOTALL)
_FIRST_HEADING = re.compile(r"^# ", re.MULTILINE)


def read(data: bytes) -> Reading:
    """The text of a web page that was saved as a file. Raises DocumentError when nothing readable is in it."""
    page = decoded(data)
    text = markdown_of(page)
    if not any(character.isalnum() for character in text):
        raise DocumentError(
            "This web page holds no text.",
            cause="A script probably fetches it when a browser opens the page, and labdesk runs no scripts; or it is "
            "nested far deeper than people write pages.",
            remedy="Open it in a browser, print it into a PDF, and add that; or copy the text into a .md file.",
        )
    if (title := _TITLE.search(page)) and not _FIRST_HEADING.search(text):
        text = f"# {markdown_of(title.group(1)).strip()}\n\n{text}"
    return Reading(text, "web page")


def markdown_of(page: str) -> str:
    """HTML as Markdown, without pictures. Raises DocumentError for what the library cannot take."""
    options = ConversionOptions(
        heading_style="atx",
        bullets="-",
        compact_tables=True,
        extract_metadata=False,
        skip_images=True,
        autolinks=False,
        max_depth=_MAX_DEPTH,
    )
    try:
        return str(convert(page, options).content or "")
    except (ValueError, RuntimeError) as error:
        raise damaged("web page", f"{str(error)[:200]}.") from error


def decoded(data: bytes) -> str:
    """Bytes as text: by byte order mark, by what the page says of itself, else UTF-8, else the Western alphabet."""
    for mark, name in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            return data.decode(name, "replace")
    said = _CHARSET.search(data[:4096])
    for name in ((said.group(1).decode("ascii"),) if said else ()) + ("utf-8",):
        try:
            return data.decode(name)
        except (UnicodeDecodeError, LookupError):
            continue
    return data.decode("cp1252", "replace")
