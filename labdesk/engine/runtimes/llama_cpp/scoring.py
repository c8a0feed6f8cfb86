"""Scores continuations of a prompt: reads them, generates nothing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf

import numpy as np

from labdesk.engine.runtimes import Scored, Scoring
from labdesk.engine.runtimes.llama_cpp.model import LoadedModel
from labdesk.engine.runtimes.llama_cpp.prefix_cache import common_tokens, pack
from labdesk.engine.runtimes.llama_cpp.work import Work


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
