"""Get models: the recommended list, a search, a download that pauses, goes on, fails, is given up; the token."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.modeltest import ModelTester

from labdesk.core import paths
from labdesk.core.events import Progress
from labdesk.core.job_state import JobState
from labdesk.core.models.catalog import starter_model
from labdesk.core.models.hub import HubFile, HubModel, waiting_room
from labdesk.core.models.recommended import read_recommended
from labdesk.core.specs import DownloadSpec
from labdesk.gui.models.hub_rows import file_row, kind_of, quality, recommended_rows
from labdesk.gui.models.model_jobs import transfer_words
from labdesk.gui.models.token_dialog import TokenDialog
from labdesk.gui.models.view import ModelsView
from labdesk.gui.widgets.line_list import LineList
from labdesk.gui.widgets.two_line import TwoLine
from tests.engine.download.naughty_hub import COMMIT, REPOSITORY, Hub

Until = Callable[[Callable[[], bool]], None]


@pytest.fixture
def home() -> Path:
    """Where downloads go."""
    return paths.models_folder()


def found(view: ModelsView, until: Until) -> None:
    """Search, choose the first answer, wait for its files."""
    view.get_models()
    QTest.keyClicks(view.hub.words, "model")
    QTest.keyClick(view.hub.words, Qt.Key.Key_Return)
    until(lambda: [row.repository for row in view.hub.rows.things] == [REPOSITORY])
    view.hub.list.setCurrentIndex(view.hub.rows.index(0, 0))
    until(lambda: view.hub.detail.chosen is not None)


def test_a_search_ends_in_a_model_that_can_be_used(view: ModelsView, hub: Hub, home: Path, until: Until) -> None:
    found(view, until)
    detail = view.hub.detail
    assert detail.chosen == hub.file and "apache-2.0" in detail.subtitle.text()
    assert "Download" in detail.fetch.text() and "free on your disk" in detail.room.text()
    QTest.mouseClick(detail.fetch, Qt.MouseButton.LeftButton)
    until(lambda: [card.state.status for card in view.jobs.cards.values()] == ["done"])
    here = home / REPOSITORY / hub.name
    assert here.read_bytes() == starter_model().read_bytes()
    (card,) = view.jobs.cards.values()
    QTest.mouseClick(card.show_it, Qt.MouseButton.LeftButton)
    until(lambda: view.page.current is not None and view.page.current.card.path == here)
    assert view.tabs.currentIndex() == 0
    until(lambda: starter_model() in view.page.library.twins_of(here))
    assert "lie here, too" in view.page.detail.twins.text(), "the same content as the starter"
    view.get_models()
    detail.list.setCurrentIndex(detail.files.index(0, 0))
    detail._on_chosen()
    assert detail.fetch.text() == "Show it"


def test_a_paused_download_goes_on_where_it_was(view: ModelsView, hub: Hub, home: Path, until: Until) -> None:
    hub.pace = lambda: time.sleep(0.004)
    found(view, until)
    view.hub.detail.fetch.click()
    until(lambda: any(card.state.progress for card in view.jobs.cards.values()))
    (card,) = view.jobs.cards.values()
    card.progress.pause.click()
    until(lambda: card.state.status == "paused")
    assert not card.progress.resume.isHidden() and "continue at any time" in transfer_words(card.state)
    hub.pace = lambda: None
    sent = hub.sent
    view.hub.detail.fetch.click()  # the same as Continue: it is the same download
    until(lambda: card.state.status == "done")
    assert len(view._context.bridge.jobs("download")) == 1
    assert hub.sent - sent < len(hub.body), "what was here was not fetched again"
    assert (home / REPOSITORY / hub.name).is_file()


def test_a_download_that_is_given_up_leaves_nothing(view: ModelsView, hub: Hub, home: Path, until: Until) -> None:
    hub.pace = lambda: time.sleep(0.004)
    found(view, until)
    view.hub.detail.fetch.click()
    until(lambda: any(card.state.progress for card in view.jobs.cards.values()))
    (card,) = view.jobs.cards.values()
    room = waiting_room(home, card.job.spec(DownloadSpec).model)
    card.progress.stop.click()
    until(lambda: card.state.status == "stopped")
    assert room.is_dir() and not card.give_up.isHidden()
    card.give_up.click()
    until(lambda: not view.jobs.cards)
    assert not room.exists() and not card.job.path.exists()


def test_a_model_behind_terms_asks_for_a_token(
    view: ModelsView, hub: Hub, home: Path, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    hub.token = "hf_right"
    found(view, until)
    view.hub.detail.fetch.click()
    until(lambda: any(card.state.status == "failed" for card in view.jobs.cards.values()))
    (card,) = view.jobs.cards.values()
    assert "Agree on the model" in card.words.text() and not card.token.isHidden()
    card.token.click()
    (dialog,) = view.findChildren(TokenDialog)
    assert dialog.token.echoMode() == dialog.token.EchoMode.Password
    dialog.reject()
    monkeypatch.setenv(f"LABDESK_KEY_127_0_0_1_{hub.url.rsplit(':', 1)[1]}", "hf_right")
    card.again.click()
    until(lambda: card.state.status == "done")


def test_a_hub_that_is_not_there_is_said_in_words(
    view: ModelsView, until: Until, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:9")
    view.get_models()
    view.hub.words.setText("qwen")
    view.hub.search.click()
    until(lambda: bool(view.banner.words))
    assert "cannot be asked" in view.banner.words and "mirror" in view.banner.words
    assert view.hub.search.isEnabled()


def test_what_suits_this_computer_comes_first() -> None:
    classes = read_recommended(paths.resources() / "models" / "recommended.yaml")
    rows = recommended_rows(classes, 16_500_000_000)
    mine = next(one for one in classes if one.memory == 16)
    assert [found.repository for found, _line in rows[: len(mine.models)]] == [one.repository for one in mine.models]
    assert len(rows) == sum(len(one.models) for one in classes)
    assert rows[-1][1].aside == "for 32 GB" and rows[-1][1].dim


@pytest.mark.parametrize(
    ("name", "kind"),
    [("m-q4_k_m.gguf", "Q4_K_M"), ("Q8_0-model-Q6_K.gguf", "Q6_K"), ("m.IQ3_XS.gguf", "IQ3_XS"), ("m-f16.gguf", "F16"), ("m.gguf", "")],
)  # fmt: skip
def test_the_kind_of_a_file_is_in_its_name(name: str, kind: str) -> None:
    assert kind_of(name) == kind
    assert bool(quality(kind)) == bool(kind)


def test_a_file_that_is_too_large_says_so() -> None:
    line = file_row(HubFile(name="m-Q8_0.gguf", url="", size=20_000_000_000), 16_000_000_000, wanted=True)
    assert line.aside == "too large" and "suggested" in line.detail


def test_the_words_of_a_download() -> None:
    state = JobState(status="running", kind="download", progress=Progress(1000, 2500, "MB", "", 300.0))
    assert transfer_words(state) == "1.0 GB of 2.5 GB · 5.0 MB a second · about 5 min left"


def test_rows_are_replaced_at_once(qtmodeltester: ModelTester) -> None:
    rows: LineList[str] = LineList()
    qtmodeltester.check(rows)
    rows.show([("a", TwoLine("A", "first")), ("b", TwoLine("B"))])
    assert rows.things == ("a", "b") and rows.index(0, 0).data() == "A, first"
    rows.show([])
    assert rows.thing(rows.index(0, 0)) is None


def test_a_model_of_the_hub_without_a_usable_file(view: ModelsView) -> None:
    view.hub.detail.show_model(HubModel(repository="a/b", commit=COMMIT), view.hub._wanted)
    assert "no model file" in view.hub.detail.subtitle.text() and not view.hub.detail.fetch.isEnabled()
