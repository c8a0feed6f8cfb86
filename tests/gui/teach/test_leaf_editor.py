"""The open leaf and a second program: whatever they do in whatever order, no version of either is lost."""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from labdesk.core import storage, swap
from labdesk.core.errors import LabdeskError, TaxonomyError
from labdesk.core.taxonomy.edit import insert_item, remove_item, set_field
from labdesk.core.taxonomy.leaf import LeafKind
from labdesk.core.taxonomy.new_leaf import new_leaf_text
from labdesk.core.taxonomy.yaml_source import read_yaml
from labdesk.core.workspace import Workspace
from labdesk.gui.teach.draft_keeper import DraftKeeper
from labdesk.gui.teach.leaf_editor import LeafConflict, LeafEditor
from labdesk.gui.teach.notices import Notice

pytestmark = pytest.mark.usefixtures("app")
LEAF, OTHER = "compositional_skills/x", "compositional_skills/other"
PAIRS = [{"question": f"What is number {n}?", "answer": f"It is the number {n}."} for n in range(5)]
START = new_leaf_text(LeafKind.FREEFORM, created_by="me", task_description="Count.", seeds=PAIRS)


class Desk:
    """An editor with its keeper of drafts on a small taxonomy, and what it said."""

    def __init__(self, folder: Path) -> None:
        (folder / "taxonomy").mkdir(parents=True)
        self.workspace = Workspace.open(folder)
        for leaf in (LEAF, OTHER):
            self.workspace.write_leaf_file(f"{leaf}/qna.yaml", START)
        self.editor = LeafEditor(self.workspace)
        self.keeper = DraftKeeper(self.editor)
        self.errors: list[LabdeskError] = []
        self.notices: list[Notice] = []
        self.editor.failed.connect(self.errors.append)
        self.editor.noticed.connect(self.notices.append)
        self.editor.open(LEAF)

    @property
    def file(self) -> Path:
        return self.workspace.taxonomy / LEAF / "qna.yaml"

    def everything(self) -> bytes:
        """Every version that can still be had, of any file, however it was kept."""
        places = (self.workspace.taxonomy, self.workspace.state / "history/blobs")
        found = [path.read_bytes() for place in places for path in place.rglob("*") if path.is_file()]
        for leaf in (LEAF, OTHER):
            draft = self.keeper.drafts.find(leaf)
            if draft is not None:
                found += [*(text.encode() for text in draft.fields.values()), draft.file or b""]
        if self.editor.conflict is not None:
            found.append(self.editor.conflict.mine)
        found += [text.encode() for text in self.editor.typed.values()]
        return b"\n".join(found)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path / "workspace")
    yield made
    made.keeper.close()


def test_typing_is_one_step_of_the_history_however_many_keys_it_took(desk: Desk) -> None:
    before = desk.file.read_bytes()
    for length in range(1, 20):
        desk.editor.type(("created_by",), "ada of the lighthouse"[:length])
    assert desk.file.read_bytes() == before
    desk.editor.commit()
    assert b"ada of the lightho" in desk.file.read_bytes()
    desk.workspace.undo()
    desk.editor.reload(ours=True)
    assert desk.file.read_bytes() == before
    assert desk.editor.leaf is not None
    assert desk.editor.leaf.created_by == "me"


def test_typing_meets_a_change_elsewhere_and_both_stay_in_their_places(desk: Desk) -> None:
    desk.editor.type(("seed_examples", 2, "answer"), "Mine.")
    desk.file.write_bytes(insert_item(START, ("seed_examples",), 0, {"question": "New?", "answer": "Theirs."}))
    desk.editor.reload()
    assert desk.editor.typed  # a reload leaves typing alone, and says so
    assert "Another program" in desk.notices[-1].heading
    desk.editor.commit()
    seeds = read_yaml(desk.file.read_bytes()).data["seed_examples"]
    assert seeds[0]["answer"] == "Theirs."
    assert seeds[3] == {"question": "What is number 2?", "answer": "Mine."}


def test_both_changed_the_same_and_the_person_decides(desk: Desk) -> None:
    seen: list[LeafConflict | None] = []
    desk.editor.conflicted.connect(seen.append)
    theirs = set_field(set_field(START, ("created_by",), "they"), ("task_description",), "They count.")
    desk.file.write_bytes(theirs)
    desk.editor.type(("created_by",), "I")
    desk.editor.type(("seed_examples", 0, "answer"), "Only mine.")
    assert not desk.editor.commit()
    assert desk.file.read_bytes() == theirs  # nothing was written
    conflict = desk.editor.conflict
    assert conflict is not None
    assert [place.path for place in conflict.merge.conflicts] == [("created_by",)]
    assert desk.editor.keep_copy().endswith(".copy")
    desk.editor.settle(["we"])
    assert desk.editor.conflict is None
    assert seen[-1] is None
    data = read_yaml(desk.file.read_bytes()).data
    assert (data["created_by"], data["task_description"]) == ("we", "They count.")
    assert data["seed_examples"][0]["answer"] == "Only mine."


def test_a_conflict_that_is_left_alone_comes_back_with_the_leaf(desk: Desk) -> None:
    desk.file.write_bytes(set_field(START, ("created_by",), "they"))
    desk.editor.type(("created_by",), "I")
    desk.editor.commit()
    desk.editor.open(OTHER)
    assert "kept" in desk.notices[-1].text
    found: list[object] = []
    desk.keeper.found.connect(found.append)
    desk.editor.open(LEAF)
    assert len(found) == 1
    desk.keeper.take_up(found[0])  # type: ignore[arg-type]
    assert desk.editor.conflict is not None
    assert b"created_by: I" in desk.editor.conflict.mine


def test_a_leaf_without_typing_follows_the_disk_and_the_earlier_version_can_come_back(desk: Desk) -> None:
    desk.file.write_bytes(set_field(START, ("created_by",), "they"))
    desk.editor.reload()
    assert desk.editor.leaf is not None
    assert desk.editor.leaf.created_by == "they"
    run = desk.notices[-1].run
    assert run is not None
    run()
    assert desk.file.read_bytes() == START


def test_a_deleted_leaf_is_closed_and_can_be_brought_back(desk: Desk) -> None:
    shutil.rmtree(desk.file.parent)
    desk.editor.reload()
    assert desk.editor.leaf is None
    run = desk.notices[-1].run
    assert run is not None
    run()
    assert desk.file.read_bytes() == START
    assert desk.editor.leaf is not None


def test_typing_into_a_deleted_leaf_brings_it_back(desk: Desk) -> None:
    desk.editor.type(("created_by",), "I")
    shutil.rmtree(desk.file.parent)
    desk.editor.reload()
    desk.editor.commit()
    assert b"created_by: I" in desk.file.read_bytes()
    assert "deleted" in desk.notices[-1].heading


@pytest.mark.parametrize("typing", [False, True])
def test_a_leaf_that_was_moved_elsewhere_is_followed_with_its_typing(desk: Desk, typing: bool) -> None:
    if typing:
        desk.editor.type(("created_by",), "I")
    moved: list[tuple[str, str]] = []
    desk.editor.moved.connect(lambda was, now: moved.append((was, now)))
    target = desk.workspace.taxonomy / "compositional_skills/deep/below/y"
    target.parent.mkdir(parents=True)
    desk.file.parent.rename(target)
    desk.editor.commit() if typing else desk.editor.reload()
    assert moved == [(LEAF, "compositional_skills/deep/below/y")]
    assert desk.editor.leaf is not None
    assert desk.editor.leaf.path == "compositional_skills/deep/below/y"
    assert (b"created_by: I" in (target / "qna.yaml").read_bytes()) is typing
    assert not desk.file.exists()


def test_labdesks_own_changes_are_no_news(desk: Desk) -> None:
    desk.workspace.write_leaf_file(f"{LEAF}/qna.yaml", set_field(START, ("created_by",), "other window"))
    desk.editor.reload(ours=True)
    assert desk.notices == []
    desk.workspace.remove(LEAF)
    desk.editor.reload(ours=True)
    assert desk.editor.leaf is None
    assert desk.notices == []


def test_a_fix_is_applied_to_the_file_as_it_is_after_saving_what_is_typed(desk: Desk) -> None:
    desk.editor.replace(START.replace(b"It is the number 4.", b"4"))
    assert desk.editor.leaf is not None
    problem = next(one for one in desk.editor.leaf.problems if one.fix)
    desk.editor.type(("created_by",), "somebody with a long name")
    desk.editor.fix(problem)
    data = read_yaml(desk.file.read_bytes()).data
    assert data["created_by"] == "somebody with a long name"
    assert data["seed_examples"][4]["answer"] == "4"


class SecondWriter:
    """Replaces, removes or moves the leaf, also in the middle of labdesk's own save."""

    def __init__(self, desk: Desk, chance: random.Random) -> None:
        self.desk, self.chance = desk, chance
        self.words: list[str] = []
        self.moments: set[int] = set()

    def write(self) -> None:
        editor, chance = self.desk.editor, self.chance
        leaf = editor.leaf.path if editor.leaf else LEAF
        file = self.desk.workspace.taxonomy / leaf / "qna.yaml"
        data = file.read_bytes() if file.exists() else START
        word = f"theirs {chance.random()}"
        seeds = len(read_yaml(data).data["seed_examples"])
        match chance.randrange(4):
            case 0 if seeds > 2:
                data = remove_item(data, ("seed_examples", chance.randrange(seeds)))
                data = set_field(data, ("created_by",), word)
            case 1:
                pair = {"question": word, "answer": word}
                data = insert_item(data, ("seed_examples",), chance.randrange(seeds + 1), pair)
            case 2:
                data = set_field(data, ("seed_examples", chance.randrange(seeds), "answer"), word)
            case _:
                data = set_field(data, (chance.choice(["created_by", "task_description"]),), word)
        self.words.append(word)
        file.parent.mkdir(parents=True, exist_ok=True)
        temporary = file.with_name("editor")
        temporary.write_bytes(data)
        temporary.replace(file)

    def touched(self) -> None:
        """Something touched the disk; at some of these moments the second writer acts."""
        self.moments = {moment - 1 for moment in self.moments if moment >= 0}
        if -1 in self.moments:
            self.write()


def _let_in(patch: pytest.MonkeyPatch, second: SecondWriter) -> None:
    def wrap(owner: object, name: str) -> None:
        real: Callable[..., object] = getattr(owner, name)

        def call(*arguments: object, **more: object) -> object:
            second.touched()
            result = real(*arguments, **more)
            second.touched()
            return result

        patch.setattr(owner, name, call)

    for owner, name in ((swap, "current"), (swap, "replace"), (storage, "write_beside"), (storage.Journal, "append")):
        wrap(owner, name)


def _one_act(desk: Desk, second: SecondWriter, chance: random.Random, said: list[str]) -> None:
    """One thing that the person or the second program does. `said` are the words that the person asked to save."""
    editor = desk.editor
    if editor.leaf is None:
        editor.open(chance.choice([LEAF, OTHER]))
        return
    seeds = len(editor.leaf.seed_examples)
    pending = list(editor.typed.values())
    word = f"mine {chance.random()}"
    act = chance.choice(["type", "type", "commit", "insert", "remove", "move", "file", "write", "write", "reload",
                         "open", "settle", "undo", "draft", "gone"])  # fmt: skip
    match act:
        case "type":
            fields = [("created_by",), ("task_description",), ("seed_examples", chance.randrange(seeds or 1), "answer")]
            if editor.conflict is None and seeds:
                editor.type(chance.choice(fields), word)
        case "write":
            second.write()
        case "reload":
            editor.reload()
        case "draft":
            desk.keeper.keep()
        case "gone" if chance.random() < 0.3:
            (desk.workspace.taxonomy / editor.leaf.path / "qna.yaml").unlink(missing_ok=True)
        case "undo" if not editor.is_dirty:
            try:
                desk.workspace.undo()
            except TaxonomyError:
                desk.workspace.history.leave()
            editor.reload(ours=True)
        case _:
            _one_save(desk, act, seeds, word, chance)
            saves = act in ("commit", "insert", "open") or (act == "move" and seeds > 2)
            said += [text for text in pending if saves and text not in editor.typed.values()]
            said += [word] * (not desk.errors and act in ("insert", "file") and word in str(editor.leaf))


def _one_save(desk: Desk, act: str, seeds: int, word: str, chance: random.Random) -> None:
    editor = desk.editor
    assert editor.leaf is not None
    match act:
        case "commit":
            editor.commit()
        case "insert":
            editor.insert(("seed_examples",), chance.randrange(seeds + 1), {"question": word, "answer": word})
        case "remove" if seeds > 2 and not editor.typed:
            editor.remove(("seed_examples", chance.randrange(seeds)))
        case "move" if seeds > 2:
            editor.move(("seed_examples",), 0, seeds - 1)
        case "file" if editor.conflict is None and not editor.typed:
            editor.type_file(set_field(editor.leaf.text, ("created_by",), word))
            editor.commit()
        case "open":
            editor.open(chance.choice([LEAF, OTHER]))
        case "settle" if editor.conflict is not None:
            places = editor.conflict.merge.conflicts
            editor.settle([chance.choice([place.mine, place.theirs]) for place in places])


@pytest.mark.parametrize("part", range(5))
def test_five_hundred_interleavings_with_a_second_program_lose_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, part: int
) -> None:
    monkeypatch.setattr(storage, "flush_to_disk", lambda _descriptor: None)  # speed: no power fails here
    monkeypatch.setattr(storage, "flush_folder", lambda _folder: None)
    met = 0
    for seed in range(part * 100, part * 100 + 100):
        chance = random.Random(seed)
        desk = Desk(tmp_path / str(seed))
        second = SecondWriter(desk, chance)
        said: list[str] = []
        with monkeypatch.context() as patch:
            _let_in(patch, second)
            for _ in range(chance.randint(3, 9)):
                second.moments = {chance.randrange(40) for _ in range(chance.randint(0, 2))}
                before = len(desk.errors)
                attempted = len(said)
                _one_act(desk, second, chance, said)
                if len(desk.errors) > before:
                    assert desk.editor.is_dirty or attempted == len(said) or desk.editor.leaf is None
                second.moments = set()
        kept = desk.everything().decode("utf-8", "replace")
        assert [word for word in said if word not in kept] == [], f"seed {seed}"
        if second.words and desk.file.exists():
            assert second.words[-1] in kept, f"seed {seed}"
        met += bool(second.words and said)
        desk.keeper.close()
    assert met > 25  # they did meet
