"""What one sequence of the batch is busy with; here: continuing a prompt (scoring.py has the other kind)."""

from __future__ import annotations

from abc import ABC, abstractmethod
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence

from labdesk.engine.runtimes import Completed, Completion, Finish
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel
from labdesk.engine.runtimes.llama_cpp.prefix_cache import common_tokens, pack
from labdesk.engine.runtimes.llama_cpp.samplers import Sampler


class Work(ABC):
    """Tokens to read, and what to do with the logits at positions `outputs_from` and later.

    `room`: how many tokens may be appended beyond `tokens`. `keep`: so many leading tokens are worth remembering.
    `follow_up`: further work that finishing this one made ready.
    """

    tokens: list[int]
    outputs_from: int
    room: int = 0
    keep: int = 0

    def __init__(self) -> None:
        self.key = pack(self.tokens)
        self.follow_up: list[Work] = []

    @abstractmethod
    def output(self, row: int, position: int) -> int | None:
        """Look at the logits of a batch row; returns the next token to append, or None when there is none."""

    def is_possible(self, context: int) -> bool:
        """Whether this work fits a context of so many tokens at all."""
        return 0 < len(self.tokens) <= context

    @abstractmethod
    def too_long(self) -> None:
        """The work does not fit the context and will not be done."""

    def close(self) -> None:  # noqa: B027 - most work holds nothing
        """Free what the work holds; called once, finished or not."""


class Generation(Work):
    """Continues one prompt."""

    def __init__(
        self,
        request: Completion,
        model: LoadedModel,
        on_done: Callable[[Completed], None],
        on_text: Callable[[str], None] | None = None,
    ) -> None:
        vocabulary = model.vocabulary
        # An empty prompt still needs one token to follow.
        self.tokens = vocabulary.encode(request.prompt, special=request.special) or [
            max(vocabulary.bos, vocabulary.eos)
        ]
        self.outputs_from = len(self.tokens) - 1
        self.room = max(0, min(request.max_tokens, model.context - len(self.tokens)))
        if request.prefix_chars > 0:
            prefix = model.vocabulary.encode(request.prompt[: request.prefix_chars], special=request.special)
            self.keep = common_tokens(pack(prefix), pack(self.tokens))
        super().__init__()
        self.generated = 0
        self._request = request
        self._model = model
        self._on_done = on_done
        self._text = TextSoFar(request.stop, on_text)
        self._sampler: Sampler | None = None

    def output(self, row: int, position: int) -> int | None:
        if self._sampler is None:
            self._sampler = Sampler(self._request, self._model, self.tokens)
        token = self._sampler.sample(row)
        finish: Finish | None = None
        if self._model.vocabulary.is_end(token):
            finish = "eos"
        else:
            self.generated += 1
            if self._text.add(self._model.vocabulary.piece(token)):
                finish = "stop"
            elif self.generated >= self.room:
                finish = "length"
        if finish is not None:
            self._finish(finish)
            return None
        return token

    def is_possible(self, context: int) -> bool:
        return self.room > 0 and super().is_possible(context)

    def _finish(self, finish: Finish) -> None:
        self._on_done(self.result(finish))

    def result(self, finish: Finish) -> Completed:
        """The answer as it stands."""
        return Completed(self._request.key, self._text.finish(), self.generated, finish, len(self.tokens))

    def too_long(self) -> None:
        self._finish("too_long")

    def close(self) -> None:
        if self._sampler is not None:
            self._sampler.close()
            self._sampler = None


class TextSoFar:
    """Bytes of the answer, watched for stop texts, and handed on as text once they cannot be part of one."""

    def __init__(self, stops: Sequence[str], on_text: Callable[[str], None] | None) -> None:
        self._stops = [stop.encode("utf-8", errors="replace") for stop in stops if stop]
        self._longest = max((len(stop) for stop in self._stops), default=0)
        self._bytes = bytearray()
        self._shown = 0
        self._decoder = getincrementaldecoder("utf-8")(errors="replace")
        self._on_text = on_text

    def add(self, piece: bytes) -> bool:
        """Append; True when a stop text is complete (it and what follows are cut off)."""
        start = max(0, len(self._bytes) - self._longest)
        self._bytes += piece
        found = [at for at in (self._bytes.find(stop, start) for stop in self._stops) if at >= 0]
        if found:
            del self._bytes[min(found) :]
            return True
        if self._on_text is not None:
            self._show(len(self._bytes) - self._held_back())
        return False

    def finish(self) -> str:
        """The whole text; shows what was held back."""
        self._show(len(self._bytes), final=True)
        return self._bytes.decode("utf-8", errors="replace")

    def _held_back(self) -> int:
        """Bytes at the end that may be the beginning of a stop text."""
        for count in range(min(self._longest - 1, len(self._bytes)), 0, -1):
            tail = bytes(self._bytes[-count:])
            if any(stop.startswith(tail) for stop in self._stops):
                return count
        return 0

    def _show(self, end: int, final: bool = False) -> None:
        if self._on_text is None or (end <= self._shown and not final):
            return
        text = self._decoder.decode(bytes(self._bytes[self._shown : end]), final)
        self._shown = max(self._shown, end)
        if text:
            self._on_text(text)
