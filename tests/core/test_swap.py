"""A file is replaced only if it still is what was read, however another program interferes."""

from __future__ import annotations

import os
import random
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from labdesk.core import storage, swap
from labdesk.core.errors import StorageError
from labdesk.core.swap import Changed, replace

WAYS = ["as here", "without exchange", "without exchange and links"]


@pytest.fixture(params=WAYS, autouse=True)
def way(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param != WAYS[0]:
        monkeypatch.setattr(swap, "_exchanger", lambda: None)
    if request.param == WAYS[2]:

        def refuse(*_: object) -> None:
            raise OSError(95, "not supported")

        monkeypatch.setattr(os, "link", refuse)


@pytest.mark.skipif(sys.platform not in ("linux", "darwin"), reason="only Linux and macOS can exchange two names")
def test_this_system_exchanges_names(way: None, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if request.node.callspec.params["way"] != WAYS[0]:
        pytest.skip("exchanging is switched off")
    exchange = swap._exchanger()
    assert exchange is not None
    (tmp_path / "a").write_bytes(b"1")
    (tmp_path / "b").write_bytes(b"2")
    exchange(tmp_path / "a", tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == b"2" and (tmp_path / "b").read_bytes() == b"1"


@pytest.mark.parametrize("before", [None, b"", b"old"])
@pytest.mark.parametrize("after", [None, b"", b"new"])
def test_the_expected_file_is_replaced_and_nothing_is_left_over(
    tmp_path: Path, before: bytes | None, after: bytes | None
) -> None:
    path = tmp_path / "x"
    if before is not None:
        path.write_bytes(before)
        path.chmod(0o640)
    replace(path, after, before)
    assert swap.current(path) == after
    assert [p.name for p in tmp_path.iterdir()] == (["x"] if after is not None else [])
    if before is not None and after is not None and os.name == "posix":
        assert path.stat().st_mode & 0o777 == 0o640


@pytest.mark.parametrize("there", [None, b"theirs"])
@pytest.mark.parametrize("expected", [None, b"old"])
@pytest.mark.parametrize("wanted", [None, b"new"])
def test_an_unexpected_file_stays(
    tmp_path: Path, there: bytes | None, expected: bytes | None, wanted: bytes | None
) -> None:
    if there == expected:
        return
    path = tmp_path / "x"
    if there is not None:
        path.write_bytes(there)
    with pytest.raises(Changed) as change:
        replace(path, wanted, expected)
    assert change.value.found == there == swap.current(path)
    assert [p.name for p in tmp_path.iterdir()] == (["x"] if there is not None else [])


def test_a_link_stays_a_link_and_a_pipe_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    replace(tmp_path / "link", b"new", b"old")
    assert (tmp_path / "link").is_symlink() and (tmp_path / "real").read_bytes() == b"new"
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(StorageError):
        replace(tmp_path / "pipe", b"x", None)


def _interfering(monkeypatch: pytest.MonkeyPatch, at: int, act: Callable[[], None]) -> None:
    """Calls `act` once, at the `at`-th touch of the disk that `replace` makes."""
    count = 0

    def wrap(owner: object, name: str) -> None:
        real = getattr(owner, name)

        def call(*arguments: object, **more: object) -> object:
            nonlocal count
            count += 1
            if count == at:
                act()
            return real(*arguments, **more)

        monkeypatch.setattr(owner, name, call)

    wrap(storage, "write_beside")
    wrap(Path, "rename")
    wrap(Path, "read_bytes")
    wrap(os, "link")
    exchange = swap._exchanger()
    if exchange is not None:
        box = {"swap": exchange}

        class Box:
            swap = staticmethod(box["swap"])

        wrap(Box, "swap")
        monkeypatch.setattr(swap, "_exchanger", lambda: Box.swap)


@pytest.mark.parametrize("at", range(1, 9))
@pytest.mark.parametrize("gone", [False, True])
def test_a_second_writer_at_any_moment_is_noticed_or_comes_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at: int, gone: bool
) -> None:
    path, theirs = tmp_path / "x", tmp_path / "editor"
    path.write_bytes(b"old")
    theirs.write_bytes(b"theirs")
    interfered: list[bool] = []

    def second_writer() -> None:
        interfered.append(True)
        path.unlink(missing_ok=True) if gone else theirs.replace(path)

    with monkeypatch.context() as patch:
        _interfering(patch, at, second_writer)
        try:
            replace(path, b"mine", b"old")
            written = True
        except Changed:
            written = False
    if not interfered:
        assert written
    now = path.read_bytes() if path.exists() else None
    if not written:
        assert now == (None if gone else b"theirs")
    else:  # either they came after us, or not at all
        assert now in (b"mine", None if gone else b"theirs")
        assert now == b"mine" or interfered
    assert not [p for p in tmp_path.iterdir() if p.name.startswith(storage.TEMPORARY_PREFIX)]


def test_two_writers_in_a_race_lose_nothing(tmp_path: Path) -> None:
    """Each adds its own lines by reading and replacing; all lines arrive."""
    path = tmp_path / "x"
    path.write_bytes(b"")

    def add(name: str) -> None:
        chance = random.Random(name)
        for number in range(15):
            while True:
                before = swap.current(path)
                if before is None:
                    continue  # the other one is between taking and putting
                try:
                    replace(path, before + f"{name}{number}\n".encode(), before)
                    break
                except Changed:
                    threading.Event().wait(chance.random() / 500)

    writers = [threading.Thread(target=add, args=(name,)) for name in "ab"]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(path.read_text().split()) == sorted(f"{name}{number}" for name in "ab" for number in range(15))
