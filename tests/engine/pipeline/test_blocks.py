"""The blocks that let a teacher write: what they ask, what they accept, what they refuse."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labdesk.engine.pipeline.blocks.examples import Examples, parse
from labdesk.engine.pipeline.blocks.rewordings import Rewordings
from labdesk.engine.pipeline.blocks.statement_questions import StatementQuestions
from labdesk.engine.pipeline.prompts import first_question
from labdesk.engine.pipeline.seams import Draft, slots_of
from tests.engine.pipeline.material import a_kit, a_material, a_skill


def drafts(block: Rewordings | StatementQuestions | Examples, said: str, *, skill: bool = False) -> list[Draft]:
    material = a_skill() if skill else a_material()
    kit = a_kit(lambda request: said)
    return list(block.make(material, slots_of("b", block.units(material, kit), material, 1), kit))


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        (" Which person founded the London?\nmore", ""),
        (" Which person founded it?", "lost"),
        (" Who founded the London?", "repeated"),
        (" Why was the London founded?", "another kind"),
        (" Is Tilde Aarup the person who founded the London?", "gives the answer away"),
        (" no question here", "no question"),
    ],
)
def test_rewordings_keep_names_and_kind(said: str, fault: str) -> None:
    first = drafts(Rewordings(Rewordings.Options(per_seed=1)), said)[0]
    assert fault in first.fault
    assert bool(first.fault) == bool(fault)
    assert first.answer == "Tilde Aarup"


def test_rare_names_have_stand_ins_in_the_prompt() -> None:
    first = drafts(Rewordings(Rewordings.Options(per_seed=1)), " Which person founded the London?")[0]
    assert "Lantern Ferry" not in first.prompt
    assert first.question == "Which person founded the Lantern Ferry?"


def test_questions_about_statements_answer_with_the_authors_sentence() -> None:
    made = drafts(StatementQuestions(StatementQuestions.Options(per_statement=1)), " What oil does the lantern burn?")
    good = [draft for draft in made if not draft.fault]
    assert [draft.answer for draft in good] == ["The lantern burns rapeseed oil."]
    assert all("in common" in draft.fault for draft in made if draft.fault)


def test_chat_style_uses_the_models_template() -> None:
    block = StatementQuestions(StatementQuestions.Options(style="chat", per_statement=1))
    made = drafts(block, "Question: What oil does the lantern burn?")
    assert made[0].prompt.startswith("Question: You write questions for an exam")
    assert made[1].question == "What oil does the lantern burn?"


def test_examples_need_question_and_answer() -> None:
    block = Examples(Examples.Options(per_seed=1))
    good = drafts(
        block, " Write a note about tea.\nAnswer: Ahoy! Here is tea for all. Dry socks.\n\nQuestion: x", skill=True
    )[0]
    assert (good.question, good.answer) == ("Write a note about tea.", "Ahoy! Here is tea for all. Dry socks.")
    assert drafts(block, " nothing else", skill=True)[0].fault


def test_grounded_record_is_parsed_whole() -> None:
    text = "We saw tea\nin cups.\nQuestion: Write it.\nAnswer: Tea | 2\nContext: next"
    assert parse(text, grounded=True) == ("We saw tea in cups.", "Write it.", "Tea | 2")
    assert parse("Question: a?\nAnswer: b", grounded=True) == ("", "", "")


def test_first_question_strips_what_is_not_the_question() -> None:
    assert first_question('1. "Who is it?" he asked') == "Who is it?"
    assert first_question("Question: Who is it?\nAnswer: me") == "Who is it?"
    assert first_question("No question.") == ""


@settings(max_examples=60)
@given(st.text(max_size=120))
def test_garbage_raises_nothing(said: str) -> None:
    for block in (
        Rewordings(Rewordings.Options(per_seed=1)),
        StatementQuestions(StatementQuestions.Options(per_statement=1)),
    ):
        for draft in drafts(block, said):
            assert draft.fault or draft.question.endswith("?")
    assert all(
        isinstance(msgspec.json.encode(draft), bytes)
        for draft in drafts(Examples(Examples.Options(per_seed=1)), said, skill=True)
    )
