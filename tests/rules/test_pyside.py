"""PySide6 6.12.0 on Python 3.11 loses a reference to None per call and aborts the process after some thousand calls."""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject


def test_qt_calls_lose_no_reference_to_none() -> None:
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(200):
        thing.setObjectName("name")
    assert abs(sys.getrefcount(None) - before) < 50
