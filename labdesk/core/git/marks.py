"""Marked versions: the whole taxonomy as it was at a moment, also where there is no repository of the person's own.

labdesk marks one by itself before a generation and after an import; a person marks one with a name. They are commits of
a repository in `.labdesk/` that nobody else uses, so that comparing and history are the same as with git.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Literal, get_args

import msgspec
from dulwich.errors import NotGitRepository
from dulwich.object_store import commit_tree_changes
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.refs import Ref
from dulwich.repo import Repo

from labdesk.core import storage
from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.git.repository import GitFolder
from labdesk.core.taxonomy.files import read_regular
from labdesk.core.taxonomy_transfer import MAX_FILE, files_of

MarkKind = Literal["mark", "generation", "import"]
MOST_SHOWN = 50
_REF = Ref(b"refs/heads/marks")
_AUTHOR = b"labdesk <labdesk@localhost>"


class Mark(msgspec.Struct, frozen=True):
    """`commit` is its number; `time` in seconds since 1970."""

    commit: str
    title: str
    kind: MarkKind
    time: int


def open_marks(taxonomy: Path) -> GitFolder | None:
    """The marked versions of a taxonomy, to be closed; None while there are none."""
    path = _place(taxonomy)
    if not path.is_dir():
        return None
    try:
        return GitFolder(Repo(str(path)), taxonomy, around=False)
    except (NotGitRepository, OSError, ValueError, KeyError):
        return None


def marks_of(folder: GitFolder) -> tuple[Mark, ...]:
    """The marked versions, newest first."""
    if _REF not in folder.repo.refs:
        return ()
    walker = folder.repo.get_walker(include=[folder.repo.refs[_REF]], max_entries=MOST_SHOWN)
    return tuple(_mark(entry.commit) for entry in walker)


def mark_version(taxonomy: Path, title: str, kind: MarkKind = "mark") -> Mark:
    """Mark the taxonomy as it is on disk. The same state under the same kind is marked once.

    Takes about a second for a thousand leaves that are new to it. Raises StorageError, TaxonomyError without a title.
    """
    words = " ".join(title.split())[:200]
    if not words:
        raise TaxonomyError("A marked version needs a name.", remedy="Say in a few words what it is.")
    with _made(taxonomy) as folder:
        store, refs = folder.repo.object_store, folder.repo.refs
        parent = refs[_REF] if _REF in refs else None  # noqa: SIM401  # it has no `get`
        newest = folder.commit(parent.decode()) if parent else None
        tree = _stored(folder, folder.tree_of(newest) if newest else None)
        if newest is not None and newest.tree == tree and _mark(newest).kind == kind:
            return _mark(newest)
        commit = _commit(tree, newest, words, kind)
        store.add_object(commit)
        if not (refs.set_if_equals(_REF, parent, commit.id) if parent else refs.add_if_new(_REF, commit.id)):
            raise StorageError("Another labdesk marked a version at the same moment.", remedy="Try again.")
        return _mark(commit)


def _place(taxonomy: Path) -> Path:
    return taxonomy.resolve().parent / ".labdesk" / "versions.git"


def _made(taxonomy: Path) -> GitFolder:
    found = open_marks(taxonomy)
    if found is not None:
        return found
    path = _place(taxonomy)
    ignore = path.parent / ".gitignore"
    try:
        path.parent.mkdir(exist_ok=True)
        if not ignore.exists():
            storage.write_text(ignore, "*\n")
        fresh = storage.new_folder(path)
        repo = Repo.init_bare(str(fresh))
        repo.refs.set_symbolic_ref(Ref(b"HEAD"), _REF)
        repo.close()
        if not path.exists():
            fresh.rename(path)
        return GitFolder(Repo(str(path)), taxonomy, around=False)
    except OSError as error:
        raise storage.explain(error, path) from error


def _stored(folder: GitFolder, before: Tree | None) -> ObjectID:
    """The number of a tree with every file of the taxonomy; its new contents are stored in one pack."""
    known = dict(folder.files_in(before))
    now: dict[str, ObjectID] = {}
    fresh: list[Blob] = []
    for name in files_of(folder.taxonomy):
        blob = Blob.from_string(read_regular(folder.taxonomy / name, folder.taxonomy, MAX_FILE))
        now[name] = blob.id
        if known.get(name) != blob.id.decode() and blob.id not in folder.repo.object_store:
            fresh.append(blob)
    if fresh:
        folder.repo.object_store.add_objects([(blob, None) for blob in fresh])
    changes: list[tuple[bytes, int | None, ObjectID | None]]
    changes = [(name.encode(), 0o100644, number) for name, number in now.items() if known.get(name) != number.decode()]
    changes += [(name.encode(), None, None) for name in known if name not in now]
    start = Tree.from_string(before.as_raw_string()) if before is not None else Tree()
    if not changes:
        folder.repo.object_store.add_object(start)
        return start.id
    return commit_tree_changes(folder.repo.object_store, start, changes)


def _commit(tree: ObjectID, parent: Commit | None, title: str, kind: MarkKind) -> Commit:
    made = Commit()
    made.tree = tree
    made.parents = [parent.id] if parent else []
    made.author = made.committer = _AUTHOR
    # Strictly later than the one before, so that the order is true also when the clock was set back.
    made.author_time = made.commit_time = max(int(time.time()), parent.commit_time + 1 if parent else 0)
    made.author_timezone = made.commit_timezone = 0
    made.encoding = b"UTF-8"
    made.message = f"{title}\n\nKind: {kind}\n".encode()
    return made


def _mark(commit: Commit) -> Mark:
    title, _, rest = commit.message.decode("utf-8", "replace").partition("\n")
    word = rest.strip().removeprefix("Kind: ")
    kind: MarkKind = next((one for one in get_args(MarkKind) if one == word), "mark")
    return Mark(commit.id.decode(), title, kind, int(commit.commit_time))
