"""Edits change their own lines and nothing else, whatever the style of the file."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.edit import insert_item, move_item, remove_item, set_field
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.new_leaf import new_leaf_text
from labdesk.core.taxonomy.yaml_source import YamlPath, read_yaml

LEAF = """\
# my leaf
version: 3   # the format
created_by: "me"
task_description: |
    Long text
    here   # not a comment

seed_examples:
-   question: What?   # first
    answer: >-
      folded text that
      goes on
# about the second
-   question: 'Don''t?'
    answer: yes it is
    context: {a: 1, b: [x, "y"]}
-   question: "esc\\taped"
    answer: |+
      kept

last: end"""

STYLES = {
    "plain": LEAF.encode(),
    "windows": LEAF.replace("\n", "\r\n").encode(),
    "byte order mark": b"\xef\xbb\xbf" + LEAF.encode(),
    "ends with a line break": (LEAF + "\n").encode(),
}


@pytest.mark.parametrize("data", STYLES.values(), ids=STYLES)
@pytest.mark.parametrize(
    ("path", "value", "old", "new"),
    [
        (("version",), 2, "version: 3   # the format", "version: 2   # the format"),
        (("created_by",), "you", 'created_by: "me"', 'created_by: "you"'),
        (("task_description",), "New\n\ntext\n", "    Long text\n    here   # not a comment", "    New\n\n    text"),
        (("seed_examples", 0, "question"), "Why: so?", "question: What?   # first", 'question: "Why: so?"   # first'),
        (("seed_examples", 1, "question"), "It's", "-   question: 'Don''t?'", "-   question: 'It''s'"),
        (("seed_examples", 1, "answer"), "Yes", "    answer: yes it is", '    answer: "Yes"'),
        (("seed_examples", 1, "context", "b", 1), "z", '{a: 1, b: [x, "y"]}', '{a: 1, b: [x, "z"]}'),
        (("last",), "start", "last: end", "last: start"),
    ],
)  # fmt: skip
def test_one_field(data: bytes, path: YamlPath, value: Any, old: str, new: str) -> None:
    result = set_field(data, path, value)
    end = "\r\n" if b"\r\n" in data else "\n"
    assert old.replace("\n", end).encode() in data
    assert result == data.replace(old.replace("\n", end).encode(), new.replace("\n", end).encode(), 1)
    assert set_field(result, path, value) is result


def test_several_lines_keep_the_comment_and_the_indentation() -> None:
    result = set_field(LEAF.encode(), ("seed_examples", 0, "question"), "Multi\nline?")
    assert b"-   question: |-   # first\n      Multi\n      line?\n    answer: >-\n" in result
    long = "A paragraph that goes on and on until it must be wrapped somewhere before the eightieth column.\nSecond."
    result = set_field(LEAF.encode(), ("seed_examples", 0, "answer"), long)
    assert all(len(line) <= 80 for line in result.decode().split("\n"))
    assert b"    answer: >-\n      A paragraph" in result


@pytest.mark.parametrize("data", STYLES.values(), ids=STYLES)
def test_items_come_go_move_and_come_back(data: bytes) -> None:
    seeds: YamlPath = ("seed_examples",)
    for index in range(4):
        inserted = insert_item(data, seeds, index, {"question": "new", "answer": "a\nb"})
        assert read_yaml(inserted).data["seed_examples"][index] == {"question": "new", "answer": "a\nb"}
        assert b"-   question: " in inserted.split(b"new")[0].split(b"\n")[-1]
        assert remove_item(inserted, (*seeds, index)) == data
    for origin in range(3):
        for target in range(3):
            moved = move_item(data, seeds, origin, target)
            assert b"# about the second" in moved and b"# first" in moved
            assert move_item(moved, seeds, target, origin) == data


def test_a_missing_field_is_added_where_it_belongs() -> None:
    result = set_field(LEAF.encode(), ("seed_examples", 0, "context"), "Some\ntext")
    assert b"      goes on\n    context: |-\n      Some\n      text\n# about" in result
    result = set_field(LEAF.encode(), ("document",), {"repo": ".", "patterns": ["a.md"]})
    assert result.endswith(b"last: end\ndocument:\n  repo: .\n  patterns:\n  -   a.md")
    assert set_field(b"", ("version",), 3) == b"version: 3\n"
    assert read_yaml(set_field(b"# nothing yet\n", ("a",), "b")).data == {"a": "b"}
    assert set_field(b"{a: 1}\n", ("b",), "x, y") == b"{a: 1, b: 'x, y'}\n"


def test_the_only_item_leaves_an_empty_list_that_can_be_filled() -> None:
    data = b"a:\n  - one\nb: 2\n"
    empty = remove_item(data, ("a", 0))
    assert read_yaml(empty).data == {"a": [], "b": 2}
    assert read_yaml(insert_item(empty, ("a",), 0, "x")).data == {"a": ["x"], "b": 2}


@pytest.mark.parametrize(
    ("data", "path"),
    [
        (b"a: &x one\nb: *x\n", ("b",)),  # shared by reference
        (b'a: "open\n', ("a",)),  # not YAML
        (b"a: 1\n", ("b", "c")),  # no such place
        (b"- 1\n", (5, "x")),
    ],
)
def test_what_cannot_be_changed_cleanly_is_refused(data: bytes, path: YamlPath) -> None:
    with pytest.raises(TaxonomyError) as caught:
        set_field(data, path, "new")
    assert caught.value.remedy


@given(value=st.text(max_size=80), which=st.sampled_from(sorted(STYLES)), field=st.integers(0, 6))
def test_any_text_can_be_set_anywhere_and_set_back(value: str, which: str, field: int) -> None:
    paths: list[YamlPath] = [
        ("created_by",), ("task_description",), ("seed_examples", 0, "question"), ("seed_examples", 0, "answer"),
        ("seed_examples", 1, "answer"), ("seed_examples", 1, "context", "b", 1), ("last",),
    ]  # fmt: skip
    data, path = STYLES[which], paths[field]
    result = set_field(data, path, value)
    expected = read_yaml(data).data
    inner = expected
    for part in path[:-1]:
        inner = inner[part]
    inner[path[-1]] = value
    assert read_yaml(result).data == expected


@given(st.lists(st.fixed_dictionaries({"question": st.text(max_size=40), "answer": st.text(max_size=200)}), min_size=1))
def test_a_new_leaf_reads_as_it_was_given(seeds: list[dict[str, str]]) -> None:
    data = read_yaml(new_leaf_text(LeafKind.FREEFORM, created_by="me", task_description="x", seeds=seeds)).data
    assert data == {"version": 3, "created_by": "me", "task_description": "x", "seed_examples": seeds}


def test_an_item_with_a_text_of_blanks_can_be_moved() -> None:
    data = b"seed_examples:\n  - answer: |\n      One.\n  - answer: |\n      Two.\n"
    blank = set_field(data, ("seed_examples", 0, "answer"), " \n")
    moved = move_item(blank, ("seed_examples",), 0, 1)
    assert [one["answer"] for one in read_yaml(moved).data["seed_examples"]] == ["Two.\n", " \n"]


def test_a_block_text_stays_one_although_its_last_line_ended_in_blanks() -> None:
    data = b"context: >-\n  The old text  \ndomain: x\n"
    assert set_field(data, ("context",), "The new text") == b"context: >-\n  The new text\ndomain: x\n"
