"""A leaf shows what it holds, right or broken."""

from __future__ import annotations

import hashlib
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.taxonomy.leaf import LeafKind, parse_leaf, read_leaf
from labdesk.core.taxonomy.problem import Verdict

KNOWLEDGE = b"""\
version: 3
created_by: me
domain: places
document_outline: a place
seed_examples:
  - context: The tower is tall.
    questions_and_answers:
      - question: How is the tower?
        answer: tall
document:
  repo: https://example.com/x.git
  commit: 1234567
  patterns: [a.md, b.md]
"""


def test_a_knowledge_leaf_is_read_with_lines() -> None:
    leaf = parse_leaf(KNOWLEDGE, "knowledge/places/tall_tower")
    assert (leaf.kind, leaf.root, leaf.version, leaf.created_by) == (LeafKind.KNOWLEDGE, "knowledge", 3, "me")
    assert (leaf.domain, leaf.document_outline, leaf.title) == ("places", "a place", "Tall tower")
    assert leaf.seed_contexts[0].context == "The tower is tall." and leaf.seed_contexts[0].line == 6
    assert [(pair.question, pair.answer, pair.line) for pair in leaf.pairs] == [("How is the tower?", "tall", 8)]
    assert leaf.document is not None and leaf.document.patterns == ("a.md", "b.md") and not leaf.document.is_local
    assert leaf.document.commit == "1234567"  # YAML reads a number here; it is shown as it was meant
    assert leaf.sha256 == hashlib.sha256(KNOWLEDGE).hexdigest()
    assert leaf.verdict is Verdict.SCHEMA_INVALID


def test_a_skill_is_grounded_when_its_first_seed_has_a_context() -> None:
    text = "seed_examples:\n  - {question: q, answer: a, context: c}\n  - {question: r, answer: b}\n"
    leaf = parse_leaf(text.encode(), "compositional_skills/x")
    assert leaf.kind is LeafKind.GROUNDED
    assert [seed.context for seed in leaf.seed_examples] == ["c", ""]
    assert [seed.line for seed in leaf.seed_examples] == [2, 3]


def test_wrong_types_are_shown_as_a_person_meant_them() -> None:
    text = (
        b"created_by: 42\nseed_examples:\n  - question: q\n    answer: [one, two]\n  - question: r\n    answer: Yes\n"
    )
    leaf = parse_leaf(text, "foundational_skills/x")
    assert leaf.created_by == "42"
    assert [seed.answer for seed in leaf.seed_examples] == ["- one\n- two", "Yes"]
    assert leaf.verdict is Verdict.SCHEMA_INVALID


def test_broken_yaml_gives_a_leaf_with_the_place_and_a_fix() -> None:
    leaf = parse_leaf(b'version: 3\ncreated_by: "me" and "you"\n', "knowledge/x")
    assert leaf.verdict is Verdict.NOT_YAML and leaf.seed_examples == () and leaf.kind is LeafKind.KNOWLEDGE
    (problem,) = leaf.problems
    assert problem.line == 2 and problem.fix is not None
    assert problem.fix.apply(leaf.text) == b'version: 3\ncreated_by: "\\"me\\" and \\"you\\""\n'


def test_a_leaf_is_found_by_its_folder_or_its_file(tmp_path: Path) -> None:
    folder = tmp_path / "knowledge" / "x"
    folder.mkdir(parents=True)
    (folder / "qna.yaml").write_bytes(KNOWLEDGE)
    assert read_leaf(folder, tmp_path) == read_leaf(folder / "qna.yaml", tmp_path)
    assert read_leaf(folder, tmp_path).path == "knowledge/x"


@given(
    st.one_of(st.binary(max_size=300), st.text(alphabet="aq:- \n\"'{}[]|>&*!%#?,\t\\é", max_size=200).map(str.encode))
)
def test_no_content_ever_raises(data: bytes) -> None:
    leaf = parse_leaf(data, "knowledge/x")
    assert leaf.text == data
    assert (leaf.verdict is Verdict.VALID) or leaf.problems
