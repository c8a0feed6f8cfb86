"""Runs a pipeline over a leaf: blocks make drafts in a fixed order, filters judge them, every sample is reported once.

The order of samples depends on the job's seed and the leaf alone, never on which answer came first. Samples are made in
waves of fixed slots. A run that is given the samples of an earlier, killed run skips the complete waves, makes a torn
one again as a whole (an engine's sums depend on what it computes side by side) and ends with the same texts.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterable, Mapping, Sequence

import msgspec

from labdesk.core.errors import GenerationError, JobStopped
from labdesk.core.exam.question import ExamQuestion
from labdesk.core.plans.budget import FactLoad
from labdesk.core.plans.generation import BlockLoad
from labdesk.core.samples.ledger import fact_name, ledger
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample, Verdict
from labdesk.engine.pipeline.catalog import build_block, build_filter, is_block, is_table
from labdesk.engine.pipeline.definition import Budget, PipelineDefinition
from labdesk.engine.pipeline.flow import Flow
from labdesk.engine.pipeline.seams import ABSENT, Block, Filter, Kit, Slot, as_sample, slots_of

#: A fact below its quota is asked for again so often, each time with so many tries for every row that may be missing.
_FILL_ROUNDS = 3
_FILL_TRIES = 2
#: When fewer of a round's tries were kept, this teacher cannot do it, and further rounds would only cost time.
_FILL_YIELD = 0.05


class Made(msgspec.Struct, frozen=True, kw_only=True):
    """What one leaf yielded, for the funnel and the plan of the next run."""

    leaf: str
    asked: int
    kept: int
    discarded: int
    generated_tokens: int
    reasons: tuple[tuple[str, int], ...]


class Pipeline:
    """A pipeline file brought to life. One object serves many leaves, one after the other."""

    def __init__(self, definition: PipelineDefinition, kit: Kit) -> None:
        """Raises GenerationError when the file names an unknown block or option."""
        self._kit = kit
        self._budget = definition.budget
        self._named = definition.edited
        self._blocks: list[tuple[str, Block, int]] = []  # name, block, number of filters that stand before it
        self._filters: list[Filter] = []
        chain = [entry for entry in definition.blocks if is_table(entry)]
        for entry in definition.blocks:
            if is_table(entry):
                if entry is chain[-1]:  # InstructLab's blocks hand their table on from one to the next
                    self._blocks.append((entry.name, Flow(chain), len(self._filters)))
            elif is_block(entry):
                self._blocks.append((entry.name, build_block(entry), len(self._filters)))
            else:
                self._filters.append(build_filter(entry))

    def plan(self, material: Material) -> dict[str, int]:
        """How many samples each block will ask for, by block name."""
        return {
            name: sum(count for _unit, count in block.units(material, self._kit))
            for name, block, _place in self._blocks
        }

    def loads(self, material: Material) -> list[BlockLoad]:
        """What each block will ask of the teacher, for the forecast."""
        return [
            BlockLoad(
                block=name,
                rows=sum(count for _unit, count in block.units(material, self._kit)),
                max_tokens=block.most_tokens if block.generates else 0,
            )
            for name, block, _place in self._blocks
        ]

    def fact_loads(self, material: Material) -> dict[str, FactLoad]:
        """How many rows by rule and by the teacher are planned for each fact that a block asks for."""
        found: dict[str, FactLoad] = {}
        for _name, block, _place in self._blocks:
            for unit, count in block.units(material, self._kit):
                before = found.get(unit, FactLoad())
                by_rule, by_teacher = (0, count) if block.generates else (count, 0)
                found[unit] = FactLoad(before.by_rule + by_rule, before.by_teacher + by_teacher)
        return found

    def run(
        self,
        material: Material,
        done: Mapping[str, Sample],
        on_sample: Callable[[Sample], None],
        held_out: Sequence[ExamQuestion] = (),
    ) -> Made:
        """Make what is missing of a leaf and report each sample, kept or not, through `on_sample`.

        `done` maps sample ids to the samples of an earlier run. Raises JobStopped when asked to stop (nothing reported
        is lost), GenerationError when the teacher yields nothing usable.
        """
        for one in self._filters:
            one.begin(material, held_out)
        tally = _Tally(material.leaf, self._budget, self._kit.runtime.name)
        tokens = self._kit.generated_tokens
        for number, (_name, block, _place) in enumerate(self._blocks):
            slots = self._slots(number, block.units(material, self._kit), material)
            self._run_slots(number, slots, material, done, on_sample, tally)
        if self._budget.quota:
            self._fill_up(material, done, on_sample, tally)
        return tally.result(self._kit.generated_tokens - tokens)

    def _slots(self, number: int, units: Sequence[tuple[str, int]], material: Material) -> list[Slot]:
        return slots_of(self._blocks[number][0], units, material, self._kit.seed)

    def _run_slots(
        self,
        number: int,
        slots: Sequence[Slot],
        material: Material,
        done: Mapping[str, Sample],
        on_sample: Callable[[Sample], None],
        tally: _Tally,
        *,
        again: bool = False,
    ) -> None:
        """Make the samples of some slots of one block, wave by wave. `again`: tries for what is hard, so that many
        discards are no sign of a bad teacher."""
        name, block, place = self._blocks[number]
        for at in range(0, len(slots), self._kit.wave):
            wave = slots[at : at + self._kit.wave]
            earlier = {slot.id: done[slot.id] for slot in wave if slot.id in done}
            if len(earlier) == len(wave):
                self._recall(earlier.values(), self._filters[place:])
                samples = list(earlier.values())
            else:
                samples = self._wave(name, block, wave, self._filters[place:], material)
            for sample in samples:
                if sample.id not in earlier:
                    on_sample(sample)
                tally.count(earlier.get(sample.id, sample), generated=block.generates and not again)
            if len(earlier) < len(wave) and not again:
                tally.raise_if_hopeless()

    def _fill_up(
        self, material: Material, done: Mapping[str, Sample], on_sample: Callable[[Sample], None], tally: _Tally
    ) -> None:
        """Let the teacher try again for the facts of which too few of its rows were kept. What is thin depends on the
        samples alone, so a job that is started again fills up the same slots."""
        facts = {fact.name for fact in ledger(material)}
        tries = _FILL_TRIES * self._budget.quota
        for turn in range(_FILL_ROUNDS):
            before, asked = tally.spoken.total(), 0
            for number, (_name, block, _place) in enumerate(self._blocks):
                slots: list[Slot] = []
                for unit, count in block.units(material, self._kit) if block.generates else ():
                    if unit in facts and tally.spoken[unit] < self._budget.quota:
                        first = count + turn * tries
                        slots += self._slots(number, [(unit, first + tries)], material)[first:]
                self._run_slots(number, slots, material, done, on_sample, tally, again=True)
                asked += len(slots)
            if tally.spoken.total() - before <= _FILL_YIELD * asked:
                break

    def preview(self, material: Material, count: int, held_out: Sequence[ExamQuestion] = ()) -> list[Sample]:
        """`count` samples that the teacher writes, spread over its blocks and over the leaf, made and judged as `run`
        would. Raises JobStopped."""
        for one in self._filters:
            one.begin(material, held_out)
        writing = [entry for entry in self._blocks if entry[1].generates]
        found: list[Sample] = []
        for number, (name, block, place) in enumerate(writing):
            slots = slots_of(name, block.units(material, self._kit), material, self._kit.seed)
            share = count // len(writing) + (number < count % len(writing))
            whole = isinstance(block, Flow)  # its rows come a seed example at a time, so one of them is enough
            step = 1 if whole else max(1, len(slots) // max(1, share))
            found += self._wave(name, block, slots[::step][:share], self._filters[place:], material)
        return found

    @staticmethod
    def _recall(samples: Iterable[Sample], filters: Sequence[Filter]) -> None:
        for sample in samples:
            for one in filters:
                one.recall(sample)

    def _wave(
        self, name: str, block: Block, slots: Sequence[Slot], filters: Sequence[Filter], material: Material
    ) -> list[Sample]:
        """Make and judge the samples of one wave. Raises JobStopped."""
        if self._kit.should_stop():
            raise JobStopped
        samples: list[Sample] = []
        for draft in block.make(material, slots, self._kit):
            if draft.prompt:
                self._kit.on_prompt(draft.prompt)
            teacher = self._kit.written_by.pop(draft.slot.id, self._kit.runtime.name)
            samples.append(as_sample(draft, material, name, teacher, self._named))
        if len(samples) < len(slots) or self._kit.should_stop():
            raise JobStopped
        for one in filters:
            samples = self._judged(one, material, samples)
        return samples

    def _judged(self, one: Filter, material: Material, samples: list[Sample]) -> list[Sample]:
        """The samples with the verdict of one filter added to those that are still kept."""
        standing = [sample for sample in samples if sample.kept]
        verdicts = one.judge(material, standing, self._kit) if standing else []
        if len(verdicts) < len(standing):
            raise JobStopped
        given: dict[str, Verdict] = {sample.id: verdict for sample, verdict in zip(standing, verdicts, strict=True)}
        return [
            msgspec.structs.replace(sample, verdicts=(*sample.verdicts, given[sample.id]))
            if sample.id in given
            else sample
            for sample in samples
        ]


class _Tally:
    """Counts what happened and knows when there is no hope."""

    def __init__(self, leaf: str, budget: Budget, teacher: str) -> None:
        self._leaf, self._budget, self._teacher = leaf, budget, teacher
        self._kept = self._discarded = 0
        self._reasons: Counter[str] = Counter()
        self._recent: deque[bool] = deque(maxlen=budget.window)
        self.spoken: Counter[str] = Counter()  # by fact: kept rows in the teacher's words

    def count(self, sample: Sample, *, generated: bool) -> None:
        self._kept += sample.kept
        self._discarded += not sample.kept
        self.spoken[fact_name(sample)] += sample.kept and bool(sample.provenance.prompt_sha)
        if not sample.kept:
            self._reasons[sample.reason] += 1
        if generated and sample.reason != ABSENT:
            self._recent.append(sample.kept)

    def raise_if_hopeless(self) -> None:
        """Raises GenerationError when nearly all of the last rows that the teacher wrote were discarded."""
        full = len(self._recent) == self._budget.window
        if full and self._recent.count(False) > self._budget.discards * self._budget.window:
            raise self._error(f"{self._recent.count(False)} of the last {len(self._recent)} samples were discarded")

    def result(self, tokens: int) -> Made:
        """The counts. Raises GenerationError when nothing was kept."""
        if not self._kept:
            raise self._error(
                "Not one sample was kept" if self._discarded else "The leaf gave nothing to make samples of"
            )
        reasons = tuple(self._reasons.most_common())
        asked = self._kept + self._discarded
        return Made(
            leaf=self._leaf,
            asked=asked,
            kept=self._kept,
            discarded=self._discarded,
            generated_tokens=tokens,
            reasons=reasons,
        )

    def _error(self, what: str) -> GenerationError:
        why = "; ".join(f"{count} × {reason}" for reason, count in self._reasons.most_common(3))
        return GenerationError(
            f"The teacher “{self._teacher}” yields nothing usable for the leaf “{self._leaf}”.",
            cause=f"{what}{', mostly because: ' + why if why else ''}.",
            remedy="Choose a larger teacher, or look at the discarded samples in Review and improve the seed examples.",
        )
