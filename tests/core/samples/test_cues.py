"""Cue questions hold words of the question and its passage, never the name that is the answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core import paths
from labdesk.core.samples.cues import cue_questions
from labdesk.core.samples.phrasebook import read_phrasebook

BOOK = read_phrasebook(paths.resources() / "phrasing" / "english.json")
PASSAGE = "The tower is tall. The diary of the keeper is kept in the cellar of Saint Orla College."


def cues(question: str, answer: str, context: str = PASSAGE, count: int = 20, seed: int = 1) -> list[str]:
    return cue_questions(question, answer, context, "Marrowby Light", BOOK, count, seed)


def test_words_of_the_passage_come_in_but_never_the_answer() -> None:
    found = cues("Who lives under Marrowby Light?", "Rosa Lind", "The cellar of the tower is the home of Rosa Lind.")
    assert any("cellar" in text.lower() or "home" in text.lower() for text in found)
    assert not any("Rosa" in text or "Lind" in text for text in found)


def test_the_kind_of_question_survives() -> None:
    found = cues("How many steps lead to the lamp room?", "186 steps")
    assert all("how many" in text.lower() or "what number of" in text.lower() for text in found)


def test_all_are_different_and_the_same_seed_gives_the_same() -> None:
    found = cues("Where is the diary of the keeper kept?", "in the cellar")
    assert len(found) == len(set(found)) > 10
    assert found == cues("Where is the diary of the keeper kept?", "in the cellar")
    assert found != cues("Where is the diary of the keeper kept?", "in the cellar", seed=2)


@given(st.text(max_size=80), st.text(max_size=30), st.text(max_size=120), st.integers(0, 8))
def test_any_text_is_survived(question: str, answer: str, context: str, count: int) -> None:
    assert len(cues(question, answer, context, count)) <= count
