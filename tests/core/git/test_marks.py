"""Marked versions: comparing and history where there is no repository; the person's files are never touched."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dulwich.repo import Repo

from labdesk.core.errors import TaxonomyError
from labdesk.core.git.bases import MARK, standing
from labdesk.core.git.leaf_history import leaf_history, version_data
from labdesk.core.git.leaf_states import LeafState, compared, leaf_differences
from labdesk.core.git.marks import mark_version, marks_of, open_marks
from labdesk.core.workspace import Workspace

from .conftest import NOTE, commit_all

FILE = f"{NOTE}/qna.yaml"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return Workspace.create(tmp_path / "plain")


def titles(workspace: Workspace) -> list[str]:
    folder = open_marks(workspace.taxonomy)
    if folder is None:
        return []
    with folder:
        return [mark.title for mark in marks_of(folder)]


def test_a_plain_folder_is_compared_with_its_newest_mark(workspace: Workspace) -> None:
    taxonomy = workspace.taxonomy
    assert {one.state for one in leaf_differences(taxonomy)} == {LeafState.NEW}
    original = (taxonomy / FILE).read_bytes()
    before = {str(p): p.read_bytes() for p in taxonomy.rglob("*") if p.is_file()}
    mark = mark_version(taxonomy, "  As it\nbegan ")
    assert mark.title == "As it began" and titles(workspace) == ["As it began"]
    assert {str(p): p.read_bytes() for p in taxonomy.rglob("*") if p.is_file()} == before
    assert (workspace.state / ".gitignore").read_text() == "*\n"
    assert {one.state for one in leaf_differences(taxonomy)} == {LeafState.SAME}
    (taxonomy / FILE).write_bytes(original + b"# more\n")
    others = [one.path for one in leaf_differences(taxonomy) if one.path != NOTE]
    shutil.rmtree(taxonomy / others[0])
    states = {one.path: one.state for one in leaf_differences(taxonomy)}
    assert states[NOTE] is LeafState.CHANGED and states[others[0]] is LeafState.DELETED
    with compared(taxonomy) as comparison:
        assert comparison.before(FILE) == original
    second = mark_version(taxonomy, "later")
    assert {one.state for one in leaf_differences(taxonomy)} == {LeafState.SAME}
    assert {one.path: one.state for one in leaf_differences(taxonomy, f"{MARK}{mark.commit}")} == states
    assert second.time > mark.time and titles(workspace) == ["later", "As it began"]


def test_the_same_state_is_marked_once_and_a_name_is_needed(workspace: Workspace) -> None:
    first = mark_version(workspace.taxonomy, "job 1", "generation")
    assert mark_version(workspace.taxonomy, "job 2", "generation") == first
    assert mark_version(workspace.taxonomy, "mine") != first
    assert titles(workspace) == ["mine", "job 1"]
    with pytest.raises(TaxonomyError, match="needs a name"):
        mark_version(workspace.taxonomy, " \n ")


def test_an_empty_taxonomy_can_be_marked(tmp_path: Path) -> None:
    (tmp_path / "w/taxonomy").mkdir(parents=True)
    mark_version(tmp_path / "w/taxonomy", "empty")
    (tmp_path / "w/taxonomy/knowledge/a").mkdir(parents=True)
    (tmp_path / "w/taxonomy/knowledge/a/qna.yaml").write_text("version: 3\n")
    assert [one.state for one in leaf_differences(tmp_path / "w/taxonomy")] == [LeafState.NEW]


def test_what_there_is_to_compare_with(taxonomy: Path, workspace: Workspace) -> None:
    plain = standing(workspace.taxonomy)
    assert plain.repository == "" and [base.name for base in plain.bases] == ["empty"]
    mark = mark_version(workspace.taxonomy, "mine")
    assert [base.name for base in standing(workspace.taxonomy).bases] == [f"{MARK}{mark.commit}", "empty"]
    repo = Repo(str(taxonomy.parents[1]))
    repo.refs[b"refs/remotes/origin/main"] = repo.head()
    repo.refs[b"refs/heads/other"] = repo.head()
    mark_version(taxonomy, "mine")
    found = standing(taxonomy)
    assert Path(found.repository) == taxonomy.parents[1].resolve() and found.branch and not found.unfinished
    assert [base.name for base in found.bases[:3]] == ["HEAD", "origin/main", "other"]
    assert found.bases[0].detail == "All (Me)" and found.bases[3].title == "Marked: mine"
    for wrong in ("mark:" + "0" * 40, "mark:", "nowhere"):
        with pytest.raises(TaxonomyError):
            leaf_differences(taxonomy, wrong)
    with pytest.raises(TaxonomyError, match="no base"):
        leaf_differences(workspace.taxonomy, "main")


def test_history_without_git_is_what_labdesk_wrote(workspace: Workspace) -> None:
    original = (workspace.taxonomy / FILE).read_bytes()
    assert leaf_history(workspace.taxonomy, NOTE) == ()
    workspace.write_leaf_file(FILE, original + b"# one\n")
    workspace.write_leaf_file(FILE, original + b"# two\n")
    found = leaf_history(workspace.taxonomy, NOTE)
    assert [one.data for one in found] == [original + b"# two\n", original + b"# one\n", original]
    assert version_data(workspace.taxonomy, found[2].source, found[2].number) == original
    workspace.undo()
    assert len(leaf_history(workspace.taxonomy, NOTE)) == 2
    with pytest.raises(TaxonomyError):
        version_data(workspace.taxonomy, "commit", "0" * 40)


def test_history_with_git_holds_commits_too(taxonomy: Path) -> None:
    with open(taxonomy / FILE, "ab") as file:
        file.write(b"# more\n")
    commit_all(Repo(str(taxonomy.parents[1])), b"More\n\nand why")
    found = leaf_history(taxonomy, NOTE)
    assert [(one.source, one.title, one.author) for one in found] == [("commit", "More", "Me"), ("commit", "All", "Me")]
    assert version_data(taxonomy, "commit", found[0].number) == (taxonomy / FILE).read_bytes()
