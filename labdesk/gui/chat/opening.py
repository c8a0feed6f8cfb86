"""What another place may ask of Chat: open this model, and perhaps offer these questions."""

from __future__ import annotations

import dataclasses
from pathlib import Path


@dataclasses.dataclass(frozen=True)
class ChatOpening:
    """`model` is a GGUF file; for the merged model of a run its base is put beside it. `questions` are offered."""

    model: Path
    questions: tuple[str, ...] = ()
