"""Documents of a leaf: found offline, never outside its folder, and with a clear word when something is missing."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.documents import source
from labdesk.core.documents.source import DocumentFile, drawn, read_documents
from labdesk.core.errors import DocumentError
from labdesk.core.taxonomy.leaf import DocumentRef

posix_only = pytest.mark.skipif(os.name == "nt", reason="links and pipes need rights on Windows that tests lack")


def _local(*patterns: str) -> DocumentRef:
    return DocumentRef(".", "local", patterns)


@pytest.fixture
def leaf(tmp_path: Path) -> Path:
    folder = tmp_path / "taxonomy" / "knowledge" / "x"
    folder.mkdir(parents=True)
    (folder / "qna.yaml").write_text("version: 3\n")
    (folder / "attribution.txt").write_text("Title of work: x\n")
    (tmp_path / "secret.md").write_text("secret\n")
    (tmp_path / "taxonomy" / "knowledge" / "near.md").write_text("near\n")
    return folder


def _root(leaf: Path) -> Path:
    return leaf.parents[1]


def test_local_documents_come_in_the_order_of_the_patterns(leaf: Path) -> None:
    for name in ("a.md", "b.md", "c.txt"):
        (leaf / name).write_text(f"{name} text\r\nmore\r\n")
    (leaf / "sub").mkdir()
    (leaf / "sub" / "d.md").write_text("deep\n")
    found = read_documents(leaf, _local("b.md", "*.txt", "**/*.md"), _root(leaf))
    assert [one.name for one in found] == ["b.md", "c.txt", "a.md", "sub/d.md"]
    assert found[0].text == "b.md text\nmore\n" and found[0].note == ""


@pytest.mark.parametrize(
    "pattern", ["../near.md", "../../../secret.md", "/etc/passwd", "**/../../near.md", "./../near.md"]
)
def test_no_pattern_leads_out_of_the_folder(leaf: Path, pattern: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_documents(leaf, _local(pattern), _root(leaf))
    assert caught.value.remedy


@posix_only
def test_links_out_of_the_folder_and_pipes_are_not_read(leaf: Path) -> None:
    (leaf / "a.md").symlink_to(leaf.parents[2] / "secret.md")
    (leaf / "b.md").symlink_to("/etc/passwd")
    (leaf / "deep").symlink_to(leaf.parents[2])
    os.mkfifo(leaf / "c.md")
    with pytest.raises(DocumentError):
        read_documents(leaf, _local("*.md", "deep/*.md"), _root(leaf))
    (leaf / "d.md").write_text("good\n")
    assert [one.name for one in read_documents(leaf, _local("*.md"), _root(leaf))] == ["d.md"]


@posix_only
def test_a_leaf_folder_that_is_a_link_out_is_refused(tmp_path: Path, leaf: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "a.md").write_text("secret\n")
    (_root(leaf) / "knowledge" / "y").symlink_to(outside)
    with pytest.raises(DocumentError):
        read_documents(_root(leaf) / "knowledge" / "y", _local("a.md"), _root(leaf))


@pytest.mark.parametrize("patterns", [("document.md",), ("docs/*.md",), ("docs/document.md",), ("other.pdf",)])
def test_a_file_beside_the_leaf_stands_in_for_a_repository(leaf: Path, patterns: tuple[str, ...]) -> None:
    (leaf / "document.md").write_text("the text\n")
    ref = DocumentRef("https://example.com/x.git", "0" * 40, patterns)
    (found,) = read_documents(leaf, ref, _root(leaf))
    assert found.name == "document.md" and found.text == "the text\n" and found.note


def test_the_seed_contexts_stand_in_for_a_missing_document_and_say_so(leaf: Path) -> None:
    ref = DocumentRef("https://example.com/x.git", "main", ("a.md",))
    (found,) = read_documents(leaf, ref, _root(leaf), ["One.\n", "Two.", "One."])
    assert found.text == "One.\n\nTwo.\n" and "a.md" in found.note
    with pytest.raises(DocumentError) as caught:
        read_documents(leaf, ref, _root(leaf))
    assert "a.md" in caught.value.cause and caught.value.remedy
    with pytest.raises(DocumentError):
        read_documents(leaf, None, _root(leaf), [" "])


@pytest.mark.parametrize(
    ("data", "words"), [(b"PK\0\0", "not a text"), (b" \n\n", "is empty"), (b"x" * (17 << 20), "larger than")]
)
def test_what_is_no_document_is_explained(leaf: Path, data: bytes, words: str) -> None:
    (leaf / "a.md").write_bytes(data)
    with pytest.raises(DocumentError) as caught:
        read_documents(leaf, _local("a.md"), _root(leaf))
    assert words in caught.value.message and caught.value.remedy


def test_old_encodings_are_read_with_a_note(leaf: Path) -> None:
    (leaf / "a.md").write_bytes("Café".encode("cp1252"))
    (found,) = read_documents(leaf, _local("a.md"), _root(leaf))
    assert found.text == "Café" and "UTF-8" in found.note
    (leaf / "a.md").write_bytes(b"\xef\xbb\xbfText")
    assert read_documents(leaf, _local("a.md"), _root(leaf))[0].text == "Text"


def test_hostile_patterns_are_quick(leaf: Path) -> None:
    (leaf / ("a" * 200 + ".md")).write_text("x")
    ref = _local("*a" * 100 + "b", "**/" * 50 + "x", "*" * 400)
    assert len(read_documents(leaf, ref, _root(leaf))) == 1


@given(data=st.binary(max_size=200).map(lambda data: data.replace(b"\0", b"")), size=st.integers(1, 9))
def test_pieces_of_any_size_give_the_same_text(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, size: int
) -> None:
    folder = tmp_path_factory.mktemp("leaf")
    (folder / "a.md").write_bytes(data)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(source, "_PIECE", size)
        try:
            found = drawn(DocumentFile("a.md", folder).reading())
        except DocumentError:
            assert not _whole(data).strip()
        else:
            assert found.text == _whole(data)


def _whole(data: bytes) -> str:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")
