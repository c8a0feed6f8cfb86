"""Which leaves are taught: the chosen ones, all valid; what the cache knows is not read again, what changed is."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.steps import Question, finished
from labdesk.core.taxonomy import readiness
from labdesk.core.taxonomy.facts import in_short, see
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.readiness import LeftOut, finding_ready, left_out_words, ready_leaves
from labdesk.core.taxonomy.tree import read_tree

STARTER = Path(__file__).resolve().parents[3] / "taxonomy"
VALID = (STARTER / "compositional_skills/writing/freeform/harbour_note/qna.yaml").read_bytes()
PLACES = tuple(f"compositional_skills/b{number % 2}/leaf_{number}" for number in range(6))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    for place in PLACES:
        file = tmp_path / place / "qna.yaml"
        file.parent.mkdir(parents=True)
        file.write_bytes(VALID)
        old = time.time_ns() - 3_600_000_000_000
        os.utime(file, ns=(old, old))
    return tmp_path


def test_all_a_branch_or_one(root: Path) -> None:
    assert sorted(ready_leaves(root).leaves) == sorted(PLACES)
    assert ready_leaves(root, ("compositional_skills/b1/", PLACES[1])).leaves == PLACES[1::2]
    with pytest.raises(TaxonomyError, match="no leaf"):
        ready_leaves(root, ("knowledge/x",))


def test_a_broken_leaf_is_left_out_and_named(root: Path) -> None:
    (root / PLACES[2] / "qna.yaml").write_text("version: 9\n")
    found = ready_leaves(root)
    assert sorted(found.leaves) == sorted(set(PLACES) - {PLACES[2]})
    assert [one.path for one in found.left_out] == [PLACES[2]]
    heading, text = left_out_words(found.left_out)
    assert heading == "1 leaf is not ready and is left out."
    assert text.startswith("“Leaf 2” (line 1): There is no version “9”")


def test_many_that_are_left_out_are_counted() -> None:
    heading, text = left_out_words([LeftOut(f"a/leaf_{number}", "It is empty") for number in range(5)])
    assert heading == "5 leaves are not ready and are left out."
    assert text == "“Leaf 0”: It is empty. “Leaf 1”: It is empty. “Leaf 2”: It is empty. And 2 more."


def test_only_when_nothing_is_ready_it_stops(root: Path) -> None:
    for place in PLACES:
        (root / place / "qna.yaml").write_text("version: 3\n")
    with pytest.raises(TaxonomyError, match="None of these 6 leaves") as told:
        ready_leaves(root)
    assert f"{PLACES[0]}/qna.yaml:1:1" in str(told.value.cause)
    with pytest.raises(TaxonomyError, match="“Leaf 1” cannot be taught"):
        ready_leaves(root, (PLACES[1],))


def test_what_is_known_is_not_read_and_what_changed_is(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = LeafCache(root.parent / "cache")
    cache.add([see(entry, root) for entry in read_tree(root).leaves])
    (root / PLACES[3] / "qna.yaml").write_bytes(VALID + b"# more\n")
    monkeypatch.setattr(readiness, "_FEW", 0)
    read: list[str] = []
    real = readiness.see_quickly
    monkeypatch.setattr(readiness, "see_quickly", lambda entry, base: read.append(entry.name) or real(entry, base))
    assert len(finished(finding_ready(root, (), cache)).leaves) == 6
    assert read == ["leaf_3"]


@pytest.mark.parametrize("answered", [True, False])
def test_a_leaf_that_takes_long_is_asked_for_first_and_read_here_only_without_an_answer(
    root: Path, monkeypatch: pytest.MonkeyPatch, answered: bool
) -> None:
    (root / PLACES[2] / "qna.yaml").write_bytes(b"a: [" + b"1," * 2000 + b"]")
    read: list[str] = []
    real = readiness.see
    monkeypatch.setattr(readiness, "see", lambda entry, base: read.append(entry.path) or real(entry, base))
    asked: list[str] = []
    steps, answer = finding_ready(root), None
    with pytest.raises(StopIteration) as end:
        while True:
            step, answer = steps.send(answer), None
            if isinstance(step, Question):
                asked.append(step.leaf)
                entry = next(one for one in read_tree(root).leaves if one.path == step.leaf)
                answer = in_short(real(entry, root)) if answered else None
    assert asked == [PLACES[2]] and read == ([] if answered else asked)
    ready = end.value.value
    assert [one.path for one in ready.left_out] == asked and ready.left_out[0].why and len(ready.leaves) == 5
