"""What every block and every filter is: two small protocols and the kit of tools they are given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar, Protocol

import msgspec

from labdesk.core import paths
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.identity import prompt_hash, sample_id, sample_seed
from labdesk.core.samples.language import phrasebook_for
from labdesk.core.samples.material import Material
from labdesk.core.samples.phrasebook import Phrasebook
from labdesk.core.samples.sample import Form, Origin, Provenance, Sample, SourceSpan, Verdict
from labdesk.engine.runtimes import Completed, Completion, Runtime, Scored, Scoring

#: Characters of an answer that are looked at; a server may send more than it was asked for.
LONGEST = 100_000
#: Why a place stayed empty that was reserved because a chain of blocks cannot say before how many rows it makes.
ABSENT = "The pipeline made fewer rows of this than there could be."
#: The most samples of a wave: enough to keep a batching engine busy, few enough to lose little when the power goes.
WAVE = 64


def wave_for(parallel: int) -> int:
    """Samples of a wave for an engine that computes so many at once: at its end few sequences stand idle."""
    return min(WAVE, 8 * parallel)


class Slot(msgspec.Struct, frozen=True, kw_only=True):
    """The place of one sample before it exists: the `index`-th that a block makes of `unit` (a fact's name)."""

    id: str
    unit: str
    index: int

    @property
    def seed(self) -> int:
        """The random seed of this sample."""
        return sample_seed(self.id)


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What a block made for a slot. `fault` says why there is nothing usable; then texts may be empty."""

    slot: Slot
    origin: Origin
    form: Form
    fact: str
    question: str
    answer: str
    context: str = ""
    source: SourceSpan | None = None
    prompt: str = ""
    fault: str = ""


class Kit:
    """The tools of one generation: the teacher, the phrase book, the seed of the job and the stop switch.

    `wave`: so many samples are made, judged and reported together. What the teacher writes depends on what it computes
    beside it, so a job keeps the size of its waves for life. `on_prompt` is told each prompt that was used.
    """

    def __init__(
        self,
        runtime: Runtime,
        book: Phrasebook,
        *,
        seed: int = 0,
        wave: int = WAVE,
        should_stop: Callable[[], bool] = lambda: False,
        on_prompt: Callable[[str], None] = lambda prompt: None,
    ) -> None:
        self.on_prompt = on_prompt
        self.runtime = runtime
        self.book = book
        self.seed = seed
        self.wave = wave
        self.should_stop = should_stop
        self.written_by: dict[str, str] = {}  # who wrote an answer, by its key, where several teachers share the work
        self.generated_tokens = 0
        self.seconds = 0.0  # that the teacher wrote, its reading of prompts included

    def book_for(self, material: Material) -> Phrasebook:
        """The phrase book of the leaf's language. Raises GenerationError when its file is damaged."""
        same = material.language == self.book.language
        return self.book if same else phrasebook_for(paths.resources() / "phrasing", material.language)

    def complete(self, requests: Sequence[Completion]) -> dict[str, Completed]:
        """All answers by key. Fewer come back when the job was asked to stop.

        What is asked twice without chance is asked once: at temperature 0 the same prompt has the same answer.
        """
        answers: dict[str, Completed] = {}
        twins = _twins(requests)

        def on_done(done: Completed) -> None:
            # A half of a character (a server's JSON can hold one) could not be written to the disk.
            text = done.text[:LONGEST].encode("utf-8", errors="replace").decode("utf-8")
            for key in (done.key, *twins.get(done.key, ())):
                answers[key] = msgspec.structs.replace(done, key=key, text=text)
                if done.by:
                    self.written_by[key] = done.by

        if requests:
            self.runtime.forget()  # else the texts would depend on what was asked before: a resumed job asks less
            again = {key for keys in twins.values() for key in keys}
            asked = [request for request in requests if request.key not in again]
            usage = self.runtime.complete(asked, on_done, self.should_stop)
            self.generated_tokens += usage.generated_tokens
            self.seconds += usage.seconds
        return answers

    def score(self, requests: Sequence[Scoring]) -> dict[str, Scored]:
        """All scores by key. Fewer come back when the job was asked to stop."""
        answers: dict[str, Scored] = {}

        def on_done(done: Scored) -> None:
            answers[done.key] = done

        if requests:
            self.runtime.forget()
            self.runtime.score(requests, on_done, self.should_stop)
        return answers


def _twins(requests: Sequence[Completion]) -> dict[str, list[str]]:
    """Keys of requests that only repeat an earlier one, by the key of that one. Only requests without chance count."""
    first: dict[Completion, str] = {}
    twins: dict[str, list[str]] = {}
    for request in requests:
        if request.temperature <= 0:
            bare = msgspec.structs.replace(request, key="", seed=0)
            if bare in first:
                twins.setdefault(first[bare], []).append(request.key)
            else:
                first[bare] = request.key
    return twins


class Block(Protocol):
    """Makes drafts. `generates` tells whether the teacher writes them (rules and copies cost nothing)."""

    type: ClassVar[str]
    generates: ClassVar[bool]

    @property
    def most_tokens(self) -> int:
        """The most tokens the teacher writes for one draft; 0 when it writes none."""
        ...

    def units(self, material: Material, kit: Kit) -> Sequence[tuple[str, int]]:
        """(unit, how many samples) in the order in which they are made. Must not depend on chance or on the teacher."""
        ...

    def make(self, material: Material, slots: Sequence[Slot], kit: Kit) -> Iterator[Draft]:
        """One draft per slot, in the order of `slots`. Fewer when the job was asked to stop."""
        ...


class Filter(Protocol):
    """Accepts or discards. Filters run in the order of the pipeline file, each on what the one before accepted."""

    type: ClassVar[str]

    def begin(self, material: Material, held_out: Sequence[ExamQuestion]) -> None:
        """A leaf begins; `held_out` are exam questions."""
        ...

    def recall(self, sample: Sample) -> None:
        """A sample that this filter saw in an earlier start of the job; they come in the order of their slots."""
        ...

    def judge(self, material: Material, samples: Sequence[Sample], kit: Kit) -> list[Verdict]:
        """One verdict per sample, in order. They arrive in a fixed order, so state kept between calls is repeatable."""
        ...


def slots_of(block: str, units: Sequence[tuple[str, int]], material: Material, seed: int) -> list[Slot]:
    """All places of a block, in order."""
    return [
        Slot(id=sample_id(seed, material.leaf, block, unit, index), unit=unit, index=index)
        for unit, count in units
        for index in range(count)
    ]


def as_sample(draft: Draft, material: Material, block: str, teacher: str, pipeline: str = "") -> Sample:
    """A draft as a record with its provenance; a fault becomes its first verdict."""
    verdicts = (Verdict(filter=block, passed=False, reason=draft.fault),) if draft.fault else ()
    return Sample(
        id=draft.slot.id,
        leaf=material.leaf,
        root=material.root,
        form=draft.form,
        origin=draft.origin,
        fact=draft.fact,
        question=draft.question,
        answer=draft.answer,
        context=draft.context,
        source=draft.source,
        provenance=Provenance(
            block=block,
            teacher=teacher if draft.prompt else "",
            prompt_sha=prompt_hash(draft.prompt) if draft.prompt else "",
            seed=draft.slot.seed if draft.prompt else 0,
            pipeline=pipeline,
        ),
        verdicts=verdicts,
    )
