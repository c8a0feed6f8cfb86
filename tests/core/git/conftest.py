"""A repository with a taxonomy in a folder of it, made without git."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from dulwich import porcelain
from dulwich.repo import Repo

from labdesk.core import paths

NOTE = "compositional_skills/writing/freeform/harbour_note"
ME = b"Me <me@example.org>"


@pytest.fixture
def taxonomy(tmp_path: Path) -> Path:
    """The taxonomy of a repository `r`, in its folder `course/taxonomy`; all of it is committed."""
    root = tmp_path / "r" / "course" / "taxonomy"
    shutil.copytree(paths.starter_taxonomy(), root, ignore=shutil.ignore_patterns(".keep"))
    (tmp_path / "r/README.md").write_text("hello\n")
    repo = Repo.init(str(tmp_path / "r"))
    commit_all(repo)
    return root


def commit_all(repo: Repo, message: bytes = b"All") -> bytes:
    """Commit everything that lies in the work tree."""
    porcelain.add(repo)
    return bytes(repo.get_worktree().commit(message=message, author=ME, committer=ME))
