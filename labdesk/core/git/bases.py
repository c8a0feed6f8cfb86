"""What a taxonomy can be compared with: commits and branches of its repository, marked versions, or nothing at all."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from pathlib import Path

import msgspec
from dulwich.objects import Commit, ObjectID

from labdesk.core.errors import TaxonomyError
from labdesk.core.git.marks import Mark, marks_of, open_marks
from labdesk.core.git.repository import EMPTY, GitFolder

MARK = "mark:"
"""What the name of a marked version begins with as a base."""
HEAD = "HEAD"
_MOST_BRANCHES = 60
_TITLES = {"generation": "Before the generation", "import": "After the import", "mark": "Marked"}


class Base(msgspec.Struct, frozen=True):
    """`name` is what the commands take; `time` in seconds since 1970, 0 for none."""

    name: str
    title: str
    detail: str = ""
    time: int = 0


class Standing(msgspec.Struct, frozen=True):
    """Where a taxonomy stands. `repository` is the folder of its repository, "" when it lies in none; `branch` is
    empty when none is checked out; `unfinished` says why labdesk will not commit there now. `bases[0]` is the default.
    """

    repository: str
    branch: str
    unfinished: str
    shallow: bool
    bases: tuple[Base, ...]


def standing(taxonomy: Path) -> Standing:
    """Look at the repository around a taxonomy and at its marked versions. Raises TaxonomyError for a damaged one."""
    marked = _marked(taxonomy)
    nothing = Base(EMPTY, "Nothing", "Every leaf counts as new")
    folder = GitFolder.find(taxonomy)
    if folder is None:
        return Standing("", "", "", False, (*marked, nothing))
    with folder:
        state = folder.state
        own = [_of_commit(HEAD, "Last commit", folder.commit(HEAD))] if state.head else []
        bases = (*own, *_branches(folder, state.branch), *marked, nothing)
        return Standing(str(folder.top), state.branch, state.unfinished, state.shallow, bases)


@contextlib.contextmanager
def opened(taxonomy: Path, base: str) -> Iterator[tuple[GitFolder | None, str]]:
    """The repository that holds a base, and the base's name in it; None for nothing.

    “HEAD” outside of a repository means the newest marked version. Raises TaxonomyError for a base that is not there.
    """
    folder = None if base == EMPTY else open_marks(taxonomy) if base.startswith(MARK) else GitFolder.find(taxonomy)
    if folder is None and base == HEAD:
        folder = open_marks(taxonomy)
    if folder is None and base not in (EMPTY, HEAD):
        raise TaxonomyError(
            f"There is no base “{base}” here.",
            cause="This taxonomy lies in no git repository."
            if not base.startswith(MARK)
            else "No version of this taxonomy was marked.",
            remedy="Compare with a marked version, or put the taxonomy into a repository.",
        )
    with folder or contextlib.nullcontext():
        yield folder, base.removeprefix(MARK)


def _marked(taxonomy: Path) -> list[Base]:
    folder = open_marks(taxonomy)
    if folder is None:
        return []
    with folder:
        return [_of_mark(mark) for mark in marks_of(folder)]


def _of_mark(mark: Mark) -> Base:
    return Base(f"{MARK}{mark.commit}", f"{_TITLES[mark.kind]}: {mark.title}", "", mark.time)


def _branches(folder: GitFolder, current: str) -> list[Base]:
    """Remote branches first: what one wants to contribute to; then one's own."""
    refs = folder.repo.refs
    found: list[Base] = []
    for prefix, words in ((b"refs/remotes/", "Remote branch"), (b"refs/heads/", "Branch")):
        for ref in sorted(refs.allkeys()):
            name = ref.removeprefix(prefix).decode("utf-8", "replace")
            if not ref.startswith(prefix) or name.endswith("/HEAD") or (prefix == b"refs/heads/" and name == current):
                continue
            with contextlib.suppress(TaxonomyError, KeyError):
                number = refs[ref]
                found.append(_of_commit(name, f"{words} {name}", folder.commit(ObjectID(number).decode())))
    return found[:_MOST_BRANCHES]


def _of_commit(name: str, title: str, commit: Commit) -> Base:
    message = commit.message.decode("utf-8", "replace").strip().partition("\n")[0]
    author = commit.author.decode("utf-8", "replace").partition(" <")[0]
    return Base(name, title, f"{message} ({author})", int(commit.commit_time))
