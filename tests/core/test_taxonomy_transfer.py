"""Taxonomies come and go as folders and zips; nothing is overwritten unasked, and no archive gets out of its folder."""

from __future__ import annotations

import io
import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from labdesk.core.errors import LabdeskError, StorageError, TaxonomyError
from labdesk.core.taxonomy import archive
from labdesk.core.taxonomy_transfer import discard_import, export_taxonomy, files_of, plan_import, run_import
from labdesk.core.workspace import Workspace

STARTER = Path(__file__).resolve().parents[2] / "taxonomy"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    (tmp_path / "w/taxonomy/knowledge").mkdir(parents=True)
    return Workspace.open(tmp_path / "w")


def content(root: Path) -> dict[str, bytes]:
    return {name: (root / name).read_bytes() for name in files_of(root)}


@pytest.mark.parametrize("name", ["out.zip", "out"])
def test_there_and_back_again_is_the_same_and_can_be_undone(workspace: Workspace, tmp_path: Path, name: str) -> None:
    count = export_taxonomy(STARTER, tmp_path / name)
    assert count == len(content(STARTER)) > 4
    plan = plan_import(workspace, tmp_path / name)
    assert len(plan.new) == count and not plan.same and not plan.different and not content(workspace.taxonomy)
    run_import(workspace, plan)
    assert content(workspace.taxonomy) == content(STARTER)
    again = plan_import(workspace, tmp_path / name)
    assert not again.new and len(again.same) == count
    workspace.undo()
    assert not content(workspace.taxonomy)
    workspace.redo()
    assert content(workspace.taxonomy) == content(STARTER)


def test_the_same_taxonomy_gives_the_same_zip_and_a_branch_can_be_taken_alone(tmp_path: Path) -> None:
    export_taxonomy(STARTER, tmp_path / "a.zip")
    export_taxonomy(STARTER, tmp_path / "b.zip")
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    export_taxonomy(STARTER, tmp_path / "c", "compositional_skills")
    assert [p.name for p in (tmp_path / "c").iterdir()] == ["compositional_skills"]
    with pytest.raises(TaxonomyError):
        export_taxonomy(STARTER, tmp_path / "d", "nothing")
    with pytest.raises(StorageError):
        export_taxonomy(STARTER, tmp_path / "a.zip")
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.zip", "b.zip", "c"]


def test_a_file_that_is_here_is_only_replaced_when_asked(workspace: Workspace, tmp_path: Path) -> None:
    one, two = "knowledge/a/qna.yaml", "knowledge/b/qna.yaml"
    for name in (one, two):
        workspace.write_leaf_file(name, b"mine")
        (tmp_path / "other" / name).parent.mkdir(parents=True)
        (tmp_path / "other" / name).write_bytes(b"theirs")
    (tmp_path / "other/knowledge/a/deep").mkdir()
    (tmp_path / "other/knowledge/a/deep/c.md").write_bytes(b"new")
    plan = plan_import(workspace, tmp_path / "other")
    assert plan.different == (one, two) and plan.new == ("knowledge/a/deep/c.md",)
    run_import(workspace, plan, overwrite=[two])
    assert content(workspace.taxonomy) == {one: b"mine", two: b"theirs", "knowledge/a/deep/c.md": b"new"}
    workspace.undo()
    assert content(workspace.taxonomy) == {one: b"mine", two: b"mine"}
    plan = plan_import(workspace, tmp_path / "other")
    workspace.write_leaf_file("knowledge/a/deep/c.md", b"made meanwhile")
    with pytest.raises(TaxonomyError):  # what was new is there now
        run_import(workspace, plan)
    discard_import(plan)
    assert not plan.source.exists()


def test_links_hidden_files_and_pipes_stay_behind(workspace: Workspace, tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"secret")
    root = tmp_path / "other/knowledge/a"
    root.mkdir(parents=True)
    (root / "qna.yaml").write_bytes(b"x")
    (root / "link.md").symlink_to(tmp_path / "secret")
    (root / "loop").symlink_to(root)
    (root / ".git").mkdir()
    (root / ".git/config").write_bytes(b"x")
    os.mkfifo(root / "pipe")
    assert plan_import(workspace, tmp_path / "other").new == ("knowledge/a/qna.yaml",)


def zipped(*entries: tuple[str, bytes] | zipfile.ZipInfo) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in entries:
            made.writestr(*entry) if isinstance(entry, tuple) else made.writestr(entry, b"/etc/passwd")
    return buffer.getvalue()


def special(kind: int) -> bytes:
    entry = zipfile.ZipInfo("knowledge/a/x")
    entry.external_attr = (kind | 0o644) << 16
    return zipped(GOOD, entry)


def encrypted() -> bytes:
    data = bytearray(zipped(GOOD))
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def lying() -> bytes:
    data = bytearray(zipped(("knowledge/a/qna.yaml", b"x" * 5_000)))
    place = data.index(b"PK\x01\x02") + 24
    data[place : place + 4] = (10).to_bytes(4, "little")
    return bytes(data)


GOOD = ("knowledge/a/qna.yaml", b"good")
NAMES = [
    "/knowledge/a/x", "../knowledge/a/x", "knowledge/../../x", "knowledge/a/..", "C:/knowledge/a/x", "knowledge\\a\\x",
    "knowledge/a/x:stream", "knowledge/./a/x", "knowledge//x", "knowledge/con", "knowledge/a/NUL.yaml", "knowledge/a/\x01",
    "knowledge/" + "a" * 300, "/".join(["knowledge", *["a"] * 60, "x"]), "//server/share/knowledge/x", "knowledge/a/lpt1/x",
    "knowledge/a/\x7f",
]  # fmt: skip
HOSTILE: dict[str, Callable[[], bytes]] = {
    **{repr(name)[:40]: (lambda name=name: zipped(GOOD, (name, b"evil"))) for name in NAMES},
    "link": lambda: special(stat.S_IFLNK),
    "device": lambda: special(stat.S_IFCHR),
    "pipe": lambda: special(stat.S_IFIFO),
    "twice": lambda: zipped(GOOD, ("knowledge/b/caf\u00e9", b"1"), ("knowledge/b/cafe\u0301", b"2")),
    "bomb": lambda: zipped(GOOD, ("knowledge/a/zeros", bytes(20 << 20))),
    "encrypted": encrypted,
    "lying": lying,
    "no taxonomy": lambda: zipped(("a/b.txt", b"x")),
    "empty": lambda: zipped(),
    "no zip": lambda: b"PK\x03\x04 rubbish",
    "cut": lambda: zipped(GOOD)[:-30],
    "flipped": lambda: zipped(GOOD).replace(b"good", b"evil") if b"good" in zipped(GOOD) else zipped(GOOD)[:40],
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_a_bad_archive_is_refused_whole(workspace: Workspace, tmp_path: Path, make: Callable[[], bytes]) -> None:
    (tmp_path / "bad.zip").write_bytes(make())
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(LabdeskError) as refused:
        plan_import(workspace, tmp_path / "bad.zip")
    assert refused.value.remedy
    known = {workspace.state, workspace.state / ".gitignore", workspace.state / "imports"}
    assert sorted(set(tmp_path.rglob("*")) - known) == before


def test_too_many_or_too_large_is_refused(
    workspace: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "x.zip").write_bytes(zipped(GOOD, ("knowledge/b/qna.yaml", b"1234")))
    with monkeypatch.context() as patch:
        patch.setattr(archive, "MAX_ENTRIES", 1)
        with pytest.raises(TaxonomyError, match="not safe"):
            plan_import(workspace, tmp_path / "x.zip")
    with monkeypatch.context() as patch:
        patch.setattr(archive, "MAX_TOTAL", 7)
        with pytest.raises(TaxonomyError, match="not safe"):
            plan_import(workspace, tmp_path / "x.zip")
    assert len(plan_import(workspace, tmp_path / "x.zip").new) == 2


def test_a_folder_around_the_taxonomy_is_left_off(workspace: Workspace, tmp_path: Path) -> None:
    files = (("tree-main/knowledge/a/qna.yaml", b"1"), ("tree-main/README.md", b"2"), ("tree-main/.github/x", b"3"))
    (tmp_path / "x.zip").write_bytes(zipped(*files, ("tree-main/compositional_skills/jokes /qna.yaml", b"4")))
    plan = plan_import(workspace, tmp_path / "x.zip")
    assert sorted(plan.new) == ["compositional_skills/jokes /qna.yaml", "knowledge/a/qna.yaml"]
    run_import(workspace, plan)
    assert len(content(workspace.taxonomy)) == 2
