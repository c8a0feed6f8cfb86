"""Multiple-choice questions: wrong answers of the same kind out of the document, chosen by likelihood."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core import paths
from labdesk.core.errors import JobStopped
from labdesk.core.exam.choices import (
    bare,
    choice_scores,
    from_lines,
    in_lines,
    kind_of,
    read_choices,
    write_choices,
    wrong_answers,
)  # fmt: skip
from labdesk.core.exam.held_out import exam_for
from labdesk.engine.exam.choosing import choose, multiple_choice
from labdesk.engine.pipeline.definition import read_pipeline
from labdesk.engine.runtimes.scripted import ScriptedRuntime
from labdesk.jobs.materials import read_material
from tests.engine.pipeline.material import a_kit, a_material, a_skill

LIGHT, _NOTES = read_material(paths.starter_taxonomy(), "knowledge/places/marrowby_light")
EXAM = exam_for(LIGHT, paths.starter_taxonomy() / LIGHT.leaf, 20)
DEFINITION = read_pipeline(paths.resources() / "pipelines" / "knowledge-choices.yaml")
KIT = a_kit(lambda _request: "")


@pytest.mark.parametrize(("answer", "kind"), [
    ("1874", "year"), ("In 1874", "year"), ("92 feet", "amount"), ("two miles", "amount"), ("Edith Crane", "name"),
    ("the Silver Herring", "name"), ("ginger soup", "thing"), ("", None), ("one two three four five six seven", None),
])  # fmt: skip
def test_kinds(answer: str, kind: str | None) -> None:
    assert kind_of(answer) == kind


def test_each_question_has_four_different_choices_of_one_kind() -> None:
    found = multiple_choice(DEFINITION, LIGHT, EXAM, KIT)
    assert len(found) >= len(EXAM) // 2
    answers = {question.id: bare(question.answer) for question in EXAM}
    source = f"{LIGHT.source} {' '.join(seed.answer for seed in LIGHT.seeds)}".lower()
    for one in found:
        assert len(set(one.choices)) == 4 and one.choices[one.right] == answers[one.fact]
        assert len({kind_of(text) for text in one.choices}) == 1
        for text in one.choices:
            assert text.lower().removeprefix("the ").removeprefix("a ") in source
    assert len({one.right for one in found}) > 1, "the right one is not always at the same place"
    assert found == multiple_choice(DEFINITION, LIGHT, EXAM, KIT)


def test_a_leaf_without_others_of_the_kind_gives_none() -> None:
    assert multiple_choice(DEFINITION, a_material(), [], KIT) == []
    assert multiple_choice(DEFINITION, a_skill(), [], KIT) == []
    assert wrong_answers("Tilde Aarup", "Who founded it?", a_skill(), random.Random(1)) == ()


def test_the_likeliest_counts_and_length_does_not(tmp_path: Path) -> None:
    choices = multiple_choice(DEFINITION, LIGHT, EXAM, KIT)
    right = {one.question: one.choices[one.right] for one in choices}

    def score(prompt: str, text: str) -> float:
        return -1.0 if any(question in prompt and text == answer for question, answer in right.items()) else -50.0

    runtime = ScriptedRuntime(lambda _request: "", score)
    chosen = choose(runtime, choices)
    assert all(one.probability > 0.25 for one in chosen if one.correct)
    assert all(one.correct for one in chosen)
    ((leaf, share, count),) = choice_scores(chosen)
    assert (leaf, count) == (LIGHT.leaf, len(choices)) and share == 1
    write_choices(tmp_path, chosen)
    assert read_choices(tmp_path) == chosen


def test_a_stopped_exam_chooses_nothing() -> None:
    choices = multiple_choice(DEFINITION, LIGHT, EXAM, KIT)
    with pytest.raises(JobStopped):
        choose(ScriptedRuntime(lambda _request: "", lambda _prompt, _text: 0.0), choices, lambda: True)


line = st.text(st.characters(exclude_characters="\n\r", codec="utf-8"), min_size=1, max_size=20)


@given(line, st.lists(line, min_size=1, max_size=4))
def test_lines_come_back(question: str, choices: list[str]) -> None:
    assert from_lines(in_lines(question, choices)) == (question, tuple(choices))
