"""Samples to training rows: the chat prompt is only read, the answer and its end mark are learned.

The tokens of a row are the tokens of the prompt followed by those of the answer, each encoded by itself, because that
is how the model meets them when it chats: first the prompt is there, then the answer grows behind it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import takewhile

from labdesk.core.errors import TrainingError
from labdesk.core.models.chat_template import ChatTemplate, Message
from labdesk.core.samples.messages import user_text
from labdesk.core.samples.mixing import Visit
from labdesk.core.samples.sample import Sample
from labdesk.engine.runtimes.llama_cpp.vocabulary import Vocabulary
from labdesk.engine.trainers import TrainingRow

#: An answer that was cut off (replay rows may be) carries this fact prefix: then no end mark is taught.
CUT = "cut "


class RowMaker:
    """Turns samples into rows for one student. Raises ModelError when its chat template is broken."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary
        self._template: ChatTemplate = vocabulary.template()
        one, other = (self._encode(self._prompt(text)) for text in ("Who?", "a 7"))
        self._shared = _common_start(one, other)

    def rows(self, visits: Iterable[Visit]) -> list[TrainingRow]:
        """One row per visit, in order. Raises TrainingError when a row cannot be made from a sample."""
        return [self.row(visit.sample, stage=visit.stage, weight=visit.weight) for visit in visits]

    def row(self, sample: Sample, *, stage: int = 0, weight: float = 1.0) -> TrainingRow:
        """One sample as a row. A document sample (no question) is learned whole, from its second token on."""
        if not sample.question:
            return self._document(sample, stage, weight)
        question = user_text(sample)
        prompt = self._prompt(question)
        head = self._encode(prompt)
        tail = self._answer(prompt, question, sample)
        if not head or not tail:
            raise TrainingError(f"The sample “{sample.question[:60]}” gives no tokens to learn.")
        shared = len(self._shared) if head[: len(self._shared)] == self._shared else 0
        return TrainingRow(
            tokens=(*head, *tail),
            supervised=((len(head), len(head) + len(tail)),),
            prefix=shared,
            weight=weight,
            stage=stage,
            leaf="" if sample.origin == "replay" else sample.leaf,
            sample=sample.id,
        )

    def _document(self, sample: Sample, stage: int, weight: float) -> TrainingRow:
        """Plain text, all of it learned except the first token, which nothing stands before."""
        tokens = [*self._encode(self._vocabulary.harmless(sample.answer)), self._vocabulary.eos]
        return TrainingRow(
            tokens=tuple(tokens),
            supervised=((1, len(tokens)),),
            weight=weight,
            stage=stage,
            leaf=sample.leaf,
            sample=sample.id,
        )

    def _answer(self, prompt: str, question: str, sample: Sample) -> list[int]:
        """The tokens to learn: the answer as the template writes it, up to and with its first end token."""
        harmless = self._vocabulary.harmless
        turns = [Message("user", harmless(question)), Message("assistant", harmless(sample.answer))]
        whole = self._template.render(turns, add_generation_prompt=False)
        behind = (
            whole[len(prompt) :] if whole.startswith(prompt) else harmless(sample.answer) + self._vocabulary.eos_text
        )
        tokens = self._vocabulary.encode(behind, bos=False)
        end = next((at for at, token in enumerate(tokens) if self._vocabulary.is_end(token)), None)
        if end is None:
            tokens, end = [*tokens, self._vocabulary.eos], len(tokens)
        return tokens[:end] if sample.fact.startswith(CUT) else tokens[: end + 1]

    def _prompt(self, question: str) -> str:
        return self._template.render([Message("user", self._vocabulary.harmless(question))], add_generation_prompt=True)

    def _encode(self, text: str) -> list[int]:
        return self._vocabulary.encode(text)


def _common_start(one: Sequence[int], other: Sequence[int]) -> list[int]:
    """The tokens with which both begin."""
    return [left for left, _right in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))]


def token_counter(vocabulary: Vocabulary) -> Callable[[str], int]:
    """Counts the tokens of a plain text: what `mixing` needs to fit a training into its time."""

    def count(text: str) -> int:
        return len(vocabulary.encode(text, bos=False, special=False))

    return count


def processed_tokens(rows: Sequence[TrainingRow]) -> int:
    """Tokens the trainer has to compute, a shared prefix not counted: what its time is proportional to."""
    return sum(len(row.tokens) - row.prefix for row in rows)
