"""Listing a taxonomy: what is a leaf, what is only noticed, and nothing read outside the folder."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.taxonomy.leaf import read_leaf
from labdesk.core.taxonomy.tree import read_tree, taxonomy_folder

posix_only = pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights on Windows that tests lack")


def _leaf(root: Path, path: str, text: str = "version: 3\n") -> Path:
    folder = root / path
    folder.mkdir(parents=True)
    (folder / "qna.yaml").write_text(text)
    return folder / "qna.yaml"


def test_roots_come_first_in_their_order_and_counts_roll_up(tmp_path: Path) -> None:
    for path in ("zebra/a", "compositional_skills/b/c", "knowledge/d", "knowledge/d/e", "foundational_skills/f"):
        _leaf(tmp_path, path)
    (tmp_path / "knowledge" / "empty").mkdir()
    tree = read_tree(tmp_path)
    assert [leaf.path for leaf in tree.leaves] == [
        "knowledge/d", "knowledge/d/e", "foundational_skills/f", "compositional_skills/b/c", "zebra/a",
    ]  # fmt: skip
    knowledge = tree.roots[0]
    assert knowledge is not None and len(list(knowledge.leaves())) == 2
    assert tree.leaf("knowledge/d/e") is tree.leaves[1]
    assert tree.leaf("knowledge/none") is None
    empty = tree.branch("knowledge/empty")
    assert empty is not None and empty.folders_without_leaf


@pytest.mark.parametrize("name", ["qna.yml", "QNA.yaml", " qna.yaml", "qna2.yaml", "qna.ymal.txt", "qna.txt"])
def test_nearly_right_names_are_noticed_and_not_read(tmp_path: Path, name: str) -> None:
    folder = tmp_path / "knowledge" / "x"
    folder.mkdir(parents=True)
    (folder / name).write_text("version: 3\n")
    tree = read_tree(tmp_path)
    assert tree.leaves == ()
    assert [notice.path for notice in tree.notices] == [f"knowledge/x/{name}"]
    assert "qna.yaml" in tree.notices[0].message


@posix_only
def test_links_loops_and_pipes_are_reported_and_none_is_read(tmp_path: Path) -> None:
    root, outside = tmp_path / "root", tmp_path / "outside"
    _leaf(root, "knowledge/good")
    secret = _leaf(outside, "secret", "created_by: secret\n")
    (root / "knowledge" / "loop").symlink_to(root)
    (root / "knowledge" / "self").symlink_to("self")
    (root / "knowledge" / "away").symlink_to(outside)
    for name in ("linked", "pipe", "dangling", "zero"):
        (root / "knowledge" / name).mkdir()
    (root / "knowledge" / "linked" / "qna.yaml").symlink_to(secret)
    (root / "knowledge" / "dangling" / "qna.yaml").symlink_to("nowhere")
    (root / "knowledge" / "zero" / "qna.yaml").symlink_to("/dev/zero")
    os.mkfifo(root / "knowledge" / "pipe" / "qna.yaml")
    started = time.monotonic()
    tree = read_tree(root)
    assert [leaf.path for leaf in tree.leaves] == ["knowledge/good"]
    assert {notice.path.split("/")[1] for notice in tree.notices} == {
        "loop", "self", "away", "linked", "pipe", "dangling", "zero",
    }  # fmt: skip
    for name in ("linked", "pipe", "dangling", "zero"):
        with pytest.raises(TaxonomyError):
            read_leaf(root / "knowledge" / name, root)
    assert time.monotonic() - started < 2


@posix_only
def test_a_link_inside_the_taxonomy_is_a_leaf(tmp_path: Path) -> None:
    target = _leaf(tmp_path, "knowledge/one")
    (tmp_path / "knowledge" / "two").mkdir()
    (tmp_path / "knowledge" / "two" / "qna.yaml").symlink_to(target)
    assert [leaf.path for leaf in read_tree(tmp_path).leaves] == ["knowledge/one", "knowledge/two"]
    assert read_leaf(tmp_path / "knowledge" / "two", tmp_path).path == "knowledge/two"


def test_very_deep_folders_end_in_a_notice(tmp_path: Path) -> None:
    _leaf(tmp_path, "/".join(["d"] * 60))
    tree = read_tree(tmp_path)
    assert tree.leaves == () and "levels" in tree.notices[0].message


def test_a_missing_folder_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    with pytest.raises(TaxonomyError) as caught:
        read_tree(tmp_path / "none")
    assert caught.value.remedy


def test_a_workspace_means_its_taxonomy(tmp_path: Path) -> None:
    _leaf(tmp_path, "taxonomy/knowledge/x")
    assert taxonomy_folder(tmp_path) == tmp_path / "taxonomy"
    assert taxonomy_folder(tmp_path / "taxonomy") == tmp_path / "taxonomy"


def test_listing_is_fast(tmp_path: Path) -> None:
    for number in range(2_000):
        folder = tmp_path / "knowledge" / f"b{number // 50}" / f"l{number}"
        folder.mkdir(parents=True)
        (folder / "qna.yaml").touch()
    started = time.process_time()
    assert len(read_tree(tmp_path).leaves) == 2_000
    assert time.process_time() - started < 0.4, "10,000 leaves must be listed within a second or two"


def test_names_are_sorted_as_people_count(tmp_path: Path) -> None:
    for name in ("step_10", "step_2", "step", "a10b2", "a2", "a02", "10", "9", "é1", "٣"):
        (tmp_path / "knowledge" / name).mkdir(parents=True)
    branches = read_tree(tmp_path).top.branches[0].branches
    names = [one.name for one in branches]
    assert [name for name in names if name.startswith("step")] == ["step", "step_2", "step_10"]
    assert names.index("9") < names.index("10") < names.index("a02") < names.index("a10b2")
    assert len(names) == 10
