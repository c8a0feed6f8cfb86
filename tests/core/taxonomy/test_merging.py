"""Three versions become one: both sides' changes are kept, and what cannot be kept is said."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labdesk.core.taxonomy.edit import insert_item, move_item, remove_item, set_field
from labdesk.core.taxonomy.merge_values import MISSING, Conflict, merge_values
from labdesk.core.taxonomy.merging import Merge, merge, merge_lines, resolve
from labdesk.core.taxonomy.rewrite import rewrite, same
from labdesk.core.taxonomy.yaml_source import read_yaml

BASE = b"""\
version: 3
created_by: me  # the author
task_description: Write verse.
# the examples
seed_examples:
  - question: What is the first?
    answer: The first one is this.
  # about the second
  - question: What is the second?
    answer: The second one is that.
  - question: What is the third?
    answer: >-
      The third one is
      the last.
"""
SEEDS = ("seed_examples",)
NEW = {"question": "Is this new?", "answer": "It is, yes."}


def data_of(merged: Merge) -> Any:
    return read_yaml(merged.data).data


def test_when_one_side_did_nothing_the_other_counts() -> None:
    changed = set_field(BASE, ("created_by",), "you")
    assert merge(BASE, BASE, changed) == merge(BASE, changed, BASE) == merge(BASE, changed, changed) == Merge(changed)


def test_changes_to_different_fields_are_both_kept_with_the_comments_of_both() -> None:
    mine = set_field(BASE, ("created_by",), "you")
    theirs = set_field(BASE, ("seed_examples", 2, "answer"), "None.").replace(b"# about the", b"# On the")
    merged = merge(BASE, mine, theirs)
    assert not merged.conflicts and b"created_by: you  # the author" in merged.data
    assert b"# On the second" in merged.data and data_of(merged)["seed_examples"][2]["answer"] == "None."


def test_neighbouring_lines_are_merged_by_field() -> None:
    mine = set_field(BASE, ("seed_examples", 0, "question"), "Which is the first?")
    theirs = set_field(BASE, ("seed_examples", 0, "answer"), "That one.")
    assert merge_lines(BASE, mine, theirs) is None
    merged = merge(BASE, mine, theirs)
    assert not merged.conflicts
    assert data_of(merged)["seed_examples"][0] == {"question": "Which is the first?", "answer": "That one."}
    assert b"# the examples" in merged.data and b"# about the second" in merged.data


def test_a_new_seed_and_an_edited_one_do_not_meet() -> None:
    mine = insert_item(BASE, SEEDS, 0, NEW)
    theirs = set_field(remove_item(BASE, (*SEEDS, 2)), ("seed_examples", 0, "answer"), "Another answer.")
    merged = merge(BASE, mine, theirs)
    questions = [seed["question"] for seed in data_of(merged)["seed_examples"]]
    assert not merged.conflicts and questions == ["Is this new?", "What is the first?", "What is the second?"]
    assert data_of(merged)["seed_examples"][1]["answer"] == "Another answer."


def test_both_add_the_same_or_others() -> None:
    other = {"question": "And this?", "answer": "This too."}
    mine, theirs = insert_item(BASE, SEEDS, 3, NEW), insert_item(BASE, SEEDS, 3, other)
    assert [s["question"] for s in data_of(merge(BASE, mine, theirs))["seed_examples"]][3:] == [
        "And this?",
        "Is this new?",
    ]
    theirs = insert_item(set_field(BASE, ("created_by",), "you"), SEEDS, 0, NEW)
    assert [s["question"] for s in data_of(merge(BASE, mine, theirs))["seed_examples"]].count("Is this new?") == 1


def test_the_same_field_is_a_conflict_that_can_be_resolved_either_way() -> None:
    mine = set_field(BASE, ("seed_examples", 1, "answer"), "Mine.")
    theirs = set_field(insert_item(BASE, SEEDS, 0, NEW), ("seed_examples", 2, "answer"), "Theirs.")
    merged = merge(BASE, mine, theirs)
    path = ("seed_examples", 2, "answer")
    assert merged.conflicts == (Conflict(path, "The second one is that.", "Mine.", "Theirs."),)
    assert merged.data == theirs
    assert resolve(merged.data, merged.conflicts[0], "Theirs.") == theirs
    assert read_yaml(resolve(merged.data, merged.conflicts[0], "Mine.")).data["seed_examples"][2]["answer"] == "Mine."


@pytest.mark.parametrize("deleted_by_me", [True, False])
def test_editing_against_deleting_is_a_conflict_and_the_edit_stands(deleted_by_me: bool) -> None:
    deleted = remove_item(BASE, (*SEEDS, 1))
    edited = set_field(BASE, ("seed_examples", 1, "answer"), "Edited.")
    merged = merge(BASE, deleted, edited) if deleted_by_me else merge(BASE, edited, deleted)
    (conflict,) = merged.conflicts
    assert conflict.path == ("seed_examples", 1)
    assert (conflict.mine if deleted_by_me else conflict.theirs) == MISSING
    assert data_of(merged)["seed_examples"][1]["answer"] == "Edited."
    assert read_yaml(resolve(merged.data, conflict, MISSING)).data == read_yaml(deleted).data


def test_files_that_are_not_yaml_are_merged_by_line_or_given_whole() -> None:
    broken = BASE.replace(b"created_by: me", b'created_by: "me" you')
    theirs = set_field(BASE, ("seed_examples", 2, "answer"), "None.")
    merged = merge(BASE, broken, theirs)
    assert not merged.conflicts and b'"me" you' in merged.data and b"None." in merged.data
    merged = merge(BASE, broken, set_field(BASE, ("created_by",), "someone"))
    (conflict,) = merged.conflicts
    assert conflict.path == () and conflict.mine == broken.decode() and b"someone" in merged.data
    assert resolve(merged.data, conflict, conflict.mine) == broken


def test_a_comment_that_finds_no_place_is_said() -> None:
    mine = BASE.replace(b"created_by: me  # the author", b"# important\ncreated_by: you")
    theirs = set_field(BASE, ("version",), 2).replace(b"created_by: me", b"created_by:   me")
    merged = merge(BASE, mine, theirs)
    assert data_of(merged)["created_by"] == "you" and data_of(merged)["version"] == 2
    assert merged.lost_comments == ("# important",)


TEXT = st.text("abc \n:#", min_size=1, max_size=12)
SEED = st.fixed_dictionaries({"question": TEXT, "answer": TEXT})
EDITS = st.lists(
    st.one_of(
        st.tuples(st.just("set"), st.sampled_from(["created_by", "task_description", "domain"]), TEXT),
        st.tuples(st.just("answer"), st.integers(0, 5), TEXT),
        st.tuples(st.just("insert"), st.integers(0, 5), SEED),
        st.tuples(st.just("remove"), st.integers(0, 5), st.none()),
        st.tuples(st.just("move"), st.integers(0, 5), st.integers(0, 5)),
    ),
    max_size=4,
)


def edited(data: bytes, edits: list[tuple[str, Any, Any]]) -> bytes:
    for verb, where, value in edits:
        count = len(read_yaml(data).data["seed_examples"])
        if verb == "set":
            data = set_field(data, (where,), value)
        elif verb == "insert":
            data = insert_item(data, SEEDS, where, value)
        elif count and verb == "answer":
            data = set_field(data, (*SEEDS, where % count, "answer"), value)
        elif count > 1 and verb == "remove":
            data = remove_item(data, (*SEEDS, where % count))
        elif count and verb == "move":
            data = move_item(data, SEEDS, where % count, value % count)
    return data


@settings(max_examples=50, deadline=None)
@given(EDITS, EDITS)
def test_no_change_of_either_side_is_dropped_unsaid(my_edits: list[Any], their_edits: list[Any]) -> None:
    mine, theirs = edited(BASE, my_edits), edited(BASE, their_edits)
    merged = merge(BASE, mine, theirs)
    before, one, two, result = (read_yaml(data).data for data in (BASE, mine, theirs, merged.data))
    said = repr(merged.conflicts)
    old = {text for seed in before["seed_examples"] for text in seed.values()}
    for side in (one, two):
        for key in ("created_by", "task_description", "domain"):
            if side.get(key) != before.get(key):
                assert result.get(key) == side.get(key) or repr(side.get(key)) in said
        for seed in side["seed_examples"]:
            for text in set(seed.values()) - old:
                assert any(text in other.values() for other in result["seed_examples"]) or repr(text) in said
    if not merged.conflicts and same(one, before):
        assert same(result, two)


@settings(max_examples=25, deadline=None)
@given(EDITS)
def test_a_rewritten_file_reads_as_wished(edits: list[Any]) -> None:
    goal = read_yaml(edited(BASE, edits)).data
    result = rewrite(BASE, goal)
    assert same(read_yaml(result).data, goal)
    assert rewrite(result, goal) is result


def test_values_of_unlike_kinds_are_conflicts_not_errors() -> None:
    conflicts: list[Conflict] = []
    assert merge_values((), {"a": [1]}, {"a": {"b": 1}}, {"a": "text"}, conflicts) == {"a": "text"}
    assert conflicts == [Conflict(("a",), [1], {"b": 1}, "text")]
