"""Converted documents go into a leaf as one step that can be undone; names are safe; nothing is doubled."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core import storage
from labdesk.core.documents.adding import STAGED_FILE, add_documents, document_name
from labdesk.core.documents.conversion import Converted
from labdesk.core.documents.source import matches, read_documents
from labdesk.core.errors import LabdeskError
from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.workspace import Workspace

LEAF = "knowledge/history/mill"
TEXT = "# The Mill\n\nIt was built in 1802.\n"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    made = Workspace.create(tmp_path / "w")
    made.new_leaf(LEAF, LeafKind.KNOWLEDGE)
    return made


def staged(workspace: Workspace, *files: tuple[str, str, bytes]) -> Path:
    """A staging folder of (markdown name, text, original)."""
    folder = storage.new_folder(workspace.state / "incoming" / "documents")
    made = []
    for name, text, original in files:
        storage.write_text(folder / name, text)
        copy = f"originals/{Path(name).stem}.pdf" if original else ""
        if copy:
            storage.write_bytes(folder / copy, original)
        made.append(Converted(name=name, markdown=name, original=copy, kind="PDF", characters=len(text)))
    storage.write_json(folder / STAGED_FILE, made)
    return folder


def patterns(workspace: Workspace) -> tuple[str, ...]:
    leaf = read_leaf(workspace.taxonomy / LEAF, workspace.taxonomy)
    assert leaf.document is not None and leaf.document.is_local
    return leaf.document.patterns


def test_documents_and_originals_come_in_one_step_and_go_with_one_undo(workspace: Workspace) -> None:
    before = {path: path.read_bytes() for path in workspace.taxonomy.rglob("*") if path.is_file()}
    names = add_documents(workspace, LEAF, staged(workspace, ("mill.md", TEXT, b"%PDF"), ("weir.md", TEXT * 2, b"")))
    folder = workspace.taxonomy / LEAF
    assert names == patterns(workspace) == ("mill.md", "weir.md")
    assert (folder / ".labdesk/originals/mill.pdf").read_bytes() == b"%PDF"
    assert (folder / ".labdesk/.gitignore").read_text() == "*\n"
    leaf = read_leaf(folder, workspace.taxonomy)
    found = read_documents(folder, leaf.document, workspace.taxonomy)
    assert [(one.name, one.text, one.note) for one in found] == [("mill.md", TEXT, ""), ("weir.md", TEXT * 2, "")]
    assert len(read_tree(workspace.taxonomy).leaves) == 5
    assert workspace.history.next_undo is not None and "2 documents" in workspace.history.next_undo.label
    workspace.undo()
    assert {path: path.read_bytes() for path in workspace.taxonomy.rglob("*") if path.is_file()} == before
    workspace.redo()
    assert patterns(workspace) == names and (folder / ".labdesk/originals/mill.pdf").exists()


def test_a_second_document_joins_the_first_and_takes_no_name_of_another(workspace: Workspace) -> None:
    add_documents(workspace, LEAF, staged(workspace, ("mill.md", TEXT, b"%PDF")))
    assert add_documents(workspace, LEAF, staged(workspace, ("Mill.md", "Another text.", b"%PDF2"))) == ("Mill-2.md",)
    assert patterns(workspace) == ("mill.md", "Mill-2.md")
    originals = sorted(path.name for path in (workspace.taxonomy / LEAF / ".labdesk/originals").iterdir())
    assert originals == ["Mill-2.pdf", "mill.pdf"]


def test_the_same_text_again_changes_nothing(workspace: Workspace) -> None:
    add_documents(workspace, LEAF, staged(workspace, ("mill.md", TEXT, b"%PDF")))
    step = workspace.history.next_undo
    assert add_documents(workspace, LEAF, staged(workspace, ("mill.md", TEXT, b"%PDF"))) == ("mill.md",)
    assert workspace.history.next_undo == step


def test_a_leaf_that_named_a_repository_names_the_file_instead(workspace: Workspace) -> None:
    file = f"{LEAF}/qna.yaml"
    text = (workspace.taxonomy / file).read_text("utf-8")
    old = "document:\n  repo: .\n  commit: local\n  patterns: []\n"
    assert old in text
    new = "document:\n  repo: https://example.org/x.git\n  commit: main\n  patterns: [docs/*.md]\n"
    workspace.write_leaf_file(file, text.replace(old, new).encode())
    add_documents(workspace, LEAF, staged(workspace, ("mill.md", TEXT, b"")))
    assert patterns(workspace) == ("mill.md",)


def test_only_what_was_chosen_is_taken(workspace: Workspace) -> None:
    folder = staged(workspace, ("mill.md", TEXT, b""), ("weir.md", TEXT * 2, b""))
    assert add_documents(workspace, LEAF, folder, ["weir.md"]) == ("weir.md",)
    assert not (workspace.taxonomy / LEAF / "mill.md").exists()


def test_nothing_changes_when_the_leaf_or_the_text_is_gone(workspace: Workspace) -> None:
    folder = staged(workspace, ("mill.md", TEXT, b""))
    with pytest.raises(LabdeskError):
        add_documents(workspace, "knowledge/none", folder)
    (folder / "mill.md").unlink()
    with pytest.raises(LabdeskError):
        add_documents(workspace, LEAF, folder)
    assert patterns(workspace) == ()


@given(st.lists(st.text(min_size=1, max_size=120), max_size=8), st.booleans())
def test_names_are_unique_plain_and_match_only_themselves(wishes: list[str], keep: bool) -> None:
    taken: set[str] = set()
    names = [document_name(wish, taken, keep_ending=keep) for wish in wishes]
    assert len({name.casefold() for name in names}) == len(wishes)
    for name in names:
        assert len(name) < 110 and not name.startswith((".", "-")) and not set(name) & set('/\\:*?[]"<>| ')
        assert matches(name, name) and name.isprintable()
        assert keep or name.endswith(".md")


def test_a_name_keeps_what_a_person_wrote() -> None:
    assert document_name("Über uns (2).docx", set()) == "Über-uns-2.md"
    assert document_name("../../etc/passwd", set()) == "etc-passwd.md"
    assert document_name("qna.yaml", set()) == "qna-text.md"
