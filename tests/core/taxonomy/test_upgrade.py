"""Older leaves come to the newest format with their own words only; what is missing is said with its place."""

from __future__ import annotations

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.problem import Verdict
from labdesk.core.taxonomy.upgrade import upgrade
from labdesk.core.taxonomy.yaml_source import read_yaml

SKILL = """\
# mine
created_by: me   # who
task_description: %s
seed_examples:
%s"""
SEED = "- question: 'Q%d?'\n  answer: \"A%d.\"\n"


def skill(count: int, about: str = "Count.", head: str = "") -> bytes:
    return (head + SKILL % (about, "".join(SEED % (n, n) for n in range(count)))).encode()


@pytest.mark.parametrize(
    ("head", "version", "new"),
    [
        ("", 1, "# mine\nversion: 3\ncreated_by"),
        ("version: 1\n", 1, "version: 3\n# mine"),
        ("version: 2\n", 2, "version: 3\n# mine"),
    ],
)
def test_a_full_skill_changes_in_one_line(head: str, version: int, new: str) -> None:
    data = skill(5, head=head)
    result = upgrade(data, "compositional_skills/x")
    assert result.is_ready and result.version == version and not result.todo
    assert new.encode() in result.data
    rest = [line for line in result.data.splitlines() if not line.startswith(b"version")]
    assert rest == [line for line in data.splitlines() if not line.startswith(b"version")]


def test_a_short_skill_says_what_it_lacks() -> None:
    result = upgrade(skill(2, about='""'), "compositional_skills/x")
    assert not result.is_ready and result.report.verdict is Verdict.SCHEMA_INVALID
    assert [one.where for one in result.todo] == ["task_description", "seed_examples"]
    assert "there are 2" in result.todo[1].message and result.todo[1].line == 6


def test_the_newest_version_is_not_touched() -> None:
    data = skill(5, head="version: 3\n")
    assert upgrade(data, "compositional_skills/x").data is data


KNOWLEDGE = b"""\
# about tonsils
created_by: me
version: 2
domain: anatomy  # body
task_description: Teach about tonsils.
seed_examples:
  - answer: In the throat.
    question: Where?
  - answer: Two.
    question: How many?
  - answer: Yes, they do.
    question: Do they shrink?
  - answer: At five.
    question: When?
document:
  repo: https://example.org/x.git
  commit: "0123"
  patterns:
    - a.md
"""


def test_old_knowledge_becomes_a_skeleton_with_all_of_its_questions() -> None:
    result = upgrade(KNOWLEDGE, "knowledge/tonsils")
    data = read_yaml(result.data).data
    assert data["version"] == 3 and "task_description" not in data
    assert data["document_outline"] == "Teach about tonsils." and data["domain"] == "anatomy"
    assert data["document"]["patterns"] == ["a.md"]
    assert [seed["context"] for seed in data["seed_examples"]] == ["", ""]
    pairs = [pair for seed in data["seed_examples"] for pair in seed["questions_and_answers"]]
    assert pairs == read_yaml(KNOWLEDGE).data["seed_examples"]
    assert b"# about tonsils\n" in result.data and b"domain: anatomy  # body" in result.data
    assert [one.where for one in result.todo] == [
        "seed_examples[0].context", "seed_examples[1].context", "seed_examples[1].questions_and_answers", "seed_examples",
    ]  # fmt: skip
    lines = result.data.decode().splitlines()
    assert all(one.message.startswith("To do: ") for one in result.todo)
    assert all("context" in lines[one.line - 1] for one in result.todo[:2])
    assert result.report.verdict is Verdict.SCHEMA_INVALID


def test_passages_that_were_given_gather_their_questions_and_empty_fields_are_said() -> None:
    old = b"created_by: me\nseed_examples:\n" + b"".join(
        b"- context: P%d\n  question: Q%d?\n  answer: A.\n" % (number % 2, number) for number in range(6)
    )
    result = upgrade(old, "knowledge/x")
    data = read_yaml(result.data).data
    assert [(seed["context"], len(seed["questions_and_answers"])) for seed in data["seed_examples"]] == [
        ("P0", 3),
        ("P1", 3),
    ]
    assert {"domain", "document_outline", "document"} <= {one.where for one in result.todo}
    assert data["domain"] == "" and data["document"]["patterns"] == []


@pytest.mark.parametrize("data", [b"a: 'x' y\n", b"- 1\n", b"", b"version: 24\na: 1\n", b"version: true\n"])
def test_what_is_no_older_leaf_is_refused(data: bytes) -> None:
    with pytest.raises(TaxonomyError) as refused:
        upgrade(data, "compositional_skills/x")
    assert refused.value.remedy
