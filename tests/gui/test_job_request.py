"""A wish that has to read leaves first is answered in slices, says that it works, and takes its words away again."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import PreviewSpec
from labdesk.core.workspace import Workspace
from labdesk.gui import slices
from labdesk.gui.context import GuiContext
from labdesk.gui.job_request import JobRequest

Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def said(context: GuiContext, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda _job: None)
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)
    words: list[str] = []
    context.intents.say.connect(lambda _tone, heading, _text: words.append(heading))
    context.intents.hush.connect(lambda: words.append("hush"))
    return words


def _long(job: JobFolder) -> Generator[None, None, JobFolder]:
    yield
    yield
    return job


def _refused() -> Generator[None, None, JobFolder]:
    yield
    yield
    raise TaxonomyError("No.")


def test_a_long_wish_says_so_until_its_job_is_there(
    context: GuiContext, workspace: Workspace, said: list[str], settle: Settle
) -> None:
    request = JobRequest(context, context.bridge)
    begun: list[object] = []
    request.begun.connect(begun.append)
    job = workspace.add_job("preview", PreviewSpec(leaves=()), "Preview")
    request.ask(_long(job))
    assert said == ["Looking at the leaves…"] and not begun
    settle(lambda: begun == [job])
    assert said[-1] == "hush"


def test_a_refusal_is_told_and_an_earlier_wish_is_forgotten(
    context: GuiContext, workspace: Workspace, said: list[str], settle: Settle
) -> None:
    request = JobRequest(context, context.bridge)
    begun: list[object] = []
    failed: list[object] = []
    request.begun.connect(begun.append)
    request.failed.connect(failed.append)
    request.ask(_long(workspace.add_job("preview", PreviewSpec(leaves=()), "Preview")))
    request.ask(_refused())
    settle(lambda: len(failed) == 1)
    assert said[-1] == "hush" and not begun
