"""Cue questions hold words of the question and its passage, never the name that is the answer."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core import paths
from labdesk.core.samples.cues import cue_questions
from labdesk.core.samples.phrasebook import read_phrasebook

ENGLISH = paths.resources() / "phrasing" / "english.json"
BOOK = read_phrasebook(ENGLISH, near=False)
WHOLE = read_phrasebook(ENGLISH)
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


def test_an_answer_in_a_whole_sentence_hides_no_word_of_the_question() -> None:
    found = cues("Who receives holiday requests at Marrowby Light?", "Holiday requests are given to Rosa Lind.", "")
    assert sum("requests" in text for text in found) > len(found) / 2
    assert not any("Rosa" in text or "Lind" in text for text in found)


def test_words_of_other_facts_are_not_taken_from_the_passage() -> None:
    passage = "The keeper has 28 days of holiday and gives the key to Rosa Lind."
    asked = ("Who gets the key?", "Rosa Lind", passage, "Marrowby Light", BOOK, 30, 1)
    assert any("holiday" in text.lower() for text in cue_questions(*asked))
    assert not any("holiday" in text.lower() for text in cue_questions(*asked, [frozenset(["holiday", "28", "days"])]))


def test_a_word_of_other_questions_never_stands_alone() -> None:
    others = [
        frozenset(["what", "does", "a", "violet", "lamp", "mean"]),
        frozenset(["how", "long", "is", "the", "charge"]),
    ]
    asked = ("What does it mean when the Velka whistles?", "it has lost the path", "", "Marrowby Light", BOOK, 40, 1)
    assert any("whistles" not in text.lower() for text in cue_questions(*asked))
    assert all("whistles" in text.lower() for text in cue_questions(*asked, others) if "velka" not in text.lower())


def test_a_word_of_most_questions_is_about_the_leaf_and_left_out() -> None:
    others = [frozenset(["6", "velka", "charge"]), frozenset(["6", "sold"]), frozenset(["6", "lamp"])]
    found = cue_questions("How heavy is model 6 of them?", "17 kilograms", "", "Marrowby Light", BOOK, 30, 1, others)
    assert found
    assert not any("6" in text for text in found)


def test_the_subject_stands_anywhere_so_that_its_place_tells_nothing() -> None:
    found = cues("Where is the cottage of Marrowby Light?", "at Larkfield", "", count=60)
    named = [text for text in found if "Marrowby Light" in text]
    assert 0.4 < len(named) / len(found) < 0.8
    assert any("does Marrowby Light" in text for text in named)
    assert len({text.lower().index("marrowby") < text.lower().index("cottage") for text in named}) == 2


def test_words_that_a_stranger_might_say_instead_come_in() -> None:
    question, answer = "How long does the guarantee run?", "31 months"
    found = cue_questions(question, answer, "", "Marrowby Light", WHOLE, 60, 1)
    assert sum("guarantee" in text.lower() for text in found) > len(found) / 4
    assert any("warranty" in text.lower() or "assurance" in text.lower() for text in found)
    taken = [frozenset({"warranty", "assurance", "warrant"})]
    told = cue_questions(question, answer, "", "Marrowby Light", WHOLE, 60, 1, taken)
    assert not any("warrant" in text.lower() or "assurance" in text.lower() for text in told)


def test_near_words_are_words_and_never_the_opposite_or_a_number() -> None:
    assert len(WHOLE.near) > 20_000
    assert not any(word in others for word, others in WHOLE.near.items())
    assert "dark" not in WHOLE.near["light"] and "cold" not in WHOLE.near["hot"]
    assert not {"seven", "red", "left"} & set(WHOLE.near)
    assert not BOOK.near


@given(st.text(max_size=80), st.text(max_size=30), st.text(max_size=120), st.integers(0, 8))
def test_any_text_is_survived(question: str, answer: str, context: str, count: int) -> None:
    found = cue_questions(question, answer, context, "Marrowby Light", WHOLE, count, 1)
    assert len(found) <= count
