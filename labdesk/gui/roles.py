"""The colours of labdesk by the part they play, for light and for dark, and which may stand upon which.

No colour literal exists outside this file. Contrast follows WCAG 2.1 AA: 4.5 for text, 3.0 for outlines, icons and dots
that carry meaning; `PAIRS` lists every pair in use and tests/gui/test_roles.py computes each ratio."""

from __future__ import annotations

import dataclasses
from typing import Literal

Scheme = Literal["light", "dark"]
Tone = Literal["normal", "muted", "accent", "good", "warn", "bad"]


@dataclasses.dataclass(frozen=True)
class Roles:
    """One scheme. Backgrounds from furthest to nearest: rail, window, surface; `sunken` is a well inside a surface."""

    rail: str
    window: str
    surface: str
    sunken: str
    hover: str
    selected: str  # the current row or rail entry
    line: str  # hairlines; decoration only, never the sole sign of anything
    outline: str  # edges of fields: must be seen
    text: str
    muted: str
    accent: str  # fill of the primary button, progress, focus ring
    accent_hover: str
    on_accent: str
    accent_text: str  # links, selected labels
    accent_soft: str
    good: str
    good_soft: str
    warn: str
    warn_soft: str
    bad: str
    bad_soft: str
    mark: str  # highlighted span of a source document


LIGHT = Roles(
    rail="#EFEDE8",
    window="#F7F6F3",
    surface="#FFFFFF",
    sunken="#F4F2EE",
    hover="#E7E4DD",
    selected="#DFE7FA",
    line="#E2DFD8",
    outline="#8C887E",
    text="#1D1C1A",
    muted="#5F5C55",
    accent="#2A5BD0",
    accent_hover="#214AAE",
    on_accent="#FFFFFF",
    accent_text="#234FB8",
    accent_soft="#E6ECFB",
    good="#17703F",
    good_soft="#E1F2E8",
    warn="#855000",
    warn_soft="#FBEFD7",
    bad="#B3261E",
    bad_soft="#FBE7E5",
    mark="#FFE7A3",
)

DARK = Roles(
    rail="#161618",
    window="#1B1B1E",
    surface="#232327",
    sunken="#1C1C1F",
    hover="#2D2D32",
    selected="#26344F",
    line="#35353B",
    outline="#7C7C86",
    text="#EDECEA",
    muted="#ABA9A4",
    accent="#3E6AE0",
    accent_hover="#335BC8",
    on_accent="#FFFFFF",
    accent_text="#9DB8FF",
    accent_soft="#25304A",
    good="#63CB94",
    good_soft="#1D3328",
    warn="#E8B25A",
    warn_soft="#3A2E18",
    bad="#FF8F86",
    bad_soft="#432422",
    mark="#5A4A16",
)

TEXT, SHAPE = 4.5, 3.0
_BACKGROUNDS = ("rail", "window", "surface", "sunken")

#: (foreground, background, least contrast): every combination that the stylesheet and the painted widgets use.
PAIRS: tuple[tuple[str, str, float], ...] = (
    *((ink, ground, TEXT) for ink in ("text", "muted") for ground in (*_BACKGROUNDS, "hover", "selected")),
    *((ink, ground, TEXT) for ink in ("accent_text", "good", "warn", "bad") for ground in _BACKGROUNDS),
    *((ink, f"{ink}_soft", TEXT) for ink in ("good", "warn", "bad")),
    *(("text", f"{ink}_soft", TEXT) for ink in ("accent", "good", "warn", "bad")),
    *(("muted", f"{ink}_soft", TEXT) for ink in ("accent", "good", "warn", "bad")),
    ("accent_text", "accent_soft", TEXT),
    ("accent_text", "selected", TEXT),
    ("text", "mark", TEXT),
    ("on_accent", "accent", TEXT),
    ("on_accent", "accent_hover", TEXT),
    *(("outline", ground, SHAPE) for ground in ("window", "surface", "sunken")),
    *(("accent", ground, SHAPE) for ground in ("window", "surface", "sunken")),
    *((ink, "selected", SHAPE) for ink in ("good", "warn", "bad")),
)


def of(scheme: Scheme) -> Roles:
    """The roles of a scheme."""
    return DARK if scheme == "dark" else LIGHT


def luminance(colour: str) -> float:
    """Relative luminance of "#RRGGBB", 0 to 1 (WCAG 2.1, definition of relative luminance)."""
    channels = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours, 1 to 21 (WCAG 2.1, definition of contrast ratio)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
