"""Documents in repositories: what is not plainly safe is refused before any connection, the rest is read from objects."""

from __future__ import annotations

import os
import shutil
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
import urllib3
from dulwich.client import Urllib3HttpGitClient
from dulwich.config import StackedConfig
from dulwich.object_store import DiskObjectStore
from dulwich.objects import Blob, Commit, Tree
from dulwich.repo import Repo
from dulwich.server import DictBackend
from dulwich.web import make_wsgi_chain

from labdesk.core.errors import DocumentError
from labdesk.core.git import https, sources
from labdesk.core.git.https import Https, public_address
from labdesk.core.git.references import check_reference
from labdesk.core.git.sources import cached_files, fetch_files
from labdesk.core.taxonomy.leaf import DocumentRef

URL = "https://example.org/team/docs.git"


class Local:
    """A transport that copies a commit out of a repository on this disk."""

    def __init__(self, repo: Repo) -> None:
        self.repo = repo
        self.asked: list[tuple[str, str]] = []

    def fetch(self, url: str, commit: str, into: DiskObjectStore) -> None:
        self.asked.append((url, commit))
        for number in self.repo.object_store:
            into.add_object(self.repo[number])


class Forbidden:
    def fetch(self, url: str, commit: str, into: DiskObjectStore) -> None:
        raise AssertionError("nothing may be fetched")


def committed(folder: Path, files: dict[str, tuple[int, bytes]]) -> tuple[Repo, str]:
    """A repository with one commit of `files`: path to (mode, content); made from objects, so any name goes."""
    repo = Repo.init_bare(str(folder), mkdir=True)

    def tree_of(prefix: str) -> bytes:
        tree = Tree()
        for name in sorted({path[len(prefix) :].split("/")[0] for path in files if path.startswith(prefix)}):
            if f"{prefix}{name}" in files:
                mode, content = files[f"{prefix}{name}"]
                blob = Blob.from_string(content)
                repo.object_store.add_object(blob)
                tree.add(name.encode(), mode, blob.id)
            else:
                tree.add(name.encode(), stat.S_IFDIR, tree_of(f"{prefix}{name}/"))
        repo.object_store.add_object(tree)
        return bytes(tree.id)

    commit = Commit()
    commit.tree, commit.message = tree_of(""), b"x"
    commit.author = commit.committer = b"A <a@b>"
    commit.author_time = commit.commit_time = commit.author_timezone = commit.commit_timezone = 0
    repo.object_store.add_object(commit)
    return repo, commit.id.decode()


FILES = {
    "docs/a.md": (0o100644, b"# A\n"),
    "docs/deep/b.md": (0o100755, b"# B\n"),
    "docs/c.pdf": (0o100644, b"%PDF"),
    "docs/run.sh": (0o100755, b"touch canary"),
    "docs/link.md": (0o120000, b"/etc/passwd"),
    ".gitattributes": (0o100644, b"*.md filter=evil\n"),
    ".gitmodules": (0o100644, b"[submodule]\n"),
}


def names(folder: Path) -> list[str]:
    return sorted(
        p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file() and p.name != "MANIFEST.json"
    )


@pytest.mark.parametrize(
    ("patterns", "expected"),
    [
        (("docs/*.md",), ["docs/a.md"]),
        (("**/*.md",), ["docs/a.md", "docs/deep/b.md"]),
        (("docs/c.pdf", "docs/a.md"), ["docs/a.md", "docs/c.pdf"]),
    ],
)
def test_matching_files_come_once_and_work_offline(
    tmp_path: Path, patterns: tuple[str, ...], expected: list[str]
) -> None:
    repo, commit = committed(tmp_path / "r", FILES)
    ref, transport = DocumentRef(URL, commit, patterns), Local(repo)
    assert cached_files(ref, tmp_path / "cache") is None
    folder = fetch_files(ref, tmp_path / "cache", transport)
    assert names(folder) == expected and transport.asked == [(URL, commit)]
    assert cached_files(ref, tmp_path / "cache") == folder == fetch_files(ref, tmp_path / "cache", Forbidden())
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [folder.name]
    (folder / expected[0]).write_bytes(b"rot")
    assert cached_files(ref, tmp_path / "cache") is None


@pytest.mark.parametrize(
    "pattern",
    [
        "/etc/*",
        "../../*",
        "docs/../*.md",
        "docs/link.md",
        "docs/run.sh",
        "*.md",
        ".git*",
        "**/**/**/**/**/*.md",
        "",
        "docs",
    ],
)
def test_patterns_reach_nothing_but_plain_documents_of_the_commit(tmp_path: Path, pattern: str) -> None:
    repo, commit = committed(tmp_path / "r", FILES)
    with pytest.raises(DocumentError, match="No document"):
        fetch_files(DocumentRef(URL, commit, (pattern,)), tmp_path / "cache", Local(repo))
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize("name", ["..", ".", "a\\b.md", "C:x.md", "a\nb.md", "a\x1b.md"])
def test_names_that_are_tricks_do_not_exist(tmp_path: Path, name: str) -> None:
    repo, commit = committed(tmp_path / "r", {f"docs/{name}": (0o100644, b"x"), "docs/a.md": (0o100644, b"A")})
    folder = fetch_files(DocumentRef(URL, commit, ("**/*.md", "docs/*")), tmp_path / "cache", Local(repo))
    assert names(folder) == ["docs/a.md"]


REPOS = [
    "http://example.org/x.git", "git://example.org/x", "ssh://git@example.org/x", "git@example.org:x.git", "file:///etc",
    "/etc", "../x", "ext::sh -c touch% canary", "fd::17", "--upload-pack=touch canary", "-u./x", "https://", "x", "",
    "https://user:pass@example.org/x", "https://token@example.org/x", "https://example.org/x?$HF_TOKEN",
    "https://example.org/$HF_TOKEN", "https://example.org/x\r\nHost: y", "https://example.org:8080/x", "https://127.0.0.1/x",
    "https://localhost/x", "https://[::1]/x", "https://10.0.0.1/x", "https://2130706433/x", "https://0x7f.1/x",
    "https://169.254.169.254/latest", "https://printer.local/x", "https://db.internal/x", "https://example.org/" + "x" * 3000,
    "https://exam_ple.org\\@evil.org/x", "https://example.org:x/", "https://[::1/x", "https://example.org/x#y",
]  # fmt: skip


@pytest.mark.parametrize("repo", REPOS)
def test_addresses_that_are_not_plain_https_to_a_public_host_are_refused(tmp_path: Path, repo: str) -> None:
    with pytest.raises(DocumentError) as refused:
        fetch_files(DocumentRef(repo, "a" * 40, ("*.md",)), tmp_path, Forbidden())
    assert refused.value.remedy and not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "commit", ["main", "abc1234", "A" * 40, "a" * 41, "--orphan=x", "-bevil", "", "HEAD", "a" * 39 + "\n"]
)
def test_commits_that_are_not_full_numbers_are_refused(tmp_path: Path, commit: str) -> None:
    with pytest.raises(DocumentError):
        fetch_files(DocumentRef(URL, commit, ("*.md",)), tmp_path, Forbidden())


def test_a_safe_reference_names_its_host() -> None:
    assert check_reference(DocumentRef(URL, "0123456789" * 4, ("x",))) == "example.org"


def test_a_repository_that_sends_something_else_or_too_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    repo, commit = committed(tmp_path / "r", FILES)
    blob = next(n.decode() for n in repo.object_store if isinstance(repo[n], Blob))
    for number in ("f" * 40, blob):
        with pytest.raises(DocumentError, match="did not send"):
            fetch_files(DocumentRef(URL, number, ("*.md",)), tmp_path / "cache", Local(repo))
    for limit, value, words in (
        ("MAX_ENTRIES", 3, "too many files"),
        ("MAX_FILES", 1, "too many or"),
        ("MAX_BYTES", 2, "too large"),
    ):
        with monkeypatch.context() as patch:
            patch.setattr(sources, limit, value)
            with pytest.raises(DocumentError, match=words):
                fetch_files(DocumentRef(URL, commit, ("**/*.md",)), tmp_path / "cache", Local(repo))
    assert not list((tmp_path / "cache").iterdir())


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "169.254.169.254",
        "100.64.0.1",
        "::1",
        "fe80::1%eth0",
        "::ffff:10.0.0.1",
        "224.0.0.1",
        "0.0.0.0",
    ],
)
def test_a_name_that_leads_into_a_private_network_is_refused(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def lookup(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(0, 0, 0, "", ("93.184.216.34", 443)), (0, 0, 0, "", (address, 443))]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)
    with pytest.raises(DocumentError, match="public internet"):
        public_address("example.org", 443)


def test_the_real_transport_looks_up_the_host_connects_to_nothing_private_and_explains(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: [(0, 0, 0, "", ("127.0.0.1", 443))])
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("connected"))
    with pytest.raises(DocumentError, match="public internet"):
        fetch_files(DocumentRef(URL, "a" * 40, ("*.md",)), tmp_path / "cache", Https())
    assert not list((tmp_path / "cache").iterdir())


def test_a_redirect_to_another_host_is_not_followed() -> None:
    pool = https._OneHost("example.org")
    for url in ("https://evil.org/x", "http://example.org/x", "https://example.org:444/x", "file:///etc/passwd"):
        with pytest.raises(DocumentError, match="another place"):
            pool.urlopen("GET", url)


class PlainHttp(Https):
    """The real transport, but to a server on this computer and without encryption."""

    def __init__(self, port: int) -> None:
        super().__init__()
        self.port = port

    def _client(self, host: str) -> Urllib3HttpGitClient:
        pool = urllib3.PoolManager(retries=False, timeout=20)
        return Urllib3HttpGitClient(f"http://127.0.0.1:{self.port}/", pool_manager=pool, config=StackedConfig([]))


@pytest.fixture
def server(tmp_path: Path) -> Iterator[tuple[int, str, str]]:
    """A git server: (port, the commit of a branch, an older commit)."""
    shutil.copytree(committed(tmp_path / "made", FILES)[0].path, tmp_path / "served")
    repo = Repo(str(tmp_path / "served"))
    first = next(n for n in repo.object_store if isinstance(repo[n], Commit))
    newer = repo[first].copy()
    newer.parents, newer.message = [first], b"newer"
    repo.object_store.add_object(newer)
    repo.refs[b"refs/heads/main"] = newer.id
    app = make_wsgi_chain(DictBackend({"/team/docs.git": repo}))

    class Quiet(WSGIRequestHandler):
        def log_message(self, *_: object) -> None:
            pass

    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as httpd:
        thread = threading.Thread(target=httpd.serve_forever, daemon=True)
        thread.start()
        yield httpd.server_port, newer.id.decode(), first.decode()
        httpd.shutdown()
        thread.join()


def test_the_real_transport_fetches_one_commit_from_a_git_server(tmp_path: Path, server: tuple[int, str, str]) -> None:
    port, newest, _older = server
    folder = fetch_files(DocumentRef(URL, newest, ("**/*.md",)), tmp_path / "cache", PlainHttp(port))
    assert names(folder) == ["docs/a.md", "docs/deep/b.md"]
    for url, commit in ((URL, "f" * 40), ("https://example.org/team/none.git", newest)):
        with pytest.raises(DocumentError, match="did not send"):
            fetch_files(DocumentRef(url, commit, ("*.md",)), tmp_path / "cache", PlainHttp(port))
    assert [p.name for p in (tmp_path / "cache").iterdir()] == [folder.name]


def test_too_many_bytes_and_a_stop_end_the_transfer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "MAX_PACK", 10)
    limit = https._Limit(len, lambda: False)
    assert limit.write(b"12345") == 5
    with pytest.raises(DocumentError, match="stopped"):
        limit.write(b"1234567")
    with pytest.raises(DocumentError, match="stopped"):
        https._Limit(len, lambda: True).write(b"")


def test_no_environment_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy or a token of the environment is not used, and the address is taken as it is written."""
    monkeypatch.setitem(os.environ, "HTTPS_PROXY", "http://127.0.0.1:9")
    assert type(https._OneHost("example.org")).__mro__[1].__name__ == "PoolManager"
