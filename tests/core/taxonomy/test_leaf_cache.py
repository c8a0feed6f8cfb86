"""What was seen of a leaf comes back as it was, and never for a file that is another one now."""

from __future__ import annotations

import io
import os
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.taxonomy import leaf_cache
from labdesk.core.taxonomy.facts import (
    UNREADABLE,
    Glance,
    LeafFacts,
    Seen,
    facts_of,
    in_short,
    search_text,
    see,
    see_quickly,
)
from labdesk.core.taxonomy.leaf import LeafKind, parse_leaf
from labdesk.core.taxonomy.leaf_cache import SEGMENT, LeafCache, keep
from labdesk.core.taxonomy.problem import Verdict
from labdesk.core.taxonomy.rules import Report
from labdesk.core.taxonomy.tree import LeafEntry, read_tree
from labdesk.jobs.survey import survey

STARTER = Path(__file__).resolve().parents[3] / "taxonomy"
NOTE = "compositional_skills/writing/freeform/harbour_note"
HOUR = 3_600_000_000_000


def _seen(path: str, text: str = "", size: int = 1) -> Seen:
    return Seen(path, size, 2, 3, True, "hash", LeafFacts(LeafKind.FREEFORM, True, 0, 0, 5), text, Report(Verdict.VALID, ()))


def _all(cache: LeafCache) -> dict[str, Seen]:
    return {seen.path: seen for segment in cache.segments() for seen in segment}


def test_everything_comes_back_and_the_newest_word_counts(tmp_path: Path) -> None:
    cache = LeafCache(tmp_path / "leaves")
    first = [_seen(f"a/{number}", "some words") for number in range(SEGMENT + 3)]
    cache.add(first)
    cache.add([_seen("a/0", "other words")])
    found = _all(LeafCache(tmp_path / "leaves"))
    assert len(found) == SEGMENT + 3
    assert found["a/0"].text == "other words"
    assert found["a/1"] == first[1]


def test_glances_are_the_same_without_the_reports(tmp_path: Path) -> None:
    cache = LeafCache(tmp_path / "leaves")
    cache.add([see(entry, STARTER) for entry in read_tree(STARTER).leaves])
    short = [glance for segment in cache.glances() for glance in segment]
    assert short == [in_short(seen) for segment in cache.segments() for seen in segment]
    assert {type(glance) for glance in short} == {Glance}


@given(st.binary(max_size=60))
def test_a_damaged_segment_is_nothing(tmp_path_factory: pytest.TempPathFactory, rubbish: bytes) -> None:
    folder = tmp_path_factory.mktemp("cache")
    (folder / "1.msgpack").write_bytes(rubbish)
    assert not _all(LeafCache(folder))


def test_segments_of_other_rules_are_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    LeafCache(tmp_path).add([_seen("a")])
    monkeypatch.setattr(leaf_cache, "rules_version", lambda: "newer")
    assert not _all(LeafCache(tmp_path))


def test_tidy_keeps_what_counts_in_few_segments(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(leaf_cache, "_MOST_SEGMENTS", 3)
    cache = LeafCache(tmp_path)
    for number in range(6):
        cache.add([_seen("a", str(number)), _seen(f"gone/{number}")])
    cache.tidy({"a"})
    assert len(list(tmp_path.iterdir())) == 1
    assert _all(cache) == {"a": _seen("a", "5")}


def test_a_workspace_that_may_only_be_read_costs_only_the_cache(tmp_path: Path) -> None:
    (tmp_path / "leaves").write_text("a file where the folder belongs")
    keep(LeafCache(tmp_path / "leaves"), [_seen("a")])
    keep(None, [_seen("a")])


def test_only_the_same_settled_file_is_still_the_one_that_was_read(tmp_path: Path) -> None:
    file = tmp_path / "knowledge/x/qna.yaml"
    file.parent.mkdir(parents=True)
    file.write_text("version: 3\n")
    assert not see(read_tree(tmp_path).leaves[0], tmp_path).settled
    os.utime(file, ns=(1, time.time_ns() - HOUR))
    entry = read_tree(tmp_path).leaves[0]
    seen = see(entry, tmp_path)
    assert seen.is_still(entry)
    file.write_text("version: 4\n")
    assert not seen.is_still(read_tree(tmp_path).leaves[0])


def test_a_leaf_that_is_gone_or_not_yaml_is_told_and_not_raised(tmp_path: Path) -> None:
    gone = LeafEntry("knowledge/x", str(tmp_path / "knowledge/x/qna.yaml"), 0, 0, 0)
    assert see(gone, tmp_path).facts == UNREADABLE
    facts = facts_of(parse_leaf(b"a: [", "knowledge/x"))
    assert not facts.valid
    assert facts.errors
    assert not facts.gaps


def test_what_may_take_long_is_left_to_another_process(tmp_path: Path) -> None:
    for name, text in (("dense", "a: [" + "1," * 2000 + "]"), ("long", "# " + "x" * 40_000), ("fine", "version: 3")):
        (tmp_path / name).mkdir()
        (tmp_path / name / "qna.yaml").write_text(text)
    quick = {entry.path: see_quickly(entry, tmp_path) for entry in read_tree(tmp_path).leaves}
    assert quick["dense"] is None
    assert quick["long"] is None
    assert quick["fine"] is not None


def test_a_search_finds_questions_answers_contexts_and_not_the_words_of_the_format() -> None:
    for entry in read_tree(STARTER).leaves:
        leaf = parse_leaf(entry.file.read_bytes(), entry.path)
        text = search_text(leaf)
        for seed in leaf.seed_examples:
            assert " ".join(seed.question.lower().split()) in text
            assert " ".join(seed.context.lower().split()) in text
        for pair in leaf.pairs:
            assert " ".join(pair.answer.lower().split()) in text
        assert "seed_examples" not in text


def test_the_survey_worker_answers_for_each_leaf_and_keeps_what_it_saw(tmp_path: Path) -> None:
    replies = io.BytesIO()
    cache = LeafCache(tmp_path / "leaves")
    survey(io.BytesIO(msgspec.json.encode([NOTE, "no/such"]) + b"\n"), replies, STARTER, cache)
    first, second = (msgspec.json.decode(line, type=Glance) for line in replies.getvalue().splitlines())
    assert first.path == NOTE
    assert first.facts.valid
    assert second.facts == UNREADABLE
    assert in_short(_all(cache)[NOTE]) == first
