"""Who may answer: the taught model, as it was before, after its first phase, or any other model, each as one side."""

from __future__ import annotations

import dataclasses
import hashlib
from collections.abc import Iterable, Sequence

import msgspec

from labdesk.engine.chat.protocol import Load, LoadedSide, SideModel
from labdesk.gui.chat.choices import Choice
from labdesk.gui.widgets.safe_text import harmless

BASE, KNOWLEDGE, TUNED = "base", "knowledge", "tuned"
#: What a model said before a leaf was taught again, and what it says since.
BEFORE, AFTER = "before", "after"
MOST = 4


@dataclasses.dataclass(frozen=True)
class SideOption:
    """One side: its key in the chat, the heading of its answers, the model behind it and where that comes from."""

    key: str
    title: str
    name: str
    model: SideModel
    proof: str

    def proven(self, loaded: LoadedSide | None) -> str:
        """Where it comes from, with the hash of the adapter that the worker has really read."""
        if loaded is None or not loaded.adapter:
            return self.proof
        first, _, rest = self.proof.partition(" · ")
        return " · ".join(part for part in (first, f"adapter {loaded.adapter[:8]}", rest) if part)


def options(choice: Choice, others: Iterable[Choice]) -> list[SideOption]:
    """The sides a person can put beside each other when this model is chosen, the chosen one first."""
    found = [own_side(choice)]
    if choice.base is not None:
        base = harmless(choice.base.stem, 60)
        found.append(
            SideOption(BASE, "Base", "as it was before", SideModel(BASE, str(choice.base)), f"{base}, untaught")
        )
        if choice.knowledge is not None:
            model = SideModel(KNOWLEDGE, str(choice.base), str(choice.knowledge))
            found.append(SideOption(KNOWLEDGE, "After knowledge", "before the skills phase", model, f"on {base}"))
    for other in others:
        if other.model not in (choice.model, choice.base):
            key = hashlib.sha256(str(other.model).encode()).hexdigest()[:8]
            model = SideModel(key, str(other.model), merged_from=str(other.adapter or ""))
            found.append(SideOption(key, "Other", other.title, model, other.proof or harmless(other.model.name, 60)))
    return found


def own_side(choice: Choice) -> SideOption:
    """The chosen model itself, alone: the file that a person would use elsewhere too."""
    name = harmless(choice.model.name, 60)
    proof = " · ".join(part for part in (name, choice.proof) if part)
    if choice.base is None:
        return SideOption(BASE, "Answer", choice.title, SideModel(BASE, str(choice.model)), proof)
    proof += f" · base {harmless(choice.base.stem, 60)}"
    model = SideModel(TUNED, str(choice.model), merged_from=str(choice.adapter or ""))
    return SideOption(TUNED, "Taught", choice.title, model, proof)


def together(choice: Choice, chosen: Sequence[SideOption]) -> list[SideOption]:
    """The same sides with as few models in memory as possible: what was taught on one base becomes that base with an
    adapter, when the adapter is there."""
    shared = choice.base is not None and choice.adapter is not None
    if not shared or not any(side.key in (BASE, KNOWLEDGE) for side in chosen):
        return list(chosen)
    return [_on_base(choice, side) if side.key == TUNED else side for side in chosen]


def _on_base(choice: Choice, side: SideOption) -> SideOption:
    model = SideModel(TUNED, str(choice.base), str(choice.adapter))
    base = harmless(choice.base.stem, 60) if choice.base else ""
    return dataclasses.replace(side, model=model, proof=f"on {base} · {choice.proof}")


def renamed(side: SideOption, key: str, title: str) -> SideOption:
    """The same model as another side."""
    return dataclasses.replace(side, key=key, title=title, model=msgspec.structs.replace(side.model, key=key))


def load_of(sides: Sequence[SideOption], context: int = 4096) -> Load:
    """What to tell the chat worker."""
    return Load(tuple(side.model for side in sides), context)
