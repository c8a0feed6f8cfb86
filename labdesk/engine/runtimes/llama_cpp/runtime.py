"""The Runtime seam on llama.cpp: the one class the rest of labdesk uses of this folder."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

from labdesk.core.errors import ModelError
from labdesk.core.models.chat_template import ChatTemplate, Message
from labdesk.core.models.fingerprint import ADAPTER_BASE_KEY, fingerprint
from labdesk.core.models.gguf_header import read_header
from labdesk.core.storage import sha256_of
from labdesk.engine.runtimes import Completed, Completion, Scored, Scoring, ShouldStop, Usage
from labdesk.engine.runtimes.llama_cpp.batch import BatchEngine
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel, LoadOptions
from labdesk.engine.runtimes.llama_cpp.scoring import ScoringGroup
from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary
from labdesk.engine.runtimes.llama_cpp.work import Generation, Work


class LlamaCppRuntime:
    """A GGUF model served by llama.cpp. Not thread-safe. Use as a context manager, or call `close`."""

    def __init__(self, path: Path, options: LoadOptions | None = None) -> None:
        """Load the model. Raises ModelError: damaged file, unknown kind of model, too little memory."""
        self._model = LoadedModel(path, options or LoadOptions())
        self._engine = BatchEngine(self._model)
        self._template: ChatTemplate | None = None
        self._base_fingerprint = ""

    @property
    def name(self) -> str:
        return self._model.header.name or self._model.path.stem

    @property
    def path(self) -> Path:
        """The model file."""
        return self._model.path

    @property
    def architecture(self) -> str:
        """The kind of model, as its file names it."""
        return self._model.header.architecture

    @property
    def vocabulary(self) -> Vocabulary:
        """The model's tokeniser; lives as long as the runtime."""
        return self._model.vocabulary

    @property
    def context_tokens(self) -> int:
        return self._model.context

    @property
    def device(self) -> str:
        """What computes, in words."""
        return self._model.device

    def set_threads(self, count: int) -> None:
        """Use another number of processor threads from now on."""
        self._model.set_threads(count)

    @property
    def parallel(self) -> int:
        """Sequences computed at once."""
        return self._model.parallel

    def count_tokens(self, text: str) -> int:
        return len(self._model.vocabulary.encode(text, bos=False))

    def complete(
        self, requests: Iterable[Completion], on_done: Callable[[Completed], None], should_stop: ShouldStop
    ) -> Usage:
        generated = 0

        def count(result: Completed) -> None:
            nonlocal generated
            generated += result.tokens
            on_done(result)

        works = (Generation(request, self._model, count) for request in requests)
        usage = self._run(works, should_stop)
        return Usage(usage.prompt_tokens, generated, usage.seconds, usage.reused_tokens)

    def score(self, requests: Iterable[Scoring], on_done: Callable[[Scored], None], should_stop: ShouldStop) -> Usage:
        def works() -> Iterator[Work]:
            for request in requests:
                yield from ScoringGroup(request, self._model, on_done).works()

        return self._run(works(), should_stop)

    def forget(self) -> None:
        self._engine.forget()

    def stream(self, request: Completion, on_text: Callable[[str], None], should_stop: ShouldStop) -> Completed:
        results: list[Completed] = []
        work = Generation(request, self._model, results.append, on_text)
        # The next question of this conversation begins with everything up to here.
        work.keep = len(work.tokens)
        self._run([work], should_stop)
        return results[0] if results else work.result("cancelled")

    def chat_prompt(self, messages: Sequence[Message], add_generation_prompt: bool = True) -> str:
        if self._template is None:
            self._template = self._model.vocabulary.template()
        harmless = self._model.vocabulary.harmless
        return self._template.render(
            [Message(message.role, harmless(message.content)) for message in messages], add_generation_prompt
        )

    def set_adapter(self, path: Path | None, scale: float = 1.0) -> None:
        if path is None:
            self._model.set_adapter(None, 0.0)
            self._engine.variant = ""
            return
        self._check_adapter(path)
        self._model.set_adapter(path, scale)
        self._engine.variant = f"{sha256_of(path)} {scale}"

    def close(self) -> None:
        self._model.close()

    def __enter__(self) -> LlamaCppRuntime:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _run(self, works: Iterable[Work], should_stop: ShouldStop) -> Usage:
        start = time.monotonic()
        totals = self._engine.run(works, should_stop)
        return Usage(totals.prompt, 0, time.monotonic() - start, totals.reused)

    def _check_adapter(self, path: Path) -> None:
        """Refuse what is not an adapter of this very model. Raises ModelError."""
        header = read_header(path)
        if header.text("general.type") != "adapter" or header.text("adapter.type") != "lora":
            raise ModelError(
                f"{path.name} is not an adapter.",
                cause="Its header does not say that it holds LoRA weights.",
                remedy="Choose the adapter of a finished run.",
            )
        base = header.text(ADAPTER_BASE_KEY)
        if base and not self._base_fingerprint:
            self._base_fingerprint = fingerprint(self._model.path)
        if header.architecture != self._model.header.architecture or (base and base != self._base_fingerprint):
            raise ModelError(
                f"The adapter {path.name} belongs to another model.",
                cause=f"It was not trained on {self.name} as it is in this file.",
                remedy="Load the model this adapter was trained on; its run names it.",
            )
