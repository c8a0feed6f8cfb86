"""One conversation with a model: remembers the turns, keeps them within the context, streams the answers."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import msgspec

from labdesk.core.errors import ModelError
from labdesk.engine.runtimes import Completion, Finish, Message, Runtime, ShouldStop

# When old turns must go, so many go that the rest fills this share: then the next turns need no new cut, and the
# computed beginning of the conversation stays usable.
_FILL_AFTER_CUT = 0.6
_SMALLEST_ANSWER = 32


class ChatOptions(msgspec.Struct, frozen=True):
    """How an answer is written; temperature 0 always gives the same answer. max_tokens: longest answer."""

    temperature: float = 0.0
    top_p: float = 0.95
    repeat_penalty: float = 1.05
    max_tokens: int = 512
    seed: int = 0


class Reply(msgspec.Struct, frozen=True):
    """An answer and what it took. forgotten: old turns that no longer fit the context and were left out."""

    text: str
    tokens: int
    finish: Finish
    seconds: float
    first_token_ms: float
    prompt_tokens: int
    forgotten: int

    @property
    def tokens_per_second(self) -> float:
        """Speed of writing, without the time to read the prompt."""
        writing = self.seconds - self.first_token_ms / 1000
        return (self.tokens - 1) / writing if self.tokens > 1 and writing > 0 else 0.0


class Conversation:
    """Turns of one side of a chat. Several conversations may share one runtime, each with its own adapter."""

    def __init__(
        self, runtime: Runtime, system: str = "", *, adapter: Path | None = None, adapter_scale: float = 1.0
    ) -> None:
        self._runtime = runtime
        self._system = [Message("system", system)] if system else []
        self._adapter = adapter
        self._scale = adapter_scale
        self._turns: list[Message] = []
        self._forgotten = 0

    @property
    def turns(self) -> tuple[Message, ...]:
        """All turns so far, also those the model no longer sees; without the system prompt."""
        return tuple(self._turns)

    def ask(
        self,
        question: str,
        on_text: Callable[[str], None],
        should_stop: ShouldStop,
        options: ChatOptions | None = None,
    ) -> Reply:
        """Ask and stream the answer; both become part of the conversation, also when the answer was stopped.

        Raises ModelError when the question with the system prompt is longer than the model can read; the conversation
        is then as before.
        """
        options = options or ChatOptions()
        forgotten = self._forgotten
        try:
            prompt, room = self._fit(question, options.max_tokens)
            self._runtime.set_adapter(self._adapter, self._scale)
            reply = self._stream(prompt, room, on_text, should_stop, options)
        except BaseException:
            self._forgotten = forgotten
            raise
        self._turns += [Message("user", question), Message("assistant", reply.text)]
        return reply

    def rewind(self, exchanges: int = 1) -> None:
        """Take back the last questions with their answers."""
        keep = max(0, len(self._turns) - 2 * exchanges)
        del self._turns[keep:]
        self._forgotten = min(self._forgotten, keep)

    def _stream(
        self, prompt: str, room: int, on_text: Callable[[str], None], should_stop: ShouldStop, options: ChatOptions
    ) -> Reply:
        start = time.monotonic()
        first: list[float] = []

        def show(text: str) -> None:
            if not first:
                first.append(time.monotonic() - start)
            on_text(text)

        request = Completion(
            key="chat",
            prompt=prompt,
            max_tokens=room,
            temperature=options.temperature,
            top_p=options.top_p,
            repeat_penalty=options.repeat_penalty,
            seed=options.seed,
        )
        done = self._runtime.stream(request, show, should_stop)
        seconds = time.monotonic() - start
        first_ms = 1000 * (first[0] if first else seconds)
        return Reply(done.text, done.tokens, done.finish, seconds, first_ms, done.prompt_tokens, self._forgotten)

    def _fit(self, question: str, answer: int) -> tuple[str, int]:
        """The prompt with as many of the latest turns as fit, and the room left for the answer in tokens.

        The system prompt and the question always stay; oldest question-and-answer pairs go first.
        """
        limit = self._runtime.context_tokens
        prompt, length = self._render(question)
        # A quarter of the context is kept for the answer where the wish is larger than that.
        wanted = min(answer, max(_SMALLEST_ANSWER, limit // 4))
        target = limit - wanted
        if length > target:
            target = min(target, round(limit * _FILL_AFTER_CUT))
        while length > target and self._forgotten < len(self._turns):
            self._forgotten += 2
            prompt, length = self._render(question)
        room = min(answer, limit - length)
        if room < min(answer, _SMALLEST_ANSWER):
            raise ModelError(
                "Your message is too long for this model.",
                cause=f"With the system prompt it has {length} tokens; the model reads {limit} with its answer.",
                remedy="Shorten the message, or load the model with a longer context.",
            )
        return prompt, room

    def _render(self, question: str) -> tuple[str, int]:
        messages = [*self._system, *self._turns[self._forgotten :], Message("user", question)]
        prompt = self._runtime.chat_prompt(messages)
        # One more for a start token that the model may add.
        return prompt, self._runtime.count_tokens(prompt) + 1
