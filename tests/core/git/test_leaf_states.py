"""What a person changed is told leaf by leaf, in any state of the repository, and reading changes nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from dulwich.repo import Repo

from labdesk.core.errors import TaxonomyError
from labdesk.core.git.leaf_states import LeafState, compared, leaf_differences, leaf_versions
from labdesk.core.git.repository import EMPTY, GitFolder

from .conftest import NOTE, commit_all


def states(taxonomy: Path, base: str = "HEAD") -> dict[str, LeafState]:
    return {one.path: one.state for one in leaf_differences(taxonomy, base)}


def snapshot(folder: Path) -> dict[str, bytes]:
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}


def test_new_changed_deleted_and_same(taxonomy: Path) -> None:
    assert set(states(taxonomy).values()) == {LeafState.SAME} and len(states(taxonomy)) == 4
    others = sorted(path for path in states(taxonomy) if path != NOTE)
    with open(taxonomy / NOTE / "qna.yaml", "ab") as file:
        file.write(b"# more\n")
    shutil.rmtree(taxonomy / others[0])
    (taxonomy / others[1] / "notes.md").write_text("beside it")
    (taxonomy / "knowledge/new").mkdir()
    (taxonomy / "knowledge/new/qna.yaml").write_text("version: 3\n")
    (taxonomy / "knowledge/loose.md").write_text("belongs to no leaf")
    before = snapshot(taxonomy.parents[1] / ".git")
    found = states(taxonomy)
    assert found == {
        NOTE: LeafState.CHANGED, others[0]: LeafState.DELETED, others[1]: LeafState.CHANGED,
        others[2]: LeafState.SAME, "knowledge/new": LeafState.NEW,
    }  # fmt: skip
    changed = {one.path: one.files for one in leaf_differences(taxonomy)}
    assert changed[NOTE] == (f"{NOTE}/qna.yaml",) and changed[others[1]] == (f"{others[1]}/notes.md",)
    assert snapshot(taxonomy.parents[1] / ".git") == before
    assert set(states(taxonomy, EMPTY).values()) == {LeafState.NEW}


def test_a_folder_that_is_no_repository(taxonomy: Path) -> None:
    shutil.rmtree(taxonomy.parents[1] / ".git")
    assert GitFolder.find(taxonomy) is None
    assert set(states(taxonomy).values()) == {LeafState.NEW} and len(states(taxonomy)) == 4


def test_windows_line_ends_are_no_change(taxonomy: Path) -> None:
    file = taxonomy / NOTE / "qna.yaml"
    file.write_bytes(file.read_bytes().replace(b"\n", b"\r\n"))
    assert set(states(taxonomy).values()) == {LeafState.SAME}


def test_other_bases_count_from_where_the_two_parted(taxonomy: Path) -> None:
    repo = Repo(str(taxonomy.parents[1]))
    start = repo.head()
    (taxonomy / "knowledge/ours").mkdir()
    (taxonomy / "knowledge/ours/qna.yaml").write_text("a: 1\n")
    ours = commit_all(repo)
    tree = repo[repo[start].tree]
    theirs = repo[start].copy()
    theirs.parents, theirs.message = [start], b"Theirs went on"
    theirs.tree = repo.object_store.add_object(tree) or tree.id
    repo.object_store.add_object(theirs)
    repo.refs[b"refs/remotes/origin/main"] = theirs.id
    repo.refs[b"refs/tags/v1"] = start
    assert set(states(taxonomy).values()) == {LeafState.SAME}
    for base in ("origin/main", "v1", start.decode()):
        assert states(taxonomy, base)["knowledge/ours"] is LeafState.NEW
        assert states(taxonomy, base)[NOTE] is LeafState.SAME
    assert states(taxonomy, ours.decode())["knowledge/ours"] is LeafState.SAME
    for wrong in ("nothing", "-x", "--upload-pack=x", "0" * 40, "", "../../etc"):
        with pytest.raises(TaxonomyError, match="no branch"):
            states(taxonomy, wrong)


def test_the_history_of_a_leaf_and_its_earlier_text(taxonomy: Path) -> None:
    repo = Repo(str(taxonomy.parents[1]))
    file = taxonomy / NOTE / "qna.yaml"
    first = file.read_bytes()
    file.write_bytes(first + b"# two\n")
    commit_all(repo, b"Second version")
    (taxonomy.parents[1] / "README.md").write_text("other")
    commit_all(repo, b"Not about leaves")
    file.write_bytes(b"not committed")
    folder = GitFolder.find(taxonomy)
    assert folder is not None and folder.prefix == "course/taxonomy/"
    versions = leaf_versions(folder, NOTE)
    assert [one.message for one in versions] == ["Second version", "All"]
    assert [folder.blob(one.blob) for one in versions] == [first + b"# two\n", first]
    assert versions[0].author == "Me <me@example.org>" and versions[0].time > 1_600_000_000
    with compared(taxonomy) as comparison:
        assert comparison.before(f"{NOTE}/qna.yaml") == first + b"# two\n"
        assert comparison.after(f"{NOTE}/qna.yaml") == b"not committed"
        assert comparison.before("knowledge/none/qna.yaml") is None is comparison.after("knowledge/none/qna.yaml")
    with compared(taxonomy, EMPTY) as comparison:
        assert comparison.before(f"{NOTE}/qna.yaml") is None


def test_a_repository_without_commits(tmp_path: Path) -> None:
    (tmp_path / "knowledge/a").mkdir(parents=True)
    (tmp_path / "knowledge/a/qna.yaml").write_text("a: 1\n")
    Repo.init(str(tmp_path))
    folder = GitFolder.find(tmp_path)
    assert folder is not None and folder.state.head == "" and folder.state.branch and folder.prefix == ""
    assert states(tmp_path) == {"knowledge/a": LeafState.NEW} and leaf_versions(folder, "knowledge/a") == ()


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("index.lock", "Another git program"), ("MERGE_HEAD", "A merge"), ("rebase-merge", "A rebase"),
        ("rebase-apply", "A rebase"), ("CHERRY_PICK_HEAD", "A cherry-pick"), ("REVERT_HEAD", "A revert"),
    ],
)  # fmt: skip
def test_a_busy_repository_is_read_and_said(taxonomy: Path, name: str, words: str) -> None:
    (taxonomy.parents[1] / ".git" / name).write_text("x")
    folder = GitFolder.find(taxonomy)
    assert folder is not None and folder.state.unfinished.startswith(words)
    assert set(states(taxonomy).values()) == {LeafState.SAME}
    with pytest.raises(TaxonomyError) as refused:
        folder.require_idle()
    assert refused.value.remedy


def test_odd_repositories_are_no_reason_to_fail(taxonomy: Path) -> None:
    control = taxonomy.parents[1] / ".git"
    head = (control / "HEAD").read_bytes()
    repo = Repo(str(taxonomy.parents[1]))
    (control / "HEAD").write_bytes(repo.head() + b"\n")  # detached
    folder = GitFolder.find(taxonomy)
    assert folder is not None and folder.state.branch == "" and folder.state.head
    (control / "shallow").write_bytes(repo.head() + b"\n")
    assert folder.state.shallow and set(states(taxonomy).values()) == {LeafState.SAME}
    (control / "HEAD").write_bytes(b"rubbish")
    found = GitFolder.find(taxonomy)
    assert found is None or found.state.head == ""
    (control / "HEAD").write_bytes(head)
    shutil.rmtree(control / "objects")
    (control / "objects").mkdir()
    with pytest.raises(TaxonomyError):
        states(taxonomy)
    shutil.rmtree(control)
    control.write_text("gitdir: /nowhere\n")
    assert GitFolder.find(taxonomy) is None and len(states(taxonomy)) == 4
    # A stranger's folder that only looks like a bare repository is not taken for one.
    control.unlink()
    Repo.init_bare(str(taxonomy / "knowledge" / "bare"), mkdir=True)
    assert GitFolder.find(taxonomy / "knowledge" / "bare") is None


def test_a_work_tree_made_by_git_is_found(taxonomy: Path, tmp_path: Path) -> None:
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    run = ["git", "-C", str(taxonomy.parents[1]), "worktree", "add", "-q", str(tmp_path / "second"), "-b", "other"]
    subprocess.run(run, check=True, capture_output=True)
    folder = GitFolder.find(tmp_path / "second/course/taxonomy")
    assert folder is not None and folder.state.branch == "other"
    assert set(states(tmp_path / "second/course/taxonomy").values()) == {LeafState.SAME}


def test_a_packed_repository_is_read_and_let_go(taxonomy: Path) -> None:
    """Through the program itself: a file left open would complain when it ends."""
    if shutil.which("git") is None:
        pytest.skip("git is not installed")
    subprocess.run(["git", "-C", str(taxonomy.parents[1]), "gc", "-q"], check=True, capture_output=True)
    with open(taxonomy / NOTE / "qna.yaml", "ab") as file:
        file.write(b"# more\n")
    command = [sys.executable, "-W", "error", "-m", "labdesk", "taxonomy", "diff", str(taxonomy), "--text"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=Path(__file__).resolve().parents[3], check=True)
    assert "+# more" in done.stdout and done.stderr == ""
