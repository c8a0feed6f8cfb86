"""Undo and redo bring back the very same bytes, across restarts, and never overwrite what another program wrote."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from labdesk.core import storage
from labdesk.core.changes import Change
from labdesk.core.errors import StorageError, TaxonomyError
from labdesk.core.history import blobs as blobs_module
from labdesk.core.history import history as history_module
from labdesk.core.history.acts import FileChanged, Folder, Move, Write, digest
from labdesk.core.taxonomy.leaf import LeafKind, read_leaf
from labdesk.core.taxonomy.new_leaf import draft_leaf_text
from labdesk.core.taxonomy.tree import read_tree
from labdesk.core.workspace import Workspace

LEAF = "compositional_skills/writing/haiku"
FILE = f"{LEAF}/qna.yaml"


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return fresh(tmp_path)


def fresh(folder: Path) -> Workspace:
    (folder / "taxonomy/compositional_skills/writing").mkdir(parents=True)
    (folder / "taxonomy/knowledge").mkdir()
    return Workspace.open(folder)


def picture(workspace: Workspace) -> dict[str, bytes | None]:
    """Every file with its bytes, every folder with None."""
    root = workspace.taxonomy
    return {p.relative_to(root).as_posix(): p.read_bytes() if p.is_file() else None for p in sorted(root.rglob("*"))}


def again(workspace: Workspace) -> Workspace:
    """As after a restart."""
    return Workspace.open(workspace.root)


def test_each_verb_can_be_undone_and_redone_after_a_restart(workspace: Workspace) -> None:
    pictures = [picture(workspace)]

    def took(_result: object = None) -> None:
        pictures.append(picture(workspace))

    took(workspace.new_leaf(LEAF, LeafKind.FREEFORM, created_by="me", about="Haikus"))
    took(workspace.write_leaf_file(FILE, b"version: 3\n"))
    took(workspace.write_leaf_file(f"{LEAF}/notes/a.md", b"text"))
    took(workspace.new_branch("knowledge/history"))
    took(workspace.duplicate(LEAF))
    took(workspace.rename(LEAF, "foundational_skills/deep/inside/haiku"))
    took(workspace.remove("compositional_skills"))
    assert len({str(one) for one in pictures}) == len(pictures)
    for earlier in reversed(pictures[:-1]):
        workspace = again(workspace)
        workspace.undo()
        assert picture(workspace) == earlier
    assert not workspace.can_undo
    for later in pictures[1:]:
        workspace = again(workspace)
        workspace.redo()
        assert picture(workspace) == later
    assert not workspace.can_redo


def test_a_new_edit_ends_what_could_be_redone(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"one")
    workspace.undo()
    workspace.write_leaf_file(FILE, b"two")
    assert not workspace.can_redo
    with pytest.raises(TaxonomyError, match="nothing to redo"):
        workspace.redo()
    assert workspace.history.next_undo and workspace.history.next_undo.label == "Make “Haiku”"


def test_nothing_is_written_by_looking(workspace: Workspace) -> None:
    assert not workspace.can_undo and not workspace.can_redo
    assert not workspace.state.exists()


def test_changes_are_announced(workspace: Workspace) -> None:
    seen: list[Change] = []
    workspace.subscribe(seen.append)
    workspace.write_leaf_file(FILE, b"one", origin="me")
    workspace.write_leaf_file(FILE, b"one", origin="me")  # changes nothing, says nothing
    workspace.rename(LEAF, "knowledge/haiku")
    workspace.undo()
    assert seen[0] == Change("taxonomy", (FILE,), "me")
    assert seen[1] == Change("taxonomy", (LEAF, "knowledge/haiku"))
    assert seen[2] == Change("taxonomy", (LEAF, "knowledge/haiku"), "undo") and len(seen) == 3


def test_undo_refuses_to_overwrite_a_foreign_change(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"one")
    workspace.write_leaf_file(FILE, b"two")
    workspace.inside_taxonomy(FILE).write_bytes(b"foreign")
    with pytest.raises(TaxonomyError, match="has changed since") as refused:
        workspace.undo()
    assert refused.value.remedy
    assert workspace.inside_taxonomy(FILE).read_bytes() == b"foreign"
    workspace.history.leave()  # the foreign version stays, and counts as the end of it
    with pytest.raises(TaxonomyError, match="has changed since"):
        workspace.undo()


def test_undo_refuses_when_a_moved_folder_is_gone_or_its_place_taken(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"one")
    lies = workspace.remove(LEAF)
    workspace.inside_taxonomy(LEAF).mkdir()
    with pytest.raises(TaxonomyError, match="is taken"):
        workspace.undo()
    workspace.inside_taxonomy(LEAF).rmdir()
    hidden = lies.with_name("elsewhere")
    lies.rename(hidden)
    with pytest.raises(TaxonomyError, match="not there any more"):
        workspace.undo()
    hidden.rename(lies)
    workspace.undo()
    assert workspace.inside_taxonomy(FILE).read_bytes() == b"one"


def test_restore_after_remove_is_an_undo_when_it_is_the_newest_step(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"one")
    workspace.restore(workspace.remove(LEAF), LEAF)
    assert workspace.can_redo
    lies = workspace.remove(LEAF)
    workspace.write_leaf_file("knowledge/x/qna.yaml", b"other")
    workspace.restore(lies, LEAF)
    assert not workspace.can_redo and workspace.inside_taxonomy(FILE).read_bytes() == b"one"


@pytest.mark.parametrize("path", ["", ".", "..", "../x", "/etc", "knowledge/../../x", "knowledge//x", "knowledge/"])
def test_no_verb_touches_the_taxonomy_itself_or_what_lies_outside(workspace: Workspace, path: str) -> None:
    for verb in (workspace.remove, workspace.new_branch, workspace.duplicate):
        with pytest.raises(TaxonomyError):
            verb(path)
    with pytest.raises(TaxonomyError):
        workspace.rename("knowledge", path)
    with pytest.raises(TaxonomyError):
        workspace.rename("knowledge", "knowledge/inside/itself")


def test_nothing_is_overwritten_by_making_or_moving(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"one")
    workspace.write_leaf_file("knowledge/x/qna.yaml", b"two")
    before = picture(workspace)
    with pytest.raises(TaxonomyError, match="already there|is taken"):
        workspace.rename(LEAF, "knowledge/x")
    with pytest.raises(TaxonomyError, match="already there"):
        workspace.new_leaf("knowledge/x", LeafKind.KNOWLEDGE)
    with pytest.raises(TaxonomyError, match="already there"):
        workspace.new_branch("knowledge/x")
    with pytest.raises(TaxonomyError, match="already there"):
        workspace.duplicate(LEAF, "knowledge/x")
    assert picture(workspace) == before


def test_a_new_leaf_comes_with_its_documents_in_one_step(workspace: Workspace) -> None:
    workspace.new_leaf("knowledge/a/b", LeafKind.KNOWLEDGE, about="A lamp", documents={"lamp.md": b"# Lamp\n"})
    leaf = read_leaf(workspace.inside_taxonomy("knowledge/a/b"), workspace.taxonomy)
    assert leaf.document and leaf.document.patterns == ("lamp.md",) and leaf.document_outline == "A lamp"
    workspace.undo()
    assert not workspace.inside_taxonomy("knowledge/a").exists()


def test_a_step_that_fails_half_way_is_taken_back(workspace: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    workspace.write_leaf_file(FILE, b"one")
    real = storage.write_beside

    def refusing(target: Path, data: bytes) -> Path:
        if data == b"poison":
            raise StorageError("The disk is full.")
        return real(target, data)

    monkeypatch.setattr(storage, "write_beside", refusing)
    before = picture(workspace)
    acts = [
        Folder("taxonomy/knowledge/new"),
        Write(f"taxonomy/{FILE}", digest(b"one"), digest(b"two")),
        Write("taxonomy/knowledge/new/x", None, digest(b"poison")),
    ]
    with pytest.raises(StorageError):
        workspace.do("Both", acts, {f"taxonomy/{FILE}": b"two", "taxonomy/knowledge/new/x": b"poison"})
    assert picture(workspace) == before
    assert workspace.history.next_undo and workspace.history.next_undo.label == "Make “Haiku”"


def test_a_crash_between_the_journal_and_the_file_leaves_a_history_that_works(workspace: Workspace) -> None:
    """The record is there and the file is not changed: undo passes over it."""
    workspace.write_leaf_file(FILE, b"one")
    record = history_module.Record(
        history_module.Step(
            "Edit", (Write(f"taxonomy/{FILE}", digest(b"one"), digest(b"two")), Move("taxonomy/a", "taxonomy/b"))
        )
    )
    (workspace.taxonomy / "a").mkdir()
    journal = storage.Journal(workspace.state / "history/journal.jsonl")
    journal.append(record)
    journal.close()
    workspace = again(workspace)
    workspace.undo()
    assert workspace.inside_taxonomy(FILE).read_bytes() == b"one" and (workspace.taxonomy / "a").is_dir()
    workspace.undo()
    assert not workspace.inside_taxonomy(FILE).exists()


def test_a_damaged_blob_is_said_and_nothing_is_overwritten(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"one")
    workspace.write_leaf_file(FILE, b"two")
    for blob in (workspace.state / "history/blobs").rglob("*"):
        if blob.is_file():
            blob.write_bytes(b"rot")
    with pytest.raises(StorageError, match="lost or damaged"):
        workspace.undo()
    assert workspace.inside_taxonomy(FILE).read_bytes() == b"two"


def test_a_redo_that_fails_can_be_tried_again(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"one")
    workspace.write_leaf_file(FILE, b"two")
    workspace.undo()
    blob = workspace.state / "history/blobs" / str(digest(b"two"))[:2] / str(digest(b"two"))
    kept = blob.read_bytes()
    blob.write_bytes(b"rot")
    with pytest.raises(StorageError, match="lost or damaged"):
        workspace.redo()
    assert workspace.inside_taxonomy(FILE).read_bytes() == b"one" and workspace.can_redo
    blob.write_bytes(kept)
    workspace.redo()
    assert workspace.inside_taxonomy(FILE).read_bytes() == b"two" and not workspace.can_redo


def test_a_long_history_is_shortened_and_two_windows_agree(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history_module, "MOST_RECORDS", 30)
    monkeypatch.setattr(history_module, "KEPT_STEPS", 10)
    monkeypatch.setattr(blobs_module, "SPARED_SECONDS", -1)
    other = again(workspace)
    for number in range(25):
        (workspace if number % 2 else other).write_leaf_file(FILE, b"%d" % number)
    for number in range(23, 17, -1):
        (workspace if number % 3 else other).undo()
        assert workspace.inside_taxonomy(FILE).read_bytes() == b"%d" % number
    workspace.redo()
    workspace.undo()  # 33 records: the next verb shortens
    other.redo()
    assert other.inside_taxonomy(FILE).read_bytes() == b"19"
    assert len((workspace.state / "history/journal.jsonl").read_bytes().splitlines()) < 30
    for number in range(20, 25):
        workspace.redo()
        assert workspace.inside_taxonomy(FILE).read_bytes() == b"%d" % number
    while other.can_undo:
        other.undo()
    assert int(workspace.inside_taxonomy(FILE).read_bytes()) < 19
    stored = {p.name for p in (workspace.state / "history/blobs").rglob("*") if p.is_file()}
    assert digest(b"0") not in stored and digest(b"20") in stored


NAMES = ["knowledge/a", "knowledge/b", "knowledge/b/c", "compositional_skills/x", "compositional_skills/x/y"]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["write", "write", "rename", "remove", "duplicate", "leaf", "branch", "undo", "undo", "redo", "restart"]),
        st.sampled_from(NAMES),
        st.sampled_from(NAMES),
        st.binary(max_size=3),
    ),
    max_size=30,
)  # fmt: skip


def _play(workspace: Workspace, verb: str, one: str, other: str, data: bytes) -> None:
    verbs: dict[str, Any] = {
        "write": lambda: workspace.write_leaf_file(f"{one}/qna.yaml", data),
        "rename": lambda: workspace.rename(one, other),
        "remove": lambda: workspace.remove(one),
        "duplicate": lambda: workspace.duplicate(one),
        "leaf": lambda: workspace.new_leaf(one, LeafKind.FREEFORM),
        "branch": lambda: workspace.new_branch(one),
    }
    verbs[verb]()


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(STEPS)
def test_random_edits_undos_redos_and_restarts_return_to_identical_bytes(
    steps: list[tuple[str, str, str, bytes]],
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        workspace = fresh(Path(folder) / "w")
        past, future = [picture(workspace)], []
        for verb, one, other, data in steps:
            if verb == "restart":
                workspace = again(workspace)
            elif verb == "undo" and len(past) > 1:
                workspace.undo()
                future.append(past.pop())
            elif verb == "redo" and future:
                workspace.redo()
                past.append(future.pop())
            elif verb not in ("undo", "redo"):
                with contextlib.suppress(TaxonomyError):
                    _play(workspace, verb, one, other, data)
                now = picture(workspace)
                if now != past[-1]:
                    past, future = [*past, now], []
            assert picture(workspace) == past[-1]
        while len(past) > 1:
            workspace = again(workspace)
            workspace.undo()
            past.pop()
            assert picture(workspace) == past[-1]


def test_a_file_that_changed_meanwhile_is_not_overwritten(workspace: Workspace) -> None:
    workspace.write_leaf_file(FILE, b"loaded")
    workspace.inside_taxonomy(FILE).write_bytes(b"theirs")
    with pytest.raises(FileChanged) as conflict:
        workspace.write_leaf_file(FILE, b"mine", expected=b"loaded")
    assert conflict.value.found == b"theirs" and conflict.value.remedy
    assert workspace.inside_taxonomy(FILE).read_bytes() == b"theirs"
    workspace.write_leaf_file(FILE, b"mine", expected=b"theirs")
    copy = workspace.save_copy(FILE, b"another")
    assert workspace.inside_taxonomy(copy).read_bytes() == b"another"
    tree = read_tree(workspace.taxonomy)
    assert [leaf.path for leaf in tree.leaves] == [LEAF] and not tree.notices


class Crash(BaseException):
    """The process ends here."""


def _crashing(patch: pytest.MonkeyPatch, at: int) -> list[int]:
    """Ends the process at the `at`-th touch of the disk, before it or, for odd numbers, just after it."""
    touched = [0]

    def wrap(owner: Any, name: str) -> None:
        real = getattr(owner, name)

        def call(*arguments: Any, **more: Any) -> Any:
            touched[0] += 1
            if touched[0] * 2 == at:
                raise Crash
            result = real(*arguments, **more)
            if touched[0] * 2 + 1 == at:
                raise Crash
            return result

        patch.setattr(owner, name, call)

    for owner, name in ((storage, "write_beside"), (storage, "write_bytes"), (storage.Journal, "append"), (Path, "rename"),
                        (Path, "mkdir"), (storage, "flush_folder"), (Path, "rmdir")):  # fmt: skip
        wrap(owner, name)
    return touched


@pytest.mark.parametrize("verb", ["write", "move", "new", "undo", "redo", "duplicate"])
def test_after_a_crash_at_any_moment_the_state_is_old_or_new_and_the_history_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    def act(workspace: Workspace) -> None:
        verbs: dict[str, Any] = {
            "write": lambda: workspace.write_leaf_file(FILE, b"three"),
            "move": lambda: workspace.rename(LEAF, "knowledge/a/b"),
            "new": lambda: workspace.new_leaf("knowledge/new/leaf", LeafKind.KNOWLEDGE, documents={"d.md": b"d"}),
            "undo": workspace.undo,
            "redo": workspace.redo,
            "duplicate": lambda: workspace.duplicate(LEAF),
        }
        verbs[verb]()

    monkeypatch.setattr(storage, "flush_to_disk", lambda _descriptor: None)
    for at in range(2, 200):
        workspace = fresh(tmp_path / str(at))
        start = picture(workspace)
        workspace.write_leaf_file(FILE, b"one")
        workspace.write_leaf_file(FILE, b"two")
        workspace.write_leaf_file(FILE, b"gone")
        workspace.undo()
        before = picture(workspace)
        with monkeypatch.context() as patch:
            touched = _crashing(patch, at)
            with contextlib.suppress(Crash):
                act(workspace)
        if touched[0] * 2 + 1 < at:
            break
        workspace = again(workspace)
        now = picture(workspace)
        assert {name: data for name, data in now.items() if data is not None} in _ends(verb, before)
        while workspace.can_undo:
            workspace.undo()
        assert picture(workspace) == start
        workspace.write_leaf_file(FILE, b"and on")
        workspace.undo()
        assert picture(workspace) == start
    else:
        pytest.fail("the verb never came to its end")
    assert at > 8


def _ends(verb: str, before: dict[str, bytes | None]) -> list[dict[str, bytes]]:
    """The states of files that a crash in the verb may leave: as before, as after, or a new leaf half made."""
    files = {name: data for name, data in before.items() if data is not None}
    leaf = "knowledge/new/leaf"
    text = draft_leaf_text(LeafKind.KNOWLEDGE, patterns=("d.md",))
    after = {
        "write": [{FILE: b"three"}],
        "move": [{"knowledge/a/b/qna.yaml": b"two"}],
        "new": [{**files, f"{leaf}/d.md": b"d"}, {**files, f"{leaf}/d.md": b"d", f"{leaf}/qna.yaml": text}],
        "undo": [{FILE: b"one"}],
        "redo": [{FILE: b"gone"}],
        "duplicate": [{**files, f"{LEAF}_2/qna.yaml": b"two"}],
    }
    return [files, *after[verb]]
