"""Numbers in a person's words: durations, sizes, counts, shares. Pure."""

from __future__ import annotations

import time


def duration(seconds: float) -> str:
    """ "40 s", "6 min", "1 h 20 min"."""
    if seconds < 0.5:
        return "0 s"
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min" if minutes % 60 else f"{minutes // 60} h"


def time_left(seconds: float | None) -> str:
    """ "about 6 min left", or "" while unknown."""
    return "" if seconds is None else f"about {duration(seconds)} left"


def size(count: float) -> str:
    """Bytes in decimal units: "145 MB", "1.9 GB"."""
    for unit, scale in (("TB", 1e12), ("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if count >= scale:
            value = count / scale
            return f"{value:.1f} {unit}" if value < 10 else f"{value:.0f} {unit}"
    return f"{count:.0f} B"


def number(value: float) -> str:
    """Thousands apart by a narrow space, as SI wants: 12 480."""
    return f"{value:,.0f}".replace(",", "\u202f")


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 leaf", "3 leaves"."""
    return f"{number(count)} {one if count == 1 else many or one + 's'}"


def share(part: float, whole: float) -> str:
    """ "62 %"; "0 %" of nothing."""
    return f"{round(100 * part / whole) if whole else 0} %"


def ago(then: float, now: float | None = None) -> str:
    """How long ago a moment (seconds since 1970) was: "just now", "20 min ago", "yesterday", "4 Nov 2026"."""
    passed = (time.time() if now is None else now) - then
    if passed < 90:
        return "just now"
    if passed < 3_600:
        return f"{round(passed / 60)} min ago"
    if passed < 20 * 3_600:
        return f"{round(passed / 3_600)} h ago"
    days = max(1, round(passed / 86_400))
    if days < 14:
        return "yesterday" if days == 1 else f"{days} days ago"
    moment = time.localtime(then)
    return f"{moment.tm_mday} {time.strftime('%b %Y', moment)}"
