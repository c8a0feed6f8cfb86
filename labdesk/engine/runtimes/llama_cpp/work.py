"""What one sequence of the batch is busy with: continuing a prompt, or scoring a continuation."""

from __future__ import annotations

from abc import ABC, abstractmethod
from codecs import getincrementaldecoder
from collections.abc import Callable, Sequence
from math import inf

import numpy as np

from labdesk.engine.runtimes import Completed, Completion, Finish, Scored, Scoring
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


class ScoringGroup:
    """One Scoring request: the work that reads its prompt once, and one more per continuation of several tokens.

    A continuation may melt into the prompt's last token (" yes" after a space), so the prompt is what all of
    tokens(prompt) and tokens(prompt + continuation) begin with; everything after it is scored.
    """

    def __init__(self, request: Scoring, model: LoadedModel, on_done: Callable[[Scored], None]) -> None:
        encode = model.vocabulary.encode
        prompt = encode(request.prompt, special=request.special)
        full = [encode(request.prompt + text, special=request.special) for text in request.continuations]
        shared = min([len(prompt), *(common_tokens(pack(prompt), pack(tokens)) for tokens in full)])
        # At least one token must be read to say anything about the next.
        shared = max(1, min([shared, *(len(tokens) - 1 for tokens in full)])) if full else len(prompt)
        self.model = model
        self.prompt = prompt[:shared]
        self.tails = [tokens[shared:] for tokens in full]
        self._request = request
        self._on_done = on_done
        self._sums = [0.0] * len(full)
        self._open = sum(1 for tail in self.tails if len(tail) > 1) + 1

    def works(self) -> list[Work]:
        """The first work; it makes the others ready."""
        longest = max((len(tail) for tail in self.tails), default=0)
        if not self.prompt or len(self.prompt) + longest > self.model.context:
            self.give_up()
            return []
        return [_PromptScoring(self)]

    def add(self, index: int, logprob: float) -> None:
        """Add one token's log-probability to a continuation."""
        self._sums[index] += logprob

    def work_done(self) -> None:
        """One of the works is through; the last one reports."""
        self._open -= 1
        if self._open == 0:  # exactly once: a group that gave up counts below zero
            lengths = tuple(len(tail) for tail in self.tails)
            self._on_done(Scored(self._request.key, tuple(self._sums), lengths))

    def give_up(self) -> None:
        """Report that nothing could be scored."""
        if self._open <= 0:
            return
        self._open = 0
        count = len(self.tails)
        self._on_done(Scored(self._request.key, (-inf,) * count, (0,) * count))


class _PromptScoring(Work):
    """Reads the prompt: its last logits give the first token of every continuation."""

    def __init__(self, group: ScoringGroup) -> None:
        self.tokens = group.prompt
        self.outputs_from = len(self.tokens) - 1
        super().__init__()
        self._group = group

    def output(self, row: int, position: int) -> int | None:
        group = self._group
        firsts = [tail[0] for tail in group.tails if tail]
        values = iter(_logprobs(group.model, row, firsts))
        for index, tail in enumerate(group.tails):
            if tail:
                group.add(index, next(values))
        self.follow_up = [_TailScoring(group, index) for index, tail in enumerate(group.tails) if len(tail) > 1]
        group.work_done()
        return None

    def too_long(self) -> None:
        self._group.give_up()


class _TailScoring(Work):
    """Reads prompt and continuation (the prompt is shared, so only the continuation is computed)."""

    def __init__(self, group: ScoringGroup, index: int) -> None:
        self._tail = group.tails[index]
        self.tokens = [*group.prompt, *self._tail[:-1]]
        self.outputs_from = len(group.prompt)
        super().__init__()
        self._group = group
        self._index = index

    def output(self, row: int, position: int) -> int | None:
        offset = position - len(self._group.prompt)
        self._group.add(self._index, _logprobs(self._group.model, row, [self._tail[offset + 1]])[0])
        if offset + 2 == len(self._tail):
            self._group.work_done()
        return None

    def too_long(self) -> None:
        self._group.give_up()


def _logprobs(model: LoadedModel, row: int, tokens: Sequence[int]) -> list[float]:
    """Natural-log probabilities of some tokens: logit - log(sum(exp(logits)))."""
    logits = model.logits(row)
    top = logits.max()
    total = float(top) + float(np.log(np.exp(logits - top).sum(dtype=np.float64)))
    return [float(logits[token]) - total for token in tokens]
