"""Documents of a repository: fetched once, PDFs converted, read offline by the leaf; nothing half fetched stays."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from labdesk.cli.main import main
from labdesk.core.documents.source import read_documents
from labdesk.core.errors import DocumentError
from labdesk.core.git import https
from labdesk.core.taxonomy.leaf import DocumentRef, LeafKind, read_leaf
from labdesk.core.workspace import Workspace
from labdesk.jobs import fetching
from labdesk.jobs.fetching import Received, fetch_documents
from tests.core.git.test_sources import URL, Forbidden, Local, PlainHttp, committed, server
from tests.documents_by_hand import article, pdf

__all__ = ["server"]
MILL = "The mill at Ostrow was built in 1802 by Jon Farrel and ground barley for three parishes."
FILES = {
    "docs/a.md": (0o100644, b"# A\n\nText of a.\n"),
    "docs/mill.pdf": (0o100644, article("The Mill", [MILL])),
    "docs/link.md": (0o120000, b"/etc/passwd"),
    "scan/scan.pdf": (0o100644, pdf([[]])),
}
LEAF = "knowledge/history/mill"


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Workspace]:
    made = Workspace.create(tmp_path / "w")
    made.new_leaf(LEAF, LeafKind.KNOWLEDGE)
    yield made


def named(workspace: Workspace, ref: DocumentRef) -> Path:
    """The leaf, naming a repository."""
    file = f"{LEAF}/qna.yaml"
    text = (workspace.taxonomy / file).read_text("utf-8")
    value = json.dumps({"repo": ref.repo, "commit": ref.commit, "patterns": list(ref.patterns)})
    workspace.write_leaf_file(file, f"{text[: text.index('document:')]}document: {value}\n".encode())
    return workspace.taxonomy / LEAF


def test_what_a_leaf_names_is_fetched_once_and_read_offline(workspace: Workspace, tmp_path: Path) -> None:
    repo, commit = committed(tmp_path / "r", FILES)
    ref = DocumentRef(URL, commit, ("docs/*",))
    leaf = named(workspace, ref)
    with pytest.raises(DocumentError, match="no source document"):
        read_documents(leaf, ref, workspace.taxonomy)
    folder = fetch_documents(workspace.state, ref, lambda _: None, transport=Local(repo))
    assert fetch_documents(workspace.state, ref, lambda _: None, transport=Forbidden()) == folder
    found = read_documents(leaf, read_leaf(leaf, workspace.taxonomy).document, workspace.taxonomy)
    assert [one.name for one in found] == ["docs/a.md", "docs/mill.pdf.md"]
    assert MILL in found[1].text and "kept for offline use" in found[1].note
    assert not list((workspace.state / "incoming").iterdir())


def test_a_pdf_without_text_is_refused_and_no_text_stays(workspace: Workspace, tmp_path: Path) -> None:
    repo, commit = committed(tmp_path / "r", FILES)
    ref = DocumentRef(URL, commit, ("scan/*.pdf",))
    with pytest.raises(DocumentError, match="pictures of pages") as refused:
        fetch_documents(workspace.state, ref, lambda _: None, transport=Local(repo))
    assert refused.value.cause.startswith("scan.pdf")
    assert [
        path.name for path in (workspace.state / "sources").iterdir() if "text" in path.name or "tmp" in path.name
    ] == []


def test_the_command_fetches_from_a_git_server(
    workspace: Workspace,
    server: tuple[int, str, str],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    port, newest, _older = server
    leaf = named(workspace, DocumentRef(URL, newest, ("docs/*.md",)))

    class Here(PlainHttp):
        def __init__(self, stop: object, received: object) -> None:
            super().__init__(port)
            self._received = received  # type: ignore[assignment]

    monkeypatch.setattr(fetching, "Https", Here)
    assert main(["taxonomy", "fetch", str(leaf), "--json"]) == 0
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert lines[0]["type"] == "received" and lines[0]["host"] == "example.org" and lines[0]["bytes"] > 0
    assert lines[-1] == {"type": "fetched", "leaf": LEAF, "names": ["docs/a.md"]}
    assert main(["taxonomy", "fetch", str(workspace.taxonomy / "knowledge/places/marrowby_light")]) == 1
    assert "names no repository" in capsys.readouterr().err


def test_progress_is_said_a_few_times_a_second() -> None:
    said: list[Received] = []
    teller = fetching._Teller("example.org", said.append)  # type: ignore[arg-type]
    limit = https._Limit(len, lambda: False, teller)
    for _ in range(100):
        limit.write(b"x" * 1000)
    assert said == [Received("example.org", 1000)]
