"""Which details of a sentence can be asked for, and what rules are sure of."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.samples.clauses import answered
from labdesk.core.samples.details import details


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("The lamp was first lit in 1874, on a foggy night.", {"1874": "In which year"}),
        ("The ferry sails on 3 May 1920.", {"3 May 1920": "On which day"}),
        ("A stair of 186 steps leads to the lamp room.", {"186 steps": "How many steps"}),
        ("She was carrying forty pianos to Port Hallam.", {"forty pianos": "How many pianos", "Port Hallam": "Where"}),
        ("It was designed by Edith Crane.", {"Edith Crane": "Who"}),
        ("He kept a goose called Admiral, which honked.", {"Admiral": "What is the name of"}),
        ("A ferry called the Button crosses.", {"Button": "What is the name of"}),
        ("The lantern burns rapeseed oil.", {"rapeseed oil": ""}),
        ("Please bring it.", {}),
        ("", {}),
    ],
)
def test_details_and_how_to_ask_for_them(sentence: str, found: dict[str, str]) -> None:
    assert {one.text: one.asks[0] if one.asks else "" for one in details(sentence)} == found


def test_a_rule_asks_where_it_is_sure() -> None:
    pairs = {answer: question for question, answer in answered("The mill was founded in 1991 by Norma Quick.")}
    assert pairs["1991"] == "In which year was the mill founded by Norma Quick?"
    assert pairs["Norma Quick"] == "By whom was the mill founded in 1991?"
    assert ("Where does Marrowby Light stand?", "Fennick Island") in answered(
        "Marrowby Light stands on Fennick Island, two miles from the town of Oldwick."
    )


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The first keeper was Thomas Bell, who had been a baker.", "Who was the first keeper?"),
        ("The great day of the year is Lantern Night.", "What is the great day of the year?"),
        ("Marrowby Light stands on Fennick Island.", "What stands on Fennick Island?"),
        ("Rosa Lind, a keeper, left the tower.", None),
        ("Norma Quick sold her bicycle in Lund.", "Who sold her bicycle in Lund?"),
    ],
)
def test_people_are_asked_for_with_who(sentence: str, question: str | None) -> None:
    asked = {text for text, _answer in answered(sentence)}
    assert question is None or question in asked
    assert not (
        question and (question.replace("Who ", "What ", 1) if question[:3] == "Who" else f"Who{question[4:]}") in asked
    )


def test_no_rule_speaks_of_what_it_does_not_understand() -> None:
    assert answered("If it rains, which it does, stay.") == []


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=200))
def test_details_lie_in_the_sentence_and_do_not_overlap(sentence: str) -> None:
    end = 0
    for one in details(sentence):
        assert sentence[one.start : one.end] == one.text
        assert one.text
        assert one.start >= end
        end = one.end
