"""A runtime that says what it is told to say: for tests and demos that must not load a model."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import log
from pathlib import Path

from labdesk.core.errors import ModelError
from labdesk.core.models.chat_template import ChatTemplate, Message
from labdesk.engine.runtimes import Completed, Completion, Finish, Scored, Scoring, ShouldStop, Usage

Answers = Iterable[str] | Callable[[Completion], str]
Scores = Mapping[str, float] | Callable[[str, str], float]


class ScriptedRuntime:
    """Answers completions from a queue of texts or a function, and scores from a table or a function.

    answers: texts handed out in order (running dry is a ModelError), or a function of the request.
    scores: log-probability of a continuation by its text, or a function of (prompt, continuation); unknown: log(0.5).
    A token is a word: the text split at spaces. Requests seen are kept in `seen` and `seen_scorings`, adapters in
    `adapters`.
    """

    def __init__(
        self,
        answers: Answers = (),
        scores: Scores | None = None,
        *,
        name: str = "Scripted model",
        context_tokens: int = 4096,
        template: str = "",
    ) -> None:
        self.name = name
        self.context_tokens = context_tokens
        self._answer = answers if callable(answers) else self._from_queue
        self._queue = deque(() if callable(answers) else answers)
        self._scores: Scores = {} if scores is None else scores
        self._template = ChatTemplate(template)
        self.seen: list[Completion] = []
        self.seen_scorings: list[Scoring] = []
        self.adapters: list[tuple[Path | None, float]] = []
        self.closed = False

    def count_tokens(self, text: str) -> int:
        return len(text.split())

    def complete(
        self, requests: Iterable[Completion], on_done: Callable[[Completed], None], should_stop: ShouldStop
    ) -> Usage:
        prompt = generated = 0
        for request in requests:
            if should_stop():
                break
            result = self._complete(request)
            prompt += result.prompt_tokens
            generated += result.tokens
            on_done(result)
        return Usage(prompt, generated, 0.0, 0)

    def score(self, requests: Iterable[Scoring], on_done: Callable[[Scored], None], should_stop: ShouldStop) -> Usage:
        prompt = 0
        for request in requests:
            if should_stop():
                break
            self.seen_scorings.append(request)
            prompt += self.count_tokens(request.prompt)
            values = tuple(self._score(request.prompt, text) for text in request.continuations)
            lengths = tuple(max(1, self.count_tokens(text)) for text in request.continuations)
            on_done(Scored(request.key, values, lengths))
        return Usage(prompt, 0, 0.0, 0)

    def forget(self) -> None:
        """It remembers no prompts."""

    def stream(self, request: Completion, on_text: Callable[[str], None], should_stop: ShouldStop) -> Completed:
        """Hands the answer over word by word, asking `should_stop` before each."""
        result = self._complete(request)
        shown = ""
        for part in _words(result.text):
            if should_stop():
                return Completed(request.key, shown, self.count_tokens(shown), "cancelled", result.prompt_tokens)
            on_text(part)
            shown += part
        return result

    def chat_prompt(self, messages: Sequence[Message], add_generation_prompt: bool = True) -> str:
        return self._template.render(messages, add_generation_prompt)

    def set_adapter(self, path: Path | None, scale: float = 1.0) -> None:
        self.adapters.append((path, scale))

    def close(self) -> None:
        self.closed = True

    def _from_queue(self, request: Completion) -> str:
        if not self._queue:
            raise ModelError(
                "The scripted model has no answer left.", cause=f"Request {request.key!r} came after the last."
            )
        return self._queue.popleft()

    def _complete(self, request: Completion) -> Completed:
        self.seen.append(request)
        length = self.count_tokens(request.prompt)
        if length >= self.context_tokens or request.max_tokens < 1:
            return Completed(request.key, "", 0, "too_long", length)
        text = self._answer(request)
        finish: Finish = "eos"
        cuts = [at for at in (text.find(stop) for stop in request.stop if stop) if at >= 0]
        if cuts:
            text, finish = text[: min(cuts)], "stop"
        words = _words(text)
        if len(words) > request.max_tokens:
            text, finish = "".join(words[: request.max_tokens]), "length"
        return Completed(request.key, text, self.count_tokens(text), finish, length)

    def _score(self, prompt: str, continuation: str) -> float:
        if callable(self._scores):
            return self._scores(prompt, continuation)
        return self._scores.get(continuation, log(0.5))


def _words(text: str) -> list[str]:
    """The text cut before each space, so that joining gives it back."""
    parts: list[str] = []
    for piece in text.split(" "):
        parts.append(piece if not parts else " " + piece)
    return [part for part in parts if part]
