"""The models a chat compares: sides of one model file share it in memory and differ by their adapters."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil

from labdesk.core.errors import ModelError
from labdesk.core.storage import sha256_of
from labdesk.engine.chat.conversation import Conversation
from labdesk.engine.chat.protocol import Load, Loaded, LoadedSide, Side, SideModel
from labdesk.engine.runtimes import Runtime

OpenModel = Callable[[Path, int], tuple[Runtime, str]]


class ChatModel:
    """Loaded runtimes, one per model file, and a conversation per side."""

    def __init__(self, request: Load, open_model: OpenModel) -> None:
        """`open_model` loads a file with a context and returns the runtime and what computes it. Raises ModelError."""
        self._runtimes: dict[str, Runtime] = {}
        self._open_model = open_model
        self._context = request.context
        self._device = ""
        self.conversations: dict[Side, Conversation] = {}
        try:
            if not request.sides:
                raise ModelError("No model was chosen.", remedy="Choose a model to chat with.")
            sides = tuple(self._open(side) for side in request.sides)
        except BaseException:
            self.close()
            raise
        self.loaded = Loaded(
            sides=sides,
            device=self._device,
            memory=psutil.Process().memory_info().rss,
            context=min(runtime.context_tokens for runtime in self._runtimes.values()),
        )

    def conversation(self, side: Side) -> Conversation:
        """Raises ModelError for a side that was not loaded."""
        found = self.conversations.get(side)
        if found is None:
            raise ModelError(f"This chat has no side “{side}”.", remedy="Choose the model again.")
        return found

    def close(self) -> None:
        """Free the models."""
        for runtime in self._runtimes.values():
            runtime.close()
        self._runtimes.clear()
        self.conversations.clear()

    def _open(self, side: SideModel) -> LoadedSide:
        runtime = self._runtimes.get(side.model)
        if runtime is None:
            runtime, self._device = self._open_model(Path(side.model), self._context)
            self._runtimes[side.model] = runtime
        adapter = Path(side.adapter) if side.adapter else None
        if adapter is not None:
            runtime.set_adapter(adapter, side.adapter_scale)  # refuses now what does not fit
        self.conversations[side.key] = Conversation(runtime, adapter=adapter, adapter_scale=side.adapter_scale)
        return LoadedSide(side.key, runtime.name, _hash(side.adapter or side.merged_from), not side.adapter)


def _hash(file: str) -> str:
    """SHA-256 of an adapter; "" when there is none (any more)."""
    path = Path(file)
    return sha256_of(path) if file and path.is_file() else ""
