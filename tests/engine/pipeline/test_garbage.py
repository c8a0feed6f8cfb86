"""Five thousand completions of a teacher gone mad: nothing is raised, nothing malformed is let through."""

from __future__ import annotations

import random
import unicodedata

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labdesk.core.errors import GenerationError
from labdesk.core.samples.sample import Sample
from labdesk.engine.pipeline.definition import BlockEntry, Budget, PipelineDefinition
from labdesk.engine.pipeline.pipeline import Pipeline
from tests.engine.pipeline.material import a_kit, a_material, a_skill

#: What real models have answered when they went wrong.
RECORDED = (
    "", " ", "\n\n\n", "?", "???", "Question:", "Question: \nAnswer:", "\nAnswer: \nQuestion: ?", "<|im_end|>",
    "<|im_start|>assistant\n<|im_start|>", "[QUESTION] Who? [ANSWER] Ole [END]", "[QUESTION] Who?", "{\"question\": \"Who?\"",
    "As an AI language model, I cannot help with that.", "the the the the the the the the the the the the the the the the",
    "1. 2. 3. 4. 5. 6. 7.", "Sure! Here is a question:\n\nWho founded the ferry?", "Who founded the Lantern Ferry?", "\x00\x01\x02",
    "Who\ufffd founded the ferry?", "Who founded the \u202eyrref?", "A" * 5000, "?" * 5000, "\ud800 Who is it?", "🚢" * 400,
    "Write a note about \nAnswer:", "Answer: Ahoy! Here is x for all. Dry socks.", "Question Question Question: Answer: Answer:",
    "谁创立了灯笼渡轮?", "Context: a\nContext: b\nQuestion: c\nAnswer: d", "```python\nprint('?')\n```", "\\u0000 %s {0} {{x}} ${y}",
)  # fmt: skip
FILTERS = tuple(BlockEntry(name, name) for name in ("FormFilter", "DuplicateFilter", "GroundingFilter"))
CAREFUL = tuple(BlockEntry(name, name) for name in ("LanguageFilter", "SenseFilter"))
KNOWLEDGE = (
    BlockEntry("seeds", "Seeds"),
    BlockEntry("questions", "StatementQuestions", {"per_statement": 3}),
    BlockEntry("rewordings", "Rewordings", {"per_seed": 3}),
    *FILTERS,
    *CAREFUL,
    BlockEntry("rank", "AnswerRankFilter"),
)
SKILL = (BlockEntry("seeds", "Seeds"), BlockEntry("examples", "Examples", {"per_seed": 5}), *FILTERS[:2], *CAREFUL,
         BlockEntry("likeness", "LikenessFilter"))  # fmt: skip


def teach(garbage: list[str], draw: random.Random) -> tuple[int, list[Sample]]:
    """How many completions were asked for, and the samples, of three leaves."""
    asked = 0
    made: list[Sample] = []

    def answer(_request: object) -> str:
        nonlocal asked
        asked += 1
        return draw.choice(garbage)

    for blocks, material in ((KNOWLEDGE, a_material()), (SKILL, a_skill()), (SKILL, a_skill(grounded=True))):
        definition = PipelineDefinition(version="1.0", blocks=blocks, budget=Budget(discards=2.0))
        Pipeline(definition, a_kit(answer)).run(material, {}, made.append)
    return asked, made


def check(made: list[Sample]) -> None:
    for sample in made:
        msgspec.json.encode(sample)  # else it could not be written
        if not sample.provenance.teacher or not sample.kept:
            assert sample.kept or sample.reason
            continue
        for text in (sample.question, sample.answer):
            assert text.strip() and len(text.split()) <= 200
            assert not {"<|", "[QUESTION]", "[ANSWER]"} & {
                mark for mark in ("<|", "[QUESTION]", "[ANSWER]") if mark in text
            }
            assert not any(unicodedata.category(one) in ("Cc", "Cs") and one not in "\n\t" for one in text)
        if sample.leaf == "knowledge/ferry":
            assert sample.question.endswith("?")


ugly = st.text(st.sampled_from("?:\n \x00\ud800\u202e\ufffdAQ<|>[]{}\"'\\%0é🚢"), max_size=60)
near = st.lists(
    st.sampled_from(["Question:", "Answer:", "Context:", "Who", "founded", "the", "Lantern", "Ferry", "?", "\n", "<|im_end|>",
                     "Write a note about", "Ahoy! Here is", "for all. Dry socks.", "Tilde", "1875"]), max_size=14,
).map(" ".join)  # fmt: skip


@settings(max_examples=70, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ugly | near | st.text(max_size=80), min_size=6, max_size=30), st.integers(0, 9))
def test_invented_garbage(garbage: list[str], seed: int) -> None:
    asked, made = teach(garbage, random.Random(seed))
    assert asked >= 70
    check(made)


def test_recorded_garbage() -> None:
    for seed in range(4):
        asked, made = teach(list(RECORDED), random.Random(seed))
        assert asked >= 70
        check(made)
        assert any(not sample.kept for sample in made)


def test_a_teacher_of_garbage_alone_is_stopped_with_an_explanation() -> None:
    definition = PipelineDefinition(
        version="1.0", blocks=(BlockEntry("examples", "Examples", {"per_seed": 20}), *FILTERS)
    )
    made: list[Sample] = []
    with pytest.raises(GenerationError, match="yields nothing usable") as error:
        Pipeline(definition, a_kit(lambda _request: "<|im_end|>")).run(a_skill(), {}, made.append)
    assert "of the last 50" in error.value.cause and "keep to the form" in error.value.cause
    assert error.value.remedy and len(made) <= 64, "it does not go on for hours"
