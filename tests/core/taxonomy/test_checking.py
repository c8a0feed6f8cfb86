"""A remembered verdict is the verdict that a fresh check would give, and a warm check of many leaves is quick."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from labdesk.core.taxonomy import facts, leaf_cache
from labdesk.core.taxonomy.checking import check_all
from labdesk.core.taxonomy.leaf import Leaf
from labdesk.core.taxonomy.leaf_cache import LeafCache
from labdesk.core.taxonomy.problem import Verdict
from labdesk.core.taxonomy.rules import Report
from labdesk.core.taxonomy.tree import read_tree

STARTER = Path(__file__).resolve().parents[3] / "taxonomy"
VALID = (STARTER / "compositional_skills/writing/freeform/harbour_note/qna.yaml").read_bytes()
WRONG = VALID.replace(b"created_by", b"createdby")
HOUR = 3_600_000_000_000


def make(folder: Path, count: int) -> Path:
    (folder / ".labdesk").mkdir()
    for number in range(count):
        leaf = folder / f"taxonomy/compositional_skills/b{number // 100}/leaf_{number}"
        leaf.mkdir(parents=True)
        (leaf / "qna.yaml").write_bytes(VALID if number % 5 else WRONG)
        old = time.time_ns() - HOUR
        os.utime(leaf / "qna.yaml", ns=(old, old))
    return folder


def check(folder: Path) -> dict[str, Report]:
    tree = read_tree(folder / "taxonomy")
    return {one.entry.path: one.report for one in check_all(tree, LeafCache.beside(tree.root))}


@pytest.fixture
def checks(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The paths that were really checked."""
    seen: list[str] = []
    real = facts.parse_leaf

    def counting(data: bytes, path: str) -> Leaf:
        seen.append(path)
        return real(data, path)

    monkeypatch.setattr(facts, "parse_leaf", counting)
    return seen


def test_nothing_is_checked_twice_and_the_reports_are_the_same(tmp_path: Path, checks: list[str]) -> None:
    make(tmp_path, 10)
    first = check(tmp_path)
    assert len(checks) == 10 and sum(one.verdict is Verdict.VALID for one in first.values()) == 8
    assert check(tmp_path) == first and len(checks) == 10
    broken = next(one for one in first.values() if one.verdict is not Verdict.VALID)
    assert broken.problems and any(one.fix for one in broken.problems)


def test_what_changed_is_checked_again(tmp_path: Path, checks: list[str]) -> None:
    make(tmp_path, 3)
    check(tmp_path)
    file = tmp_path / "taxonomy/compositional_skills/b0/leaf_1/qna.yaml"
    file.write_bytes(WRONG)
    assert check(tmp_path)["compositional_skills/b0/leaf_1"].verdict is Verdict.SCHEMA_INVALID
    assert len(checks) == 4


def test_a_change_that_moves_neither_size_nor_time_is_noticed_while_the_file_is_new(
    tmp_path: Path, checks: list[str]
) -> None:
    make(tmp_path, 1)
    file = tmp_path / "taxonomy/compositional_skills/b0/leaf_0/qna.yaml"
    file.write_bytes(VALID)
    assert check(tmp_path)["compositional_skills/b0/leaf_0"].verdict is Verdict.VALID
    before = file.stat()
    with open(file, "r+b") as opened:  # in place: the same inode
        opened.write(VALID.replace(b"created_by", b"created_bx"))
    os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert check(tmp_path)["compositional_skills/b0/leaf_0"].verdict is Verdict.SCHEMA_INVALID


def test_a_touched_file_is_read_but_not_checked_and_a_moved_leaf_is_checked(tmp_path: Path, checks: list[str]) -> None:
    make(tmp_path, 2)
    check(tmp_path)
    leaf = tmp_path / "taxonomy/compositional_skills/b0/leaf_0"
    os.utime(leaf / "qna.yaml", ns=(1, 1))
    check(tmp_path)
    assert len(checks) == 2
    leaf.rename(leaf.with_name("a name"))  # advice depends on the path
    reports = check(tmp_path)
    assert checks[2:] == ["compositional_skills/b0/a name"] and "compositional_skills/b0/leaf_0" not in reports


@pytest.mark.parametrize("damage", [b"", b"rubbish", b"\x93\xc0\xc0\xc0"])
def test_a_damaged_cache_or_one_of_other_rules_is_ignored(
    tmp_path: Path, checks: list[str], monkeypatch: pytest.MonkeyPatch, damage: bytes
) -> None:
    make(tmp_path, 2)
    first = check(tmp_path)
    (segment,) = (tmp_path / ".labdesk/cache/leaves").iterdir()
    segment.write_bytes(damage)
    assert check(tmp_path) == first and len(checks) == 4
    monkeypatch.setattr(leaf_cache, "rules_version", lambda: "newer")
    assert check(tmp_path) == first and len(checks) == 6


def test_a_bare_taxonomy_is_checked_without_writing_anything(tmp_path: Path) -> None:
    make(tmp_path, 2)
    (tmp_path / ".labdesk").rmdir()
    assert len(check(tmp_path)) == 2 and [p.name for p in tmp_path.iterdir()] == ["taxonomy"]


def test_a_workspace_that_may_only_be_read_is_checked(tmp_path: Path) -> None:
    make(tmp_path, 2)
    (tmp_path / ".labdesk/cache").write_text("a file where the folder belongs")
    assert len(check(tmp_path)) == 2


def test_an_unreadable_leaf_is_reported(tmp_path: Path) -> None:
    make(tmp_path, 1)
    tree = read_tree(tmp_path / "taxonomy")
    (tmp_path / "taxonomy/compositional_skills/b0/leaf_0/qna.yaml").unlink()
    (checked,) = check_all(tree, None)
    assert checked.report.problems and checked.report.verdict is Verdict.NOT_YAML


@pytest.mark.slow
def test_ten_thousand_leaves_are_checked_in_fifteen_seconds_cold_and_one_and_a_half_warm(tmp_path: Path) -> None:
    make(tmp_path, 10_000)
    times = []
    for _ in range(2):
        started = time.process_time()
        assert len(check(tmp_path)) == 10_000
        times.append(time.process_time() - started)
    assert times[0] < 15 and times[1] < 1.5
