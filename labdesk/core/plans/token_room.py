"""How much room a seed example has in what the teacher reads at once, and what to say of one that is too long.

Sources: InstructLab cuts documents into chunks of 500 tokens and expects passages of about that size
(instructlab-sdg, taxonomy README). A prompt for a skill shows five examples and leaves room for one more to be written
(engine/pipeline/blocks/examples.py), so an example may take a sixth. A passage stands in a prompt with its questions
and half of the room is left for what is asked and written about it.
"""

from __future__ import annotations

from typing import Literal

import msgspec

PASSAGE_ADVISED = 500
_SHOWN_AND_WRITTEN = 6
_NEAR = 0.85

Level = Literal["good", "near", "over"]


class Room(msgspec.Struct, frozen=True):
    """Tokens: best up to `advised`, at most `most`. They are the same where nothing is advised."""

    advised: int
    most: int


class Reading(msgspec.Struct, frozen=True):
    """What a meter shows: how full it is (0 to 1), how that is, and the advice in plain words ("" when all is well)."""

    fraction: float
    level: Level
    advice: str


def passage_room(context: int) -> Room:
    """For a passage with its questions. context: tokens that the teacher reads and writes at once."""
    most = max(1, context // 2)
    return Room(min(PASSAGE_ADVISED, most), most)


def example_room(context: int) -> Room:
    """For one example of a skill."""
    most = max(1, context // _SHOWN_AND_WRITTEN)
    return Room(most, most)


def read(tokens: int, room: Room, beside: int = 0) -> Reading:
    """Where a text of so many tokens stands; `beside` come with it into the prompt, such as a passage's questions."""
    whole = tokens + beside
    fraction = min(1.0, whole / room.most)
    if whole > room.most:
        return Reading(fraction, "over", "Too long: the teacher cannot read all of it. Shorten it.")
    if tokens > room.advised:
        return Reading(fraction, "near", f"Rather long: about {room.advised} tokens teach best.")
    if whole > _NEAR * room.most:
        return Reading(fraction, "near", "Nearly too long for the teacher.")
    return Reading(fraction, "good", "")
