"""Drafts about a passage: what the block asks of the teacher, what it refuses, and the way back to the answer."""

from __future__ import annotations

import msgspec

from labdesk.core import paths
from labdesk.core.samples.material import Material
from labdesk.core.samples.sample import Sample
from labdesk.engine.pipeline.blocks.detail_questions import DetailQuestions, shots, shots_for
from labdesk.engine.pipeline.definition import read_pipeline
from labdesk.engine.pipeline.filters.round_trip import RoundTripFilter
from labdesk.engine.pipeline.pipeline import Pipeline
from labdesk.engine.pipeline.seams import Draft, Kit, as_sample, slots_of
from labdesk.engine.runtimes import Completion
from tests.engine.pipeline.material import a_kit, a_material

FOUNDED = "The ferry was founded by Tilde Aarup in 1874."


def no_seeds() -> Material:
    return msgspec.structs.replace(a_material(), seeds=())


def drafts(kit: Kit, **options: object) -> list[Draft]:
    block = DetailQuestions(msgspec.convert(options, DetailQuestions.Options))
    material = no_seeds()
    return list(block.make(material, slots_of("q", block.units(material, kit), material, 1), kit))


def about_year(request: Completion) -> str:
    return " was the ferry founded?\nmore" if request.prompt.endswith("In which year") else " nothing"


def test_a_leaf_without_seeds_gets_questions_whose_answers_stand_in_the_text() -> None:
    made = [draft for draft in drafts(a_kit(about_year)) if not draft.fault]
    pairs = {(draft.question, draft.answer) for draft in made}
    assert ("In which year was the ferry founded?", "1874") in pairs
    assert ("By whom was the ferry founded in 1874?", "Tilde Aarup") in pairs, "the rule needs no teacher"
    source = no_seeds().source
    assert all(draft.answer in source for draft in made)


def test_what_a_rule_wrote_names_no_teacher() -> None:
    by_rule = next(draft for draft in drafts(a_kit(about_year)) if draft.question.startswith("By whom"))
    assert not as_sample(by_rule, no_seeds(), "q", "Teacher").provenance.teacher


def test_faults_say_why() -> None:
    def fault(said: str) -> str:
        made = drafts(a_kit(lambda request: said if request.prompt.endswith("In which year") else ""))
        return next(draft.fault for draft in made if draft.prompt.endswith("In which year"))

    assert fault(" was the ferry founded?") == ""
    assert "gives its answer away" in fault(" was the ferry founded in 1874?")
    assert "“castl" in fault(" was the castle of the ferry founded?")
    assert "too little" in fault(" was it?")
    assert "no question" in fault(" no")


def test_the_prompt_shows_neutral_records_of_the_same_kind_last() -> None:
    assert all(shot.question.startswith("How many") for shot in shots_for("How many pianos")[-2:])
    assert shots_for("On which day")[-1] == shots()["What"][-1]
    for some in shots().values():
        for shot in some:
            assert shot.answer in shot.sentence
            assert shot.question.endswith("?")


def test_chat_style_asks_for_the_answer() -> None:
    made = drafts(a_kit(lambda request: "Question: When was the ferry founded?"), style="chat", asks=1)
    year = next(draft for draft in made if draft.answer == "1874" and draft.prompt)
    assert "whole answer is “1874”" in year.prompt
    assert year.question == "When was the ferry founded?"


def judged(pairs: list[tuple[str, str]], scores: dict[str, float]) -> list[tuple[bool, str]]:
    material = no_seeds()
    kit = a_kit(lambda _request: "", lambda _prompt, text: scores.get(text.strip(), -9.0))
    fact = next(part.fact for part in material.statements if part.text == FOUNDED)
    block = DetailQuestions(DetailQuestions.Options())
    template = as_sample(
        next(iter(block.make(material, slots_of("q", block.units(material, kit), material, 1), kit))), material, "q", ""
    )
    samples: list[Sample] = [
        msgspec.structs.replace(template, id=str(number), question=question, answer=answer, fact=fact)
        for number, (question, answer) in enumerate(pairs)
    ]
    judge = RoundTripFilter(RoundTripFilter.Options())
    judge.begin(material, [])
    return [(one.passed, one.reason) for one in judge.judge(material, samples, kit)]


def test_a_question_must_lead_back_to_its_answer() -> None:
    asked = [("In which year was the ferry founded?", "1874")]
    assert judged(asked, {"1874": -0.1}) == [(True, "")]
    assert "Tilde Aarup" in judged(asked, {"1874": -2.0, "Tilde Aarup": -0.1})[0][1]
    assert "sure" in judged(asked, {"1874": -2.0})[0][1]


def test_only_one_question_for_each_answer_passes() -> None:
    twice = [("When was the ferry founded?", "1874"), ("In which year was the ferry founded?", "1874")]
    assert [passed for passed, _reason in judged(twice, {"1874": -0.1})].count(True) == 1


def test_a_rule_goes_before_the_teacher() -> None:
    kit = a_kit(lambda _request: "", lambda prompt, _text: -0.1 if "did the" in prompt else -0.3)
    material = no_seeds()
    block = DetailQuestions(DetailQuestions.Options())
    made = [as_sample(draft, material, "q", "") for draft in block.make(
        material, slots_of("q", block.units(material, kit), material, 1), kit
    )]  # fmt: skip
    rule = next(one for one in made if one.question.startswith("By whom was the ferry founded"))
    prompt_sha = next(one for one in made if one.provenance.prompt_sha).provenance
    rival = msgspec.structs.replace(
        rule, id="rival", question="By whom did the ferry be founded?", provenance=prompt_sha
    )
    judge = RoundTripFilter(RoundTripFilter.Options())
    judge.begin(material, [])
    assert [one.passed for one in judge.judge(material, [rival, rule], kit)] == [False, True]


def test_the_draft_pipelines_run() -> None:
    for style in ("completion", "chat"):
        kit = a_kit(about_year, lambda _prompt, text: -0.1 if text.strip() in ("1874", "Yes") else -3.0)
        definition = read_pipeline(paths.resources() / "pipelines" / f"draft-knowledge-{style}.yaml")
        found: list[Sample] = []
        made = Pipeline(definition, kit).run(no_seeds(), {}, found.append)
        assert made.kept >= 1
        assert all(sample.reason for sample in found if not sample.kept)
