"""The models a chat compares: the base beside the tuned one, one loaded model for both where an adapter is used."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import psutil

from labdesk.core.errors import ModelError
from labdesk.core.storage import sha256_of
from labdesk.engine.chat.conversation import Conversation
from labdesk.engine.chat.protocol import Load, Loaded, Side
from labdesk.engine.runtimes import Runtime

OpenModel = Callable[[Path, int], tuple[Runtime, str]]


class ChatModel:
    """One or two loaded runtimes and a conversation per side."""

    def __init__(self, request: Load, open_model: OpenModel) -> None:
        """`open_model` loads a file with a context and returns the runtime and what computes it. Raises ModelError."""
        self._runtimes: list[Runtime] = []
        self.conversations: dict[Side, Conversation] = {}
        # Which sides took part in each exchange: a side may be left out, or not reached before a stop.
        self.exchanges: list[list[Side]] = []
        try:
            self.loaded = self._open(request, open_model)
        except BaseException:
            self.close()
            raise

    def _open(self, request: Load, open_model: OpenModel) -> Loaded:
        device = name = base = adapter_sha = ""
        if request.adapter and request.merged:
            raise ModelError("A chat has either an adapter or a merged model, not both.")
        if request.model:
            runtime, device = open_model(Path(request.model), request.context)
            self._runtimes.append(runtime)
            name = base = runtime.name
            self.conversations["base"] = Conversation(runtime, request.system)
            if request.adapter:
                adapter = Path(request.adapter)
                runtime.set_adapter(adapter, request.adapter_scale)  # refuses now what does not fit
                adapter_sha = sha256_of(adapter)
                self.conversations["tuned"] = Conversation(
                    runtime, request.system, adapter=adapter, adapter_scale=request.adapter_scale
                )
        if request.merged:
            runtime, device = open_model(Path(request.merged), request.context)
            self._runtimes.append(runtime)
            name = runtime.name
            self.conversations["tuned"] = Conversation(runtime, request.system)
        if not self._runtimes:
            raise ModelError("No model was chosen.", remedy="Choose a model to chat with.")
        return Loaded(
            name=name,
            base=base,
            adapter=adapter_sha,
            device=device,
            memory=psutil.Process().memory_info().rss,
            context=min(runtime.context_tokens for runtime in self._runtimes),
            sides=tuple(self.conversations),
        )

    def rewind(self, exchanges: int) -> None:
        """Take back the last exchanges, on the sides that took part in them."""
        for _ in range(min(exchanges, len(self.exchanges))):
            for side in self.exchanges.pop():
                self.conversations[side].rewind()

    def close(self) -> None:
        """Free the models."""
        for runtime in self._runtimes:
            runtime.close()
        self._runtimes.clear()
        self.conversations.clear()
