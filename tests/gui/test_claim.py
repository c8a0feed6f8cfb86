"""One window on one workspace: the second is refused, the first is called; a dead one leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QObject
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from labdesk.core.errors import StorageError
from labdesk.gui.claim import Claim


def test_the_second_window_is_refused_and_the_first_called(app: QApplication, tmp_path: Path, qtbot: QtBot) -> None:
    owner = QObject()
    first = Claim(tmp_path, owner)
    with qtbot.waitSignal(first.called), pytest.raises(StorageError, match="open in another window"):
        Claim(tmp_path, owner)
    other = tmp_path / "other"
    other.mkdir()
    Claim(other, owner).release()
    first.release()
    again = Claim(tmp_path, owner)
    again.release()
    again.release()
    assert not list(tmp_path.glob(".labdesk"))


def test_a_link_to_the_workspace_is_the_same_workspace(app: QApplication, tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    owner = QObject()
    first = Claim(tmp_path / "real", owner)
    with pytest.raises(StorageError):
        Claim(tmp_path / "link", owner)
    first.release()


def test_without_a_place_for_the_lock_the_window_opens(
    app: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("LABDESK_HOME", str(tmp_path / "file"))
    owner = QObject()
    Claim(tmp_path, owner).release()
