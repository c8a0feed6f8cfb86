"""attribution.txt: who made what a leaf is based on, under which licence. One block of `Name: value` lines per work."""

from __future__ import annotations

import re

import msgspec

from labdesk.core.taxonomy.problem import Level, Problem

ATTRIBUTION_FILE = "attribution.txt"
MAX_BYTES = 256 << 10

LICENCES = {
    "Apache-2.0": "Apache License 2.0",
    "CC-BY-4.0": "Creative Commons Attribution 4.0",
    "CC-BY-SA-4.0": "Creative Commons Attribution Share Alike 4.0",
    "CC0-1.0": "Creative Commons Zero (no rights reserved)",
    "CDLA-Permissive-2.0": "Community Data License Agreement, permissive 2.0",
    "MIT": "MIT License",
}
"""SPDX name and meaning of the licences that the InstructLab taxonomy accepts."""

_LABELS = {
    "title": "Title of work",
    "link": "Link to work",
    "revision": "Revision",
    "licence": "License of the work",
    "creators": "Creator names",
}
_LINE = re.compile(r"\s*([A-Za-z][A-Za-z ]{2,40}?)\s*:\s*(.*?)\s*$")


class Attribution(msgspec.Struct, frozen=True):
    """One work. `licence` is an SPDX name."""

    title: str = ""
    link: str = ""
    revision: str = ""
    licence: str = ""
    creators: str = ""


def read_attribution(data: bytes) -> tuple[Attribution, ...]:
    """The works in an attribution.txt. A label that comes again begins the next work; other lines are ignored."""
    by_label = {label.lower(): field for field, label in _LABELS.items()}
    by_label |= {"licence of the work": "licence", "creator name": "creators", "license": "licence"}
    works: list[dict[str, str]] = [{}]
    for line in data[:MAX_BYTES].decode("utf-8-sig", errors="replace").splitlines():
        match = _LINE.match(line)
        field = by_label.get(match.group(1).lower()) if match else None
        if match is None or field is None:
            continue
        if field in works[-1]:
            works.append({})
        works[-1][field] = match.group(2)
    return tuple(Attribution(**work) for work in works if any(work.values()))


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
