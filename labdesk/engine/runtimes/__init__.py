"""The seam between labdesk and whatever produces text: requests, results, and the Runtime protocol.

A runtime is given many requests at once and answers them in whatever order suits it; `key` says which answer is whose.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from math import exp, isfinite
from pathlib import Path
from typing import Literal, Protocol

import msgspec

from labdesk.core.models.chat_template import Message

__all__ = [
    "Completed",
    "Completion",
    "Finish",
    "Message",
    "Runtime",
    "Scored",
    "Scoring",
    "ShouldStop",
    "Usage",
    "choice_probabilities",
    "normalised",
]

# eos: the model ended its text; stop: a stop text was reached; length: max_tokens or the context was used up;
# too_long: the prompt alone does not fit the context, so nothing was written; cancelled: a stream was told to stop.
Finish = Literal["eos", "stop", "length", "too_long", "cancelled"]
ShouldStop = Callable[[], bool]


class Completion(msgspec.Struct, frozen=True):
    """A request to continue a prompt.

    temperature 0 always takes the likeliest token. The same batch of requests with the same seeds gives the same texts;
    in other company a quantized model rounds differently, and a sampled text may take another turn.
    `stop` texts end the answer and are not part of it. `prefix_chars`: so many leading characters of the prompt will
    come again in later requests, so their computation is worth keeping. `special`: the prompt may contain control
    tokens such as <|im_start|> (chat prompts do); False reads them as plain text.
    """

    key: str
    prompt: str
    max_tokens: int
    temperature: float = 0.0
    top_p: float = 1.0
    top_k: int = 0
    min_p: float = 0.0
    repeat_penalty: float = 1.0
    seed: int = 0
    stop: tuple[str, ...] = ()
    prefix_chars: int = 0
    special: bool = True


class Completed(msgspec.Struct, frozen=True):
    """The answer to a Completion; `tokens` were generated, `prompt_tokens` read.

    `by`: who wrote it, where several models share the work; "" means the runtime itself.
    """

    key: str
    text: str
    tokens: int
    finish: Finish
    prompt_tokens: int
    by: str = ""


class Scoring(msgspec.Struct, frozen=True):
    """A request: how likely is each continuation after the prompt? Nothing is generated."""

    key: str
    prompt: str
    continuations: tuple[str, ...]
    special: bool = True


class Scored(msgspec.Struct, frozen=True):
    """For each continuation the sum of its tokens' natural-log probabilities, and the number of those tokens.

    A prompt that does not fit the context yields -inf and 0 tokens, as does a judge that chose nothing.
    """

    key: str
    logprobs: tuple[float, ...]
    tokens: tuple[int, ...]


class Usage(msgspec.Struct, frozen=True):
    """What a batch took. `reused_tokens` of the prompt tokens were shared with earlier prompts and cost nothing."""

    prompt_tokens: int = 0
    generated_tokens: int = 0
    seconds: float = 0.0
    reused_tokens: int = 0


class Runtime(Protocol):
    """A loaded model that continues and scores text. Methods raise ModelError when the engine fails."""

    @property
    def name(self) -> str:
        """What to call the model in front of a person."""

    @property
    def context_tokens(self) -> int:
        """Longest prompt plus answer, in tokens."""

    def count_tokens(self, text: str) -> int:
        """Length of a text in tokens, without any that the model adds by itself."""

    def complete(
        self,
        requests: Iterable[Completion],
        on_done: Callable[[Completed], None],
        should_stop: ShouldStop,
    ) -> Usage:
        """Answer all requests, each reported once through `on_done` as soon as it is finished, in any order.

        `requests` is read ahead by some dozens. When `should_stop` turns true the call returns soon; what was not
        finished is not reported.
        """

    def score(
        self,
        requests: Iterable[Scoring],
        on_done: Callable[[Scored], None],
        should_stop: ShouldStop,
    ) -> Usage:
        """Score all requests; reporting and stopping as in `complete`."""

    def forget(self) -> None:
        """Drop what is remembered of earlier prompts: the next answers then depend on their own batch alone."""

    def stream(self, request: Completion, on_text: Callable[[str], None], should_stop: ShouldStop) -> Completed:
        """Answer one request, handing over the text as it grows. Stopped early, the result holds what there was."""

    def chat_prompt(self, messages: Sequence[Message], add_generation_prompt: bool = True) -> str:
        """The prompt text of a conversation; control tokens inside the messages are made harmless."""

    def set_adapter(self, path: Path | None, scale: float = 1.0) -> None:
        """Answer with a LoRA adapter from now on, or with the bare model. Raises ModelError when it does not fit."""

    def close(self) -> None:
        """Free the model; the runtime cannot be used afterwards."""


def choice_probabilities(
    runtime: Runtime, prompt: str, choices: Sequence[str], special: bool = True
) -> tuple[float, ...]:
    """How a judge decides: the probability of each choice after the prompt, the choices taken to be all there is.

    P(choice i) = exp(l_i) / sum_j exp(l_j) with l = sum of the log-probabilities of the choice's tokens.
    """
    results: list[Scored] = []
    runtime.score([Scoring("", prompt, tuple(choices), special)], results.append, lambda: False)
    return normalised(results[0].logprobs)


def normalised(logprobs: Sequence[float]) -> tuple[float, ...]:
    """Softmax of log-probabilities; all equal where none is finite."""
    top = max(logprobs)
    if not isfinite(top):
        return tuple(1.0 / len(logprobs) for _ in logprobs)
    weights = [exp(value - top) for value in logprobs]
    return tuple(weight / sum(weights) for weight in weights)
