"""`labdesk chats` lists, searches, shows and counts what is kept."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from labdesk.cli.main import app
from labdesk.core.chats.records import Answer, Answered, Asked, Voted
from labdesk.core.workspace import Workspace


@pytest.fixture
def kept(tmp_path: Path) -> tuple[Path, str]:
    workspace = Workspace.create(tmp_path / "w")
    chat = workspace.chats.new()
    chat.record(Asked("a", "", "Who lit the lamp?", 5.0))
    chat.record(Answered("a", Answer("base", "Nobody.", "Before")))
    chat.record(Answered("a", Answer("tuned", "Agnes.", "Taught")))
    chat.record(Voted("a", "tuned", "knowledge/light"))
    chat.close()
    return workspace.root, chat.id


def run(*arguments: str) -> str:
    result = CliRunner().invoke(app, ["chats", *arguments])
    assert result.exit_code == 0, result.output
    return result.output


def test_list_search_show_and_votes(kept: tuple[Path, str]) -> None:
    root, id = kept
    assert id in run(str(root)) and "Who lit the lamp?" in run(str(root), "--search", "AGNES")
    assert run(str(root), "--search", "whale") == ""
    assert json.loads(run(str(root), "--json"))["questions"] == 1
    assert "## Taught\n\nAgnes." in run(str(root), "--show", id)
    assert json.loads(run(str(root), "--show", id, "--as", "json"))["exchanges"][0]["vote"]["winner"] == "tuned"
    assert run(str(root), "--votes").strip() == "knowledge/light: Taught 1, Before 0"


def test_a_chat_that_is_not_there_is_explained(kept: tuple[Path, str]) -> None:
    result = CliRunner().invoke(app, ["chats", str(kept[0]), "--show", "nothing"])
    assert result.exit_code != 0 and "not there" in str(result.exception)
