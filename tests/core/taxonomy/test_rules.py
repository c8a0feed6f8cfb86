"""Problems in plain words, at their place, with fixes that do what they say."""

from __future__ import annotations

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.problem import Level, Problem, Verdict
from labdesk.core.taxonomy.rules import check

SEEDS = "".join(f"  - question: q{n}\n    answer: a{n}\n" for n in range(5))
SKILL = f"version: 3\ncreated_by: me\ntask_description: x\nseed_examples:\n{SEEDS}"
WHERE = "compositional_skills/x"


def _errors(text: str, path: str = WHERE) -> list[Problem]:
    return [problem for problem in check(text.encode(), path).problems if problem.level is Level.ERROR]


def test_a_right_leaf_has_no_problem() -> None:
    report = check(SKILL.encode(), WHERE)
    assert report.verdict is Verdict.VALID and report.problems == ()


@pytest.mark.parametrize(
    ("old", "new", "line", "column", "where", "words", "title"),
    [
        ("answer: a1", "answer: Yes", 8, 13, "seed_examples[1].answer", "yes or no", "Put it in quotation marks"),
        ("answer: a1", "answer: 12:30:45", 8, 13, "seed_examples[1].answer", "a number", "Put it in quotation marks"),
        ("answer: a1", "answer: 2024-05-06", 8, 13, "seed_examples[1].answer", "a date", "Put it in quotation marks"),
        ("answer: a1", "answer: [a, b]", 8, 13, "seed_examples[1].answer", "a list", None),
        ("answer: a1", "answer:", 8, 12, "seed_examples[1].answer", "is empty", None),
        ("answer: a1", 'answer: ""', 8, 13, "seed_examples[1].answer", "is empty", None),
        ("created_by: me", "created_by: 42", 2, 13, "created_by", "a number", "Put it in quotation marks"),
        ("created_by: me\n", "", 1, 1, "", "“created_by” is missing in the leaf", None),
        ("    answer: a1\n", "", 7, 5, "seed_examples[1]", "“answer” is missing in example 2", None),
        ("    answer: a1\n", "    answers: a1\n", 8, 5, "seed_examples[1].answers", "mean “answer”", "Rename it to"),
        ("    answer: a1\n", "    answer: a1\n    x: 1\n", 9, 5, "seed_examples[1].x", "not a field", "Remove “x”"),
        ("task_description: x", "task_description: x\ncolour: red", 4, 1, "colour", "not a field", "Remove “colour”"),
        ("  - question: q4\n    answer: a4\n", "", 5, 3, "seed_examples", "4 seed examples so far; at least 5", None),
        ("q4\n    answer: a4", "q1\n    answer: a1", 5, 3, "seed_examples", "number 2 and 5", None),
        ("version: 3", 'version: "3"', 1, 10, "version", "must be a number", "Make it a number"),
    ],
)
def test_each_fault_is_named_at_its_place(
    old: str, new: str, line: int, column: int, where: str, words: str, title: str | None
) -> None:
    assert old in SKILL
    text = SKILL.replace(old, new, 1)
    report = check(text.encode(), WHERE)
    assert report.verdict is Verdict.SCHEMA_INVALID
    problem = next(one for one in report.problems if words in one.message)
    assert (problem.line, problem.column, problem.where) == (line, column, where)
    assert (problem.fix.title if problem.fix else None) == title or (
        title and problem.fix and title in problem.fix.title
    )
    if problem.fix:
        fixed = check(problem.fix.apply(text.encode()), WHERE)
        assert fixed.verdict is Verdict.VALID or "answers" in new


def test_versions_that_no_schema_knows_and_old_knowledge() -> None:
    text = SKILL.replace("version: 3", "version: 24")
    report = check(text.encode(), WHERE)
    assert report.verdict is Verdict.UNKNOWN_VERSION and report.problems[0].where == "version"
    assert report.problems[0].fix is not None
    assert check(report.problems[0].fix.apply(text.encode()), WHERE).verdict is Verdict.VALID
    old = check(b"version: 2\ncreated_by: me\ndocument: {}\n", "somewhere")
    assert old.verdict is Verdict.DEPRECATED_VERSION and "no longer taught" in old.problems[0].message
    assert check(b"- a\n", WHERE).verdict is Verdict.NOT_A_MAPPING


def test_the_schema_is_chosen_by_the_last_known_folder_then_by_the_contents() -> None:
    assert check(SKILL.encode(), "foundational_skills/x").verdict is Verdict.VALID
    assert check(SKILL.encode(), "compositional_skills/knowledge/x").verdict is Verdict.SCHEMA_INVALID
    assert check(SKILL.encode(), "knowledge/compositional_skills").verdict is Verdict.VALID


def test_an_old_skill_is_valid_and_can_be_brought_up_to_date() -> None:
    text = SKILL.replace("version: 3\n", "# old\n")
    report = check(text.encode(), WHERE)
    (advice,) = report.problems
    assert report.verdict is Verdict.VALID and advice.level is Level.WARNING
    assert advice.fix is not None
    assert advice.fix.apply(text.encode()).decode() == text.replace("# old\n", "# old\nversion: 3\n")


@pytest.mark.parametrize(
    ("broken", "title"),
    [
        ('answer: "say "hello" to me"', "Put the text in quotation marks"),
        ("answer: note: with a colon", "Put the text in quotation marks"),
        ("answer: *starred* words", "Put the text in quotation marks"),
        ("answer: %percent", "Put the text in quotation marks"),
        ("answer: 'it's here'", "Put the text in quotation marks"),
        ("answer: | on the same line", "Remove the “|” before the text"),
        ("answer: |\n    not indented\n    at all", "Indent the text under its field"),
        ("\tanswer: a1", "Replace the tabs by spaces"),
    ],
)
def test_broken_yaml_is_mended_on_its_line(broken: str, title: str) -> None:
    text = SKILL.replace("answer: a1", broken)
    report = check(text.encode(), WHERE)
    assert report.verdict is Verdict.NOT_YAML
    (problem,) = report.problems
    assert 7 <= problem.line <= 11 and "YAML" in problem.message
    assert problem.fix is not None and problem.fix.title == title
    fixed = problem.fix.apply(text.encode())
    assert check(fixed, WHERE).verdict is Verdict.VALID, fixed.decode()


def test_repeated_fields_and_mixed_seeds_are_advice() -> None:
    text = SKILL.replace("created_by: me", "created_by: me\ncreated_by: you")
    report = check(text.encode(), WHERE)
    assert report.verdict is Verdict.VALID
    assert [(one.line, one.level) for one in report.problems] == [(3, Level.WARNING)]
    mixed = check(SKILL.replace("answer: a1", "answer: a1\n    context: c").encode(), WHERE)
    assert mixed.verdict is Verdict.VALID and mixed.problems[0].where == "seed_examples[1]"


@pytest.mark.parametrize(
    "path", ["compositional_skills/with space", "compositional_skills/nul", "compositional_skills/x."]
)
def test_folder_names_are_advice(path: str) -> None:
    report = check(SKILL.encode(), path)
    assert report.verdict is Verdict.VALID
    assert [one.level for one in report.problems] == [Level.WARNING]


def test_a_fix_for_another_file_is_refused() -> None:
    fix = check(SKILL.replace("a1", "Yes").encode(), WHERE).problems[0].fix
    assert fix is not None
    with pytest.raises(TaxonomyError):
        fix.apply(b"a: b\n")
