"""A generation that is killed at any write of its journal ends with the very samples of one that was left alone."""

from __future__ import annotations

import random
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import msgspec
import pytest

from labdesk.core import storage
from labdesk.core.samples.sample import Sample
from labdesk.core.specs import GenerateSpec
from labdesk.core.storage import Journal, replay
from labdesk.engine.context import JobContext
from labdesk.jobs.kinds import generate
from tests.engine.pipeline.material import a_skill
from tests.jobs.company import Company

KILLS = 200


class Killed(BaseException):
    """What nothing catches, as nothing catches SIGKILL."""


class FragileJournal(Journal):
    """Dies at write number `deaths.at`, with some bytes of that line on the disk: none, a few, or all."""

    at = -1
    torn = 0.0

    def append(self, value: object, *, durable: bool = True) -> None:
        if FragileJournal.at == 0:
            before = self._file.tell()
            super().append(value, durable=durable)
            self._file.truncate(before + round((self._file.tell() - before) * FragileJournal.torn))
            raise Killed
        FragileJournal.at -= 1
        super().append(value, durable=durable)


@pytest.fixture(autouse=True)
def scripted(monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def open_company(*_: object) -> Iterator[Company]:
        yield Company()

    monkeypatch.setattr(generate, "open_teacher", open_company)
    monkeypatch.setattr(generate, "read_material", lambda _taxonomy, _leaf: (a_skill(), ()))
    monkeypatch.setattr(generate, "Journal", FragileJournal)
    monkeypatch.setattr(generate, "pipeline_for", cache(generate.pipeline_for))
    monkeypatch.setattr(generate, "english", cache(generate.english))
    monkeypatch.setattr(generate, "style_of", lambda _teacher: "completion")
    monkeypatch.setattr(generate, "_mark", lambda *_: None)
    # A killed process loses nothing it wrote: only a power cut needs the flushing, and it is slow.
    monkeypatch.setattr(storage, "flush_to_disk", lambda _descriptor: None)
    monkeypatch.setattr(storage, "flush_folder", lambda _folder: None)


def run(folder: Path, die_at: int = -1, torn: float = 0.0) -> bool:
    """One start of the job; False when it was killed."""
    FragileJournal.at, FragileJournal.torn = die_at, torn
    folder.mkdir(exist_ok=True)
    context = JobContext(folder, folder, lambda event: None, lambda: False)
    try:
        generate.run(GenerateSpec(leaves=("note",)), context)
    except Killed:
        return False
    return True


def samples(folder: Path) -> list[Sample]:
    return replay(folder / "samples.jsonl", Sample)


@pytest.fixture
def whole(tmp_path: Path) -> list[Sample]:
    assert run(tmp_path / "whole")
    made = samples(tmp_path / "whole")
    written = [sample for sample in made if sample.provenance.teacher]
    assert len(written) > 16, "several waves of the teacher's"
    assert {sample.kept for sample in written} == {True, False}
    return made


def test_a_kill_at_every_write(tmp_path: Path, whole: list[Sample]) -> None:
    draw = random.Random(1)
    for at in range(len(whole)):
        folder = tmp_path / f"at {at}"
        assert not run(folder, at, draw.choice((0.0, 0.3, 0.99, 1.0)))
        acknowledged = samples(folder)
        assert acknowledged == whole[: len(acknowledged)] and len(acknowledged) in (at, at + 1)
        assert run(folder)
        assert samples(folder) == whole


def test_many_kills_at_random_writes(tmp_path: Path, whole: list[Sample]) -> None:
    draw = random.Random(2)
    kills = 0
    while kills < KILLS:
        folder = tmp_path / f"after {kills}"
        while not run(folder, draw.randrange(12), draw.random()):
            kills += 1
        assert samples(folder) == whole


def test_a_line_of_an_older_engine_is_kept(tmp_path: Path, whole: list[Sample]) -> None:
    """What was acknowledged stays as it is, even where making it again would give another text."""
    written = [sample for sample in whole if sample.provenance.teacher]
    other = msgspec.structs.replace(written[0], question="Write a note about herring.")
    folder = tmp_path / "old"
    folder.mkdir()
    journal = Journal(folder / "samples.jsonl")
    journal.append(other)
    journal.close()
    assert run(folder)
    ended = {sample.id: sample for sample in samples(folder)}
    assert len(ended) == len(samples(folder)) == len(whole)
    assert ended[other.id] == other
