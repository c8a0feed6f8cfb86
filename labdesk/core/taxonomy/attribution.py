"""attribution.txt: who made what a leaf is based on, under which licence. One block of `Name: value` lines per work."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec

from labdesk.core.taxonomy.licences import ACCEPTED
from labdesk.core.taxonomy.problem import BOM, Level, Problem

ATTRIBUTION_FILE = "attribution.txt"
MAX_BYTES = 256 << 10

LICENCES = ACCEPTED
"""SPDX name and title of the licences that the InstructLab taxonomy accepts."""

_LABELS = {
    "title": "Title of work",
    "link": "Link to work",
    "revision": "Revision",
    "licence": "License of the work",
    "creators": "Creator names",
}
_BY_LABEL = {label.lower(): field for field, label in _LABELS.items()} | {
    "licence of the work": "licence",
    "creator name": "creators",
    "license": "licence",
}
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z ]{2,40}?)\s*:\s*(.*?)\s*$")

_WITH_END = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")


class Attribution(msgspec.Struct, frozen=True):
    """One work. `licence` is an SPDX name."""

    title: str = ""
    link: str = ""
    revision: str = ""
    licence: str = ""
    creators: str = ""


def read_attribution(data: bytes) -> tuple[Attribution, ...]:
    """The works in an attribution.txt. A label that comes again begins the next work; other lines are ignored."""
    works: list[dict[str, str]] = [{}]
    for field, value, number in _fields(_text(data[:MAX_BYTES]).splitlines()):
        while number >= len(works):
            works.append({})
        works[-1][field] = value
    return tuple(Attribution(**work) for work in works if any(work.values()))


def edit_attribution(data: bytes, changes: Mapping[str, str]) -> bytes:
    """The file with fields of its first work changed; every other line stays as it is, also what is not UTF-8.

    A field without a line gets one after the last line of the work. Keys are names of Attribution's fields.
    """
    lines = _WITH_END.findall(data.decode("utf-8-sig", errors="surrogateescape"))
    line_end = "\r\n" if lines and lines[0].endswith("\r\n") else "\n"
    place, left = 0, dict(changes)
    seen: set[str] = set()
    for number, line in enumerate(lines):
        match = _LINE.match(line)
        field = _BY_LABEL.get(match.group(1).lower()) if match else None
        if match is None or field is None:
            continue
        if field in seen:
            break
        seen.add(field)
        place = number + 1
        if field in left:
            value = _one_line(left.pop(field))
            end = line[len(line.rstrip("\r\n")) :]
            lines[number] = f"{line[: match.start(2)].rstrip()} {value}".rstrip() + end
    if place and left and not lines[place - 1].endswith(("\n", "\r")):
        lines[place - 1] += line_end
    new = [
        f"{label}: {_one_line(left[field])}".rstrip() + line_end for field, label in _LABELS.items() if left.get(field)
    ]
    if new and not place:
        new += [line_end] if lines else []
    lines[place:place] = new
    return (BOM if data.startswith(BOM) else b"") + "".join(lines).encode("utf-8", "surrogateescape")


def _text(data: bytes) -> str:
    return data.decode("utf-8-sig", errors="replace")


def _fields(lines: list[str]) -> Iterator[tuple[str, str, int]]:
    """(field, value, number of its work) of every line that is one."""
    work, seen = 0, set[str]()
    for line in lines:
        match = _LINE.match(line)
        field = _BY_LABEL.get(match.group(1).lower()) if match else None
        if match is None or field is None:
            continue
        if field in seen:
            work, seen = work + 1, set()
        seen.add(field)
        yield field, match.group(2), work


def _one_line(value: str) -> str:
    return " ".join(value.split())


def write_attribution(works: tuple[Attribution, ...]) -> str:
    """The text of an attribution.txt; works are parted by an empty line. Line breaks in values become blanks."""
    blocks = (
        "".join(
            f"{label}: {' '.join(getattr(work, field).split())}".rstrip() + "\n" for field, label in _LABELS.items()
        )
        for work in works
    )
    return "\n".join(blocks)


def check_attribution(works: tuple[Attribution, ...]) -> tuple[Problem, ...]:
    """Advice only: what is missing for a contribution upstream. `where` is e.g. `attribution[0].licence`."""
    if not works:
        message = "There is no attribution. Upstream wants an attribution.txt that says who made the source."
        return (Problem(1, 1, "attribution", message, Level.WARNING),)
    problems: list[Problem] = []
    for number, work in enumerate(works):
        where = f"attribution[{number}]"
        for field in ("title", "creators"):
            if not getattr(work, field):
                message = f"“{_LABELS[field]}” is empty."
                problems.append(Problem(1, 1, f"{where}.{field}", message, Level.WARNING))
        if work.licence not in LICENCES:
            message = f"The licence “{work.licence[:60]}” is not one that InstructLab accepts: {', '.join(LICENCES)}."
            problems.append(Problem(1, 1, f"{where}.licence", message, Level.WARNING))
    return tuple(problems)
