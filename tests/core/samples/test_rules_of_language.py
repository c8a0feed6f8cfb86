"""Wordings, statements and recall questions: the rules that multiply examples without a model."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core import paths
from labdesk.core.samples.clauses import clauses, questions_of
from labdesk.core.samples.phrasebook import Phrasebook, read_phrasebook
from labdesk.core.samples.phrasing import exchanged, keywords, subject_of, wordings
from labdesk.core.samples.rebuilding import rebuilt
from labdesk.core.samples.recall import recall_questions
from labdesk.core.samples.statements import Statement, statements

DOCUMENT = """# The Lantern Ferry

The Lantern Ferry crosses the sound. It was built in 1998. The
lantern was a gift from the guild.

## Tickets

- A ticket costs 40 crowns.
- The piermaster, Mr. Ruus, sells them.

```
code is not taught
```

What does it cost? In a storm the keeper rows. She was seen in 1902.
"""


@pytest.fixture(scope="module")
def book() -> Phrasebook:
    return read_phrasebook(paths.resources() / "phrasing" / "english.json")


@pytest.mark.parametrize(
    ("question", "answer", "expected"),
    [
        ("Who designed the tower?", "Edith Crane", "What is the name of the person who designed the tower?"),
        ("Who is the archivist of Quillon?", "Pell", "What is the name of the archivist of Quillon?"),
        ("When was the lamp lit?", "In 1874", "In which year was the lamp lit?"),
        ("How many steps lead up?", "186", "What number of steps lead up?"),
        ("How tall is the tower?", "92 feet", "What is the height of the tower?"),
        ("How much does a ticket cost?", "40 crowns", "What is the price of a ticket?"),
        ("What was the goose called?", "Admiral", "What is the name of the goose?"),
        ("In which city are they stored?", "Tallinn", "In what city are they stored?"),
        ("Who is the owner of Quillon?", "Pell", "Who is Quillon's owner?"),
    ],
)
def test_question_is_rebuilt(question: str, answer: str, expected: str) -> None:
    assert expected in rebuilt(question, answer)


def test_year_words_only_for_answers_with_a_year() -> None:
    assert not any("year" in text for text in rebuilt("When does the ferry sail?", "At noon"))


def test_wordings_are_many_distinct_and_repeatable(book: Phrasebook) -> None:
    made = wordings("Where was the boat built?", "At Korsvik", "the Lantern Ferry", book, 30, seed=1)
    assert len(made) == len(set(made)) == 30
    assert made[0] == "Where was the boat built?"
    assert made == wordings("Where was the boat built?", "At Korsvik", "the Lantern Ferry", book, 30, seed=1)
    assert made != wordings("Where was the boat built?", "At Korsvik", "the Lantern Ferry", book, 30, seed=2)
    assert sum("boat" in text or "ship" in text or "vessel" in text for text in made) == 30, (
        "no wording loses the subject"
    )


def test_other_languages_are_left_in_peace(book: Phrasebook) -> None:
    made = wordings("Wer baute den Turm?", "Edith", "Turm", book, 30, seed=1)
    assert made == ["Wer baute den Turm?", "Turm: Wer baute den Turm?"]


def test_a_part_of_a_compound_is_not_exchanged(book: Phrasebook) -> None:
    assert not any("price" in text for text in exchanged("Who sings the fee-bee song?", book))
    assert "What is the price?" in exchanged("What is the fee?", book)


def test_keywords_keep_what_matters() -> None:
    assert keywords("Where was the Patience IV built?") == "Where Patience IV built?"


def test_subject_is_the_commonest_name() -> None:
    asked = ["Who wrote Quillon?", "Where does Quillon keep notes?", "How many notes fit a sheaf?"]
    assert subject_of(asked, "Handbook") == "Quillon"
    assert subject_of(["Who is it?", "What is that?"], "Handbook") == "Handbook"


@given(st.text(max_size=200), st.text(max_size=50))
def test_any_text_can_be_worded(question: str, answer: str) -> None:
    book = Phrasebook(language="en", marks=("the",), frames=("Say: {lower}",), synonyms=(("a", "b"),))
    assert len(wordings(question, answer, "it", book, 5, 1)) <= 5


def test_statements_stand_alone_and_know_their_place() -> None:
    sentences, paragraphs, heading = statements("d.md", DOCUMENT, "Ferry")
    texts = [one.text for one in sentences]
    assert heading == "The Lantern Ferry"
    assert "The Lantern Ferry was built in 1998." in texts, "a pronoun becomes what it stands for"
    assert "The lantern was a gift from the guild." in texts, "lines of one paragraph belong together"
    assert "A ticket costs 40 crowns." in texts, "list items are sentences"
    assert any("Mr. Ruus, sells" in text for text in texts), "an abbreviation ends no sentence"
    assert not any("code" in text or "What does" in text for text in texts), "code and questions teach nothing"
    assert "In a storm the keeper rows. She was seen in 1902." in texts, "an unclear pronoun stays with its sentence"
    assert all(DOCUMENT[one.start : one.end].strip() for one in sentences)
    assert any(DOCUMENT[one.start : one.end].startswith("The Lantern Ferry crosses") for one in paragraphs)


def test_heading_with_a_line_under_it() -> None:
    _sentences, _paragraphs, heading = statements("d", "The March\n=========\n\nIt lasted for nine whole days.\n", "T")
    assert heading == "The March"
    assert _sentences[0].text == "The March lasted for nine whole days."


@given(st.text(max_size=400))
def test_any_document_can_be_cut(text: str) -> None:
    sentences, paragraphs, _heading = statements("d", text, "Title")
    for one in [*sentences, *paragraphs]:
        assert 0 <= one.start < one.end <= len(text)


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The lantern burns rapeseed oil.", "What does the lantern burn?"),
        ("A crossing takes 34 minutes in calm weather.", "How many minutes does a crossing take in calm weather?"),
        (
            "Today's boat, the Patience IV, was built at the yard in 1998.",
            "In which year was the Patience IV built at the yard?",
        ),
        ("Links between notes are called threads.", "What are links between notes called?"),
        ("The weather was added in 2018 by the Oslo team.", "By whom was the weather added in 2018?"),
        ("The archivist of Quillon is Pell Oduya, who can be called.", "Who is the archivist of Quillon?"),
        ("In 2019 the spoon went to Marit Lunde.", "In which year did the spoon go to Marit Lunde?"),
    ],
)
def test_statement_becomes_a_natural_question(sentence: str, question: str) -> None:
    assert question in questions_of(sentence)


@pytest.mark.parametrize(
    "sentence", ["A removed note goes away, they say.", "On such days a cone is hoisted.", "It does not sail."]
)
def test_unsure_rules_say_nothing(sentence: str) -> None:
    assert all(part.subject not in ("A", "On such days a cone") for part in clauses(sentence))


def test_recall_questions_hold_words_of_their_statement(book: Phrasebook) -> None:
    text = "The weather was added in 2018 as a joke by the Oslo team."
    made = recall_questions(Statement(document="d", start=0, end=9, text=text), "Quillon", book, 20, seed=3)
    assert len(made) == len(set(made)) >= 15
    assert all(
        {"weather", "added", "2018", "joke", "oslo", "team"} & set(q.lower().rstrip("?.").split()) or "weather" in q
        for q in made
    )
    assert any("which year" in question for question in made)


def test_a_link_whose_target_has_brackets_leaves_only_its_text() -> None:
    text = 'Birds can [cache](Hoarding_(animal_behavior) "wikilink") food for use in winter (all of them).'
    (found,), _paragraphs, _heading = statements("birds.md", text, "Birds")
    assert found.text == "Birds can cache food for use in winter (all of them)."
