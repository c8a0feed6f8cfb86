"""A pipeline fitted to a budget: more of everything, and facts that filters thin out are asked for again."""

from __future__ import annotations

from collections import Counter

import msgspec
import pytest

from labdesk.core import paths
from labdesk.core.plans.budget import expected_tokens
from labdesk.core.samples.ledger import ledger, source_tokens
from labdesk.core.samples.sample import Sample
from labdesk.engine.pipeline.definition import BlockEntry, Budget, PipelineDefinition, read_pipeline
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.within_budget import within_budget
from labdesk.engine.runtimes import Completion
from tests.engine.pipeline.material import a_kit, a_material, a_skill

KNOWLEDGE = read_pipeline(paths.resources() / "pipelines" / "knowledge-completion.yaml")
SKILL = read_pipeline(paths.resources() / "pipelines" / "freeform-completion.yaml")


def test_no_budget_changes_nothing() -> None:
    assert within_budget(KNOWLEDGE, a_material(), a_kit(lambda _request: ""), 0) is KNOWLEDGE


@pytest.mark.parametrize("budget", [30, 100, 300])
def test_the_expected_tokens_come_near_the_budget(budget: int) -> None:
    kit = a_kit(lambda _request: "")
    for definition, material in ((KNOWLEDGE, a_material()), (SKILL, a_skill())):
        fitted = within_budget(definition, material, kit, budget)
        expected = sum(expected_tokens(ledger(material), Pipeline(fitted, kit).fact_loads(material), definition.style))
        assert 0.7 <= expected / (budget * source_tokens(material)) <= 1.4, (definition.name, budget)


def hard_for_the_ferry() -> tuple[PipelineDefinition, list[str]]:
    """A pipeline with a quota, and a log of prompts; its teacher fails thrice at one sentence."""
    blocks = (
        BlockEntry("seeds", "Seeds"),
        BlockEntry("questions", "StatementQuestions", {"per_statement": 1}),
        BlockEntry("form", "FormFilter"),
        BlockEntry("duplicates", "DuplicateFilter"),
    )
    return PipelineDefinition(version="1.0", blocks=blocks, budget=Budget(quota=1, discards=2.0)), []


def run(done: dict[str, Sample]) -> tuple[list[Sample], list[Sample]]:
    """All samples in order, and the new ones."""
    definition, asked = hard_for_the_ferry()

    def answer(request: Completion) -> str:
        sentence = request.prompt.rpartition("Sentence: ")[2].partition("\n")[0]
        if "34 minutes" in sentence and request.seed % 3:
            return " I do not know."
        asked.append(sentence)
        return f" {sentence.rstrip('.')} {request.seed}?"

    new: list[Sample] = []
    every = dict(done)

    def on_sample(sample: Sample) -> None:
        new.append(sample)
        every[sample.id] = sample

    Pipeline(definition, a_kit(answer)).run(a_material(), done, on_sample)
    return list(every.values()), new


def test_a_hard_fact_is_asked_for_again_until_it_has_its_share() -> None:
    samples, _new = run({})
    material = a_material()
    spoken = Counter(sample.fact for sample in samples if sample.kept and sample.provenance.prompt_sha)
    tries = Counter(sample.fact for sample in samples if sample.provenance.prompt_sha)
    hard = next(part.fact for part in material.statements if "34 minutes" in part.text)
    assert all(spoken[part.fact] for part in material.statements)
    assert tries[hard] > 1 and all(count == 1 for fact, count in tries.items() if fact != hard)
    assert len({sample.id for sample in samples}) == len(samples)


def test_a_resumed_run_fills_up_the_same_slots() -> None:
    whole, _new = run({})
    for stop in (0, 3, len(whole) - 2, len(whole)):
        again, new = run({sample.id: sample for sample in whole[:stop]})
        assert [msgspec.json.encode(sample) for sample in again] == [msgspec.json.encode(sample) for sample in whole]
        assert not {sample.id for sample in new} & {sample.id for sample in whole[:stop]}
