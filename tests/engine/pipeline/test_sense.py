"""The sense filter: rows that a person read and disagreed with are lost, rows that the person agreed with stay."""

from __future__ import annotations

import pytest

from labdesk.core.samples.language import ENGLISH
from labdesk.core.samples.material import Material, Seed
from labdesk.core.samples.sample import Origin, Provenance, Sample, Verdict
from labdesk.engine.pipeline.filters.sense import SenseFilter
from tests.engine.pipeline.material import a_kit

SEEDS = (
    ("Do male black-capped chickadees sing their fee-bee song when other chickadees are around?",
     "No, the males sing the song only in relative isolation."),
    ("How long can black-capped chickadees remember where they cached food?", "Up to 28 days."),
    ("How do black-capped chickadees eat seeds?", "They hammer the seed on a branch to open it."),
    ("How much does a Moonloaf cost?", "A Moonloaf costs 4 pounds."),
)  # fmt: skip
CAP = "The black-capped chickadee has a black cap and “bib” with white cheeks."
DIET = "Insects (especially caterpillars) form a large part of their diet in summer."
WING = "Males have a wing length of 63.5 mm, a tail length of 58 mm and a bill length of 8 mm."
TONE = "In spite of these changes in frequency, anybody listening to the song only hears a pure, high-frequency tone."
FOOD = "The piano is said to have been played all night so that the crew could sleep."


def judged(
    question: str,
    answer: str,
    *,
    seed: int = -1,
    origin: Origin = "document",
    teacher: bool = True,
    language: str = ENGLISH,
) -> Verdict:
    seeds = tuple(Seed(fact=f"seed {n}", question=q, answer=a) for n, (q, a) in enumerate(SEEDS))
    material = Material(
        leaf="k/bird",
        root="knowledge",
        kind="knowledge",
        title="Black capped chickadee",
        seeds=seeds,
        language=language,
    )
    sample = Sample(
        id="1", leaf="k/bird", root="knowledge", form="long", origin=origin,
        fact=f"seed {seed}" if seed >= 0 else "document 1-2", question=question, answer=answer,
        provenance=Provenance(block="b", prompt_sha="0" if teacher else ""),
    )  # fmt: skip
    found = SenseFilter(SenseFilter.Options())
    found.begin(material, ())
    (verdict,) = found.judge(material, [sample], a_kit(lambda _request: ""))
    assert verdict.passed == (not verdict.reason)
    return verdict


@pytest.mark.parametrize(("question", "answer", "why"), [
    ("What is the black-capped chickadee's favorite food?", CAP, "speaks of “favorite”"),
    ("What is a pure, high-frequency tone?", TONE, "only mentions it"),
    ("What are insects that form a large part of their diet in summer?", DIET, "whole answer"),
    ("What is the name of the piano played all night?", FOOD, "says none"),
    ("Who played all night?", FOOD, "says none"),
])  # fmt: skip
def test_questions_about_something_else_are_lost(question: str, answer: str, why: str) -> None:
    assert why in judged(question, answer).reason


@pytest.mark.parametrize(("question", "seed", "why"), [
    ("How do male black-capped chickadees sing their fee-bee song?", 0, "yes or no"),
    ("How many times does the food of the chickadee come per day?", 1, "leaves out"),
    ("What do black-capped chickadees eat seeds?", 2, "another kind"),
    ("How long can an owl remember where it cached food?", 1, "speaks of “owl”"),
])  # fmt: skip
def test_rewordings_that_ask_something_else_are_lost(question: str, seed: int, why: str) -> None:
    assert why in judged(question, SEEDS[seed][1], seed=seed, origin="rephrased").reason


@pytest.mark.parametrize(("question", "answer", "seed"), [
    ("What is a male's wing length?", WING, -1),
    ("What is the tail length of a male black-capped chickadee?", WING, -1),
    ("How long can the chickadee remember where it cached its food?", "", 1),
    ("What is the price of a Moonloaf?", "", 3),
    ("In what way do black-capped chickadees eat seeds?", "", 2),
])  # fmt: skip
def test_what_a_person_agreed_with_stays(question: str, answer: str, seed: int) -> None:
    assert judged(question, answer or SEEDS[seed][1], seed=seed).reason == ""


def test_rows_by_rule_are_lost_only_for_a_broken_place() -> None:
    assert judged("What favorite black cap?", CAP, teacher=False, origin="pattern").passed
    assert not judged("Males have a wing length of how many–67.5 mm?", WING, teacher=False).passed
    assert not judged("Who are slate gray. It has a black beak and legs?", CAP, teacher=False).passed


def test_another_language_is_left_alone() -> None:
    assert judged("Welche Farbe haben Meisen?", "Die Meise hat einen gelben Bauch.", language="de").passed
