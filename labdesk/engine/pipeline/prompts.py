"""How the teacher is spoken to: a few-shot document to continue (tiny teachers), or a chat turn (others)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal

import msgspec

from labdesk.core.errors import GenerationError
from labdesk.core.models.chat_template import Message
from labdesk.core.samples.language import ENGLISH, NAMES
from labdesk.core.samples.material import Material
from labdesk.engine.pipeline.seams import Slot
from labdesk.engine.runtimes import Completion, Runtime

Style = Literal["completion", "chat"]
_HOLE = re.compile(r"\{([a-z]+)\}")


class Sampling(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How the teacher chooses words. Temperature 0 gives the likeliest ones, and the same for every index."""

    temperature: float = 0.6
    top_p: float = 0.9
    max_tokens: int = 48


def few_shot(shots: Sequence[Sequence[tuple[str, str]]], last: Sequence[tuple[str, str]], ask: str) -> tuple[str, int]:
    """A document of labelled records that breaks off behind the label `ask`: (prompt, characters shared by all such).

    Each record is a list of (label, text); texts are put on one line so that a record keeps its form.
    """
    head = "".join("".join(f"{label}: {_line(text)}\n" for label, text in shot) + "\n" for shot in shots)
    return head + "".join(f"{label}: {_line(text)}\n" for label, text in last) + f"{ask}:", len(head)


def completion(slot: Slot, prompt: str, shared: int, sampling: Sampling, stop: tuple[str, ...] = ("\n",)) -> Completion:
    """The request that continues a few-shot document."""
    return Completion(
        key=slot.id,
        prompt=prompt,
        max_tokens=sampling.max_tokens,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        seed=slot.seed,
        stop=stop,
        prefix_chars=shared,
        special=False,
    )


class Template:
    """A prompt that a pipeline file may replace: `{name}` stands for what is filled in, and nothing else is read.

    `names` are all that may stand in it, `own` those that differ from sample to sample: the text before the first of
    them is shared by many prompts. Each of `needed` must be there.
    """

    def __init__(self, text: str, names: Sequence[str], own: Sequence[str] = (), needed: Sequence[str] = ()) -> None:
        """Raises GenerationError for a name that means nothing here, or one that is missing."""
        self._parts = _HOLE.split(text)
        found = self._parts[1::2]
        wrong = next((name for name in found if name not in names), None)
        lost = next((name for name in needed if name not in found), None)
        if wrong is not None or lost is not None:
            raise GenerationError(
                f"A prompt of the pipeline {f'holds “{{{wrong}}}”' if wrong else f'lacks “{{{lost}}}”'}.",
                cause=f"What may stand in it: {', '.join('{' + name + '}' for name in names)}.",
                remedy="Correct the prompt, or take labdesk's own again (“Reset”).",
            )
        self._own = frozenset(own)

    def fill(self, **values: object) -> tuple[str, str]:
        """(the prompt, its beginning that others share)"""
        texts = [part if at % 2 == 0 else str(values[part]) for at, part in enumerate(self._parts)]
        first = next((at for at in range(1, len(texts), 2) if self._parts[at] in self._own), None)
        return "".join(texts), "".join(texts[:first]) if first is not None else ""


def chat(slot: Slot, runtime: Runtime, instruction: str, shared: str, sampling: Sampling) -> Completion:
    """The request of one chat turn. `shared` is the beginning of `instruction` that other requests share."""
    prompt = runtime.chat_prompt([Message("user", instruction)])
    start = prompt.find(shared) if shared else -1
    return Completion(
        key=slot.id,
        prompt=prompt,
        max_tokens=sampling.max_tokens,
        temperature=sampling.temperature,
        top_p=sampling.top_p,
        seed=slot.seed,
        prefix_chars=start + len(shared) if start >= 0 else 0,
    )


def in_language(material: Material) -> str:
    """What to add to an instruction so that the teacher writes in the leaf's language; "" for English."""
    name = NAMES.get(material.language, "")
    return "" if material.language == ENGLISH or not name else f" Write in {name}."


def first_question(text: str) -> str:
    """The first question in what a teacher wrote, without label, list mark and quotes; "" when there is none."""
    for line in text.strip().splitlines():
        clean = line.strip().lstrip("-*0123456789.) ").strip().strip('"“”').strip()
        label, _, rest = clean.partition(":")
        if rest and label.lower() in ("question", "q", "reworded", "in other words", "rewording"):
            clean = rest.strip().strip('"“”')
        if clean:
            mark = clean.find("?")
            return clean[: mark + 1] if mark >= 0 else ""
    return ""


def _line(text: str) -> str:
    return " ".join(text.split())
