"""How a model answers: what it is told beforehand, and how freely it chooses its words."""

from __future__ import annotations

from typing import Final, Literal

import msgspec

Preset = Literal["precise", "balanced", "creative", "own"]


class Style(msgspec.Struct, frozen=True):
    """`system` is told to the model before every conversation. temperature: 0 always takes the likeliest word, 1 draws
    as the model learned them; top_p: only the likeliest words that together have this probability are drawn from;
    repeat_penalty: above 1 makes words less likely that it has just used; max_tokens: longest answer.
    """

    preset: Preset = "precise"
    system: str = ""
    temperature: float = 0.0
    top_p: float = 0.95
    repeat_penalty: float = 1.05
    max_tokens: int = 512


#: The three that have a name. Precise is greedy: a taught fact comes out the same each time.
PRESETS: Final[dict[Preset, Style]] = {
    "precise": Style("precise"),
    "balanced": Style("balanced", temperature=0.6, top_p=0.95, repeat_penalty=1.05),
    "creative": Style("creative", temperature=1.0, top_p=0.98, repeat_penalty=1.1),
}


def with_preset(style: Style, preset: Preset) -> Style:
    """The same system prompt and length, with the freedom of a preset."""
    chosen = PRESETS.get(preset)
    if chosen is None:
        return msgspec.structs.replace(style, preset=preset)
    return msgspec.structs.replace(chosen, system=style.system, max_tokens=style.max_tokens)


def named(style: Style) -> Style:
    """The style under the name of the preset that it equals; "own" when it equals none."""
    for preset in PRESETS:
        if with_preset(style, preset) == msgspec.structs.replace(style, preset=preset):
            return msgspec.structs.replace(style, preset=preset)
    return msgspec.structs.replace(style, preset="own")
