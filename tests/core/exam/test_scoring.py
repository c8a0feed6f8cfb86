"""Scoring: what counts as the right answer, and what must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.exam.question import ExamQuestion
from labdesk.core.exam.scoring import rouge_l, score, words


def ask(question: str, answer: str, *accepted: str) -> ExamQuestion:
    return ExamQuestion(id="q", leaf="l", question=question, answer=answer, accepted=accepted)


@pytest.mark.parametrize(
    ("question", "answer", "said", "right"),
    [
        ("Who designed it?", "Edith Crane", "It was designed by Edith Crane, a clockmaker.", True),
        ("Who designed it?", "Edith Crane", "It was designed by Thomas Bell.", False),
        ("How many legs?", "Eight", "A spider has 8 legs.", True),
        ("How many steps?", "1,186 steps", "There are 1186 steps.", True),
        ("How many steps?", "186 steps", "There are 1860 steps.", False),
        ("When was it built?", "It was built in 1874.", "In 1874.", True),
        ("When was it built?", "It was built in 1874.", "It was built in 1974.", False),
        ("What colour is it?", "Purple", "They are shown in purple.", True),
        ("What does the lantern burn?", "The lantern burns rapeseed oil.", "The lantern burns whale blubber.", False),
        ("What does the lantern burn?", "The lantern burns rapeseed oil.", "Rapeseed oil!", True),
        ("What receives the warden?", "A box of figs", "He receives a box of figs.", True),
        ("Which city?", "Málaga", "Malaga, in Spain.", True),
    ],
)
def test_contains(question: str, answer: str, said: str, right: bool) -> None:
    assert score(ask(question, answer), said) == (1.0 if right else 0.0)


def test_accepted_answers_are_the_only_ones_when_given() -> None:
    asked = ask("What is the height?", "92 feet", "92")
    assert score(asked, "It is 92 feet tall.") == 1.0
    assert score(asked, "It is many feet tall.") == 0.0
    assert score(ask("What do they wear?", "gloves", "glove"), "They wear green gloves.") == 1.0
    assert score(ask("Who?", "Ann", "Ann"), "Annabel did.") == 0.0, "a name is a whole word"


def test_echoing_the_question_earns_nothing() -> None:
    asked = ask("Which ship did Marrowby Light save?", "Marrowby Light saved the Silver Herring.")
    assert score(asked, "Marrowby Light saved a ship.") == 0.0


def test_rouge_l_is_the_f_measure_of_the_common_subsequence() -> None:
    assert rouge_l("a b c d", "a c d e") == pytest.approx(0.75)
    assert rouge_l("the same", "the same") == 1.0
    assert rouge_l("", "x") == 0.0


@given(st.text(), st.text(), st.text())
def test_any_text_scores_between_0_and_1(question: str, answer: str, said: str) -> None:
    assert 0.0 <= score(ask(question, answer), said) <= 1.0
    assert 0.0 <= rouge_l(answer, said) <= 1.0 + 1e-9
    assert all(words(answer))
