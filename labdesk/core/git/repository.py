"""The git repository around a taxonomy, read with care: it may be in the middle of something, or a stranger's."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
from dulwich.errors import NotGitRepository
from dulwich.graph import find_merge_base
from dulwich.object_store import iter_tree_contents, tree_lookup_path
from dulwich.objects import Blob, Commit, ObjectID, Tree
from dulwich.objectspec import parse_commit
from dulwich.repo import Repo

from labdesk.core.errors import TaxonomyError

EMPTY = "empty"
"""The base against which everything is new."""
_UNFINISHED = {
    "index.lock": "Another git program is at work here.",
    "MERGE_HEAD": "A merge is not finished.",
    "rebase-merge": "A rebase is not finished.",
    "rebase-apply": "A rebase is not finished.",
    "CHERRY_PICK_HEAD": "A cherry-pick is not finished.",
    "REVERT_HEAD": "A revert is not finished.",
    "BISECT_LOG": "A bisect is not finished.",
}


class RepositoryState(msgspec.Struct, frozen=True):
    """Where a repository stands. `branch` is empty when HEAD is detached; `head` when there is no commit yet."""

    branch: str
    head: str
    unfinished: str
    """Why labdesk will not write here, in plain words; empty when it may."""
    shallow: bool


class GitFolder:
    """A taxonomy inside a repository. `prefix` is where it lies there ("" or e.g. `course/taxonomy/`).

    It holds open files: use it in a `with`, or call `close`.
    """

    def __init__(self, repo: Repo, taxonomy: Path, *, around: bool = True) -> None:
        """With `around=False` the repository lies elsewhere, and holds the taxonomy alone."""
        self.repo = repo
        self.taxonomy = taxonomy.resolve()
        self.top = Path(repo.path).resolve()
        inner = self.taxonomy.relative_to(self.top).as_posix() if around else "."
        self.prefix = "" if inner == "." else f"{inner}/"

    @classmethod
    def find(cls, taxonomy: Path) -> GitFolder | None:
        """The repository that a taxonomy lies in, or None: everything else works without one, too."""
        folder = taxonomy.resolve()
        for above in (folder, *folder.parents):
            if (above / ".git").exists():
                try:
                    repo = Repo(str(above))
                except (NotGitRepository, OSError, ValueError, KeyError):
                    return None
                if Path(repo.controldir(), "HEAD").is_file():
                    return cls(repo, folder)
                repo.close()
                return None
        return None

    def __enter__(self) -> GitFolder:
        return self

    def __exit__(self, *_details: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the repository's files."""
        self.repo.close()

    @property
    def state(self) -> RepositoryState:
        """Read anew each time. Never raises for a repository in an odd state."""
        control = Path(self.repo.controldir())
        unfinished = next((words for name, words in _UNFINISHED.items() if (control / name).exists()), "")
        try:
            names, head = self.repo.refs.follow(b"HEAD")  # type: ignore[arg-type]
        except (KeyError, ValueError, OSError):
            names, head = [], None
        if head is not None and not re.fullmatch(rb"[0-9a-f]{40}|[0-9a-f]{64}", head):
            names, head = [], None
        last = names[-1].decode("utf-8", "replace") if names else ""
        shallow = (Path(self.repo.commondir()) / "shallow").exists()
        branch = last.removeprefix("refs/heads/") if last.startswith("refs/heads/") else ""
        return RepositoryState(branch, head.decode() if head else "", unfinished, shallow)

    def require_idle(self) -> RepositoryState:
        """Raises TaxonomyError when another program is in the middle of something here."""
        state = self.state
        if state.unfinished:
            raise TaxonomyError(
                "The repository cannot be changed now.",
                cause=state.unfinished,
                remedy="Finish or abort that in the program that began it, then try again.",
            )
        return state

    def commit(self, name: str) -> Commit:
        """The commit that a branch, tag, remote branch or number names. Raises TaxonomyError."""
        try:
            if not re.fullmatch(r"[^\s\\:?*\[\]^~-][^\s\\:?*\[\]^~]{0,250}", name) or "//" in name or ".." in name:
                raise KeyError(name)
            return parse_commit(self.repo, name)
        except (KeyError, ValueError, OSError, AssertionError) as error:
            raise TaxonomyError(
                f"There is no branch, tag or commit “{name}” here.",
                remedy=f"Give another base, for example HEAD or origin/main; “{EMPTY}” counts every leaf as new.",
            ) from error

    def base_tree(self, base: str) -> Tree | None:
        """The tree to compare with: of the commit where HEAD and `base` parted, as upstream does; None for nothing."""
        head = self.state.head
        if base == EMPTY or (base == "HEAD" and not head):
            return None
        commit = self.commit(base)
        if head and commit.id.decode() != head:
            parted = find_merge_base(self.repo, [commit.id, ObjectID(head.encode())])
            commit = self.commit(parted[0].decode()) if parted else commit
        return self.tree_of(commit)

    def tree_of(self, commit: Commit) -> Tree:
        """The tree of a commit. Raises TaxonomyError for a damaged repository."""
        tree = self._object(commit.tree)
        if not isinstance(tree, Tree):
            raise _damaged()
        return tree

    def files_in(self, tree: Tree | None, below: str = "") -> Iterator[tuple[str, str]]:
        """(path below the taxonomy, blob number) of every ordinary file at or below a folder of the taxonomy."""
        if tree is None:
            return
        where = f"{self.prefix}{below}".strip("/").encode()
        try:
            start = tree.id
            if where:
                _, start = tree_lookup_path(self.repo.object_store.__getitem__, tree.id, where)
            if not isinstance(self._object(start), Tree):
                return
            for entry in iter_tree_contents(self.repo.object_store, start):
                if entry.path is not None and entry.mode is not None and entry.mode & 0o170000 == 0o100000:
                    name = entry.path.decode("utf-8", "surrogateescape")
                    yield (f"{below.strip('/')}/{name}" if below else name), (entry.sha or b"").decode()
        except KeyError:
            return

    def blob(self, number: str) -> bytes:
        """The content of a blob. Raises TaxonomyError when the repository does not hold it."""
        found = self._object(ObjectID(number.encode()))
        if not isinstance(found, Blob):
            raise _damaged()
        return found.data

    def _object(self, number: ObjectID) -> object:
        try:
            return self.repo[number]
        except (KeyError, ValueError, OSError) as error:
            raise _damaged() from error


def _damaged() -> TaxonomyError:
    return TaxonomyError(
        "The repository does not hold all that it names.",
        cause="It is damaged, or was fetched only in part.",
        remedy="Fetch it again with the program that made it.",
    )
