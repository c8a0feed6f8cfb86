"""The filters: each catches its kind of bad row and lets good rows pass."""

from __future__ import annotations

import msgspec
import pytest

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.samples.sample import Origin, Provenance, Sample
from labdesk.engine.pipeline.filters.answer_rank import AnswerRankFilter
from labdesk.engine.pipeline.filters.duplicates import DuplicateFilter
from labdesk.engine.pipeline.filters.form import FormFilter
from labdesk.engine.pipeline.filters.grounding import GroundingFilter
from labdesk.engine.pipeline.filters.judge import JudgeFilter
from labdesk.engine.pipeline.filters.likeness import LikenessFilter
from labdesk.engine.pipeline.seams import Filter
from tests.engine.pipeline.material import a_kit, a_material, a_skill


def row(
    question: str, answer: str, origin: Origin = "rephrased", *, id: str = "", context: str = "", fact: str = "seed 1.1"
) -> Sample:
    return Sample(
        id=id or f"{question}|{answer}",
        leaf="knowledge/ferry",
        root="knowledge",
        form="short",
        origin=origin,
        fact=fact,
        question=question,
        answer=answer,
        context=context,
        provenance=Provenance(block="b", teacher="t", prompt_sha="x"),
    )


def held_out(question: str, context: str = "") -> ExamQuestion:
    return ExamQuestion(id="1", leaf="a", question=question, answer="x", context=context)


def reasons(
    one: Filter, samples: list[Sample], scores: dict[str, float] | None = None, skill: bool = False
) -> list[str]:
    material = a_skill() if skill else a_material()
    one.begin(material, [held_out("Who was the founder of the ferry?")])
    kit = a_kit(lambda request: "", lambda prompt, text: (scores or {}).get(text.strip(), -50.0))
    return [verdict.reason if not verdict.passed else "" for verdict in one.judge(material, samples, kit)]


@pytest.mark.parametrize(
    ("question", "answer", "word"),
    [
        ("Who founded it?", "Tilde Aarup", ""),
        ("Who founded it?", " ", "empty"),
        ("", "Tilde Aarup", "empty"),
        ("Who?", "Tilde Aarup", "too short"),
        ("Who founded it?", "x y " * 300, "more than"),
        ("Who founded it?", "Tilde<|im_end|>", "marks"),
        ("Who founded it?", "Question: who", "marks"),
        ("Who founded it?", "go to the sea " * 5, "repeats itself"),
        ("Who founded it?", "As an AI I do not know.", "refusal"),
    ],
)
def test_form(question: str, answer: str, word: str) -> None:
    reason = reasons(FormFilter(FormFilter.Options()), [row(question, answer)])[0]
    assert word in reason
    assert bool(reason) == bool(word)


def test_duplicates_exact_near_and_leaked() -> None:
    said = reasons(
        DuplicateFilter(DuplicateFilter.Options(similarity=0.5)),
        [
            row("Who founded the Lantern Ferry?", "A", "seed"),
            row("who founded the lantern ferry", "A"),
            row("Who has founded the Lantern Ferry?", "A"),
            row("Who has then founded the Lantern Ferry?", "A", "pattern"),
            row("Tell me, who was the founder of the ferry?", "A"),
            row("What does the lantern burn?", "A"),
        ],
    )
    assert said[0] == said[3] == said[5] == ""
    assert "same question" in said[1]
    assert "nearly the same" in said[2]
    assert "exam" in said[4]


def test_the_same_question_about_another_context_is_no_duplicate() -> None:
    rows = [
        row("Write the line.", "A", "skill", context="Ada came."),
        row("Write the line.", "B", "skill", context="Nobody was at sea today."),
    ]
    assert reasons(DuplicateFilter(DuplicateFilter.Options()), rows) == ["", ""]


def test_a_skills_common_question_is_no_leak() -> None:
    material = a_skill(grounded=True)
    one = DuplicateFilter(DuplicateFilter.Options())
    one.begin(
        material, [held_out(material.seeds[0].question, "Coffee with cream."), held_out("Write a note about tea.")]
    )
    rows = [
        row(material.seeds[0].question, "A", "skill", context="Tea."),
        row("Write a note about tea.", "B", "skill", context="Tea"),
    ]
    assert [verdict.passed for verdict in one.judge(material, rows, a_kit(lambda request: ""))] == [True, False]


def test_grounding_catches_swapped_names_and_numbers() -> None:
    good = ["It was founded by Tilde Aarup.", "A crossing takes 34 minutes.", "thirty-four minutes", "Rapeseed oil"]
    bad = ["It was founded by Tilde Berg.", "A crossing takes 43 minutes.", "In 1875", "Whale blubber from the north"]
    said = reasons(
        GroundingFilter(GroundingFilter.Options()),
        [row("Who founded the ferry?", text, fact="of the document") for text in good + bad],
    )
    assert said[: len(good)] == [""] * len(good)
    assert all(said[len(good) :])
    assert reasons(GroundingFilter(GroundingFilter.Options()), [row("Who met Zorblatt?", "Tilde Aarup")])[0]


def test_grounding_knows_where_a_name_belongs() -> None:
    answers = [
        "Tilde Aarup",
        "It was Tilde Aarup, in 1874.",
        "Ingolf Ruus",
        "It was Tilde Ruus.",
        "Tilde",
        "34 minutes",
    ]
    said = reasons(GroundingFilter(GroundingFilter.Options()), [row("Who founded the ferry?", one) for one in answers])
    assert said[:2] == ["", ""]
    assert "says of something else" in said[3]
    assert "does not say “aarup”" in said[4]
    assert all(said[2:])


def test_grounding_looks_into_the_samples_own_context() -> None:
    one = row("Write the line.", "Ida Berg | 3", "skill", context="Ida Berg came with 3 guests.")
    other = row("Write the line.", "Ida Holm | 3", "skill", context="Ida Berg came with 3 guests.")
    said = reasons(GroundingFilter(GroundingFilter.Options()), [one, other])
    assert said[0] == ""
    assert "holm" in said[1]
    copied = row("Write the line.", "Tilde Aarup | 3", "skill", context="A storm came with 3 guests.")
    assert reasons(GroundingFilter(GroundingFilter.Options()), [copied])[0], (
        "the seeds are no source for another context"
    )


def test_answer_must_rank_first_by_likelihood_per_token() -> None:
    one = row("Which person founded the Lantern Ferry?", "Tilde Aarup")
    ranked = AnswerRankFilter(AnswerRankFilter.Options(rivals=2))
    assert reasons(ranked, [one], {"Tilde Aarup": -1.0, "34 minutes": -3.0}) == [""]
    assert "fits 1 other answer" in reasons(ranked, [one], {"Tilde Aarup": -9.0, "34 minutes": -3.0})[0]
    by_rule = msgspec.structs.replace(one, provenance=Provenance(block="wordings"))
    assert reasons(ranked, [by_rule]) == [""], "what a rule made is not judged"


def test_judge_reads_the_probability_of_yes() -> None:
    judge = JudgeFilter(JudgeFilter.Options(threshold=0.5))
    assert reasons(judge, [row("Who founded it?", "Tilde")], {"Yes": -0.1, "No": -3.0}) == [""]
    assert "doubts" in reasons(judge, [row("Who founded it?", "Tilde")], {"Yes": -3.0, "No": -0.1})[0]


@pytest.mark.parametrize(
    ("question", "answer", "word"),
    [
        ("Write a note about tea.", "Ahoy! Here is tea for all. Dry socks.", ""),
        ("Sing about tea.", "Ahoy! Here is tea for all. Dry socks.", "begin"),
        ("Write a note about tea.", "Hello! Here is tea for all. Dry socks.", "begin"),
        ("Write a note about tea.", "Ahoy! Here is tea for all. Wet feet.", "end"),
        ("Write a note about tea.", "Ahoy! Here is " + "tea " * 40 + "for all. Dry socks.", "words"),
    ],
)
def test_likeness_to_the_seeds(question: str, answer: str, word: str) -> None:
    reason = reasons(LikenessFilter(LikenessFilter.Options()), [row(question, answer, "skill")], skill=True)[0]
    assert word in reason
    assert bool(reason) == bool(word)
