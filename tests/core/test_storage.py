"""Durable files: old or new, never half; journals survive torn tails."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from labdesk.core import storage
from labdesk.core.errors import StorageError


class Row(msgspec.Struct, frozen=True):
    text: str


def test_a_write_replaces_the_file_and_leaves_nothing_beside_it(tmp_path: Path) -> None:
    target = tmp_path / "a" / "file.txt"
    storage.write_text(target, "one")
    storage.write_text(target, "two")
    assert target.read_text() == "two"
    assert [p.name for p in target.parent.iterdir()] == ["file.txt"]


def test_a_failed_write_keeps_the_old_content_and_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "file.txt"
    storage.write_text(target, "old")

    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(storage, "flush_to_disk", full)
    with pytest.raises(StorageError, match="disk is full") as caught:
        storage.write_text(target, "new")
    assert "Free some space" in caught.value.remedy
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["file.txt"]


@pytest.mark.skipif(os.name == "nt", reason="symlinks need rights on Windows")
def test_a_symlinked_file_stays_a_symlink(tmp_path: Path) -> None:
    real, link = tmp_path / "real.txt", tmp_path / "link.txt"
    real.write_text("old")
    link.symlink_to(real)
    storage.write_text(link, "new")
    assert link.is_symlink()
    assert real.read_text() == "new"


@given(texts=st.lists(st.text()), cut=st.integers(min_value=0, max_value=400), junk=st.binary(max_size=40))
def test_a_journal_torn_anywhere_keeps_every_whole_line_before_the_tear(
    tmp_path_factory: pytest.TempPathFactory, texts: list[str], cut: int, junk: bytes
) -> None:
    path = tmp_path_factory.mktemp("journal") / "rows.jsonl"
    journal = storage.Journal(path)
    ends = []
    for text in texts:
        journal.append(Row(text), durable=False)
        ends.append(path.stat().st_size)
    journal.close()
    size = path.stat().st_size
    kept = max(0, size - cut)
    path.write_bytes(path.read_bytes()[:kept] + (junk if kept < size else b""))
    whole = [Row(t) for t, end in zip(texts, ends, strict=True) if end <= kept]
    assert storage.replay(path, Row)[: len(whole)] == whole
    again = storage.Journal(path)
    again.append(Row("after"), durable=False)
    again.close()
    assert storage.replay(path, Row)[-1] == Row("after")


def test_a_flipped_bit_is_noticed(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    journal = storage.Journal(path)
    for text in ("one", "two", "three"):
        journal.append(Row(text))
    journal.close()
    data = bytearray(path.read_bytes())
    data[data.index(b"two")] ^= 1
    path.write_bytes(bytes(data))
    assert storage.replay(path, Row) == [Row("one")]


def test_a_reader_returns_only_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "rows.jsonl"
    reader = storage.JournalReader(path, Row)
    assert reader.read_new() == []
    journal = storage.Journal(path)
    journal.append(Row("one"))
    assert reader.read_new() == [Row("one")]
    assert reader.read_new() == []
    with path.open("ab") as file:
        file.write(b'{"n":1,"c":')
    assert reader.read_new() == []
    journal.close()


def test_a_committed_folder_verifies_until_a_byte_changes(tmp_path: Path) -> None:
    final = tmp_path / "step-1"
    temporary = storage.new_folder(final)
    (temporary / "weights.bin").write_bytes(b"weights")
    storage.commit_folder(temporary, final)
    assert storage.verify_folder(final)
    (final / "weights.bin").write_bytes(b"weightz")
    assert not storage.verify_folder(final)
    assert not storage.verify_folder(tmp_path / "nowhere")


def test_sweeping_removes_only_own_leftovers(tmp_path: Path) -> None:
    (tmp_path / ".labdesk-tmp-x").mkdir()
    (tmp_path / ".labdesk-tmp-y").write_text("half")
    (tmp_path / "keep.txt").write_text("mine")
    storage.sweep_temporaries(tmp_path)
    assert [p.name for p in tmp_path.iterdir()] == ["keep.txt"]


def test_reading_a_damaged_json_file_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "job.json"
    path.write_text("{")
    with pytest.raises(StorageError, match=r"job\.json"):
        storage.read_json(path, Row)
