"""Typing that was not saved: it outlives the window that held it, and only that."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from labdesk.core.drafts import Drafts, read
from labdesk.core.taxonomy.yaml_source import YamlPath

LEAF = "knowledge/places/marrowby_light"
FIELD: YamlPath = ("seed_examples", 2, "answer")
_CHILD = """
import sys, time
from pathlib import Path
from labdesk.core.drafts import Drafts
drafts = Drafts(Path(sys.argv[1]))
for length in range(1, 40):
    drafts.keep(sys.argv[2], b"the file", {("seed_examples", 2, "answer"): "typed, not saved" + "!" * length})
print("kept", flush=True)
time.sleep(60)
"""


def _killed_window(folder: Path) -> None:
    command = [sys.executable, "-c", _CHILD, str(folder), LEAF]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"kept\n"
        child.send_signal(signal.SIGKILL if os.name != "nt" else signal.SIGTERM)
        child.wait()


def test_typing_survives_a_killed_window(tmp_path: Path) -> None:
    _killed_window(tmp_path)
    window = Drafts(tmp_path)
    draft = window.find(LEAF)
    assert draft is not None
    assert draft.fields == {FIELD: "typed, not saved" + "!" * 39}
    assert draft.base == b"the file"
    assert window.find("knowledge/other") is None
    window.remove_left_behind(LEAF)
    assert window.find(LEAF) is None
    window.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_a_window_that_is_open_keeps_its_drafts_to_itself(tmp_path: Path) -> None:
    one, other = Drafts(tmp_path), Drafts(tmp_path)
    one.keep(LEAF, b"", {FIELD: "here"})
    assert other.find(LEAF) is None
    found = one.find(LEAF)  # a leaf that was left with typing and is opened again
    assert found is not None
    assert found.fields == {FIELD: "here"}
    one.close()
    assert other.find(LEAF) is not None
    other.close()


def test_what_became_part_of_the_file_is_forgotten(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path)
    drafts.keep(LEAF, b"", {FIELD: "here"})
    drafts.keep(LEAF, b"", {})
    assert drafts.find(LEAF) is None
    drafts.keep(LEAF, b"", {}, b"the whole file")
    drafts.forget(LEAF)
    drafts.close()
    assert not [path for path in tmp_path.rglob("*") if path.is_file()]


def test_opening_and_looking_writes_nothing(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path / "drafts")
    assert drafts.find(LEAF) is None
    drafts.close()
    assert not (tmp_path / "drafts").exists()


_paths = st.tuples(st.just("seed_examples"), st.integers(0, 3), st.sampled_from(["question", "answer"]))
_states = st.lists(st.tuples(st.dictionaries(_paths, st.text(max_size=20), max_size=3), st.none() | st.binary()))


@given(_states)
def test_the_newest_state_is_what_is_read_back(states: list[tuple[dict[YamlPath, str], bytes | None]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        drafts = Drafts(Path(folder))
        for fields, file in states:
            drafts.keep(LEAF, b"base", fields, file)
        drafts.close()
        left = [draft for path in Path(folder).rglob("*.jsonl") if (draft := read(path)) is not None]
    wanted = states[-1] if states and (states[-1][0] or states[-1][1] is not None) else None
    assert [(draft.fields, draft.file) for draft in left] == ([wanted] if wanted else [])


def test_a_torn_or_foreign_file_is_no_draft(tmp_path: Path) -> None:
    file = tmp_path / "x.jsonl"
    file.write_bytes(b'{"n":0,"c":1,"v":{"type":"base"}}\n\xff\xfe garbage')
    assert read(file) is None
