"""labdesk and a second program write the same leaf at random moments: no version is ever lost."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from labdesk.core import storage, swap
from labdesk.core.errors import TaxonomyError
from labdesk.core.history.acts import digest
from labdesk.core.taxonomy.edit import insert_item, set_field
from labdesk.core.taxonomy.yaml_source import read_yaml
from labdesk.core.taxonomy_merge import save_leaf_file
from labdesk.core.workspace import Workspace

FILE = "compositional_skills/x/qna.yaml"
START = b"""\
version: 3
created_by: me
task_description: Count.
seed_examples:
  - question: One?
    answer: First.
  - question: Two?
    answer: Second.
"""
FIELDS = ["created_by", "task_description", "domain"]


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return fresh(tmp_path)


def fresh(folder: Path) -> Workspace:
    (folder / "taxonomy").mkdir(parents=True)
    opened = Workspace.open(folder)
    opened.write_leaf_file(FILE, START)
    return opened


def test_a_save_beside_another_change_is_merged_and_can_be_undone(workspace: Workspace) -> None:
    path = workspace.inside_taxonomy(FILE)
    theirs = set_field(START, ("created_by",), "they")
    path.write_bytes(theirs)
    mine = insert_item(START, ("seed_examples",), 2, {"question": "Three?", "answer": "Third."})
    saved = save_leaf_file(workspace, FILE, START, mine)
    assert saved.written and saved.data == path.read_bytes() and saved.merge and not saved.merge.conflicts
    assert read_yaml(saved.data).data["created_by"] == "they" and b"Three?" in saved.data
    workspace.undo()
    assert path.read_bytes() == theirs


def test_a_conflict_writes_nothing_and_mine_is_kept(workspace: Workspace) -> None:
    path = workspace.inside_taxonomy(FILE)
    theirs, mine = set_field(START, ("created_by",), "they"), set_field(START, ("created_by",), "I")
    path.write_bytes(theirs)
    saved = save_leaf_file(workspace, FILE, START, mine)
    assert not saved.written and saved.data == theirs == path.read_bytes()
    assert saved.merge and saved.merge.conflicts[0].path == ("created_by",)
    assert workspace.history.blobs.get(digest(mine) or "") == mine


def test_a_deleted_file_comes_back_with_what_the_person_wrote(workspace: Workspace) -> None:
    workspace.inside_taxonomy(FILE).unlink()
    mine = set_field(START, ("created_by",), "I")
    assert save_leaf_file(workspace, FILE, START, mine).written
    assert workspace.inside_taxonomy(FILE).read_bytes() == mine


class SecondWriter:
    """Replaces the file as an editor does, directly or in the middle of labdesk's own save."""

    def __init__(self, path: Path, chance: random.Random) -> None:
        self.path, self.chance = path, chance
        self.versions: list[bytes] = []
        self.moments: set[int] = set()

    def write(self) -> None:
        now = self.path.read_bytes() if self.path.exists() else START
        data = set_field(now, (self.chance.choice(FIELDS),), f"theirs {self.chance.random()}")
        self.versions.append(data)
        temporary = self.path.with_name("editor")
        temporary.write_bytes(data)
        temporary.replace(self.path)

    def touched(self) -> None:
        """Something touched the disk; at some of these moments the second writer acts."""
        self.moments = {moment - 1 for moment in self.moments if moment >= 0}
        if -1 in self.moments:
            self.write()


def _let_in(monkeypatch: pytest.MonkeyPatch, second: SecondWriter) -> None:
    """Gives the second writer a chance before and after every touch of the file."""

    def wrap(owner: object, name: str) -> None:
        real: Callable[..., object] = getattr(owner, name)

        def call(*arguments: object, **more: object) -> object:
            second.touched()
            result = real(*arguments, **more)
            second.touched()
            return result

        monkeypatch.setattr(owner, name, call)

    for owner, name in ((swap, "current"), (swap, "replace"), (storage, "write_beside"), (storage.Journal, "append")):
        wrap(owner, name)
    exchange = swap._exchanger()
    if exchange is not None:
        holder = type("Holder", (), {"exchange": staticmethod(exchange)})
        wrap(holder, "exchange")
        monkeypatch.setattr(swap, "_exchanger", lambda: holder.exchange)


def _one_interleaving(workspace: Workspace, second: SecondWriter, chance: random.Random) -> list[bytes]:
    """Some edits by the person; returns every version that they tried to save."""
    path = workspace.inside_taxonomy(FILE)
    mine: list[bytes] = []
    base = path.read_bytes()
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.4:
            second.write()
        edited = set_field(base, (chance.choice(FIELDS),), f"mine {chance.random()}")
        mine.append(edited)
        second.moments = {chance.randrange(60) for _ in range(chance.randint(0, 3))}
        try:
            saved = save_leaf_file(workspace, FILE, base, edited)
        finally:
            second.moments = set()
        base = saved.data
        if chance.random() < 0.2:
            try:
                workspace.undo()
            except TaxonomyError:
                workspace.history.leave()
            base = path.read_bytes() if path.exists() else START
            if not path.exists():
                workspace.write_leaf_file(FILE, START)
    return mine


@pytest.mark.parametrize("part", range(5))
def test_five_hundred_interleavings_with_a_second_writer_lose_no_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(storage, "flush_to_disk", lambda _descriptor: None)  # speed: no power fails here
    monkeypatch.setattr(storage, "flush_folder", lambda _folder: None)
    met = 0
    for seed in range(part * 100, part * 100 + 100):
        chance = random.Random(seed)
        workspace = fresh(tmp_path / str(seed))
        path = workspace.inside_taxonomy(FILE)
        second = SecondWriter(path, chance)
        with monkeypatch.context() as patch:
            _let_in(patch, second)
            mine = _one_interleaving(workspace, second, chance)
        blobs = (workspace.state / "history/blobs").rglob("*")
        kept = {blob.read_bytes() for blob in blobs if blob.is_file()}
        now = path.read_bytes()
        fields = read_yaml(now).data
        for version in mine:  # the very bytes, or merged into what lies there or into a version that is kept
            values = {v for v in read_yaml(version).data.values() if isinstance(v, str) and v.startswith("mine")}
            homes = [read_yaml(one).data for one in kept if one] + [fields]
            assert version in kept or version == now or all(any(v in h.values() for h in homes) for v in values)
        if second.versions:  # their last word stands, or labdesk replaced it knowingly and has it
            last = second.versions[-1]
            homes = kept | {now}
            said = {v for v in read_yaml(last).data.values() if isinstance(v, str) and v.startswith("theirs")}
            assert last in homes or said <= set(fields.values())
        met += bool(second.versions)
    assert met > 50  # they did meet
