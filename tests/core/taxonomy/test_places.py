"""A problem's field is found by its line, and called as the form calls it."""

from __future__ import annotations

import pytest

from labdesk.core.taxonomy.places import line_of_path, path_at_line, words_of_path
from labdesk.core.taxonomy.yaml_source import YamlPath

DATA = b"""version: 3
domain: places
seed_examples:
  - context: one
    questions_and_answers:
      - question: who?
        answer: Ada
  - context: two
"""


@pytest.mark.parametrize(
    ("line", "path"),
    [
        (1, ("version",)),
        (2, ("domain",)),
        (4, ("seed_examples", 0, "context")),
        (6, ("seed_examples", 0, "questions_and_answers", 0, "question")),
        (7, ("seed_examples", 0, "questions_and_answers", 0, "answer")),
        (8, ("seed_examples", 1, "context")),
        (99, ("seed_examples", 1, "context")),
    ],
)
def test_lines_and_fields_lead_to_each_other(line: int, path: YamlPath) -> None:
    assert path_at_line(DATA, line) == path
    found = line_of_path(DATA, path)
    assert found is not None and found[0] == min(line, 8)


def test_what_is_no_yaml_has_no_fields() -> None:
    assert path_at_line(b"a: [", 1) == ()
    assert line_of_path(b"a: [", ("a",)) is None
    assert line_of_path(DATA, ("nothing", "there")) == (1, 1)  # the nearest above it: the whole file


@pytest.mark.parametrize(
    ("path", "knowledge", "words"),
    [
        ((), True, "The whole file"),
        (("created_by",), True, "Written by"),
        (("seed_examples", 2, "answer"), False, "Example 3, answer"),
        (("seed_examples", 0, "context"), True, "Passage 1, passage"),
        (("seed_examples", 0, "context"), False, "Example 1, text"),
        (("seed_examples", 1, "questions_and_answers", 2), True, "Passage 2, Question 3"),
        (("seed_examples", 1, "questions_and_answers", 0, "answer"), True, "Passage 2, Answer 1"),
        (("odd_field", 3), True, "odd field"),
    ],
)
def test_fields_have_the_names_of_the_form(path: YamlPath, knowledge: bool, words: str) -> None:
    assert words_of_path(path, knowledge=knowledge) == words
