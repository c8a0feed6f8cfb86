"""The model mirrors any tree by difference, and what was selected stays selected."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from labdesk.core.taxonomy.facts import LeafFacts, Seen
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.tree import ROOTS, Tree, read_tree
from labdesk.gui.teach.leaf_book import LeafBook, Progress
from labdesk.gui.teach.tree_model import BADGE, PATH, TaxonomyModel

_NAMES = ("apple", "bell", "crane", "dune")


def _random_tree(root: Path, dice: random.Random) -> Tree:
    root.mkdir()
    for _ in range(dice.randint(0, 8)):
        parts = ["knowledge", *dice.choices(_NAMES, k=dice.randint(1, 3))]
        folder = root.joinpath(*parts)
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "qna.yaml").write_text("version: 3\n", "utf-8")
    return read_tree(root)


def _paths(model: TaxonomyModel, parent: QModelIndex | None = None) -> list[str]:
    parent = parent or QModelIndex()
    found = []
    for row in range(model.rowCount(parent)):
        index = model.index(row, 0, parent)
        found += [index.data(PATH), *_paths(model, index)]
    return found


def _expected(tree: Tree) -> list[str]:
    found: list[str] = []

    def walk(branch: object) -> None:
        for one in branch.branches:  # type: ignore[attr-defined]
            found.append(one.path)
            walk(one)

    walk(tree.top)
    found += [root for root in ROOTS if root not in found]
    return sorted(found, key=lambda path: (ROOTS.index(path.split("/")[0]), path.split("/")))


@pytest.mark.parametrize("seed", range(12))
def test_any_tree_follows_any_other(seed: int, tmp_path: Path, qtmodeltester: ModelTester) -> None:
    dice = random.Random(seed)
    model = TaxonomyModel(LeafBook())
    qtmodeltester.check(model)
    for step in range(6):
        tree = _random_tree(tmp_path / str(step), dice)
        model.mirror(tree.top)
        assert _paths(model) == _expected(tree)


def test_a_leaf_stays_itself_while_others_come_and_go(tmp_path: Path, qtmodeltester: ModelTester) -> None:
    model = TaxonomyModel(LeafBook())
    qtmodeltester.check(model)
    for name in ("b", "c"):
        (tmp_path / "knowledge" / name).mkdir(parents=True)
        (tmp_path / "knowledge" / name / "qna.yaml").write_text("", "utf-8")
    model.mirror(read_tree(tmp_path).top)
    kept = QPersistentModelIndex(model.index_of("knowledge/c"))
    (tmp_path / "knowledge" / "a").mkdir()
    (tmp_path / "knowledge" / "a" / "qna.yaml").write_text("", "utf-8")
    (tmp_path / "knowledge" / "b" / "qna.yaml").unlink()
    (tmp_path / "knowledge" / "b").rmdir()
    model.mirror(read_tree(tmp_path).top)
    assert kept.isValid()
    assert kept.data(PATH) == "knowledge/c"


def test_an_index_that_was_kept_too_long_finds_nothing(tmp_path: Path) -> None:
    model = TaxonomyModel(LeafBook())
    (tmp_path / "knowledge" / "b").mkdir(parents=True)
    (tmp_path / "knowledge" / "b" / "qna.yaml").write_text("", "utf-8")
    model.mirror(read_tree(tmp_path).top)
    stale = model.index_of("knowledge/b")
    (tmp_path / "knowledge" / "b" / "qna.yaml").unlink()
    (tmp_path / "knowledge" / "b").rmdir()
    (tmp_path / "knowledge").rmdir()
    model.mirror(read_tree(tmp_path).top)
    assert stale.data(PATH) is None


def test_a_row_says_title_badge_and_state_in_words(tmp_path: Path) -> None:
    book = LeafBook()
    model = TaxonomyModel(book)
    path = "knowledge/marrowby_light"
    (tmp_path / path).mkdir(parents=True)
    (tmp_path / path / "qna.yaml").write_text("", "utf-8")
    model.mirror(read_tree(tmp_path).top)
    book.put(path, Seen(path, 0, 0, 0, True, "", LeafFacts(LeafKind.KNOWLEDGE, False, 2, 0, 15), ""))
    book.progress[path] = Progress(generated=True, changed=True, before=4, after=92)
    index = model.index_of(path)
    assert index.data(Qt.ItemDataRole.DisplayRole) == "Marrowby light"
    assert index.data(BADGE).text == "92 %"
    assert index.data(BADGE).glyph
    words = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert "2 problems" in words
    assert "15 examples" in words
    assert "92 %" in words
    assert "Changed" in words
    assert model.index_of("knowledge").data(BADGE).text == "0 of 1"
    assert "1 with problems" in model.index_of("knowledge").data(Qt.ItemDataRole.ToolTipRole)


def test_the_three_roots_are_there_and_explained_before_their_folders_are(tmp_path: Path) -> None:
    model = TaxonomyModel(LeafBook())
    model.mirror(read_tree(tmp_path).top)
    assert _paths(model) == list(ROOTS)
    assert "Facts from a document" in model.index_of("knowledge").data(Qt.ItemDataRole.ToolTipRole)
