"""What every test stands on: no display, a home of its own, and a Qt that is silent or fails the test."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

# A busy machine is no bug: time is measured in tests/bench, not by a deadline on each example. The gate asks the same
# examples each time; `pytest --hypothesis-profile=search` looks for new ones (what it finds becomes an @example).
hypothesis.settings.register_profile("labdesk", deadline=None, derandomize=True)
hypothesis.settings.register_profile("search", deadline=None, max_examples=1000)
hypothesis.settings.load_profile("labdesk")

# Before anything imports Qt or asks for a home.
os.environ["QT_QPA_PLATFORM"] = "offscreen"
os.environ["LABDESK_HOME"] = tempfile.mkdtemp(prefix="labdesk-test-home-")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long test is slow too: else the quick suite would run it."""
    for item in items:
        if item.get_closest_marker("long"):
            item.add_marker("slow")


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A fresh home for each test: no setting of one test reaches another, nor the person's own."""
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("LABDESK_HOME", str(home))
    yield home
