"""A model file as the window shows it: its card, where it comes from, and its words. Pure."""

from __future__ import annotations

import dataclasses
from collections.abc import Collection
from pathlib import Path
from typing import Any, Literal

import msgspec
import psutil

from labdesk.core.models.catalog import ModelCard
from labdesk.core.models.fit import Fit, fit, memory_needed
from labdesk.gui.widgets.safe_text import harmless
from labdesk.gui.widgets.two_line import TwoLine
from labdesk.gui.words import number, size

Origin = Literal["starter", "taught", "file", "other"]
_ORDER: tuple[Origin, ...] = ("starter", "taught", "file", "other")
_FITS: dict[Fit, str] = {
    "fits": "fits easily",
    "tight": "tight: close other programs before you use it",
    "too large": "too large: it would swap to the disk",
}
_GLYPHS: dict[Origin, tuple[str, str]] = {
    "starter": ("package", "muted"),
    "taught": ("graduation-cap", "accent_text"),
    "file": ("cube", "muted"),
    "other": ("cube", "muted"),
}


@dataclasses.dataclass(frozen=True)
class ModelRow:
    """One model. `title` is what a person knows it by; `uses` what it is chosen for."""

    card: ModelCard
    origin: Origin
    title: str
    uses: tuple[str, ...] = ()

    @property
    def usable(self) -> bool:
        return self.card.can_teach or self.card.can_learn or self.card.can_chat

    @property
    def order(self) -> tuple[int, str, str]:
        """Starter, taught models, then the others by name."""
        return _ORDER.index(self.origin), self.title.lower(), str(self.card.path)

    @property
    def line(self) -> TwoLine:
        """Its row in the list."""
        aside = " and ".join(self.uses)
        if not self.usable:
            return TwoLine(
                self.title, _first(self.card.reasons), "x-circle-fill", "bad", "cannot be used", "bad", dim=True
            )
        if self.fit == "too large" and not aside:
            return TwoLine(self.title, self.detail, "warning-circle", "warn", "too large", "warn")
        glyph, role = _GLYPHS[self.origin]
        return TwoLine(self.title, self.detail, glyph, role, aside, "accent")

    @property
    def fit(self) -> Fit:
        """How it fits into this computer."""
        return fit(self.card.size, psutil.virtual_memory().total)

    @property
    def detail(self) -> str:
        """ "98 MB · Q4_1 · 135 M parameters"."""
        parts = [size(self.card.size), harmless(self.card.quantization, 20)]
        if self.card.parameters:
            parts.append(f"{parameters(self.card.parameters)} parameters")
        if self.card.program:
            parts.append(self.card.program)
        return " · ".join(part for part in parts if part)

    @property
    def facts(self) -> list[tuple[str, str]]:
        """Label and value for the page of one model."""
        card = self.card
        return [
            ("Size", size(card.size)),
            ("Memory", f"about {size(memory_needed(card.size))} while loaded: {_FITS[self.fit]}"),
            ("Quantization", harmless(card.quantization, 40) or "unknown"),
            ("Parameters", parameters(card.parameters) if card.parameters else "unknown"),
            ("Context", f"{number(card.context)} tokens" if card.context else "unknown"),
            ("Family", harmless(card.family, 40) or "unknown"),
            ("Licence", harmless(card.licence, 80) or "not stated in the file"),
            ("Name in the file", harmless(card.name, 120)),
            *([("Kept by", f"{card.program}: used where it lies, never moved")] if card.program else []),
            ("File", harmless(str(card.path), 400)),
        ]


def parameters(count: int) -> str:
    """ "135 M", "1.7 B"."""
    return f"{count / 1e9:.1f} B" if count >= 1e9 else f"{count / 1e6:.0f} M"


def card_from(answer: dict[str, Any]) -> ModelCard | None:
    """The card in a line of `labdesk models --json`."""
    try:
        return msgspec.convert(answer, ModelCard, dec_hook=_path)
    except (msgspec.ValidationError, NotImplementedError):
        return None


def _path(kind: type, value: Any) -> Any:
    if kind is Path and isinstance(value, str):
        return Path(value)
    raise NotImplementedError


def row_of(card: ModelCard, starter: Path | None, taught: dict[Path, str], uses: Collection[str]) -> ModelRow:
    """A row for a card. `taught` names the merged models of runs; `uses` is what the model is chosen for."""
    if card.path == starter:
        return ModelRow(card, "starter", "SmolLM2 135M (starter)", tuple(uses))
    if card.path in taught:
        return ModelRow(card, "taught", taught[card.path], tuple(uses))
    if card.program:
        return ModelRow(card, "other", harmless(card.name, 120), tuple(uses))
    return ModelRow(card, "file", harmless(card.path.stem, 120), tuple(uses))


def _first(reasons: tuple[str, ...]) -> str:
    return harmless(reasons[0], 300) if reasons else "It can do nothing here."
