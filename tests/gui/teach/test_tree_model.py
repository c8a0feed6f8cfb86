"""The model mirrors any tree by difference, and what was selected stays selected."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelection, QModelIndex, QPersistentModelIndex, Qt
from pytestqt.modeltest import ModelTester

from labdesk.core.taxonomy.facts import Glance, LeafFacts
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.tree import ROOTS, Branch, Tree, read_tree
from labdesk.gui.teach.leaf_book import LeafBook, Progress
from labdesk.gui.teach.tree_filter import part_of
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


def _part(tree: Tree, hits: set[str]) -> Branch:
    steps = part_of(tree.top, hits)
    with pytest.raises(StopIteration) as end:
        while True:
            next(steps)
    part: Branch = end.value.value
    return part


@pytest.mark.parametrize("seed", range(12))
def test_any_tree_follows_any_other(seed: int, tmp_path: Path, qtmodeltester: ModelTester) -> None:
    dice = random.Random(seed)
    model = TaxonomyModel(LeafBook())
    qtmodeltester.check(model)
    for step in range(6):
        tree = _random_tree(tmp_path / str(step), dice)
        model.mirror(tree.top)
        assert _paths(model) == _expected(tree)


_PLACES = [f"knowledge/{a}/{b}" for a in _NAMES for b in _NAMES[:2]]
_ACTS = st.lists(
    st.tuples(
        st.sampled_from(["make", "move", "delete", "branch"]), st.sampled_from(_PLACES), st.sampled_from(_PLACES)
    ),
    max_size=12,
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(acts=_ACTS, kept=st.sampled_from(_PLACES))
def test_moves_renames_and_deletes_are_followed_and_what_stays_keeps_its_row(
    acts: list[tuple[str, str, str]], kept: str, tmp_path_factory: pytest.TempPathFactory, qtmodeltester: ModelTester
) -> None:
    root = tmp_path_factory.mktemp("tree")
    model = TaxonomyModel(LeafBook())
    qtmodeltester.check(model)
    _make(root, kept)
    model.mirror(read_tree(root).top)
    persistent = QPersistentModelIndex(model.index_of(kept))
    for verb, one, other in acts:
        if kept in (one, other):
            continue
        _act(root, verb, one, other)
        top = read_tree(root).top
        model.mirror(top)
        assert _paths(model) == _expected(read_tree(root))
        assert persistent.isValid()
        assert persistent.data(PATH) == kept


def _make(root: Path, path: str) -> None:
    (root / path).mkdir(parents=True, exist_ok=True)
    (root / path / "qna.yaml").write_text("", "utf-8")


def _act(root: Path, verb: str, one: str, other: str) -> None:
    if verb == "make":
        _make(root, one)
    elif verb == "branch":
        (root / one).mkdir(parents=True, exist_ok=True)
    elif verb == "delete":
        shutil.rmtree(root / one, ignore_errors=True)
    elif (root / one).is_dir() and not (root / other).exists():
        (root / other).parent.mkdir(parents=True, exist_ok=True)
        (root / one).rename(root / other)


def test_a_part_that_a_search_leaves_is_mirrored_and_the_whole_comes_back(
    tmp_path: Path, qtmodeltester: ModelTester
) -> None:
    model = TaxonomyModel(LeafBook())
    qtmodeltester.check(model)
    for place in _PLACES:
        _make(tmp_path, place)
    tree = read_tree(tmp_path)
    model.mirror(tree.top)
    model.mirror(_part(tree, {"knowledge/bell/apple"}), roots=False)
    assert _paths(model) == ["knowledge", "knowledge/bell", "knowledge/bell/apple"]
    model.mirror(_part(tree, set()), roots=False)
    assert _paths(model) == []
    model.mirror(tree.top)
    assert _paths(model) == _expected(tree)


def test_a_large_branch_comes_in_pieces(tmp_path: Path, qtmodeltester: ModelTester) -> None:
    for number in range(700):
        _make(tmp_path, f"knowledge/b{number % 3}/l{number:03}")
    model = TaxonomyModel(LeafBook())
    qtmodeltester.check(model)
    tree = read_tree(tmp_path)
    assert sum(1 for _step in model.mirroring(tree.top)) > 10
    assert _paths(model) == _expected(tree)


def test_neighbours_come_and_go_together(tmp_path: Path, qtmodeltester: ModelTester) -> None:
    """Each insertion or removal costs a view that is open a look at all of its rows."""
    for number in range(90):
        _make(tmp_path, f"knowledge/b/l{number:03}")
    tree = read_tree(tmp_path)
    model = TaxonomyModel(LeafBook())
    qtmodeltester.check(model)
    told: list[str] = []
    model.rowsInserted.connect(lambda *_: told.append("in"))
    model.rowsRemoved.connect(lambda *_: told.append("out"))
    model.mirror(_part(tree, {"knowledge/b/l040"}), roots=False)
    told.clear()
    model.mirror(tree.top, roots=False)
    assert told == ["in", "in"]
    assert _paths(model) == ["knowledge", "knowledge/b", *(f"knowledge/b/l{number:03}" for number in range(90))]
    model.mirror(_part(tree, {"knowledge/b/l040"}), roots=False)
    assert told == ["in", "in", "out", "out"]


def test_what_is_selected_is_told_by_kind_and_open_branches_are_found(tmp_path: Path) -> None:
    for place in _PLACES:
        _make(tmp_path, place)
    model = TaxonomyModel(LeafBook())
    model.mirror(read_tree(tmp_path).top)
    bell = model.index_of("knowledge/bell")
    chosen = QItemSelection(model.index(0, 0, bell), model.index(1, 0, bell))
    chosen.select(bell, bell)
    leaves, branches = model.within(chosen)
    assert sorted(leaves) == ["knowledge/bell/apple", "knowledge/bell/bell"]
    assert branches == ["knowledge/bell"]
    assert [index.data(PATH) for index in model.branches()][:2] == ["knowledge", "knowledge/apple"]
    assert model.flags(model.index_of("knowledge/bell/apple")) & Qt.ItemFlag.ItemNeverHasChildren
    assert not model.flags(bell) & Qt.ItemFlag.ItemNeverHasChildren


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
    book.put(path, Glance(path, 0, 0, 0, True, "", LeafFacts(LeafKind.KNOWLEDGE, False, 2, 0, 15), ""))
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
