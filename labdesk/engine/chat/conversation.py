"""One conversation with a model: remembers the turns, keeps them within the context, streams the answers."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
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


class Measure(msgspec.Struct, frozen=True):
    """What a question would take: tokens to read, room left for the answer (0: none), old turns left out."""

    prompt_tokens: int
    room: int
    forgotten: int


class Conversation:
    """Turns of one side of a chat. Several conversations may share one runtime, each with its own adapter."""

    def __init__(
        self, runtime: Runtime, system: str = "", *, adapter: Path | None = None, adapter_scale: float = 1.0
    ) -> None:
        self._runtime = runtime
        self._system = system
        self._adapter = adapter
        self._scale = adapter_scale
        self._turns: list[Message] = []
        self._forgotten = 0

    @property
    def turns(self) -> tuple[Message, ...]:
        """All turns so far, also those the model no longer sees; without the system prompt."""
        return tuple(self._turns)

    def recall(self, turns: Sequence[Message], system: str) -> None:
        """Go on from these turns. Where they continue what was forgotten before, the same stays forgotten, so that the
        computed beginning of the conversation can be used again."""
        same = system == self._system and list(turns[: self._forgotten]) == self._turns[: self._forgotten]
        self._turns, self._system = list(turns), system
        self._forgotten = min(self._forgotten, len(turns)) if same else 0

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

    def measure(self, question: str, answer: int) -> Measure:
        """What this question would take, with room for an answer of so many tokens; changes nothing."""
        forgotten = self._forgotten
        try:
            prompt, room = self._fit(question, answer)
            return Measure(self._length(prompt), room, self._forgotten)
        except ModelError:
            return Measure(self._render(question)[1], 0, self._forgotten)
        finally:
            self._forgotten = forgotten

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
        if length > target:
            self._forgotten = self._fewest_forgotten(question, target)
            prompt, length = self._render(question)
        room = min(answer, limit - length)
        if room < min(answer, _SMALLEST_ANSWER):
            raise ModelError(
                "Your message is too long for this model.",
                cause=f"With the system prompt it has {length} tokens; the model reads {limit} with its answer.",
                remedy="Shorten the message, or load the model with a longer context.",
            )
        return prompt, room

    def _fewest_forgotten(self, question: str, target: int) -> int:
        """How many turns must go (an even number) so that the prompt is not longer than `target` tokens; all of them
        when nothing helps. Halving: a long conversation is counted a dozen times, not a thousand times."""
        low, high = self._forgotten // 2, (len(self._turns) + 1) // 2
        while low < high:
            middle = (low + high) // 2
            self._forgotten = 2 * middle
            if self._render(question)[1] <= target:
                high = middle
            else:
                low = middle + 1
        return 2 * high

    def _render(self, question: str) -> tuple[str, int]:
        told = [Message("system", self._system)] if self._system else []
        prompt = self._runtime.chat_prompt([*told, *self._turns[self._forgotten :], Message("user", question)])
        return prompt, self._length(prompt)

    def _length(self, prompt: str) -> int:
        """Tokens of a prompt, and one more for a start token that the model may add."""
        return self._runtime.count_tokens(prompt) + 1
