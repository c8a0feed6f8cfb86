"""A commit holds the chosen leaves and nothing else; work tree, hooks and other people's staging stay untouched."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest
from dulwich import porcelain
from dulwich.repo import Repo

from labdesk.core.errors import TaxonomyError
from labdesk.core.git.contribute import Author, commit_leaves, commit_to_new_branch, signed_off
from labdesk.core.git.leaf_states import LeafState, leaf_differences
from labdesk.core.git.report import Shown, contribution_report
from labdesk.core.git.repository import GitFolder
from labdesk.core.taxonomy.leaf import read_leaf

from .conftest import NOTE

ME = Author("Edith Crane", "edith@example.org")


def opened(taxonomy: Path) -> GitFolder:
    folder = GitFolder.find(taxonomy)
    assert folder is not None
    return folder


def changed(taxonomy: Path) -> list[str]:
    return [one.path for one in leaf_differences(taxonomy) if one.state is not LeafState.SAME]


def edit(taxonomy: Path, leaf: str = NOTE) -> None:
    with open(taxonomy / leaf / "qna.yaml", "ab") as file:
        file.write(b"# edited\n")


def files_in(repo: Repo, commit: str) -> set[str]:
    folder = repo[repo[commit.encode()].tree]
    return {(entry.path or b"").decode() for entry in repo.object_store.iter_tree_contents(folder.id)}


def test_only_the_chosen_leaf_is_committed(taxonomy: Path) -> None:
    top = taxonomy.parents[1]
    others = [one.path for one in leaf_differences(taxonomy) if one.path != NOTE]
    edit(taxonomy)
    edit(taxonomy, others[0])
    (taxonomy / NOTE / "attribution.txt").write_text("Title of work: x\n")
    (top / "staged.txt").write_text("by somebody")
    porcelain.add(str(top), [str(top / "staged.txt")])
    hook = top / ".git/hooks/pre-commit"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\ntouch {top}/canary\nexit 1\n")
    hook.chmod(0o755)
    folder = opened(taxonomy)
    number = commit_leaves(folder, [NOTE], "Write better notes", ME)
    assert folder.state.head == number and changed(taxonomy) == [others[0]]
    names = files_in(folder.repo, number)
    assert f"course/taxonomy/{NOTE}/attribution.txt" in names and "README.md" in names and "staged.txt" not in names
    assert not (top / "canary").exists() and (top / "staged.txt").exists()
    commit = folder.repo[number.encode()]
    assert commit.author == b"Edith Crane <edith@example.org>"
    assert commit.message == b"Write better notes\n\nSigned-off-by: Edith Crane <edith@example.org>\n"
    if shutil.which("git"):
        said = subprocess.run(
            ["git", "-C", str(top), "status", "--porcelain"], check=True, capture_output=True, text=True
        )
        assert sorted(said.stdout.splitlines()) == [f" M course/taxonomy/{others[0]}/qna.yaml", "A  staged.txt"]
        subprocess.run(["git", "-C", str(top), "fsck", "--strict"], check=True, capture_output=True)


def test_a_deleted_leaf_and_a_first_commit(taxonomy: Path, tmp_path: Path) -> None:
    shutil.rmtree(taxonomy / NOTE)
    commit_leaves(opened(taxonomy), [NOTE], "Take the notes out", ME)
    assert changed(taxonomy) == [] and not [one for one in leaf_differences(taxonomy) if one.path == NOTE]
    empty = tmp_path / "empty"
    (empty / "knowledge/a").mkdir(parents=True)
    (empty / "knowledge/a/qna.yaml").write_text("a: 1\n")
    Repo.init(str(empty))
    number = commit_leaves(opened(empty), ["knowledge/a"], "First", ME)
    assert opened(empty).state.head == number and changed(empty) == []
    assert files_in(Repo(str(empty)), number) == {"knowledge/a/qna.yaml"}


def test_a_branch_for_upstream_holds_just_the_leaves_and_moves_nothing(taxonomy: Path) -> None:
    folder = opened(taxonomy)
    start = folder.state
    others = [one.path for one in leaf_differences(taxonomy) if one.path != NOTE]
    edit(taxonomy)
    edit(taxonomy, others[0])
    index = Path(folder.repo.index_path()).read_bytes()
    number = commit_to_new_branch(folder, [NOTE], "harbour-notes", "HEAD", "Add notes", ME)
    assert folder.state == start and Path(folder.repo.index_path()).read_bytes() == index
    assert sorted(changed(taxonomy)) == sorted([NOTE, others[0]])
    assert folder.repo.refs[b"refs/heads/harbour-notes"] == number.encode()
    assert folder.repo[number.encode()].parents == [start.head.encode()]
    with pytest.raises(TaxonomyError, match="already"):
        commit_to_new_branch(folder, [NOTE], "harbour-notes", "HEAD", "Add notes", ME)
    for name in ("", "a b", "-x", "a..b", "x.lock", "a~1", "../x"):
        with pytest.raises(TaxonomyError, match="cannot be the name"):
            commit_to_new_branch(folder, [NOTE], name, "HEAD", "Add notes", ME)


def test_nothing_is_written_while_git_is_busy_or_nothing_differs(taxonomy: Path) -> None:
    folder = opened(taxonomy)
    with pytest.raises(TaxonomyError, match="nothing to commit"):
        commit_leaves(folder, [NOTE], "Nothing", ME)
    with pytest.raises(TaxonomyError, match="There is no leaf"):
        commit_leaves(folder, [NOTE, "knowledge/mistyped"], "Nothing", ME)
    edit(taxonomy)
    lock = taxonomy.parents[1] / ".git/index.lock"
    lock.write_text("")
    before = {p: p.read_bytes() for p in lock.parent.rglob("*") if p.is_file()}
    for write in (
        lambda: commit_leaves(folder, [NOTE], "x", ME),
        lambda: commit_to_new_branch(folder, [NOTE], "b", "HEAD", "x", ME),
    ):
        with pytest.raises(TaxonomyError, match="cannot be changed now"):
            write()
    assert {p: p.read_bytes() for p in lock.parent.rglob("*") if p.is_file()} == before


@pytest.mark.parametrize(
    ("name", "email"), [("", "a@b"), ("A", ""), ("A", "nobody"), ("A <x>", "a@b"), ("A", "a@b\nX: y"), ("A\nB", "a@b>")]
)
def test_nobody_signs_with_half_a_name(taxonomy: Path, name: str, email: str) -> None:
    edit(taxonomy)
    with pytest.raises(TaxonomyError, match="signed with"):
        commit_leaves(opened(taxonomy), [NOTE], "x", Author(name, email))


def test_the_sign_off_stands_once() -> None:
    line = "Signed-off-by: Edith Crane <edith@example.org>"
    assert signed_off("One line", ME) == f"One line\n\n{line}\n"
    assert signed_off(f"One line\n\n{line}", ME) == f"One line\n\n{line}\n"
    assert signed_off("One line\n\nReviewed-by: A <a@b>", ME) == f"One line\n\nReviewed-by: A <a@b>\n{line}\n"
    assert signed_off("fix: one", ME) == f"fix: one\n\n{line}\n"
    with pytest.raises(TaxonomyError, match="message"):
        signed_off(" \n", ME)


def test_the_report_says_what_is_met_and_what_is_not(taxonomy: Path) -> None:
    leaf = read_leaf(taxonomy / NOTE, taxonomy)
    (taxonomy / NOTE / "attribution.txt").unlink(missing_ok=True)
    shown = Shown("Write ```a``` note", "No.", "# Note\n<script>")
    text = contribution_report(taxonomy, [leaf], {NOTE: [shown]})
    assert (
        f"`{NOTE}`" in text and "- [x] The file is valid." in text and "attribution.txt" in text and "(missing)" in text
    )
    assert "````text\nWrite ```a``` note\n````" in text and "- [ ] The commit is signed off" in text
    (taxonomy / NOTE / "attribution.txt").write_text(
        "Title of work: Notes\nLink to work: -\nRevision: 1\nLicense of the work: CC0-1.0\nCreator names: Me\n"
    )
    assert "- [x] attribution.txt names" in contribution_report(taxonomy, [leaf], {})
    (taxonomy / NOTE / "qna.yaml").write_text('version: 3\ncreated_by: "*x* <b>"\ntask_description: "[a](b) `c`"\n')
    text = contribution_report(taxonomy, [read_leaf(taxonomy / NOTE, taxonomy)], {})
    assert "- [ ] The file is valid. (" in text and r"\[a\](b) \`c\`" in text and r"\*x\* \<b\>" in text
