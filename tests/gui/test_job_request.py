"""A wish that has to read leaves first is answered in slices, says that it works, and takes its words away again."""

from __future__ import annotations

from collections.abc import Callable, Generator

import pytest

from labdesk.core.errors import TaxonomyError
from labdesk.core.job_folder import JobFolder
from labdesk.core.specs import PreviewSpec
from labdesk.core.steps import Part
from labdesk.core.workspace import Workspace
from labdesk.gui import slices
from labdesk.gui.context import GuiContext
from labdesk.gui.job_request import JobRequest
from labdesk.jobs.requests import left_out, requesting_generation

Settle = Callable[[Callable[[], bool]], None]


@pytest.fixture
def said(context: GuiContext, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    monkeypatch.setattr("labdesk.gui.job_starter.launch", lambda _job: None)
    monkeypatch.setattr(slices, "SLICE_SECONDS", 0.0)
    words: list[str] = []
    context.intents.say.connect(lambda _tone, heading, _text: words.append(heading))
    context.intents.wait.connect(lambda heading, _text, _stop: words.append(heading))
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


def test_it_says_how_far_it_is_and_can_be_cancelled(context: GuiContext, said: list[str], settle: Settle) -> None:
    request = JobRequest(context, context.bridge)
    begun: list[object] = []
    stops: list[Callable[[], None]] = []
    request.begun.connect(begun.append)
    context.intents.wait.connect(lambda _heading, _text, stop: stops.append(stop))
    context.intents.wait_on.connect(said.append)
    request.ask(_endless())
    settle(lambda: any(words.startswith("7 of 9 leaves.") for words in said))
    stops[0]()
    assert said[-1] == "hush" and not begun
    request.ask(_refused())
    settle(lambda: said[-1] == "hush" and not begun)


def test_what_is_left_out_is_said_when_the_job_begins(
    context: GuiContext, workspace: Workspace, said: list[str], settle: Settle
) -> None:
    workspace.write_leaf_file("knowledge/broken/qna.yaml", b"version: 9\n")
    request = JobRequest(context, context.bridge)
    begun: list[JobFolder] = []
    request.begun.connect(begun.append)
    request.ask(requesting_generation(workspace))
    settle(lambda: len(begun) == 1)
    assert said[-1] == "1 leaf is not ready and is left out."
    assert [one.path for one in left_out(begun[0])] == ["knowledge/broken"]


def _endless() -> Generator[Part, None, JobFolder]:
    while True:
        yield Part(7, 9)


def test_a_leaf_that_takes_long_is_read_by_another_process(
    context: GuiContext, workspace: Workspace, said: list[str], settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Deep or dense YAML would hold up the window for a quarter of a second."""
    workspace.write_leaf_file("knowledge/dense/qna.yaml", b"a: [" + b"1," * 2000 + b"]")
    monkeypatch.setattr("labdesk.core.taxonomy.readiness.see", lambda *_: pytest.fail("read on the main thread"))
    request = JobRequest(context, context.bridge)
    begun: list[JobFolder] = []
    request.begun.connect(begun.append)
    request.ask(requesting_generation(workspace))
    settle(lambda: len(begun) == 1)
    assert [one.path for one in left_out(begun[0])] == ["knowledge/dense"]
    request.close_work()
