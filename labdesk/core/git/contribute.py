"""Commits leaves and nothing else: other staged or changed files of the repository are not touched, no hook is run.

Commits are built from a base's tree and the leaves' files on disk. The work tree is never checked out; only the
leaves' own entries in the index follow.
"""

from __future__ import annotations

import os
import re
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec
from dulwich.file import FileLocked
from dulwich.index import Index, index_entry_from_stat
from dulwich.object_store import commit_tree_changes
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref, check_ref_format

from labdesk.core.errors import TaxonomyError
from labdesk.core.git.repository import GitFolder
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy_transfer import MAX_FILE, files_of

_TRIES = 20


class Author(msgspec.Struct, frozen=True):
    """Who signs. Raises TaxonomyError when used with an empty or impossible name or address."""

    name: str
    email: str

    @property
    def line(self) -> str:
        """`Name <address>`."""
        name, email = " ".join(self.name.split()), self.email.strip()
        if not name or re.search(r"[<>\x00-\x1f]", name) or not re.fullmatch(r"[^\s<>@]+@[^\s<>@]+", email):
            raise TaxonomyError(
                "A contribution is signed with a name and an e-mail address.",
                cause=f"“{name} <{email}>” is not such a pair.",
                remedy="Give both, for example Edith Crane and edith@example.org.",
            )
        return f"{name} <{email}>"


def commit_leaves(folder: GitFolder, leaves: Sequence[str], message: str, author: Author) -> str:
    """Commit the leaves (folders relative to the taxonomy) as they are on disk onto the branch; returns its number.

    A leaf that is gone from the disk is deleted. The message gets a sign-off. Raises TaxonomyError when the repository
    is busy, nothing differs, or somebody else committed meanwhile.
    """
    state = folder.require_idle()
    parent = folder.commit("HEAD") if state.head else None
    tree, files = _tree_with(folder, folder.tree_of(parent) if parent else None, leaves)
    number = _store(folder, tree, parent, message, author)
    name = Ref(f"refs/heads/{state.branch}".encode()) if state.branch else Ref(b"HEAD")
    moved = (
        folder.repo.refs.set_if_equals(name, parent.id, number) if parent else folder.repo.refs.add_if_new(name, number)
    )
    if not moved:
        raise TaxonomyError("Somebody else committed at the same moment.", remedy="Try again.")
    _follow_in_index(folder, files)
    return number.decode()


def commit_to_new_branch(
    folder: GitFolder, leaves: Sequence[str], branch: str, base: str, message: str, author: Author
) -> str:
    """Make `branch` from `base` with one commit that holds just these leaves: ready for a pull request upstream.

    The work tree, the index and the current branch stay as they are. Raises TaxonomyError.
    """
    folder.require_idle()
    name = f"refs/heads/{branch}".encode()
    if not check_ref_format(Ref(name)) or branch.startswith("-"):
        raise TaxonomyError(f"“{branch}” cannot be the name of a branch.", remedy="Use letters, digits and hyphens.")
    if Ref(name) in folder.repo.refs:
        raise TaxonomyError(f"There is a branch “{branch}” already.", remedy="Choose another name.")
    parent = folder.commit(base)
    tree, _ = _tree_with(folder, folder.tree_of(parent), leaves)
    number = _store(folder, tree, parent, message, author)
    if not folder.repo.refs.add_if_new(Ref(name), number):
        raise TaxonomyError(f"There is a branch “{branch}” already.", remedy="Choose another name.")
    return number.decode()


def signed_off(message: str, author: Author) -> str:
    """The message with a sign-off line at its end, once. Raises TaxonomyError for an empty message."""
    text = message.strip()
    if not text:
        raise TaxonomyError("A commit needs a message.", remedy="Say in a line what you changed.")
    line = f"Signed-off-by: {author.line}"
    if line in text.splitlines():
        return f"{text}\n"
    gap = "\n" if re.fullmatch(r"[A-Za-z-]+: .*", text.splitlines()[-1]) and "\n" in text else "\n\n"
    return f"{text}{gap}{line}\n"


def _tree_with(
    folder: GitFolder, base: Tree | None, leaves: Sequence[str]
) -> tuple[ObjectID, dict[str, ObjectID | None]]:
    """(the tree with the leaves as on disk, what differs: path below the taxonomy to blob, None when deleted)."""
    on_disk = [name for name in files_of(folder.taxonomy) if any(name.startswith(f"{leaf}/") for leaf in leaves)]
    then = {name: sha for leaf in leaves for name, sha in folder.files_in(base, leaf)}
    for leaf in leaves:
        if not any(name.startswith(f"{leaf}/") for name in (*on_disk, *then)):
            raise TaxonomyError(
                f"There is no leaf “{leaf}”, neither here nor in the base.",
                remedy="“labdesk taxonomy tree” lists the leaves.",
            )
    files: dict[str, ObjectID | None] = {name: None for name in then if name not in set(on_disk)}
    for name in on_disk:
        blob = Blob.from_string(read_regular(folder.taxonomy / name, folder.taxonomy, MAX_FILE))
        if blob.id.decode() != then.get(name):
            folder.repo.object_store.add_object(blob)
            files[name] = blob.id
    if not files:
        raise TaxonomyError("There is nothing to commit: these leaves are as they were.", remedy="Change one first.")
    changes = [(f"{folder.prefix}{name}".encode(), 0o100644 if sha else None, sha) for name, sha in files.items()]
    fresh = Tree.from_string(base.as_raw_string()) if base is not None else Tree()
    return commit_tree_changes(folder.repo.object_store, fresh, changes), files


def _store(folder: GitFolder, tree: ObjectID, parent: Commit | None, message: str, author: Author) -> ObjectID:
    commit = Commit()
    commit.tree = tree
    commit.parents = [parent.id] if parent else []
    commit.author = commit.committer = author.line.encode()
    commit.author_time = commit.commit_time = int(time.time())
    commit.author_timezone = commit.commit_timezone = 0
    commit.encoding = b"UTF-8"
    commit.message = signed_off(message, author).encode()
    folder.repo.object_store.add_object(commit)
    return commit.id


def _follow_in_index(folder: GitFolder, files: dict[str, ObjectID | None]) -> None:
    """Let the index say what was committed, for these files only. Raises TaxonomyError when git holds it for long."""
    path = folder.repo.index_path()
    for attempt in range(_TRIES):
        index = folder.repo.open_index() if folder.repo.has_index() else Index(path, read=False)
        for name, sha in files.items():
            key = f"{folder.prefix}{name}".encode()
            if sha is not None:
                index[key] = index_entry_from_stat((folder.taxonomy / name).stat(), sha, 0o100644)
            elif key in index:
                del index[key]
        try:
            return index.write()
        except FileLocked:
            if attempt == _TRIES - 1:
                raise TaxonomyError(
                    "The commit is made, but git's list of files is locked by another program.",
                    cause=f"{Path(os.fsdecode(path)).name}.lock exists.",
                    remedy="End that program; “git reset” then brings the list up to date.",
                ) from None
            time.sleep(0.05)
